"""The transaction: messages become versions, entries, links and persons, all or nothing.

Concurrency, under READ COMMITTED. What a batch decides depends on records that other workers may be changing, so
it goes in this order:

1. In short transactions of their own, the batch's source records and rulings become visible, and so do the
   blocking keys of each profile that it changes; that record is pending from then on.
2. Look around: who shares a key with the changed records and is linked with them, and the whole components that
   links and rulings reach from there.
3. In one transaction: lock all of that in id order and look around again. If there is more to lock than was
   locked, roll back and go back to 2.
4. Under the locks, assemble. If facts come out otherwise than was expected, roll back and go back to 1. Else
   write the profiles, the keys, the links and the persons; the records are pending no more.

Not every candidate is locked, only those that are pending or are linked or for review. That is enough: of two
workers that change t and c at once, so that the two now share a key, let t's be the one that looks first for the
last time. Had c's key been visible by then, t's worker has seen c as pending and holds its lock, or has seen what
c's worker had written already. Else c's worker looks after its own key became visible, so after t's: it sees t as
pending and waits for its lock, or sees what became of t. Either way one of them decides on both as they are in the
end, and it replaces whatever links its record had. For this to hold each must look for the last time under its
locks and while its own keys are visible and its record is pending: that is what `settle` checks.

A ruling is visible before its worker looks for the records that it names, and a record before its worker looks
for rulings: one of them finds the other. A ruling on two things names their source records for the same reason: what
they tell, and the rulings on it, is read under the locks of all source records of their persons.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from sys import maxsize
from typing import NamedTuple

from schemas.fhir.reread import reread
from services.domain.identity.demographics import Demographics
from services.domain.identity.model import Model
from services.domain.message import CareMessage, read_message
from services.domain.record.directory import Listing
from services.domain.record.duplicates.rulings import EntryRuled
from services.domain.record.version import CORRECTION, OWN
from services.platform import metrics
from services.platform.postgres import Connection
from services.record import store
from services.record.assemble import assemble
from services.record.candidates import (
    MOST_LOCKED,
    Compared,
    Near,
    Surroundings,
    SurroundingsGrew,
    TooManyLocks,
)
from services.record.duplicates import fold_duplicates
from services.record.model import load_model
from services.record.persons import Persons, decide_persons
from services.record.rebuild_guard import keep_in_place, record_of
from services.record.settle import ToldOtherwise, settle
from services.record.store import SourceRecord, fetch, fetch_nothing
from services.record.visible import Expected, ensure_told_of, make_visible


@dataclass(frozen=True, slots=True)
class Queued:
    """An accepted message as it stands in PostgreSQL."""

    key: bytes
    source_record: bytes
    sender: str
    sent: int
    is_own: bool
    """Whether its sender sent it; a correction of theirs ranks below that."""
    body: bytes

    def read(self, sent: int) -> CareMessage:
        """What the message says, ranked by this `sent` where it has no other instant."""
        own = OWN if self.is_own else CORRECTION
        return read_message(reread(self.body), self.source_record, sent, own)


class Batch(NamedTuple):
    """Messages as they were read before they are locked."""

    record: int
    """The record that they are put into, as `record_of` tells it."""
    queued: Mapping[bytes, Queued]
    messages: Mapping[bytes, CareMessage]

    @property
    def senders(self) -> dict[bytes, str]:
        """Who keeps each source record of which something is told."""
        told = (self.queued[key] for key, message in self.messages.items() if not message.is_ruling)
        return {one.source_record: one.sender for one in told}

    @property
    def ruled(self) -> set[bytes]:
        """The source records that are ruled on."""
        return {id_ for message in self.messages.values() if message.ruling for id_ in message.ruling.pair}

    @property
    def entry_rulings(self) -> list[EntryRuled]:
        """What is ruled of things that are told."""
        return [message.entry_ruling for message in self.messages.values() if message.entry_ruling]

    @property
    def concerned(self) -> set[bytes]:
        """The source records of which something is told, or of whose things something is ruled."""
        return self.senders.keys() | {id_ for ruled in self.entry_rulings for id_ in ruled.source_records}

    def halves(self) -> Iterator["Batch"]:
        """The batch in two."""
        keys = sorted(self.messages)
        for part in (keys[: len(keys) // 2], keys[len(keys) // 2 :]):
            queued = {key: self.queued[key] for key in part}
            yield Batch(self.record, queued, {key: self.messages[key] for key in part})


async def apply(connection: Connection, keys: Sequence[bytes], model: Model | None = None) -> list[float]:
    """Put the messages with these keys into the record; those already there change nothing.

    `model` is the one that all of the record is made with: the one of this version, unless another is given.
    Returns the age in seconds, from accepted to visible, of each message applied.

    Raises:
        one of postgres.TRANSIENT: nothing was applied, or all of it was and a second try changes nothing.
            Of a batch that was halved the first half may be applied.
        OtherRules: the record was rebuilt by other rules or with another model than this process has.
    """
    model = model or load_model()
    record = await record_of(connection, model)
    rows = await fetch(connection, "read_messages", keys=list(set(keys)))
    queued = {row[0]: Queued(*row) for row in rows}
    if not queued:
        return []
    messages = await asyncio.to_thread(lambda: {key: one.read(one.sent) for key, one in queued.items()})
    listed = {key: message.listing for key, message in messages.items() if message.listing}
    ages = await _list_services(connection, queued, listed, record, model) if listed else []
    told = {key: message for key, message in messages.items() if key not in listed}
    if not told:
        return ages
    return ages + await _apply_batch(
        connection, Batch(record, {key: queued[key] for key in told}, told), model
    )


async def _list_services(
    connection: Connection,
    queued: Mapping[bytes, Queued],
    listed: Mapping[bytes, Listing],
    record: int,
    model: Model,
) -> list[float]:
    """Put services into the directory. They concern nobody: no record is locked for them, and each is written alone."""
    async with connection.transaction():
        await keep_in_place(connection, record, model)
        held = [key for (key,) in await fetch(connection, "lock_outbox", keys=list(listed))]
        locked = await fetch(connection, "read_sent", keys=held)
        await store.write_assets(
            connection, {key: (queued[key].source_record, queued[key].sender, listed[key]) for key in held}
        )
        await fetch_nothing(connection, "leave_outbox", keys=held)
    now = time.time()
    return [max(0.0, now - accepted_at) for _, _, accepted_at in locked]


async def _apply_batch(connection: Connection, batch: Batch, model: Model) -> list[float]:
    await ensure_told_of(connection, batch.messages, batch.senders)
    gathered: dict[bytes, Demographics] = {}
    compared: Compared = {}
    expected: dict[bytes, Expected] | None = None
    while True:
        try:
            if expected is None:
                expected = await make_visible(connection, batch.messages, gathered, model)
            fresh = {id_: one.fresh for id_, one in expected.items() if one.fresh}
            around = Surroundings(fresh, batch.concerned, batch.ruled, model, compared)
            seen = await around.look(connection)
            async with connection.transaction():
                ages, persons = await _apply_locked(connection, batch, expected, around, seen)
        except SurroundingsGrew:
            continue
        except ToldOtherwise as found:
            gathered |= found.gathered
            expected = None
        except TooManyLocks:
            return [age for half in batch.halves() for age in await _apply_batch(connection, half, model)]
        else:
            _count(persons)
            return ages


async def _apply_locked(
    connection: Connection,
    batch: Batch,
    expected: Mapping[bytes, Expected],
    around: Surroundings,
    seen: Near,
) -> tuple[list[float], Persons]:
    await keep_in_place(connection, batch.record, around.model)
    held = [key for (key,) in await fetch(connection, "lock_outbox", keys=list(batch.queued))]
    locked = await fetch(connection, "read_sent", keys=held)
    told: dict[bytes, CareMessage] = {}
    for key, sent, _ in locked:
        queued = batch.queued[key]
        told[key] = batch.messages[key] if sent == queued.sent else queued.read(sent)
    telling = {key: message for key, message in told.items() if not message.is_ruling}
    touched = around.fresh.keys() | {message.source_record for message in telling.values()}
    most = MOST_LOCKED if len(batch.messages) > 1 else maxsize
    records, near = await around.lock(connection, touched, seen, most)
    settled = {id_: records[id_] for id_ in touched}
    for id_, one in settled.items():
        thought = expected[id_]
        one.facts = thought.before if one.stored == thought.stored else store.read_facts(one.stored)
    told_anew = await assemble(connection, telling, records)
    await settle(connection, settled, expected, around.model)
    members = {id_: records[id_] for id_ in near.members}
    persons = await decide_persons(connection, members, around.fresh, near.decided, around.model)
    moved = await _write_persons(connection, members, persons, around, near)
    rulings = [message.entry_ruling for message in told.values() if message.entry_ruling]
    ruled_on = {thing for ruled in rulings for thing in (ruled.one, ruled.other)}
    sums = await fold_duplicates(connection, told_anew, moved, ruled_on)
    await _write(connection, settled, records, sums.settle(records))
    await fetch_nothing(connection, "leave_outbox", keys=list(told))
    now = time.time()
    return [max(0.0, now - accepted_at) for _, _, accepted_at in locked], persons


async def _write_persons(
    connection: Connection,
    members: Mapping[bytes, SourceRecord],
    persons: Persons,
    around: Surroundings,
    near: Near,
) -> list[bytes]:
    """Say which source records belong to another person than before."""
    moved = [one for id_, one in members.items() if one.person != persons.of.get(id_)]
    for one in moved:
        one.person = persons.of.get(one.id)
    if around.fresh:
        await store.replace_links(connection, list(around.fresh), near.decided)
    if moved:
        await store.write_persons(connection, moved)
    return [one.id for one in moved]


async def _write(
    connection: Connection,
    settled: Mapping[bytes, SourceRecord],
    records: Mapping[bytes, SourceRecord],
    changed: Set[bytes],
) -> None:
    if others := [records[id_] for id_ in changed - settled.keys()]:
        await store.write_sums(connection, others)
    if settled:
        await store.write_source_records(connection, list(settled.values()))


def _count(persons: Persons) -> None:
    for outcome, count in persons.outcomes.items():
        metrics.MATCH_OUTCOMES.labels(outcome).inc(count)
    metrics.IDENTITY_MERGES.inc(persons.merges)
    metrics.IDENTITY_UNMERGES.inc(persons.unmerges)
