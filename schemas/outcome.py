"""What became of a message, as its sender is told: over HTTP, and on the partner's own outcome topic."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Status = Literal["accepted", "applied", "duplicate", "quarantined", "corrected", "dismissed"]


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class MessageRef(_Told):
    """One of the sender's own messages, by our name for it and by theirs."""

    message_key: str
    """Hexadecimal."""
    sender_id: str | None
    """Bundle.id, or the id of a CloudEvent; null where the message has none."""


class OutcomeNote(_Told):
    """A repair made in reading the message, or a deviation from a standard that was taken as it is."""

    name: str
    text: str
    place: str
    """FHIRPath of the first place; empty where it is the message as a whole."""
    count: int
    """How many places."""


class OutcomeIssue(_Told):
    """Why a message was not accepted."""

    rule: str
    section: str
    """Where the rule is written; empty where the fault has no rule of its own."""
    place: str
    code: str
    """Of the FHIR value set issue-type."""
    text: str


class Outcome(_Told):
    """What became of one message.

    `status` and `at` are those of one event; the rest is of the message as it stands when this is read. What is
    null is not known at this moment: on the topic everything that takes a look into the record, and everywhere
    what depends on a message's being applied before it is.
    """

    event_id: str
    """The same however often the event is sent; the ids sort as the events happened. It is also the cursor
    with which GET /outcomes goes on after the event."""
    message_key: str
    sender: str
    """ODS code."""
    sender_id: str | None
    status: Status
    at: datetime
    received_at: datetime | None
    """When the message first came."""
    repairs: list[OutcomeNote]
    deviations: list[OutcomeNote]
    issues: list[OutcomeIssue]
    duplicate_of: MessageRef | None
    """The message that came before with these very bytes, or that had told every version in this one."""
    superseded_by: list[MessageRef] | None
    """Those that tell what the record shows now in place of what this one says. Only the sender's own."""
    corrects: MessageRef | None
    """The quarantined message that this is a correction of."""
    corrected_by: MessageRef | None
    shown: int | None
    """Entries in the message that the record shows as this message tells them."""
    superseded: int | None
    """Entries in it of which the record shows a version that ranks higher."""
    kept: int | None
    """Resources in it that are kept as context and are no entries: headers, people, places.
    shown + superseded + kept are all the resources in the message."""


class OutcomePage(_Told):
    """Some outcomes, and where to go on."""

    outcomes: list[Outcome]
    next: str | None
    """Give this as `since` to go on after the last of these; null where they were asked for by id."""
    complete: bool
    """Whether there were no more at this moment."""
