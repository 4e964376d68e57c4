"""What a steward is told: the reckoning adds up, every level has words, and what keeps two persons apart is named."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity import agreement
from services.domain.identity.clustering import Member
from services.domain.identity.decision import EXCLUDING, Decision, Grade, Rule, decide
from services.domain.identity.demographics import read_demographics
from services.domain.identity.model import from_json
from services.domain.identity.profile import Profile, Told, profile
from services.domain.identity.rulings import Verdict, pair
from services.domain.record.version import OWN, Rank
from services.review import facts, words
from services.review.explanation import explain, why_apart
from services.review.kinds import RULES, WORDS, Kind

MODEL = from_json(files("services.domain.identity").joinpath("model.json").read_bytes())
NUMBER, OTHER_NUMBER = "9990000018", "9991042172"


def someone(**changed: Any) -> Profile:
    """A profile of one invented person, but for what is changed."""
    known: dict[str, Any] = {
        "names": [("Wren Ada", "Quillfeather")],
        "birth_date": "1990-04-02",
        "gender": "female",
        "addresses": [("12 Mere Lane", "Tidewell", "ZZ99 3WZ")],
        "phones": ["07700 900123"],
        "emails": ["wren@mail.example"],
    }
    return profile(Told(**(known | changed)))


def some(values: Any) -> Any:
    """A list of at most two of these."""
    return st.lists(st.sampled_from(values), max_size=2)


people = st.builds(
    someone,
    names=some(
        [("Wren", "Quillfeather"), ("Wrenn Ada", "Quillfether"), ("Ada", "Marsh"), ("Quillfeather", "Wren")]
    ),
    birth_date=st.sampled_from(["1990-04-02", "1990-02-04", "1990-04", "1971-12-30", ""]),
    gender=st.sampled_from(["female", "male", ""]),
    addresses=some(
        [("12 Mere Lane", "Tidewell", "ZZ99 3WZ"), ("", "Tidewell", ""), ("9 Hay Road", "Overy", "ZZ99 3VZ")]
    ),
    phones=some(["07700 900123", "07700 900124", "07700 900987"]),
    emails=some(["wren@mail.example", "wren@post.example"]),
    numbers=some([NUMBER, OTHER_NUMBER]),
    replaced=some([(NUMBER, OTHER_NUMBER)]),
)


@given(people, people)
def test_the_reckoning_is_the_models_and_adds_up(one: Profile, other: Profile) -> None:
    """Begin, evidence and total, as the decision has them, whichever of the two comes first."""
    found = explain(one, other, MODEL)
    assert found.decision == decide(one, other, MODEL)
    assert found.prior + sum(told.weight for told in found.evidence) == found.decision.weight
    assert found == explain(other, one, MODEL)
    for told in found.evidence:
        assert words.LEVELS[told.field][told.level]


def test_every_level_grade_rule_and_kind_has_words() -> None:
    """Those of the model, no more and no fewer."""
    assert words.FIELDS.keys() == set(agreement.FIELDS)
    assert {field: tuple(levels) for field, levels in words.LEVELS.items()} == agreement.LEVELS
    assert words.GRADES.keys() == set(Grade)
    assert words.RULES.keys() == set(Rule)
    assert words.OBSTACLES.keys() == {"", *EXCLUDING}
    assert WORDS.keys() == set(Kind)
    assert set(RULES.values()) <= set(Rule)


@pytest.mark.parametrize(
    ("weight", "bits", "direction", "odds"),
    [
        (7_240, "+7.2", "for one person", "about 150 to 1 that they are one person"),
        (-400, "\u22120.4", "for two people", "about 1 to 1 that they are two people"),
        (40, "0.0", "for neither", "about 1 to 1 that they are one person"),
        (5_000, "+5.0", "for one person", "about 32 to 1 that they are one person"),
        (-10_000, "\u221210.0", "for two people", "about 1,000 to 1 that they are two people"),
        (31_000, "+31.0", "for one person", "more than a million to 1 that they are one person"),
    ],
)
def test_weights_are_told_in_bits_and_odds(weight: int, bits: str, direction: str, odds: str) -> None:
    """A bit doubles the odds; more digits than two are nobody's to know."""
    assert (words.bits(weight), words.direction(weight), words.odds(weight)) == (bits, direction, odds)


@pytest.mark.parametrize("grade", [Grade.PROBABLE, Grade.POSSIBLE, Grade.CERTAINLY_NOT])
def test_what_the_sum_comes_to_is_said(grade: Grade) -> None:
    """Each end in words of its own."""
    said = words.rule_words(Decision(grade, Rule.WEIGHT, 0))
    assert said.startswith("The evidence is added up. It comes to ")
    assert {Grade.PROBABLE: "join them", Grade.POSSIBLE: "too much", Grade.CERTAINLY_NOT: "one person"}[
        grade
    ] in said


