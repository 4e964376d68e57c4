"""Reading one person's record as one reader may see it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.domain.access.reader import Reader
from services.domain.access.sight import Label, PersonFacts, Refusal, Sight, System, sight
from services.platform.access import partners
from services.platform.postgres import Connection, snapshot
from services.viewer.moments import now_ticks
from services.viewer.reading import read_known


class NotSeen(Exception):
    """The reader may see nothing of the person."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


@asynccontextmanager
async def seeing(connection: Connection, reader: Reader, person: bytes) -> AsyncIterator[Sight]:
    """Whatever is read of the person within, as of one moment, is what the reader may see of them.

    Raises:
        NotSeen: they may see nothing.
    """
    found = sight(reader, await facts_of(connection, person), now_ticks())
    if isinstance(found, Refusal):
        raise NotSeen(found)
    async with snapshot(connection):
        yield found


async def facts_of(connection: Connection, person: bytes) -> PersonFacts:
    """What decides who may see what of the person."""
    known = await read_known(connection, person)
    names = await partners(connection)
    systems = (
        System(one.id, one.sender, names[one.sender].sector if one.sender in names else "", Label.NORMAL)
        for one in known.source_records
    )
    return PersonFacts(tuple(systems), (), frozenset())
