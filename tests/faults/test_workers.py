"""Several record workers on one stream: they share the work, and how they share it never shows."""

import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.platform.embedded.stack import answers_ready, choose_port
from tests.faults.replays import Replay, running, write_stream
from tests.stack import RunningStack, wait_for

_APPLIED = re.compile(r"^care_record_messages_applied_total (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Streams:
    """A stream about many people, one in which everybody tells of two, and the digests after each."""

    many: Path
    few: Path
    after_many: Any
    after_both: Any


@pytest.fixture(scope="module")
def streams(shared_stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Streams:
    """The streams, with the digests that a single worker comes to."""
    folder = tmp_path_factory.mktemp("streams")
    many, few = write_stream(folder, 400, 60, seed=2), write_stream(folder, 200, 2, seed=3)
    shared_stack.replay(many)
    after_many = shared_stack.json("digest")
    shared_stack.replay(few)
    return Streams(many, few, after_many, shared_stack.json("digest"))


def applied(port: int) -> int:
    """How many messages the worker with this private port has put into the record."""
    found = _APPLIED.search(httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=5, trust_env=False).text)
    assert found, "the worker counts what it applies"
    return int(float(found[1]))


@contextmanager
def another_worker(stack: RunningStack) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """One more record worker beside those of the stack, ready, and its private port."""
    book, port = stack.book, choose_port(0)
    environment = {
        "CARETHREAD_POSTGRES": book.postgres.get_secret_value(),
        "CARETHREAD_KAFKA": book.kafka,
        "CARETHREAD_PARTNERSHIP_KEY": book.partnership_key.get_secret_value(),
        "CARETHREAD_METRICS_PORT": str(port),
        "CARETHREAD_SESSION_TIMEOUT": "6",
    }
    log = stack.data_dir / "logs" / "another.log"
    with running(log, "services", "run", "record", **environment) as worker:
        wait_for(lambda: answers_ready(port), "the third worker has partitions", 40)
        yield worker, port


@pytest.mark.any_broker
def test_two_workers_share_one_stream(start_stack: Callable[..., RunningStack], streams: Streams) -> None:
    """Each applies a good part of it; then both update the same two people at once; the digests are one's."""
    stack = start_stack("--workers", "2")
    ports = [stack.book.private_ports[name] for name in ("record", "record-2")]
    counts = stack.replay(streams.many)["status"]
    shares = [applied(port) for port in ports]
    assert sum(shares) == counts["applied"] == counts["accepted"]
    assert min(shares) >= counts["applied"] / 4, shares
    assert stack.json("digest") == streams.after_many
    stack.replay(streams.few, "--shuffle", "--duplicate", "0.5", "--seed", "9")
    assert all(now > before for now, before in zip(map(applied, ports), shares, strict=True))
    assert stack.json("digest") == streams.after_both
    stack.status()


def test_a_worker_that_joins_and_is_killed_leaves_no_trace(
    start_stack: Callable[..., RunningStack], streams: Streams
) -> None:
    """A third worker takes partitions, applies some messages, dies of kill -9, and the others finish."""
    stack = start_stack("--workers", "2")
    with another_worker(stack) as (worker, port), Replay(stack, streams.few, "--rate", "60") as replay:
        wait_for(lambda: applied(port) > 0, "the third worker applies some", 60)
        with Replay(stack, streams.many, "--shuffle") as second:
            before = applied(port)
            wait_for(lambda: applied(port) > before and stack.in_flight() > 0, "it is in the middle", 60)
            worker.send_signal(signal.SIGKILL)
            replay.succeeds()
            second.succeeds()
    assert stack.json("digest") == streams.after_both
    assert stack.status()["in_flight"] == 0
