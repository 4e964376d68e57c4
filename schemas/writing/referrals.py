"""What is done with a referral on the pages: a Task answers it, and a ServiceRequest asks another service."""

from schemas.uploads.resources import Resource
from schemas.writing.messages import Writer


def answer(writer: Writer, referral: Resource, status: str, said: str) -> list[Resource]:
    """The Task by which the organisation accepts or rejects a referral, with what is said to it.

    `referral` is the Reference to the ServiceRequest, `status` accepted or rejected.
    """
    task = _task(writer, referral, status)
    return [task | {"statusReason": {"text": said}} if said else task]


def close(writer: Writer, referral: Resource, outcome: str) -> list[Resource]:
    """The Task by which it is completed, with what came of it."""
    came_of_it = {"type": {"text": "What came of it"}, "valueString": outcome}
    return [_task(writer, referral, "completed") | {"output": [came_of_it]}]


def request(
    writer: Writer, to: Resource, what: str, why: str, *, urgent: bool = False, onward: Resource | None = None
) -> list[Resource]:
    """The ServiceRequest that asks `to`; handed over where `onward` is the Reference to the referral before it."""
    asked: Resource = {
        "resourceType": "ServiceRequest",
        "identifier": writer.identifier,
        "status": "active",
        "intent": "order",
        "priority": "urgent" if urgent else "routine",
        "code": {"text": what},
        "subject": writer.subject,
        "authoredOn": writer.at,
        "requester": writer.organisation,
        "performer": [to],
        "reasonCode": [{"text": why}],
    }
    return [asked | {"basedOn": [onward]} if onward else asked]


def _task(writer: Writer, referral: Resource, status: str) -> Resource:
    return {
        "resourceType": "Task",
        "identifier": writer.identifier,
        "status": status,
        "intent": "order",
        "code": {"text": "Respond to referral"},
        "focus": referral,
        "for": writer.subject,
        "authoredOn": writer.at,
        "lastModified": writer.at,
        "owner": writer.organisation,
    }
