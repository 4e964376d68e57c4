"""Between acceptance and the record: what is in flight, where it was published, and the exact counts."""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import NamedTuple

from psycopg_pool import AsyncConnectionPool

from services.platform.postgres import Connection
from services.platform.publisher import Outgoing, Published, Publisher, PublishFailed
from services.platform.queries import load_queries
from services.platform.topics import CARE_MESSAGE

log = logging.getLogger(__name__)

SQL = load_queries(__package__, "outbox.sql")

_LOOK_EVERY = 0.05


class Counts(NamedTuple):
    """Deliveries by what became of them; accepted = applied + duplicate + quarantined + in_flight, exactly."""

    accepted: int
    applied: int
    duplicate: int
    quarantined: int
    in_flight: int
    oldest_in_flight: float
    """When the oldest message in flight was accepted, in seconds since 1970; 0 where none is."""


async def count(connection: Connection) -> Counts:
    """The counts, from one snapshot: a single statement sees one moment."""
    row = await (await connection.execute(SQL["counts"])).fetchone()
    assert row is not None
    deliveries, messages, quarantined, in_flight, oldest = row
    return Counts(
        accepted=deliveries,
        applied=messages - in_flight,
        duplicate=deliveries - messages - quarantined,
        quarantined=quarantined,
        in_flight=in_flight,
        oldest_in_flight=oldest,
    )


async def is_applied(pool: AsyncConnectionPool[Connection], key: bytes, within: float) -> bool:
    """Whether the record tells an accepted message, waiting for that so many seconds at most."""
    deadline = time.monotonic() + within
    while True:
        async with pool.connection() as connection:
            row = await (await connection.execute(SQL["is_in_flight"], {"key": key})).fetchone()
        if row is not None and not row[0]:
            return True
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(_LOOK_EVERY)


class Waiting(NamedTuple):
    """Quarantined messages that wait for a steward."""

    open: int
    oldest: float
    """When the oldest came, in seconds since 1970; 0 where none waits."""
    at_risk: int
    """Those that withhold a record until they are resolved."""


async def count_waiting(connection: Connection) -> Waiting:
    """What waits in quarantine."""
    row = await (await connection.execute(SQL["waiting"])).fetchone()
    assert row is not None
    return Waiting(*row)


async def publish(connection: Connection, publisher: Publisher, keys: Mapping[bytes, bytes]) -> bool:
    """Publish committed messages, given as message key to source record, and note where the broker keeps them.

    False where the broker did not take them: they stay in the outbox, and the sweeper publishes them.
    """
    if not keys:
        return True
    try:
        kept = await publisher.publish([Outgoing(CARE_MESSAGE, person, key) for key, person in keys.items()])
    except PublishFailed:
        log.warning("Accepted messages wait for the sweeper: the broker did not take them")
        return False
    await _mark_published(connection, list(keys), kept)
    return True


async def _mark_published(connection: Connection, keys: list[bytes], kept: list[Published]) -> None:
    """A hint, so its commit need not wait for the disk: if it is lost, the message is published again."""
    given = {
        "keys": keys,
        "incarnation": kept[0].incarnation,
        "partitions": [one.partition for one in kept],
        "offsets": [one.offset for one in kept],
    }
    async with connection.transaction():
        await connection.execute("set local synchronous_commit = off")
        await connection.execute(SQL["mark_published"], given)
