"""The steward's pages of doubtful identities: the list, a pair side by side, and the form that rules.

They work without JavaScript. Stewards alone come here, as the table of routes has it; a ruling keeps the name of
whoever is signed in, and asks for one where nobody said it.
"""

import logging
from urllib.parse import urlencode

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.fhir.ruling import LONGEST_WORDS
from services.domain.identity.model import Model
from services.domain.identity.rulings import Pair, Verdict
from services.platform.access import partners
from services.platform.audit_request import saw
from services.platform.door import Back, Door
from services.platform.pages import Frame, see_other
from services.platform.postgres import Connection
from services.review.after_ruling import follows, try_ruling
from services.review.entry_pages import EntryPages
from services.review.form import FORMS, RulingForm, filled_in
from services.review.kinds import WORDS as KIND_WORDS
from services.review.kinds import Kind, kind_named
from services.review.queue import NotACursor, count_items, items
from services.review.reading import Doubt, NotThere, find_pair, read_doubt
from services.review.rulings import Accept, rule, two_records
from services.review.views import (
    address,
    fact_rows,
    item_view,
    obstacles,
    person_view,
    ruling_view,
    side_view,
    standing,
    verdict_view,
)

log = logging.getLogger(__name__)

_A_PAGE = 25


class ReviewPages:
    """/review and below, for signed-in browsers; `accept` takes the message of a ruling."""

    def __init__(self, pool: AsyncConnectionPool[Connection], model: Model, accept: Accept) -> None:
        self._pool = pool
        self._model = model
        self._accept = accept
        self._door = Door(
            Frame(__package__ or ""),
            FORMS,
            faults={NotThere: 404, NotACursor: 404},
            back=Back("/review", "Go to the review"),
        )
        self.routes = [
            Route("/review", self._door.guarded(self.list), methods=["GET"]),
            Route("/review/{one}/{other}", self._door.guarded(self.pair), methods=["GET"]),
            Route("/review/{one}/{other}", self._door.guarded(self.rule), methods=["POST"]),
            *EntryPages(pool, accept, self._door).routes,
        ]

    async def list(self, request: Request) -> Response:
        """What waits, the most important first; of one kind, where that is asked for."""
        kind = kind_named(request.query_params.get("kind", ""))
        if kind is Kind.ENTRIES:
            return see_other("/review/entries")
        after = request.query_params.get("after", "")
        async with self._pool.connection() as connection:
            found = await items(connection, kind=kind, after=after, most=_A_PAGE + 1)
            counts = await count_items(connection)
            names = await partners(connection)
        shown = found[:_A_PAGE]
        saw(side.id for one in shown for side in (one.one, one.other))
        more = {"kind": kind.value} if kind else {}
        entries = counts.pop(Kind.ENTRIES)
        return self._door.page(
            "review.html",
            items=[item_view(one, names) for one in shown],
            kinds=[_kind_view(one, counts[one]) for one in counts if counts[one]],
            entries=entries,
            kind=kind.value if kind else "",
            words=KIND_WORDS[kind] if kind else None,
            total=f"{sum(counts.values()):,}",
            waiting=sum(counts.values()),
            is_first=not after,
            next=f"/review?{urlencode(more | {'after': shown[-1].cursor})}" if len(found) > _A_PAGE else "",
        )

    async def pair(self, request: Request) -> Response:
        """Two source records side by side; just after a ruling, once the record follows it."""
        both = await self._find(request)
        saw(both)
        if not _is_address_of(request, both):
            return see_other(address(*both))
        return await self._show(both, RulingForm(), followed=await follows(self._pool, request))

    async def rule(self, request: Request) -> Response:
        """Rule on two source records."""
        both = await self._find(request)
        form = await filled_in(request)
        async with self._pool.connection() as connection:
            doubt = await read_doubt(connection, both, self._model)
        if form.verdict is None or form.errors or doubt.held:
            return await self._show(both, form, 422)
        ruling = rule(
            self._pool,
            self._accept,
            two_records(both),
            form.verdict,
            by=form.by,
            reason=form.reason,
            seen=form.seen,
        )
        key = await try_ruling(form, ruling)
        if isinstance(key, int):
            return await self._show(both, form, key)
        log.info("A steward ruled: %s", {"key": key.hex(), "verdict": form.verdict.value})
        return see_other(address(*both), ruled=key.hex())

    async def _show(
        self, both: Pair, form: RulingForm, status: int = 200, *, followed: bool | None = None
    ) -> Response:
        async with self._pool.connection() as connection:
            doubt = await read_doubt(connection, both, self._model)
            names = await partners(connection)
        sides = [side_view(side, names) for side in (doubt.one, doubt.other)]
        if doubt.held:
            messages = sorted({key.hex() for keys in doubt.held.values() for key in keys})
            return self._door.page("review_held.html", 403, sides=sides, messages=messages)
        people = [person_view(side.person, doubt, side.id, names) for side in (doubt.one, doubt.other)]
        return self._door.page(
            "review_pair.html",
            status,
            address=address(*both),
            sides=sides,
            people=people,
            rows=fact_rows(doubt),
            verdict=verdict_view(doubt, self._model),
            standing=standing(doubt),
            obstacles=obstacles(doubt, self._model, names),
            is_one=doubt.is_one,
            made=[ruling_view(one) for one in doubt.made],
            in_force=doubt.ruling is not None,
            seen=doubt.made[0].key.hex() if doubt.made else "",
            followed=followed,
            came_of_it=_came_of_it(doubt),
            form=form,
            longest=LONGEST_WORDS,
        )

    async def _find(self, request: Request) -> Pair:
        async with self._pool.connection() as connection:
            return await find_pair(connection, request.path_params["one"], request.path_params["other"])


def _came_of_it(doubt: Doubt) -> str:
    """What the latest ruling came to, for whoever has just made it: done, waits, or undone."""
    ruling = doubt.ruling
    if ruling is None:
        return "undone"
    return "done" if doubt.is_one == (ruling.verdict is Verdict.SAME) else "waits"


def _kind_view(kind: Kind, count: int) -> dict[str, str]:
    return {"name": kind.value, "title": KIND_WORDS[kind].title, "count": f"{count:,}"}


def _is_address_of(request: Request, both: Pair) -> bool:
    return [request.path_params["one"], request.path_params["other"]] == [id_.hex() for id_ in both]
