"""Reading one person's record as one reader may see it: PostgreSQL hides the rest from whatever is asked within."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from services.domain.access.label import label_of
from services.domain.access.organisations import is_in_team, is_referral_with
from services.domain.access.reader import Reader, Role
from services.domain.access.routes import GLASS_BREAKERS
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
from services.domain.record.business_identity import resource_key
from services.domain.record.instant import instant_ticks
from services.domain.record.kinds import CONTEXT
from services.platform.access import ASK_PARTNERS, Partner, partners_of
from services.platform.audit_request import saw, was_refused
from services.platform.postgres import Asked, Connection, snapshot, together
from services.platform.queries import load_queries
from services.viewer.moments import now_ticks
from services.viewer.reading import Known, ask_known, known_of

SQL = load_queries(__package__, "seeing.sql")

_ROLE = Asked(b"set local role carethread_viewer")


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
async def seeing(connection: Connection, reader: Reader, person: bytes) -> AsyncIterator[Sight]:
    """Whatever is read of the person within, as of one moment, is what the reader may see of them.

    Raises:
        NotSeen: they may see nothing.
    """
    async with seeing_why(connection, reader, person) as (found, _):
        yield found


@asynccontextmanager
async def seeing_why(
    connection: Connection, reader: Reader, person: bytes
) -> AsyncIterator[tuple[Sight, PersonFacts]]:
    """The same, with what decided it: of every system, seen or not.

    Raises:
        NotSeen: they may see nothing.
    """
    async with snapshot(connection, ask_known([person]), *_asked(reader, [person])) as (rows, *told):
        (known,) = known_of(rows)
        decided = await _decide(connection, reader, [known], told)
        found = decided.sights[person]
        if isinstance(found, Refusal):
            was_refused(person)
            raise NotSeen(found)
        saw([person])
        await open_to(connection, found, decided.parties)
        yield found, decided.facts[person]


@asynccontextmanager
async def seeing_all(
    connection: Connection, reader: Reader, persons: Sequence[Known]
) -> AsyncIterator[dict[bytes, Sight | Refusal]]:
    """The same of several persons at once, with what is decided of each; of who is refused nothing is seen."""
    async with snapshot(connection):
        decided = await _decided(connection, reader, persons)
        opened = (
            one for found in decided.sights.values() if isinstance(found, Sight) for one in found.opened
        )
        await open_to(connection, Sight(tuple(opened), (), whereabouts=False), decided.parties)
        yield decided.sights


async def open_to(connection: Connection, found: Sight, parties: Sequence[_Party] = ()) -> None:
    """From here to the end of the transaction nothing but this is seen, whatever is asked."""
    by_record = {one.source_record: one for one in found.opened}
    things = [one.resource_key.hex() for one in parties if _is_own(one, by_record.get(one.source_record))]
    opened = [[one.source_record.hex(), _kinds(one), int(one.label)] for one in found.opened]
    given = {"opened": orjson.dumps(opened).decode(), "things": orjson.dumps(things).decode()}
    await together(connection, Asked(SQL["open"], given), _ROLE)


def _is_own(party: _Party, opened: Opened | None) -> bool:
    """Whether it is a referral with the reader's own organisation that is opened to them, by its label too."""
    if opened is None or not is_referral_with(party.resource, opened.referrals_with):
        return False
    return label_of(party.resource) <= opened.label


async def sights_of(
    connection: Connection, reader: Reader, persons: Sequence[Known]
) -> dict[bytes, Sight | Refusal]:
    """What the reader may see of each of these persons, through a glass that they broke too, or why nothing."""
    return (await _decided(connection, reader, persons)).sights


def seen_of(known: Known, decided: Sight | Refusal) -> Known:
    """The person as the source records tell that the reader may see: of no other may be told whether it is alike.

    It is without where they live where that is closed: who guesses it must not learn that it is right. A person whose
    record is closed, and of whom the reader may know, is found by all that is told of them, or they could ask for no
    referral and break no glass.
    """
    told = known
    if isinstance(decided, Sight):
        opened = {one.source_record for one in decided.opened}
        if any(one.id not in opened for one in known.source_records):
            told = known.told_by(opened)
    return told if decided.whereabouts else told.without_whereabouts()


