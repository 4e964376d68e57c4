"""Why a pair of source records, or of entries, waits for a steward."""

from dataclasses import dataclass
from enum import StrEnum

from services.domain.identity.decision import Rule


class Kind(StrEnum):
    """The kinds of review items, the most important first."""

    NOT_FOLLOWED = "not-followed"
    HELD_APART = "held-apart"
    NUMBER_CLASH = "number-clash"
    TWINS = "twins"
    CLOSE = "close"
    ENTRIES = "entries"
    """Of entries, and not of source records as all the others."""


@dataclass(frozen=True, slots=True)
class KindWords:
    """A kind as stewards read it."""

    title: str
    why: str


WORDS = {
    Kind.NOT_FOLLOWED: KindWords(
        "Ruled the same, and still apart",
        "A steward ruled that these are one person, and something that the ruling does not touch keeps them apart.",
    ),
    Kind.HELD_APART: KindWords(
        "Alike, and held apart",
        "These agree well enough to be one person, and were not joined because of another record.",
    ),
    Kind.NUMBER_CLASH: KindWords(
        "One NHS number, two descriptions",
        "Both have the same NHS number, and the rest does not agree: it may have been given to the wrong person.",
    ),
    Kind.TWINS: KindWords(
        "Perhaps twins",
        "Birth date and family name are the same, and the given names differ: one person, or two born together.",
    ),
    Kind.CLOSE: KindWords(
        "Not enough to say",
        "Some of it agrees: too much to say that these are two people, too little to join them.",
    ),
    Kind.ENTRIES: KindWords(
        "Perhaps told twice",
        "Two entries of one person that may tell of one thing, and were not folded into one.",
    ),
}

RULES = {Kind.NUMBER_CLASH: Rule.NUMBER_CLASH, Kind.TWINS: Rule.TWINS, Kind.CLOSE: Rule.WEIGHT}
"""The kinds that are pairs of grade possible, each by the rule that decided."""


def kind_named(text: str) -> Kind | None:
    """The kind with this name, if there is one."""
    return next((kind for kind in Kind if kind.value == text), None)
