"""What was given to whom, as the tables have it: what of it is to be decided anew, and what is left of it."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from schemas.notice import StopShowing
from services.domain.access.given import Given, Thing
from services.domain.access.label import label_of
from services.domain.access.sight import Label
from services.platform.postgres import Connection
from services.platform.queries import load_queries

SQL = load_queries(__package__, "given.sql")

Place = tuple[str, bytes]
"""An organisation, and its own source record of the person."""

FIRST: Place = ("", b"")


class Holding(NamedTuple):
    """All that one organisation's system was given of one person."""

    place: Place
    given_as: bytes
    """The id of the person under which it was given last."""
    person: bytes
    """Who that is by now."""
    given: tuple[Given, ...]
    unchecked: bool
    """Whether it may have been closed while it was given."""


class CameAbout(NamedTuple):
    """What came about since the last look."""

    places: list[Place]
    """To whom something is given that it may close."""
    confidential: list[Thing]
    """What was open by its label, and is not any more."""
    looked_at: int
    """How many outcomes were looked at."""


async def take_turn(connection: Connection) -> bool:
    """Whether nobody else looks just now; the turn lasts as long as the transaction."""
    ((taken,),) = await _fetch(connection, "take_turn")
    return bool(taken)


async def look_on(connection: Connection, most: int) -> CameAbout:
    """Look at the next outcomes, at most so many."""
    looked = await _fetch(connection, "looked")
    if not looked:
        await connection.execute(SQL["begin_looking"])
        return CameAbout([], [], 0)
    ((txid, seq),) = looked
    events = await _fetch(connection, "came_about", txid=txid, seq=seq, most=most)
    if not events:
        return CameAbout([], [], 0)
    *_, (txid, seq, _) = events
    await connection.execute(SQL["look_on"], {"txid": txid, "seq": seq})
    keys = sorted({key for *_, key in events if key is not None})
    ((is_given,),) = await _fetch(connection, "is_given")
    if not (keys and is_given):
        return CameAbout([], [], len(events))
    places = await _fetch(connection, "concerned", keys=keys)
    rows = await _fetch(connection, "more_confidential", keys=keys)
    things = [_thing(*row) for row in rows if label_of(orjson.loads(row[-1])) is Label.NORMAL]
    return CameAbout([(organisation, subject) for organisation, subject in places], things, len(events))


async def given_just_now(connection: Connection, most: int) -> list[Place]:
    """Where something was given, at most so many, of which nobody has looked yet whether it still is open."""
    return [(one, subject) for one, subject in await _fetch(connection, "unchecked", most=most)]


async def some_given(connection: Connection, after: Place, most: int) -> list[Place]:
    """Where something is given, the next so many in order."""
    rows = await _fetch(connection, "after", organisation=after[0], subject=after[1], most=most)
    return [(organisation, subject) for organisation, subject in rows]


async def read_holdings(connection: Connection, places: Sequence[Place]) -> list[Holding]:
    """What is given there, held until the transaction ends."""
    rows = await _fetch(
        connection,
        "given",
        organisations=[organisation for organisation, _ in places],
        subjects=[subject for _, subject in places],
    )
    return [_holding(place, list(group)) for place, group in groupby(rows, lambda row: (row[0], row[1]))]


async def keep_left(connection: Connection, left: Sequence[tuple[Holding, Sequence[Given | None]]]) -> None:
    """Keep of each holding what is left of each that was given, None for nothing."""
    pairs = [
        (one, given, rest) for one, all_left in left for given, rest in zip(one.given, all_left, strict=True)
    ]
    gone = [(one.place, given) for one, given, rest in pairs if rest is None]
    if gone:
        await connection.execute(SQL["take_back"], _columns(gone))
    kept = [
        (one.place, rest)
        for one, given, rest in pairs
        if rest is not None and (one.unchecked or rest != given)
    ]
    if kept:
        values = {
            "kinds": [orjson.dumps(sorted(rest.kinds)).decode() for _, rest in kept],
            "referrals": [rest.referrals for _, rest in kept],
            "whereabouts": [rest.whereabouts for _, rest in kept],
        }
        await connection.execute(SQL["leave"], _columns(kept) | values)


async def tell(connection: Connection, notices: Sequence[tuple[Place, StopShowing]]) -> None:
    """Have these organisations told."""
    given = {
        "organisations": [organisation for (organisation, _), _ in notices],
        "subjects": [subject for (_, subject), _ in notices],
        "told": [told.model_dump_json() for _, told in notices],
    }
    await connection.execute(SQL["tell"], given)


def _columns(rows: Sequence[tuple[Place, Given]]) -> dict[str, list[Any]]:
    return {
        "organisations": [organisation for (organisation, _), _ in rows],
        "subjects": [subject for (_, subject), _ in rows],
        "source_records": [given.source_record for _, given in rows],
    }


def _thing(source_record: bytes, kind: str, key: bytes, content: bytes) -> Thing:
    return Thing(source_record, kind, f"{orjson.loads(content)['resourceType']}/{UUID(bytes=key)}")


def _holding(place: Place, rows: Sequence[Any]) -> Holding:
    given = tuple(
        Given(source_record, sender, frozenset(kinds), referrals, whereabouts)
        for *_, source_record, sender, kinds, referrals, whereabouts, _ in rows
    )
    latest = max(rows, key=lambda row: row[4])
    return Holding(place, latest[2], rows[0][3], given, any(row[-1] for row in rows))


async def _fetch(connection: Connection, query: str, **given: Any) -> list[Any]:
    return await (await connection.execute(SQL[query], given, binary=True)).fetchall()
