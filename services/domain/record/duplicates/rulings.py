"""What stewards rule of two things that are told: that they are one entry, or two. It outranks every rule."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from services.domain.identity.decision import Grade
from services.domain.identity.ruling_message import linkage_in, names_in, ruled_at, verdict_in
from services.domain.identity.rulings import Pair, Verdict
from services.domain.record.duplicates.decision import Decision
from services.domain.record.duplicates.rules import RULES

EVENT = "entry-ruling"

RULED = "ruled"
"""The rule by which a steward decided."""


class Thing(NamedTuple):
    """What one system tells of, named so that it can be waited for: its source record is there before it is."""

    source_record: bytes
    resource_key: bytes

    @property
    def name(self) -> str:
        """As a ruling's message names it."""
        return f"{self.source_record.hex()}.{self.resource_key.hex()}"


class EntryRuled(NamedTuple):
    """What a message rules, of which two things, who says so and when (ticks of 100 ns)."""

    one: Thing
    """The one with the lesser resource key."""
    other: Thing
    verdict: Verdict
    instant: int
    by: str

    @property
    def pair(self) -> Pair:
        """The resource keys."""
        return self.one.resource_key, self.other.resource_key

    @property
    def source_records(self) -> frozenset[bytes]:
        """Who tells of the two."""
        return frozenset({self.one.source_record, self.other.source_record})


def entry_ruling_in(bundle: dict[str, Any]) -> EntryRuled | None:
    """What a checked message Bundle rules of two things; None where it rules nothing of any.

    Raises:
        ValueError: its timestamp is no instant that can be ranked, or it names something else than things.
    """
    linkage = linkage_in(bundle, EVENT)
    if linkage is None:
        return None
    one, other = sorted(map(_thing, names_in(linkage)), key=lambda thing: thing.resource_key)
    by = bundle["entry"][0]["resource"]["author"]["display"]
    return EntryRuled(one, other, verdict_in(linkage), ruled_at(bundle), by)


def overruled(decided: Mapping[Pair, Decision], rulings: Mapping[Pair, Verdict]) -> dict[Pair, Decision]:
    """What is decided of pairs, once stewards' verdicts have taken the place of what rules said."""
    return {**decided, **{both: _DECISIONS[verdict] for both, verdict in rulings.items()}}


def rulings_among(decided: Mapping[Pair, Decision]) -> dict[Pair, Verdict]:
    """The verdicts among what is decided."""
    return {both: _VERDICTS[one.grade] for both, one in decided.items() if one.rule == RULED}


def why(kinds: Iterable[str], rule: str) -> str:
    """What a person reads of two things, or entries, of these resource types that a rule or a steward holds to be one.

    What a steward ruled one and is two is kept so by another ruling alone: see `folding`.
    """
    if rule == RULED:
        return "A steward ruled that they are one, and another ruling keeps them two."
    return next(one.reason for kind in kinds for one in RULES.get(kind, ()) if one.name == rule)


def _thing(name: str) -> Thing:
    source_record, _, key = name.partition(".")
    return Thing(bytes.fromhex(source_record), bytes.fromhex(key))


_DECISIONS = {
    Verdict.SAME: Decision(Grade.CERTAIN, RULED, 10_000),
    Verdict.NOT_SAME: Decision(Grade.CERTAINLY_NOT, RULED, 0),
}
_VERDICTS = {decision.grade: verdict for verdict, decision in _DECISIONS.items()}
