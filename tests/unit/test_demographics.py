"""Demographics: joining is a semilattice, and what a Patient tells is read as it is meant."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.demographics import (
    Demographics,
    Told,
    display_name,
    from_json,
    full_birth_date,
    is_valid,
    join,
    read_demographics,
    to_json,
    valid_nhs_numbers,
)
from services.domain.record.version import CORRECTION, OWN, Rank

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
RANK = Rank(1, -1, 1, b"a")

ranks = st.builds(
    Rank,
    st.integers(0, 3),
    st.integers(-1, 1),
    st.sampled_from([OWN, CORRECTION]),
    st.sampled_from([b"a", b"b"]),
)
told = st.builds(Told, ranks, st.sampled_from(["x", "y"]))
facts = st.dictionaries(st.sampled_from(["birth_date", "family", "given"]), told, max_size=3)


@given(facts, facts, facts)
def test_joining_is_associative(a: Demographics, b: Demographics, c: Demographics) -> None:
    """How tellings are grouped does not matter."""
    assert join(join(a, b), c) == join(a, join(b, c))


@given(facts, facts)
def test_joining_is_commutative(a: Demographics, b: Demographics) -> None:
    """Which telling comes first does not matter."""
    assert join(a, b) == join(b, a)


@given(facts, facts)
def test_joining_again_changes_nothing(a: Demographics, b: Demographics) -> None:
    """Nor does hearing one twice; and hearing nothing takes nothing away."""
    assert join(join(a, b), b) == join(a, b)
    assert join(a, {}) == a


@given(facts, facts)
def test_joining_leaves_its_arguments_alone(a: Demographics, b: Demographics) -> None:
    """A joined telling is a new one."""
    before = dict(a), dict(b)
    join(a, b)
    assert (a, b) == before


@given(facts)
def test_facts_survive_being_stored(a: Demographics) -> None:
    """What is written to PostgreSQL is what is read from it."""
    assert from_json(to_json(a)) == a


def test_a_later_message_that_says_less_takes_nothing_away() -> None:
    """A number alone, told later, leaves the birth date that was told before."""
    first = read_demographics({"birthDate": "1990-04-02", "name": [{"family": "Fenn"}]}, RANK)
    later = read_demographics(
        {"identifier": [{"system": NHS_NUMBER, "value": "9990000018"}]}, Rank(2, -1, 1, b"b")
    )
    joined = join(first, later)
    assert full_birth_date(joined) == "1990-04-02"
    assert valid_nhs_numbers(joined) == {"9990000018"}


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("9990000018", True),
        ("999 000 0018", True),
        ("999-000-0018", True),
        ("9990000019", False),
        ("999000001", False),
        ("９９９００００００１８", False),
        ("abcdefghij", False),
    ],
)
def test_only_numbers_with_the_right_check_digit_identify(value: str, valid: bool) -> None:
    """Spacing does not matter, the check digit does, and only ASCII digits are digits."""
    patient = {"identifier": [{"system": NHS_NUMBER, "value": value}]}
    assert bool(valid_nhs_numbers(read_demographics(patient, RANK))) is valid


def test_is_valid_wants_ten_digits() -> None:
    """An empty text is not a number."""
    assert not is_valid("")


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ([{"use": "official", "family": "Fenn", "given": ["Wren", "Ada"]}], "Wren Ada Fenn"),
        ([{"use": "nickname", "given": ["Birdie"]}, {"use": "official", "family": "Fenn"}], "Fenn"),
        ([{"text": "Wren of the boats"}], "Wren of the boats"),
        ([], "Name not given"),
    ],
)
def test_the_name_people_read(names: list[dict[str, Any]], shown: str) -> None:
    """The official name before others; the text where there are no parts; and plain words for none."""
    assert display_name(read_demographics({"name": names}, RANK)) == shown


LINKED = {"type": "replaced-by", "other": {"identifier": {"system": NHS_NUMBER, "value": "999 000 0018"}}}
PDS = "https://api.example/personal-demographics/FHIR/R4/Patient"

TOLD: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "the day of a death": ({"deceasedDateTime": "2026-05-04"}, {"deceased": "2026-05-04"}),
    "a death without its day": ({"deceasedBoolean": True}, {"deceased": "true"}),
    "a death that was told wrongly is taken back": ({"deceasedBoolean": False}, {"deceased": "false"}),
    "a number that took this one's place": ({"link": [LINKED]}, {"superseded_by": "9990000018"}),
    "a number in a reference": (
        {"link": [{"type": "replaced-by", "other": {"reference": f"{PDS}/9990000018/_history/2"}}]},
        {"superseded_by": "9990000018"},
    ),
    "numbers whose place this one took": (
        {
            "link": [
                {"type": "replaces", "other": {"reference": "Patient/9990000026"}},
                LINKED | {"type": "replaces"},
            ]
        },
        {"supersedes": "9990000018 9990000026"},
    ),
    "the person's own number supersedes nothing": (
        {"identifier": [{"system": NHS_NUMBER, "value": "9990000018"}], "link": [LINKED]},
        {"nhs_numbers": "9990000018"},
    ),
    "a local id of ten digits is no NHS number": (
        {"link": [{"type": "replaced-by", "other": {"reference": "Patient/1234567890"}}]},
        {},
    ),
    "a link to another record of the person says nothing of numbers": (
        {"link": [LINKED | {"type": "seealso"}, LINKED | {"type": "refer"}]},
        {},
    ),
}


@pytest.mark.parametrize("sentence", TOLD)
def test_what_becomes_of_a_person(sentence: str) -> None:
    """A death and a change of NHS number are facts like any other."""
    patient, facts = TOLD[sentence]
    assert {name: one.value for name, one in read_demographics(patient, RANK).items()} == facts


def test_the_latest_word_on_a_death_counts() -> None:
    """A death notice that was withdrawn later does not stand, whichever comes first."""
    died = read_demographics({"deceasedDateTime": "2026-05-04"}, RANK)
    lives = read_demographics({"deceasedBoolean": False}, Rank(2, -1, OWN, b"b"))
    assert join(died, lives)["deceased"].value == join(lives, died)["deceased"].value == "false"


_odd = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["", "replaces", NHS_NUMBER, "Patient/9990000018"]),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "other", "identifier", "reference", "system", "value", "use", "given", "family"]
            ),
            inside,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["identifier", "name", "link", "birthDate", "gender", "deceasedBoolean", "deceasedDateTime"]
        ),
        _odd,
    )
)
def test_any_patient_can_be_read(patient: dict[str, Any]) -> None:
    """Whatever stands in it, reading gives texts and never fails."""
    assert all(isinstance(one.value, str) and one.value for one in read_demographics(patient, RANK).values())
