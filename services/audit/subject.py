"""All that is held on one person beside their record: what came of them and as it came, and who saw it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import orjson

from services.audit.events import latest_events
from services.audit.naming import names_one_of
from services.audit.redaction import redacted
from services.platform.postgres import Connection, snapshot
from services.platform.queries import load_queries

SQL = load_queries(__package__, "subject.sql")

UNREADABLE = "left out: it cannot be read, so it cannot be told what in it is another person's"

Document = dict[str, Any]


async def everything_held(connection: Connection, person: bytes, partnership_key: bytes) -> Document:
    """Everything by what it is, as of one moment. How to reach others is left out."""
    async with snapshot(connection):
        own = await _rows(connection, "source_records", person=person)
        records = [id_ for id_, _ in own]
        numbers = [number for (number,) in await _rows(connection, "numbers", records=records)]
        rulings = {key for (key,) in await _rows(connection, "ruling_keys", records=records)}
        messages = await _rows(connection, "messages", records=records, rulings=list(rulings))
        tokens = numbers + [f"source-record:{one.hex()}" for one in records]
        senders = sorted({sender for _, sender in own})
        named = [
            key
            for key, sender, body in await _rows(connection, "of_senders", senders=senders)
            if names_one_of(body, sender, partnership_key, frozenset(records))
        ]
        spoken = [*numbers, *(f"{one[:3]} {one[3:6]} {one[6:]}" for one in numbers)]
        corrected = [corrects for *_, corrects, _ in messages if corrects is not None]
        found = {"corrected": corrected, "tokens": tokens, "numbers": spoken, "named": named}
        quarantined = await _rows(connection, "quarantined", **found)
        keys = [row[0] for row in (*messages, *quarantined)]
        about = [one.hex() for one in (person, *records, *keys)]
        seen = await latest_events(connection, about=about, kind=None, most=None)
        return {
            "source_records": [{"id": id_.hex(), "sender": sender} for id_, sender in own],
            "messages": [_message(row) for row in messages if row[0] not in rulings],
            "rulings": [_message(row) for row in messages if row[0] in rulings],
            "quarantined": [_quarantined(row) for row in quarantined],
            "held_back": _named(("message", "reason"), await _rows(connection, "holds", tokens=tokens)),
            "deliveries": _named(("message", "times"), await _rows(connection, "deliveries", keys=keys)),
            "outcomes": _named(
                ("message", "told", "outcome", "at", "published_at"),
                await _rows(connection, "outcomes", keys=keys),
            ),
            "given": _named(
                ("organisation", "words_of", "kinds", "own_referrals", "whereabouts", "given_at"),
                await _rows(connection, "given", records=records),
            ),
            "notices": _named(
                ("organisation", "told", "at", "published_at"),
                await _rows(connection, "notices", records=records),
            ),
            "requests": _named(
                ("message", "sender", "request_id"), await _rows(connection, "requests", keys=keys)
            ),
            "traces": _named(
                ("source_record", "asked_at", "outcome"), await _rows(connection, "traces", records=records)
            ),
            "uploads": _named(
                ("id", "sender", "kind", "filename", "uploaded_at"),
                await _rows(connection, "uploads", numbers=spoken),
            ),
            "glass": _named(
                ("user", "organisation", "reason", "at", "until"),
                await _rows(connection, "glass", records=records),
            ),
            "seen": [{"writer": one.writer, "seq": one.seq, "event": one.event} for one in seen],
        }


def _message(row: Any) -> Document:
    key, sender, source_record, received_at, sender_id, corrects, body = row
    return {
        "message": key.hex(),
        "sender": sender,
        "source_record": source_record.hex(),
        "received_at": _plain(received_at),
        "sender_id": sender_id,
        "corrects": _plain(corrects),
        "body": _body(body),
    }


def _quarantined(row: Any) -> Document:
    names = (
        *(
            "message",
            "sender",
            "received_at",
            "sender_id",
            "issues",
            "resolution",
            "resolved_at",
            "resolved_by",
        ),
        "reason",
    )
    return dict(zip(names, map(_plain, row[:-1]), strict=True)) | {"body": _body(row[-1])}


def _body(body: bytes) -> Any:
    try:
        return redacted(orjson.loads(body))
    except (ValueError, RecursionError):
        return UNREADABLE


def _named(names: tuple[str, ...], rows: Iterable[Any]) -> list[Document]:
    return [dict(zip(names, map(_plain, row), strict=False)) for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value if isinstance(value, str | int | list | dict | None) else str(value)


async def _rows(connection: Connection, query: str, **given: Any) -> list[Any]:
    return await (await connection.execute(SQL[query], given, binary=True)).fetchall()
