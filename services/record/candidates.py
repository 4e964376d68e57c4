"""Who may be the same person as those of whom a batch tells something new: found by shared keys, and decided."""

import asyncio
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from services.domain.identity.decision import Decision, Grade, decide, numbers_differ
from services.domain.identity.model import Model
from services.domain.identity.profile import Profile
from services.domain.identity.rulings import Pair, pair
from services.platform.postgres import Connection
from services.record.profiles import from_row, tokens
from services.record.store import SourceRecord, fetch, lock_source_records
from services.record.visible import Fresh

MOST_LOCKED = 20_000
"""Source records that one transaction locks, unless a single message asks for more."""


class SurroundingsGrew(Exception):
    """While the locks were taken, another worker told of somebody who matters here."""


class TooManyLocks(Exception):
    """The batch would lock more than MOST_LOCKED source records."""


class Near(NamedTuple):
    """What surrounds the records of a batch."""

    decided: dict[Pair, Decision]
    """Those pairs of a fresh record and another that are linked or for a steward to judge."""
    members: set[bytes]
    """The whole components of the fresh records, of those they are linked with and of those that are ruled on."""
    to_lock: set[bytes]
    """All that may not change until the batch is written."""


class _Candidate(NamedTuple):
    id: bytes
    places: list[int]
    """Of the fresh records that it shares a token with."""
    profile: bytes | None
    pending: bool


Compared = dict[tuple[bytes, bytes], Decision | None]
"""What was decided of two profiles, each as a row has it; None where that needed no comparing."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the fresh records of a batch, and those that it rules on, stand among."""

    fresh: Mapping[bytes, Fresh]
    told: Set[bytes]
    """Of which something is told, changed or not, or of whose things something is ruled: what others tell of the same
    persons is held against it."""
    ruled: Set[bytes]
    model: Model
    compared: Compared
    """Kept from one look to the next: nobody is compared twice."""

    async def lock(
        self, connection: Connection, touched: Set[bytes], seen: Near, most: int
    ) -> tuple[dict[bytes, SourceRecord], Near]:
        """Lock `touched` and all on which their persons depend, and say what is there once it cannot change.

        `seen` is what was there before, so that what takes long is done before anything is locked.

        Raises:
            SurroundingsGrew: there is more to lock than was seen; another try finds it.
            TooManyLocks: more than `most`.
        """
        wanted = touched | seen.to_lock
        if len(wanted) > most:
            raise TooManyLocks
        records = await lock_source_records(connection, sorted(wanted))
        near = await self.look(connection)
        if not near.to_lock <= records.keys():
            raise SurroundingsGrew
        return records, near

    async def look(self, connection: Connection) -> Near:
        """What is there now."""
        kin = {id_ for (id_,) in await fetch(connection, "kin", ids=list(self.told))} if self.told else set()
        if not self.fresh and not self.ruled:
            return Near({}, set(), kin)
        decided: dict[Pair, Decision] = {}
        waited_for: set[bytes] = set()
        if self.fresh:
            ids = list(self.fresh)
            given = [(token, place) for place, id_ in enumerate(ids) for token in self.fresh[id_].tokens]
            rows = await fetch(
                connection,
                "candidates",
                tokens=[token for token, _ in given],
                places=[place for _, place in given],
            )
            candidates = [_Candidate(*row) for row in rows]
            waited_for = {one.id for one in candidates if one.pending}
            decided = await asyncio.to_thread(self._decide_all, ids, candidates)
        ends = {id_ for both in decided for id_ in both}
        linked = {id_ for both, decision in decided.items() if decision.links for id_ in both}
        start = self.fresh.keys() | linked | set(self.ruled)
        members = {id_ for (id_,) in await fetch(connection, "component", ids=list(start))}
        return Near(decided, members, members | ends | waited_for | kin)

    def _decide_all(self, ids: list[bytes], candidates: list[_Candidate]) -> dict[Pair, Decision]:
        decided: dict[Pair, Decision] = {}
        for one in candidates:
            known = _Known(self.fresh.get(one.id), one, self.model)
            for place in one.places:
                id_ = ids[place]
                both = pair(id_, one.id)
                if id_ == one.id or both in decided:
                    continue
                decision = self._decide(self.fresh[id_], known)
                if decision and (decision.links or decision.grade is Grade.POSSIBLE):
                    decided[both] = decision
        return decided

    def _decide(self, fresh: Fresh, other: "_Known") -> Decision | None:
        """None where they share no key but one that the other had, or may get and has not yet; and where their numbers
        say that they are two, which clustering sees for itself."""
        if other.row is None:
            return None
        both = fresh.row, other.row
        if both not in self.compared:
            if not other.shares_key(fresh):
                return None
            settled = numbers_differ(fresh.profile, other.profile)
            self.compared[both] = None if settled else decide(fresh.profile, other.profile, self.model)
        return self.compared[both]


class _Known:
    """A candidate as it will be compared, read no sooner and no oftener than it must be."""

    def __init__(self, fresh: Fresh | None, candidate: _Candidate, model: Model) -> None:
        self._fresh = fresh
        self._pending = candidate.pending
        self._model = model
        self.row = fresh.row if fresh else candidate.profile

    @cached_property
    def profile(self) -> Profile:
        """What it says of the person."""
        if self._fresh:
            return self._fresh.profile
        assert self.row is not None
        return from_row(self.row)

    def shares_key(self, fresh: Fresh) -> bool:
        """Whether the two share a key: of one that is pending not all that can be found are keys of its profile."""
        if self._fresh:
            return not self._fresh.tokens.isdisjoint(fresh.tokens)
        return not self._pending or not self._tokens.isdisjoint(fresh.tokens)

    @cached_property
    def _tokens(self) -> frozenset[int]:
        return tokens(self.profile, self._model)
