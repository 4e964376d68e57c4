"""A service's board: who waits for it and how long, what comes back to it, and what was rejected and asked nowhere."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.domain.access.reader import Reader, Role
from services.domain.access.sight import Sight
from services.domain.record.instant import DAY
from services.domain.record.referrals.boards import Why
from services.domain.record.referrals.likeness import DAYS
from services.platform.access import partners
from services.platform.audit_request import saw
from services.platform.pages import Frame
from services.platform.postgres import Connection
from services.viewer.boards import Board, Placed, read_board
from services.viewer.held import holds_of
from services.viewer.moments import now_ticks, plain_date, plain_day
from services.viewer.reading import read_all_known
from services.viewer.seeing import seen_of, sights_of

_TITLES = {
    Why.STALLED: "Waiting too long",
    Why.WAITING: "Waiting for an answer",
    Why.BACK_AGAIN: "Back again",
    Why.ASKED_NOWHERE: "Rejected, and nobody else asked",
}
_ABOUT = {
    Why.STALLED: "Asked of this service, and not answered in the days it has.",
    Why.WAITING: "Asked of this service, and still within the days it has.",
    Why.BACK_AGAIN: "Open, and back with this service after it had passed it on.",
    Why.ASKED_NOWHERE: f"Asked by this service and rejected in the last {DAYS} days; nobody was asked since.",
}
_WHOLE_PARTNERSHIP = frozenset({Role.STEWARD, Role.OPS})


class Line(NamedTuple):
    """One referral on the board."""

    person: str
    """The id; empty where the reader may not open their record."""
    name: str
    service: str
    since: str
    days: int
    returns: int


class Section(NamedTuple):
    """All that stand there for one reason."""

    key: str
    title: str
    about: str
    number: int
    lines: list[Line]
    """Empty for who may read nobody's record."""


def opens_board(reader: Reader, organisation: str) -> bool:
    """Whether the board of the organisation opens to the reader: those who work there, stewards and ops."""
    return reader.role in _WHOLE_PARTNERSHIP or (bool(organisation) and reader.organisation == organisation)


class BoardPage:
    """/services/{ods}."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool
        self._frame = Frame(__package__ or "")
        self.routes: list[BaseRoute] = [Route("/services/{ods}", self.board, methods=["GET"])]

    async def board(self, request: Request) -> Response:
        """The board of one service; whoever runs the partnership's machines sees how many, and no names."""
        reader: Reader = request.state.reader
        ods = request.path_params["ods"].upper()
        if not opens_board(reader, ods):
            return self._frame.page("no_board.html", 404, ods=ods)
        async with self._pool.connection() as connection:
            names = await partners(connection)
            if ods not in names:
                return self._frame.page("no_board.html", 404, ods=ods)
            board = await read_board(connection, ods)
            shown: dict[bytes, str] = {}
            if reader.role is not Role.OPS:
                persons = list(dict.fromkeys(person for person, _ in board.placed))
                shown = await _names_shown(connection, reader, persons)
                saw(list(shown))
        as_of = now_ticks()
        return self._frame.page(
            "board.html",
            name=names[ods].name,
            sector=names[ods].sector,
            counts_alone=reader.role is Role.OPS,
            sections=_sections(board, shown, as_of, counts_alone=reader.role is Role.OPS),
            ended=plain_date(board.ended_at.isoformat()) if board.ended_at else "",
            moment=board.ended_at.isoformat(timespec="seconds") if board.ended_at else "",
            minutes=_minutes(board),
        )


async def _names_shown(connection: Connection, reader: Reader, persons: list[bytes]) -> dict[bytes, str]:
    """The names of those whose record would open to the reader."""
    if not persons:
        return {}
    withheld = await holds_of(connection, persons)
    known = await read_all_known(connection, persons)
    sights = await sights_of(connection, reader, known)
    seen = ((one, sights[one.person]) for one in known if one.person not in withheld)
    return {one.person: seen_of(one, sight).name for one, sight in seen if isinstance(sight, Sight)}


def _sections(board: Board, shown: Mapping[bytes, str], as_of: int, *, counts_alone: bool) -> list[Section]:
    found: dict[Why, list[Placed]] = {why: [] for why in Why}
    for placed in board.placed:
        found[placed[1].why].append(placed)
    return [
        Section(
            why.value,
            _TITLES[why],
            _ABOUT[why],
            len(those),
            [] if counts_alone else [_line(placed, shown, as_of) for placed in those],
        )
        for why, those in found.items()
    ]


def _line(placed: Placed, shown: Mapping[bytes, str], as_of: int) -> Line:
    person, one = placed
    return Line(
        person.hex() if person in shown else "",
        shown.get(person, "Name not shown"),
        one.service or "Referral",
        plain_day(one.since),
        max(0, (as_of - one.since) // DAY),
        one.returns,
    )


def _minutes(board: Board) -> int:
    """How old the board is."""
    return int((datetime.now(UTC) - board.ended_at).total_seconds() // 60) if board.ended_at else 0
