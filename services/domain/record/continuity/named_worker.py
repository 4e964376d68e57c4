"""Who answers for the person's care by name, now and before; each change of named worker is a discontinuity."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from services.domain.record.continuity.named_claims import AUTHOR, KINDS, Basis, Claim, claims, told_of
from services.domain.record.continuity.parties import Parties
from services.domain.record.continuity.tenures import NEVER, Moment, Tenure, tenures, turns, united
from services.domain.record.continuity.things import Rank, Things, kind_of, rank
from services.domain.record.word import Word


@dataclass(frozen=True, slots=True)
class Worker:
    """Someone by name, as all that names them tells of them."""

    name: str
    role: str
    organisation: str
    """ODS code, else name."""
    organisation_name: str


@dataclass(frozen=True, slots=True)
class NamedWorker:
    """Someone who answers for the person's care, or did."""

    who: Worker
    basis: Basis
    since: int
    """In ticks."""
    until: int | None
    """In ticks; None where they still do."""
    told_by: tuple[str, ...]
    """The ODS codes of the senders that name them."""


@dataclass(frozen=True, slots=True)
class Change:
    """One named worker in another's place: a discontinuity."""

    at: int
    """In ticks, as the first to tell of it says."""
    before: Worker
    after: Worker
    told_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedWorkers:
    """The named workers of one person."""

    now: tuple[NamedWorker, ...]
    """The one to show first comes first: by the plainness of the role, then the latest."""
    before: tuple[NamedWorker, ...]
    """Those who no longer are, the latest first."""
    changes: tuple[Change, ...]
    """The earliest first; their number is how often the person's named worker changed."""


def named_workers(things: Things, parties: Parties, earlier: Iterable[Word] = ()) -> NamedWorkers:
    """The named workers by the plans, teams and episodes of `things`, and by the `earlier` versions of these.

    The same name spelled the same is one worker, whoever tells it: two systems that name one person make no
    change, and a change that two systems tell of is one. Two organisations may each have a named worker for the
    person at once, so changes are counted within what one sender says. `earlier` may hold other resources too,
    and current versions.
    """
    claimed: list[Claim] = []
    lines: dict[_Line, list[Tenure]] = {}
    for history in _histories(things, earlier):
        read = [(word, [*claims(word, parties)]) for word in history]
        claimed += [claim for _, found in read for claim in found]
        for slot in sorted({claim.slot for _, found in read for claim in found}):
            told = [told_of(word, [claim for claim in found if claim.slot == slot]) for word, found in read]
            lines.setdefault(_Line(history[-1].sender, slot), []).extend(tenures(told))
    settled = _without_old_authors({line: united(found) for line, found in lines.items()})
    return _named_workers(_Names(claimed, parties), settled)


class _Line(NamedTuple):
    """What one sender says of one slot."""

    sender: str
    slot: str


def _without_old_authors(lines: dict[_Line, list[Tenure]]) -> dict[_Line, list[Tenure]]:
    """The lines, once the author of a plan answers for it no longer where their own system names another since.

    A plan keeps its author when their work passes to somebody else; a team or an episode of care says who it is.
    """
    replaced: dict[tuple[str, str], list[Moment]] = {}
    for line, found in lines.items():
        for turn in turns(found) if line.slot != AUTHOR else ():
            replaced.setdefault((line.sender, turn.before), []).append(turn.at)
    return {
        line: [_ended(one, sorted(replaced.get((line.sender, one.holder), ()))) for one in found]
        if line.slot == AUTHOR
        else found
        for line, found in lines.items()
    }


def _ended(one: Tenure, ends: list[Moment]) -> Tenure:
    """The tenure until the first of `ends` in it."""
    place = bisect_right(ends, one.since)
    return one._replace(until=min(one.until, ends[place])) if place < len(ends) else one


class _Names:
    """What all claims together tell of each name."""

    def __init__(self, claims: list[Claim], parties: Parties) -> None:
        by_name: dict[str, list[Claim]] = {}
        for one in claims:
            by_name.setdefault(one.mention.key, []).append(one)
        self.workers = {name: _worker(found, parties) for name, found in by_name.items()}
        self.basis = {name: min(one.basis for one in found) for name, found in by_name.items()}
        self.told_by = {name: _sorted(one.sender for one in found) for name, found in by_name.items()}


def _worker(claims: list[Claim], parties: Parties) -> Worker:
    """The role is the plainest, then the latest; the organisation the one that is best told."""
    plainest = min(claims, key=lambda one: (one.basis, not one.mention.role, -one.at, one.mention.role))
    best = min(claims, key=lambda one: (-one.mention.sure, -one.at, one.mention.organisation))
    organisation = best.mention.organisation
    name = max(one.mention.name for one in claims)
    return Worker(name, plainest.mention.role, organisation, parties.name_of(organisation))


def _named_workers(names: _Names, lines: dict[_Line, list[Tenure]]) -> NamedWorkers:
    held = [
        NamedWorker(
            names.workers[one.holder],
            names.basis[one.holder],
            one.since[0],
            None if one.until == NEVER else one.until[0],
            names.told_by[one.holder],
        )
        for one in united(one for found in lines.values() for one in found)
    ]
    now = [one for one in held if one.until is None]
    gone = [one for one in held if one.until is not None]
    return NamedWorkers(
        now=tuple(sorted(now, key=lambda one: (one.basis, -one.since, one.who.name))),
        before=tuple(sorted(gone, key=lambda one: (-(one.until or 0), -one.since, one.who.name))),
        changes=tuple(_changes(names, lines)),
    )


def _changes(names: _Names, lines: dict[_Line, list[Tenure]]) -> list[Change]:
    """The changes of all lines: the nth from one worker to another is the same one, whoever tells of it."""
    told: dict[tuple[str, str, int], list[tuple[Moment, str]]] = {}
    for line, found in lines.items():
        counts: Counter[tuple[str, str]] = Counter()
        for turn in turns(found):
            pair = turn.before, turn.after
            counts[pair] += 1
            told.setdefault((*pair, counts[pair]), []).append((turn.at, line.sender))
    made = sorted((min(tellings)[0], pair) for pair, tellings in told.items())
    return [
        Change(
            at[0], names.workers[pair[0]], names.workers[pair[1]], _sorted(sender for _, sender in told[pair])
        )
        for at, pair in made
    ]


def _histories(things: Things, earlier: Iterable[Word]) -> list[list[Word]]:
    """The versions of each plan, team and episode that is not withdrawn, the current one last."""
    current = {word.resource_key: word for word in things.of_kind(*KINDS)}
    kept: dict[bytes, dict[Rank, Word]] = {key: {} for key in current}
    for word in earlier:
        if word.resource_key in current and kind_of(word) in KINDS:
            kept[word.resource_key][rank(word)] = word
    return [
        [*(version for order, version in sorted(kept[key].items()) if order != rank(word)), word]
        for key, word in current.items()
    ]


def _sorted(senders: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*senders}))
