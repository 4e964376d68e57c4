"""The ledger of intake: offsets of its group that are moved or lost change nothing."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from kafka import TopicPartition
from kafka.structs import OffsetAndMetadata

from services.platform.embedded.stack import answers_ready
from services.platform.publisher import Publisher, administer
from services.platform.topics import INTAKE_GROUP, TOOLS_IN
from services.workbench.replay import Line, read_stream
from tests.engines import Engines, running_engines
from tests.faults.replays import running, write_stream
from tests.stack import wait_for

_COUNTED = re.compile(r"^care_ledger_(gap|lost)_total{.*} (\S+)$", re.MULTILINE)


@contextmanager
def intake(engines: Engines, log: Path) -> Iterator[int]:
    """An intake process that has its partitions, and its private port; it drains when the block ends."""
    environment = engines.environment
    port = int(environment["CARETHREAD_METRICS_PORT"])
    with running(log, "services", "run", "intake", **environment) as process:
        wait_for(lambda: answers_ready(port), "intake has its partitions", 60)
        yield port
        process.terminate()
        assert process.wait(20) == 0


def send(engines: Engines, lines: Sequence[Line]) -> dict[TopicPartition, int]:
    """Send these lines over Kafka; how far they reach in each partition."""
    publisher = Publisher(engines.bootstrap)
    kept = publisher.publish_now([line.record for line in lines])
    asyncio.run(publisher.close())
    reached: dict[TopicPartition, int] = {}
    for one in sorted(kept, key=lambda one: one.offset):
        reached[TopicPartition(TOOLS_IN, one.partition)] = one.offset + 1
    return reached


def counts(engines: Engines) -> tuple[int, int]:
    """How many deliveries and messages intake has recorded."""
    with psycopg.connect(engines.dsn) as connection:
        query = "select (select count(*) from intake.delivery), (select count(*) from intake.message)"
        row = connection.execute(query).fetchone()
    assert row
    return int(row[0]), int(row[1])


def committed(engines: Engines) -> dict[TopicPartition, int]:
    """How far intake's group has acknowledged each of them."""
    with closing(administer(engines.bootstrap)) as admin:
        found = admin.list_group_offsets({INTAKE_GROUP: None})[INTAKE_GROUP]
    return {place: told.offset for place, told in found.items() if told.offset >= 0}


def move(engines: Engines, offsets: dict[TopicPartition, int]) -> None:
    """Move the group, which has no member just now, to these offsets."""
    moved = {place: OffsetAndMetadata(offset, "", -1) for place, offset in offsets.items()}
    with closing(administer(engines.bootstrap)) as admin:
        admin.alter_group_offsets(INTAKE_GROUP, moved)
    assert committed(engines) == offsets


def ledger_metrics(port: int) -> dict[str, int]:
    """What the process counted of records that were skipped, and of those that were gone."""
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=5, trust_env=False).text
    return {name: int(float(value)) for name, value in _COUNTED.findall(text)}


@pytest.fixture
def engines(request: pytest.FixtureRequest) -> Iterator[Engines]:
    """Engines for one test: a group whose offsets are lost reads all that its topics ever took."""
    with running_engines(apache=request.config.getoption("--kafka") == "apache") as found:
        yield found


@pytest.fixture
def movable(request: pytest.FixtureRequest) -> None:
    """Only a broker that moves the offsets of a group on request."""
    if request.config.getoption("--kafka") != "apache":
        pytest.skip("the embedded broker moves no group's offsets: it refuses a commit from outside")


@pytest.fixture
def lines(tmp_path: Path) -> list[Line]:
    """A hundred messages, spread over the partitions."""
    return read_stream(write_stream(tmp_path, 100, 20))


@pytest.mark.usefixtures("movable")
def test_offsets_moved_past_unread_records(engines: Engines, tmp_path: Path, lines: list[Line]) -> None:
    """What was skipped is noticed at the next record, counted, and read after all."""
    log = tmp_path / "intake.log"
    with intake(engines, log):
        send(engines, lines[:30])
        wait_for(lambda: counts(engines) == (30, 30), "the first are accepted")
    read = committed(engines)
    last = send(engines, lines[30:70])
    assert all(last[place] > read[place] for place in read)
    move(engines, last)
    assert send(engines, lines[70:]).keys() == last.keys()
    with intake(engines, log) as port:
        wait_for(lambda: counts(engines) == (100, 100), "what was skipped is accepted too")
        assert ledger_metrics(port) == {"gap": 40, "lost": 0}


@pytest.mark.usefixtures("movable")
def test_offsets_moved_back(engines: Engines, tmp_path: Path, lines: list[Line]) -> None:
    """What is read again is recognised: no delivery counts twice, and no gap is seen."""
    with read_twice(engines, tmp_path / "intake.log", lines):
        move(engines, dict.fromkeys(committed(engines), 0))


def test_offsets_lost(engines: Engines, tmp_path: Path, lines: list[Line]) -> None:
    """A group that the broker has forgotten reads from the start, to the same effect."""
    with read_twice(engines, tmp_path / "intake.log", lines), closing(administer(engines.bootstrap)) as admin:
        admin.delete_groups([INTAKE_GROUP])
        assert committed(engines) == {}


@contextmanager
def read_twice(engines: Engines, log: Path, lines: list[Line]) -> Iterator[None]:
    """Let intake read sixty lines before the block, and all from wherever the block leaves the group."""
    with intake(engines, log):
        send(engines, lines[:60])
        wait_for(lambda: counts(engines) == (60, 60), "all are accepted")
    yield
    with intake(engines, log) as port:
        send(engines, lines[60:])
        wait_for(lambda: sum(committed(engines).values()) == 100, "all is read again")
        assert counts(engines) == (100, 100)
        assert ledger_metrics(port) == {}
