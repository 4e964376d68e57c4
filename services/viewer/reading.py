"""A person's care record as it is read: the entries, who tells of each, and who the person is."""

import re
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Any, NamedTuple

from services.domain.identity.demographics import (
    Demographics,
    display_name,
    from_json,
    is_valid,
    join,
    without_whereabouts,
)
from services.domain.record.continuity.named_claims import KINDS as NAMING
from services.domain.record.details import details
from services.domain.record.duplicates.doubts import Seen, is_doubtful
from services.domain.record.duplicates.rulings import why
from services.domain.record.kinds import CONTEXT, kind_of
from services.domain.record.survivorship import Survivors, survivors
from services.domain.record.taking_part import is_met
from services.domain.record.telling import WITHDRAWN, Telling, is_withdrawn, tell
from services.domain.record.version import Rank, as_served
from services.domain.record.word import Word
from services.platform.postgres import Asked, Connection, snapshot, together
from services.platform.queries import load_queries
from services.viewer.moments import plain_day

SQL = load_queries(__package__)

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One system's view of the person."""

    id: bytes
    sender: str
    facts: Demographics


@dataclass(frozen=True)
class Source:
    """One system's current word on an entry, or on a thing that is only context."""

    source_record: bytes
    sender: str
    resource_key: bytes
    kind: str
    resource: dict[str, Any]
    instant: int
    versions: int

    @cached_property
    def telling(self) -> Telling:
        """What it says, in words."""
        return tell(self.resource, self.instant)


@dataclass(frozen=True, slots=True)
class Alike:
    """An entry that may be the same as another, for a person to judge."""

    other: bytes
    """The other's key."""
    rule: str
    """Of domain/record/duplicates/rules.py."""
    reason: str


@dataclass(frozen=True)
class Entry:
    """One real-world thing, and every system that tells of it, the latest word first."""

    key: bytes
    kind: str
    occurred: int
    sources: list[Source]
    because: list[str]
    """By which rules, or whose rulings, what is told several times is one."""
    alike: list[Alike]

    @cached_property
    def standing(self) -> Source:
        """The latest word of those who have not taken it back; of all, where all have."""
        stands = (source for source in self.sources if not is_withdrawn(source.resource))
        return next(stands, self.sources[0])

    @cached_property
    def survivors(self) -> Survivors:
        """Which value of each field shows, and whose it is."""
        return survivors(
            Word(one.resource_key, self.key, one.source_record, one.sender, one.resource, one.instant)
            for one in self.sources
        )

    @cached_property
    def telling(self) -> Telling:
        """What is told of it as a whole: what survives of each field, with the details of the latest word."""
        if len(self.sources) == 1:
            return self.sources[0].telling
        found, latest = self.survivors, self.standing.resource
        detail = details(latest, [found.who.value] if is_met(latest) and found.who.value else None)
        return Telling(found.when.value, found.title.value, found.status.value, detail)

    @property
    def withdrawn(self) -> bool:
        """Whether every system that told of it has taken it back."""
        return all(source.telling.status == WITHDRAWN for source in self.sources)


@dataclass(frozen=True)
class Known:
    """Who a person is, and which systems know them."""

    person: bytes
    source_records: list[SourceRecord]
    facts: Demographics

    @property
    def name(self) -> str:
        """The person's name as people read it."""
        return display_name(self.facts)

    @property
    def nhs_numbers(self) -> list[str]:
        """Every NHS number that some system tells, valid or not."""
        told = (
            one.facts["nhs_numbers"].value.split()
            for one in self.source_records
            if "nhs_numbers" in one.facts
        )
        return sorted({number for numbers in told for number in numbers})

    def sender_of(self, source_record: bytes) -> str:
        """The organisation of one of the systems that know them."""
        return next(one.sender for one in self.source_records if one.id == source_record)

    def told_by(self, source_records: Set[bytes]) -> "Known":
        """Who the person is by these alone."""
        told = [one for one in self.source_records if one.id in source_records]
        return Known(self.person, told, reduce(join, (one.facts for one in told), {}))

    def without_whereabouts(self) -> "Known":
        """Who the person is, and not where."""
        told = [replace(one, facts=without_whereabouts(one.facts)) for one in self.source_records]
        return Known(self.person, told, without_whereabouts(self.facts))


