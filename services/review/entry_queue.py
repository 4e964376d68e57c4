"""The queue of entries that may be one: pairs that a rule or a steward holds to be one, or perhaps, and are two."""

from typing import Any, NamedTuple

from services.domain.record.duplicates.rulings import why
from services.platform.postgres import Connection, snapshot
from services.review import queue
from services.review.kinds import Kind
from services.review.queue import Item, NotACursor
from services.review.things import SQL, Told, read_things

_START = ("", 0, b"", b"")
_GRADES = ("certain", "possible")


class EntryItem(NamedTuple):
    """Two things in doubt, the lesser resource key first."""

    one: Told
    other: Told
    grade: str
    rule: str
    nearness: int

    @property
    def kind(self) -> Kind:
        """Why it waits."""
        return Kind.ENTRIES

    @property
    def why(self) -> str:
        """The rule's reason, in words."""
        return why([self.one.resource["resourceType"], self.other.resource["resourceType"]], self.rule)

    @property
    def cursor(self) -> str:
        """The place after this item."""
        return f"{_PREFIX}{self.grade}.{self.nearness}.{self.one.key.hex()}.{self.other.key.hex()}"


_PREFIX = f"{Kind.ENTRIES.value}."


async def entry_items(connection: Connection, *, after: str = "", most: int = 50) -> list[EntryItem]:
    """The first `most` after a place: what is certain by itself first, then what is possible, each the nearest first.

    Raises:
        NotACursor: `after` is no place.
    """
    place = _read_cursor(after) if after else _START
    given: dict[str, Any] = dict(zip(("grade", "nearness", "one", "other"), place, strict=True))
    async with snapshot(connection):
        # Not prepared: a plan made for any limit and any place would sort all of the queue for one page of it.
        found = await connection.execute(SQL["doubtful"], given | {"most": most}, prepare=False, binary=True)
        rows = await found.fetchall()
        told = await read_things(connection, {key for row in rows for key in row[:2]})
    return [EntryItem(told[one], told[other], *rest) for one, other, *rest in rows]


async def all_items(
    connection: Connection, *, kind: Kind | None = None, after: str = "", most: int = 50
) -> list[Item | EntryItem]:
    """The first `most` after a place, of one kind or of all: people before entries.

    Raises:
        NotACursor: `after` is no place.
    """
    among_entries = after.startswith(_PREFIX)
    found: list[Item | EntryItem] = []
    if not among_entries:
        found += await queue.items(connection, kind=kind, after=after, most=most)
    if kind in (None, Kind.ENTRIES) and len(found) < most:
        place = after if among_entries else ""
        found += await entry_items(connection, after=place, most=most - len(found))
    return found


def _read_cursor(text: str) -> tuple[str, int, bytes, bytes]:
    try:
        _, grade, nearness, one, other = text.split(".")
        place = grade, -int(nearness), bytes.fromhex(one), bytes.fromhex(other)
    except ValueError:
        raise NotACursor(NotACursor.__doc__) from None
    if grade not in _GRADES or not text.startswith(_PREFIX) or abs(place[1]) >= 2**31:
        raise NotACursor(NotACursor.__doc__)
    return place