def members(**profiles: Profile) -> list[Member]:
    """Members, each with an id of its own letter."""
    return [Member(name.encode() * 16, one) for name, one in profiles.items()]


A, B, C = (letter * 16 for letter in (b"a", b"b", b"c"))


def apart(
    ones: list[Member], others: list[Member], ruled: Mapping[tuple[bytes, bytes], Verdict] = {}
) -> list[Any]:
    """What keeps two persons apart."""
    return why_apart(ones, others, ruled, MODEL).obstacles


def test_what_keeps_persons_apart_is_named() -> None:
    """A clash of one number, two numbers, twins, or a steward; in members that the pair itself does not show."""
    wren = someone()
    assert apart(members(a=wren), members(b=wren)) == []
    two = members(a=someone(numbers=[NUMBER]), b=wren), members(c=someone(numbers=[OTHER_NUMBER]))
    assert apart(*two) == [(A, C, Rule.DIFFERENT_NUMBERS)]
    clash = someone(names=[("Otto", "Marsh")], birth_date="1950-01-30", numbers=[NUMBER])
    assert apart(members(a=someone(numbers=[NUMBER])), members(c=clash)) == [(A, C, Rule.NUMBER_CLASH)]
    twin = someone(names=[("Otto", "Quillfeather")], gender="male", emails=[], phones=[])
    assert apart(members(a=wren), members(c=twin)) == [(A, C, Rule.TWINS)]
    assert apart(members(a=wren, b=wren), members(c=wren), {pair(B, C): Verdict.NOT_SAME}) == [(B, C, "")]


def test_a_ruling_lifts_what_it_may() -> None:
    """Twins and a clash, but not two valid numbers; and where one was replaced by the other they are one number."""
    twins = members(a=someone()), members(c=someone(names=[("Otto", "Quillfeather")], gender="male"))
    numbers = members(a=someone(numbers=[NUMBER])), members(c=someone(numbers=[OTHER_NUMBER]))
    same = {pair(A, C): Verdict.SAME}
    assert apart(*twins, same) == []
    assert apart(*numbers, same) == [(A, C, Rule.DIFFERENT_NUMBERS)]
    replaced = members(b=someone(numbers=[OTHER_NUMBER], replaced=[(NUMBER, OTHER_NUMBER)]))
    assert apart(numbers[0], [*numbers[1], *replaced]) == []


def test_what_a_record_says_is_shown_as_it_was_written() -> None:
    """Current words first, earlier ones marked; dates and numbers as people write them."""
    newer = {
        "resourceType": "Patient",
        "identifier": [
            {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": NUMBER},
            {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000019"},
        ],
        "name": [{"use": "official", "given": ["Wren", "Ada"], "family": "Marsh-Quillfeather"}],
        "birthDate": "1990-04-02",
        "gender": "female",
        "address": [{"line": ["12 Mere Lane"], "city": "Tidewell", "postalCode": "ZZ99 3WZ"}],
        "telecom": [
            {"system": "phone", "value": "07700 900123"},
            {"system": "email", "value": "wren@mail.example"},
        ],
        "deceasedDateTime": "2026-05-03",
    }
    older = {"resourceType": "Patient", "name": [{"given": ["Wren"], "family": "Quillfeather"}]}
    told = read_demographics(older, Rank(1, 0, OWN, b"")) | read_demographics(newer, Rank(2, 0, OWN, b""))
    assert facts.names(told) == [("Wren Ada Marsh-Quillfeather", ""), ("Wren Quillfeather", "earlier")]
    assert facts.birth_date(told) == [("2 April 1990", "")]
    assert facts.gender(told) == [("Female", "")]
    assert facts.addresses(told) == [("12 Mere Lane, Tidewell, ZZ99 3WZ", "")]
    assert facts.phones(told) == [("07700 900123", "")]
    assert facts.emails(told) == [("wren@mail.example", "")]
    assert facts.death(told) == [("3 May 2026", "")]
    assert facts.nhs_numbers(told) == [("999 000 0018", ""), ("999 000 0019", "check digit is wrong")]
    assert (facts.names({}), facts.birth_date({}), facts.death({}), facts.nhs_numbers({})) == ([], [], [], [])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1990-04-02", "2 April 1990"),
        ("1990-04", "April 1990"),
        ("1990", "1990"),
        ("1990-00-01", "1990-00-01"),
        ("soon", "soon"),
        ("", ""),
    ],
)
def test_dates_are_shown_as_far_as_they_are_known(text: str, shown: str) -> None:
    """Nothing is made up, and what is no date stands as it came."""
    assert facts.plain_date(text) == shown
