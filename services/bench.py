"""`carethread bench`: throughput from first publish to last applied, and the same messages through the floor."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from subprocess import Popen
from typing import Any

import psutil
import psycopg

from services.platform.embedded.broker import EmbeddedBroker
from services.platform.embedded.child import python_module, spawn
from services.platform.embedded.postgres import EmbeddedPostgres
from services.platform.embedded.stack import StackFailed, answers_ready, choose_port
from services.platform.postgres import migrate
from services.platform.publisher import Outgoing, Publisher
from services.platform.topics import CORE_TOPICS
from services.record.model import load_model, records_version
from services.workbench.floor import TABLES
from services.workbench.replay import parse_line
from services.workbench.synthetic import synthetic_stream

_PEOPLE_SHARE = 20
"""Messages about each person, on average."""

_WITHIN = 300.0
_APPLIED = "select count(*) - (select count(*) from intake.outbox) from intake.message"
_FLOOR_COPIED = "select count(distinct message_key) from floor.resource"


class _Bed:
    """Fresh engines and two workers on them, and the CPU that each takes."""

    def __init__(self, running: ExitStack, workers: dict[str, list[str]]) -> None:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="carethread-bench-")))
        postgres = EmbeddedPostgres(folder, folder)
        running.callback(postgres.clean_up)
        postgres.prepare()
        self._processes = {"postgres": self._start(running, postgres.start)}
        _await(postgres.answers, "PostgreSQL")
        migrate(postgres.dsn, records_version(load_model()))
        with psycopg.connect(postgres.dsn) as connection:
            connection.execute(TABLES)
        broker = EmbeddedBroker(choose_port(0), folder, lambda: set(CORE_TOPICS), partitions=8)
        self._processes["broker"] = self._start(running, broker.start)
        _await(broker.answers, "the broker")
        self.dsn, self.publisher = postgres.dsn, Publisher(broker.bootstrap)
        for name, argv in workers.items():
            port = choose_port(0)
            environment = {
                "CARETHREAD_POSTGRES": postgres.dsn,
                "CARETHREAD_KAFKA": broker.bootstrap,
                "CARETHREAD_PARTNERSHIP_KEY": "for measuring alone",
                "CARETHREAD_METRICS_PORT": str(port),
                "CARETHREAD_SESSION_TIMEOUT": "6",
            }
            start = partial(spawn, argv, folder / f"{name}.log", environment)
            self._processes[name] = self._start(running, start)
            _await(partial(answers_ready, port), name)

    def cpu_seconds(self) -> dict[str, float]:
        """CPU taken so far by each process and its children."""
        taken = {}
        for name, process in self._processes.items():
            parent = psutil.Process(process.pid)
            times = [one.cpu_times() for one in (parent, *parent.children(recursive=True))]
            taken[name] = sum(one.user + one.system for one in times)
        return taken

    @staticmethod
    def _start(running: ExitStack, start: "Callable[[], Popen[bytes]]") -> "Popen[bytes]":
        process = start()
        running.callback(process.wait)
        running.callback(process.kill)
        return process


def run_bench(messages: int, rounds: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure stream and floor in turn, `rounds` times on fresh engines, and report the medians.

    `ratio_to_floor` is the floor's messages a second over the stream's: 2.0 is twice as slow as the floor.
    """
    lines = [
        parse_line(line).record
        for line in synthetic_stream(messages, max(1, messages // _PEOPLE_SHARE), seed=1)
    ]
    streams, floors = [], []
    for number in range(1, rounds + 1):
        floors.append(_measure(lines, _floor_workers(), _FLOOR_COPIED))
        streams.append(_measure(lines, _stream_workers(), _APPLIED))
        say(f"round {number} of {rounds}: {streams[-1][0]:,.0f} messages/s, floor {floors[-1][0]:,.0f}")
    ratios = [floor[0] / stream[0] for stream, floor in zip(streams, floors, strict=True)]
    return {
        "messages": messages,
        "bytes_per_message": round(sum(len(line.value) for line in lines) / len(lines)),
        "throughput_stream": {
            "messages_per_s": round(median(rate for rate, _ in streams), 1),
            "floor_per_s": round(median(rate for rate, _ in floors), 1),
            "ratio_to_floor": round(median(ratios), 3),
        },
        "cpu_us_per_message": _medians([cpu for _, cpu in streams]),
        "floor_cpu_us_per_message": _medians([cpu for _, cpu in floors]),
    }


def _measure(
    lines: list[Outgoing], workers: dict[str, list[str]], done: str
) -> tuple[float, dict[str, float]]:
    """Messages a second from first publish until `done` counts them all, and microseconds of CPU a message."""
    with ExitStack() as running:
        bed = _Bed(running, workers)
        with _counter(bed.dsn, done) as count:
            before, own = bed.cpu_seconds(), time.process_time()
            began = time.monotonic()
            for start in range(0, len(lines), 500):
                bed.publisher.publish_now(lines[start : start + 500])
            published = time.process_time() - own
            _await(lambda: count() >= len(lines), "the last message", _WITHIN)
            took = time.monotonic() - began
            after = bed.cpu_seconds()
    spent = {"publish": published} | {name: after[name] - before[name] for name in after}
    return len(lines) / took, {name: seconds / len(lines) * 1e6 for name, seconds in spent.items()}


@contextmanager
def _counter(dsn: str, query: str) -> Iterator[Callable[[], int]]:
    with psycopg.connect(dsn, autocommit=True) as connection:

        def count() -> int:
            row = connection.execute(query.encode()).fetchone()
            return int(row[0]) if row else 0

        yield count


def _stream_workers() -> dict[str, list[str]]:
    return {name: python_module("services.processes", name) for name in ("intake", "record")}


def _floor_workers() -> dict[str, list[str]]:
    return {name: python_module("services.workbench.floor", name) for name in ("intake", "record")}


def _medians(found: list[dict[str, float]]) -> dict[str, int]:
    return {name: round(median(one[name] for one in found)) for name in found[0]}


def _await(condition: Callable[[], bool], what: str, within: float = 60.0) -> None:
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise StackFailed(f"{what} is not ready after {within:.0f} s")
        time.sleep(0.05)
