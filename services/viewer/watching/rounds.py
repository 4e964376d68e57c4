"""Rounds over everybody, one after another, a few persons at a time, and never in the way of anything else."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable

from services.platform.log import describe
from services.platform.postgres import TRANSIENT, Connection, DatabaseRole, connect

log = logging.getLogger(__name__)

_REST = 9
"""How many times as long as it took it rests after each reading: a tenth of one core at the very most."""
_SOONEST_SECONDS = 20.0
"""From the beginning of one round to that of the next, where there are few people."""
_TRY_AGAIN_SECONDS = 5.0
_FAILED_SECONDS = 30.0
"""After a fault that no other try can be expected to mend: an alert tells that nothing was counted for long."""

Round = Callable[[Connection, asyncio.Event], Awaitable[None]]


async def run_rounds(dsn: str, one_round: Round, every: float, stop: asyncio.Event) -> None:
    """Go round until `stop`, every so many seconds, sooner where a round takes little, later where it takes longer.

    Where PostgreSQL does not answer it begins again a little later.
    """

    async def rounds(connection: Connection) -> None:
        while not stop.is_set():
            began = time.monotonic()
            await one_round(connection, stop)
            took = time.monotonic() - began
            await _rest(stop, max(0.0, min(every, max(_SOONEST_SECONDS, _REST * took)) - took))

    await _run(dsn, rounds, stop)


async def run_often(dsn: str, look: Round, every: float, stop: asyncio.Event) -> None:
    """Look until `stop`, every so many seconds; where PostgreSQL does not answer, again a little later."""

    async def looks(connection: Connection) -> None:
        while not stop.is_set():
            await look(connection, stop)
            await _rest(stop, every)

    await _run(dsn, looks, stop)


async def _run(dsn: str, work: Callable[[Connection], Awaitable[None]], stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            async with await connect(dsn, DatabaseRole.SWEEPER) as connection:
                await work(connection)
        except TRANSIENT as fault:
            log.warning("A round is put off: %s", describe(fault))
            await _rest(stop, _TRY_AGAIN_SECONDS)
        except Exception as fault:
            log.error("A round failed, and begins again: %s", describe(fault))
            await _rest(stop, _FAILED_SECONDS)


async def rest_after(began: float, stop: asyncio.Event) -> None:
    """Rest after a reading that began at this time.monotonic()."""
    await _rest(stop, _REST * (time.monotonic() - began))


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
