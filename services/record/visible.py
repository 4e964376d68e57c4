"""What must be visible to every worker before a batch decides who is who: its records, their keys, its rulings."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from services.domain.identity.demographics import Demographics, join, profile_of, valid_nhs_numbers
from services.domain.identity.model import Model
from services.domain.identity.profile import Profile
from services.domain.message import CareMessage
from services.domain.record.duplicates.rulings import EntryRuled
from services.platform.postgres import Connection
from services.record.profiles import to_row, tokens
from services.record.store import fetch, fetch_nothing, read_facts


@dataclass(frozen=True, slots=True)
class Fresh:
    """The profile that a source record gets from a batch, where it is another than it had."""

    row: bytes
    profile: Profile
    tokens: frozenset[int]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a source record comes to with a batch, as far as can be told before it is locked."""

    stored: str
    before: Demographics
    """What `stored` says."""
    facts: Demographics
    row: bytes
    """Its profile."""
    fresh: Fresh | None


async def ensure_told_of(
    connection: Connection, messages: Mapping[bytes, CareMessage], senders: Mapping[bytes, str]
) -> None:
    """Make the source records of these messages, their NHS numbers and rulings."""
    numbers = {
        (number, message.source_record)
        for message in messages.values()
        for number in valid_nhs_numbers(message.demographics)
    }
    rulings = {key: message.ruling for key, message in messages.items() if message.ruling}
    on_entries = {key: message.entry_ruling for key, message in messages.items() if message.entry_ruling}
    async with connection.transaction():
        if senders:
            await fetch_nothing(
                connection, "ensure_source_records", ids=list(senders), senders=list(senders.values())
            )
        if numbers:
            await fetch_nothing(
                connection,
                "ensure_numbers",
                numbers=[number for number, _ in numbers],
                ids=[id_ for _, id_ in numbers],
            )
        if rulings:
            await fetch_nothing(
                connection,
                "ensure_rulings",
                keys=list(rulings),
                ones=[ruled.pair[0] for ruled in rulings.values()],
                others=[ruled.pair[1] for ruled in rulings.values()],
                instants=[ruled.instant for ruled in rulings.values()],
                verdicts=[ruled.verdict.value for ruled in rulings.values()],
            )
        if on_entries:
            await _ensure_entry_rulings(connection, on_entries)


async def _ensure_entry_rulings(connection: Connection, rulings: Mapping[bytes, EntryRuled]) -> None:
    await fetch_nothing(
        connection,
        "ensure_entry_rulings",
        keys=list(rulings),
        ones=[ruled.one.resource_key for ruled in rulings.values()],
        one_records=[ruled.one.source_record for ruled in rulings.values()],
        others=[ruled.other.resource_key for ruled in rulings.values()],
        other_records=[ruled.other.source_record for ruled in rulings.values()],
        verdicts=[ruled.verdict.value for ruled in rulings.values()],
        instants=[ruled.instant for ruled in rulings.values()],
        ruled_by=[ruled.by for ruled in rulings.values()],
    )


async def make_visible(
    connection: Connection,
    messages: Mapping[bytes, CareMessage],
    gathered: Mapping[bytes, Demographics],
    model: Model,
) -> dict[bytes, Expected]:
    """Make the keys of every profile that these messages are expected to change visible, and the record pending.

    `gathered` are facts that are known to come out otherwise than the messages and what is stored say.
    """
    ids = list({message.source_record for message in messages.values() if not message.is_ruling})
    if not ids:
        return {}
    rows = await fetch(connection, "read_facts", ids=ids)

    def expect() -> dict[bytes, Expected]:
        told: dict[bytes, Demographics] = {}
        for message in messages.values():
            told[message.source_record] = join(told.get(message.source_record, {}), message.demographics)
        return {id_: _expected(stored, row, gathered.get(id_), told[id_], model) for id_, stored, row in rows}

    expected = await asyncio.to_thread(expect)
    fresh = {id_: one.fresh for id_, one in expected.items() if one.fresh}
    if fresh:
        await _make_pending(connection, fresh)
    return expected


async def _make_pending(connection: Connection, fresh: Mapping[bytes, Fresh]) -> None:
    """The row locks keep out a worker that settles the same records at this moment."""
    pairs = [(token, id_) for id_, one in fresh.items() for token in one.tokens]
    async with connection.transaction():
        await fetch_nothing(connection, "lock_ids", ids=list(fresh))
        await fetch_nothing(connection, "mark_pending", ids=list(fresh))
        await fetch_nothing(
            connection,
            "ensure_blocking",
            tokens=[token for token, _ in pairs],
            ids=[id_ for _, id_ in pairs],
        )


def profile_row(facts: Demographics) -> bytes:
    """The profile of these facts, as a row has it."""
    return to_row(profile_of(facts))


def _expected(
    stored: str, row: bytes | None, gathered: Demographics | None, told: Demographics, model: Model
) -> Expected:
    before = read_facts(stored)
    facts = join(before, told) if gathered is None else gathered
    if row is not None and _said(facts) == _said(before):
        return Expected(stored, before, facts, row, None)
    profile = profile_of(facts)
    new = to_row(profile)
    fresh = Fresh(new, profile, tokens(profile, model)) if new != row else None
    return Expected(stored, before, facts, new, fresh)


def _said(facts: Demographics) -> list[tuple[str, str]]:
    """All that a profile is made of: what is said, in the order of the ranks of those who say it."""
    ranked = sorted(facts.items(), key=lambda one: (one[1].rank, one[0]))
    return [(field, told.value) for field, told in ranked]
