"""That an organisation's system is to stop showing what it was given: over HTTP, and on the partner's own topic."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class PersonIdentifier(_Told):
    """What the organisation's own system calls the person."""

    system: str
    """Empty where it names none."""
    value: str


class NoticedPerson(_Told):
    """Whom a notice is about."""

    id: str
    """The id of the Patient that was given."""
    identifiers: list[PersonIdentifier]
    """The organisation's own, of its own Patient; an NHS number is none of these."""


class NoticePart(_Told):
    """What of one organisation's words is to be shown no more."""

    sender: str
    """The ODS code of the organisation whose words they are."""
    kinds: list[str]
    """The kinds of entry, as docs/access.md lists them; empty for all."""
    reason: str


class StopShowing(_Told):
    """What is to be shown no more, of whom and why."""

    person: NoticedPerson
    everything: bool
    """All that others told of the person and that was given before. What the organisation told itself is its own."""
    whereabouts: bool
    """The person's address, telephone, e-mail and practice."""
    parts: list[NoticePart]
    """Whose words, and why. Empty where it is everything and why may not be told."""
    things: list[str]
    """Single things beside these, that are not shown to the organisation any more: their resource types and ids."""
    text: str
    """The same in plain words."""


class Notice(StopShowing):
    """One notice."""

    event_id: str
    """The same however often the notice is sent, in one order with the outcomes' ids; also the cursor with which
    GET /notices goes on after it."""
    notice: Literal["stop-showing"]
    receiver: str
    """The ODS code of the organisation that is told."""
    at: datetime
    """From when on."""


class NoticePage(_Told):
    """Some notices, and where to go on."""

    notices: list[Notice]
    next: str
    """Give this as `since` to go on after the last of these."""
    complete: bool
    """Whether there were no more at this moment."""
