"""The boards of all services, as rounds over everybody, and what changed since, left them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from services.domain.record.referrals.boards import OnBoard, Why
from services.platform.postgres import Connection
from services.platform.queries import load_queries

SQL = load_queries(__package__, "watched.sql")

ROUND = "referrals"

Placed = tuple[bytes, OnBoard]
"""A person, and a referral of theirs."""


class Board(NamedTuple):
    """One organisation's."""

    ended_at: datetime | None
    """When the last whole round ended; None before the first."""
    placed: list[Placed]
    """What waits longest first."""


async def place_between(
    connection: Connection, after: bytes, last: bytes | None, placed: Sequence[Placed]
) -> None:
    """Put these in the place of all that stands of persons with an id after one, up to a last or all that there are."""
    async with connection.transaction():
        await connection.execute(SQL["clear_between"], {"after": after, "last": last})
        await _write(connection, placed)


async def place_of(connection: Connection, persons: Sequence[bytes], placed: Sequence[Placed]) -> None:
    """Put these in the place of all that stands of these persons."""
    async with connection.transaction():
        await connection.execute(SQL["clear_of"], {"persons": list(persons)}, binary=True)
        await _write(connection, placed)


async def _write(connection: Connection, placed: Sequence[Placed]) -> None:
    given = {
        "organisations": [one.organisation for _, one in placed],
        "persons": [person for person, _ in placed],
        "whys": [one.why.value for _, one in placed],
        "threads": [one.thread for _, one in placed],
        "sinces": [one.since for _, one in placed],
        "returns": [one.returns for _, one in placed],
        "services": [one.service for _, one in placed],
    }
    await connection.execute(SQL["write_boards"], given)


async def read_board(connection: Connection, organisation: str) -> Board:
    """The board of the organisation with this ODS code."""
    rows = await (
        await connection.execute(SQL["board"], {"organisation": organisation}, binary=True)
    ).fetchall()
    placed = [
        (person, OnBoard(organisation, Why(why), thread, since, returns, service))
        for why, person, thread, since, returns, service in rows
        if person is not None
    ]
    ended, _ = await read_round(connection, ROUND)
    return Board(ended, placed)


async def read_tellings(connection: Connection, entries: Sequence[bytes]) -> dict[bytes, int]:
    """How many things tell of each of these entries, of what whoever reads may see; those without any are left out."""
    rows = await connection.execute(SQL["tellings_of"], {"entries": list(entries)}, binary=True)
    return dict(await rows.fetchall())


async def read_counts(connection: Connection) -> Counter[tuple[str, Why]]:
    """How many stand on each board, by ODS code and why."""
    rows = await (await connection.execute(SQL["counts"])).fetchall()
    return Counter({(organisation, Why(why)): number for organisation, why, number in rows})


async def keep_round(connection: Connection, name: str, found: str) -> None:
    """Say that a round ended just now, and what it found, as JSON."""
    await connection.execute(SQL["write_round"], {"name": name, "found": found})


async def read_round(connection: Connection, name: str) -> tuple[datetime | None, dict[str, Any]]:
    """When the last whole round of this name ended, and what it found; None and nothing before the first."""
    row = await (await connection.execute(SQL["read_round"], {"name": name})).fetchone()
    return (row[0], row[1]) if row else (None, {})
