"""Outcomes as events in one order, and the cursors by which a sender reads on from where it was.

The order is (txid, seq): the transaction that wrote the event, and its place among all. Only events below every
open transaction are read, so none can come to stand before one that was read (PostgreSQL, functions-info:
pg_snapshot_xmin).
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from services.domain.record.instant import moment_ticks
from services.platform.postgres import Connection
from services.platform.queries import load_queries

SQL = load_queries(__package__)

_CURSOR = re.compile(r"[0-7][0-9a-f]{15}[0-7][0-9a-f]{15}")
_YEAR_ONE = datetime(1, 1, 1, tzinfo=UTC)
_TICKS_PER_MICROSECOND = 10


class NotSince(ValueError):
    """`since` is neither an instant such as 2026-03-02T10:30:00Z nor a cursor."""


class Position(NamedTuple):
    """A place in the order of events."""

    txid: int
    seq: int

    @property
    def cursor(self) -> str:
        """As a sender sees it: 32 hexadecimal digits that sort as the events do."""
        return f"{self.txid:016x}{self.seq:016x}"


START = Position(0, 0)


class Event(NamedTuple):
    """One thing that became of a message, told to its sender."""

    position: Position
    sender: str
    message_key: bytes
    status: str
    at: datetime


async def fetch(connection: Connection, query: str, **given: Any) -> list[Any]:
    """The rows of a named query, read in binary."""
    return await (await connection.execute(SQL[query], given, binary=True)).fetchall()


def read_since(text: str) -> Position | datetime:
    """The position or the moment that `text` names; the start where it is empty.

    Raises:
        NotSince: it names neither.
    """
    if not text:
        return START
    if _CURSOR.fullmatch(text):
        return Position(int(text[:16], 16), int(text[16:], 16))
    ticks = moment_ticks(text.replace(" ", "+"))  # a plus that was not escaped in a query
    if ticks is None:
        raise NotSince
    try:
        return _YEAR_ONE + timedelta(microseconds=ticks // _TICKS_PER_MICROSECOND)
    except OverflowError:
        raise NotSince from None


class Stop(NamedTuple):
    """A notice that an organisation is to stop showing what it was given, in one order with the events."""

    position: Position
    receiver: str
    at: datetime
    told: dict[str, Any]
    """As schemas.notice.StopShowing."""


async def events_after(
    connection: Connection, sender: str, since: Position | datetime, most: int
) -> list[Event]:
    """The first `most` events of the sender's messages after a position, or from a moment on."""
    return [_event(*row) for row in await _after(connection, "events", sender, since, most)]


async def stops_after(
    connection: Connection, receiver: str, since: Position | datetime, most: int
) -> list[Stop]:
    """The first `most` notices to an organisation after a position, or from a moment on."""
    return [_stop(*row) for row in await _after(connection, "stops", receiver, since, most)]


async def _after(
    connection: Connection, what: str, whose: str, since: Position | datetime, most: int
) -> list[Any]:
    if isinstance(since, datetime):
        first = await fetch(connection, f"first_{what}_since", whose=whose, since=since)
        if not first:
            return []
        txid, seq = first[0]
        since = Position(int(txid), seq - 1)
    return await fetch(
        connection, f"{what}_after", whose=whose, txid=str(since.txid), seq=since.seq, most=most
    )


async def latest_events(connection: Connection, sender: str, id_: str, most: int) -> list[Event]:
    """What became last of the sender's messages with this key or id of its own, the newest message first."""
    key = bytes.fromhex(id_) if re.fullmatch(r"[0-9a-fA-F]{64}", id_) else b""
    rows = await fetch(connection, "latest_events", sender=sender, key=key, sender_id=id_, most=most)
    return [_event(*row) for row in rows]


async def pending(connection: Connection, most: int) -> list[Event | Stop]:
    """The first `most` events and notices that were not published yet, in their one order."""
    rows = await fetch(connection, "pending", most=most)
    return [
        _event(txid, seq, whose, key, status, at) if told is None else _stop(txid, seq, whose, at, told)
        for txid, seq, whose, key, status, at, told in rows
    ]


def _event(txid: str, seq: int, sender: str, key: bytes, status: str, at: datetime) -> Event:
    return Event(Position(int(txid), seq), sender, key, status, at)


def _stop(txid: str, seq: int, receiver: str, at: datetime, told: dict[str, Any]) -> Stop:
    return Stop(Position(int(txid), seq), receiver, at, told)
