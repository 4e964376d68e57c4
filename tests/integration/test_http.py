"""POST /fhir/$process-message: who may send, and what an accepted message is answered with."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest
from fhir.resources.R4B.bundle import Bundle

from tests.messages import (
    a_message,
    fhir_client,
    issue_of,
    resources,
    rows,
    send,
    sender_of,
    settled,
    settled_status,
    token,
)
from tests.stack import RunningStack

pytestmark = pytest.mark.any_broker


@pytest.fixture(scope="module")
def trust(shared_stack: RunningStack) -> Iterator[httpx.Client]:
    """A client that sends as the trust."""
    with fhir_client(shared_stack, token(shared_stack, "ZZT41")) as client:
        yield client


def test_an_accepted_message_is_answered_with_a_message(
    shared_stack: RunningStack, trust: httpx.Client
) -> None:
    """The answer is a Bundle whose header responds, whose outcome informs, and the record has the message."""
    sent = a_message("h-1")
    before = settled_status(shared_stack)
    answer = send(trust, sent)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.headers["cache-control"] == "no-store"
    bundle: dict[str, Any] = answer.json()
    Bundle.model_validate(bundle)
    assert bundle["type"] == "message"
    header, outcome = resources(bundle)
    assert header["response"] == {
        "identifier": resources(sent)[0]["id"],
        "code": "ok",
        "details": {"reference": bundle["entry"][1]["fullUrl"]},
    }
    assert header["eventCoding"] == resources(sent)[0]["eventCoding"]
    assert outcome["issue"][0]["severity"] == "information"
    assert outcome["issue"][0]["code"] == "informational"
    assert outcome["issue"][0]["details"]["coding"][0]["code"] == "accepted"
    settled(shared_stack)
    now = shared_stack.status()
    assert (now["accepted"], now["applied"]) == (before["accepted"] + 1, before["applied"] + 1)


def test_the_same_message_again_is_a_duplicate(shared_stack: RunningStack, trust: httpx.Client) -> None:
    """Told so in the answer, counted as such, and without any effect."""
    first = send(trust, a_message("h-2"))
    settled(shared_stack)
    counts, before = settled_status(shared_stack), rows(shared_stack)
    second = send(trust, a_message("h-2"))
    assert second.status_code == 200
    assert second.json()["identifier"] == first.json()["identifier"]
    issue = resources(second.json())[1]["issue"][0]
    assert (issue["severity"], issue["code"]) == ("information", "duplicate")
    assert issue["details"]["coding"][0]["code"] == "duplicate"
    settled(shared_stack)
    assert shared_stack.status()["duplicate"] == counts["duplicate"] + 1
    told = ("intake.delivery", "intake.outcome")
    assert rows(shared_stack) == before | {table: before[table] + 1 for table in told}


@pytest.mark.parametrize(
    "authorisation", [None, "Bearer", "Bearer wrong", "Bearer é", "Basic enp0NDE6eA==", "Token x"]
)
def test_without_a_valid_token_nothing_is_taken(
    shared_stack: RunningStack, authorisation: str | None
) -> None:
    """401 with WWW-Authenticate, as an OperationOutcome, and nothing is kept."""
    before = rows(shared_stack)
    with fhir_client(shared_stack, "") as client:
        if authorisation is not None:
            client.headers.update([(b"Authorization", authorisation.encode())])
        answer = send(client, a_message("h-3"))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert issue_of(answer)["code"] == "login"
    assert rows(shared_stack) == before


def test_the_sender_is_the_tokens_whatever_the_body_claims(
    shared_stack: RunningStack, trust: httpx.Client
) -> None:
    """A message that names the council as its source, sent with the trust's token, is the trust's."""
    claimed = a_message("h-4")
    header = resources(claimed)[0]
    header["source"] = {"name": "Wensum County Council", "endpoint": "https://wensum-council.example/fhir"}
    header["sender"] = {"identifier": {"value": "ZZC12"}}
    key = bytes.fromhex(send(trust, claimed).json()["identifier"]["value"])
    assert sender_of(shared_stack, key) == "ZZT41"
    with fhir_client(shared_stack, token(shared_stack, "ZZC12")) as council:
        answer = send(council, claimed)
    assert resources(answer.json())[1]["issue"][0]["code"] == "informational", "another sender's message"


def test_a_browsers_session_is_no_token(shared_stack: RunningStack) -> None:
    """Signing in lets a person read; it does not let a form on some page send."""
    link = shared_stack.run("sign-in").stdout.strip()
    with fhir_client(shared_stack, "") as browser:
        assert browser.get(link).status_code == 303
        assert send(browser, a_message("h-5")).status_code == 401


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/fhir+xml", ""])
def test_another_content_type_is_refused(trust: httpx.Client, content_type: str) -> None:
    """415, and the answer says which type is taken."""
    answer = send(trust, a_message("h-6"), content_type)
    assert answer.status_code == 415
    assert "application/fhir+json" in issue_of(answer)["diagnostics"]


@pytest.mark.parametrize("content_type", ["application/json", "Application/FHIR+JSON; charset=utf-8"])
def test_json_is_taken_under_its_usual_names(trust: httpx.Client, content_type: str) -> None:
    """Plain JSON, capitals and a charset make no difference."""
    assert send(trust, a_message("h-7"), content_type).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/fhir/$process-message", 405, "not-supported"),
        ("GET", "/fhir/Nothing", 404, "not-found"),
        ("POST", "/fhir", 404, "not-found"),
        ("DELETE", "/fhir/Patient/0/$everything", 405, "not-supported"),
    ],
)
def test_other_addresses_under_fhir_answer_in_fhir(
    trust: httpx.Client, method: str, path: str, status: int, code: str
) -> None:
    """An address or a method that is not there is an OperationOutcome too."""
    answer = trust.request(method, path)
    assert answer.status_code == status
    assert issue_of(answer)["code"] == code
    if status == 405:
        assert answer.headers["allow"]


def test_many_at_once_are_each_answered(shared_stack: RunningStack, trust: httpx.Client) -> None:
    """Several senders at once, the same message among them twice: one acceptance each."""
    bodies = [orjson.dumps(a_message(f"m-{number // 2}")) for number in range(24)]
    script = (
        "import asyncio, sys, httpx, orjson\n"
        "address, bearer, *bodies = [line.strip() for line in sys.stdin]\n"
        "async def main():\n"
        "    headers = {'Authorization': f'Bearer {bearer}', 'Content-Type': 'application/fhir+json'}\n"
        "    async with httpx.AsyncClient(headers=headers, trust_env=False) as client:\n"
        "        sent = [client.post(address + '/fhir/$process-message', content=one) for one in bodies]\n"
        "        for answer in await asyncio.gather(*sent):\n"
        "            print(answer.json()['entry'][1]['resource']['issue'][0]['code'])\n"
        "asyncio.run(main())\n"
    )
    bearer = trust.headers["Authorization"].removeprefix("Bearer ")
    given = "\n".join([shared_stack.book.http, bearer, *(body.decode() for body in bodies)])
    told = subprocess.run(
        [sys.executable, "-c", script], input=given, capture_output=True, text=True, timeout=60, check=True
    ).stdout.split()
    assert sorted(told) == ["duplicate"] * 12 + ["informational"] * 12
    settled(shared_stack)
