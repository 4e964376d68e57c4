"""The one acceptance path: read, check, key, keep the received bytes, and only then say accepted.

Acceptance reads the message alone, never what is stored, so the order of arrival cannot change it.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from schemas.fhir.issue import Issue, Refused
from schemas.fhir.listing import is_listing
from schemas.fhir.message import Reading, read_message_bytes
from schemas.fhir.note import Note
from schemas.fhir.ruling import is_ruling
from services.domain.identity.number_standing import number_standing
from services.domain.message import message_key, needs_sent, patient_of, read_message, subject_of
from services.domain.record.instant import instant_ticks
from services.intake.hold import Hold, hold_for, keep_holds, keep_named, named_in
from services.platform.postgres import Connection
from services.platform.queries import load_queries
from services.platform.topics import HEADER_SENDER, PARTNERSHIP

SQL = load_queries(__package__)

_LONGEST_ID = 1024
_INDEX = re.compile(r"\[\d+\]")
_LONGEST_CAUSE = 400
"""Characters of a cause: it is indexed, and a place may lie 64 levels deep."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Bytes that came through a door, who sent them and when, and an id that is the same if they come again."""

    delivery_id: bytes
    sender: str
    """ODS code, or PARTNERSHIP; empty where a record of the tools' topic names neither, which is refused."""
    sent: int
    """Ticks at which the sender says it was sent."""
    door: str
    body: bytes
    corrects: bytes = b""
    """The key of the quarantined message that this is a correction of; else empty."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A delivery whose message was read: which source record it is about, or why it is not accepted."""

    delivery: Delivery
    key: bytes
    bundle: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    source_record: bytes = b""
    needs_sent: bool = False
    told_at: int | None = None
    nhs_number: str = "missing"
    refused: Refused | None = None
    hold: Hold | None = None
    """Whose records are not shown while it waits in quarantine, where it is refused and cannot wait."""
    named: frozenset[str] = frozenset()
    """Whom it names, where it is refused: the record of each says that a message about them waits."""
    sender_id: str | None = None
    """What the sender calls this message, where it could be read."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a batch of deliveries changed, by message key."""

    new: set[bytes]
    """Accepted for the first time."""
    onward: set[bytes]
    """To be published: the new ones, and those whose `sent` was lowered."""
    quarantined: set[bytes]
    """Quarantined for the first time."""

    def cannot_wait(self, checked: Sequence[Checked]) -> dict[bytes, Hold]:
        """The holds of those that were quarantined for the first time: alert once this is committed."""
        return {one.key: one.hold for one in checked if one.hold and one.key in self.quarantined}


def check(delivery: Delivery, partnership_key: bytes) -> Checked:
    """Read the delivered bytes as the record will, and key them. CPU only: run it beside the event loop."""
    key = message_key(delivery.sender, delivery.body, delivery.corrects)
    try:
        if not delivery.sender:
            text = f"The record names no sender: its header '{HEADER_SENDER}' must be an ODS code."
            raise Refused([Issue("security", text, HEADER_SENDER, "sender")])
        return _read(delivery, key, read_message_bytes(delivery.body), partnership_key)
    except Refused as refused:
        hold = hold_for(delivery.body, delivery.sender, partnership_key)
        # What is too large to be read is not read for its id either.
        document = None if refused.issues[0].rule == "size" else _json_in(delivery.body)
        named = named_in(document, delivery.sender, partnership_key)
        return Checked(delivery, key, refused=refused, hold=hold, named=named, sender_id=id_in(document))


