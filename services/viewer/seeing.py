"""Reading one person's record as one reader may see it: PostgreSQL hides the rest from whatever is asked within."""

from collections.abc import AsyncIterator, Collection, Sequence
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
        facts, parties = await _read_facts(connection, reader, person)
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


async def facts_of(connection: Connection, reader: Reader, person: bytes) -> PersonFacts:
    """What decides of what the reader may see of the person."""
    facts, _ = await _read_facts(connection, reader, person)
    return facts


async def _read_facts(
    connection: Connection, reader: Reader, person: bytes
) -> tuple[PersonFacts, list[_Party]]:
    known = await read_known(connection, person)
    names = await partners(connection)
    senders = {one.id: one.sender for one in known.source_records}
    given = {"person": person}
    labels = dict(await (await connection.execute(SQL["labels"], given, binary=True)).fetchall())
    consents = await (await connection.execute(SQL["consents"], given, binary=True)).fetchall()
    own = reader.organisation
    parties = await _parties(connection, person) if _is_decided_by_parties(reader, senders.values()) else []
    takes_part = any(is_referral_with(one.resource, own) or is_in_team(one.resource, own) for one in parties)
    facts = PersonFacts(
        tuple(
            System(id_, sender, names[sender].sector if sender in names else "", Label(labels.get(id_, 0)))
            for id_, sender in senders.items()
        ),
        tuple(ConsentWord(id_, senders[id_], orjson.loads(said), instant) for id_, instant, said in consents),
        frozenset({own} if takes_part else ()),
    )
    return facts, parties


def _is_decided_by_parties(reader: Reader, senders: Collection[str]) -> bool:
    """Whether whom referrals ask makes a difference: where the organisation has told nothing itself, and to whoever is
    shown the referrals with their own organisation alone."""
    sees_own_alone = reader.role in (Role.PEER_WORKER, Role.PARTNER_SYSTEM)
    is_new = reader.role is not Role.STEWARD and reader.organisation not in senders
    return bool(reader.organisation) and (sees_own_alone or is_new)


async def _parties(connection: Connection, person: bytes) -> list[_Party]:
    rows = await (await connection.execute(SQL["parties"], {"person": person}, binary=True)).fetchall()
    return [_Party(record, key, orjson.loads(content)) for record, key, content in rows]


def _kinds(one: Opened) -> list[str] | None:
    """What an entry was told with is seen with it."""
    return None if one.kinds is None else sorted(one.kinds | {CONTEXT})
