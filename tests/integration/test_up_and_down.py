"""`carethread up` from start to end: it stops whole, leaves nothing behind, and survives what is done to it."""

import re
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from tests.messages import a_message, fhir_client, send, settled, token
from tests.processes import processes_of, still_run
from tests.stack import RunningStack, run_command, wait_for

pytestmark = [pytest.mark.alone, pytest.mark.any_broker]


def test_it_stops_whole_and_goes_on_where_it_was(start_stack: Callable[..., RunningStack]) -> None:
    """SIGTERM and SIGINT end every process within 10 s; the next start has the same records."""
    stack = start_stack()
    stack.replay()
    before, counts = stack.json("digest"), stack.status()
    _stops(stack, signal.SIGTERM)
    assert "carethread up" in run_command("status", "--data-dir", str(stack.data_dir), check=False).stderr

    again = start_stack(data_dir=stack.data_dir)
    assert again.ready_after < 15
    assert (again.json("digest"), again.status()) == (before, counts)
    _stops(again, signal.SIGINT)


def test_a_killed_one_leaves_no_process_and_a_dying_one_says_why(
    start_stack: Callable[..., RunningStack],
) -> None:
    """kill -9 of `up` takes all with it and the next start works; three deaths in a minute stop that one."""
    killed = start_stack()
    with fhir_client(killed, token(killed, "ZZT41")) as client:
        assert send(client, a_message("kept")).status_code == 200
    settled(killed)
    before = killed.json("digest")
    processes = processes_of(killed)
    killed.stop(signal.SIGKILL)
    wait_for(lambda: not still_run(processes), "no process outlives `up`", 5)
    gone = run_command("status", "--data-dir", str(killed.data_dir), check=False)
    assert gone.returncode == 1
    assert "No stack is running" in gone.stderr

    stack = start_stack(data_dir=killed.data_dir)
    assert stack.json("digest") == before
    _dies_and_comes_back(stack, "web")
    wait_for(lambda: _answers(stack), "the pages are back")
    _comes_back_without_its_fork_server(stack)
    _dies_and_comes_back(stack, "sweeper")
    processes = processes_of(stack)
    stack.kill("sweeper")
    wait_for(lambda: "within a minute" in stack.said, "the third death ends it")
    assert stack.wait() == 1
    assert f"sweeper died 3 times within a minute: see {stack.data_dir}/logs/sweeper.log" in stack.said
    assert not still_run(processes)


def test_a_taken_port_is_refused_with_a_way_out(tmp_path: Path) -> None:
    """It says which port, and how to choose another; nothing is started."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = run_command("up", "--data-dir", str(tmp_path), "--port", port, check=False)
    assert refused.returncode == 1
    assert f"Port {port} is taken: choose another with --port" in refused.stderr
    assert not list(tmp_path.iterdir())


def test_the_demo_prints_the_address_of_a_persons_page(start_stack: Callable[..., RunningStack]) -> None:
    """After signing in with the printed link, the printed page shows the best known person of the stream."""
    stack = start_stack("--demo")
    wait_for(lambda: "Stop with" in stack.said, "it has said all")
    page = re.search(r"page: +(http\S+)", stack.said)
    link = re.search(r"http\S+/sign-in/\S+", stack.said)
    assert page
    assert link
    with fhir_client(stack, "") as browser:
        assert browser.get(page[1]).status_code == 401
        browser.get(link[0])
        shown = browser.get(page[1])
    assert shown.status_code == 200
    assert "Maya Holloway" in shown.text
    counts = stack.status()
    assert (counts["accepted"], counts["in_flight"]) == (89, 0)


def _stops(stack: RunningStack, how: signal.Signals) -> None:
    processes = processes_of(stack)
    assert len(processes) > 6
    began = time.monotonic()
    assert stack.stop(how) == 0
    assert time.monotonic() - began < 10
    assert not still_run(processes)
    assert "Stopped" in stack.said
    assert not (stack.data_dir / "stack.json").exists()


def _dies_and_comes_back(stack: RunningStack, name: str) -> None:
    before, said = stack.book.pids[name], len(stack.said)
    stack.kill(name)
    wait_for(lambda: stack.book.pids[name] != before, f"{name} is started again")
    assert f"{name} died (signal SIGKILL); starting it again" in stack.said[said:]


def _comes_back_without_its_fork_server(stack: RunningStack) -> None:
    """All that it forked dies with it; what is started then are interpreters of their own."""
    before, said = stack.book.pids, len(stack.said)
    server = psutil.Process(before["sweeper"]).parent()
    assert server is not None
    assert {one.pid for one in server.children()} == {before[name] for name in stack.book.private_ports}
    server.kill()
    wait_for(lambda: stack.said.count("starting it again", said) == 5, "all are started again")
    wait_for(lambda: _answers(stack), "the pages are back")
    now = stack.book.pids
    assert {name for name in now if now[name] != before[name]} == set(stack.book.private_ports)
    assert psutil.Process(now["sweeper"]).ppid() == stack.pid


def _answers(stack: RunningStack) -> bool:
    try:
        return httpx.get(stack.book.http, trust_env=False).status_code == 401
    except httpx.TransportError:
        return False
