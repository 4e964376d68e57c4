"""Why two source records are graded as they are, and what keeps the persons they belong to apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.domain.identity.agreement import FIELDS, OF_A_HOUSEHOLD
from services.domain.identity.clustering import Member
from services.domain.identity.comparison import compare
from services.domain.identity.decision import Decision, Rule, decide, decide_compared
from services.domain.identity.model import Model
from services.domain.identity.numbers import renamed, renames
from services.domain.identity.profile import Profile
from services.domain.identity.rulings import Pair, Verdict, pair


class Evidence(NamedTuple):
    """How far one field agrees, and what that weighs, in thousandths of a bit."""

    field: str
    level: str
    weight: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was decided of two records, and from what. The prior and the evidence add up to the decision's weight."""

    decision: Decision
    prior: int
    evidence: list[Evidence]
    of_a_household: bool
    """Whether the best other explanation is two people of one household, and not two strangers."""


class Obstacle(NamedTuple):
    """Two records, one of each person, that can never be of one; `why` is a Rule, or empty where a steward ruled it."""

    one: bytes
    other: bytes
    why: str


@dataclass(frozen=True, slots=True)
class Apart:
    """What keeps two persons apart."""

    obstacles: list[Obstacle]
    mean: int
    """The mean weight between the records of the one and those of the other."""


def explain(one: Profile, other: Profile, model: Model) -> Explanation:
    """What the model makes of two profiles, field by field."""
    if one.replaced or other.replaced:
        old = renames((one, other))
        one, other = renamed(one, old), renamed(other, old)
    comparison = compare(one, other)
    decision = decide_compared(one, other, comparison, model.total(comparison), model)
    strangers = [
        Evidence(field, agreement.level, model.weight(field, agreement))
        for field, agreement in zip(FIELDS, comparison, strict=True)
        if agreement is not None
    ]
    household = [
        each._replace(weight=model.at_home[each.field][each.level]) if each.field in OF_A_HOUSEHOLD else each
        for each in strangers
    ]
    of_a_household = _total(model.household, household) < _total(model.prior, strangers)
    prior, found = (model.household, household) if of_a_household else (model.prior, strangers)
    if not set(one.numbers).isdisjoint(other.numbers):
        found.append(Evidence("nhs_number", "same", model.levels["nhs_number"]["same"]))
    return Explanation(decision, prior, found, of_a_household)


def _total(prior: int, evidence: Sequence[Evidence]) -> int:
    return prior + sum(each.weight for each in evidence)


def why_apart(
    ones: Sequence[Member], others: Sequence[Member], rulings: Mapping[Pair, Verdict], model: Model
) -> Apart:
    """What keeps the persons with these members apart."""
    old = renames([member.profile for member in (*ones, *others)])
    profiles = {member.id: renamed(member.profile, old) for member in (*ones, *others)}
    found: list[Obstacle] = []
    total = 0
    for one in ones:
        for other in others:
            decision = decide(profiles[one.id], profiles[other.id], model)
            total += decision.weight
            ruling = rulings.get(pair(one.id, other.id))
            if ruling is Verdict.NOT_SAME:
                found.append(Obstacle(one.id, other.id, ""))
            elif decision.excludes and (ruling is None or decision.rule is Rule.DIFFERENT_NUMBERS):
                found.append(Obstacle(one.id, other.id, decision.rule))
    return Apart(found, total // max(1, len(ones) * len(others)))
