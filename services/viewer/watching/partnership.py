"""What is told of the referrals of everybody, read some persons at a time: for counts over a whole partnership."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple

from services.domain.record.continuity.named_claims import KINDS as NAMING
from services.domain.record.kinds import CONTEXT, kind_of
from services.domain.record.referrals.ties import TIED
from services.domain.record.version import Rank, as_served
from services.domain.record.word import Word
from services.platform.postgres import Connection, snapshot
from services.platform.queries import load_queries
from services.viewer.directory import assets_of

SQL = load_queries(__package__, "partnership.sql")

_REFERRAL = kind_of("ServiceRequest")
_KINDS = sorted({_REFERRAL, CONTEXT, *map(kind_of, TIED), kind_of("CareTeam"), kind_of("RelatedPerson")})
"""The kinds that referral threads are read from, and those that say who the organisations are."""

_NAMING = sorted(map(kind_of, NAMING))
_COUNTED = sorted({*_KINDS, *_NAMING, kind_of("Observation")})
"""And those of which named workers and measures are read."""

_LEAVE_OUT = frozenset({"MessageHeader", "Location", "Provenance", "Binary"})
"""Context that no thread is read from."""

Told = dict[bytes, list[Word]]
"""By person: what all systems currently say that referral threads are read from, and the services that they name."""


async def some(connection: Connection, after: bytes, most: int) -> Told:
    """The next `most` persons with referrals after an id, by id; fewer where those are the last."""
    given = {"after": after, "most": most, "referral": _REFERRAL}
    async with snapshot(connection):
        rows = await connection.execute(SQL["persons_after"], given, binary=True)
        return await told_of(connection, [person for (person,) in await rows.fetchall()])


async def told_of(connection: Connection, persons: Sequence[bytes]) -> Told:
    """These persons, whatever is told of them."""
    async with snapshot(connection):
        rows = await connection.execute(
            SQL["told_of"], {"persons": list(persons), "kinds": _KINDS}, binary=True
        )
        told = _by_person(await rows.fetchall())
    listed = await assets_of(connection, told)
    return {person: [*told.get(person, ()), *listed.get(person, ())] for person in persons}


class Whole(NamedTuple):
    """What is counted of one person."""

    words: list[Word]
    earlier: list[Word]
    """Kept versions of what names who answers for the care."""


async def some_of_all(connection: Connection, after: bytes, most: int) -> dict[bytes, Whole]:
    """The next `most` persons after an id, whatever is told of them: what is counted over a partnership."""
    async with snapshot(connection):
        rows = await connection.execute(SQL["anybody_after"], {"after": after, "most": most}, binary=True)
        persons = [person for (person,) in await rows.fetchall()]
        given = {"persons": persons, "kinds": _COUNTED}
        told = _by_person(await (await connection.execute(SQL["told_of"], given, binary=True)).fetchall())
        given = {"persons": persons, "kinds": _NAMING}
        earlier = _by_person(
            await (await connection.execute(SQL["earlier_of"], given, binary=True)).fetchall()
        )
    return {person: Whole(told.get(person, []), earlier.get(person, [])) for person in persons}


async def read_tellings(connection: Connection) -> dict[str, tuple[int, int]]:
    """By kind, how many things are told as entries, and how many entries these are. It takes as long as all is."""
    rows = await connection.execute(SQL["tellings"])
    return {kind: (told, entries) for kind, told, entries in await rows.fetchall()}


def _by_person(rows: Sequence[Any]) -> dict[bytes, list[Word]]:
    told: defaultdict[bytes, list[Word]] = defaultdict(list)
    for person, thing, entry, record, sender, content, *ranked in rows:
        rank = Rank(*ranked)
        resource = as_served(content, rank)
        if resource["resourceType"] not in _LEAVE_OUT:
            told[person].append(Word(thing, entry, record, sender, resource, rank.instant))
    return told


async def everybody(connection: Connection, at_once: int = 200) -> AsyncIterator[tuple[bytes, list[Word]]]:
    """Each person with referrals, with no more than `at_once` of them in memory.

    Those that are read together are as of one moment; all are, where nothing is applied meanwhile.
    """
    after = b""
    while told := await some(connection, after, at_once):
        for person, words in told.items():
            yield person, words
        after = max(told)
