"""What is decided of two entries of two systems: one thing, perhaps one thing, or two."""

from typing import NamedTuple

from services.domain.identity.decision import Grade
from services.domain.record.duplicates.facet import Facet
from services.domain.record.duplicates.rules import RULES, Rule, alike, near
from services.domain.record.instant import DAY


class Decision(NamedTuple):
    """By which rule two entries are duplicates, and how near they are."""

    grade: Grade
    rule: str
    nearness: int
    """From 1 to 10,000: which of two duplicates is the likelier."""


_IDENTIFIED = 10_000
_BY_IDENTIFIER = frozenset({"shared-identifier", "one-names-the-other"})


def decide(one: Facet, other: Facet) -> Decision | None:
    """What is decided of two facets; None where they are two things. Symmetric, and a function of nothing else."""
    if one.kind != other.kind:
        return None
    for rule in RULES[one.kind]:
        if near(one, other, rule.within) and all(test(one, other) for test in rule.holds):
            return Decision(rule.grade, rule.name, _nearness(rule, one, other))
    return None


def _nearness(rule: Rule, one: Facet, other: Facet) -> int:
    if rule.name in _BY_IDENTIFIER:
        return _IDENTIFIED
    apart = min(rule.within, abs(one.at - other.at))
    in_time = 1000 * (rule.within - apart) // rule.within
    return 1 + 4 * in_time + 20 * max(alike(one.title, other.title), alike(one.why, other.why))


def tokens(facet: Facet) -> frozenset[str]:
    """What two facets share, wherever some rule may hold of them: by these the pairs to decide are found.

    Each of a width of days is told of the span that the facet is in and of the next: two that are no further apart
    than the width share one of the spans.
    """
    found = {f"shared|{one}" for one in (*facet.shared, *facet.own, *facet.names)}
    if facet.group:
        found.add(f"group|{facet.group}")
    width = _WIDTHS.get(facet.kind)
    things = _things(facet) if facet.kind in _BY_THING else [""]
    for thing in things:
        if width is None:
            found.add(f"thing|{thing}")
        else:
            span = facet.at // (
                (width + 1) * DAY
            )  # two dates a width apart are nearly a day further in ticks
            found |= {f"{thing}|{span}", f"{thing}|{span + 1}"}
    return frozenset(f"{facet.kind}|{one}" for one in found)


_WIDTHS = {
    "ServiceRequest": 28, "Encounter": 1, "Appointment": 1, "Observation": 1, "QuestionnaireResponse": 1,
    "CarePlan": 28, "Consent": 28,
}  # fmt: skip
"""Days: the widest tolerance of a kind's rules that do not go by identifiers; a condition and a relative have none."""

_BY_THING = frozenset({"Observation", "Condition", "RelatedPerson"})


def _things(facet: Facet) -> list[str]:
    if facet.kind == "RelatedPerson":
        return [*facet.people]
    return [*facet.codes, facet.title] if facet.title else [*facet.codes]
