"""The partners' scorecards as a page, for signed-in browsers."""

from dataclasses import dataclass

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.delivery.scorecard import (
    LATE_HOURS,
    NotDays,
    median_in_words,
    read_days,
    scorecards,
    share_in_words,
)
from services.platform.pages import Frame
from services.platform.postgres import Connection
from services.platform.sign_in import signed_in

PERIODS = {None: "All time", 30: "Last 30 days", 7: "Last 7 days", 1: "Last 24 hours"}


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time to choose."""

    name: str
    days: int | None
    is_shown: bool


class PartnersPage:
    """/partners: how good what each partner sends is."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool
        self._frame = Frame(__package__ or "")
        self.routes = [Route("/partners", self.partners, methods=["GET"])]

    async def partners(self, request: Request) -> Response:
        """Every partner's card; of the days asked for, or of all time where they make no sense."""
        try:
            days = read_days(request.query_params.get("days", ""))
        except NotDays:
            days = None
        if not signed_in(request):
            return self._frame.not_signed_in()
        async with self._pool.connection() as connection:
            cards = await scorecards(connection, None, days)
        return self._frame.page(
            "partners.html",
            cards=cards,
            periods=[Period(name, period, period == days) for period, name in PERIODS.items()],
            period=PERIODS.get(days, f"Last {days} days"),
            late_hours=f"{LATE_HOURS:g}",
            median=median_in_words,
            share=share_in_words,
        )
