"""Rows in and out of the record schema, a query for a batch and never one for a row."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from services.domain.identity.decision import Decision
from services.domain.identity.demographics import Demographics, from_json, to_json
from services.domain.identity.rulings import Pair
from services.domain.record import digest
from services.domain.record.directory import Listing
from services.domain.record.gist import Gist, gist_of
from services.domain.record.version import Rank, Version
from services.domain.record.word import Word
from services.platform.postgres import Connection
from services.platform.queries import load_queries

SQL = load_queries(__package__)


@dataclass(slots=True)
class SourceRecord:
    """A locked source record, as the batch changes it."""

    id: bytes
    person: bytes | None
    profile: bytes | None
    """As profiles.to_row has it; None until its first message is applied."""
    pending: bool
    """Whether keys of another profile than this one may be visible."""
    stored: str
    """Its facts as they are stored; read into `facts` where messages of the batch tell more."""
    facts: Demographics
    sum: int


@dataclass(frozen=True, slots=True)
class Head:
    """The current version of a resource, as the entry table has it."""

    source_record: bytes
    entry_key: bytes
    kind: str
    facet: bytes
    rank: Rank


async def fetch(connection: Connection, query: str, **given: Any) -> list[Any]:
    """The rows of a named query, read in binary."""
    return await (await connection.execute(SQL[query], given, binary=True)).fetchall()


async def lock_source_records(connection: Connection, ids: Sequence[bytes]) -> dict[bytes, SourceRecord]:
    """Lock these source records in id order, so that two batches never wait for each other in a ring."""
    rows = await fetch(connection, "lock_source_records", ids=ids)
    return {
        id_: SourceRecord(id_, person, profile, pending, facts, {}, digest.from_bytes(total) if total else 0)
        for id_, person, profile, pending, facts, total in rows
    }


def read_facts(stored: str) -> Demographics:
    """The facts in a row."""
    return from_json(orjson.loads(stored))


async def keep_versions(
    connection: Connection, versions: Sequence[tuple[bytes, bytes, bytes, Version]]
) -> set[tuple[bytes, Rank, bytes]]:
    """Keep (source record, sent_by, message key, version) rows, and say which (resource, rank, sent_by) are new."""
    rows = await fetch(
        connection,
        "keep_versions",
        resource_keys=[one.resource_key for *_, one in versions],
        instants=[one.rank.instant for *_, one in versions],
        version_ids=[one.rank.version_id for *_, one in versions],
        own=[one.rank.own for *_, one in versions],
        content_hashes=[one.rank.content_hash for *_, one in versions],
        sent_by=[sent_by for _, sent_by, _, _ in versions],
        source_records=[source_record for source_record, *_ in versions],
        message_keys=[key for _, _, key, _ in versions],
        contents=[one.content for *_, one in versions],
    )
    return {(key, Rank(*rank), sent_by) for key, sent_by, *rank in rows}


async def read_heads(connection: Connection, keys: Iterable[bytes]) -> dict[bytes, Head]:
    """What the entry table has for these resources."""
    rows = await fetch(connection, "entries", keys=list(keys))
    return {
        key: Head(source_record, entry_key, kind, facet, Rank(*rank))
        for key, source_record, entry_key, kind, facet, *rank in rows
    }


async def write_heads(
    connection: Connection, heads: Mapping[bytes, tuple[bytes, Version]], entry_keys: Mapping[bytes, bytes]
) -> None:
    """Make these versions, by resource key with their source record, the current ones; each is in the entry given."""
    versions = [version for _, version in heads.values()]
    gists = await asyncio.to_thread(_gists, heads, entry_keys)
    await fetch_nothing(
        connection,
        "write_entries",
        resource_keys=list(heads),
        source_records=[source_record for source_record, _ in heads.values()],
        entry_keys=[entry_keys[key] for key in heads],
        kinds=[one.kind for one in versions],
        facets=[one.facet for one in versions],
        occurred=[one.occurred for one in versions],
        lasting=[one.lasting for one in gists],
        measures=[one.measure for one in gists],
        labels=[one.label for one in gists],
        traces=[one.trace for one in gists],
        instants=[one.rank.instant for one in versions],
        version_ids=[one.rank.version_id for one in versions],
        own=[one.rank.own for one in versions],
        content_hashes=[one.rank.content_hash for one in versions],
    )


def _gists(heads: Mapping[bytes, tuple[bytes, Version]], entry_keys: Mapping[bytes, bytes]) -> list[Gist]:
    return [
        gist_of(Word(key, entry_keys[key], source_record, "", orjson.loads(one.content), one.rank.instant))
        for key, (source_record, one) in heads.items()
    ]


async def write_source_records(connection: Connection, records: Sequence[SourceRecord]) -> None:
    """Write back what the batch changed of these source records; none of them is pending any more."""
    await fetch_nothing(
        connection,
        "write_source_records",
        ids=[one.id for one in records],
        persons=[one.person for one in records],
        demographics=[orjson.dumps(to_json(one.facts)).decode() for one in records],
        sums=[digest.to_bytes(one.sum) for one in records],
        profiles=[one.profile for one in records],
    )


async def write_sums(connection: Connection, records: Sequence[SourceRecord]) -> None:
    """Write back the running sums of these source records."""
    await fetch_nothing(
        connection,
        "write_sums",
        ids=[one.id for one in records],
        sums=[digest.to_bytes(one.sum) for one in records],
    )


async def write_persons(connection: Connection, records: Sequence[SourceRecord]) -> None:
    """Write back which person each of these source records belongs to."""
    await fetch_nothing(
        connection,
        "write_persons",
        ids=[one.id for one in records],
        persons=[one.person for one in records],
    )


async def replace_links(
    connection: Connection, ids: Sequence[bytes], decided: Mapping[Pair, Decision]
) -> None:
    """Put these in the place of all links that these source records had."""
    await fetch_nothing(connection, "drop_links", ids=ids)
    if decided:
        await fetch_nothing(
            connection,
            "write_links",
            ones=[one for one, _ in decided],
            others=[other for _, other in decided],
            grades=[decision.grade.value for decision in decided.values()],
            rules=[decision.rule.value for decision in decided.values()],
            weights=[decision.weight for decision in decided.values()],
        )


async def fetch_nothing(connection: Connection, query: str, **given: Any) -> None:
    """Run a named query that returns no rows."""
    await connection.execute(SQL[query], given)


async def write_assets(connection: Connection, told: Mapping[bytes, tuple[bytes, str, Listing]]) -> None:
    """Write the services that messages list: of each that one is kept which ranks highest, here or there already."""
    best: dict[bytes, tuple[bytes, str, Listing]] = {}
    for one in told.values():
        listing = one[2]
        if listing.key not in best or best[listing.key][2].rank < listing.rank:
            best[listing.key] = one
    if not best:
        return
    ranks = [listing.rank for _, _, listing in best.values()]
    await fetch_nothing(
        connection,
        "write_assets",
        keys=list(best),
        source_records=[source_record for source_record, _, _ in best.values()],
        senders=[sender for _, sender, _ in best.values()],
        instants=[rank.instant for rank in ranks],
        version_ids=[rank.version_id for rank in ranks],
        owns=[rank.own for rank in ranks],
        hashes=[rank.content_hash for rank in ranks],
        contents=[listing.content for _, _, listing in best.values()],
        names=[orjson.dumps(listing.names).decode() for _, _, listing in best.values()],
    )
