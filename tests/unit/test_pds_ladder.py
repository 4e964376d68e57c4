"""What PDS is asked about a person: which searches, in which order, and about whom none."""

from dataclasses import replace
from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.demographics import Demographics, join, read_demographics
from services.domain.record.version import OWN, Rank
from services.pds.ladder import EXACT, FUZZY, WILDCARD, Question, Search, question

ANNA = {"family": "Quillfeather", "given": "Annabel Rose", "birth_date": "1961-03-09", "gender": "female"}
AT_HOME = {**ANNA, "postcodes": "NR1 1AA"}
NAMED = Search("Quillfeather", "Annabel", "1961-03-09")


def facts(told: dict[str, str]) -> Demographics:
    """What a Patient with these tells: postcodes, phones and emails are lists, the earliest told last."""
    born, names = told.get("birth_date", ""), {"family": told["family"], "given": told["given"].split()}
    number = {
        "system": "https://fhir.nhs.uk/Id/nhs-number",
        "value": told.get("nhs_numbers", "").partition(" ")[0],
    }
    found: Demographics = {}
    for age, (postcode, phone, email) in enumerate(
        zip_longest(
            *(told.get(name, "").split(",") for name in ("postcodes", "phones", "emails")), fillvalue=""
        )
    ):
        patient = {
            "name": [names],
            "birthDate": born,
            "gender": told.get("gender"),
            "identifier": [number],
            "address": [{"postalCode": postcode}],
            "telecom": [{"system": "phone", "value": phone}, {"system": "email", "value": email}],
        }
        found = join(found, read_demographics(patient, Rank(-age, -1, OWN, b"hash")))
    return found


def asked(told: dict[str, str]) -> list[tuple[Search, float]]:
    """The searches and the least score of each."""
    found = question(facts(told))
    return [(step.search, step.least_score) for step in found.steps] if found else []


def test_a_known_postcode_gives_three_steps_the_strictest_first() -> None:
    """Exact; first letters and postcode area, in the past too; fuzzy. Only the first given name is asked with."""
    assert asked(AT_HOME) == [
        (replace(NAMED, postcode="NR1 1AA"), EXACT),
        (replace(NAMED, given="Ann*", postcode="NR*", history=True), WILDCARD),
        (replace(NAMED, postcode="NR1 1AA", fuzzy=True), FUZZY),
    ]


ONE_STEP = [
    ("a phone, as it is dialled, stands in for the postcode",
     {"phones": "07700 900101,07700 900102", "emails": "a@b.example"}, {"phone": "07700900101"}),
    ("an e-mail address stands in where there is no phone", {"emails": "a@b.example"}, {"email": "a@b.example"}),
    ("the gender stands in where there is neither", {}, {"gender": "female"}),
    ("a gender that PDS does not search by is left out", {"gender": "unknown"}, {}),
    ("half a postcode is none", {"postcodes": "NR1"}, {"gender": "female"}),
]  # fmt: skip


@pytest.mark.parametrize(("more", "by"), [case[1:] for case in ONE_STEP], ids=[case[0] for case in ONE_STEP])
def test_without_a_postcode_there_is_one_exact_step(more: dict[str, str], by: dict[str, str]) -> None:
    """A wildcard or a fuzzy search by a name and a birth date alone would find somebody else."""
    assert asked({**ANNA, **more}) == [(replace(NAMED, **by), EXACT)]  # type: ignore[arg-type]


WILDCARDS = [
    ("a short name is asked whole", "Jo", "M11AE", "Jo*", "M1*"),
    ("an initial takes no wildcard", "J", "LS1 6AE", "J", "LS*"),
    ("a name is cut after three letters", "Anne-Marie", "B33 8TH", "Ann*", "B3*"),
    ("a postcode may come with or without its space", "Kate", "EC1A1BB", "Kat*", "EC*"),
]


