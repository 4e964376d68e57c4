"""Replays in a process of their own, so that a test can do harm in the middle of one."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from services.platform.embedded.child import python_module, spawn
from services.workbench.synthetic import synthetic_stream
from tests.stack import RunningStack, wait_for

_SOME = 60


def write_stream(folder: Path, messages: int, people: int, seed: int = 1) -> Path:
    """A synthetic stream as a file in `folder`."""
    path = folder / f"synthetic-{messages}-{people}-{seed}.ndjson"
    path.write_bytes(b"\n".join(synthetic_stream(messages, people, seed)) + b"\n")
    return path


@contextmanager
def running(log: Path, *module: str, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A Python module in a process of its own, its output in `log`; it is gone after the block."""
    process = spawn(python_module(*module), log, environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class Replay:
    """`carethread replay --wait` beside the block."""

    def __init__(self, stack: RunningStack, stream: Path, *options: str) -> None:
        self._log = stack.data_dir / "logs" / f"replay-{stream.stem}.log"
        waiting = ("--wait", "--timeout", "100", "--data-dir", str(stack.data_dir))
        self._running = running(self._log, "services", "replay", str(stream), *options, *waiting)

    def __enter__(self) -> Self:
        self._process = self._running.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._running.__exit__(None, None, None)

    def succeeds(self) -> None:
        """Wait until it says that all is applied."""
        assert self._process.wait(120) == 0, self._log.read_text()


def midway(stack: RunningStack) -> None:
    """Wait until part of the stream is applied and more is in flight, and hold it there.

    The record is stopped where it happens to stand, so that nothing settles between looking and doing harm.
    """
    applied = "select (select count(*) from intake.message) - (select count(*) from intake.outbox)"
    wait_for(lambda: stack.scalar(applied) >= _SOME, "some messages are applied", 60)
    os.kill(stack.book.pids["record"], signal.SIGSTOP)
    wait_for(lambda: stack.in_flight() >= _SOME, "some messages are in flight", 60)
    assert stack.in_flight() > 0


def go_on(stack: RunningStack) -> None:
    """Let the record that `midway` holds go on, if it was not what died."""
    with suppress(ProcessLookupError):
        os.kill(stack.book.pids["record"], signal.SIGCONT)
