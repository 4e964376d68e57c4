"""BaRS over HTTP: ids and retries, versions, descriptions, and what an answer names."""

import base64
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import psycopg
import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.messagedefinition import MessageDefinition
from fhir.resources.R4B.operationoutcome import OperationOutcome

from schemas.fhir.http_errors import HTTP_ERRORS
from services.domain.message import message_key
from services.intake.bars_door import request_lock
from tests.messages import (
    FHIR_JSON,
    a_message,
    fhir_client,
    issue_of,
    resources,
    rows,
    settled,
    settled_rows,
    token,
)
from tests.stack import RunningStack, wait_for
from tests.streams.fhir_builders import Resource

pytestmark = pytest.mark.any_broker

EXAMPLES = Path(__file__).parents[3] / "shared/fixtures/bars/process_message/request"
PATH = "/fhir/$process-message"
TOLD = ("intake.delivery", "intake.outcome")


@pytest.fixture(scope="module")
def trust(shared_stack: RunningStack) -> Iterator[httpx.Client]:
    """A client that sends as the trust."""
    with fhir_client(shared_stack, token(shared_stack, "ZZT41")) as client:
        yield client


def ids(request_id: UUID | None = None) -> dict[str, str]:
    """The ids of a request."""
    return {"X-Request-Id": str(request_id or uuid4()), "X-Correlation-Id": str(uuid4())}


def post(client: httpx.Client, body: Any, headers: dict[str, str]) -> httpx.Response:
    """Send a message with these headers."""
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return client.post(PATH, content=content, headers={"Content-Type": FHIR_JSON} | headers)


def coded(answer: httpx.Response) -> str:
    """The BaRS code of a refusal."""
    return str(issue_of(answer)["details"]["coding"][0]["code"])


def named(answer: httpx.Response) -> list[str]:
    """What the answer to an accepted message names: its outcome, then repairs and deviations."""
    outcome = answer.json()
    if outcome["resourceType"] == "Bundle":
        Bundle.model_validate(outcome)
        outcome = resources(outcome)[1]
    OperationOutcome.model_validate(outcome)
    return [issue["details"]["coding"][0]["code"] for issue in outcome["issue"]]


def stored_notes(stack: RunningStack, key: str) -> list[str]:
    """The names of the notes kept with a message."""
    with psycopg.connect(stack.book.postgres.get_secret_value()) as connection:
        row = connection.execute(
            "select notes from intake.message where message_key = %s", [bytes.fromhex(key)]
        ).fetchone()
    assert row is not None
    return [note["name"] for note in row[0]]


def a_referral(local: str) -> Resource:
    """A BaRS message that is in order."""
    bundle = a_message(local)
    bundle["meta"] = {"versionId": "1.1.0"}
    header, _, said = resources(bundle)
    header["response"] = {"identifier": "86e3371d-1c15-4862-9552-d9560f8292ba", "code": "ok"}
    request = {
        "resourceType": "ServiceRequest",
        "id": f"request-{local}",
        "meta": header["meta"],
        "status": "active",
        "intent": "plan",
        "subject": said["subject"],
    }
    bundle["entry"].append({"fullUrl": f"urn:uuid:{uuid4()}", "resource": request})
    return bundle


def test_a_message_in_order_has_nothing_named(shared_stack: RunningStack, trust: httpx.Client) -> None:
    """The answer holds the outcome alone, and the message is kept without notes."""
    answer = post(trust, a_referral("b-1"), ids())
    assert answer.status_code == 200, answer.text
    assert named(answer) == ["accepted"]
    assert stored_notes(shared_stack, answer.json()["identifier"]["value"]) == []


def test_ids_are_echoed_in_every_answer(trust: httpx.Client) -> None:
    """Accepted, refused, not found, not a method of the address, without a token, or malformed."""
    given = ids()
    answers = [
        post(trust, a_referral("b-2"), given),
        post(trust, b"{", given),
        trust.get("/fhir/nowhere", headers=given),
        trust.get(PATH, headers=given),
        httpx.post(f"{trust.base_url}{PATH}", headers=given, trust_env=False),
        trust.get("/fhir/metadata", headers=given),
    ]
    assert [answer.status_code for answer in answers] == [200, 400, 404, 405, 401, 200]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in given} == given
    assert "x-request-id" not in post(trust, a_referral("b-2"), {}).headers


