"""What one page of a person's record is made of, as of one moment."""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from services.platform.access import partners
from services.platform.postgres import Connection, snapshot
from services.viewer.bounds import LIMITS, WHOLE, Bounds, Limits
from services.viewer.outline import read_outline
from services.viewer.reading import (
    CareRecord,
    Entry,
    Known,
    assemble,
    fetch,
    fold,
    read_earlier,
    read_known,
    read_told,
)
from services.viewer.recent import Wanted, choose, read_rows
from services.viewer.timeline import Place, Timeline, page_of, read_timeline
from services.viewer.timeline_filter import Choices, Filter, pick

ENTRIES_A_PAGE = 25

EVERYTHING = Filter()
_NOTHING = Wanted(frozenset(), frozenset(), WHOLE)


class Story(NamedTuple):
    """What the story is read from."""

    record: CareRecord
    bounds: Bounds


class PersonPage(NamedTuple):
    """Who the person is, a page of the timeline and, on the first one, the story."""

    known: Known
    entries: list[Entry]
    others: Mapping[bytes, Entry]
    """Entries elsewhere that may be the same as one of these, by key."""
    timeline: Timeline
    total: int
    """Entries in all."""
    context: int
    """Things that are kept and are no entry."""
    story: Story | None
    """Only on the first page of the whole timeline."""
    only: Filter
    choices: Choices | None
    """None where nobody is about to choose."""

    def entry(self, key: bytes) -> Entry:
        """The entry with this key, on the page or like one on it."""
        return next((one for one in self.entries if one.key == key), None) or self.others[key]


async def read_page(
    connection: Connection,
    person: bytes,
    start: Place | None,
    as_of: int,
    limits: Limits = LIMITS,
    only: Filter = EVERYTHING,
) -> PersonPage:
    """The page that begins at `start`, or the first, as it stands at `as_of`, in ticks, of the entries asked for.

    How long that takes does not depend on how much else there is, but for what is counted.
    """
    is_plain = start is not None or only.is_open
    async with snapshot(connection):
        known = await read_known(connection, person)
        timeline, choices = await _timeline(connection, person, start, only)
        ((total, context),) = await fetch(connection, "totals", person=person)
        wanted = _NOTHING if is_plain else await choose(connection, person, as_of, limits)
        rows = await read_rows(connection, person, wanted, timeline.keys)
        earlier = [] if is_plain else await read_earlier(connection, person, limits.versions)
        duplicates = await fetch(connection, "duplicates_of", keys=timeline.keys)
        ruled = await fetch(connection, "ruled_one_of", keys=timeline.keys)
        alike = {key for both in duplicates for key in both[:2]}.difference(timeline.keys)
        elsewhere = await read_rows(connection, person, _NOTHING, list(alike)) if alike else []
    told = await asyncio.to_thread(read_told, rows, known)
    shown = set(timeline.keys)
    page = [*(one for one in told if one.entry_key in shown), *read_told(elsewhere, known)]
    entries = fold(page, duplicates, ruled)
    story = assemble(known, [one for one in told if wanted.holds(one)], earlier)
    return PersonPage(
        known,
        [one for one in entries if one.key in shown],
        {one.key: one for one in entries if one.key not in shown},
        timeline,
        total,
        context,
        None if is_plain else Story(story, wanted.bounds),
        only,
        choices,
    )


async def _timeline(
    connection: Connection, person: bytes, start: Place | None, only: Filter
) -> tuple[Timeline, Choices | None]:
    if not only.is_open:
        return await read_timeline(connection, person, start, ENTRIES_A_PAGE), None
    outline, names = await read_outline(connection, person), await partners(connection)
    places, choices = await asyncio.to_thread(pick, only, outline, names)
    return page_of(places, start, ENTRIES_A_PAGE), choices