@dataclass(frozen=True)
class CareRecord(Known):
    """What is known of one person: all of it, unless it says otherwise who made it."""

    entries: list[Entry]
    """Newest first."""
    context: list[Source]
    """What is kept and is no entry of its own: headers, practitioners, places."""
    earlier: list[Word]
    """Every kept version of what names who answers for the care: who did before is told in no other."""

    @cached_property
    def words(self) -> list[Word]:
        """What every system currently says, as referrals, continuity and measures are read from it."""
        told = [(entry.key, source) for entry in self.entries for source in entry.sources]
        told += [(source.resource_key, source) for source in self.context]
        return [
            Word(one.resource_key, key, one.source_record, one.sender, one.resource, one.instant)
            for key, one in told
        ]

    @cached_property
    def _by_key(self) -> dict[bytes, Entry]:
        return {entry.key: entry for entry in self.entries}

    def entry(self, key: bytes) -> Entry:
        """The entry with this key.

        Raises:
            KeyError: it has none.
        """
        return self._by_key[key]


class Told(NamedTuple):
    """One system's current word, and the entry that it is on."""

    entry_key: bytes
    occurred: int
    source: Source


async def find_persons(connection: Connection, asked: str) -> list[bytes]:
    """The persons whose id, or whose source record's id, or whose valid NHS number is `asked`."""
    if (id_ := asked_id(asked)) is not None:
        rows = await connection.execute(SQL["persons_by_id"], {"id": id_}, binary=True)
    else:
        text = asked.strip().lower()
        number = re.sub(r"[\s-]", "", text)
        if not is_valid(number):
            return []
        rows = await connection.execute(SQL["persons_by_number"], {"number": number}, binary=True)
    return [person for (person,) in await rows.fetchall()]


def asked_id(asked: str) -> bytes | None:
    """The id that `asked` is; None where it is none."""
    text = asked.strip().lower()
    return bytes.fromhex(text) if _ID.fullmatch(text) else None


async def list_persons(connection: Connection, most: int | None) -> list[tuple[bytes, str, int]]:
    """The first `most` persons, or all, in id order: id, name, and how many systems know them."""
    return [(one.person, one.name, len(one.source_records)) for one in await list_known(connection, most)]


async def list_known(connection: Connection, most: int | None) -> list[Known]:
    """Who the first `most` persons are, or all, in id order."""
    return known_of(await fetch(connection, "persons", most=most))


async def read_known(connection: Connection, person: bytes) -> Known:
    """Who the person is."""
    (known,) = await read_all_known(connection, [person])
    return known


async def read_all_known(connection: Connection, persons: Sequence[bytes]) -> list[Known]:
    """Who each of these persons is."""
    return known_of(await fetch(connection, "source_records", persons=list(persons)))


def known_of(rows: Sequence[Any]) -> list[Known]:
    """Who each is of whom there are rows: person, source record, sender and facts."""
    records: dict[bytes, list[SourceRecord]] = {}
    for person, id_, sender, facts in rows:
        records.setdefault(person, []).append(SourceRecord(id_, sender, from_json(facts)))
    return [
        Known(person, told, reduce(join, (one.facts for one in told), {})) for person, told in records.items()
    ]


async def read_record(connection: Connection, person: bytes) -> CareRecord:
    """The person's whole record as of one moment. It takes as long as the record is."""
    async with snapshot(connection):
        known = await read_known(connection, person)
        rows = await fetch(connection, "entries", person=person)
        duplicates = await fetch(connection, "duplicates", person=person)
        ruled = await fetch(connection, "ruled_one", person=person)
        earlier = await read_earlier(connection, person)
    return assemble(known, read_told(rows, known), earlier, duplicates, ruled)


async def read_earlier(connection: Connection, person: bytes, most: int | None = None) -> list[Word]:
    """Every kept version, or the latest `most` of each thing, of what names who answers for the care."""
    (rows,) = await together(connection, ask_earlier(person, most))
    return earlier_of(rows)