@pytest.mark.parametrize("name", ["X-Request-Id", "X-Correlation-Id"])
def test_an_id_that_is_no_guid_is_refused(shared_stack: RunningStack, trust: httpx.Client, name: str) -> None:
    """400 REC_BAD_REQUEST, issue code value, and the name of the header."""
    before = settled_rows(shared_stack)
    answer = post(trust, a_referral("b-3"), ids() | {name: "request-7"})
    assert answer.status_code == 400
    assert coded(answer) == "REC_BAD_REQUEST"
    issue = issue_of(answer)
    assert (issue["code"], issue["expression"]) == ("value", [f"http.{name}"])
    assert answer.headers[name] == "request-7"
    assert rows(shared_stack) == before


def test_missing_ids_are_deviations(shared_stack: RunningStack, trust: httpx.Client) -> None:
    """Named in the answer and kept with the message; a message of another standard owes none."""
    answer = post(trust, a_referral("b-4"), {})
    missing = ["bars-request-id", "bars-correlation-id"]
    assert named(answer) == ["accepted", *missing]
    assert stored_notes(shared_stack, answer.json()["identifier"]["value"]) == missing
    other = a_referral("b-4-other")
    resources(other)[0]["eventCoding"]["system"] = "https://wensum-trust.example/events"
    assert named(post(trust, other, {})) == ["accepted"]


def test_a_retry_is_told_that_it_was_processed(shared_stack: RunningStack, trust: httpx.Client) -> None:
    """409 REC_CONFLICT duplicate with the message key: one more delivery is counted, nothing else changes."""
    given, message = ids(), a_referral("b-5")
    first = post(trust, message, given)
    assert first.status_code == 200
    before, counts = settled_rows(shared_stack), shared_stack.status()
    again = post(trust, message, given)
    assert again.status_code == 409
    assert (coded(again), issue_of(again)["code"]) == ("REC_CONFLICT", "duplicate")
    assert again.json()["id"] == first.json()["identifier"]["value"]
    settled(shared_stack)
    assert rows(shared_stack) == before | {table: before[table] + 1 for table in TOLD}
    more = {name: counts[name] + 1 for name in ("accepted", "duplicate")}
    assert shared_stack.status() == counts | more


def test_the_same_body_in_a_new_request_is_a_duplicate(
    shared_stack: RunningStack, trust: httpx.Client
) -> None:
    """200, with the key it has: it is told that nothing changes, and a retry of that one is 409."""
    message = a_referral("b-6")
    first, second = post(trust, message, ids()), ids()
    for headers in (second, {}):
        answer = post(trust, message, headers)
        assert answer.status_code == 200
        assert named(answer)[0] == "duplicate"
        assert answer.json()["identifier"] == first.json()["identifier"]
    assert post(trust, message, second).status_code == 409


def test_another_client_with_the_same_id_is_another_request(
    shared_stack: RunningStack, trust: httpx.Client
) -> None:
    """A request is the client's own."""
    given, message = ids(), a_referral("b-7")
    assert post(trust, message, given).status_code == 200
    with fhir_client(shared_stack, token(shared_stack, "ZZC12")) as council:
        assert named(post(council, message, given)) == ["accepted"]


def test_an_id_used_for_another_message_is_a_deviation(
    shared_stack: RunningStack, trust: httpx.Client
) -> None:
    """Accepted all the same, named in the answer and kept; a retry of either is a retry."""
    given, first, second = ids(), a_referral("b-8"), a_referral("b-8-second")
    assert named(post(trust, first, given)) == ["accepted"]
    answer = post(trust, second, given)
    assert named(answer) == ["accepted", "request-id-reused"]
    assert stored_notes(shared_stack, answer.json()["identifier"]["value"]) == ["request-id-reused"]
    assert [post(trust, one, given).status_code for one in (first, second)] == [409, 409]


def test_a_retry_of_what_is_still_in_process_is_too_early(
    shared_stack: RunningStack, trust: httpx.Client
) -> None:
    """425 REC_TOO_EARLY without any effect, whichever process has the first; afterwards it is as ever."""
    request_id, body = uuid4(), orjson.dumps(a_referral("b-9"))
    lock = request_lock(message_key("ZZT41", body), request_id)
    before = settled_rows(shared_stack)
    with psycopg.connect(shared_stack.book.postgres.get_secret_value()) as other, other.transaction():
        other.execute("select pg_advisory_xact_lock(%s)", [lock])
        early = post(trust, body, ids(request_id))
        assert early.status_code == 425
        assert (coded(early), issue_of(early)["code"]) == ("REC_TOO_EARLY", "transient")
        assert int(early.headers["retry-after"]) > 0
        assert rows(shared_stack) == before
        assert named(post(trust, body, ids())) == ["accepted"], (
            "another request with this body is not held up"
        )
    assert named(post(trust, body, ids(request_id))) == ["duplicate"]
    assert post(trust, body, ids(request_id)).status_code == 409


