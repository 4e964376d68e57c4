"""A stack as a person runs it: `carethread up` in a process of its own, and the other commands beside it."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import psycopg

from services.platform.embedded.address_book import AddressBook, read
from services.platform.embedded.child import Process, python_module
from tests.cluster import lay_cluster
from tests.commands import Command

BUNDLED = Path(__file__).parent / "streams" / "norfolk-suffolk.ndjson"
READY_WITHIN = 45.0


@contextmanager
def data_folder(*, empty: bool = False) -> Iterator[Path]:
    """A data directory of its own, gone afterwards: with an untouched cluster in it, or nothing at all."""
    folder = Path(tempfile.mkdtemp(prefix="carethread-test-"))
    try:
        if not empty:
            lay_cluster(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(condition: Callable[[], object], what: str, within: float = 30.0) -> None:
    """Wait until the condition holds.

    Raises:
        AssertionError: it does not, in time.
    """
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"not within {within:.0f} s: {what}"
        time.sleep(0.05)


def run_command(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run `carethread` with these arguments and return what it printed."""
    with tempfile.TemporaryFile("w+") as stdout, tempfile.TemporaryFile("w+") as stderr:
        command = Command(arguments, stdout, stderr)
        try:
            status = command.wait(300)
        finally:
            command.send_signal(signal.SIGKILL)
        stdout.seek(0)
        stderr.seek(0)
        done = subprocess.CompletedProcess(arguments, status, stdout.read(), stderr.read())
    assert not check or done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done


class RunningStack:
    """`carethread up` on a data directory, from entering the block to leaving it.

    `interpreter`: started as a person starts it, who has nothing loaded.
    """

    def __init__(self, data_dir: Path, *options: str, interpreter: bool = False) -> None:
        self.data_dir = data_dir
        self._options = options
        self._interpreter = interpreter
        self._process: Process | None = None
        self._database: psycopg.Connection[psycopg.rows.TupleRow] | None = None

    def __enter__(self) -> Self:
        self._output = (self.data_dir / "up.log").open("a+")
        said_before = len(self.said)
        self._process = self._started("up", "--data-dir", str(self.data_dir), "--port", "0", *self._options)
        began = time.monotonic()
        try:
            wait_for(
                lambda: "Ready at" in self.said[said_before:] or self._process_ended(),
                "the stack is ready",
                READY_WITHIN,
            )
            self.ready_after = time.monotonic() - began
            assert not self._process_ended(), self.said
        except AssertionError as unready:
            self.__exit__(type(unready), unready, None)
            raise
        return self

    def _started(self, *command: str) -> Process:
        if not self._interpreter:
            return Command(command, self._output, self._output)
        return subprocess.Popen(
            python_module("services", *command),
            stdout=self._output,
            stderr=self._output,
            stdin=subprocess.DEVNULL,
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._disconnect()
        if error is not None:
            self.stop()
            self._show_logs()
        else:
            self._end()
        self._output.close()

    @property
    def said(self) -> str:
        """What `up` has printed so far."""
        return (self.data_dir / "up.log").read_text()

    @property
    def book(self) -> AddressBook:
        """The stack's addresses, with the pids of just now."""
        return read(self.data_dir)

    @property
    def pid(self) -> int:
        """The process of `up` itself."""
        assert self._process is not None
        return self._process.pid

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop the stack and return its exit status."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(how)
        return self.wait()

    def _end(self) -> None:
        """End it at once with all its processes, which die with it: tests of their own say how it stops in order."""
        if self._process is not None and self._process.poll() is None:
            family = psutil.Process(self.pid).children(recursive=True)
            self.stop(signal.SIGKILL)
            _, left = psutil.wait_procs(family, timeout=20)
            assert not left, f"processes outlive their stack: {left}"

    def wait(self) -> int:
        """Wait until the stack has ended and return its exit status."""
        assert self._process is not None
        return self._process.wait(30)

    def kill(self, name: str) -> None:
        """kill -9 one process of the stack."""
        os.kill(self.book.pids[name], signal.SIGKILL)
        if name == "postgres":  # what serves a connection outlives the server for a moment, and would answer
            self._disconnect()

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run another command beside this stack."""
        return run_command(*arguments, "--data-dir", str(self.data_dir), check=check)

    def json(self, *arguments: str) -> Any:
        """What a command prints with --json."""
        return json.loads(self.run(*arguments, "--json").stdout)

    def replay(self, stream: Path = BUNDLED, *options: str) -> Any:
        """Replay a stream and wait until all of it is applied."""
        return self.json("replay", str(stream), *options, "--wait", "--timeout", "120")

    def status(self) -> dict[str, int]:
        """The counts, which must add up whenever they are asked for."""
        counts: dict[str, int] = self.json("status")
        settled = counts["applied"] + counts["duplicate"] + counts["quarantined"] + counts["in_flight"]
        assert counts["accepted"] == settled, counts
        return counts

    def in_flight(self) -> int:
        """How many messages are accepted and not applied, read straight from the outbox."""
        return self.scalar("select count(*) from intake.outbox")

    def scalar(self, query: str) -> int:
        """The one number that a query gives, on a connection that is kept: tests wait by asking again and again."""
        try:
            row = self._connected().execute(query.encode()).fetchone()
        except psycopg.OperationalError:  # that server is gone; there may be another
            row = self._connected(afresh=True).execute(query.encode()).fetchone()
        assert row is not None
        return int(row[0])

    def _connected(self, *, afresh: bool = False) -> "psycopg.Connection[psycopg.rows.TupleRow]":
        if self._database is None or afresh:
            self._disconnect()
            self._database = psycopg.connect(self.book.postgres.get_secret_value(), autocommit=True)
        return self._database

    def _disconnect(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def _process_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _show_logs(self) -> None:
        print(self.said)
        for log in sorted((self.data_dir / "logs").glob("*.log")):
            print(f"--- {log.name}\n" + "\n".join(log.read_text().splitlines()[-15:]))
