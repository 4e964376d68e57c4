"""The record made once more, out of the messages alone, beside the live one; and put in its place where that is asked.

The messages are those that were applied at one moment. What the live record said at that moment is noted in the same
transaction, as a digest for each source record, so that both are made of the same messages however much comes later.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg

from services.domain.identity.model import Model
from services.platform.postgres import Connection, connect
from services.record.apply import apply
from services.record.digest import compute_digest
from services.record.model import records_version
from services.record.rebuild_difference import Comparison, read_differences, read_shifts
from services.record.rebuild_place import (
    SQL,
    connect_beside,
    drop_place,
    make_place,
    put_in_place,
    shape_of,
)

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Gives, for what is done and how often, what is called with how often it was done since."""

_BATCH, _BATCH_BYTES = 1000, 16 * 1024 * 1024
"""Messages applied at once: a message takes several times its size while it is read."""

_RULINGS_WITHIN, _LOOK_EVERY = 30.0, 0.2
_ROUNDS = 10
"""Times that what was applied meanwhile is caught up with before writers are held off, and tries to swap."""


class RulingsWait(Exception):
    """Others follow a ruling already that is not applied, so it cannot be said of which messages the record is."""


class NotSwapped(Exception):
    """The rebuilt record could not be put in the place of the live one, which is as it was."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of a rebuild."""

    comparison: Comparison
    caught_up: int
    """Messages applied meanwhile that the record put in place has too."""
    swapped: bool


class _Desk(NamedTuple):
    live: Connection
    beside: Connection
    model: Model
    progress: Progress


async def rebuild(dsn: str, model: Model, *, swap: bool, progress: Progress) -> Rebuilt:
    """Make the record of this version and `model` once more, hold it against the live one, and drop it.

    With `swap` it takes the place of the live one instead.

    Raises:
        AnotherRebuild, RulingsWait, NotSwapped: the live record is as it was.
        psycopg.Error: PostgreSQL does not answer or refuses; what is left is dropped by the next rebuild.
    """
    version = records_version(model)
    async with await connect(dsn) as live, await connect_beside(dsn) as beside:
        desk = _Desk(live, beside, model, progress)
        shape = await make_place(live, version)
        try:
            before = await _take_snapshot(dsn)
            messages = await _apply_waiting(desk, "Applying")
            comparison = await _compare(desk, before, version, messages)
            caught_up = await _swap(dsn, desk, shape) if swap else 0
        finally:
            await drop_place(live)
    return Rebuilt(comparison, caught_up, swap)


async def _take_snapshot(dsn: str) -> str:
    """Take in what is applied, and note what the live record says; returns by which rules and model it does."""
    deadline = time.monotonic() + _RULINGS_WITHIN
    while time.monotonic() < deadline:
        async with await connect(dsn) as taking:
            await taking.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
            async with taking.transaction():
                if not await _one(taking, "rulings_on_their_way"):
                    for query in ("take_in", "note_live"):
                        await taking.execute(SQL[query])
                    await taking.execute(SQL["note_words"], {"is_live": True})
                    return str(await _one(taking, "version"))
        await asyncio.sleep(_LOOK_EVERY)
    raise RulingsWait(
        "Rulings are followed and not yet applied: see that a record worker runs, and try again."
    )


async def _compare(desk: _Desk, before: str, version: str, messages: int) -> Comparison:
    await desk.beside.execute(SQL["note_words"], {"is_live": False})
    digest = await compute_digest(desk.beside)
    differing, differences = await read_differences(desk.live, same_version=before == version)
    return Comparison(
        version=before,
        rebuilt_version=version,
        messages=messages,
        rebuilt_digest=digest.digest,
        shifts=await read_shifts(desk.live),
        differing=differing,
        differences=differences,
    )


async def _apply_waiting(desk: _Desk, words: str) -> int:
    """Apply what was taken in; says how many messages that were."""
    count: int = await _one(desk.live, "count_waiting")
    applied = 0
    with desk.progress(words, count) as advance:
        async with aclosing(_batches(desk.live)) as batches:
            async for keys in batches:
                applied += len(await apply(desk.beside, keys, desk.model))
                advance(len(keys))
    assert applied == count, f"{count - applied} messages that were taken in were not applied"
    return count


async def _batches(live: Connection) -> AsyncGenerator[list[bytes], None]:
    """What waits, source record by source record, so that each is written as seldom as can be."""
    given = {"source_record": b"", "message_key": b"", "most": _BATCH}
    while rows := await (await live.execute(SQL["waiting"], given, binary=True)).fetchall():
        keys: list[bytes] = []
        size = 0
        for source_record, key, more in rows:
            size += more
            if keys and size > _BATCH_BYTES:
                break
            keys.append(key)
            given |= {"source_record": source_record, "message_key": key}
        yield keys


async def _swap(dsn: str, desk: _Desk, shape: list[str]) -> int:
    """Catch up with the live record, and take its place; says with how many messages it caught up.

    What is caught up with while writers are held off is little: the rounds before it took the rest.
    """
    caught_up = 0
    for _ in range(_ROUNDS):
        caught_up += (more := await _catch_up(desk))
        if more < _BATCH:
            break
    for _ in range(_ROUNDS):
        try:
            async with await connect(dsn) as swapping, swapping.transaction():
                await swapping.execute("set local idle_in_transaction_session_timeout = 0")
                await swapping.execute(SQL["hold_writers"])
                if await shape_of(swapping) != shape:
                    raise NotSwapped("The database was migrated meanwhile: rebuild once more.")
                caught_up += await _catch_up(desk)
                await put_in_place(swapping)
        except (psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable):
            continue  # somebody was reading or writing across the tables: nothing is lost but the time
        return caught_up
    raise NotSwapped(
        "The record is held by others without a pause: rebuild once more when there is less to do."
    )


async def _catch_up(desk: _Desk) -> int:
    await desk.live.execute(SQL["take_in"])
    return await _apply_waiting(desk, "Catching up")


async def _one(connection: Connection, query: str) -> Any:
    row = await (await connection.execute(SQL[query])).fetchone()
    assert row is not None
    return row[0]
