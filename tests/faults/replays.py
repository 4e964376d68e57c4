"""Replays in a process of their own, so that a test can do harm in the middle of one."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from services.workbench.synthetic import synthetic_stream
from tests.stack import RunningStack, wait_for

_SOME = 100


def write_stream(folder: Path, messages: int, people: int, seed: int = 1) -> Path:
    """A synthetic stream as a file in `folder`."""
    path = folder / f"synthetic-{messages}-{people}-{seed}.ndjson"
    path.write_bytes(b"\n".join(synthetic_stream(messages, people, seed)) + b"\n")
    return path


@contextmanager
def replaying(stack: RunningStack, stream: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """`carethread replay --wait` beside the block; it is gone after it."""
    command = [sys.executable, "-m", "services", "replay", str(stream), *options]
    process = subprocess.Popen(
        [*command, "--wait", "--timeout", "100", "--data-dir", str(stack.data_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def succeeds(replay: "subprocess.Popen[str]") -> None:
    """Wait until the replay says that all is applied."""
    said, _ = replay.communicate(timeout=120)
    assert replay.returncode == 0, said


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
