"""Uploaded sheets: kept until they are confirmed, previewed row by row, and committed as messages.

A sheet is read from its bytes once, when it comes; what is kept is its cells. Everything a preview says follows
from those, from the moment of the upload, and from what the sender's rows said before.
"""

import asyncio
import re
from collections import Counter
from dataclasses import dataclass
from uuid import UUID, uuid4

import msgspec

from schemas.uploads.header import Heading, match_header
from schemas.uploads.preview import Committed, Fate, Preview, Result, count_fates, told_fates
from schemas.uploads.refusal import SheetRefused
from schemas.uploads.rows import Row, notices, read_rows
from schemas.uploads.sheet import Sheet, read_sheet, sheet_from_json
from schemas.uploads.templates import TEMPLATES
from services.intake.accept import Checked, Kept
from services.intake.acceptance import Acceptance
from services.intake.upload_batch import SQL, Upload, commit_batch, fhir_instant, read_said
from services.platform import metrics

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class NotCommitted(Exception):
    """The sheet was not committed, and nothing of it was kept."""

    def __init__(self, wrong: str, right: str) -> None:
        super().__init__("the sheet is not committed")
        self.wrong = wrong
        self.right = right


@dataclass(frozen=True, slots=True)
class _Reading:
    sheet: Sheet
    heading: Heading
    rows: list[Row]


class Uploads:
    """The sheets of all senders; whoever calls has settled who the sender is."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance
        self._pool = acceptance.pool

    async def receive(self, sender: str, kind: str, filename: str, body: bytes) -> str:
        """Keep a sheet until it is confirmed, or a day; its id.

        Raises:
            SheetRefused: it cannot be taken as a whole.
        """
        kept = await asyncio.to_thread(_cells, kind, body)
        id_ = str(uuid4())
        given = {"id": id_, "sender": sender, "kind": kind, "filename": _plain_name(filename), "body": kept}
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute(SQL["forget"])
            await connection.execute(SQL["receive"], given)
        return id_

    async def show(self, id_: str, sender: str | None = None) -> Preview | Committed | None:
        """What would become of each row, or what has; None where there is no such sheet, of this sender if given."""
        upload = await self._find(id_, sender)
        if upload is None:
            return None
        if upload.committed_at is not None:
            return _committed(upload, "The sheet is committed.")
        reading = await asyncio.to_thread(_read, upload)
        references = [row.reference for row in reading.rows if not row.problems]
        async with self._pool.connection() as connection:
            said = await read_said(connection, upload.sender, upload.kind, references)
            given = {"sender": upload.sender, "kind": upload.kind}
            row = await (await connection.execute(SQL["count_rows"], given)).fetchone()
        hashes = {reference: one.content_hash for reference, one in said.items()}
        fates = told_fates(reading.rows, upload.kind, hashes)
        return Preview(
            id=upload.id,
            sender=upload.sender,
            kind=upload.kind,
            filename=upload.filename,
            uploaded_at=upload.instant,
            counts=count_fates(fates),
            left_alone=(row[0] if row else 0) - len(said),
            ignored_columns=reading.heading.ignored,
            notices=notices(reading.rows, reading.sheet, reading.heading),
            rows=fates,
        )

    async def commit(self, id_: str, sender: str | None = None, *, whole: bool = False) -> Committed | None:
        """Send on what is new or changed among the good rows; None where there is no such sheet.

        Each batch is kept whole with what its rows said last, so that a commit that was cut short goes on where it
        stopped, and one that is repeated changes nothing.

        Raises:
            NotCommitted: no row can be taken, or `whole` is asked for and one cannot.
            one of postgres.TRANSIENT: some batches may be kept.
        """
        upload = await self._find(id_, sender)
        if upload is None:
            return None
        if upload.committed_at is not None:
            return _committed(upload, "The sheet was committed before. Nothing changes.")
        rows = (await asyncio.to_thread(_read, upload)).rows
        good = [row for row in rows if not row.problems]
        refused = [row for row in rows if row.problems]
        _require(good, refused, whole=whole)
        while batch := await self._next_batch(upload, good, refused):
            checked, kept = batch
            metrics.WORK_ACCEPTED.labels("upload", "accepted").inc(len(kept.new))
            await self._acceptance.send_on(checked, kept)
        done = await self._find(id_, sender)
        return _committed(done, "The sheet is committed.") if done else None

    async def _next_batch(
        self, upload: Upload, good: list[Row], refused: list[Row]
    ) -> tuple[list[Checked], Kept] | None:
        async with self._pool.connection() as connection:
            return await commit_batch(connection, self._acceptance, upload, good, refused)

    async def _find(self, id_: str, sender: str | None) -> Upload | None:
        try:
            given = {"id": UUID(id_)}
        except ValueError:
            return None
        async with self._pool.connection() as connection:
            row = await (await connection.execute(SQL["find"], given, binary=True)).fetchone()
        if row is None or sender not in (None, row[0]):
            return None
        owner, kind, filename, uploaded_at, committed_at, body, result = row
        return Upload(
            id=str(given["id"]),
            sender=owner,
            kind=kind,
            filename=filename,
            uploaded_at=uploaded_at,
            committed_at=committed_at,
            body=body,
            result=msgspec.convert(result, Result),
        )


def _require(good: list[Row], refused: list[Row], *, whole: bool) -> None:
    if not good:
        raise NotCommitted(
            "No row of the sheet can be taken.", "Correct it as each row says, and upload it again."
        )
    if whole and refused:
        raise NotCommitted(
            f"{len(refused):,} of {len(good) + len(refused):,} rows cannot be taken, and all or nothing was asked for.",
            "Correct them as each row says, and upload the sheet again.",
        )


def _cells(kind: str, body: bytes) -> bytes:
    """The cells of a sheet whose columns are known."""
    if kind not in TEMPLATES:
        raise SheetRefused(
            "It is not said what the sheet holds.", f"Choose one of {', '.join(TEMPLATES)}.", 400
        )
    sheet = read_sheet(body)
    match_header(sheet, TEMPLATES[kind])
    return sheet.as_json()


def _read(upload: Upload) -> _Reading:
    template, sheet = TEMPLATES[upload.kind], sheet_from_json(upload.body)
    heading = match_header(sheet, template)
    return _Reading(sheet, heading, read_rows(sheet, heading, template, upload.uploaded_at.date()))


def _committed(upload: Upload, said: str) -> Committed:
    assert upload.committed_at is not None
    result = upload.result
    counts = Counter(result.counts)
    return Committed(
        id=upload.id,
        sender=upload.sender,
        kind=upload.kind,
        filename=upload.filename,
        uploaded_at=upload.instant,
        committed_at=fhir_instant(upload.committed_at),
        counts={str(name): counts[name] for name in ("rows", *Fate, "taken_back")},
        refused=result.refused,
        people=result.people,
        said=said,
    )


def _plain_name(filename: str) -> str:
    """The file's own name, without a path, as it may be shown and kept."""
    name = re.split(r"[/\\]", _UNPRINTABLE.sub(" ", filename))[-1].strip()
    return name[-100:] or "sheet"
