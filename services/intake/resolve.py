"""What a steward does with a quarantined message: correct it, have it checked again, or dismiss it.

Each is one transaction that holds the message's row, so that of two stewards one wins and the other is told.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.fhir.at_risk import find_at_risk
from schemas.fhir.issue import Refused
from services.intake.accept import Checked, Delivery, Kept, accept, cause_of, keep
from services.intake.acceptance import Acceptance
from services.intake.hold import keep_holds
from services.intake.quarantine import SQL, Quarantined, body_of
from services.platform.postgres import Connection

CORRECTION_DOOR = "correction"

_MOST_MESSAGES, _MOST_BYTES = 100, 16 * 1024 * 1024
"""Of one transaction, when many are checked again."""


class CannotResolve(Exception):
    """The quarantined message stays as it is; the words say why."""


class AlreadyResolved(CannotResolve):
    """Somebody else has resolved it, or it came again and was accepted."""

    def __init__(self, resolution: str, by: str | None, at: datetime) -> None:
        self.resolution = resolution
        whom = f" by {by}" if by else ""
        super().__init__(f"It was {resolution}{whom} on {at:%-d %B %Y at %H:%M} UTC; nothing was changed.")


class SaysLess(CannotResolve):
    """The correction leaves out what withholds records; a steward may mean that, and then says why."""

    def __init__(self) -> None:
        super().__init__(
            "The message holds what withholds a record, and the correction no longer says the same of the same "
            "people. If that is right, give the reason; nothing was changed."
        )


class StillRefused(CannotResolve):
    """The correction cannot be accepted either."""

    def __init__(self, refused: Refused) -> None:
        self.issues = refused.issues
        super().__init__("The correction cannot be accepted either; nothing was changed.")


@dataclass(frozen=True, slots=True)
class Resubmitted:
    """What checking again came to."""

    accepted: int
    stayed: int


async def check_correction(acceptance: Acceptance, one: Quarantined, body: bytes) -> Checked:
    """Check a corrected document as a new message of the original's sender; nothing is kept.

    Raises:
        CannotResolve: it is the document as it was received.
        StillRefused: with what is still wrong.
    """
    async with acceptance.pool.connection() as connection:
        if body == await body_of(connection, one.key):
            raise CannotResolve(
                "This is the document as it was received: change it, or have it checked again as it is."
            )
    place = b"correction|" + one.key + hashlib.sha256(body).digest()
    delivery_id = hashlib.sha256(place).digest()[:16]
    delivery = Delivery(delivery_id, one.sender, one.sent, CORRECTION_DOOR, body, corrects=one.key)
    checked = await acceptance.check(delivery)
    if checked.refused is not None:
        raise StillRefused(checked.refused)
    return checked


async def correct(
    acceptance: Acceptance, one: Quarantined, body: bytes, by: str, reason: str | None = None
) -> Checked:
    """Accept a corrected document in place of a quarantined message; the same again changes nothing.

    Raises:
        StillRefused: with what is still wrong.
        SaysLess: a consent, a restriction, a flag or a person is gone, and no reason is given.
        AlreadyResolved: somebody else was first.
        CannotResolve: nothing was corrected.
    """
    checked = await check_correction(acceptance, one, body)
    if not reason and await asyncio.to_thread(_says_less, one, body):
        raise SaysLess
    async with acceptance.pool.connection() as connection, connection.transaction():
        try:
            await _lock_open(connection, one.key)
        except AlreadyResolved:
            if await _is_accepted(connection, checked.key):
                return checked
            raise
        kept = await keep(connection, [checked])
        await _resolve(connection, one.key, "corrected", by, reason)
    await acceptance.send_on([checked], kept)
    return checked


async def dismiss(acceptance: Acceptance, one: Quarantined, by: str, reason: str) -> None:
    """Say that nothing will come of a quarantined message, and why; it stays, and stays counted.

    Raises:
        AlreadyResolved: somebody else was first.
    """
    async with acceptance.pool.connection() as connection, connection.transaction():
        await _lock_open(connection, one.key)
        await _resolve(connection, one.key, "dismissed", by, reason)


async def resubmit(
    acceptance: Acceptance,
    by: str,
    *,
    keys: Sequence[bytes] | None = None,
    cause: str | None = None,
    sender: str | None = None,
    most: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Resubmitted:
    """Check unresolved messages again under the present rules: those named, or those of a cause (and sender).

    What is accepted becomes a message as if it had been at first; what is not stays, with what is wrong now.
    At most `most` are looked at, in key order, where it is given.
    """
    async with acceptance.pool.connection() as connection:
        given = {"keys": keys, "cause": cause, "sender": sender}
        waiting = await (await connection.execute(SQL["waiting"], given, binary=True)).fetchall()
    accepted = stayed = 0
    for batch in _batches(waiting[:most]):
        new, refused = await _check_again(acceptance, batch, by)
        accepted += new
        stayed += refused
        progress(len(batch))
    return Resubmitted(accepted, stayed)


def _says_less(one: Quarantined, correction: bytes) -> bool:
    """Whether the correction lost a reason for which records are withheld, or somebody whose record that is."""
    if not one.reasons:
        return False
    found = find_at_risk(correction)
    named = {token for token in one.tokens if token.isdigit()}
    return found is None or bool(set(one.reasons) - set(found.reasons) or named - found.nhs_numbers)


async def _check_again(acceptance: Acceptance, keys: list[bytes], by: str) -> tuple[int, int]:
    """How many of these are accepted, and how many stay; those that somebody resolved meanwhile are neither."""
    async with acceptance.pool.connection() as connection:
        rows = await (await connection.execute(SQL["as_received"], {"keys": keys}, binary=True)).fetchall()
    checked = await acceptance.check_all([Delivery(*row) for row in rows])
    async with acceptance.pool.connection() as connection, connection.transaction():
        is_open = await _lock(connection, keys)
        waiting = [one for one in checked if is_open.get(one.key)]
        new = await _accept_again(connection, [one for one in waiting if one.refused is None], by)
        stayed = [one for one in waiting if one.refused is not None]
        await _refresh(connection, stayed)
    await acceptance.send_on(checked, Kept(new, new, set()))
    return len(new), len(stayed)


async def _accept_again(connection: Connection, good: list[Checked], by: str) -> set[bytes]:
    if not good:
        return set()
    new = await accept(connection, good)
    await connection.execute(SQL["resolved_by"], {"keys": list(new), "by": by})
    await connection.execute(SQL["told_accepted"], {"keys": list(new)})
    return new


async def _refresh(connection: Connection, stayed: list[Checked]) -> None:
    refused = [(one.key, one.refused.issues) for one in stayed if one.refused]
    given = {
        "keys": [key for key, _ in refused],
        "causes": [cause_of(issues) for _, issues in refused],
        "issues": [json.dumps([issue.as_dict() for issue in issues]) for _, issues in refused],
    }
    await connection.execute(SQL["refresh"], given)
    await keep_holds(connection, {one.key: one.hold for one in stayed if one.hold})


async def _lock_open(connection: Connection, key: bytes) -> None:
    """Hold the row of an unresolved message to the end of the transaction."""
    (row,) = await (await connection.execute(SQL["lock"], {"keys": [key]})).fetchall()
    _, resolution, at, by = row
    if resolution is not None:
        raise AlreadyResolved(resolution, by, at)


async def _lock(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, bool]:
    """Hold these rows, and say which are unresolved."""
    rows = await (await connection.execute(SQL["lock"], {"keys": list(keys)}, binary=True)).fetchall()
    return {key: resolution is None for key, resolution, *_ in rows}


async def _resolve(connection: Connection, key: bytes, resolution: str, by: str, reason: str | None) -> None:
    await connection.execute(
        SQL["resolve"], {"key": key, "resolution": resolution, "by": by, "reason": reason}
    )


async def _is_accepted(connection: Connection, key: bytes) -> bool:
    row = await connection.execute("select exists (select from intake.message where message_key = %s)", [key])
    return bool((await row.fetchone() or (False,))[0])


def _batches(waiting: Sequence[tuple[bytes, int]]) -> Iterator[list[bytes]]:
    """Keys in runs of at most _MOST_MESSAGES and, where there are several, _MOST_BYTES."""
    batch: list[bytes] = []
    size = 0
    for key, length in waiting:
        if batch and (len(batch) == _MOST_MESSAGES or size + length > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(key)
        size += length
    if batch:
        yield batch