def ask_earlier(person: bytes, most: int | None = None) -> Asked:
    """Asks for the rows that `earlier_of` reads."""
    return ask("earlier", person=person, kinds=[kind_of(name) for name in NAMING], most=most)


def assemble(
    known: Known,
    told: Sequence[Told],
    earlier: list[Word],
    duplicates: Sequence[Any] = (),
    ruled: Sequence[Any] = (),
) -> CareRecord:
    """The record in what is told, with rows of the queries `duplicates` and `ruled_one`."""
    return CareRecord(
        known.person,
        known.source_records,
        known.facts,
        entries=fold([one for one in told if one.source.kind != CONTEXT], duplicates, ruled),
        context=[one.source for one in told if one.source.kind == CONTEXT],
        earlier=earlier,
    )


async def fetch(connection: Connection, query: str, **given: Any) -> list[Any]:
    """The rows of a named query, read in binary."""
    return await (await connection.execute(SQL[query], given, binary=True)).fetchall()


def ask(query: str, **given: Any) -> Asked:
    """A named query, to be asked together with others."""
    return Asked(SQL[query], given)


def ask_known(persons: Sequence[bytes]) -> Asked:
    """Asks for the rows that `known_of` reads."""
    return ask("source_records", persons=list(persons))


def read_told(rows: Sequence[Any], known: Known) -> list[Told]:
    """What rows of the query `entries` or `entries_of` tell."""
    senders = {one.id: one.sender for one in known.source_records}
    found = []
    for record, resource_key, entry_key, kind, occurred, content, versions, *ranked in rows:
        rank = Rank(*ranked)
        resource = as_served(content, rank)
        source = Source(record, senders[record], resource_key, kind, resource, rank.instant, versions)
        found.append(Told(entry_key, occurred, source))
    return found


def earlier_of(rows: Sequence[Any]) -> list[Word]:
    """Kept versions, as rows of the query `earlier` tell of them."""
    found = []
    for resource_key, entry_key, record, sender, content, *ranked in rows:
        rank = Rank(*ranked)
        resource = as_served(content, rank)
        found.append(Word(resource_key, entry_key, record, sender, resource, rank.instant))
    return found


def fold(told: Sequence[Told], duplicates: Sequence[Any], ruled: Sequence[Any] = ()) -> list[Entry]:
    """One entry for each key, newest first; it happened when the highest-ranked word on it says."""
    groups: dict[bytes, list[tuple[int, Source]]] = {}
    for key, occurred, source in told:
        groups.setdefault(key, []).append((occurred, source))
    because: defaultdict[bytes, set[str]] = defaultdict(set)
    alike: defaultdict[bytes, dict[bytes, str]] = defaultdict(dict)
    for one, other, rule in duplicates:
        if one == other:
            because[one].add(rule)
        elif is_doubtful(_seen(groups[one]), _seen(groups[other])):
            alike[one][other] = alike[other][one] = rule
    by_stewards: defaultdict[bytes, list[str]] = defaultdict(list)
    for key, instant, by in ruled:
        by_stewards[key].append(f"Ruled to be one by {by} on {plain_day(instant)}")
    entries = []
    for key, group in groups.items():
        if len(group) > 1:
            group.sort(key=lambda one: (-one[1].instant, one[1].resource_key))
        kinds = [source.resource["resourceType"] for _, source in group]
        entries.append(
            Entry(
                key=key,
                kind=group[0][1].kind,
                occurred=group[0][0],
                sources=[source for _, source in group],
                because=[
                    *(why(kinds, rule) for rule in sorted(because.get(key, ()))),
                    *by_stewards.get(key, ()),
                ],
                alike=[
                    Alike(other, rule, why(kinds, rule)) for other, rule in sorted(alike.get(key, {}).items())
                ],
            )
        )
    return sorted(entries, key=lambda entry: (-entry.occurred, entry.key))


def _seen(group: list[tuple[int, Source]]) -> Seen:
    sources = [source for _, source in group]
    return Seen({one.sender for one in sources}, all(is_withdrawn(one.resource) for one in sources))
