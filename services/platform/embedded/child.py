"""A child process that cannot outlive its parent."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

_SETPRIV = shutil.which("setpriv")


class Process(Protocol):
    """A child process, as `subprocess.Popen` has it."""

    @property
    def pid(self) -> int:
        """Its process id."""

    def poll(self) -> int | None:
        """Its exit status, or None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, once it has ended.

        Raises:
            subprocess.TimeoutExpired: it still runs after `timeout` seconds.
        """

    def send_signal(self, sig: int, /) -> None:
        """Send it a signal."""


def spawn(
    argv: Sequence[str],
    log: Path,
    environment: Mapping[str, str] | None = None,
    as_user: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start `argv` with its output appended to `log`.

    On Linux the kernel ends the child when this process dies, however it dies. `as_user` is for a root
    parent and a program that refuses root: the child runs as that user, but may reach the files root may,
    so that no folder on the way has to be opened to everybody.

    Raises:
        OSError: the program cannot be started.
    """
    command = [*_guard(as_user), *argv]
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environment or {})},
            start_new_session=True,  # Ctrl-C reaches the parent alone, which stops its children in order
        )


def running_as_root() -> bool:
    """Whether this process is root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def end(process: Process, how: signal.Signals = signal.SIGTERM) -> None:
    """Send a signal, if the child still runs."""
    if process.poll() is None:
        process.send_signal(how)


def python_module(*arguments: str) -> list[str]:
    """The argv that runs this interpreter on `-m` arguments."""
    return [sys.executable, "-m", *arguments]


def _guard(as_user: str | None) -> list[str]:
    if _SETPRIV is None:
        return []
    guard = [_SETPRIV, "--pdeathsig", "KILL"]
    if as_user:
        guard += ["--reuid", as_user, "--regid", as_user, "--clear-groups"]
        guard += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return guard
