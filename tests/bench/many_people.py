"""A record that holds many people already: the rows that applying their messages would have made, copied in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from services.domain.finding.terms import terms
from services.domain.identity.clustering import Member, cluster
from services.domain.identity.decision import Decision, Grade, decide
from services.domain.identity.demographics import profile_of, read_demographics, to_json, valid_nhs_numbers
from services.domain.identity.rulings import Pair, pair
from services.domain.identity.source_record import local_identity, source_record_id
from services.domain.record.business_identity import resource_key
from services.domain.record.kinds import kind_of, occurred
from services.domain.record.version import NO_VERSION_ID, OWN, Rank, canonical
from services.record.model import load_model
from services.record.profiles import to_row, tokens
from services.workbench.synth.options import Options
from services.workbench.synth.patient import patient
from services.workbench.synth.source_records import SourceRecord, source_records
from tests.engines import PARTNERSHIP_KEY

HELD_BACK = 14
"""Of so many people one is left out, and of so many another is known to one system less: they are told of later."""

KEPT = range(2, 6)
"""Which of so many people are remembered, to be told of once more."""

_AT = 638_000_000_000_000_000
_MODEL = load_model()
_COPIES = {
    "record.source_record (id, sender, person, demographics, profile, pending)": (
        "bytea", "text", "bytea", "jsonb", "bytea", "bool",
    ),
    "record.number (number, source_record)": ("text", "bytea"),
    "record.blocking (token, source_record)": ("int8", "bytea"),
    "record.found_by (term, source_record)": ("int8", "bytea"),
    "record.link (one, other, grade, rule, weight)": ("bytea", "bytea", "text", "text", "int4"),
    "record.version (resource_key, instant, version_id, own, content_hash, sent_by, source_record, content)": (
        "bytea", "int8", "int8", "int2", "bytea", "bytea", "bytea", "bytea",
    ),
    "record.entry (resource_key, source_record, entry_key, kind, occurred, instant, version_id, own, content_hash)": (
        "bytea", "bytea", "bytea", "text", "int8", "int8", "int8", "int2", "bytea",
    ),
}  # fmt: skip
_TABLES = tuple(_COPIES)


@dataclass
class Population:
    """Source records: those that are in the record, and those that are still to be told of."""

    loaded: list[SourceRecord] = field(default_factory=list)
    unknown_people: list[SourceRecord] = field(default_factory=list)
    """Of people whom no loaded record is about."""
    known_people: list[SourceRecord] = field(default_factory=list)
    """Of people whom loaded records are about."""


def population(count: int) -> Iterator[tuple[list[SourceRecord], Population]]:
    """The source records of one person after another until `count` are to be loaded, and what is held back so far."""
    kept, loaded = Population(), 0
    for number, (_, records) in enumerate(source_records(Options(people=min(900_000, count), seed=5))):
        if number % HELD_BACK == 0:
            kept.unknown_people.append(records[0])
            continue
        if number % HELD_BACK == 1 and len(records) > 1:
            kept.known_people.append(records.pop())
        if number % HELD_BACK in KEPT:
            kept.loaded.append(records[0])
        loaded += len(records)
        yield records, kept
        if loaded >= count:
            return


def load(dsn: str, count: int) -> Population:
    """Fill an empty record with at least `count` source records, their keys, links and persons."""
    kept = Population()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("set maintenance_work_mem = '1GB'; set synchronous_commit = off")
        connection.execute("alter table record.blocking drop constraint blocking_pkey")
        connection.execute("drop index record.blocking_source_record_idx")
        buffered: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _TABLES}
        for records, so_far in population(count):
            kept = so_far
            for table, row in _rows_of_person(records):
                buffered[table].append(row)
            if len(buffered[_TABLES[0]]) >= 20_000:
                _copy(connection, buffered)
        _copy(connection, buffered)
        connection.execute("alter table record.blocking add primary key (token, source_record)")
        connection.execute("create index on record.blocking (source_record)")
        connection.execute("vacuum analyze")
    return kept


def _copy(connection: psycopg.Connection[Any], buffered: dict[str, list[tuple[Any, ...]]]) -> None:
    for table, rows in buffered.items():
        with connection.cursor().copy(f"copy {table} from stdin (format binary)".encode()) as copy:
            copy.set_types(list(_COPIES[table]))
            for row in rows:
                copy.write_row(row)
        rows.clear()


def _rows_of_person(records: list[SourceRecord]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Rows by table. Links between people are left out, for they are few; those of one person are not."""
    source_records_, numbers, blocking, found_by, link, version, entry = _TABLES
    members: list[Member] = []
    facts_of: dict[bytes, tuple[str, dict[str, list[Any]]]] = {}
    for record in records:
        resource = patient(record)
        id_ = source_record_id(PARTNERSHIP_KEY, record.organisation.ods, local_identity(resource))
        content, content_hash = canonical(resource)
        rank = Rank(_AT, NO_VERSION_ID, OWN, content_hash)
        facts = read_demographics(resource, rank)
        profile = profile_of(facts)
        members.append(Member(id_, profile))
        facts_of[id_] = record.organisation.ods, to_json(facts)
        for number in valid_nhs_numbers(facts):
            yield numbers, (number, id_)
        for token in tokens(profile, _MODEL):
            yield blocking, (token, id_)
        for term in terms(profile):
            yield found_by, (term, id_)
        key = resource_key(id_, ("Patient",))
        yield version, (key, *rank[:3], content_hash, b"", id_, content)
        yield (
            entry,
            (key, id_, key, kind_of("Patient"), occurred(resource, _AT), *rank),
        )
    decided = _decide_all(members)
    for (one, other), decision in decided.items():
        yield link, (one, other, decision.grade.value, decision.rule.value, decision.weight)
    persons = cluster(members, decided, {}, _MODEL)
    for member in members:
        sender, stored = facts_of[member.id]
        profile_row = to_row(member.profile)
        yield source_records_, (member.id, sender, persons[member.id], Jsonb(stored), profile_row, False)


def _decide_all(members: list[Member]) -> dict[Pair, Decision]:
    decided = {
        pair(one.id, other.id): decide(one.profile, other.profile, _MODEL)
        for one, other in combinations(members, 2)
    }
    return {
        both: decision
        for both, decision in decided.items()
        if decision.links or decision.grade is Grade.POSSIBLE
    }
