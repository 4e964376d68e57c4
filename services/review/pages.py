"""The steward's pages of doubtful identities: the list, a pair side by side, and the form that rules.

They work without JavaScript. Whoever holds a session may use them, as with every page yet; a ruling asks for a name
and keeps it.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from psycopg_pool import AsyncConnectionPool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from schemas.fhir.issue import Refused
from schemas.fhir.ruling import LONGEST_WORDS
from services.domain.identity.model import Model
from services.domain.identity.rulings import Pair, Verdict
from services.platform.access import partners
from services.platform.pages import PAGE_HEADERS, Frame
from services.platform.postgres import Connection
from services.platform.sign_in import is_own_page, signed_in
from services.review.kinds import WORDS as KIND_WORDS
from services.review.kinds import Kind, kind_named
from services.review.queue import NotACursor, count_items, items
from services.review.reading import Doubt, NotThere, find_pair, read_doubt
from services.review.rulings import Accept, CannotRule, is_followed, rule
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
_LARGEST_FORM = 16 * 1024
_MOST_FIELDS = 8
_FOLLOWED_WITHIN = 5.0
"""Seconds that a page waits for the record to follow a ruling; after that it says that it will."""

_REFERRER = {"Referrer-Policy": "same-origin"}
"""Where the referrer is told to nobody at all, an older browser says that a form of ours comes from nowhere."""

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(slots=True)
class RulingForm:
    """What the steward has filled in, and what is said of it."""

    by: str = ""
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    """By field: by, reason or ruling."""


class ReviewPages:
    """/review and below, for signed-in browsers; `accept` takes the message of a ruling."""

    def __init__(self, pool: AsyncConnectionPool[Connection], model: Model, accept: Accept) -> None:
        self._pool = pool
        self._model = model
        self._accept = accept
        self._frame = Frame(__package__ or "")
        self.routes = [
            Route("/review", self._guarded(self.list), methods=["GET"]),
            Route("/review/{one}/{other}", self._guarded(self.pair), methods=["GET"]),
            Route("/review/{one}/{other}", self._guarded(self.rule), methods=["POST"]),
        ]

    async def list(self, request: Request) -> Response:
        """What waits, the most important first; of one kind, where that is asked for."""
        kind = kind_named(request.query_params.get("kind", ""))
        after = request.query_params.get("after", "")
        async with self._pool.connection() as connection:
            found = await items(connection, kind=kind, after=after, most=_A_PAGE + 1)
            counts = await count_items(connection)
            names = await partners(connection)
        shown = found[:_A_PAGE]
        more = {"kind": kind.value} if kind else {}
        return self._page(
            "review.html",
            items=[item_view(one, names) for one in shown],
            kinds=[_kind_view(one, counts[one]) for one in Kind if counts[one]],
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
        if not _is_address_of(request, both):
            return _to(address(*both))
        ruled = request.query_params.get("ruled", "")
        followed = None
        if _is_key(ruled):
            followed = await is_followed(self._pool, bytes.fromhex(ruled), _FOLLOWED_WITHIN)
        return await self._show(both, RulingForm(), followed=followed)

    async def rule(self, request: Request) -> Response:
        """Rule on two source records."""
        both = await self._find(request)
        given = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        form = RulingForm(by=_words(given, "by"), reason=_words(given, "reason"))
        verdict = next((one for one in Verdict if one.value == given.get("verdict")), None)
        if not form.by:
            form.errors["by"] = "Give your name, so that it is known who ruled."
        if not form.reason:
            form.errors["reason"] = "Give the reason, so that whoever looks again knows why."
        if verdict is None:
            form.errors["ruling"] = "Choose what you rule."
        async with self._pool.connection() as connection:
            doubt = await read_doubt(connection, both, self._model)
        if verdict is None or form.errors or doubt.held:
            return await self._show(both, form, 422)
        seen = _words(given, "seen")
        try:
            key = await rule(
                self._pool,
                self._accept,
                both,
                verdict,
                by=form.by,
                reason=form.reason,
                seen=bytes.fromhex(seen) if _is_key(seen) else b"",
            )
        except CannotRule as fault:
            form.errors["ruling"] = str(fault)
            return await self._show(both, form, 409)
        except Refused as refused:
            form.errors["ruling"] = f"{refused.issues[0].text} Nothing was changed."
            return await self._show(both, form, 422)
        log.info("A steward ruled: %s", {"key": key.hex(), "verdict": verdict.value})
        return _to(address(*both), ruled=key.hex())

    async def _show(
        self, both: Pair, form: RulingForm, status: int = 200, *, followed: bool | None = None
    ) -> Response:
        async with self._pool.connection() as connection:
            doubt = await read_doubt(connection, both, self._model)
            names = await partners(connection)
        sides = [side_view(side, names) for side in (doubt.one, doubt.other)]
        if doubt.held:
            messages = sorted({key.hex() for keys in doubt.held.values() for key in keys})
            return self._page("review_held.html", 403, sides=sides, messages=messages)
        people = [person_view(side.person, doubt, side.id, names) for side in (doubt.one, doubt.other)]
        return self._page(
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

    def _page(self, template: str, status: int = 200, **given: Any) -> Response:
        page = self._frame.page(template, status, **given)
        page.headers.update(_REFERRER)
        return page

    def _guarded(self, handler: Handler) -> Handler:
        """For signed-in browsers, and what changes anything from our own pages alone."""

        async def guarded(request: Request) -> Response:
            async with self._pool.connection() as connection:
                if not await signed_in(connection, request):
                    return self._frame.not_signed_in()
            if request.method == "POST":
                if not is_own_page(request):
                    text = "This did not come from one of these pages, so nothing was changed."
                    return self._refused(text, 403)
                if not _is_small_form(request):
                    text = f"This is no form of at most {_LARGEST_FORM:,} bytes; nothing was changed."
                    return self._refused(text, 413)
            try:
                return await handler(request)
            except (NotThere, NotACursor) as fault:
                return self._refused(str(fault), 404)

        return guarded

    def _refused(self, text: str, status: int) -> Response:
        return self._page("review_refused.html", status, text=text)


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


def _is_key(text: str) -> bool:
    return len(text) == 64 and all(digit in "0123456789abcdef" for digit in text)


def _is_small_form(request: Request) -> bool:
    declared = request.headers.get("content-length", "")
    is_form = request.headers.get("content-type", "").lower().startswith("application/x-www-form-urlencoded")
    return is_form and declared.isascii() and declared.isdigit() and int(declared[:20]) <= _LARGEST_FORM


def _words(given: FormData, name: str) -> str:
    """A field's words, on one line."""
    value = given.get(name)
    return " ".join(value.split())[:LONGEST_WORDS] if isinstance(value, str) else ""


def _to(path: str, **query: str) -> Response:
    return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, 303, headers=PAGE_HEADERS)