def _json_in(body: bytes) -> Any:
    """What is in a message that is not accepted, where it is JSON of whatever shape."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def id_in(document: Any) -> str | None:
    """What the sender calls a message that is not accepted, where it says so, so that they know which it was."""
    found = document.get("id") if isinstance(document, dict) else None
    return found if isinstance(found, str) and len(found) <= _LONGEST_ID and "\0" not in found else None


def kafka_delivery_id(incarnation: str, topic: str, partition: int, offset: int, body: bytes) -> bytes:
    """The id of a delivery over Kafka: where the broker keeps it, and what it is."""
    place = f"{incarnation}|{topic}|{partition}|{offset}|".encode()
    return hashlib.sha256(place + hashlib.sha256(body).digest()).digest()[:16]


async def keep(connection: Connection, checked: Sequence[Checked]) -> Kept:
    """Write accepted and quarantined deliveries, and what their senders are told, in the caller's transaction."""
    good = [one for one in checked if one.refused is None]
    bad = [one for one in checked if one.refused is not None]
    new = await accept(connection, good) if good else set()
    onward = new | await _lower_sent(connection, [one for one in good if one.needs_sent])
    quarantined = await _quarantine(connection, bad) if bad else set()
    await _deliver(connection, checked, new, quarantined)
    return Kept(new, onward, quarantined)


def cause_of(issues: Sequence[Issue]) -> str:
    """What groups quarantined messages of one fault: the first issue's rule, and its place without numbers."""
    first = issues[0]
    return f"{first.rule or first.code} {_INDEX.sub('[]', first.place)}".strip()[:_LONGEST_CAUSE]


def _read(delivery: Delivery, key: bytes, reading: Reading, partnership_key: bytes) -> Checked:
    """Key the message, and prove that the record can read it: what is accepted can always be applied."""
    bundle = reading.bundle
    if is_ruling(bundle):
        return _ruling(delivery, key, reading, partnership_key)
    if delivery.sender == PARTNERSHIP:
        text = "The partnership itself sends its stewards' rulings alone: what is told of a person is a partner's."
        raise Refused([Issue("forbidden", text, "Bundle", "ruling-sender")], status=403)
    if is_listing(bundle):
        return _listing(delivery, key, reading, partnership_key)
    try:
        source_record = subject_of(bundle, delivery.sender, partnership_key)
        checked = Checked(
            delivery,
            key,
            bundle,
            reading.notes,
            source_record,
            needs_sent(bundle),
            instant_ticks(bundle.get("timestamp") or bundle.get("meta", {}).get("lastUpdated", "")),
            number_standing(patient_of(bundle)),
            sender_id=bundle.get("id"),
        )
        read_message(bundle, source_record, delivery.sent)
    except (AttributeError, KeyError, TypeError, ValueError):
        text = "A null or a value of the wrong type stands where FHIR allows none."
        raise Refused([Issue("structure", text, "Bundle.entry", "r4-primitive")]) from None
    return checked


def _ruling(delivery: Delivery, key: bytes, reading: Reading, partnership_key: bytes) -> Checked:
    """Key a ruling by the lesser of the two source records that it names, where it comes from a steward."""
    if delivery.sender != PARTNERSHIP:
        text = (
            "Whether two records are of one person, or two entries are one, is ruled by the partnership's stewards, "
            "and not by a message from a partner. If you think that two are, tell a steward."
        )
        raise Refused([Issue("forbidden", text, "Bundle.entry[0].resource", "ruling-sender")], status=403)
    try:
        source_record = subject_of(reading.bundle, delivery.sender, partnership_key)
    except ValueError:
        text = "This is no instant that can be ranked."
        raise Refused([Issue("value", text, "Bundle.timestamp", "ruling")], status=422) from None
    known_as = reading.bundle.get("id")
    return Checked(
        delivery,
        key,
        reading.bundle,
        reading.notes,
        source_record,
        told_at=instant_ticks(reading.bundle["timestamp"]),
        sender_id=known_as,
    )


