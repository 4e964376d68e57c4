"""Reading one person's record as one reader may see it: PostgreSQL hides the rest from whatever is asked within."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import orjson

from services.domain.access.organisations import is_in_team, is_referral_with
from services.domain.access.reader import Reader, Role
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
from services.domain.record.kinds import CONTEXT
from services.platform.access import partners
from services.platform.audit_request import saw, was_refused
from services.platform.postgres import Connection, snapshot
from services.platform.queries import load_queries
from services.viewer.moments import now_ticks
from services.viewer.reading import read_known

SQL = load_queries(__package__, "seeing.sql")

_ROLE = b"set local role carethread_viewer"


class _Party(NamedTuple):
    """A referral, an answer to one or a team: what says with whom an organisation has to do."""

    source_record: bytes
    resource_key: bytes
    resource: dict[str, Any]


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
        parties = await _parties(connection, person) if _is_decided_by_parties(reader) else []
        facts = await _facts(connection, reader, person, parties)
        found = sight(reader, facts, now_ticks(), glass_until)
        saw([person])
        if isinstance(found, Refusal):
            was_refused()
            raise NotSeen(found)
        await open_to(connection, found, parties)
        yield found


async def open_to(connection: Connection, found: Sight, parties: Sequence[_Party] = ()) -> None:
    """From here to the end of the transaction nothing but this is seen, whatever is asked."""
    with_own = {one.source_record: one.referrals_with for one in found.opened if one.referrals_with}
    things = [
        one.resource_key.hex()
        for one in parties
        if (own := with_own.get(one.source_record)) and is_referral_with(one.resource, own)
    ]
    opened = [[one.source_record.hex(), _kinds(one), int(one.label)] for one in found.opened]
    given = {"opened": orjson.dumps(opened).decode(), "things": orjson.dumps(things).decode()}
    await connection.execute(SQL["open"], given)
    await connection.execute(_ROLE)


def _is_decided_by_parties(reader: Reader) -> bool:
    """Whether whom referrals ask may make a difference: a steward and a system are judged by other things."""
    return bool(reader.organisation) and reader.role not in (Role.STEWARD, Role.OPS)


async def _parties(connection: Connection, person: bytes) -> list[_Party]:
    rows = await (await connection.execute(SQL["parties"], {"person": person}, binary=True)).fetchall()
    return [_Party(record, key, orjson.loads(content)) for record, key, content in rows]


async def _facts(
    connection: Connection, reader: Reader, person: bytes, parties: Sequence[_Party]
) -> PersonFacts:
    known = await read_known(connection, person)
    names = await partners(connection)
    senders = {one.id: one.sender for one in known.source_records}
    given = {"person": person}
    labels = dict(await (await connection.execute(SQL["labels"], given, binary=True)).fetchall())
    consents = await (await connection.execute(SQL["consents"], given, binary=True)).fetchall()
    own = reader.organisation
    takes_part = any(is_referral_with(one.resource, own) or is_in_team(one.resource, own) for one in parties)
    return PersonFacts(
        tuple(
            System(id_, sender, names[sender].sector if sender in names else "", Label(labels.get(id_, 0)))
            for id_, sender in senders.items()
        ),
        tuple(ConsentWord(id_, senders[id_], orjson.loads(said), instant) for id_, instant, said in consents),
        frozenset({own} if takes_part else ()),
    )


def _kinds(one: Opened) -> list[str] | None:
    """What an entry was told with is seen with it."""
    return None if one.kinds is None else sorted(one.kinds | {CONTEXT})
