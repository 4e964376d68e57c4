"""A process that loads a module once and forks a child for each run of it: children start at once and share memory.

It holds nothing but what importing leaves: no connection, no event loop, no thread. Linux alone has it; elsewhere,
and where the server has died, each run is an interpreter of its own, which says and does the same a second later.
"""

import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, Self

from services.platform.embedded.child import Process, python_module, spawn

_MOST = 1 << 16
"""Bytes of a request: some arguments, paths and addresses."""

_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15
"""linux/prctl.h"""


class ForkServer:
    """The server of one module, which has `load()`, for what its runs need, and `main(arguments)`, which is a run.

    Make it before anything else: it is a fork of this process, and so is each child.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._pid: int | None = None
        if sys.platform == "linux":
            sys.stdout.flush()  # or the children say it again
            sys.stderr.flush()
            parent = os.getpid()
            self._pid = os.fork() or _serve_to_the_end(module, theirs, self._channel, parent)
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()
        if self._pid is not None:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)

    def start(self, name: str, log: Path, environment: Mapping[str, str]) -> Process:
        """Start a run of the module with the argument `name`, its output appended to `log`.

        Raises:
            OSError: it cannot be started.
        """
        try:
            return _Forked(self._channel, name, log, environment)
        except OSError:
            return spawn(python_module(self._module, name), log, environment)


class _Forked:
    """A child of the server, as `subprocess.Popen` is one of this process."""

    def __init__(self, channel: socket.socket, name: str, log: Path, environment: Mapping[str, str]) -> None:
        self._channel = channel
        self._name = name
        self._status: int | None = None
        self.pid = _ask(channel, {"run": [name], "log": str(log), "environment": dict(environment)})
        try:
            self._handle = os.pidfd_open(self.pid)
        except OSError:
            os.kill(self.pid, signal.SIGKILL)  # nobody could watch it
            raise

    def poll(self) -> int | None:
        """Its exit status, minus the signal that ended it, or None while it runs."""
        return self._status if self._status is not None or not self._has_ended(0) else self._bury()

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, once it has ended.

        Raises:
            subprocess.TimeoutExpired: it still runs after `timeout` seconds.
        """
        if self._status is not None:
            return self._status
        if not self._has_ended(timeout):
            raise subprocess.TimeoutExpired(self._name, timeout or 0)
        return self._bury()

    def send_signal(self, sig: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, sig)

    def _has_ended(self, within: float | None) -> bool:
        return bool(select.select([self._handle], [], [], within)[0])

    def _bury(self) -> int:
        try:
            self._status = _ask(self._channel, {"bury": self.pid})
        except OSError:
            self._status = -signal.SIGKILL  # the server died, and it with it
        os.close(self._handle)
        return self._status


def _ask(channel: socket.socket, request: Mapping[str, Any]) -> int:
    channel.send(json.dumps(request).encode())
    if not (answer := channel.recv(_MOST)):
        raise ConnectionResetError
    return int(answer)


def _serve_to_the_end(
    module: str, channel: socket.socket, parents_end: socket.socket, parent: int
) -> NoReturn:
    """The server's whole life; it never returns into what it was forked from."""
    _leave_at_the_end(lambda: _serve(module, channel, parents_end, parent))


def _serve(module: str, channel: socket.socket, parents_end: socket.socket, parent: int) -> None:
    parents_end.close()
    _settle("fork-server", parent)
    run = importlib.import_module(module)
    run.load()
    if (threads := len(list(Path("/proc/self/task").iterdir()))) != 1:
        raise RuntimeError(f"Loading {module} has started {threads - 1} threads, which no fork would have.")
    gc.freeze()  # what is loaded stays, in pages that all share
    here = os.getpid()
    while request := channel.recv(_MOST):
        asked = json.loads(request)
        if "bury" in asked:
            answer = os.waitstatus_to_exitcode(os.waitpid(asked["bury"], 0)[1])
        else:
            answer = os.fork() or _run_to_the_end(run.main, asked, channel, here)
        channel.send(str(answer).encode())


def _run_to_the_end(
    main: Callable[[Sequence[str]], None], asked: Mapping[str, Any], channel: socket.socket, parent: int
) -> NoReturn:
    """A child's whole life."""

    def run() -> None:
        channel.close()
        _settle(asked["run"][0], parent)
        _speak_into(asked["log"])
        os.environ.update(asked["environment"])
        main(asked["run"])

    _leave_at_the_end(run)


def _leave_at_the_end(work: Callable[[], None]) -> NoReturn:
    """Do the work and end this process as the interpreter does, but without what the one it is a fork of left to do."""
    status = 1
    try:
        work()
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _settle(name: str, parent: int) -> None:
    """Have a name and a session of its own, and die with the parent, however that dies."""
    os.setsid()  # Ctrl-C reaches `up` alone, which stops its children in order
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_NAME, name.encode())
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _speak_into(log: str) -> None:
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, standard in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, standard)
    os.close(output)
    os.close(nothing)
