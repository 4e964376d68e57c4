"""The outline of a whole timeline: when each entry was, of what kind, and who tells of it. No resource is read."""

import asyncio
from typing import Any, NamedTuple

from cachetools import LRUCache

from services.platform.postgres import Connection
from services.viewer.reading import fetch
from services.viewer.timeline import Place


class Outlined(NamedTuple):
    """One entry in outline."""

    place: Place
    kind: str
    senders: tuple[str, ...]
    """The ODS codes of all who tell of it, sorted."""


async def read_outline(connection: Connection, person: bytes) -> list[Outlined]:
    """The entries of a person, the newest first: each of the kind, and where, the latest word on it says.

    It takes as long as the record is, so it is remembered for as long as the running sums of the source records
    are the same, and for whoever sees as much.
    """
    ((opened, things, state),) = await fetch(connection, "outline_state", person=person)
    about = (person, opened, things, *state)
    if about not in _remembered:
        rows = await fetch(connection, "outline", person=person)
        _remembered[about] = await asyncio.to_thread(_outline, rows)
    return _remembered[about]


def _outline(rows: list[Any]) -> list[Outlined]:
    latest: dict[bytes, tuple[int, bytes, int, str]] = {}
    senders: dict[bytes, tuple[str, ...]] = {}
    for sender, *columns in rows:
        alone = (sender,)
        for key, occurred, kind, instant, thing in zip(*columns, strict=True):
            if key not in latest:
                latest[key], senders[key] = (instant, thing, occurred, kind), alone
                continue
            latest[key] = min(
                latest[key], (instant, thing, occurred, kind), key=lambda one: (-one[0], one[1])
            )
            if sender not in senders[key]:
                senders[key] = tuple(sorted((*senders[key], sender)))
    found = [
        Outlined(Place(occurred, key), kind, senders[key]) for key, (_, _, occurred, kind) in latest.items()
    ]
    return sorted(found, key=lambda one: (-one.place.occurred, one.place.key))


_remembered: LRUCache[tuple[Any, ...], list[Outlined]] = LRUCache(30)
"""By the person, what of them may be seen, and their source records with their sums."""
