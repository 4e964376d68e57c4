"""What a request tells the audit: who made it and, as whatever answers it notes, about whom it was."""

import re
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.requests import Request

from services.domain.access.audited import Kind
from services.domain.access.reader import Reader
from services.domain.access.sight import Sight
from services.platform.audit import Audit
from services.platform.audit_event import Event, Outcome

_ID = re.compile(r"[0-9a-f]{32,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""An id that we gave, in an address. An NHS number is none."""


@dataclass(slots=True)
class Noted:
    """What is noted while one request is answered."""

    persons: list[bytes] = field(default_factory=list)
    things: list[str] = field(default_factory=list)
    signed_in: Reader | None = None
    refused: list[bytes] = field(default_factory=list)
    """The persons of whom nothing is shown because of who asks."""
    given: dict[bytes, Sight] = field(default_factory=dict)
    """How far each person's record is given to a partner's system."""


_noted: ContextVar[Noted | None] = ContextVar("noted", default=None)


def begin() -> Noted:
    """Note for a new request, from here on in this task and what it starts."""
    noted = Noted()
    _noted.set(noted)
    return noted


def saw(persons: Iterable[bytes]) -> None:
    """Note whose data the answer shows: the ids of persons, or of source records."""
    if (noted := _noted.get()) is not None:
        noted.persons += persons


def gave(person: bytes, seen: Sight) -> None:
    """Note that a partner's system is given the record of a person, as far as it may see it."""
    if (noted := _noted.get()) is not None:
        noted.given[person] = seen


def saw_things(ids: Iterable[bytes]) -> None:
    """Note which messages or other things the answer shows, by their ids."""
    if (noted := _noted.get()) is not None:
        noted.things += (one.hex() for one in ids)


def signs_in(reader: Reader | None) -> None:
    """Note whom the answer signs in."""
    if (noted := _noted.get()) is not None:
        noted.signed_in = reader


def was_refused(person: bytes) -> None:
    """Note that nothing of a person is shown because of who asks, whatever they are told."""
    if (noted := _noted.get()) is not None:
        noted.refused.append(person)


def events_of(
    request: Request, noted: Noted, audit: Audit, kind: Kind, listed: str, status: int = 200
) -> list[Event]:
    """The events that a request to the route `listed` is, answered with this status.

    Those of whom nothing was shown because of who asked are told of apart from the others.
    """
    words = urlencode(sorted(request.query_params.multi_items()))
    addressed = (one for one in map(str, request.path_params.values()) if _ID.fullmatch(one))
    outcome = outcome_of(status)
    event = Event(
        kind=Kind.REFUSAL if outcome is Outcome.REFUSED else kind,
        reader=request.state.reader,
        doing=listed,
        persons=tuple(noted.persons),
        things=tuple(sorted({*addressed, *noted.things})),
        outcome=outcome,
        searched=audit.hashed(words),
    )
    if not noted.refused:
        return [event]
    refusal = event._replace(kind=Kind.REFUSAL, persons=tuple(noted.refused), outcome=Outcome.REFUSED)
    return [refusal] if outcome is not Outcome.DONE else [refusal, event]


def outcome_of(status: int) -> Outcome:
    """How a request ended that was answered with this status."""
    if status in (401, 403):
        return Outcome.REFUSED
    return Outcome.FAILED if status >= 400 else Outcome.DONE
