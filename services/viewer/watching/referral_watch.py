"""Counts everybody's referrals again and again, a few persons at a time, for the gauges and each service's board, which
follows what changes meanwhile."""

import asyncio
import time
from collections import Counter

from services.domain.record.referrals.boards import on_boards
from services.domain.record.referrals.counting import ELSEWHERE, Counted, Counts, count
from services.domain.record.referrals.stalling import StalledDays
from services.domain.record.referrals.threads import threads
from services.platform import metrics
from services.platform.access import partners
from services.platform.postgres import Connection
from services.platform.settings import Settings
from services.viewer.moments import now_ticks
from services.viewer.watching.board_changes import BoardChanges
from services.viewer.watching.boards import ROUND, Placed, keep_round, place_between, place_of
from services.viewer.watching.partnership import Told, some, told_of
from services.viewer.watching.rounds import rest_after, run_often, run_rounds

_AT_ONCE = 25
"""Persons read together."""
_ROUND_SECONDS = 300.0
"""From one round to the next, at most, but that a round over many persons takes longer."""
_FOLLOW_SECONDS = 1.0
"""From one look at what changed to the next."""


class ReferralWatch:
    """One round after another over all persons with referrals, and between its steps whoever's record changed.

    The gauges are those of the last whole round.
    """

    def __init__(self, settings: Settings) -> None:
        self._dsn = settings.postgres.get_secret_value()
        self._days = StalledDays.given(settings.stalled_days, settings.stalled_days_of)
        self._shown = {ELSEWHERE}
        self._changes = BoardChanges()
        self._placing = asyncio.Lock()
        """Held from reading persons to placing them: else what was read before could be placed after."""

    async def run(self, stop: asyncio.Event) -> None:
        """Count until `stop`."""
        await asyncio.gather(
            run_rounds(self._dsn, self.round, _ROUND_SECONDS, stop),
            run_often(self._dsn, self.follow, _FOLLOW_SECONDS, stop),
        )

    async def round(self, connection: Connection, stop: asyncio.Event) -> None:
        """Place everybody once, and set the gauges; they are not set where it is stopped before.

        Raises:
            One of postgres.TRANSIENT: PostgreSQL does not answer.
        """
        await self._changes.begin(connection)
        names = frozenset(await partners(connection))
        counts: Counts = Counter()
        after = b""
        while not stop.is_set():
            began = time.monotonic()
            async with self._placing:
                told = await some(connection, after, _AT_ONCE)
                counted, placed = await asyncio.to_thread(self._count, told, names)
                await place_between(connection, after, max(told, default=None), placed)
            if not told:
                await keep_round(connection, ROUND, "{}")
                self._show(counts)
                return
            counts += counted
            after = max(told)
            await rest_after(began, stop)

    async def follow(self, connection: Connection, stop: asyncio.Event) -> None:
        """Place anew whoever's record changed since this was last asked, a few at a time.

        Raises:
            One of postgres.TRANSIENT: PostgreSQL does not answer.
        """
        names = frozenset(await partners(connection))
        while not stop.is_set():
            began = time.monotonic()
            async with self._placing:
                records, persons = await self._changes.next(connection, _AT_ONCE)
                if not records:
                    return
                told = await told_of(connection, persons)
                _, placed = await asyncio.to_thread(self._count, told, names)
                await place_of(connection, persons, placed)
                self._changes.done(records)
            await rest_after(began, stop)

    def _count(self, told: Told, names: frozenset[str]) -> tuple[Counts, list[Placed]]:
        counts: Counts = Counter()
        placed: list[Placed] = []
        for person, words in told.items():
            found, as_of = threads(words), now_ticks()
            counts += count(found, as_of, self._days, names)
            placed += [(person, one) for one in on_boards(found, as_of, self._days, names)]
        return counts, placed

    def _show(self, counts: Counts) -> None:
        """Whoever has none any more is shown with 0: a gauge that is gone would neither raise an alert nor end one."""
        self._shown |= {ods for ods, _ in counts}
        for ods in self._shown:
            for what in Counted:
                metrics.REFERRALS.labels(ods or "other", what.value).set(counts[ods, what])
        metrics.REFERRALS_COUNTED_AT.set(time.time())
