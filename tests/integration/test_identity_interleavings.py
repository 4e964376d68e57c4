"""Two workers on the same people, stopped and let go on at every point: the record comes out alike."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

import psycopg
import pytest

from services.platform.postgres import Connection, connect
from services.record.apply import apply
from tests.engines import Engines, accept
from tests.identities import (
    LATER,
    NOBODY,
    NUMBERS,
    WREN,
    Sent,
    persons,
    persons_at_once,
    record_id,
    ruled,
    standing,
    take_in,
    told,
)
from tests.ruled_entries import entries_ruled, things_told
from tests.streams.fhir_builders import Demographics
from tests.streams.norfolk_suffolk_partners import LANTERN, SURGERY, TRUST

pytestmark = pytest.mark.any_broker

A, B = record_id(TRUST, "1"), record_id(SURGERY, "2")
MAYA = Demographics(
    "Maya", "Fenn", "female", "1962-11-30", "", "07700 900110", "9 Elm Road", "Dereham", "NR97 1AA"
)
LATEST = "2026-05-06T10:00:00Z"


(OURS,), (THEIRS,), (A_THIRDS,) = (
    things_told(told(holder, local, WREN)) for holder, local in ((TRUST, "1"), (SURGERY, "2"), (LANTERN, "3"))
)


class Race(NamedTuple):
    """What is there, and what two workers then apply at the same time."""

    before: list[Sent]
    one: list[Sent]
    other: list[Sent]


RACES = {
    "two first sights of one person": Race([], [told(TRUST, "1", WREN)], [told(SURGERY, "2", WREN)]),
    "two changes that make one of two": Race(
        [
            told(TRUST, "1", replace(WREN, given="Maya")),
            told(SURGERY, "2", replace(WREN, birth_date="1950-01-31")),
        ],
        [told(TRUST, "1", WREN, LATER)],
        [told(SURGERY, "2", WREN, LATER)],
    ),
    "one leaves while another comes": Race(
        [told(TRUST, "1", WREN), told(SURGERY, "2", WREN)],
        [told(TRUST, "1", MAYA, LATER)],
        [told(LANTERN, "3", MAYA), told(LANTERN, "4", WREN)],
    ),
    "both tell of one record": Race(
        [told(LANTERN, "3", MAYA)],
        [told(TRUST, "1", WREN, LATER)],
        [told(TRUST, "1", MAYA, LATEST), told(TRUST, "1", replace(WREN, given="Jay"))],
    ),
    "one changes what the other tells again": Race(
        [told(TRUST, "1", WREN), told(LANTERN, "3", MAYA)],
        [told(TRUST, "1", MAYA, LATER)],
        [told(TRUST, "1", WREN, text="We met again.")],
    ),
    "one doubts what the other changes": Race(
        [told(TRUST, "1", replace(WREN, nhs_number=NUMBERS[0])), told(SURGERY, "2", replace(MAYA, phone=""))],
        [told(TRUST, "1", MAYA, LATER)],
        [told(SURGERY, "2", replace(MAYA, nhs_number=NUMBERS[0], given="Thea"), LATER)],
    ),
    "a ruling and the first sights of those it names": Race(
        [], [ruled(A, B, "same")], [told(TRUST, "1", WREN), told(SURGERY, "2", MAYA)]
    ),
    "two rulings on a chain": Race(
        [told(TRUST, "1", WREN), told(SURGERY, "2", MAYA), told(LANTERN, "3", replace(NOBODY, given="Ash"))],
        [ruled(A, B, "same"), ruled(A, B, "undo", LATEST)],
        [ruled(B, record_id(LANTERN, "3"), "same", LATER)],
    ),
    "a bridge between two that come": Race(
        [told(LANTERN, "3", replace(WREN, given="", family=""))],
        [told(TRUST, "1", replace(WREN, phone="", postcode="")), told(LANTERN, "4", MAYA)],
        [told(SURGERY, "2", WREN)],
    ),
    "a ruling on two things and the first sight of one": Race(
        [told(TRUST, "1", WREN)], [entries_ruled(OURS, THEIRS, "same")], [told(SURGERY, "2", WREN)]
    ),
    "two rulings on three things, while two people become one": Race(
        [told(TRUST, "1", WREN), told(SURGERY, "2", MAYA), told(LANTERN, "3", WREN)],
        [entries_ruled(OURS, THEIRS, "same"), entries_ruled(OURS, A_THIRDS, "not-same")],
        [told(SURGERY, "2", WREN, LATER), entries_ruled(THEIRS, A_THIRDS, "same")],
    ),
}


class Stepped(psycopg.AsyncConnection[Any]):
    """A connection that stands still after so many statements, until it is let go on."""

    done = 0
    stop_after = -1

    def stops(self, after: int) -> None:
        """Stand still after this many statements from now, -1 for never."""
        self.done, self.stop_after = 0, after
        self.standing, self.let_go = asyncio.Event(), asyncio.Event()

    async def execute(self, *given: Any, **options: Any) -> Any:
        """As of any connection."""
        if self.done == self.stop_after == 0:
            await self._stand()
        cursor = await super().execute(*given, **options)
        self.done += 1
        if self.done == self.stop_after:
            await self._stand()
        return cursor

    async def _stand(self) -> None:
        self.standing.set()
        await self.let_go.wait()


async def stepped(engines: Engines) -> Stepped:
    """One, on these engines."""
    options = "-c lock_timeout=10s"
    return await Stepped.connect(engines.dsn, autocommit=True, options=options)


async def until_it_stands(watcher: Connection, worker: Stepped, task: "asyncio.Task[Any]") -> None:
    """Wait until the worker is done, stands still, or waits for a lock."""
    query = "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s"
    async with asyncio.timeout(20):
        while not task.done() and not worker.standing.is_set():
            (row,) = await (await watcher.execute(query, [worker.info.backend_pid])).fetchall()
            if row[0]:
                return


async def race(
    watcher: Connection, workers: tuple[Stepped, Stepped], keys: Sequence[list[bytes]], stops: tuple[int, int]
) -> tuple[int, int]:
    """The first goes up to its stop, then the second to its own, then the first to its end, then the second; says how
    many statements each needed."""
    tasks = []
    for worker, mine, stop in zip(workers, keys, stops, strict=True):
        worker.stops(stop)
        tasks.append(asyncio.create_task(apply(worker, mine)))
        await until_it_stands(watcher, worker, tasks[-1])
    for worker, task in zip(workers, tasks, strict=True):
        worker.standing.clear()
        worker.stop_after = -1
        worker.let_go.set()
        await until_it_stands(watcher, worker, task)
    await asyncio.gather(*tasks)
    return workers[0].done, workers[1].done


async def empty(connection: Connection) -> None:
    """Faster than to truncate all there is."""
    for table in _FILLED:
        await connection.execute(f"delete from {table}".encode())  # noqa: S608


_FILLED = (
    "record.entry", "record.version", "record.number", "record.blocking", "record.link", "record.ruling",
    "record.entry_ruling", "record.duplicate", "record.source_record",
    "intake.outbox", "intake.outcome", "intake.delivery", "intake.message",
)  # fmt: skip


def stops(most: int) -> Iterator[tuple[int, int]]:
    """Every stop of the one, each with a thirty-sixth of the other's, all of which come up."""
    for one in range(most):
        for other in range(one % 36, most, 36):
            yield one, other


