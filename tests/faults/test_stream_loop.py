"""The stream loop on a real broker with the real Faust: what fails is never acknowledged."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from schemas.stream import read_line
from services.domain.record.instant import instant_ticks
from services.platform.postgres import connect
from services.platform.publisher import Outgoing, Published, Publisher
from services.platform.stream import EXIT_CRASH
from services.platform.topics import CARE_MESSAGE
from services.record.apply import apply
from services.record.digest import compute_digest
from services.workbench.synthetic import synthetic_stream
from tests.engines import Engines, accept
from tests.faults.broken_record import committed
from tests.stack import wait_for

RECORD = ("services", "run", "record")
_CUTS = 6
_CUT = """
    select pg_terminate_backend(pid) from pg_stat_activity
    where pid <> pg_backend_pid() and backend_type = 'client backend' and xact_start < clock_timestamp()
"""

Deliveries = Sequence[tuple[str, int, bytes]]


def deliveries(messages: int, people: int) -> Deliveries:
    """A synthetic stream as intake takes it."""
    told = [read_line(line) for line in synthetic_stream(messages, people, seed=4)]
    return [(one.sender, instant_ticks(one.sent) or 0, bytes(one.message)) for one in told]


@contextmanager
def process(engines: Engines, *module: str, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """A Python process on these engines, gone after the block."""
    running = subprocess.Popen(
        [sys.executable, "-m", *module],
        env={**os.environ, **engines.environment, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


async def accepted_and_published(engines: Engines, sent: Deliveries) -> dict[bytes, Published]:
    """Accept the messages as intake does, publish their keys, and say where the broker keeps each."""
    async with await connect(engines.dsn) as connection:
        keys = await accept(connection, sent)
        rows = await connection.execute("select message_key, source_record from intake.outbox")
        persons = dict(await rows.fetchall())
    publisher = Publisher(engines.bootstrap)
    kept = await publisher.publish([Outgoing(CARE_MESSAGE, persons[key], key) for key in keys])
    await publisher.close()
    return dict(zip(keys, kept, strict=True))


async def undisturbed(engines: Engines, sent: Deliveries) -> Any:
    """The digest of the same messages, applied here at once on emptied tables."""
    engines.empty()
    async with await connect(engines.dsn) as connection:
        await apply(connection, await accept(connection, sent))
        return await compute_digest(connection)


async def digest_of(engines: Engines) -> Any:
    """The digest as it stands."""
    async with await connect(engines.dsn) as connection:
        return await compute_digest(connection)


def waiting(engines: Engines) -> set[bytes]:
    """The messages that are in flight."""
    with psycopg.connect(engines.dsn) as connection:
        return {key for (key,) in connection.execute("select message_key from intake.outbox").fetchall()}


def cut_transactions(engines: Engines) -> int:
    """Cut every connection that is in a transaction; how many those were."""
    with psycopg.connect(engines.dsn, autocommit=True) as connection:
        return len(connection.execute(_CUT).fetchall())


@pytest.mark.parametrize("where", ["before", "inside", "after"])
async def test_a_batch_that_fails_is_not_acknowledged(where: str, database: Engines) -> None:
    """The process ends with status 70, the group stands before the batch, and the next process applies it."""
    sent = deliveries(60, 12)
    kept = await accepted_and_published(database, sent)
    start = committed(database.bootstrap)
    with process(database, "tests.faults.broken_record", where, CARETHREAD_BATCH_SIZE="20") as broken:
        said, _ = broken.communicate(timeout=60)
        assert broken.returncode == EXIT_CRASH
    failed = {bytes.fromhex(line) for line in said.split()} & set(kept)
    reached = committed(database.bootstrap)
    assert failed
    assert reached != start, "the batch before it is acknowledged"
    assert all(kept[key].offset >= reached.get(kept[key].partition, 0) for key in failed)
    assert failed.isdisjoint(waiting(database)) if where == "after" else failed <= waiting(database)
    with process(database, *RECORD):
        wait_for(lambda: not waiting(database), "the next process applies what is left", 60)
        ends = {one.partition: one.offset + 1 for one in kept.values()}
        wait_for(lambda: ends.items() <= committed(database.bootstrap).items(), "all is acknowledged")
    assert await digest_of(database) == await undisturbed(database, sent)


async def test_a_passing_failure_is_tried_again_in_place(database: Engines) -> None:
    """Connections cut again and again, in the middle of batches: the process stays, and nothing is lost."""
    sent = deliveries(400, 30)
    await accepted_and_published(database, sent)
    with process(database, *RECORD, CARETHREAD_BATCH_SIZE="10") as worker:
        for _ in range(_CUTS):
            wait_for(lambda: cut_transactions(database), "a connection is cut in the middle of a transaction")
            left = len(waiting(database))
            wait_for(lambda: len(waiting(database)) < left, "it goes on")  # noqa: B023
        assert waiting(database)
        wait_for(lambda: not waiting(database), "all is applied")
        assert worker.poll() is None
        wait_for(lambda: sum(committed(database.bootstrap).values()) >= len(sent), "all is acknowledged")
    assert await digest_of(database) == await undisturbed(database, sent)

