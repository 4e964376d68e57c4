"""Words brought to what two systems would write alike, however long they are."""

from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.remembered import LONGEST_TEXT
from services.domain.record.duplicates.decision import decide
from services.domain.record.duplicates.facet import facet_of
from services.domain.record.duplicates.plain_words import plain, plain_name

BEGINNING = "She told the whole of it. " * 20


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_two_long_texts_are_alike_where_all_of_them_is(end: str) -> None:
    """Capitals and punctuation aside; what stands behind the first words counts as they do."""
    text = f"{BEGINNING}{end}"
    assert plain(f"  {BEGINNING.upper()} - {end}!") == plain(text)
    assert plain(f"{text} and then") != plain(text)
    assert len(plain("a" * 100_000)) < 2 * LONGEST_TEXT


def test_answers_that_differ_at_their_end_are_not_the_same() -> None:
    """Two questionnaires of one day whose long answers begin alike were asked twice, and are not one."""

    def answered(end: str) -> dict[str, object]:
        item = {"linkId": "1", "text": "What happened?", "answer": [{"valueString": BEGINNING + end}]}
        return {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": "https://tidewell.example/Questionnaire/story",
            "authored": "2026-03-02",
            "item": [item],
        }

    def rule(*ends: str) -> str:
        one, other = (facet_of(answered(end), 0) for end in ends)
        assert one is not None
        assert other is not None
        decision = decide(one, other)
        assert decision is not None
        return decision.rule

    assert rule("It is over.", "It is over!") == "same-answers"
    assert rule("It is over.", "It goes on.") == "asked-twice"


def test_a_name_is_without_the_role_behind_it() -> None:
    """However the role is set off, and in time that does not grow faster than the text."""
    for told in (
        "Priya Nair, named social worker",
        "Priya Nair (social worker)",
        "PRIYA  NAIR; duty",
        "Priya Nair",
    ):
        assert plain_name(told) == "priya nair"
    assert plain_name("Priya Nair" + " " * 1_000_000) == "priya nair"