@pytest.mark.parametrize("name", RACES)
async def test_where_two_workers_meet_never_shows(name: str, database: Engines) -> None:
    """The record is the one that a single worker makes, at every stop of both."""
    tried = RACES[name]
    one, other = await stepped(database), await stepped(database)
    async with await connect(database.dsn) as watcher, one, other:
        await take_in(watcher, [*tried.before, *tried.one, *tried.other])
        expected = await standing(watcher)
        assert await persons(watcher) == await persons_at_once(watcher)
        most, longest = 20, (0, 0)
        for stop in stops(most):
            await empty(watcher)
            await take_in(watcher, tried.before)
            keys = [await accept(watcher, sent) for sent in (tried.one, tried.other)]
            needed = await race(watcher, (one, other), keys, stop)
            longest = max(longest[0], needed[0]), max(longest[1], needed[1])
            assert await standing(watcher) == expected, stop
        assert min(longest) >= 8, "there is something to stand still in"


async def test_one_hundred_and_more_keys_are_found_by_the_index(database: Engines) -> None:
    """However the planner takes the arrays, and whatever it knows of the tables."""
    from services.record.store import SQL

    given = {"tokens": list(range(120)), "places": [0] * 120}
    async with await connect(database.dsn) as connection:
        await connection.execute(
            "insert into record.source_record (id, sender) "
            "select sha256(n::text::bytea), 'ZZT41' from generate_series(1, 20000) n"
        )
        await connection.execute(
            "insert into record.blocking select n * 40 + t, sha256(n::text::bytea) "
            "from generate_series(1, 20000) n, generate_series(1, 5) t"
        )
        plans = [await _plan(connection, SQL["candidates"], given)]
        await connection.execute("analyze record.blocking, record.source_record")
        plans.append(await _plan(connection, SQL["candidates"], given))
    for plan in plans:
        assert "blocking_pkey" in plan, plan
        assert "source_record_pkey" in plan, plan
        assert "Seq Scan" not in plan, plan


async def _plan(connection: Connection, query: bytes, given: dict[str, Any]) -> str:
    rows = await (await connection.execute(b"explain " + query, given)).fetchall()
    return "\n".join(line for (line,) in rows)


def pairs_of_first_sights(count: int) -> list[tuple[Sent, Sent]]:
    """So many people, each told of by two systems in the same words."""
    return [(told(TRUST, local, who), told(SURGERY, local, who)) for local, who in _invented(count)]


def _invented(count: int) -> Iterator[tuple[str, Demographics]]:
    for number in range(count):
        given, family = (
            _SYLLABLES[number % 20] + _SYLLABLES[number // 20 % 20],
            _SYLLABLES[number % 19] + "ton",
        )
        born = f"{1940 + number % 60}-{number % 12 + 1:02d}-{number // 12 % 28 + 1:02d}"
        yield str(number), Demographics(given.title(), family.title(), "female", born)


_SYLLABLES = (
    "an", "bel", "cor", "dun", "ell", "fas", "gar", "hol", "ink", "jor", "kel", "lar", "mab", "nor", "osk", "pel",
    "quil", "ros", "sut", "tam",
)  # fmt: skip


async def test_first_sights_through_two_doors_at_once_are_one_person_each(database: Engines) -> None:
    """500 people, two systems, two workers in batches that do not match: 500 persons."""
    both = pairs_of_first_sights(500)
    async with await connect(database.dsn) as one, await connect(database.dsn) as other:
        keys = [await accept(one, [pair[door] for pair in both]) for door in (0, 1)]
        await asyncio.gather(_in_batches(one, keys[0], 40), _in_batches(other, keys[1], 33))
        found = await persons(one)
        assert len(found) == 1000
        assert len(set(found.values())) == 500
        for local, _ in _invented(500):
            assert found[record_id(TRUST, local)] == found[record_id(SURGERY, local)]


async def _in_batches(connection: Connection, keys: list[bytes], size: int) -> None:
    for start, end in pairwise([*range(0, len(keys), size), len(keys)]):
        await apply(connection, keys[start:end])
