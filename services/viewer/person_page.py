"""What one page of a person's record is made of, as of one moment."""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from services.platform.postgres import Connection, snapshot
from services.viewer.bounds import LIMITS, WHOLE, Bounds, Limits
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
from services.viewer.timeline import Place, Timeline, read_timeline

ENTRIES_A_PAGE = 25

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

    def entry(self, key: bytes) -> Entry:
        """The entry with this key, on the page or like one on it."""
        return next((one for one in self.entries if one.key == key), None) or self.others[key]


async def read_page(
    connection: Connection, person: bytes, start: Place | None, as_of: int, limits: Limits = LIMITS
) -> PersonPage:
    """The page that begins at `start`, or the first, as it stands at `as_of`, in ticks.

    How long that takes does not depend on how much else there is, but for what is counted.
    """
    async with snapshot(connection):
        known = await read_known(connection, person)
        timeline = await read_timeline(connection, person, start, ENTRIES_A_PAGE)
        ((total, context),) = await fetch(connection, "totals", person=person)
        wanted = _NOTHING if start else await choose(connection, person, as_of, limits)
        rows = await read_rows(connection, person, wanted, timeline.keys)
        earlier = [] if start else await read_earlier(connection, person, limits.versions)
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
        None if start else Story(story, wanted.bounds),
    )
