"""Profiles: what versions of a Patient tell, joined in any order, comes to one and the same thing to be compared."""

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.demographics import (
    Demographics,
    from_json,
    join,
    profile_of,
    read_demographics,
    to_json,
)
from services.domain.identity.profile import Address, Name, Profile, Told, profile
from services.domain.record.version import CORRECTION, OWN, Rank

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
MOST = 6
"""Of one kind that a record keeps."""


def patient(**told: Any) -> dict[str, Any]:
    """A FHIR Patient: `names`, `homes`, `phones`, `emails` and `numbers` as short texts, all else as it is."""
    written: dict[str, Any] = {}
    if "names" in told:
        written["name"] = [{"given": [given], "family": family} for given, family in told.pop("names")]
    if "homes" in told:
        written["address"] = [
            {"line": [line], "city": city, "postalCode": code} for line, city, code in told.pop("homes")
        ]
    telecom = [{"system": "phone", "value": one} for one in told.pop("phones", [])]
    telecom += [{"system": "email", "value": one} for one in told.pop("emails", [])]
    if telecom:
        written["telecom"] = telecom
    if "numbers" in told:
        written["identifier"] = [{"system": NHS_NUMBER, "value": one} for one in told.pop("numbers")]
    return written | told


def _few(values: Sequence[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(list(values)), max_size=4, unique=True)


ranks = st.builds(
    Rank,
    st.integers(0, 4),
    st.integers(-1, 1),
    st.sampled_from([OWN, CORRECTION]),
    st.sampled_from([b"a", b"b", b"c"]),
)
patients = st.builds(
    lambda **told: patient(**{name: value for name, value in told.items() if value}),
    names=_few([(given, family) for given in ("Wren", "Ada", "Jay") for family in ("Fenn", "Larter", "")]),
    homes=_few([(f"{number} Reed Lane", "Salthouse", "NR98 4QF") for number in range(1, 10)]),
    phones=_few([f"07700 90010{digit}" for digit in range(9)]),
    emails=_few([f"wren{digit}@mail.example" for digit in range(9)]),
    numbers=_few(["9990000018", "9990000026", "9990000019"]),
    birthDate=st.sampled_from(["", "1990", "1990-04-02", "1991-05-03"]),
    gender=st.sampled_from(["", "female", "male"]),
)
tellings = st.builds(read_demographics, patients, ranks)


def joined(told: Iterable[Demographics]) -> Demographics:
    """All of them together."""
    nothing: Demographics = {}
    return reduce(join, told, nothing)


facts = st.lists(tellings, max_size=4).map(joined)


def _kept(told: Demographics, kind: str) -> list[str]:
    return [field for field in told if field.startswith(f"{kind}:")]


@given(facts, facts, facts)
def test_joining_is_associative(a: Demographics, b: Demographics, c: Demographics) -> None:
    """How tellings are grouped does not matter, though no more than six of a kind are kept."""
    assert join(join(a, b), c) == join(a, join(b, c))


@given(facts, facts)
def test_joining_is_commutative(a: Demographics, b: Demographics) -> None:
    """Which telling comes first does not matter."""
    assert join(a, b) == join(b, a)


@given(facts, facts)
def test_joining_again_changes_nothing(a: Demographics, b: Demographics) -> None:
    """Nor does hearing one twice, whole or in part."""
    both = join(a, b)
    assert join(both, b) == join(both, a) == join(both, both) == both
    assert join(a, {}) == a


@given(facts, facts)
def test_joining_leaves_its_arguments_alone(a: Demographics, b: Demographics) -> None:
    """What was trimmed was trimmed from a copy."""
    before = dict(a), dict(b)
    join(a, b)
    assert (a, b) == before


@given(st.lists(tellings, max_size=5), st.randoms(use_true_random=False))
def test_the_profile_is_the_same_in_any_order(told: list[Demographics], dice: object) -> None:
    """Of the same versions, each heard once or more."""
    again = [*told, *told[:2]]
    dice.shuffle(again)  # type: ignore[attr-defined]
    assert profile_of(joined(again)) == profile_of(joined(told))


@given(st.lists(tellings, max_size=6))
def test_no_more_than_six_of_a_kind_are_kept(told: list[Demographics]) -> None:
    """Those of highest rank: what is left out ranks below all that stays."""
    whole = joined(told)
    for kind in ("name", "address", "phone", "email"):
        kept = _kept(whole, kind)
        assert len(kept) <= MOST
        ranks_ = [one[field].rank for one in told for field in _kept(one, kind) if field not in kept]
        if ranks_:
            assert len(kept) == MOST
            assert max(ranks_) <= min(whole[field].rank for field in kept)


@given(facts)
def test_facts_survive_being_stored(told: Demographics) -> None:
    """The profile of what is read back from PostgreSQL is the profile of what was written."""
    assert from_json(to_json(told)) == told
    assert profile_of(from_json(to_json(told))) == profile_of(told)


def _ranked(instant: int) -> Rank:
    return Rank(instant, -1, OWN, bytes([instant]))


def test_what_was_told_before_comes_after_what_is_told_now() -> None:
    """A new surname, a new home and a new telephone stand first, whichever of the messages came first."""
    before = read_demographics(
        patient(
            names=[("Wren", "Fenn")],
            homes=[("4 Reed Lane", "Salthouse", "NR98 4QF")],
            phones=["07700 900101"],
        ),
        _ranked(1),
    )
    now = read_demographics(
        patient(
            names=[("Wren", "Larter")],
            homes=[("17 Otter Wharf", "Bishopsford", "IP98 2AB")],
            phones=["07700 900102"],
        ),
        _ranked(2),
    )
    for order in permutations((before, now)):
        found = profile_of(joined(order))
        assert found.names == (Name(("wren",), "larter"), Name(("wren",), "fenn"))
        assert [one.postcode for one in found.addresses] == ["IP98 2AB", "NR98 4QF"]
        assert found.phones == ("+447700900102", "+447700900101")


def test_a_seventh_name_drives_out_the_oldest() -> None:
    """And telling the oldest again brings it back."""
    told = [
        read_demographics(patient(names=[("Wren", f"Fenn{letter}")]), _ranked(at))
        for at, letter in enumerate("abcdefg", 1)
    ]
    families = [name.family for name in profile_of(joined(told)).names]
    assert families == ["fenng", "fennf", "fenne", "fennd", "fennc", "fennb"]
    again = read_demographics(patient(names=[("Wren", "Fenna")]), _ranked(8))
    assert profile_of(joined([*told, again])).names[0].family == "fenna"
    assert "fennb" not in [name.family for name in profile_of(joined([again, *told])).names]


LINKS = {"identifier": {"system": NHS_NUMBER, "value": "9990000026"}}

READ: dict[str, tuple[dict[str, Any], Profile]] = {
    "a name, a birth date and a gender": (
        patient(names=[("Wren", "Fenn")], birthDate="1990-04-02", gender="female"),
        Profile(names=(Name(("wren",), "fenn"),), birth_date="1990-04-02", gender="f"),
    ),
    "a name in one piece": (
        {"name": [{"text": "Wren Fenn"}]},
        Profile(names=(Name(("wren",), "fenn"),)),
    ),
    "a number that is valid and one that is not": (
        patient(numbers=["999 000 0018", "9990000019"]),
        Profile(numbers=("9990000018",), invalid_numbers=("9990000019",)),
    ),
    "one number written twice": (
        patient(numbers=["999 000 0018", "9990000018", "999-000-0018"]),
        Profile(numbers=("9990000018",)),
    ),
    "a number that was replaced": (
        patient(numbers=["9990000018"], link=[{"type": "replaced-by", "other": LINKS}]),
        Profile(numbers=("9990000018",), replaced=(("9990000018", "9990000026"),)),
    ),
    "a number that took another's place": (
        patient(numbers=["9990000018"], link=[{"type": "replaces", "other": LINKS}]),
        Profile(numbers=("9990000018",), replaced=(("9990000026", "9990000018"),)),
    ),
    "a replaced number that is none": (
        patient(
            numbers=["9990000018"],
            link=[
                {
                    "type": "replaces",
                    "other": {"identifier": {"system": NHS_NUMBER, "value": "9990000019"}},
                }
            ],
        ),
        Profile(numbers=("9990000018",)),
    ),
    "what stands where nothing is known": (
        patient(names=[("Unknown", "Unknown")], homes=[("No fixed abode", "", "ZZ99 3VZ")], phones=["000"]),
        Profile(),
    ),
    "nothing": ({}, Profile()),
}


@pytest.mark.parametrize("sentence", READ)
def test_what_a_patient_comes_to(sentence: str) -> None:
    """Values as they are compared; what says nothing is left out."""
    told, expected = READ[sentence]
    assert profile_of(read_demographics(told, _ranked(1))) == expected


BARE = [
    pytest.param(Told(numbers=["9990000018"]), True, id="a number alone"),
    pytest.param(Told(numbers=["9990000018"], gender="female"), True, id="a number and a gender"),
    pytest.param(
        Told(numbers=["9990000018"], names=[("Unknown", "")]), True, id="a number and a name that is none"
    ),
    pytest.param(Told(numbers=["9990000018"], phones=["07700 900101"]), False, id="a number and a telephone"),
    pytest.param(Told(numbers=["9990000018"], birth_date="1990"), False, id="a number and a year"),
    pytest.param(Told(numbers=["9990000018"], names=[("Wren", "")]), False, id="a number and a name"),
]


@pytest.mark.parametrize(("told", "bare"), BARE)
def test_who_is_known_by_a_number_alone(told: Told, bare: bool) -> None:
    """Nothing else is told that could agree with anybody."""
    assert profile(told).is_bare is bare


def test_values_are_kept_once_and_in_order() -> None:
    """Two ways to write one thing are one thing; the first told stays first."""
    found = profile(
        Told(
            phones=["07700 900102", "+44 7700 900101", "07700900102"],
            emails=["W.Fenn@mail.example", "w.fenn@mail.example"],
            addresses=[("4 Reed Lane", "Salthouse", "nr98 4qf"), ("4 Reed Ln", "SALTHOUSE", "NR984QF")],
            other_numbers=["QQ 12 34 56 C", "qq123456c"],
        )
    )
    assert found.phones == ("+447700900102", "+447700900101")
    assert found.emails == ("w.fenn@mail.example",)
    assert [one.postcode for one in found.addresses] == ["NR98 4QF"]
    assert isinstance(found.addresses[0], Address)
    assert found.other_numbers == ("QQ123456C",)
