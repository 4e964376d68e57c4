"""A message delivered again with an earlier `sent`, at every moment of its being applied."""

import asyncio

import orjson
from psycopg import AsyncConnection

from services.intake.accept import Delivery, check, keep
from services.platform.postgres import Connection, connect
from services.record.apply import apply
from services.record.digest import compute_digest
from tests.engines import PARTNERSHIP_KEY, Engines, accept
from tests.messages import a_message


async def _waits_for_a_lock(watcher: Connection, worker: "AsyncConnection[object]") -> bool:
    query = "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s"
    row = await (await watcher.execute(query, [worker.info.backend_pid])).fetchone()
    return bool(row and row[0])


async def test_lowered_while_the_record_waits_for_the_message(database: Engines) -> None:
    """The record applies the message under its least `sent`, even one committed while it waited."""
    bundle = a_message("S-1")
    del bundle["timestamp"]
    for entry in bundle["entry"]:
        entry["resource"].pop("meta", None)
    body = orjson.dumps(bundle)
    async with await connect(database.dsn) as first, await connect(database.dsn) as second:
        keys = await accept(first, [("ZZT41", 100, body)])
        async with first.transaction():
            await keep(first, [check(Delivery(b"again", "ZZT41", 50, "test", body), PARTNERSHIP_KEY)])
            applying = asyncio.create_task(apply(second, keys))
            async with asyncio.timeout(10), await connect(database.dsn) as watcher:
                while not await _waits_for_a_lock(watcher, second):
                    continue
        await applying
        rows = await (await first.execute("select distinct instant from record.version")).fetchall()
        assert rows == [(50,)]
        await compute_digest(first)
