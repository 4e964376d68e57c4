"""What somebody types is read into its parts; who answers best stands first, and it is said why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.finding.asked import Asked, read_asked
from services.domain.finding.ranking import Answer, answer, best_first
from services.domain.finding.terms import asked_terms, terms
from services.domain.identity.profile import Name, Profile, Told, profile
from services.record.model import load_model

MODEL = load_model()

JOHN = profile(
    Told(
        names=[("John Arthur", "Smith")],
        birth_date="1980-02-01",
        addresses=[("1 Otter Wharf", "Norwich", "NR1 1AA")],
        phones=["07700 900123"],
        numbers=["9990000018"],
    )
)
MARY = profile(
    Told(
        names=[("Mary", "Okonkwo-Jones")],
        birth_date="1971-04-03",
        addresses=[("2 Otter Wharf", "Norwich", "NR3 2BB")],
        phones=["07700 900777"],
        numbers=["9990000026"],
    )
)

READ = {
    "Jon Smyth 1/2/80": Asked((Name(("jon",), "smyth"),), "1980-02-01"),
    "born 1 February 1980, John Smith": Asked((Name(("john",), "smith"),), "1980-02-01"),
    "SMITH, John 1980-02-01": Asked((Name(("john",), "smith"),), "1980-02-01"),
    "smith 1980": Asked((Name(("smith",), ""), Name((), "smith")), "1980"),
    "999 000 0018": Asked(numbers=("9990000018",)),
    "NHS no. 9990000018": Asked(numbers=("9990000018",)),
    "07700 900123": Asked(phones=("+447700900123",)),
    "+44 7700 900123 1/2/80": Asked(birth_date="1980-02-01", phones=("+447700900123",)),
    "Smith nr11aa": Asked((Name(("smith",), ""), Name((), "smith")), postcode="NR1 1AA"),
    "Smith NR1": Asked((Name(("smith",), ""), Name((), "smith")), area="NR1"),
    "April Smith": Asked((Name(("april",), "smith"),)),
    "  ": Asked(),
}

FINDS_JOHN = {
    "Jon Smyth 1/2/80": "birth date",
    "Jack Smith": "a form of the first name",
    "Smith John": "first and last name the other way round",
    "Smiht John": "nearly the same last name",
    "John Smith 2/1/80": "birth date with day and month the other way round",
    "John Smith 1/2/81": "birth date with one slip",
    "Smith nr1 1aa": "postcode",
    "07700 900132": "telephone with one slip",
    "999 000 0018": "NHS number",
    "999 000 0081": "NHS number with one slip",
    "Arthur Smith": "another of their first names",
}


@pytest.mark.parametrize(("text", "asked"), READ.items(), ids=READ)
def test_what_is_typed_is_read(text: str, asked: Asked) -> None:
    """In any order, as people write it."""
    assert read_asked(text) == asked


@pytest.mark.parametrize(("text", "reason"), FINDS_JOHN.items(), ids=FINDS_JOHN)
def test_slips_still_find_him(text: str, reason: str) -> None:
    """He shares terms with the question, is ranked first, and it is said by what."""
    asked = read_asked(text)
    assert terms(JOHN) & asked_terms(asked, MODEL).keys()
    found = best_first(
        [(name, answer(asked, [one], MODEL)) for name, one in ((b"j", JOHN), (b"m", MARY))], 20
    )
    assert found[0][0] == b"j"
    assert reason in found[0][1].why
    assert b"m" not in dict(found)


def test_what_several_systems_tell_counts_together() -> None:
    """One knows the name, another the telephone; the birth date that agrees best is the one that counts."""
    name = profile(Told(names=[("John", "Smith")], birth_date="1980-03-01"))
    phone = profile(Told(phones=["07700 900123"], birth_date="1980-02-01"))
    whole = answer(read_asked("John Smith 1/2/80 07700 900123"), [name, phone], MODEL)
    assert whole.why == ("first name", "last name", "birth date", "telephone")
    assert whole == answer(read_asked("John Smith 1/2/80 07700 900123"), [phone, name], MODEL)


def test_an_answer_is_plain_where_all_that_is_asked_agrees_without_a_slip() -> None:
    """Else whoever is asked for may be somebody of whom more slips are made."""
    for text, is_plain in (
        ("John Smith 1/2/80", True),
        ("Jack Smith", True),
        ("Jon Smyth 1/2/80", False),
        ("John Smith 2/1/80", False),
        ("John Smith NR3 2BB", False),
    ):
        asked = read_asked(text)
        assert answer(asked, [JOHN], MODEL).is_plain(asked) == is_plain, text


def test_nothing_that_only_browses_finds_anybody() -> None:
    """A year or a district is nothing to find somebody by."""
    for text in ("1980", "NR1", "", "born"):
        assert read_asked(text).is_nothing


def test_who_answers_in_nothing_is_left_out() -> None:
    """And no more than are wanted stay, the best ones."""
    found = [(bytes([at]), Answer(at * 100, ("last name",))) for at in range(40)] + [
        (b"x", Answer(90_000, ()))
    ]
    ranked = best_first(found, 20)
    assert [key[0] for key, _ in ranked] == list(range(39, 19, -1))


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_and_ranked(text: str) -> None:
    """No text makes it fail, and nobody answers to what is nothing."""
    asked = read_asked(text)
    assert all(isinstance(term, int) for term in asked_terms(asked, MODEL))
    assert answer(asked, [JOHN], MODEL) == answer(asked, [JOHN, JOHN], MODEL)
    assert answer(asked, [Profile()], MODEL).why == ()
