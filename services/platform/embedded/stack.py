"""The stack of `carethread up`: starts its processes in order, watches them, and stops them all."""

import contextlib
import random
import signal
import socket
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

from services.platform.embedded.child import Process, end

_DEATHS = 3
_DEATHS_WITHIN = 60.0
_READY_WITHIN = 60.0
_WORKERS_STOP_WITHIN = 7.0
_STOP_WITHIN = 9.5
_TURN = 0.1
_LOOK_EVERY = 10.0
_FREE_PORTS = range(10_000, 32_768)
"""Where a free port is looked for: below those that Linux gives to outgoing connections (ip_local_port_range),
for a port that is only found free may be any connection's before its owner listens on it."""


class StackFailed(Exception):
    """The stack cannot run; the words say which process and where its log is."""


@dataclass
class Member:
    """One process of the stack: how to start it, when it can be used, and who must follow when it restarts."""

    name: str
    start: Callable[[], Process]
    answers: Callable[[], bool]
    log: Path
    is_spent: Callable[[Process], bool] = lambda _: False
    """Whether it should start afresh, asked now and then."""
    restarts: tuple[str, ...] = ()
    """Members that have to start afresh with this one."""
    stop_signal: signal.Signals = signal.SIGTERM
    process: Process | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=_DEATHS))


class Stack:
    """Members in starting order. `say` gets plain sentences for whoever watches."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._members: dict[str, Member] = {}
        self._say = say
        self._stopping = False
        self._said_ready: set[str] = set()
        self.changed: Callable[[], None] = lambda: None
        """Called when a process was started again, so that its new pid can be written down."""

    def catch_signals(self) -> None:
        """From now on SIGINT and SIGTERM ask the stack to stop."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop_asked)

    def start(self, members: list[Member]) -> None:
        """Start these; who needs another waits for it by itself."""
        for member in members:
            self._members[member.name] = member
            member.process = member.start()

    def wait_for(self, *names: str) -> None:
        """Wait until these members, or all where none is named, can be used.

        Raises:
            StackFailed: one dies three times in a minute, or is not ready in time.
        """
        deadline = time.monotonic() + _READY_WITHIN
        waiting = [one for one in self._members.values() if one.name in names or not names]
        while waiting and not self._stopping:
            for member in self._members.values():
                self._revive_if_dead(member)
            ready = [member for member in waiting if member.answers()]
            for member in ready:
                if member.name not in self._said_ready:
                    self._say(f"{member.name} is ready")
                    self._said_ready.add(member.name)
            waiting = [member for member in waiting if member not in ready]
            if waiting and time.monotonic() > deadline:
                raise StackFailed(
                    f"{waiting[0].name} is not ready after {_READY_WITHIN:.0f} s: see {waiting[0].log}"
                )
            time.sleep(_TURN if waiting else 0)

    def watch(self) -> None:
        """Until asked to stop, start again whatever dies.

        Raises:
            StackFailed: one died three times within a minute.
        """
        look_after = time.monotonic() + _LOOK_EVERY
        while not self._stopping:
            for member in self._members.values():
                self._revive_if_dead(member)
            if time.monotonic() > look_after:
                self._renew_spent()
                look_after = time.monotonic() + _LOOK_EVERY
            time.sleep(_TURN)

    def pids(self) -> dict[str, int]:
        """The process ids by name."""
        return {name: member.process.pid for name, member in self._members.items() if member.process}

    @property
    def stopping(self) -> bool:
        """Whether the stack was asked to stop."""
        return self._stopping

    def stop(self) -> None:
        """End all: workers first, engines last; what does not stop in time is killed."""
        began = time.monotonic()
        engines = [one for one in self._members.values() if one.name in ("broker", "postgres")]
        workers = [one for one in self._members.values() if one not in engines]
        for group, limit in ((workers, _WORKERS_STOP_WITHIN), (engines, _STOP_WITHIN)):
            running = [one.process for one in group if one.process]
            for one in group:
                if one.process:
                    end(one.process, one.stop_signal)
            for process in running:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.1, began + limit - time.monotonic()))
                end(process, signal.SIGKILL)
                process.wait()

    def _renew_spent(self) -> None:
        for member in self._members.values():
            if member.process is not None and member.is_spent(member.process):
                self._say(f"{member.name} is started afresh, to give its memory back")
                end(member.process, signal.SIGKILL)
                member.process.wait()
                self._start_again(member)

    def _revive_if_dead(self, member: Member) -> None:
        if self._stopping or member.process is None or (status := member.process.poll()) is None:
            return
        how = "ended to start afresh" if status == 0 else f"died ({_cause(status)})"
        self._say(f"{member.name} {how}; starting it again")
        if status != 0:
            member.deaths.append(time.monotonic())
        if len(member.deaths) == _DEATHS and time.monotonic() - member.deaths[0] < _DEATHS_WITHIN:
            raise StackFailed(f"{member.name} died {_DEATHS} times within a minute: see {member.log}")
        self._start_again(member)

    def _start_again(self, member: Member) -> None:
        followers = [self._members[name] for name in member.restarts if name in self._members]
        for follower in followers:
            if follower.process:
                end(
                    follower.process, signal.SIGKILL
                )  # nothing is lost: they hold nothing that is not committed
                follower.process.wait()
        member.process = member.start()
        if followers:
            self._await_again(member)
        for follower in followers:
            follower.process = follower.start()
        self.changed()

    def _await_again(self, member: Member) -> None:
        deadline = time.monotonic() + _READY_WITHIN
        while not self._stopping and not member.answers():
            if member.process is None or member.process.poll() is not None or time.monotonic() > deadline:
                return  # the next turn of `watch` sees to it
            time.sleep(_TURN)

    def _stop_asked(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True


def choose_port(wanted: int) -> int:
    """The wanted port of the loopback interface, or any free one for 0.

    Raises:
        StackFailed: another program has it.
    """
    if wanted:
        if not _is_free(wanted):
            raise StackFailed(f"Port {wanted} is taken: choose another with --port, or 0 for any.")
        return wanted
    return next(port for port in iter(lambda: random.choice(_FREE_PORTS), None) if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers_ready(port: int) -> bool:
    """Whether the process with this private port says it is ready."""
    try:
        with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=2)) as asking:
            asking.request("GET", "/readyz")
            return asking.getresponse().status == HTTPStatus.OK
    except (HTTPException, OSError):
        return False


def _cause(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
