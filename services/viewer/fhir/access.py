"""Whose record a request over FHIR is about, and whether whoever asks may have it: of nobody else a word is said."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request

from schemas.fhir.issue import Issue, Refused
from services.domain.access.reader import Reader, Role
from services.domain.access.scopes import Verb, permits
from services.domain.access.sight import Sight
from services.platform.audit_request import gave
from services.platform.postgres import Connection
from services.viewer.fhir.things import key_of, person_of
from services.viewer.held import holds
from services.viewer.reading import find_persons
from services.viewer.seeing import NotSeen, seeing

WITHHELD = Issue(
    "suppressed",
    "The record is withheld just now: a message about this person's consent, a restriction or safeguarding "
    "could not be read and is being put right by a steward. Ask again later.",
)


def nobody() -> Refused:
    """There is no such person, or none of whom the reader may know: it is said in the same words."""
    return Refused([Issue("not-found", "No record with this id that you may read.")], status=404)


def reader_of(request: Request) -> Reader:
    """Who asks.

    Raises:
        Refused: 401, nobody.
    """
    reader: Reader | None = request.state.reader
    if reader is None:
        raise Refused([Issue("login", "Sign in, or send a partner's bearer token.")], status=401)
    return reader


def require_scope(reader: Reader, kind: str, verb: Verb) -> None:
    """Hold a token to its scopes.

    Raises:
        Refused: 403, they do not reach so far.
    """
    if not permits(reader, kind, verb):
        text = f"The scopes of this token do not reach so far: it needs one for {kind}.{verb.value}."
        raise Refused([Issue("forbidden", text)], status=403)


async def person_asked(connection: Connection, reader: Reader, asked: str) -> bytes:
    """The one person that an id, a valid NHS number or the id of a resource about them names.

    Raises:
        Refused: 404, there is none, or not for this reader's token.
    """
    key = key_of(asked)
    if key is None:
        persons = await find_persons(connection, asked)
    else:
        found = await person_of(connection, key)
        persons = [] if found is None else [found]
    if len(persons) != 1 or not await is_within_token(connection, reader, persons[0]):
        raise nobody()
    return persons[0]


async def is_within_token(connection: Connection, reader: Reader, person: bytes) -> bool:
    """Whether it is the one person to whom the reader's token is limited, if it is."""
    return reader.person is None or person in await find_persons(connection, reader.person.hex())


@asynccontextmanager
async def opened(connection: Connection, reader: Reader, person: bytes) -> AsyncIterator[Sight]:
    """Whatever is read of the person within is what the reader may see of them.

    Raises:
        Refused: 404, they may not even know of the person; 403, they may see nothing, or it is withheld just now.
    """
    held = await holds(connection, person)
    try:
        async with seeing(connection, reader, person) as seen:
            if held:
                raise Refused([WITHHELD], status=403)
            if reader.role is Role.PARTNER_SYSTEM:
                gave(person, seen)
            yield seen
    except NotSeen as unseen:
        if unseen.refusal.is_secret:
            raise nobody() from None
        raise Refused([Issue("forbidden", unseen.refusal.reason)], status=403) from None