class _Decided(NamedTuple):
    """What may be seen of persons, and what decided it."""

    sights: dict[bytes, Sight | Refusal]
    facts: dict[bytes, PersonFacts]
    parties: list[_Party]


async def _decided(connection: Connection, reader: Reader, persons: Sequence[Known]) -> _Decided:
    if not persons:
        return _Decided({}, {}, [])
    told = await together(connection, *_asked(reader, [one.person for one in persons]))
    return await _decide(connection, reader, persons, told)


def _asked(reader: Reader, persons: list[bytes]) -> list[Asked]:
    """Asks for what is told of persons of whom no more is known than their ids; `_decide` reads it."""
    given = {"persons": persons, "user": reader.user, "organisation": reader.organisation}
    broken = [Asked(SQL["broken"], given)] if reader.role in GLASS_BREAKERS else []
    return [ASK_PARTNERS, Asked(SQL["consents"], {"persons": persons}), *broken]


async def _decide(
    connection: Connection, reader: Reader, persons: Sequence[Known], told: Sequence[list[Any]]
) -> _Decided:
    names, consents, *broken = told
    facts, parties = await _read_facts(connection, reader, persons, partners_of(names), consents)
    until = _broken_until(broken[0] if broken else [])
    as_of = now_ticks()
    found = {id_: sight(reader, one, as_of, until.get(id_)) for id_, one in facts.items()}
    return _Decided(found, facts, parties)


def _broken_until(rows: Sequence[tuple[bytes, datetime]]) -> dict[bytes, int]:
    """When the glass that a reader broke closes again, in ticks, of each of whose record they did."""
    ticks = ((person, instant_ticks(closes_at.isoformat())) for person, closes_at in rows)
    return {person: until for person, until in ticks if until is not None}


async def _read_facts(
    connection: Connection,
    reader: Reader,
    persons: Sequence[Known],
    names: Mapping[str, Partner],
    consents: Sequence[tuple[bytes, int, bytes]],
) -> tuple[dict[bytes, PersonFacts], list[_Party]]:
    of = {told.id: one.person for one in persons for told in one.source_records}
    by_parties = [one.person for one in persons if _is_decided_by_parties(reader, one)]
    labelled, *told_of_parties = await together(
        connection,
        Asked(SQL["labels"], {"patients": [resource_key(told, ("Patient",)) for told in of]}),
        *([Asked(SQL["parties"], {"persons": by_parties})] if by_parties else []),
    )
    labels = dict(labelled)
    parties = [
        _Party(record, key, orjson.loads(content))
        for rows in told_of_parties
        for record, key, content in rows
    ]
    agreed: defaultdict[bytes, list[ConsentWord]] = defaultdict(list)
    senders = {told.id: told.sender for one in persons for told in one.source_records}
    for id_, instant, said in consents:
        agreed[of[id_]].append(ConsentWord(id_, senders[id_], orjson.loads(said), instant))
    own = reader.organisation
    takes_part = {
        of[one.source_record]
        for one in parties
        if is_referral_with(one.resource, own) or is_in_team(one.resource, own)
    }
    facts = {
        one.person: PersonFacts(
            tuple(System(told.id, told.sender, Label(labels.get(told.id, 0))) for told in one.source_records),
            tuple(agreed[one.person]),
            frozenset({own} if one.person in takes_part else ()),
            names[own].sector if own in names else "",
        )
        for one in persons
    }
    return facts, parties


def _is_decided_by_parties(reader: Reader, known: Known) -> bool:
    """Whether whom referrals ask makes a difference: where the organisation has told nothing itself, and to whoever is
    shown the referrals with their own organisation alone."""
    sees_own_alone = reader.role in (Role.PEER_WORKER, Role.PARTNER_SYSTEM)
    has_told = any(one.sender == reader.organisation for one in known.source_records)
    is_new = reader.role is not Role.STEWARD and not has_told
    return bool(reader.organisation) and (sees_own_alone or is_new)


def _kinds(one: Opened) -> list[str] | None:
    """What an entry was told with is seen with it."""
    return None if one.kinds is None else sorted(one.kinds | {CONTEXT})
