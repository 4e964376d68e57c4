"""A service's board: who waits for it and how long, what comes back to it, and what was rejected and asked nowhere."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.domain.access.reader import Reader, Role
from services.domain.access.sight import Refusal, Sight
from services.domain.record.instant import DAY
from services.domain.record.referrals.boards import Why
from services.domain.record.referrals.likeness import DAYS
from services.platform.access import partners
from services.platform.audit_request import saw
from services.platform.pages import Frame
from services.platform.postgres import Connection
from services.viewer.held import holds_of
from services.viewer.moments import now_ticks, plain_date, plain_day
from services.viewer.page_state import Seal
from services.viewer.reading import read_all_known
from services.viewer.seeing import seeing_all, seen_of
from services.viewer.watching.boards import Board, Placed, read_board, read_tellings

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
    """The id."""
    name: str
    service: str
    since: str
    days: int
    returns: int


class Section(NamedTuple):
    """All that stand there for one reason, but for persons of whom the reader may not even know."""

    key: str
    title: str
    about: str
    number: int
    lines: list[Line]
    """Those that the reader may see; empty for who may read nobody's record."""


class _Seen(NamedTuple):
    """What a reader may see of a board."""

    placed: list[Placed]
    """Without persons of whom they may not even know."""
    names: dict[bytes, str]
    """Of those whose record would open to them, by what they may see of it."""
    whole: dict[bytes, bool]
    """By the key of each referral that they may see, whether they may see all that is told of it."""


def opens_board(reader: Reader, organisation: str) -> bool:
    """Whether the board of the organisation opens to the reader: those who work there, stewards and ops."""
    return reader.role in _WHOLE_PARTNERSHIP or (bool(organisation) and reader.organisation == organisation)


class BoardPage:
    """/services/{ods}."""

    def __init__(self, pool: AsyncConnectionPool[Connection], seal: Seal) -> None:
        self._pool = pool
        self._seal = seal
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
            sections = await sections_of(connection, reader, board)
        saw(dict.fromkeys(bytes.fromhex(line.person) for one in sections for line in one.lines))
        return self._frame.live_page(
            "board.html",
            name=names[ods].name,
            sector=names[ods].sector,
            counts_alone=reader.role is Role.OPS,
            sections=sections,
            ended=plain_date(board.ended_at.isoformat()) if board.ended_at else "",
            moment=board.ended_at.isoformat(timespec="seconds") if board.ended_at else "",
            minutes=_minutes(board),
            changes=f"/services/{ods}/changes?since={self._seal.sealed(board_state(sections))}",
        )


async def sections_of(connection: Connection, reader: Reader, board: Board) -> list[Section]:
    """What the reader may see of a board; of who may read nobody's record, how many."""
    is_counted = reader.role is Role.OPS
    seen = _Seen(board.placed, {}, {}) if is_counted else await _seen(connection, reader, board.placed)
    return _sections(seen, now_ticks())


def board_state(sections: Iterable[Section]) -> bytes:
    """What changes whenever a board does, but for the days, which pass by themselves."""
    shown = [(one.key, one.number, [line._replace(days=0) for line in one.lines]) for one in sections]
    return hashlib.sha256(repr(shown).encode()).digest()


async def _seen(connection: Connection, reader: Reader, placed: list[Placed]) -> _Seen:
    persons = list(dict.fromkeys(person for person, _ in placed))
    if not persons:
        return _Seen([], {}, {})
    withheld = await holds_of(connection, persons)
    known = await read_all_known(connection, persons)
    threads = list(dict.fromkeys(one.thread for _, one in placed))
    told = await read_tellings(connection, threads)
    async with seeing_all(connection, reader, known) as sights:
        visible = await read_tellings(connection, threads)
    secret = {person for person in persons if _is_secret(sights.get(person))}
    opened = ((one, sights[one.person]) for one in known if one.person not in withheld)
    return _Seen(
        [one for one in placed if one[0] not in secret],
        {one.person: seen_of(one, sight).name for one, sight in opened if isinstance(sight, Sight)},
        {thread: number == told.get(thread) for thread, number in visible.items()},
    )


def _is_secret(decided: Sight | Refusal | None) -> bool:
    """Also where the person became another's between two readings."""
    return decided is None or (isinstance(decided, Refusal) and decided.is_secret)


def _sections(seen: _Seen, as_of: int) -> list[Section]:
    found: dict[Why, list[Placed]] = {why: [] for why in Why}
    for placed in seen.placed:
        found[placed[1].why].append(placed)
    return [
        Section(why.value, _TITLES[why], _ABOUT[why], len(those), _lines(those, seen, as_of))
        for why, those in found.items()
    ]


def _lines(those: list[Placed], seen: _Seen, as_of: int) -> list[Line]:
    """What was asked for is told to who may see all that is told of the referral: any of it may have said so."""
    return [
        Line(
            person.hex(),
            seen.names[person],
            (one.service if seen.whole[one.thread] else "") or "Referral",
            plain_day(one.since),
            max(0, (as_of - one.since) // DAY),
            one.returns,
        )
        for person, one in those
        if person in seen.names and one.thread in seen.whole
    ]


def _minutes(board: Board) -> int:
    """How old the board is."""
    return int((datetime.now(UTC) - board.ended_at).total_seconds() // 60) if board.ended_at else 0
