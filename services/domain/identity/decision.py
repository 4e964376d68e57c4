"""What is decided of two source records: of one person, perhaps, or never; by which rule, at what weight."""

from dataclasses import dataclass
from enum import StrEnum

from services.domain.identity.agreement import FIELDS, Comparison
from services.domain.identity.comparison import compare
from services.domain.identity.model import Model
from services.domain.identity.numbers import renamed, renames
from services.domain.identity.profile import Profile


class Grade(StrEnum):
    """How sure it is that two records are of one person (FHIR R4 value set match-grade)."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    CERTAINLY_NOT = "certainly-not"


class Rule(StrEnum):
    """The rule that decided."""

    SAME_NUMBER = "same-number"
    NUMBER_ALONE = "number-alone"
    NUMBER_CLASH = "number-clash"
    DIFFERENT_NUMBERS = "different-numbers"
    TWINS = "twins"
    WEIGHT = "weight"


EXCLUDING = frozenset({Rule.NUMBER_CLASH, Rule.DIFFERENT_NUMBERS, Rule.TWINS})
"""The rules by which two records never share a person, nor does a third record join them."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The grade of two records, the rule it was reached by, and the weight of all that they agree on."""

    grade: Grade
    rule: Rule
    weight: int

    @property
    def links(self) -> bool:
        """Whether the two are linked, unless something holds them apart."""
        return self.grade in (Grade.CERTAIN, Grade.PROBABLE)

    @property
    def excludes(self) -> bool:
        """Whether the two can never share a person."""
        return self.rule in EXCLUDING


def numbers_differ(one: Profile, other: Profile) -> bool:
    """Whether valid numbers, none of them replaced, say that the two are two people: `decide` excludes them whatever
    else agrees."""
    if one.replaced or other.replaced or not one.numbers or not other.numbers:
        return False
    return set(one.numbers).isdisjoint(other.numbers)


def decide(one: Profile, other: Profile, model: Model) -> Decision:
    """What is decided of two profiles under a model. Symmetric, and a function of nothing else."""
    if one.replaced or other.replaced:
        old = renames((one, other))
        one, other = renamed(one, old), renamed(other, old)
    comparison = compare(one, other)
    return decide_compared(one, other, comparison, model.total(comparison), model)


def decide_compared(
    one: Profile, other: Profile, comparison: Comparison, weight: int, model: Model
) -> Decision:
    """As `decide`, of profiles that were compared and weighed already."""
    if one.numbers and other.numbers:
        if set(one.numbers).isdisjoint(other.numbers):
            return Decision(Grade.CERTAINLY_NOT, Rule.DIFFERENT_NUMBERS, weight)
        same = _of_same_number(_levels(comparison))
        return Decision(*same, weight + model.levels["nhs_number"]["same"])
    if one.birth_date == other.birth_date and _may_be_twins(_levels(comparison)):
        apart = _weight_of_one(one, other, comparison, model)
        if apart < model.link:
            doubtful = weight >= model.link and apart >= model.review
            return Decision(Grade.POSSIBLE if doubtful else Grade.CERTAINLY_NOT, Rule.TWINS, weight)
    if weight >= model.link:
        return Decision(Grade.PROBABLE, Rule.WEIGHT, weight)
    return Decision(Grade.POSSIBLE if weight >= model.review else Grade.CERTAINLY_NOT, Rule.WEIGHT, weight)


def _levels(comparison: Comparison) -> dict[str, str]:
    return {field: one.level if one else "" for field, one in zip(FIELDS, comparison, strict=True)}


def may_be_a_slip(comparison: Comparison) -> bool:
    """Whether both have a given name, and what differs in it, or in the birth dates, may be a slip."""
    levels = _levels(comparison)
    return levels["given"] in _GIVEN_AGREE and (
        not levels["birth_date"] or levels["birth_date"] in _DATES_AGREE
    )


_DATES_AGREE = frozenset({"same", "compatible", "transposed", "slip"})
_GIVEN_AGREE = frozenset({"same", "form", "initial", "other", "similar", "alike"})
_FAMILY_AGREE = frozenset({"same", "part", "similar", "alike"})


def _of_same_number(levels: dict[str, str]) -> tuple[Grade, Rule]:
    """One valid number on both: certain where the rest agrees, for numbers are also given to the wrong person."""
    given, family, date = levels["given"], levels["family"], levels["birth_date"]
    if not (given or family or date):
        return Grade.PROBABLE, Rule.NUMBER_ALONE
    names_agree = (not given or given in _GIVEN_AGREE) and (not family or family in _FAMILY_AGREE)
    if date in _DATES_AGREE:
        agrees = not given or given in _GIVEN_AGREE
    elif date in ("near", ""):
        agrees = names_agree
    else:
        agrees = False
    return (Grade.CERTAIN, Rule.SAME_NUMBER) if agrees else (Grade.POSSIBLE, Rule.NUMBER_CLASH)


def _may_be_twins(levels: dict[str, str]) -> bool:
    """Whether all that twins share is the same, and the given name is not."""
    return (
        levels["birth_date"] == "same"
        and levels["family"] in ("same", "part", "similar")
        and levels["given"] in ("different", "alike", "similar")
        and not levels["order"]
        and levels["other_number"] != "same"
    )


_SHARED_BY_TWINS = frozenset({"family", "address", "phone", "email", "birth_date"})
_OF_ONE_ALONE = tuple(field for field in FIELDS if field not in _SHARED_BY_TWINS)
"""What twins do not share."""


def _weight_of_one(one: Profile, other: Profile, comparison: Comparison, model: Model) -> int:
    """The log-odds that these are one person and not twins.

    Two given names that are both common, or start otherwise, are no slip of one another, however alike (Jayden and
    Kayden).
    """
    found = dict(zip(FIELDS, comparison, strict=True))
    weight = model.twins
    for field in _OF_ONE_ALONE:
        if (agreement := found[field]) is not None:
            weight += model.weight(field, agreement)
    ours, theirs = _given(one), _given(other)
    both_common = {ours, theirs} <= model.rarity["given"].known.keys()
    apart = found["order"] is None and (both_common or ours[:1] != theirs[:1])
    if apart and (given := found["given"]) is not None:
        weight += min(0, model.levels["given"]["different"] - model.weight("given", given))
    return weight


def _given(profile: Profile) -> str:
    return profile.names[0].given[0] if profile.names and profile.names[0].given else ""
