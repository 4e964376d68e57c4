"""What a partnership counts over all its persons: answers to referrals, named workers, measures. No name is in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from services.domain.record.continuity.named_worker import named_workers
from services.domain.record.continuity.parties import Parties, Partners
from services.domain.record.continuity.things import Things
from services.domain.record.instant import DAY
from services.domain.record.introductions import Followed, Tally, introductions
from services.domain.record.measures.change import change
from services.domain.record.measures.series import all_series
from services.domain.record.referrals.state import Sign, State
from services.domain.record.referrals.threads import each_told
from services.domain.record.referrals.wording import what_was_said
from services.domain.record.word import Word

FEWEST = 5
"""Fewer than so many are not counted out: a small number may tell who it is (NHS Digital, small number suppression)."""

_ACCEPTING = frozenset({State.ACCEPTED, State.BOOKED, State.IN_PROGRESS})


@dataclass(slots=True)
class Answers:
    """What one partner answered to what it was asked."""

    asked: int = 0
    days: list[float] = field(default_factory=list)
    """From being asked to accepting, of each that was accepted."""
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


class Sums:
    """The counts of many persons, as of one moment."""

    def __init__(self, as_of: int, partners: Partners) -> None:
        """`as_of` is in ticks; `partners` are names and sectors by ODS code."""
        self._partners = partners
        self.persons = 0
        self.answers: defaultdict[str, Answers] = defaultdict(Answers)
        self.introductions = Tally(as_of)
        self.named_changes = 0
        self.persons_changed = 0
        self.persons_nobody_named = 0
        self.measures: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, words: Iterable[Word], earlier: Iterable[Word]) -> None:
        """Count one person; the words are those of continuity.summary.continuity."""
        told = [*words]
        things = Things.of(told)
        self.persons += 1
        self._answers(told)
        self.introductions.add(introductions(told, self._partners))
        named = named_workers(things, Parties(things, self._partners), earlier)
        self.named_changes += len(named.changes)
        self.persons_changed += bool(named.changes)
        self.persons_nobody_named += not named.now
        for series in all_series(things):
            if found := change(series):
                counts = self.measures[series.name if series.instrument else "Other measures"]
                counts[found.direction.value if found.direction else "not known"] += 1
                counts["reliable"] += bool(found.reliable)

    def _answers(self, told: list[Word]) -> None:
        for referral, found in each_told(told):
            ods = referral.performer.ods
            if referral.taken_back or referral.opened_by_itself or ods not in self._partners:
                continue
            answers = self.answers[ods]
            answers.asked += 1
            if accepted := _first(found, _ACCEPTING):
                answers.days.append((accepted.ticks - referral.asked.ticks) / DAY)
            if rejected := _first(found, {State.REJECTED}):
                answers.rejected += 1
                answers.reasons[what_was_said(rejected.word.resource) or "No reason given"] += 1

    def as_json(self) -> dict[str, Any]:
        """All of it; reasons that few gave are told as one, for their words are free and may say who it was."""
        counts = self.introductions.counts
        return {
            "persons": self.persons,
            "answers": {ods: _answers_as_json(one) for ods, one in sorted(self.answers.items())},
            "introductions": {
                "made": counts.total(),
                "ended_without": sum(
                    number
                    for (outcome, followed), number in counts.items()
                    if outcome.has_ended and followed is not Followed.YES
                ),
                "persons": self.introductions.persons,
                "persons_referred": self.introductions.persons_referred,
            },
            "named": {
                "changes": self.named_changes,
                "persons_changed": self.persons_changed,
                "persons_nobody_named": self.persons_nobody_named,
            },
            "measures": {
                name: dict(sorted(counts.items())) for name, counts in sorted(self.measures.items())
            },
        }


def _answers_as_json(one: Answers) -> dict[str, Any]:
    enough = len(one.days) >= FEWEST
    tenths = quantiles(one.days, n=10, method="inclusive") if enough else []
    reasons = _told_reasons(one.reasons)
    return {
        "asked": one.asked,
        "accepted": len(one.days),
        "rejected": one.rejected,
        "median_days": round(tenths[4], 2) if enough else None,
        "p90_days": round(tenths[8], 2) if enough else None,
        "reasons": reasons,
        "other_reasons": one.rejected - sum(number for _, number in reasons),
    }


def _told_reasons(given: Counter[str]) -> list[tuple[str, int]]:
    """Those that enough gave, the commonest first; one fewer where the rest could be reckoned out, and are few."""
    found = sorted(given.items(), key=lambda one: (-one[1], one[0]))
    told = [one for one in found if one[1] >= FEWEST]
    rest = given.total() - sum(number for _, number in told)
    return told[:-1] if 0 < rest < FEWEST else told


def _first(found: list[Sign], states: Iterable[State]) -> Sign | None:
    wanted = frozenset(states)
    return next((one for one in found if one.state in wanted), None)
