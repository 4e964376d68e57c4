"""The one acceptance path: parse, check, key, keep the received bytes, and only then say accepted.

Acceptance reads the message alone, never what is stored, so the order of arrival cannot change it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.fhir.issue import Issue, Refused
from schemas.fhir.message import check_message
from services.domain.message import message_key, needs_sent, read_message, subject_of
from services.platform.postgres import Connection
from services.platform.queries import load_queries
from services.platform.topics import HEADER_SENDER

SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Bytes that came through a door, who sent them and when, and an id that is the same if they come again."""

    delivery_id: bytes
    sender: str
    """ODS code; empty where a record of the tools' topic names none, which is refused."""
    sent: int
    """Ticks at which the sender says it was sent."""
    door: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """A delivery whose message was read: who it is about, or why it is not accepted."""

    delivery: Delivery
    key: bytes
    bundle: dict[str, Any] = field(default_factory=dict)
    source_record: bytes = b""
    needs_sent: bool = False
    refused: Refused | None = None


def check(delivery: Delivery, partnership_key: bytes) -> Checked:
    """Read the delivered bytes as the record will, and key them. CPU only: run it beside the event loop."""
    key = message_key(delivery.sender, delivery.body)
    try:
        if not delivery.sender:
            text = f"The record names no sender: its header '{HEADER_SENDER}' must be an ODS code."
            raise Refused([Issue("security", text, HEADER_SENDER)])
        bundle = check_message(delivery.body)
        return _read(delivery, key, bundle, partnership_key)
    except Refused as refused:
        return Checked(delivery, key, refused=refused)


def kafka_delivery_id(incarnation: str, topic: str, partition: int, offset: int, body: bytes) -> bytes:
    """The id of a delivery over Kafka: where the broker keeps it, and what it is."""
    place = f"{incarnation}|{topic}|{partition}|{offset}|".encode()
    return hashlib.sha256(place + hashlib.sha256(body).digest()).digest()[:16]


async def keep(connection: Connection, checked: Sequence[Checked]) -> tuple[set[bytes], set[bytes]]:
    """Write accepted and quarantined deliveries, in the caller's transaction.

    Returns the keys that are new, and those of them and of lowered `sent` that are to be published.
    """
    good = [one for one in checked if one.refused is None]
    bad = [one for one in checked if one.refused is not None]
    new: set[bytes] = set()
    publish: set[bytes] = set()
    if good:
        new = await _accept(connection, good)
        publish = new | await _lower_sent(connection, [one for one in good if one.needs_sent])
    if bad:
        await _quarantine(connection, bad)
    deliveries = {
        "ids": [one.delivery.delivery_id for one in checked],
        "keys": [one.key for one in checked],
    }
    await connection.execute(SQL["deliver"], deliveries, binary=True)
    return new, publish


def _read(delivery: Delivery, key: bytes, bundle: dict[str, Any], partnership_key: bytes) -> Checked:
    """Key the message, and prove that the record can read it: what is accepted can always be applied."""
    try:
        source_record = subject_of(bundle, delivery.sender, partnership_key)
        by_sent = needs_sent(bundle)
        read_message(bundle, source_record, delivery.sent)
    except (AttributeError, KeyError, TypeError, ValueError):
        text = "A null or a value of the wrong type stands where FHIR allows none."
        raise Refused([Issue("structure", text, "Bundle.entry")]) from None
    return Checked(delivery, key, bundle, source_record, by_sent)


async def _accept(connection: Connection, good: list[Checked]) -> set[bytes]:
    once = {one.key: one for one in reversed(good)}.values()
    given = {
        "keys": [one.key for one in once],
        "senders": [one.delivery.sender for one in once],
        "source_records": [one.source_record for one in once],
        "sent": [one.delivery.sent for one in once],
        "needs_sent": [one.needs_sent for one in once],
        "bodies": [one.delivery.body for one in once],
    }
    rows = await connection.execute(SQL["accept"], given, binary=True)
    return {key for (key,) in await rows.fetchall()}


async def _lower_sent(connection: Connection, by_sent: list[Checked]) -> set[bytes]:
    least: dict[bytes, int] = {}
    for one in by_sent:
        least[one.key] = min(one.delivery.sent, least.get(one.key, one.delivery.sent))
    if not least:
        return set()
    given = {"keys": list(least), "sent": list(least.values())}
    rows = await connection.execute(SQL["lower_sent"], given, binary=True)
    return {key for (key,) in await rows.fetchall()}


async def _quarantine(connection: Connection, bad: list[Checked]) -> None:
    once = {one.key: one for one in reversed(bad)}.values()
    given = {
        "keys": [one.key for one in once],
        "senders": [one.delivery.sender for one in once],
        "doors": [one.delivery.door for one in once],
        "issues": [_issues_json(one.refused) for one in once],
        "bodies": [one.delivery.body for one in once],
    }
    await connection.execute(SQL["quarantine"], given)


def _issues_json(refused: Refused | None) -> str:
    return json.dumps([issue.as_dict() for issue in refused.issues] if refused else [])
