"""The BaRS use cases that are taken, as FHIR MessageDefinitions; their rules are read from the tables that decide."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from schemas.fhir.bars_tables import (
    COMPANIONS,
    DEFINITION_BASE,
    DEVIATIONS,
    EVENT_SYSTEM,
    EVENTS,
    Event,
    Interaction,
)

CANONICAL = "https://carethread.example/MessageDefinition/"
CHANGED = "2026-05-01"
"""When these last changed."""


class _UseCase(NamedTuple):
    name: str
    event: str
    title: str
    reasons: tuple[str, ...]
    base: str = ""
    """The definition that NHS England publishes for it."""
    category: str = ""
    withdraws: bool = False


_USE_CASES = (
    _UseCase(
        "referral",
        "servicerequest-request",
        "New referral",
        ("new",),
        "bars-message-servicerequest-request-referral",
        "referral",
    ),
    _UseCase(
        "validation",
        "servicerequest-request",
        "New request for validation",
        ("new",),
        "bars-message-servicerequest-request-validation",
        "validation",
    ),
    _UseCase("referral-update", "servicerequest-request", "Update of a referral or validation", ("update",)),
    _UseCase(
        "referral-cancelled",
        "servicerequest-request",
        "Cancellation of a referral or validation",
        ("update", "new", "delete"),
        "bars-message-servicerequest-request-cancelled",
        withdraws=True,
    ),
    _UseCase(
        "referral-response",
        "servicerequest-response",
        "Response to a referral or validation",
        ("new", "update", "delete"),
    ),
    _UseCase("booking", "booking-request", "New booking", ("new",), "bars-message-booking-request"),
    _UseCase("booking-update", "booking-request", "Update of a booking", ("update",)),
    _UseCase(
        "booking-cancelled",
        "booking-request",
        "Cancellation of a booking",
        ("update", "new", "delete"),
        withdraws=True,
    ),
    _UseCase("booking-response", "booking-response", "Response to a booking", ("new", "update", "delete")),
)


def message_definitions() -> list[dict[str, Any]]:
    """Every use case, in the order of its events."""
    return [_definition(use_case, EVENTS[use_case.event]) for use_case in _USE_CASES]


def _definition(use_case: _UseCase, event: Event) -> dict[str, Any]:
    definition: dict[str, Any] = {
        "resourceType": "MessageDefinition",
        "id": use_case.name,
        "url": CANONICAL + use_case.name,
        "name": "".join(part.capitalize() for part in use_case.name.split("-")),
        "title": use_case.title,
        "status": "active",
        "date": CHANGED,
        "purpose": "\n".join(_rules(use_case, event)),
        "eventCoding": {"system": EVENT_SYSTEM, "code": event.code},
        "category": "notification" if event.answers else "consequence",
        "focus": [{"code": event.root, "min": 0 if event.answers else 1, "max": "*"}],
        "responseRequired": "always",
    }
    if use_case.base:
        definition["base"] = DEFINITION_BASE + use_case.base
    if not event.answers:
        answer = "booking-response" if event.root == "Appointment" else "referral-response"
        definition["allowedResponse"] = [{"message": CANONICAL + answer}]
    return definition


def _rules(use_case: _UseCase, event: Event) -> Iterator[str]:
    for row in event.interactions:
        if row.reason in use_case.reasons and (row.is_a == "cancellation") == use_case.withdraws:
            yield _row(event, row)
    for kind, statuses in COMPANIONS.get(use_case.category, {}).items():
        yield f"- {kind}: {' or '.join(statuses)}."
    if event.answers:
        yield f"- Without MessageHeader.response: taken, with deviation {_named('bars-response-missing')}"


def _row(event: Event, row: Interaction) -> str:
    statuses = ", ".join(row.statuses.split())
    line = f"- Reason {row.reason}, {event.root} {statuses}: {row.is_a}"
    return f"{line}, with deviation {_named(row.deviation)}" if row.deviation else f"{line}."


def _named(deviation: str) -> str:
    return f"{deviation} ({DEVIATIONS[deviation].says})"
