"""What a batch of messages changes under the lock: versions kept, the current ones, facts and running sums."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson

from services.domain.identity.demographics import Demographics, join, read_demographics
from services.domain.message import CareMessage
from services.domain.record import digest
from services.domain.record.business_identity import resource_key
from services.domain.record.duplicates.facet import facet_row
from services.domain.record.kinds import entry_kind, occurred
from services.domain.record.version import Rank, Version, head_element, version_element
from services.platform.postgres import Connection
from services.record import store
from services.record.store import Head, SourceRecord, fetch


class Placed(NamedTuple):
    """A version with the source record and the message that told it."""

    source_record: bytes
    sent_by: bytes
    """The message's key where its `sent` is the version's instant, else empty."""
    message_key: bytes
    version: Version


class Refaceted(NamedTuple):
    """A thing that is seen from another side than before, or for the first time."""

    source_record: bytes
    facet: bytes


class ToldAnew(NamedTuple):
    """What is to be held against what other systems tell of the same persons, by resource key."""

    refaceted: dict[bytes, Refaceted]
    first: set[bytes]
    """Things that nobody had told of, whether a rule compares them or not: a ruling may have waited for one."""


class Sums:
    """What joins and leaves the set hash of each source record."""

    def __init__(self) -> None:
        self.come: defaultdict[bytes, list[int]] = defaultdict(list)
        self.gone: defaultdict[bytes, list[int]] = defaultdict(list)

    def settle(self, records: Mapping[bytes, SourceRecord]) -> set[bytes]:
        """Bring the sums of `records` up to date; says which changed."""
        changed = self.come.keys() | self.gone.keys()
        for id_ in changed:
            records[id_].sum = digest.add(records[id_].sum, self.come[id_], self.gone[id_])
        return changed


async def assemble(
    connection: Connection, told: Mapping[bytes, CareMessage], records: Mapping[bytes, SourceRecord]
) -> ToldAnew:
    """Keep what the messages tell of these locked source records, and update `records` to match."""
    sums = Sums()
    placed = _place(told)
    dropped = await _drop_by_sent(connection, placed.values(), sums)
    kept = await store.keep_versions(connection, list(placed.values()))
    new = [placed[place] for place in kept]
    for one in new:
        sums.come[one.source_record].append(one.version.element(one.source_record))
    told_anew = await _make_current(connection, new, dropped, sums)
    await _gather_facts(connection, told.values(), records, dropped)
    sums.settle(records)
    return told_anew


def _place(told: Mapping[bytes, CareMessage]) -> dict[tuple[bytes, Rank, bytes], Placed]:
    """Each version once: what several messages tell alike is a duplicate version."""
    placed: dict[tuple[bytes, Rank, bytes], Placed] = {}
    for key, message in sorted(told.items()):
        for version in message.versions:
            one = Placed(message.source_record, key if version.ranked_by_sent else b"", key, version)
            placed.setdefault((version.resource_key, version.rank, one.sent_by), one)
    return placed


async def _drop_by_sent(connection: Connection, placed: Iterable[Placed], sums: Sums) -> set[bytes]:
    """Take away what these messages told under a later `sent`; says which resources that touches."""
    by_sent = {one.sent_by for one in placed if one.sent_by}
    if not by_sent:
        return set()
    dropped = await fetch(connection, "drop_versions_by_sent", keys=list(by_sent))
    for key, source_record, *rank in dropped:
        sums.gone[source_record].append(version_element(source_record, key, Rank(*rank)))
    return {row[0] for row in dropped}


async def _make_current(
    connection: Connection, new: list[Placed], dropped: set[bytes], sums: Sums
) -> ToldAnew:
    """Point each touched resource at its highest-ranked version. It stays in the entry in which it was."""
    best: dict[bytes, tuple[bytes, Version]] = {}
    for source_record, _, _, version in new:
        key = version.resource_key
        if key not in dropped and (key not in best or best[key][1].rank < version.rank):
            best[key] = source_record, version
    if dropped:
        for row in await fetch(connection, "current_versions", keys=list(dropped)):
            best[row[0]] = _restored(*row)
    heads = await store.read_heads(connection, best)
    moved = {
        key: one
        for key, one in best.items()
        if key in dropped or key not in heads or heads[key].rank < one[1].rank
    }
    entry_keys = {key: heads[key].entry_key if key in heads else key for key in moved}
    refaceted: dict[bytes, Refaceted] = {}
    for key, (source_record, version) in moved.items():
        old = heads.get(key)
        if old:
            sums.gone[source_record].append(_element(key, old))
        head = Head(source_record, entry_keys[key], version.kind, version.facet, version.rank)
        sums.come[source_record].append(_element(key, head))
        if version.facet != (old.facet if old else b""):
            refaceted[key] = Refaceted(source_record, version.facet)
    if moved:
        await store.write_heads(connection, moved, entry_keys)
    return ToldAnew(refaceted, moved.keys() - heads.keys())


async def _gather_facts(
    connection: Connection,
    told: Iterable[CareMessage],
    records: Mapping[bytes, SourceRecord],
    dropped: set[bytes],
) -> None:
    """Join what the messages say of who the person is; where a version lost its rank, gather all anew."""
    afresh: dict[bytes, bytes] = {}
    for message in told:
        patient = resource_key(message.source_record, ("Patient",))
        if patient in dropped:
            afresh[patient] = message.source_record
        else:
            record = records[message.source_record]
            record.facts = join(record.facts, message.demographics)
    if not afresh:
        return
    gathered: defaultdict[bytes, Demographics] = defaultdict(dict)
    for source_record, content, *rank in await fetch(connection, "patient_versions", keys=list(afresh)):
        facts = read_demographics(orjson.loads(content), Rank(*rank))
        gathered[source_record] = join(gathered[source_record], facts)
    for id_, facts in gathered.items():
        records[id_].facts = facts


def _restored(key: bytes, source_record: bytes, content: bytes, *ranked: Any) -> tuple[bytes, Version]:
    rank = Rank(*ranked)
    resource = orjson.loads(content)
    when = occurred(resource, rank.instant)
    version = Version(
        resource_key=key,
        kind=entry_kind(resource),
        occurred=when,
        facet=facet_row(resource, when),
        rank=rank,
        content=content,
        ranked_by_sent=False,
    )
    return source_record, version


def _element(key: bytes, head: Head) -> int:
    return head_element(head.source_record, key, head.entry_key, head.kind, head.rank.content_hash)
