"""The timeline a page at a time: from a place in it on, so that a page costs the same wherever it is."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, NamedTuple, Self

from services.platform.postgres import Asked, Connection, together
from services.viewer.reading import ask

_PLACE = re.compile(r"(\d{1,18})-((?:[0-9a-f]{2}){1,32})", re.ASCII)


class Place(NamedTuple):
    """A place in the timeline, which entries that come or go elsewhere do not shift."""

    occurred: int
    """In ticks."""
    key: bytes
    """Of the entry there; where it has gone the page begins with the next."""

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The place that `str` wrote; None where the text is none."""
        found = _PLACE.fullmatch(text)
        return cls(int(found[1]), bytes.fromhex(found[2])) if found else None

    def __str__(self) -> str:
        """The place as it stands in an address."""
        return f"{self.occurred}-{self.key.hex()}"


FIRST = Place((1 << 63) - 1, b"")


class Timeline(NamedTuple):
    """One page of a person's timeline."""

    keys: list[bytes]
    """Of its entries, the newest first."""
    newer: Place | None
    """Where the page before begins; None on the first."""
    older: Place | None
    """Where the next one begins; None on the last."""
    is_second: bool = False
    """Whether no more than one page of entries is before it: that page is the first."""


async def read_timeline(connection: Connection, person: bytes, start: Place | None, most: int) -> Timeline:
    """The page of at most `most` entries from `start` on, or the first."""
    return timeline_of(await together(connection, *ask_timeline(person, start, most)), most)


def ask_timeline(person: bytes, start: Place | None, most: int) -> list[Asked]:
    """Asks for the rows that `timeline_of` reads."""
    place = start or FIRST
    given = {"person": person, "occurred": place.occurred, "key": place.key, "most": most + 1}
    return [ask("older", **given), *([ask("newer", **given)] if start else [])]


def timeline_of(told: Sequence[Sequence[Any]], most: int) -> Timeline:
    """The page that was asked for."""
    older, before = ([Place(*row) for row in rows] for rows in (*told, ())[:2])
    return _page(older, before, most)


def page_of(places: Sequence[Place], start: Place | None, most: int) -> Timeline:
    """The same of these places alone, the newest first."""
    at = bisect_left(places, _order(start), key=_order) if start else 0
    return _page(places[at : at + most + 1], places[max(0, at - most - 1) : at][::-1], most)


def _order(place: Place) -> tuple[int, bytes]:
    return -place.occurred, place.key


def _page(older: Sequence[Place], before: Sequence[Place], most: int) -> Timeline:
    """Of the entries from its start on, and of those before it, the nearest first: one more of both than fit."""
    return Timeline(
        [place.key for place in older[:most]],
        newer=before[:most][-1] if before else None,
        older=older[most] if older[most:] else None,
        is_second=len(before) <= most,
    )