def _listing(delivery: Delivery, key: bytes, reading: Reading, partnership_key: bytes) -> Checked:
    """Key what lists a service, and prove that the directory can read it."""
    try:
        directory = subject_of(reading.bundle, delivery.sender, partnership_key)
        listed = read_message(reading.bundle, directory, delivery.sent).listing
    except ValueError:
        text = "This is no instant that can be ranked."
        raise Refused([Issue("value", text, "Bundle.timestamp", "listing")], status=422) from None
    except (AttributeError, KeyError, TypeError):
        text = "A null or a value of the wrong type stands where FHIR allows none."
        raise Refused([Issue("structure", text, "Bundle.entry", "r4-primitive")]) from None
    assert listed is not None
    return Checked(
        delivery,
        key,
        reading.bundle,
        reading.notes,
        directory,
        told_at=listed.rank.instant,
        nhs_number="not-needed",
        sender_id=reading.bundle.get("id"),
    )


async def accept(connection: Connection, good: Sequence[Checked]) -> set[bytes]:
    """Write messages and their places in the outbox, and say which are new; no delivery is recorded.

    A message that was quarantined under other rules is thereby resolved, and keeps the least `sent` of both.
    """
    once = {one.key: one for one in reversed(good)}.values()
    given = {
        "keys": [one.key for one in once],
        "senders": [one.delivery.sender for one in once],
        "source_records": [one.source_record for one in once],
        "sent": [one.delivery.sent for one in once],
        "needs_sent": [one.needs_sent for one in once],
        "notes": [json.dumps([note.as_dict() for note in one.notes]) for one in once],
        "sender_ids": [one.sender_id for one in once],
        "told_at": [one.told_at for one in once],
        "nhs_numbers": [one.nhs_number for one in once],
        "corrects": [one.delivery.corrects or None for one in once],
        "bodies": [one.delivery.body for one in once],
    }
    rows = await connection.execute(SQL["accept"], given, binary=True)
    return {key for (key,) in await rows.fetchall()}


async def _lower_sent(connection: Connection, by_sent: list[Checked]) -> set[bytes]:
    least = _least_sent(by_sent)
    if not least:
        return set()
    given = {"keys": list(least), "sent": list(least.values())}
    rows = await connection.execute(SQL["lower_sent"], given, binary=True)
    return {key for (key,) in await rows.fetchall()}


def _least_sent(checked: Sequence[Checked]) -> dict[bytes, int]:
    least: dict[bytes, int] = {}
    for one in checked:
        least[one.key] = min(one.delivery.sent, least.get(one.key, one.delivery.sent))
    return least


async def _quarantine(connection: Connection, bad: list[Checked]) -> set[bytes]:
    once = {one.key: one for one in reversed(bad)}.values()
    least = _least_sent(bad)
    issues = [one.refused.issues if one.refused else [] for one in once]
    given = {
        "keys": [one.key for one in once],
        "senders": [one.delivery.sender for one in once],
        "doors": [one.delivery.door for one in once],
        "sent": [least[one.key] for one in once],
        "sender_ids": [one.sender_id for one in once],
        "causes": [cause_of(found) for found in issues],
        "issues": [json.dumps([issue.as_dict() for issue in found]) for found in issues],
        "bodies": [one.delivery.body for one in once],
    }
    rows = await connection.execute(SQL["quarantine"], given, binary=True)
    new = {key for (key,) in await rows.fetchall()}
    await keep_holds(connection, {one.key: one.hold for one in once if one.hold})
    await keep_named(connection, {one.key: one.named for one in once})
    return new


async def _deliver(
    connection: Connection, checked: Sequence[Checked], new: set[bytes], quarantined: set[bytes]
) -> None:
    """One row a delivery, and a word to its sender for each that is not there yet."""
    untold = dict.fromkeys(new, "accepted") | dict.fromkeys(quarantined, "quarantined")
    outcomes = [untold.pop(one.key, "duplicate") for one in checked]
    given = {
        "ids": [one.delivery.delivery_id for one in checked],
        "keys": [one.key for one in checked],
        "senders": [one.delivery.sender for one in checked],
        "outcomes": outcomes,
    }
    await connection.execute(SQL["deliver"], given, binary=True)
