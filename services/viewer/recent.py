"""The part of a record that its story is read from: it does not grow with the record."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

from cachetools import LRUCache

from services.domain.record.instant import DAY
from services.domain.record.referrals.keeping import Kept, keep
from services.domain.record.referrals.likeness import DAYS
from services.domain.record.referrals.traces import from_row
from services.platform.postgres import Asked, Connection, snapshot, together
from services.viewer.bounds import GROWING, LIMITS, Bounds, Limits
from services.viewer.reading import (
    CareRecord,
    Told,
    ask,
    ask_earlier,
    ask_known,
    assemble,
    earlier_of,
    fetch,
    known_of,
    read_told,
)


class Wanted(NamedTuple):
    """What the story is read from."""

    keys: frozenset[bytes]
    """Entries, whole."""
    things: frozenset[bytes]
    """And these things, of whatever entry."""
    bounds: Bounds

    def holds(self, one: Told) -> bool:
        """Whether the story is read from it."""
        return one.entry_key in self.keys or one.source.resource_key in self.things


def ask_wanted(person: bytes, as_of: int, limits: Limits) -> Asked:
    """Asks for the rows of which `choose` chooses."""
    given = {"kinds": sorted(GROWING), "recent": limits.recent + 1, "scores": limits.scores + 1}
    return ask("wanted", person=person, ends=as_of - DAY, **given)


async def choose(
    connection: Connection,
    person: bytes,
    rows: Sequence[Any],
    state: Sequence[Any],
    as_of: int,
    limits: Limits = LIMITS,
) -> Wanted:
    """Choose what the story at `as_of`, in ticks, is read from: no resource is read for that.

    What is open, lasts or is to come is never left out. The rows are of `ask_wanted` and of the query `state`.
    """
    recent, since = _latest(rows, limits.recent)
    lately = as_of // DAY * DAY - DAYS * DAY
    kept = await _keep(connection, person, state, min(lately, since or lately), limits)
    keys = {key for what, key, _ in rows if what != "recent"}
    counted = recent if since else None
    return Wanted(
        recent.union(keys),
        kept.keys,
        Bounds(counted, since, kept.since, contacts=kept.contacts_left_out, scores=limits.scores),
    )


async def read_recent(
    connection: Connection, person: bytes, as_of: int, limits: Limits = LIMITS
) -> tuple[CareRecord, Bounds]:
    """The part of the record that the story at `as_of`, in ticks, is read from, as of one moment."""
    asked = ask_known([person]), ask_wanted(person, as_of, limits), ask("state", person=person)
    async with snapshot(connection, *asked) as (who, chosen_of, state):
        wanted = await choose(connection, person, chosen_of, state, as_of, limits)
        rows, earlier = await together(
            connection, ask_rows(person, wanted), ask_earlier(person, limits.versions)
        )
    (known,) = known_of(who)
    told = await asyncio.to_thread(read_told, rows, known)
    return assemble(known, told, earlier_of(earlier)), wanted.bounds


async def read_rows(
    connection: Connection, person: bytes, wanted: Wanted, shown: Sequence[bytes] = ()
) -> list[Any]:
    """The rows of what is wanted, and of the entries that are shown."""
    (rows,) = await together(connection, ask_rows(person, wanted, shown))
    return rows


def ask_rows(person: bytes, wanted: Wanted, shown: Sequence[bytes] = ()) -> Asked:
    """Asks for these rows."""
    keys = list(wanted.keys.union(shown))
    return ask("entries_of", person=person, keys=keys, things=list(wanted.things), counted=list(shown))


def _latest(rows: Sequence[Any], most: int) -> tuple[frozenset[bytes], int]:
    """The latest entries of the kinds that grow; and since when these are all, or 0 where there are no more."""
    told = sorted((-occurred, key) for what, key, occurred in rows if what == "recent")
    found: dict[bytes, int] = {}
    for before, key in told:
        found.setdefault(key, -before)
    latest = list(found)[:most]
    return frozenset(latest), found[latest[-1]] if found.keys() - set(latest) else 0


async def _keep(
    connection: Connection, person: bytes, state: Sequence[Any], since: int, limits: Limits
) -> Kept:
    """What of the referrals is read. To choose it takes a few microseconds a trace, so it is remembered for as long as
    the running sums of the person's source records are the same: the record is, then (the digest holds all of it).
    What one reader may see is another choice than what the next one may."""
    about = (*map(tuple, state), since, limits)
    if about not in _remembered:
        ((keys, entries, rows),) = await fetch(connection, "traces", person=person)
        _remembered[about] = await asyncio.to_thread(
            _chosen, (keys or (), entries or (), rows or ()), since, limits
        )
    return _remembered[about]


def _chosen(told: tuple[Sequence[bytes], ...], since: int, limits: Limits) -> Kept:
    return keep([*map(from_row, *told)], since, limits.ended, limits.contacts)


_remembered: LRUCache[tuple[Any, ...], Kept] = LRUCache(200)
"""By the source records with their sums and what of them is opened, the day and the limits."""
