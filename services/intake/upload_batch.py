"""One batch of a sheet's rows in one transaction: which are new or changed, their messages, and what each said last."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from schemas.uploads.messages import row_message, withdrawal
from schemas.uploads.preview import Fate, Result, Told, row_fate
from schemas.uploads.refusal import Problem
from schemas.uploads.resources import Registered
from schemas.uploads.rows import Row
from services.domain.record.instant import instant_ticks
from services.intake.accept import Checked, Delivery, Kept, keep
from services.intake.acceptance import Acceptance
from services.platform.access import partners
from services.platform.postgres import Connection
from services.platform.queries import load_queries

SQL = load_queries(__package__, "uploads.sql")

BATCH = 200
"""Rows a transaction: a second or so of work, well within the time that one may stand idle."""

_MOST_PEOPLE = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded sheet as it stands in PostgreSQL."""

    id: str
    sender: str
    kind: str
    filename: str
    uploaded_at: datetime
    committed_at: datetime | None
    body: bytes
    result: Result

    @property
    def instant(self) -> str:
        """The moment of the upload as a FHIR instant: that of every message it becomes."""
        return fhir_instant(self.uploaded_at)


class Said(NamedTuple):
    """The last word of a row that was committed before."""

    content_hash: bytes
    uploaded_at: datetime
    message_key: bytes


@dataclass(slots=True)
class _Batch:
    """The rows of a batch by fate, and the messages that tell them."""

    rows: list[tuple[Row, Fate]]
    bodies: dict[str, bytes]
    withdrawals: list[bytes]


def fhir_instant(moment: datetime) -> str:
    """A moment as a FHIR instant in UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


async def commit_batch(
    connection: Connection,
    acceptance: Acceptance,
    upload: Upload,
    rows: Sequence[Row],
    refused: Sequence[Row],
) -> tuple[list[Checked], Kept] | None:
    """Commit the next batch of the sheet's good `rows`, in a transaction of its own; None where all are done.

    Whoever commits the same sheet at the same time takes the batch after it, and another sheet of the sender's
    waits its turn: nothing is sent twice.

    Raises:
        one of postgres.TRANSIENT: nothing of this batch was kept.
    """
    async with connection.transaction():
        claimed = await (await connection.execute(SQL["claim"], {"id": upload.id})).fetchone()
        if claimed is None:
            return None
        done, result = claimed[0], msgspec.convert(claimed[1], Result)
        part = rows[done : done + BATCH]
        await connection.execute(SQL["take_turn"], {"sender": upload.sender, "kind": upload.kind})
        said = await read_said(connection, upload.sender, upload.kind, [row.reference for row in part])
        batch = await _tell(connection, upload, part, said)
        checked = await acceptance.check_all([_delivery(upload, body) for body in _all(batch)])
        good = [one for one in checked if one.refused is None]
        kept = await keep(connection, good) if good else Kept(set(), set(), set())
        _note(result, batch, dict(zip(_all(batch), checked, strict=True)), upload.kind)
        await _say(connection, upload, batch, said, {one.delivery.body: one.key for one in good})
        finished = done + len(part) == len(rows)
        if finished:
            result.counts["rows"] = len(rows) + len(refused)
            result.refused[:0] = [row_fate(row, upload.kind, Fate.REFUSED) for row in refused]
            result.counts[Fate.REFUSED] = len(result.refused)
        given = {"id": upload.id, "done": done + len(part), "finished": finished, "result": _json(result)}
        await connection.execute(SQL["progress"], given)
    return good, kept


async def read_said(
    connection: Connection, sender: str, kind: str, references: Sequence[str]
) -> dict[str, Said]:
    """The last word of each of these rows that was committed before."""
    given = {"sender": sender, "kind": kind, "references": list(references)}
    rows = await (await connection.execute(SQL["said"], given)).fetchall()
    return {reference: Said(*row) for reference, *row in rows}


def _fate(row: Row, upload: Upload, said: dict[str, Said]) -> Fate:
    """As of the upload's own moment: which of two sheets is confirmed first makes no difference."""
    before = said.get(row.reference)
    if before is None:
        return Fate.NEW
    if before.content_hash == row.content_hash:
        return Fate.UNCHANGED
    return Fate.CHANGED if before.uploaded_at < upload.uploaded_at else Fate.SUPERSEDED


