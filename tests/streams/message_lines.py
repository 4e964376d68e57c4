"""Wraps resources into message Bundles, and these into the lines of a scenario stream."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import orjson

from tests.streams.fhir_builders import (
    NHS,
    Organisation,
    Resource,
    SourceRecord,
    concept,
    full_url,
    reference,
)

MESSAGE_EVENTS = {"ServiceRequest": "servicerequest-request", "Appointment": "booking-request"}


@dataclass(frozen=True)
class Line:
    """One line of a stream: who sent what and when, and its place in the order of arrival."""

    sender: str
    sent: str
    message: Resource
    arrives: str

    def as_json(self) -> bytes:
        """The line as it is written, without its line feed."""
        return orjson.dumps({"sender": self.sender, "sent": self.sent, "message": self.message})


def version(resource: Resource, number: int) -> Resource:
    """The resource with the version id its own system gave it."""
    return resource | {"meta": {**resource.get("meta", {}), "versionId": str(number)}}


def stamped(resource: Resource, at: str) -> Resource:
    """The resource with the instant its own system last changed it, unless it already says so."""
    head = {"resourceType": resource["resourceType"], "id": resource["id"]}
    return head | {"meta": {"lastUpdated": at} | resource.get("meta", {})} | _without_meta(resource)


def untimed(resource: Resource) -> Resource:
    """The resource as a system sends it that keeps no instants of change."""
    kept = {key: value for key, value in resource.get("meta", {}).items() if key != "lastUpdated"}
    head = {"resourceType": resource["resourceType"], "id": resource["id"]}
    return head | ({"meta": kept} if kept else {}) | _without_meta(resource)


def message(
    holder: Organisation,
    at: str,
    focus: Resource,
    others: Sequence[Resource],
    *,
    event: str = "",
    reason: str = "new",
    timed: bool = True,
) -> Resource:
    """A message Bundle; its id comes from its content, so the same content is the same message."""
    root = focus["resourceType"]
    event_code = event or MESSAGE_EVENTS.get(root, "servicerequest-response")
    header: Resource = {
        "resourceType": "MessageHeader",
        "id": str(uuid5(NAMESPACE_URL, f"{holder.home}/MessageHeader/{root}/{focus['id']}/{at}")),
        "eventCoding": {"system": f"{NHS}/CodeSystem/message-events-bars", "code": event_code},
        "source": {"name": holder.name, "endpoint": f"{holder.home}/fhir"},
        "reason": concept("", (f"{NHS}/CodeSystem/message-reason-bars", reason, "")),
        "focus": [reference(holder, focus)],
    }
    parts = [stamped(part, at) if timed else untimed(part) for part in (header, *others, focus)]
    entries = [{"fullUrl": full_url(holder, part), "resource": part} for part in parts]
    content = orjson.dumps([at, entries]).decode()
    bundle: Resource = {
        "resourceType": "Bundle",
        "id": str(uuid5(NAMESPACE_URL, f"{holder.home}/Bundle/{content}")),
        "type": "message",
    }
    return bundle | ({"timestamp": at} if timed else {}) | {"entry": entries}


def tell(
    who: SourceRecord,
    at: str,
    focus: Resource,
    *others: Resource,
    event: str = "",
    reason: str = "new",
    arrives: str = "",
    timed: bool = True,
) -> Line:
    """A line in which the holder of a source record tells of its person; late where `arrives` says so."""
    parts = [who.patient, *others]
    body = message(who.held_by, at, focus, parts, event=event, reason=reason, timed=timed)
    sent = _seconds_later(at, 2)
    return Line(who.held_by.ods, sent, body, arrives or sent)


def again(line: Line, arrives: str, *, sent: str = "") -> Line:
    """The very same message delivered once more."""
    return replace(line, arrives=arrives, sent=sent or line.sent)


def exported_again(line: Line, at: str) -> Line:
    """The same content in a message with an id of its own."""
    body = line.message | {"id": str(uuid5(NAMESPACE_URL, f"{line.message['id']}/{at}"))}
    return replace(line, message=body, sent=at, arrives=at)


def _without_meta(resource: Resource) -> Resource:
    return {key: value for key, value in resource.items() if key not in {"resourceType", "id", "meta"}}


def _seconds_later(instant: str, seconds: int) -> str:
    later = datetime.fromisoformat(instant).astimezone(UTC) + timedelta(seconds=seconds)
    return later.isoformat(timespec="milliseconds").replace("+00:00", "Z")
