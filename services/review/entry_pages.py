"""The steward's pages of entries that may be one: the list, two wordings side by side, and the form that rules."""

import logging

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.fhir.ruling import LONGEST_WORDS
from services.domain.identity.rulings import Pair, Verdict
from services.platform.access import partners
from services.platform.audit_request import saw
from services.platform.door import Door
from services.platform.pages import see_other
from services.platform.postgres import Connection
from services.review.after_ruling import follows, try_ruling
from services.review.entry_queue import entry_items
from services.review.entry_reading import EntryDoubt, find_things, read_entry_doubt
from services.review.entry_rulings import rule_on_entries
from services.review.entry_views import (
    by_rules,
    entry_address,
    entry_item_view,
    entry_standing,
    thing_view,
    wording_rows,
)
from services.review.form import RulingForm, filled_in
from services.review.kinds import WORDS, Kind
from services.review.queue import count_items
from services.review.rulings import ENTRY_WORDS, Accept
from services.review.views import ruling_view

log = logging.getLogger(__name__)

_A_PAGE = 25


class EntryPages:
    """/review/entries and below; `accept` takes the message of a ruling."""

    def __init__(self, pool: AsyncConnectionPool[Connection], accept: Accept, door: Door) -> None:
        self._pool = pool
        self._accept = accept
        self._door = door
        self.routes = [
            Route("/review/entries", self._door.guarded(self.list), methods=["GET"]),
            Route("/review/entries/{one}/{other}", self._door.guarded(self.pair), methods=["GET"]),
            Route("/review/entries/{one}/{other}", self._door.guarded(self.rule), methods=["POST"]),
        ]

    async def list(self, request: Request) -> Response:
        """The pairs that wait, the likeliest first."""
        after = request.query_params.get("after", "")
        async with self._pool.connection() as connection:
            found = await entry_items(connection, after=after, most=_A_PAGE + 1)
            counts = await count_items(connection)
            names = await partners(connection)
        shown = found[:_A_PAGE]
        saw(told.thing.source_record for one in shown for told in (one.one, one.other))
        return self._door.page(
            "review_entries.html",
            items=[entry_item_view(one, names) for one in shown],
            words=WORDS[Kind.ENTRIES],
            waiting=counts[Kind.ENTRIES],
            is_first=not after,
            next=f"/review/entries?after={shown[-1].cursor}" if len(found) > _A_PAGE else "",
        )

    async def pair(self, request: Request) -> Response:
        """Two wordings side by side; of two entries, those that are to be judged."""
        both = await self._find(request)
        async with self._pool.connection() as connection:
            doubt = await read_entry_doubt(connection, both)
        saw(one.thing.source_record for told in doubt.entries.values() for one in told)
        both = doubt.nearest or both
        if [request.path_params["one"], request.path_params["other"]] != [key.hex() for key in both]:
            return see_other(entry_address(*both))
        return await self._show(both, RulingForm(), followed=await follows(self._pool, request))

    async def rule(self, request: Request) -> Response:
        """Rule on two things."""
        both = await self._find(request)
        form = await filled_in(request)
        async with self._pool.connection() as connection:
            doubt = await read_entry_doubt(connection, both)
        if form.verdict is None or form.errors or doubt.held:
            return await self._show(both, form, 422)
        given = {"by": form.by, "reason": form.reason}
        ruling = rule_on_entries(self._pool, self._accept, doubt, form.verdict, **given, seen=form.seen)
        key = await try_ruling(form, ruling)
        if isinstance(key, int):
            return await self._show(both, form, key)
        log.info("A steward ruled on entries: %s", {"key": key.hex(), "verdict": form.verdict.value})
        return see_other(entry_address(*both), ruled=key.hex())

    async def _show(
        self, both: Pair, form: RulingForm, status: int = 200, *, followed: bool | None = None
    ) -> Response:
        async with self._pool.connection() as connection:
            doubt = await read_entry_doubt(connection, both)
            names = await partners(connection)
        sides = [thing_view(one, names) for one in (doubt.one, doubt.other)]
        if doubt.held:
            messages = sorted({key.hex() for keys in doubt.held.values() for key in keys})
            held = [
                {"partner": side.partner, "id": side.record, "is_withheld": side.is_withheld}
                for side in sides
            ]
            return self._door.page("review_held.html", 403, sides=held, messages=messages)
        return self._door.page(
            "review_entry_pair.html",
            status,
            address=entry_address(*both),
            sides=sides,
            rows=wording_rows(doubt, names),
            by_rules=by_rules(doubt),
            standing=entry_standing(doubt),
            is_one=doubt.is_one,
            made=[ruling_view(one, ENTRY_WORDS) for one in doubt.made],
            in_force=doubt.ruling is not None,
            seen=doubt.made[0].key.hex() if doubt.made else "",
            followed=followed,
            waits=_waits(doubt),
            form=form,
            longest=LONGEST_WORDS,
        )

    async def _find(self, request: Request) -> Pair:
        async with self._pool.connection() as connection:
            return await find_things(connection, request.path_params["one"], request.path_params["other"])


def _waits(doubt: EntryDoubt) -> bool:
    """Whether what was ruled could not be followed."""
    ruling = doubt.ruling
    return ruling is not None and doubt.is_one != (ruling.verdict is Verdict.SAME)