def test_of_many_at_once_one_is_the_first(shared_stack: RunningStack, trust: httpx.Client) -> None:
    """The same request from many connections: one acceptance, and the others are retries or too early."""
    given, body = ids(), orjson.dumps(a_referral("b-10"))
    before, answers = settled_rows(shared_stack), []
    bearer = trust.headers["Authorization"].removeprefix("Bearer ")

    def send_once() -> None:
        with fhir_client(shared_stack, bearer) as client:
            answers.append(post(client, body, given).status_code)

    threads = [threading.Thread(target=send_once) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 16
    assert answers.count(200) == 1
    assert set(answers) <= {200, 409, 425}
    now = rows(shared_stack)
    assert now["intake.message"] == before["intake.message"] + 1
    assert now["intake.request"] == before["intake.request"] + 1
    assert now["intake.delivery"] == before["intake.delivery"] + 1 + answers.count(409)
    settled(shared_stack)


@pytest.mark.parametrize(
    ("headers", "status", "place"),
    [
        ({"Accept": "application/fhir+json; version=2.0.0"}, 406, "http.Accept"),
        ({"Accept": "text/html"}, 406, "http.Accept"),
        ({"Content-Type": "application/fhir+json; version=3.1"}, 406, "http.Content-Type"),
        ({"Content-Type": "application/fhir+xml"}, 415, "http.Content-Type"),
        ({"Content-Encoding": "br"}, 415, "http.Content-Encoding"),
        ({"NHSD-Target-Identifier": "????"}, 400, "http.NHSD-Target-Identifier"),
        (
            {"NHSD-End-User-Organisation": base64.b64encode(b"[1]").decode()},
            400,
            "http.NHSD-End-User-Organisation",
        ),
        ({"NHSD-Requesting-Practitioner": "e30"}, 400, "http.NHSD-Requesting-Practitioner"),
        ({"use-context": "a4t2"}, 400, "http.use-context"),
    ],
)
def test_other_headers_are_refused_by_name(
    shared_stack: RunningStack, trust: httpx.Client, headers: dict[str, str], status: int, place: str
) -> None:
    """Coded as BaRS codes it, and nothing is kept."""
    before = settled_rows(shared_stack)
    answer = post(trust, a_referral("b-11"), ids() | headers)
    assert answer.status_code == status
    assert coded(answer) == HTTP_ERRORS[status].code
    assert issue_of(answer)["expression"] == [place]
    assert rows(shared_stack) == before


def test_the_headers_of_the_standard_are_taken(trust: httpx.Client) -> None:
    """As a BaRS client sends them."""
    described = {
        "NHSD-Target-Identifier": b'{"system": "https://fhir.nhs.uk/Id/dos-service-id", "value": "2000099999"}',
        "NHSD-End-User-Organisation": b'{"resourceType": "Organization", "name": "Wensum Trust"}',
        "NHSD-Requesting-Practitioner": b'{"resourceType": "PractitionerRole"}',
        "NHSD-Requesting-Software": b'{"resourceType": "Device"}',
    }
    headers = {name: base64.b64encode(value).decode() for name, value in described.items()}
    headers["use-context"] = "a4t2|validation|servicerequest-response|new"
    headers["Accept"] = "application/fhir+json; version=1.4.0"
    assert named(post(trust, a_referral("b-12"), ids() | headers)) == ["accepted"]


def test_a_refusal_of_the_standard_is_told_in_its_codes(
    shared_stack: RunningStack, trust: httpx.Client
) -> None:
    """An event that BaRS lacks is 422 not-supported; a reason it lacks 400 value; a draft 400 invariant."""
    before = settled_rows(shared_stack)
    event, reason, draft = (a_referral(f"b-13-{number}") for number in range(3))
    resources(event)[0]["eventCoding"]["code"] = "servicerequest-gossip"
    resources(reason)[0]["reason"]["coding"][0]["code"] = "again"
    resources(draft)[3]["status"] = "draft"
    for message, status, code in (
        (event, 422, "not-supported"),
        (reason, 400, "value"),
        (draft, 400, "invariant"),
    ):
        answer = post(trust, message, ids())
        assert (answer.status_code, issue_of(answer)["code"]) == (status, code)
        assert coded(answer) == HTTP_ERRORS[status].code
        assert issue_of(answer)["details"]["text"].startswith("BaRS Core")
    assert rows(shared_stack) == before


def test_refusals_are_counted_for_a_known_sender_alone(
    shared_stack: RunningStack, trust: httpx.Client
) -> None:
    """By sender, day and rule; nothing else is kept of them."""

    def counted() -> int:
        return shared_stack.scalar(
            "select coalesce(sum(count), 0) from intake.refusal where sender = 'ZZT41' and rule = 'bars-event' "
            "and day = current_date"
        )

    message = a_referral("b-14")
    resources(message)[0]["eventCoding"]["code"] = "servicerequest-rumour"
    before = counted()
    for _ in range(3):
        assert post(trust, message, ids()).status_code == 422
    assert httpx.post(f"{trust.base_url}{PATH}", trust_env=False).status_code == 401
    wait_for(lambda: counted() == before + 3, "three refusals are counted")
    assert shared_stack.scalar("select count(*) from intake.refusal where sender = ''") == 0


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the published examples are not beside the project")
def test_the_published_requests_are_accepted(shared_stack: RunningStack, trust: httpx.Client) -> None:
    """Each of the standard's own example requests, with its ids, and no deviation from BaRS."""
    found = sorted(EXAMPLES.glob("*.json"))
    assert found
    for path in found:
        answer = post(trust, path.read_bytes(), ids())
        assert answer.status_code == 200, (path.name, answer.text)
        assert not [name for name in named(answer) if name.startswith("bars-")]
    settled(shared_stack)


def test_a_single_resource_is_answered_with_an_outcome(
    shared_stack: RunningStack, trust: httpx.Client
) -> None:
    """An OperationOutcome whose id is the message key; and again, and as plain JSON, a duplicate."""
    patient = resources(a_message("b-15"))[1]
    answer = post(trust, patient, {})
    assert answer.status_code == 200, answer.text
    assert named(answer) == ["accepted"]
    key = answer.json()["id"]
    assert key == message_key("ZZT41", orjson.dumps(patient)).hex()
    again = post(trust, patient, {"Content-Type": "application/json"})
    assert (named(again), again.json()["id"]) == (["duplicate"], key)
    settled(shared_stack)


def test_a_cloud_event_is_answered_with_an_outcome(shared_stack: RunningStack, trust: httpx.Client) -> None:
    """As its own media type."""
    event = {
        "specversion": "1.0",
        "id": "236a1d4a-5d69-4fa9-9c7f-e72bf505aa5b",
        "source": "uk.nhs.personal-demographics-service",
        "type": "pds-change-of-gp-2",
        "time": "2026-04-05T17:31:00.000Z",
        "subject": "9991042172",
        "dataref": "https://pds.example/Patient/9991042172",
    }
    answer = post(trust, event, {"Content-Type": "application/cloudevents+json"})
    assert answer.status_code == 200, answer.text
    assert named(answer)[0] == "accepted"
    settled(shared_stack)


def test_publish_sends_its_ids_so_that_again_is_a_retry(shared_stack: RunningStack, tmp_path: Path) -> None:
    """`carethread publish` names the same request for the same content, whatever shape it has."""
    shapes = {"message.json": a_referral("b-16"), "patient.json": resources(a_message("b-17"))[1]}
    for name, body in shapes.items():
        (tmp_path / name).write_bytes(orjson.dumps(body))
    before = settled_rows(shared_stack)
    first, again = (shared_stack.json("publish", str(tmp_path), "--sender", "ZZT41") for _ in range(2))
    assert [one["outcome"] for one in first["messages"]] == ["accepted"] * 2
    assert [one["outcome"] for one in again["messages"]] == ["duplicate"] * 2
    keys = [one["message_key"] for one in first["messages"]]
    assert keys == [one["message_key"] for one in again["messages"]]
    assert stored_notes(shared_stack, keys[0]) == []
    settled(shared_stack)
    assert rows(shared_stack)["intake.request"] == before["intake.request"] + 2


def test_the_server_says_what_it_does(trust: httpx.Client) -> None:
    """A CapabilityStatement and the MessageDefinitions, to anybody, as FHIR; the rest of BaRS is 501."""
    with httpx.Client(base_url=trust.base_url, trust_env=False) as anybody:
        CapabilityStatement.model_validate(anybody.get("/fhir/metadata").json())
        listed = anybody.get("/fhir/MessageDefinition").json()
        Bundle.model_validate(listed)
        for entry in listed["entry"]:
            one = anybody.get(f"/fhir/MessageDefinition/{entry['resource']['id']}")
            assert one.headers["content-type"] == FHIR_JSON
            MessageDefinition.model_validate(one.json())
            assert one.json() == entry["resource"]
        for path, status in (
            ("/fhir/MessageDefinition/none", 404),
            ("/fhir/Slot", 501),
            ("/fhir/Slot/1", 501),
        ):
            answer = anybody.get(path)
            assert answer.status_code == status
            assert coded(answer) == HTTP_ERRORS[status].code
        refused = anybody.get("/fhir/metadata", headers={"Accept": "application/fhir+json; version=9"})
        assert coded(refused) == "REC_NOT_ACCEPTABLE"
