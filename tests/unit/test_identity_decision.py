"""Decisions: who is one person, who may be, who is not, and by which rule, as a health-record steward would have it."""

from typing import Any

import pytest
from hypothesis import given

from services.domain.identity.decision import Grade, Rule, decide
from services.domain.identity.model import Model
from services.domain.identity.numbers import renamed, renames
from services.domain.identity.profile import Profile
from services.record.model import load_model
from tests.unit.identity_pairs import table
from tests.unit.identity_pairs.people import person, sentences
from tests.unit.identity_pairs.pool import profiles
from tests.unit.test_identity_model import models

MODEL = load_model()
ROWS = [row for rows in table("decisions").values() for row in rows]


@pytest.mark.parametrize("row", sentences(ROWS))
def test_decisions(row: dict[str, Any]) -> None:
    """Each sentence of the table, in both directions, under the model that the service ships with."""
    both = row.get("both", {})
    one, other = person(both | row.get("one", {})), person(both | row.get("other", {}))
    for decision in decide(one, other, MODEL), decide(other, one, MODEL):
        assert [decision.grade, decision.rule] == row["gives"]


def test_the_table_has_every_grade_and_rule() -> None:
    """No way to decide is without its sentence."""
    assert {grade for row in ROWS for grade in row["gives"][:1]} == set(Grade)
    assert {rule for row in ROWS for rule in row["gives"][1:]} == set(Rule)


@given(profiles, profiles)
def test_deciding_is_symmetric(one: Profile, other: Profile) -> None:
    """Grade, rule and weight are the same whoever comes first."""
    assert decide(one, other, MODEL) == decide(other, one, MODEL)


@given(models, profiles, profiles)
def test_no_model_changes_what_numbers_say(model: Model, one: Profile, other: Profile) -> None:
    """Weights decide neither that two valid numbers are two people, nor that one number is one person."""
    old = renames((one, other))
    ours, theirs = set(renamed(one, old).numbers), set(renamed(other, old).numbers)
    decision = decide(one, other, model)
    if ours and theirs:
        shared = not ours.isdisjoint(theirs)
        assert (decision.rule is Rule.DIFFERENT_NUMBERS) is not shared
        assert decision.grade == decide(one, other, MODEL).grade
        assert decision.rule == decide(one, other, MODEL).rule
    else:
        assert decision.rule in (Rule.WEIGHT, Rule.TWINS)
        assert decision.grade is not Grade.CERTAIN


@given(profiles, profiles)
def test_what_excludes_never_links(one: Profile, other: Profile) -> None:
    """And what is linked by weight alone weighs enough."""
    decision = decide(one, other, MODEL)
    assert not (decision.links and decision.excludes)
    if decision.rule is Rule.WEIGHT and decision.links:
        assert decision.weight >= MODEL.link
    if decision.rule is Rule.WEIGHT and decision.grade is Grade.CERTAINLY_NOT:
        assert decision.weight < MODEL.review


@given(profiles)
def test_a_record_never_excludes_its_own_copy(one: Profile) -> None:
    """Whatever is told, the same told again is not of somebody else."""
    assert not decide(one, one, MODEL).excludes
