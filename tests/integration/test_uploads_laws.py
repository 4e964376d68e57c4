"""What holds of committed sheets whatever the order of their rows, and wherever a commit is cut short."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from schemas.uploads.header import match_header
from schemas.uploads.messages import row_message
from schemas.uploads.preview import Committed, Fate
from schemas.uploads.rows import Row, read_rows
from schemas.uploads.sheet import read_sheet
from schemas.uploads.templates import TEMPLATES
from services.domain.record.instant import instant_ticks
from services.intake.acceptance import Acceptance
from services.intake.upload_batch import BATCH, commit_batch
from services.intake.uploads import Uploads
from services.platform.postgres import Connection, connect
from services.platform.publisher import Publisher
from services.record.apply import apply
from services.record.digest import compute_digest
from tests.engines import PARTNERSHIP_KEY, Engines, accept
from tests.uploads import contacts, wren

pytestmark = pytest.mark.any_broker

AT = "2026-06-01T10:00:00.123456Z"
LINES = [
    *(wren(f"A-{number}", number, note=f"Note {number}") for number in range(1, 9)),
    *(wren("", 12, what, note=note) for what in ("Walk", "Call") for note in ("", "Tea", "Cake", "Cake")),
    ",,,Joan,Larter,08/08/1949,04/05/2026,Call,,",
    ",,,Joan,Larter,08/08/1949,04/05/2026,Call,DNA,",
    "B-1,P-2,,,,,04/05/2026,Call,,",
]


class Counted(psycopg.AsyncConnection[Any]):
    """A connection that counts what it is asked."""

    asked: ClassVar[int] = 0

    async def execute(self, *args: Any, **given: Any) -> psycopg.AsyncCursor[Any]:
        """Count, and ask."""
        Counted.asked += 1
        return await super().execute(*args, **given)


@asynccontextmanager
async def acceptance(engines: Engines) -> AsyncIterator[Acceptance]:
    """The acceptance path as the web process has it, on counted connections."""
    publisher = Publisher(engines.bootstrap)
    async with AsyncConnectionPool[Connection](
        engines.dsn, connection_class=Counted, min_size=1, max_size=4, open=False, kwargs={"autocommit": True}
    ) as pool:
        yield Acceptance(pool, publisher, PARTNERSHIP_KEY)
    await publisher.close()


def rows_of(body: bytes) -> list[Row]:
    """The rows of a sheet of contacts, none of them refused."""
    sheet, template = read_sheet(body), TEMPLATES["contacts"]
    rows = read_rows(sheet, match_header(sheet, template), template, datetime(2026, 6, 1, tzinfo=UTC).date())
    assert not any(row.problems for row in rows)
    return rows


@pytest.mark.parametrize("seed", range(3))
async def test_the_order_of_rows_makes_no_difference_to_the_records(seed: int, database: Engines) -> None:
    """The same rows shuffled, as of the same moment: the same digest."""
    shuffled = LINES.copy()
    random.Random(seed).shuffle(shuffled)
    digests = set()
    async with await connect(database.dsn) as connection:
        for lines in (LINES, shuffled):
            database.empty()
            sent = [
                ("ZZV58", instant_ticks(AT) or 0, row_message(row, "contacts", "ZZV58", AT))
                for row in rows_of(contacts(*lines))
            ]
            await apply(connection, await accept(connection, sent))
            digests.add(await compute_digest(connection))
    (digest,) = digests
    assert digest.records == 3


async def test_a_commit_that_was_cut_short_goes_on_where_it_stopped(database: Engines) -> None:
    """A batch is there whole or not at all; afterwards everything is counted and sent once."""
    sheet = contacts(*(f"C-{number},P-1,,,,,04/05/2026,Walk {number},," for number in range(2 * BATCH + 10)))
    async with acceptance(database) as path:
        uploads = Uploads(path)
        id_ = await uploads.receive("ZZV58", "contacts", "sheet.csv", sheet)
        upload = await uploads._find(id_, None)
        assert upload is not None
        rows = rows_of(sheet)
        async with path.pool.connection() as connection:
            assert await commit_batch(connection, path, upload, rows, []) is not None
            assert await _count(connection) == (BATCH, BATCH)
            async with connection.transaction():
                await commit_batch(connection, path, upload, rows, [])
                assert await _count(connection) == (2 * BATCH, 2 * BATCH)
                raise psycopg.Rollback
            assert await _count(connection) == (BATCH, BATCH)
        done = await uploads.commit(id_)
        assert isinstance(done, Committed)
        assert (done.counts["rows"], done.counts[Fate.NEW]) == (2 * BATCH + 10, 2 * BATCH + 10)
        async with path.pool.connection() as connection:
            assert await _count(connection) == (2 * BATCH + 10, 2 * BATCH + 10)


async def test_no_query_a_row(database: Engines) -> None:
    """Preview and commit, first and amended: as many queries for a full batch as for one row."""

    async def asked(number: int) -> list[int]:
        counts = []
        for note in ("", "amended"):
            sheet = contacts(*(f"D-{row},P-1,,,,,04/05/2026,Walk,,{note}" for row in range(number)))
            for step in ("receive", "show", "commit"):
                Counted.asked = 0
                if step == "receive":
                    id_ = await uploads.receive("ZZV58", "contacts", "sheet.csv", sheet)
                else:
                    assert await getattr(uploads, step)(id_) is not None
                counts.append(Counted.asked)
        return counts

    async with acceptance(database) as path:
        uploads = Uploads(path)
        few = await asked(1)
        database.empty()
        assert await asked(BATCH) == few
        assert max(few) < 25


async def _count(connection: Connection) -> tuple[int, ...]:
    rows = await connection.execute(
        "select (select count(*) from intake.message), (select count(*) from intake.upload_row)"
    )
    found = await rows.fetchone()
    assert found is not None
    return tuple(found)