async def _tell(connection: Connection, upload: Upload, rows: Sequence[Row], said: dict[str, Said]) -> _Batch:
    """The messages of what is new or changed, and those that take back what a changed row no longer tells."""
    fates = [(row, _fate(row, upload, said)) for row in rows]
    sent = [row for row, fate in fates if fate in (Fate.NEW, Fate.CHANGED)]
    keys = [said[row.reference].message_key for row in sent if row.reference in said]
    registered = Registered({ods: one.name for ods, one in (await partners(connection)).items()})
    before: dict[bytes, bytes] = {}
    if keys:
        before = dict(await (await connection.execute(SQL["bodies"], {"keys": keys}, binary=True)).fetchall())

    def build() -> _Batch:
        bodies = {
            row.reference: row_message(row, upload.kind, upload.sender, upload.instant, registered)
            for row in sent
        }
        taken_back = []
        for row in sent:
            earlier = before.get(said[row.reference].message_key) if row.reference in said else None
            if earlier is not None:
                gone = withdrawal(
                    earlier, bodies[row.reference], upload.kind, upload.sender, row.reference, upload.instant
                )
                taken_back += [gone] if gone else []
        return _Batch(fates, bodies, taken_back)

    return await asyncio.to_thread(build)


def _all(batch: _Batch) -> list[bytes]:
    return [*batch.bodies.values(), *batch.withdrawals]


def _delivery(upload: Upload, body: bytes) -> Delivery:
    """The same delivery however often the commit is tried."""
    id_ = hashlib.sha256(f"upload|{upload.id}|".encode() + body).digest()[:16]
    return Delivery(id_, upload.sender, instant_ticks(upload.instant) or 0, "upload", body)


def _note(result: Result, batch: _Batch, checked: dict[bytes, Checked], kind: str) -> None:
    """Add the batch to what was done. A row whose message is not accepted counts as refused."""
    counts = Counter(result.counts)
    people = {one.id for one in result.people}
    for row, fate in batch.rows:
        one = checked.get(batch.bodies.get(row.reference, b""))
        if one is not None and one.refused is not None:
            row.problems = [
                Problem("", issue.text, "Tell whoever runs Carethread of this.")
                for issue in one.refused.issues
            ]
            result.refused.append(row_fate(row, kind, Fate.REFUSED))
            continue
        counts[fate] += 1
        if one is not None and (id_ := one.source_record.hex()) not in people and len(people) < _MOST_PEOPLE:
            people.add(id_)
            result.people.append(Told(row.person, id_))
    counts["taken_back"] += len(batch.withdrawals)
    result.counts = dict(counts)


async def _say(
    connection: Connection, upload: Upload, batch: _Batch, said: dict[str, Said], keys: dict[bytes, bytes]
) -> None:
    """What each row now said last. One that says the same again is the last word of the later sheet too."""
    words = {}
    for row, fate in batch.rows:
        if fate is Fate.UNCHANGED:
            before = said[row.reference]
            words[row.reference] = before._replace(uploaded_at=max(before.uploaded_at, upload.uploaded_at))
        elif key := keys.get(batch.bodies.get(row.reference, b"")):
            words[row.reference] = Said(row.content_hash, upload.uploaded_at, key)
    given: dict[str, Any] = {
        "sender": upload.sender,
        "kind": upload.kind,
        "references": list(words),
        "content_hashes": [word.content_hash for word in words.values()],
        "message_keys": [word.message_key for word in words.values()],
        "uploaded_at": [word.uploaded_at for word in words.values()],
    }
    await connection.execute(SQL["say"], given)


def _json(result: Result) -> str:
    return json.dumps(asdict(result))
