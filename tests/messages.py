"""Messages made for one test, and the FHIR door as a partner's system uses it."""

import asyncio
import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import orjson
import psycopg
from psycopg import sql

from schemas.fhir.ruling import entry_ruling_bundle, ruling_bundle
from services.domain.record.duplicates.rulings import Thing
from services.platform.publisher import Outgoing, Publisher
from tests.stack import RunningStack, wait_for
from tests.streams.fhir_builders import Demographics, Organisation, Resource, known_to, note
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import TRUST

AT = "2026-05-04T10:00:00Z"
FHIR_JSON = "application/fhir+json"
SOMEBODY = Demographics("Wren", "Quillfeather", "female", "1990-04-02")
_TABLES = """
    select schemaname || '.' || tablename from pg_tables where schemaname in ('intake', 'record')
    and tablename not in ('ledger', 'rules', 'refusal')
"""


def a_message(
    local: str, text: str = "Came to the garden group", by: Organisation = TRUST, **known: str
) -> Resource:
    """A sound message: its header, the person known under the local number, and a note about them."""
    who = known_to(by, local, replace(SOMEBODY, **known), AT)
    said = note(who, f"note-{local}", text, on=AT, by="Sam Okafor, peer worker")
    return message(by, AT, said, [who.patient])


def a_message_with_document(local: str, page: bytes) -> bytes:
    """A sound message that also has a document of these bytes, which base64 makes a third longer."""
    bundle = a_message(local)
    document = {
        "resourceType": "DocumentReference",
        "id": local,
        "status": "current",
        "subject": resources(bundle)[2]["subject"],
        "content": [
            {"attachment": {"contentType": "application/pdf", "data": base64.b64encode(page).decode()}}
        ],
    }
    bundle["entry"].append({"resource": document})
    return orjson.dumps(bundle)


def a_ruling(
    one: bytes,
    other: bytes,
    verdict: str = "same",
    *,
    by: str = "Sam Okafor",
    reason: str = "They rang: it is their old address",
    at: str = AT,
) -> Resource:
    """A steward's ruling on two source records."""
    return ruling_bundle(one.hex(), other.hex(), verdict, by=by, reason=reason, at=at)


def an_entry_ruling(
    one: Thing,
    other: Thing,
    verdict: str = "same",
    *,
    by: str = "Sam Okafor",
    reason: str = "One call, which both wrote down",
    at: str = AT,
) -> Resource:
    """A steward's ruling on two things that are told."""
    return entry_ruling_bundle(one.name, other.name, verdict, by=by, reason=reason, at=at)


def resources(bundle: Resource) -> list[Resource]:
    """The resources of a Bundle."""
    return [entry["resource"] for entry in bundle["entry"]]


def token(stack: RunningStack, partner: str) -> str:
    """A bearer token of the partner."""
    return stack.run("token", "--partner", partner).stdout.strip()


@contextmanager
def fhir_client(stack: RunningStack, bearer: str) -> Iterator[httpx.Client]:
    """An HTTP client that holds this bearer token."""
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    with httpx.Client(base_url=stack.book.http, headers=headers, timeout=30, trust_env=False) as client:
        yield client


def send(client: httpx.Client, body: Any, content_type: str = FHIR_JSON) -> httpx.Response:
    """POST a message: bytes as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return client.post("/fhir/$process-message", content=content, headers={"Content-Type": content_type})


def publish(stack: RunningStack, *records: Outgoing) -> None:
    """Write records to the stack's Kafka, in order, as a partner's own producer does."""
    publisher = Publisher(stack.book.kafka)
    publisher.publish_now(records)
    asyncio.run(publisher.close())


def issue_of(answer: httpx.Response) -> dict[str, Any]:
    """The first issue of the OperationOutcome that the answer must be."""
    assert answer.headers["content-type"] == FHIR_JSON
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    issue: dict[str, Any] = outcome["issue"][0]
    assert issue["severity"] == "error"
    assert issue["diagnostics"]
    return issue


def rows(stack: RunningStack) -> dict[str, int]:
    """How many rows each table of messages and records has."""
    with psycopg.connect(stack.book.postgres.get_secret_value()) as connection:
        names = [str(name) for (name,) in connection.execute(_TABLES)]
        counts = connection.execute(
            sql.SQL("select {}").format(
                sql.SQL(", ").join(
                    sql.SQL("(select count(*) from {})").format(sql.Identifier(*name.split(".")))
                    for name in names
                )
            )
        ).fetchone()
    return dict(zip(names, counts or (), strict=True))


def sender_of(stack: RunningStack, key: bytes) -> str:
    """Whose message the record holds the accepted message with this key to be."""
    with psycopg.connect(stack.book.postgres.get_secret_value()) as connection:
        row = connection.execute("select sender from intake.message where message_key = %s", [key]).fetchone()
    return str(row[0]) if row else ""


def settled(stack: RunningStack) -> None:
    """Wait until nothing accepted is on its way to the record."""
    wait_for(lambda: stack.in_flight() == 0, "every accepted message is applied")


def settled_status(stack: RunningStack) -> dict[str, int]:
    """The counts, once nothing accepted is on its way."""
    settled(stack)
    return stack.status()


def settled_rows(stack: RunningStack) -> dict[str, int]:
    """The rows once nothing is on its way."""
    settled(stack)
    return rows(stack)


def metrics_of(stack: RunningStack) -> dict[str, str]:
    """What /metrics of each process says."""
    return {
        name: httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=5, trust_env=False).text
        for name, port in stack.book.private_ports.items()
    }


def logs_of(stack: RunningStack) -> dict[str, str]:
    """The logs of the stack's processes, and what `up` itself printed."""
    logs = {log.name: log.read_text(errors="replace") for log in (stack.data_dir / "logs").iterdir()}
    return {**logs, "up": stack.said}