@pytest.mark.parametrize(
    ("name", "postcode", "letters", "area"),
    [case[1:] for case in WILDCARDS],
    ids=[case[0] for case in WILDCARDS],
)
def test_wildcards_stand_after_two_characters_at_least(
    name: str, postcode: str, letters: str, area: str
) -> None:
    """PDS takes no others."""
    search, _ = asked({**ANNA, "given": name, "postcodes": postcode})[1]
    assert (search.given, search.postcode) == (letters, area)


def test_each_postcode_is_tried_before_the_next_looser_step_and_the_same_area_once() -> None:
    """Four are known, three are asked with, and two of those lie in one area."""
    searches = [search for search, _ in asked({**ANNA, "postcodes": "IP1 2CC,NR1 1AA,NR2 4BB,NR3 3EE"})]
    assert [one.postcode for one in searches] == [
        *("IP1 2CC", "NR1 1AA", "NR2 4BB"), "IP*", "NR*", *("IP1 2CC", "NR1 1AA", "NR2 4BB")
    ]  # fmt: skip


NOT_ASKED = [
    ("nobody with a valid NHS number", {"nhs_numbers": "9990010005"}),
    ("nobody without a family name", {"family": ""}),
    ("nobody without a given name", {"given": " "}),
    ("nobody whose name is that it is not known", {"family": "Unknown"}),
    ("nobody whose given name is a title alone", {"given": "Mrs"}),
    ("nobody whose birth date stands for one that is not known", {"birth_date": "1900-01-01"}),
    ("nobody whose birth date names no day", {"birth_date": "1961-03"}),
    ("nobody whose name hides letters: it would be a wildcard", {"family": "Q*"}),
]


@pytest.mark.parametrize("more", [case[1] for case in NOT_ASKED], ids=[case[0] for case in NOT_ASKED])
def test_who_is_not_asked_about(more: dict[str, str]) -> None:
    """Somebody whose number is known, or of whom too little is."""
    assert question(facts({**AT_HOME, **more})) is None


def test_an_invalid_number_is_no_reason_not_to_ask() -> None:
    """A number that fails the check digit is nobody's."""
    assert question(facts({**AT_HOME, "nhs_numbers": "1234567890"})) is not None


def hash_of(told: dict[str, str]) -> bytes:
    """The hash of the question about somebody."""
    found = question(facts(told))
    assert found is not None
    return found.hash


def test_the_question_is_another_when_what_is_asked_changes_and_only_then() -> None:
    """A second given name is not asked with; the phone is not where a postcode is known."""
    same = [
        {"given": "Annabel"},
        {"given": "Mrs Annabel"},
        {"phones": "+447700900101"},
        {"postcodes": "nr11aa"},
        {"gender": "other"},
    ]
    others = [{"given": "Anna"}, {"postcodes": "NR11AB"}, {"birth_date": "1961-03-19"}, {"family": "Marsh"}]
    assert {hash_of({**AT_HOME, **more}) for more in same} == {hash_of(AT_HOME)}
    assert len({hash_of({**AT_HOME, **more}) for more in [{}, *others]}) == 1 + len(others)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(TEXT, TEXT, st.lists(TEXT, max_size=5), TEXT, TEXT)
def test_whatever_is_known_the_searches_are_few_and_show_nothing_when_printed(
    family: str, name: str, postcodes: list[str], phones: str, gender: str
) -> None:
    """At most three of each kind; a search that lands in a log or a traceback tells nobody's data."""
    told = {"family": f"F{family}", "given": f"G{name}", "postcodes": ",".join(postcodes), "phones": phones}
    found = question(facts({**told, "birth_date": "1961-03-09", "gender": gender}))
    if found is None:
        return
    assert isinstance(found, Question)
    assert 1 <= len(found.steps) <= 9
    assert repr(found) == "Question()"
    searches = [step.search for step in found.steps]
    assert [one.fuzzy for one in searches] == sorted(one.fuzzy for one in searches), "fuzzy comes last"
    for one in searches:
        assert repr(one) == f"Search(history={one.history}, fuzzy={one.fuzzy})"
        assert all(one.parameters.values())
        assert one.parameters["birthdate"] == "eq1961-03-09"
