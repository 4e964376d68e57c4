"""`carethread` for the tests: each command is a process of its own, forked from one that has all commands loaded.

The tests give hundreds of commands, and an interpreter takes a second to load what a command does in a tenth of it.
What is run is the same `main()`, with arguments, environment, folder and outputs of its own.
"""

import atexit
import ctypes
import functools
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, NoReturn

ROOT = Path(__file__).parents[1]
_PR_SET_PDEATHSIG = 1
_MOST = 1 << 18
"""Bytes of a request: arguments and an environment."""


class Command:
    """A running command, as `subprocess.Popen` is one."""

    def __init__(self, arguments: Sequence[str], stdout: IO[str], stderr: IO[str]) -> None:
        self._arguments = arguments
        self._told, telling = os.pipe()
        request = {"arguments": list(arguments), "environment": dict(os.environ), "folder": str(Path.cwd())}
        files = [stdout.fileno(), stderr.fileno(), telling]
        socket.send_fds(_server(), [json.dumps(request).encode()], files)
        os.close(telling)
        self.pid = self._next_number()
        self._status: int | None = None

    def poll(self) -> int | None:
        """Its exit status, minus the signal that ended it, or None while it runs."""
        return self._status if self._status is not None or not self._has_ended(0) else self.wait()

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, once it has ended.

        Raises:
            subprocess.TimeoutExpired: it still runs after `timeout` seconds.
        """
        if self._status is None:
            if not self._has_ended(timeout):
                raise subprocess.TimeoutExpired(self._arguments, timeout or 0)
            self._status = self._next_number()
            os.close(self._told)
        return self._status

    def send_signal(self, sig: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def _has_ended(self, within: float | None) -> bool:
        return bool(select.select([self._told], [], [], within)[0])

    def _next_number(self) -> int:
        told = os.read(self._told, _NUMBER)
        assert len(told) == _NUMBER, "the process that starts commands has died"
        return int.from_bytes(told, sys.byteorder, signed=True)


_NUMBER = 4
"""Bytes of a pid or an exit status."""


@functools.cache
def _server() -> socket.socket:
    """The address of this process's server, which ends when this process does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.commands", str(theirs.fileno())]
    process = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=ROOT, stdin=subprocess.DEVNULL)
    theirs.close()
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


def _serve(channel: socket.socket) -> None:
    commands = importlib.import_module("services.__main__")
    for module in pkgutil.walk_packages(importlib.import_module("services").__path__, "services."):
        importlib.import_module(module.name)
    sys.modules["__main__"] = commands
    sys.argv = [str(commands.__file__)]
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a keeper ended
    while True:
        request, files, _, _ = socket.recv_fds(channel, _MOST, 3)
        if not request:
            return
        if not os.fork():
            _end_with(functools.partial(_keep, commands.main, request, channel, *files))
        for file in files:
            os.close(file)


def _keep(
    main: Callable[[], None], request: bytes, channel: socket.socket, stdout: int, stderr: int, telling: int
) -> None:
    """Start a command, and tell its pid and, when it has ended, how."""
    _die_with_the_parent()
    channel.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if not pid:
        _die_with_the_parent()
        os.close(telling)
        _end_with(lambda: _run(main, request, stdout, stderr))
    os.write(telling, pid.to_bytes(_NUMBER, sys.byteorder))
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.write(telling, status.to_bytes(_NUMBER, sys.byteorder, signed=True))


def _die_with_the_parent() -> None:
    """A run of the tests that is broken off leaves no stack behind, where the system knows how."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _run(main: Callable[[], None], request: bytes, stdout: int, stderr: int) -> None:
    asked = json.loads(request)
    for file, standard in ((stdout, 1), (stderr, 2)):
        os.dup2(file, standard)
        os.close(file)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv += asked["arguments"]
    main()


def _end_with(work: Callable[[], None]) -> NoReturn:
    status = 1
    try:
        work()
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
