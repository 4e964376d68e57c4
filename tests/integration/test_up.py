"""`carethread up` once it is ready: what it opens, to whom, and who may come in."""

import re
import stat
import time
from collections.abc import Iterator

import httpx
import orjson
import psutil
import pytest

from services.platform.publisher import Outgoing
from tests.messages import a_message, fhir_client, publish, send, settled, token
from tests.processes import processes_of
from tests.stack import RunningStack, data_folder, run_command, wait_for
from tests.streams.fhir_builders import Organisation

pytestmark = [pytest.mark.alone, pytest.mark.any_broker]

NEWCOMER = Organisation("ZZN77", "Staithe Support", "Charity", "https://staithe-support.example")


@pytest.fixture(scope="module")
def shared_stack() -> Iterator[RunningStack]:
    """A stack as a person starts it for the first time: from nothing, in an interpreter of its own."""
    with data_folder(empty=True) as folder, RunningStack(folder, interpreter=True) as stack:
        yield stack


def test_it_is_ready_soon_and_says_where(shared_stack: RunningStack) -> None:
    """Under 15 s from nothing to a page that answers, with the address and how to stop in its words."""
    assert shared_stack.ready_after < 15
    assert f"Ready at {shared_stack.book.http}" in shared_stack.said
    assert "Ctrl-C" in shared_stack.said
    assert httpx.get(shared_stack.book.http, trust_env=False).status_code == 401


def test_the_keys_to_it_are_its_owners_alone(shared_stack: RunningStack) -> None:
    """The files that open its doors can be read by their owner and nobody else."""
    for secret in ("stack.json", "postgres.password"):
        mode = stat.S_IMODE((shared_stack.data_dir / secret).stat().st_mode)
        assert mode == 0o600, secret


def test_it_listens_on_loopback_only(shared_stack: RunningStack) -> None:
    """No process of the stack can be reached from another machine."""
    listening = [
        place.laddr
        for process in processes_of(shared_stack)
        for place in process.net_connections("inet")
        if place.status == psutil.CONN_LISTEN
    ]
    assert {address.ip for address in listening} == {"127.0.0.1"}
    ports = {address.port for address in listening}
    book = shared_stack.book
    assert set(book.private_ports) == {"intake", "record", "sweeper", "delivery", "web"}
    assert ports >= {httpx.URL(book.http).port, *book.private_ports.values()}


def test_a_second_one_on_the_same_directory_is_refused_at_once(shared_stack: RunningStack) -> None:
    """It says that one is running, exits with a status, and the first goes on."""
    began = time.monotonic()
    second = run_command("up", "--data-dir", str(shared_stack.data_dir), "--port", "0", check=False)
    assert time.monotonic() - began < 5
    assert second.returncode == 1
    assert f"already running on {shared_stack.data_dir}" in second.stderr
    assert shared_stack.status()["in_flight"] == 0


def test_the_one_time_link_works_once(shared_stack: RunningStack) -> None:
    """The printed link signs one browser in; it is no use to another; `carethread sign-in` gives a fresh one."""
    printed = re.search(r"http://\S+/sign-in/\S+", shared_stack.said)
    assert printed
    fresh = shared_stack.run("sign-in").stdout.strip()
    for link in (printed[0], fresh):
        with fhir_client(shared_stack, "") as browser, fhir_client(shared_stack, "") as another:
            assert browser.get(link).headers["location"] == "/"
            assert browser.get("/").status_code == 200
            assert all(cookie.has_nonstandard_attr("HttpOnly") for cookie in browser.cookies.jar)
            used = another.get(link)
            assert used.status_code == 403
            assert "used already" in used.text
            assert another.get("/").status_code == 401


@pytest.mark.parametrize("command", ["sign-in", "token"])
@pytest.mark.parametrize("organisation", ["", "no code", "carethread"])
def test_a_carer_acts_for_an_organisation(
    shared_stack: RunningStack, command: str, organisation: str
) -> None:
    """In a browser as by token: nobody is let in for none, nor for one that cannot be."""
    asked = (command, "--role", "clinician", "--organisation", organisation)
    refused = shared_stack.run(*asked, check=False)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "ODS code" in refused.stderr
    assert shared_stack.run(*asked[:-1], "zzt41").stdout.strip()
    assert shared_stack.run(command, "--role", "steward").stdout.strip()


def test_a_new_partners_topic_is_taken_without_help(shared_stack: RunningStack) -> None:
    """A token for a partner that nobody knew opens its topic, and intake reads it from its first message on."""
    bearer = token(shared_stack, NEWCOMER.ods)
    publish(shared_stack, Outgoing("partner.ZZN77.in.v1", b"", orjson.dumps(a_message("n-1", by=NEWCOMER))))
    with fhir_client(shared_stack, bearer) as client:
        assert send(client, a_message("n-2", by=NEWCOMER)).status_code == 200
    accepted = "select count(*) from intake.message where sender = 'ZZN77'"
    wait_for(lambda: shared_stack.scalar(accepted) == 2, "intake reads the new topic", 30)
    settled(shared_stack)
    assert "intake ended to start afresh" in shared_stack.said
    wait_for(lambda: _ready(shared_stack), "intake is ready again")


def _ready(stack: RunningStack) -> bool:
    address = f"http://127.0.0.1:{stack.book.private_ports['intake']}/readyz"
    try:
        return httpx.get(address, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
