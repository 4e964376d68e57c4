"""The partnership's page: what joining up comes to, in counts that name nobody."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.domain.record.introductions import WITHIN_DAYS
from services.domain.record.partnership import FEWEST
from services.domain.record.referrals.boards import Why
from services.platform.access import Partner, partners
from services.platform.pages import Frame
from services.platform.postgres import Connection
from services.viewer.board_page import opens_board
from services.viewer.moments import plain_date
from services.viewer.watching.boards import read_counts, read_round
from services.viewer.watching.partnership_watch import ROUND


class Folding(NamedTuple):
    """How much of one kind was told more than once."""

    kind: str
    told: str
    entries: str
    avoided: str


class Service(NamedTuple):
    """How one partner answers."""

    name: str
    board: str
    """The ODS code, where its board opens to the reader; else empty."""
    waiting: str
    stalled: str
    asked: str
    accepted: str
    median: str
    p90: str
    rejected: str
    share: str
    reasons: list[tuple[str, str]]


class Measure(NamedTuple):
    """How a measure changed from first to last, in how many series."""

    name: str
    series: str
    better: str
    worse: str
    same: str
    reliable: str


def few(number: int) -> str:
    """A count as it may be told: a small one may tell who it is."""
    return f"{number:,}" if number >= FEWEST or number == 0 else f"fewer than {FEWEST}"


def whole(number: int, *parts: int) -> str:
    """The count of a whole whose parts are told beside it: not told out where a part is few and could be reckoned."""
    rest = number - sum(parts)
    if number >= FEWEST and any(0 < part < FEWEST for part in (*parts, rest)):
        return f"{FEWEST} or more"
    return few(number)


class PartnershipPage:
    """/partnership."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool
        self._frame = Frame(__package__ or "")
        self.routes: list[BaseRoute] = [Route("/partnership", self.partnership, methods=["GET"])]

    async def partnership(self, request: Request) -> Response:
        """What the last whole round over everybody counted."""
        async with self._pool.connection() as connection:
            names = await partners(connection)
            ended, found = await read_round(connection, ROUND)
            boards = await read_counts(connection)
        opened = {ods for ods in names if opens_board(request.state.reader, ods)}
        return self._frame.page(
            "partnership.html",
            ended=plain_date(ended.isoformat()) if ended else "",
            moment=ended.isoformat(timespec="seconds") if ended else "",
            within=WITHIN_DAYS,
            **partnership_view(found, names, boards, opened),
        )


def partnership_view(
    found: Mapping[str, Any],
    names: Mapping[str, Partner],
    boards: Counter[tuple[str, Why]],
    opened: set[str],
) -> dict[str, Any]:
    """What the page shows of what was counted; `opened` are the boards that open to the reader."""
    if not found:
        return {"counted": False}
    introductions, named = found["introductions"], found["named"]
    return {
        "counted": True,
        "persons": few(found["persons"]),
        **_foldings(found["tellings"]),
        "services": [
            _service(ods, names, found["answers"].get(ods), boards, opened)
            for ods in sorted(names, key=lambda ods: names[ods].name)
            if ods in found["answers"] or ods in opened
        ],
        "introductions": {name: few(number) for name, number in introductions.items()},
        "named": {name: few(number) for name, number in named.items()},
        "measures": [_measure(name, counts) for name, counts in found["measures"].items()],
    }


def _foldings(tellings: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """Of each kind of which something was told more than once, and of all: none of it is reckoned from the rest, for
    what was told is what became entries and what was avoided."""
    shown = [
        (kind, entries, told - entries)
        for kind, (told, entries) in sorted(tellings.items())
        if told > entries
    ]
    entries, avoided = [one for _, one, _ in shown], [one for *_, one in shown]
    all_told, all_entries = (sum(column) for column in zip((0, 0), *tellings.values(), strict=True))
    return {
        "told": whole(all_told, *entries, *avoided),
        "entries": whole(all_entries, *entries),
        "avoided": whole(all_told - all_entries, *avoided),
        "foldings": [
            Folding(kind, whole(became + saved, became, saved), few(became), few(saved))
            for kind, became, saved in shown
        ],
    }


_NONE: dict[str, Any] = {
    "asked": 0,
    "accepted": 0,
    "rejected": 0,
    "median_days": None,
    "p90_days": None,
    "reasons": [],
    "other_reasons": 0,
}


def _service(
    ods: str,
    names: Mapping[str, Partner],
    told: Mapping[str, Any] | None,
    boards: Counter[tuple[str, Why]],
    opened: set[str],
) -> Service:
    answers = told or _NONE
    asked, rejected = answers["asked"], answers["rejected"]
    reasons = [(words, few(number)) for words, number in answers["reasons"]]
    if answers["other_reasons"]:
        reasons.append(("Other reasons", few(answers["other_reasons"])))
    return Service(
        name=names[ods].name,
        board=ods if ods in opened else "",
        waiting=whole(boards[ods, Why.WAITING] + boards[ods, Why.STALLED], boards[ods, Why.STALLED]),
        stalled=few(boards[ods, Why.STALLED]),
        asked=few(asked),
        accepted=few(answers["accepted"]),
        median=_days(answers["median_days"]),
        p90=_days(answers["p90_days"]),
        rejected=few(rejected),
        share=f"{100 * rejected / asked:.0f}%" if asked >= FEWEST and rejected >= FEWEST else "",
        reasons=reasons,
    )


def _days(days: float | None) -> str:
    if days is None:
        return "too few"
    return f"{days:.1f} days"


def _measure(name: str, counts: Mapping[str, int]) -> Measure:
    told = {word: counts.get(word, 0) for word in ("better", "worse", "same", "not known")}
    return Measure(
        name,
        whole(sum(told.values()), *told.values()),
        few(told["better"]),
        few(told["worse"]),
        few(told["same"]),
        few(counts.get("reliable", 0)),
    )
