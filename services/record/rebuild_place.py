"""Where a record is rebuilt: a schema beside the live one, of the same shape. A connection leads `apply` to it.

Every query of the record names `record.` and `intake.`. A connection made here reads them as the rebuilt schema and as
the rebuild's own messages, so that what applies messages in the service applies them here, without a second text.
"""

import re
from typing import Any, Self

import psycopg

from services.platform.postgres import Connection, connect
from services.platform.queries import load_queries

SQL = load_queries(__package__, "rebuild.sql")

_PLACES = {
    b"record.": b"record_rebuilt.",
    b"intake.outbox": b"rebuild.outbox",
    b"intake.message": b"rebuild.message",
}
_NAMED = re.compile(rb"\b(record\.|intake\.(?:outbox|message)\b)")

_ONE_AT_A_TIME = 6_021_025
"""The advisory lock of whoever rebuilds."""


class AnotherRebuild(Exception):
    """Another rebuild is under way on this database: wait until it has ended."""


def led_beside(query: bytes) -> bytes:
    """The query as it is run beside the live record."""
    return _NAMED.sub(lambda found: _PLACES[found[0]], query)


class _Beside(psycopg.AsyncCursor[Any]):
    async def execute(self, query: Any, params: Any = None, **how: Any) -> Self:
        return await super().execute(led_beside(query), params, **how)


class _BesideInParts(psycopg.AsyncServerCursor[Any]):
    async def execute(self, query: Any, params: Any = None, **how: Any) -> Self:
        return await super().execute(led_beside(query), params, **how)


async def connect_beside(dsn: str) -> Connection:
    """A connection on which the record is the rebuilt one, and its messages those that the rebuild took in.

    Nothing waits for its commits to reach the disk: what a crash takes is rebuilt, and the swap's own commit waits.
    """
    connection = await connect(dsn)
    await connection.execute("set synchronous_commit = off")
    connection.cursor_factory = _Beside
    connection.server_cursor_factory = _BesideInParts
    return connection


async def make_place(live: Connection, version: str) -> list[str]:
    """Make an empty record of this version beside the live one; returns the statements that gave it its shape.

    Raises:
        AnotherRebuild: its place is taken.
    """
    row = await (await live.execute("select pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME])).fetchone()
    if row != (True,):
        raise AnotherRebuild(AnotherRebuild.__doc__)
    await drop_place(live)  # left by one that was killed
    shape = await shape_of(live)
    async with live.transaction():
        await live.execute(SQL["desk"])
        for statement in shape:
            await live.execute(statement.encode())
        await live.execute("insert into record_rebuilt.rules values (%s)", [version])
    return shape


async def drop_place(live: Connection) -> None:
    """Leave nothing behind."""
    await live.execute(SQL["clear"])


async def shape_of(live: Connection) -> list[str]:
    """What the live record is made of, as the statements that make it beside."""
    return [statement for (statement,) in await (await live.execute(SQL["shape"])).fetchall()]


async def put_in_place(swapping: Connection) -> None:
    """Put the rebuilt record in the place of the live one; in a transaction that holds the writers off."""
    await swapping.execute(SQL["keep_tellers"])
    await swapping.execute(SQL["put_in_place"])
    for (function,) in await (await swapping.execute(SQL["functions"])).fetchall():
        await swapping.execute(function.encode())
