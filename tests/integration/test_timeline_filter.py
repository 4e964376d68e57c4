"""A filtered timeline is the whole one without what is not asked for, page by page, and the counts say how much."""

from collections.abc import Mapping

import pytest

from services.domain.record.instant import instant_text
from services.platform.access import Partner, partners
from services.platform.postgres import Connection, connect, snapshot
from services.viewer.moments import now_ticks
from services.viewer.person_page import PersonPage, read_page
from services.viewer.reading import Entry, list_persons, read_record
from services.viewer.timeline_filter import Filter, sector_of
from tests.engines import Engines
from tests.scenario_records import tell
from tests.streams.wigan import WIGAN
from tests.streams.wigan_partners import PARTNERS

pytestmark = pytest.mark.any_broker


def asked_for(entry: Entry, only: Filter, names: Mapping[str, Partner]) -> bool:
    """The filter as plainly as it can be said."""
    told = {one.sender for one in entry.sources}
    fits = {ods for ods in told if only.by in ("", ods) and only.sector in ("", sector_of(ods, names))}
    return only.kind in ("", entry.kind) and bool(fits) and only.start <= entry.occurred < only.end


async def pages_of(connection: Connection, person: bytes, only: Filter) -> list[PersonPage]:
    """All pages, one after another."""
    found: list[PersonPage] = []
    start = None
    while not found or start:
        async with snapshot(connection):
            found.append(await read_page(connection, person, start, now_ticks(), only=only))
        start = found[-1].timeline.older
    return found


async def test_each_choice_shows_what_it_says(database: Engines) -> None:
    """Of everybody in Wigan: each kind, sector and organisation by itself, pairs of them, and half of the days."""
    async with await connect(database.dsn) as connection:
        await tell(connection, WIGAN, PARTNERS)
        names = await partners(connection)
        for person, _, _ in await list_persons(connection, None):
            record = await read_record(connection, person)
            middle = instant_text(record.entries[len(record.entries) // 2].occurred)[:10]
            whole = (await pages_of(connection, person, Filter(some="1")))[0]
            offered = whole.choices
            assert offered is not None
            assert offered.shown == len(record.entries)
            filters = [
                *(Filter(kind=one.value) for one in offered.kind),
                *(Filter(sector=one.value) for one in offered.sector),
                *(Filter(by=one.value) for one in offered.by),
                *(Filter(kind=offered.kind[0].value, by=one.value) for one in offered.by),
                Filter(since=middle),
                Filter(until=middle, sector=offered.sector[-1].value),
                Filter(since="9999-12-31"),
                Filter(kind="No such kind"),
            ]
            for only in filters:
                pages = await pages_of(connection, person, only)
                expected = [one.key for one in record.entries if asked_for(one, only, names)]
                assert [key for page in pages for key in page.timeline.keys] == expected, only
                told = pages[0].choices
                assert told is not None
                assert told.shown == len(expected)
                chosen = [one for part in told[:3] for one in part if one.chosen]
                assert all(one.entries == len(expected) for one in chosen)
                assert pages[0].story is None


def test_a_filter_survives_its_address() -> None:
    """What is no day is left out; what is asked for stands in the address of the next page."""
    only = Filter.read({"kind": "Note & more", "since": "2026-03-01", "until": "soon", "from": "1-aa"})
    assert only == Filter(kind="Note & more", since="2026-03-01")
    assert only.query() == "kind=Note+%26+more&since=2026-03-01&"
    assert Filter.read({"since": "2026-02-30", "until": "0000-00-00"}) == Filter()
    assert not Filter.read({}).is_on


def test_days_are_those_of_the_uk() -> None:
    """In summer a day begins an hour before midnight in UTC, and both days that are given are included."""
    one_day = Filter(since="2026-07-01", until="2026-07-01")
    assert instant_text(one_day.start).startswith("2026-06-30T23:00:00")
    assert instant_text(one_day.end).startswith("2026-07-01T23:00:00")
    assert Filter(until="9999-12-31").end > Filter(since="9999-12-31").start
