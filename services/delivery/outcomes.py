"""Outcomes as the tables have them: what is known of a message without reading it again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.fhir.rules import RULES
from schemas.outcome import MessageRef, Outcome, OutcomeIssue, OutcomeNote
from services.delivery.events import Event, fetch
from services.platform.postgres import Connection

_WITHOUT_ISSUES = ("accepted", "applied")


@dataclass(frozen=True, slots=True)
class Described:
    """What the tables say of one message."""

    key: bytes
    accepted: bool
    received_at: datetime | None
    sender_id: str | None
    notes: list[dict[str, Any]]
    issues: list[dict[str, Any]]
    corrects: bytes | None
    corrected_id: str | None
    """The sender's own id of what it corrects."""
    correction: bytes | None
    correction_id: str | None
    size: int
    """Bytes of its body; 0 where it was not accepted."""


async def describe(connection: Connection, keys: Iterable[bytes]) -> dict[bytes, Described]:
    """The messages with these keys."""
    rows = await fetch(connection, "described", keys=list(set(keys)))
    return {row[0]: Described(*row) for row in rows}


def outcome(event: Event, message: Described) -> Outcome:
    """What is told of the event at once; what takes a look into the record is left out."""
    own = MessageRef(message_key=event.message_key.hex(), sender_id=message.sender_id)
    shows_issues = event.status not in _WITHOUT_ISSUES and not (
        event.status == "duplicate" and message.accepted
    )
    return Outcome.model_validate(
        {
            "event_id": event.position.cursor,
            "message_key": own.message_key,
            "sender": event.sender,
            "sender_id": own.sender_id,
            "status": event.status,
            "at": event.at,
            "received_at": message.received_at,
            "repairs": notes(message.notes, "repair"),
            "deviations": notes(message.notes, "deviation"),
            "issues": [_issue(one) for one in message.issues] if shows_issues else [],
            "duplicate_of": own if event.status == "duplicate" else None,
            "superseded_by": None,
            "corrects": _ref(message.corrects, message.corrected_id),
            "corrected_by": _ref(message.correction, message.correction_id),
            "shown": None,
            "superseded": None,
            "kept": None,
        }
    )


def notes(given: Sequence[dict[str, Any]], kind: str) -> list[OutcomeNote]:
    """The notes of one kind, as intake wrote them."""
    return [OutcomeNote.model_validate(one) for one in given if one["kind"] == kind]


def _issue(given: dict[str, Any]) -> OutcomeIssue:
    rule = RULES.get(given.get("rule", ""))
    return OutcomeIssue.model_validate({**given, "section": rule.section if rule else ""})


def _ref(key: bytes | None, sender_id: str | None) -> MessageRef | None:
    return None if key is None else MessageRef(message_key=key.hex(), sender_id=sender_id)
