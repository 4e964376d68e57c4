"""A page reads no more than it shows, and shows what the whole record does: page by page, and in the story."""

import random
from typing import Any

import pytest

from services.domain.record.referrals.stalling import StalledDays
from services.platform.access import Partner
from services.platform.postgres import Connection, connect
from services.viewer.bounds import LIMITS, Limits
from services.viewer.moments import now_ticks
from services.viewer.person_page import ENTRIES_A_PAGE, read_page
from services.viewer.reading import CareRecord, Entry, list_persons, read_record
from services.viewer.recent import read_recent
from services.viewer.story import Story, open_referrals, read_story
from services.viewer.story_views import next_appointments, safety_flags
from services.viewer.timeline import Place, read_timeline
from tests.bench.long_record import Person, fill
from tests.engines import Engines
from tests.identities import FERN, take_in
from tests.integration.test_duplicates import a_doubled_muddle

pytestmark = pytest.mark.any_broker

EVERYTHING = Limits(*[10_000] * len(LIMITS))
DAYS = StalledDays(14)
LITTLE = Limits(recent=5, scores=3, ended=2, contacts=1, versions=50)


async def walked(connection: Connection, person: bytes, most: int) -> list[list[bytes]]:
    """The keys on each page, from the first to the last; each page leads back to the one before."""
    pages: list[list[bytes]] = []
    starts: list[Place | None] = [None]
    while True:
        page = await read_timeline(connection, person, starts[-1], most)
        pages.append(page.keys)
        if len(starts) > 1:
            assert page.is_second == (len(starts) == 2)
            assert page.newer is not None
            assert page.is_second or page.newer == starts[-2]
        else:
            assert page.newer is None
        if page.older is None:
            return pages
        assert Place.read(str(page.older)) == page.older
        starts.append(page.older)


def as_told(entries: list[Entry]) -> list[Any]:
    """All that the timeline shows of entries."""
    return [
        (
            (one.key, one.kind, one.occurred, one.because, one.alike),
            [(source.resource_key, source.resource, source.versions) for source in one.sources],
        )
        for one in entries
    ]


async def of_page(connection: Connection, person: bytes, start: Place | None) -> list[Any]:
    """What one page shows."""
    page = await read_page(connection, person, start, now_ticks())
    assert page.others.keys() >= {alike.other for one in page.entries for alike in one.alike} - {
        one.key for one in page.entries
    }
    return as_told(page.entries)


@pytest.mark.parametrize("seed", range(6))
async def test_page_by_page_it_is_the_whole_timeline(seed: int, database: Engines) -> None:
    """Each entry once and in its place, many at one instant, told by several systems, and some not in the entry's."""
    async with await connect(database.dsn) as connection:
        await take_in(connection, a_doubled_muddle(random.Random(seed)))
        for person, _, _ in await list_persons(connection, None):
            whole = await read_record(connection, person)
            for most in (1, 2, 3, ENTRIES_A_PAGE):
                pages = await walked(connection, person, most)
                assert [key for page in pages for key in page] == [one.key for one in whole.entries]
                assert all(len(page) == most for page in pages[:-1])
            assert await of_page(connection, person, None) == as_told(whole.entries)[:ENTRIES_A_PAGE]


async def test_what_is_counted_follows_each_message(database: Engines) -> None:
    """Whatever was counted of the record before."""
    sent = a_doubled_muddle(random.Random(0))
    totals: set[int] = set()
    async with await connect(database.dsn) as connection:
        for start in range(0, len(sent), 4):
            await take_in(connection, sent[start : start + 4])
            for person, _, _ in await list_persons(connection, None):
                whole = await read_record(connection, person)
                for _ in range(2):
                    page = await read_page(connection, person, None, now_ticks())
                    assert (page.total, page.context) == (len(whole.entries), len(whole.context))
                totals.add(page.total)
    assert len(totals) > 2


def story_of(record: CareRecord, *more: Any) -> Story:
    """The story in a record."""
    return read_story(record.words, record.earlier, None, (), *more)


async def test_the_story_is_that_of_the_whole_record(database: Engines) -> None:
    """Where no limit is reached; else with each open referral, flag and named worker, what matters, and last scores."""
    as_of = now_ticks()
    async with await connect(database.dsn) as connection:
        await fill(connection, Person("1", FERN), 330)
        ((person, _, _),) = await list_persons(connection, None)
        whole = await read_record(connection, person)
        every, unbounded = await read_recent(connection, person, as_of, EVERYTHING)
        little, bounds = await read_recent(connection, person, as_of, LITTLE)
        page = await read_page(
            connection, person, Place(whole.entries[100].occurred, whole.entries[100].key), as_of
        )
    assert as_told(page.entries) == as_told(whole.entries[100 : 100 + ENTRIES_A_PAGE])
    assert (page.total, page.context, page.story) == (len(whole.entries), len(whole.context), None)

    told = story_of(whole)
    named: dict[str, Partner] = {}
    assert story_of(every, unbounded) == told
    assert (unbounded.recent, unbounded.since, unbounded.ended_since, unbounded.contacts) == (
        None,
        0,
        None,
        False,
    )

    short = story_of(little, bounds)
    assert len(little.entries) < len(whole.entries) / 4
    assert bounds.recent is not None
    assert bounds.since == min(one.occurred for one in whole.entries if one.key in bounds.recent)
    assert open_referrals(told.threads, as_of, DAYS)
    assert safety_flags(whole, named)
    assert open_referrals(short.threads, as_of, DAYS) == open_referrals(told.threads, as_of, DAYS)
    assert [one for one in short.threads if not one.state.is_open] == [
        one
        for one in told.threads
        if not one.state.is_open and bounds.ended_since is not None and one.since >= bounds.ended_since
    ]
    assert short.continuity.named_workers == told.continuity.named_workers
    assert short.continuity.what_matters == told.continuity.what_matters
    assert short.continuity.contacts == [
        one for one in told.continuity.contacts if one.entry_key in bounds.recent
    ]
    assert [(one.key, one.points, one.cut) for one in short.measures] == [
        (one.key, one.points[-3:], True) for one in told.measures
    ]
    assert safety_flags(little, named) == safety_flags(whole, named)
    assert next_appointments(little, named, as_of) == next_appointments(whole, named, as_of)


def test_an_address_that_is_no_place_is_none() -> None:
    """Whatever somebody writes there."""
    for text in ("", "2", "-", "1-", "1-abc", "x-ab", "1-AB", "9" * 30 + "-ab", "1-ab\n", "١-ab"):
        assert Place.read(text) is None, text
    assert Place.read("12-ab00") == Place(12, b"\xab\x00")
