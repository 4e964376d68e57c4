"""Counts over the whole partnership, again and again, for the partnership's page."""

import asyncio
import time
from typing import Any

import orjson

from services.domain.record.partnership import Sums
from services.platform.access import partners
from services.platform.postgres import Connection
from services.platform.settings import Settings
from services.viewer.moments import now_ticks
from services.viewer.watching.boards import keep_round
from services.viewer.watching.partnership import Whole, read_tellings, some_of_all
from services.viewer.watching.rounds import rest_after, run_rounds

ROUND = "partnership"

_AT_ONCE = 25
"""Persons read together."""
_ROUND_SECONDS = 900.0
"""From one round to the next, at most, but that one over many persons takes longer: what is counted moves slowly."""


class PartnershipWatch:
    """One round after another over all persons; the page shows the last whole one."""

    def __init__(self, settings: Settings) -> None:
        self._dsn = settings.postgres.get_secret_value()

    async def run(self, stop: asyncio.Event) -> None:
        """Count until `stop`."""
        await run_rounds(self._dsn, self.round, _ROUND_SECONDS, stop)

    async def round(self, connection: Connection, stop: asyncio.Event) -> None:
        """Count everybody once, and keep the counts; nothing is kept where it is stopped before.

        Raises:
            One of postgres.TRANSIENT: PostgreSQL does not answer.
        """
        registered = {ods: (one.name, one.sector) for ods, one in (await partners(connection)).items()}
        sums = Sums(now_ticks(), registered)
        after = b""
        while not stop.is_set():
            began = time.monotonic()
            told = await some_of_all(connection, after, _AT_ONCE)
            if not told:
                found: dict[str, Any] = sums.as_json() | {"tellings": await read_tellings(connection)}
                await keep_round(connection, ROUND, orjson.dumps(found).decode())
                return
            await asyncio.to_thread(_add, sums, list(told.values()))
            after = max(told)
            await rest_after(began, stop)


def _add(sums: Sums, told: list[Whole]) -> None:
    for one in told:
        sums.add(one.words, one.earlier)
