"""What one page of a person's record is made of, as of one moment."""

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

from services.platform.access import partners
from services.platform.postgres import Connection, snapshot, together
from services.viewer.bounds import LIMITS, WHOLE, Bounds, Limits
from services.viewer.outline import read_outline
from services.viewer.reading import (
    CareRecord,
    Entry,
    Known,
    ask,
    ask_earlier,
    ask_known,
    assemble,
    earlier_of,
    fold,
    known_of,
    read_told,
)
from services.viewer.recent import Wanted, ask_rows, ask_wanted, choose, read_rows
from services.viewer.timeline import Place, Timeline, ask_timeline, page_of, timeline_of
from services.viewer.timeline_filter import Choices, Filter, pick
from services.viewer.totals import counted, remembered

ENTRIES_A_PAGE = 25

EVERYTHING = Filter()
_NOTHING = Wanted(frozenset(), frozenset(), WHOLE)


class Story(NamedTuple):
    """What the story is read from."""

    record: CareRecord
    bounds: Bounds
    about: Hashable
    """What is equal whenever it is read from the same."""


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
    state: Sequence[tuple[Any, ...]]
    """The rows of the query `state` as it was read."""

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
    asked = [
        ask_known([person]),
        ask("state", person=person),
        *([] if is_plain else [ask_wanted(person, as_of, limits)]),
        *([] if only.is_open else ask_timeline(person, start, ENTRIES_A_PAGE)),
    ]
    async with snapshot(connection, *asked) as (who, state, *first):
        (known,) = known_of(who)
        wanted = _NOTHING
        if not is_plain:
            wanted = await choose(connection, person, first.pop(0), state, as_of, limits)
        choices = None
        if only.is_open:
            timeline, choices = await _filtered(connection, person, start, only)
        else:
            timeline = timeline_of(first, ENTRIES_A_PAGE)
        totals = remembered(state)
        rows, duplicates, ruled, *more = await together(
            connection,
            ask_rows(person, wanted, timeline.keys),
            ask("duplicates_of", keys=timeline.keys),
            ask("ruled_one_of", keys=timeline.keys),
            *([] if totals else [ask("totals", person=person)]),
            *([] if is_plain else [ask_earlier(person, limits.versions)]),
        )
        totals = totals or counted(state, more.pop(0))
        alike = {key for both in duplicates for key in both[:2]}.difference(timeline.keys)
        elsewhere = await read_rows(connection, person, _NOTHING, list(alike)) if alike else []
    told = await asyncio.to_thread(read_told, rows, known)
    shown = set(timeline.keys)
    page = [*(one for one in told if one.entry_key in shown), *read_told(elsewhere, known)]
    entries = fold(page, duplicates, ruled)
    kept = [version for versions in more for version in earlier_of(versions)]
    story = assemble(known, [one for one in told if wanted.holds(one)], kept)
    return PersonPage(
        known,
        [one for one in entries if one.key in shown],
        {one.key: one for one in entries if one.key not in shown},
        timeline,
        totals.entries,
        totals.context,
        None if is_plain else Story(story, wanted.bounds, (tuple(state), wanted)),
        only,
        choices,
        state,
    )


async def _filtered(
    connection: Connection, person: bytes, start: Place | None, only: Filter
) -> tuple[Timeline, Choices]:
    outline, names = await read_outline(connection, person), await partners(connection)
    places, choices = await asyncio.to_thread(pick, only, outline, names)
    return page_of(places, start, ENTRIES_A_PAGE), choices
