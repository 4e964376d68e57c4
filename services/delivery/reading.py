"""A page of outcomes in full: each message is read again, and held against the record as of one moment."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.fhir.reread import reread
from schemas.outcome import MessageRef, Outcome, OutcomePage
from services.delivery.deviations import Claims, claims, deviations, version_arrays
from services.delivery.events import Event, Position, events_after, fetch, latest_events, read_since
from services.delivery.outcomes import Described, describe, outcome
from services.delivery.standing import Found, Standing, standing
from services.domain.message import read_message
from services.domain.record.version import CORRECTION, OWN, Rank, Version
from services.platform.postgres import Connection, snapshot

MOST_OUTCOMES = 500
"""The largest page."""

_MOST_BYTES = 16 * 1024 * 1024
"""Bytes of message bodies read for one page (a message has at most 8 MB); a page that would need more ends."""


@dataclass(frozen=True, slots=True)
class _Read:
    """An accepted message, read again."""

    claims: Claims
    header: Version | None
    said: list[Version]
    applied: bool


async def outcomes_since(
    connection: Connection, sender: str, since: Position | datetime, most: int
) -> OutcomePage:
    """The first `most` outcomes of the sender's messages after a position, or from a moment on.

    The page ends early where its messages are large; `complete` says whether it has all there were.
    """
    async with snapshot(connection):
        events = await events_after(connection, sender, since, most + 1)
        told = await _in_full(connection, sender, events[:most])
    start = since.cursor if isinstance(since, Position) else since.isoformat().replace("+00:00", "Z")
    return OutcomePage(
        outcomes=told,
        next=told[-1].event_id if told else start,
        complete=len(told) == len(events),
    )


async def all_outcomes(
    connection: Connection, sender: str | None, since: Position | datetime
) -> list[Outcome]:
    """Every outcome of one sender, or of all, after a position or from a moment on."""
    senders = [sender] if sender is not None else [row[0] for row in await fetch(connection, "senders")]
    told: list[Outcome] = []
    for one in senders:
        place, complete = since, False
        while not complete:
            page = await outcomes_since(connection, one, place, MOST_OUTCOMES)
            told += page.outcomes
            place, complete = read_since(page.next or ""), page.complete
    return sorted(told, key=lambda outcome: outcome.event_id)


async def outcomes_of(connection: Connection, sender: str, id_: str) -> OutcomePage:
    """What became of the sender's messages with this key (hexadecimal), or with this id of the sender's own."""
    async with snapshot(connection):
        events = await latest_events(connection, sender, id_, MOST_OUTCOMES + 1)
        told = await _in_full(connection, sender, events[:MOST_OUTCOMES])
    return OutcomePage(outcomes=told, next=None, complete=len(told) == len(events))


async def _in_full(connection: Connection, sender: str, events: Sequence[Event]) -> list[Outcome]:
    described = await describe(connection, [event.message_key for event in events])
    events = _readable(events, described)
    accepted = {event.message_key for event in events if described[event.message_key].accepted}
    rows = await fetch(connection, "bodies", keys=list(accepted))
    read = await asyncio.to_thread(lambda: {row[0]: _read(*row[1:]) for row in rows})
    stands = await _standings(connection, read)
    deviate = await deviations(connection, sender, {key: one.claims for key, one in read.items()})
    named = {key for one in stands.values() for key in (*one.superseded_by, one.duplicate_of) if key}
    rows = await fetch(connection, "sender_ids", keys=list(named), sender=sender) if named else []
    refs = {key: MessageRef(message_key=key.hex(), sender_id=sender_id) for key, sender_id in rows}
    told = []
    for event in events:
        key = event.message_key
        one = outcome(event, described[key])
        known = {note.name for note in one.deviations}
        more = [note for note in deviate.get(key, []) if note.name not in known]
        one = one.model_copy(update={"deviations": one.deviations + more})
        told.append(_with_standing(one, stands[key], refs) if key in stands else one)
    return told


def _readable(events: Sequence[Event], described: Mapping[bytes, Described]) -> Sequence[Event]:
    """The events from the first on whose messages can be read at once; at least one."""
    seen: set[bytes] = set()
    size = 0
    for number, event in enumerate(events):
        if event.message_key not in seen:
            seen.add(event.message_key)
            size += described[event.message_key].size
        if number and size > _MOST_BYTES:
            return events[:number]
    return events


def _read(source_record: bytes, sent: int, is_own: bool, applied: bool, body: bytes) -> _Read:
    bundle = reread(body)
    versions = read_message(bundle, source_record, sent, OWN if is_own else CORRECTION).versions
    has_header = bundle["entry"][0]["resource"]["resourceType"] == "MessageHeader"
    header, said = (versions[0], versions[1:]) if has_header and versions else (None, versions)
    return _Read(claims(bundle, versions), header, said, applied)


async def _standings(connection: Connection, read: Mapping[bytes, _Read]) -> dict[bytes, Standing]:
    asked = {
        (version.resource_key, version.rank): version
        for one in read.values()
        if one.applied
        for version in one.said
    }
    rows = await fetch(connection, "standings", **version_arrays(list(asked.values()))) if asked else []
    places = list(asked)
    found = {places[place - 1]: Found(first, Rank(*head), now) for place, first, *head, now in rows}
    stands = {key: standing(key, one.header, one.said, found) for key, one in read.items() if one.applied}
    return {key: one for key, one in stands.items() if one is not None}


def _with_standing(told: Outcome, stands: Standing, refs: Mapping[bytes, MessageRef]) -> Outcome:
    """The outcome with how its message stands; a duplicate delivery stays one of the message itself."""
    duplicate_of = told.duplicate_of
    if duplicate_of is None and stands.duplicate_of is not None:
        duplicate_of = refs.get(stands.duplicate_of)
    return told.model_copy(
        update={
            "shown": stands.shown,
            "superseded": stands.superseded,
            "kept": stands.kept,
            "superseded_by": [refs[key] for key in stands.superseded_by if key in refs],
            "duplicate_of": duplicate_of,
        }
    )
