"""Reading one person's record as one reader may see it: PostgreSQL hides the rest from whatever is asked within."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson

from services.domain.access.reader import Reader
from services.domain.access.sight import (
    ConsentWord,
    Label,
    Opened,
    PersonFacts,
    Refusal,
    Sight,
    System,
    sight,
)
from services.domain.record.business_identity import identifiers, ods_code
from services.domain.record.kinds import CONTEXT
from services.domain.record.words import objects
from services.platform.access import partners
from services.platform.postgres import Connection, snapshot
from services.platform.queries import load_queries
from services.viewer.moments import now_ticks
from services.viewer.reading import read_known

SQL = load_queries(__package__, "seeing.sql")

_ROLE = b"set local role carethread_viewer"


class NotSeen(Exception):
    """The reader may see nothing of the person."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


@asynccontextmanager
async def seeing(
    connection: Connection, reader: Reader, person: bytes, glass_until: int | None = None
) -> AsyncIterator[Sight]:
    """Whatever is read of the person within, as of one moment, is what the reader may see of them.

    Raises:
        NotSeen: they may see nothing.
    """
    async with snapshot(connection):
        found = sight(reader, await facts_of(connection, reader, person), now_ticks(), glass_until)
        if isinstance(found, Refusal):
            raise NotSeen(found)
        if not found.opened:
            reasons = " ".join(dict.fromkeys(one.reason for one in found.hidden))
            raise NotSeen(Refusal(reasons, may_break_glass=True, is_secret=False))
        await open_to(connection, found)
        yield found


async def open_to(connection: Connection, found: Sight) -> None:
    """From here to the end of the transaction nothing but this is seen, whatever is asked."""
    await connection.execute(SQL["open"], {"opened": _setting(found)})
    await connection.execute(_ROLE)


async def facts_of(connection: Connection, reader: Reader, person: bytes) -> PersonFacts:
    """What decides who may see what of the person; whom referrals ask only where it is by that alone."""
    known = await read_known(connection, person)
    names = await partners(connection)
    senders = {one.id: one.sender for one in known.source_records}
    given = {"person": person}
    labels = dict(await (await connection.execute(SQL["labels"], given, binary=True)).fetchall())
    consents = await (await connection.execute(SQL["consents"], given, binary=True)).fetchall()
    involved: set[str] = set()
    if reader.organisation and reader.organisation not in senders.values():
        asked = await (await connection.execute(SQL["referrals"], given, binary=True)).fetchall()
        involved = {code for (content,) in asked for code in _asks(content)}
    return PersonFacts(
        tuple(
            System(id_, sender, names[sender].sector if sender in names else "", Label(labels.get(id_, 0)))
            for id_, sender in senders.items()
        ),
        tuple(ConsentWord(id_, senders[id_], orjson.loads(said), instant) for id_, instant, said in consents),
        frozenset(involved),
    )


def _asks(content: bytes) -> list[str]:
    performers = objects(orjson.loads(content).get("performer"))
    return [code for one in performers if (code := ods_code(identifiers(one)))]


def _setting(found: Sight) -> str:
    """The setting that the database guards the record by; what an entry was told with is seen with it."""
    return orjson.dumps(
        [[one.source_record.hex(), _kinds(one), int(one.label)] for one in found.opened]
    ).decode()


def _kinds(one: Opened) -> list[str] | None:
    return None if one.kinds is None else sorted(one.kinds | {CONTEXT})
