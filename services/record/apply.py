"""The transaction: messages become versions, entries and links, all or nothing.

Concurrency, under READ COMMITTED: a short transaction first makes the source records and their blocking
tokens visible; then every source record of the touched components is locked in id order and the components
are read again. If they grew, somebody else has just told of the same person: roll back and start over.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.fhir.message import reread
from services.domain.identity.clustering import cluster, member
from services.domain.identity.demographics import valid_nhs_numbers
from services.domain.message import CareMessage, read_message
from services.domain.record.version import CORRECTION, OWN
from services.platform.postgres import Connection
from services.record import store
from services.record.assemble import assemble
from services.record.store import SourceRecord, fetch, fetch_nothing


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


class _ComponentGrew(Exception):
    """Another worker made a source record of one of these people visible while the locks were taken."""


async def apply(connection: Connection, keys: Sequence[bytes]) -> list[float]:
    """Put the messages with these keys into the record; those already there change nothing.

    Returns the age in seconds, from accepted to visible, of each message applied.

    Raises:
        one of postgres.TRANSIENT: nothing was applied, or all of it was and a second try changes nothing.
    """
    rows = await fetch(connection, "read_messages", keys=list(set(keys)))
    queued = {row[0]: Queued(*row) for row in rows}
    if not queued:
        return []
    messages = await asyncio.to_thread(lambda: {key: one.read(one.sent) for key, one in queued.items()})
    await _make_visible(connection, queued, messages)
    while True:
        try:
            async with connection.transaction():
                return await _apply_locked(connection, queued, messages)
        except _ComponentGrew:
            continue


async def _make_visible(
    connection: Connection, queued: dict[bytes, Queued], messages: dict[bytes, CareMessage]
) -> None:
    senders = {one.source_record: one.sender for one in queued.values()}
    tokens = {
        (number, message.source_record)
        for message in messages.values()
        for number in valid_nhs_numbers(message.demographics)
    }
    async with connection.transaction():
        await fetch_nothing(
            connection, "ensure_source_records", ids=list(senders), senders=list(senders.values())
        )
        await fetch_nothing(
            connection,
            "ensure_blocking",
            tokens=[token for token, _ in tokens],
            ids=[id_ for _, id_ in tokens],
        )


async def _apply_locked(
    connection: Connection, queued: dict[bytes, Queued], messages: dict[bytes, CareMessage]
) -> list[float]:
    held = [key for (key,) in await fetch(connection, "lock_outbox", keys=list(queued))]
    locked = await fetch(connection, "read_sent", keys=held)
    told: dict[bytes, CareMessage] = {}
    for key, sent, _ in locked:
        told[key] = messages[key] if sent == queued[key].sent else queued[key].read(sent)
    if not told:
        return []
    records = await _lock_components(connection, {one.source_record for one in told.values()})
    await assemble(connection, told, records)
    touched = {one.source_record for one in told.values()}
    known = [one for one in records.values() if one.person or one.id in touched]
    persons = cluster(member(one.id, one.facts) for one in known)
    changed = [one for one in records.values() if one.id in touched or one.person != persons.get(one.id)]
    for one in changed:
        one.person = persons.get(one.id)
    await store.write_source_records(connection, changed)
    await fetch_nothing(connection, "leave_outbox", keys=list(told))
    now = time.time()
    return [max(0.0, now - accepted_at) for _, _, accepted_at in locked]


async def _lock_components(connection: Connection, touched: set[bytes]) -> dict[bytes, SourceRecord]:
    members = {id_ for (id_,) in await fetch(connection, "component", ids=list(touched))}
    records = await store.lock_source_records(connection, sorted(members))
    again = {id_ for (id_,) in await fetch(connection, "component", ids=list(touched))}
    if again - members:
        raise _ComponentGrew
    return records
