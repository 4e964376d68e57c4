"""The stream loop on a real broker with the real Faust: what fails is never acknowledged."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from schemas.stream import read_line
from services.domain.record.instant import instant_ticks
from services.platform.embedded.stack import answers_ready
from services.platform.postgres import connect
from services.platform.publisher import Outgoing, Published, Publisher
from services.platform.stream import EXIT_CRASH
from services.platform.topics import CARE_MESSAGE
from services.record.apply import apply
from services.record.digest import compute_digest
from services.workbench.synthetic import synthetic_stream
from tests.engines import Engines, accept
from tests.faults.broken_record import committed
from tests.faults.replays import running
from tests.stack import wait_for

pytestmark = pytest.mark.any_broker

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
async def test_a_batch_that_fails_is_not_acknowledged(where: str, database: Engines, tmp_path: Path) -> None:
    """The process ends with status 70, the group stands before the batch, and the next process applies it."""
    sent = deliveries(60, 12)
    kept = await accepted_and_published(database, sent)
    start = committed(database.bootstrap)
    log, small = tmp_path / "record.log", database.environment | {"CARETHREAD_BATCH_SIZE": "20"}
    with running(log, "tests.faults.broken_record", where, **small) as broken:
        assert broken.wait(60) == EXIT_CRASH
    failed = {key for key in kept if key.hex() in log.read_text()}
    reached = committed(database.bootstrap)
    assert failed
    assert reached != start, "the batch before it is acknowledged"
    assert all(kept[key].offset >= reached.get(kept[key].partition, 0) for key in failed)
    assert failed.isdisjoint(waiting(database)) if where == "after" else failed <= waiting(database)
    with running(log, *RECORD, **database.environment):
        wait_for(lambda: not waiting(database), "the next process applies what is left", 60)
        ends = {one.partition: one.offset + 1 for one in kept.values()}
        wait_for(lambda: ends.items() <= committed(database.bootstrap).items(), "all is acknowledged")
    assert await digest_of(database) == await undisturbed(database, sent)


async def test_a_passing_failure_is_tried_again_in_place(database: Engines, tmp_path: Path) -> None:
    """Connections cut again and again, in the middle of batches: the process stays, and nothing is lost."""
    sent = deliveries(400, 30)
    await accepted_and_published(database, sent)
    small = database.environment | {"CARETHREAD_BATCH_SIZE": "10"}
    with running(tmp_path / "record.log", *RECORD, **small) as worker:
        for _ in range(_CUTS):
            wait_for(lambda: cut_transactions(database), "a connection is cut in the middle of a transaction")
            left = len(waiting(database))
            wait_for(lambda: len(waiting(database)) < left, "it goes on")  # noqa: B023
        assert waiting(database)
        wait_for(lambda: not waiting(database), "all is applied")
        assert worker.poll() is None
        wait_for(lambda: sum(committed(database.bootstrap).values()) >= len(sent), "all is acknowledged")
    assert await digest_of(database) == await undisturbed(database, sent)


async def test_a_worker_that_has_nothing_to_read_stays(database: Engines, tmp_path: Path) -> None:
    """Started again on topics that were read to the end, it is not taken for one that has stopped reading."""
    kept = await accepted_and_published(database, deliveries(40, 12))
    ends = {one.partition: one.offset + 1 for one in kept.values()}
    log = tmp_path / "record.log"
    with running(log, *RECORD, **database.environment) as worker:
        wait_for(lambda: ends.items() <= committed(database.bootstrap).items(), "all is acknowledged", 60)
        worker.terminate()
        assert worker.wait(20) == 0
    environment = database.environment
    with running(log, "tests.faults.impatient_record", **environment) as worker:
        wait_for(lambda: answers_ready(int(environment["CARETHREAD_METRICS_PORT"])), "it is ready", 60)
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(8)
