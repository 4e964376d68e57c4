"""The queue of pairs in doubt: derived from links, persons and rulings whenever it is read, and stored nowhere."""

from collections.abc import Sequence
from typing import NamedTuple

from services.domain.identity.decision import Grade
from services.domain.identity.demographics import Demographics, from_json
from services.platform import metrics
from services.platform.postgres import Connection, snapshot
from services.platform.queries import load_queries
from services.review.kinds import RULES, Kind

SQL = load_queries(__package__)

_OF_RULE = {rule.value: kind for kind, rule in RULES.items()}
_START = (-(2**31), b"", b"")
_INTEGER = range(-(2**31), 2**31)
"""What PostgreSQL takes as the weight of a link."""


class NotACursor(ValueError):
    """This is no place in the list of reviews; leave it out to begin at the start."""


class Side(NamedTuple):
    """One source record of a pair."""

    id: bytes
    sender: str
    person: bytes
    facts: Demographics
    is_withheld: bool
    """Whether the person's record is shown to nobody just now."""


class Item(NamedTuple):
    """A pair in doubt, the lesser id first."""

    kind: Kind
    one: Side
    other: Side
    grade: str
    """Empty where nothing but a steward's ruling says that they might be one."""
    rule: str
    weight: int

    @property
    def cursor(self) -> str:
        """The place after this item."""
        weight = 0 if self.kind is Kind.NOT_FOLLOWED else -self.weight
        return f"{self.kind}.{weight}.{self.one.id.hex()}.{self.other.id.hex()}"


class _Place(NamedTuple):
    kind: Kind
    after: tuple[int, bytes, bytes]


_Row = tuple[bytes, bytes, str | None, str | None, int]


async def items(
    connection: Connection, *, kind: Kind | None = None, after: str = "", most: int = 50
) -> list[Item]:
    """The first `most` pairs of records after a place, of one kind or of all: kind by kind, in each the heaviest first.

    Raises:
        NotACursor: `after` is no place.
    """
    place = _read_cursor(after) if after else None
    kinds = [one for one in Kind if kind in (None, one) and one is not Kind.ENTRIES]
    if place is not None:
        kinds = kinds[kinds.index(place.kind) :] if place.kind in kinds else []
    found: list[tuple[Kind, _Row]] = []
    async with snapshot(connection):
        for one in kinds:
            if len(found) < most:
                start = place.after if place is not None and place.kind is one else _START
                rows = await _rows(connection, one, start, most - len(found))
                found += [(one, row) for row in rows]
        sides = await _sides(connection, {id_ for _, row in found for id_ in row[:2]})
    return [
        Item(kind_, sides[one], sides[other], grade or "", rule or "", weight)
        for kind_, (one, other, grade, rule, weight) in found
    ]


async def count_items(connection: Connection) -> dict[Kind, int]:
    """How many items of each kind there are."""
    counts = dict.fromkeys(Kind, 0)
    for grade, rule, pairs in await (await connection.execute(SQL["counts"])).fetchall():
        counts[_kind(grade, rule)] += pairs
    counts[Kind.ENTRIES] = sum(
        n for (n,) in await (await connection.execute(SQL["count_entries"])).fetchall()
    )
    return counts


async def keep_gauge(connection: Connection) -> None:
    """Set the gauge of the queue."""
    for kind, count in (await count_items(connection)).items():
        metrics.REVIEW_OPEN.labels(kind.value).set(count)


async def sides_of(connection: Connection, ids: Sequence[bytes]) -> dict[bytes, Side]:
    """The source records with these ids that have told something, by id."""
    return await _sides(connection, set(ids))


async def withheld(connection: Connection, persons: Sequence[bytes]) -> dict[bytes, list[bytes]]:
    """The persons among these whose record is shown to nobody, each with the messages in quarantine that say so."""
    found: dict[bytes, list[bytes]] = {}
    rows = await connection.execute(SQL["withheld"], {"persons": list(persons)}, binary=True)
    for person, message in sorted(await rows.fetchall()):
        found.setdefault(person, []).append(message)
    return found


async def _rows(
    connection: Connection, kind: Kind, after: tuple[int, bytes, bytes], most: int
) -> Sequence[_Row]:
    # Not prepared: a plan made for any limit and any place would sort all of the queue for one page of it.
    given = _given(kind, after, most)
    return await (await connection.execute(SQL[_query(kind)], given, prepare=False, binary=True)).fetchall()


def _kind(grade: str, rule: str) -> Kind:
    if not grade:
        return Kind.NOT_FOLLOWED
    return _OF_RULE.get(rule, Kind.CLOSE) if grade == Grade.POSSIBLE else Kind.HELD_APART


def _query(kind: Kind) -> str:
    return {Kind.NOT_FOLLOWED: "not_followed", Kind.HELD_APART: "held_apart"}.get(kind, "possible")


def _given(kind: Kind, after: tuple[int, bytes, bytes], most: int) -> dict[str, object]:
    weight, one, other = after
    rule = {"rule": RULES[kind].value} if kind in RULES else {}
    return {"weight": weight, "one": one, "other": other, "most": most, **rule}


async def _sides(connection: Connection, ids: set[bytes]) -> dict[bytes, Side]:
    rows = await (await connection.execute(SQL["sides"], {"ids": list(ids)}, binary=True)).fetchall()
    known = [row for row in rows if row[2] is not None]
    held = await withheld(connection, list({person for _, _, person, _ in known}))
    return {
        id_: Side(id_, sender, person, from_json(facts), person in held)
        for id_, sender, person, facts in known
    }


def _read_cursor(text: str) -> _Place:
    try:
        kind, weight, one, other = text.split(".")
        place = _Place(Kind(kind), (int(weight), bytes.fromhex(one), bytes.fromhex(other)))
    except ValueError:
        raise NotACursor(NotACursor.__doc__) from None
    if place.after[0] not in _INTEGER:
        raise NotACursor(NotACursor.__doc__)
    return place
