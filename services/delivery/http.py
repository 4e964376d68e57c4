"""GET /outcomes, /outcomes/{id}, /notices and /scorecard: a partner reads what became of what it sent, and what of what
it was given it is to stop showing, by its token."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import orjson
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.fhir.issue import Issue, operation_outcome
from services.delivery.events import NotSince, Position, read_since
from services.delivery.notices import notices_since
from services.delivery.reading import MOST_OUTCOMES, outcomes_of, outcomes_since
from services.delivery.scorecard import NotDays, read_days, scorecards
from services.platform.access import sender_of
from services.platform.audit_request import saw
from services.platform.postgres import Connection

_HEADERS = {"Cache-Control": "no-store"}
_USUAL_OUTCOMES = 100
_LONGEST_ID = 1024

_NO_TOKEN = Issue(
    "login",
    "A valid bearer token is needed: Authorization: Bearer <token>, as 'carethread token' issues it.",
    rule="sender",
)

Answer = Callable[[Connection, str, Request], Awaitable[Response]]


class OutcomeDoor:
    """Answers each partner about its own messages, and tells nobody of another's."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool
        self.routes = [
            Route("/outcomes", self._for_partner(_outcomes), methods=["GET"]),
            Route("/outcomes/{id:path}", self._for_partner(_outcome), methods=["GET"]),
            Route("/notices", self._for_partner(_notices), methods=["GET"]),
            Route("/scorecard", self._for_partner(_scorecard), methods=["GET"]),
        ]

    def _for_partner(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def answered(request: Request) -> Response:
            async with self._pool.connection() as connection:
                scheme, _, token = request.headers.get("authorization", "").partition(" ")
                bearer = token.strip() if scheme.lower() == "bearer" else ""
                sender = await sender_of(connection, bearer) if bearer else None
                if sender is None:
                    return _refused(401, _NO_TOKEN, {"WWW-Authenticate": "Bearer"})
                return await answer(connection, sender, request)

        return answered


async def _outcomes(connection: Connection, sender: str, request: Request) -> Response:
    asked = _page_asked(request)
    return asked if isinstance(asked, Response) else _told(await outcomes_since(connection, sender, *asked))


async def _notices(connection: Connection, receiver: str, request: Request) -> Response:
    asked = _page_asked(request)
    if isinstance(asked, Response):
        return asked
    page = await notices_since(connection, receiver, *asked)
    saw({bytes.fromhex(one.person.id) for one in page.notices})
    return _told(page)


def _page_asked(request: Request) -> tuple[Position | datetime, int] | Response:
    """From where on and how many, or what is wrong with it."""
    try:
        since = read_since(request.query_params.get("since", ""))
    except NotSince:
        text = (
            "since is neither an instant, such as 2026-03-02T10:30:00Z, nor a cursor. "
            "Give 'next' of an earlier answer or the event_id of an event as it was; escape + as %2B."
        )
        return _refused(400, Issue("value", text, "since"))
    limit = _whole_number(request.query_params.get("limit", str(_USUAL_OUTCOMES)))
    if limit is None or not 1 <= limit <= MOST_OUTCOMES:
        text = f"limit is a whole number from 1 to {MOST_OUTCOMES}; without it a page has {_USUAL_OUTCOMES}."
        return _refused(400, Issue("value", text, "limit"))
    return since, limit


async def _outcome(connection: Connection, sender: str, request: Request) -> Response:
    """By message key or by the sender's own id: several messages may have one id, the newest comes first."""
    id_: str = request.path_params["id"]
    if 0 < len(id_) <= _LONGEST_ID and "\0" not in id_:  # PostgreSQL takes none in text
        page = await outcomes_of(connection, sender, id_)
        if page.outcomes:
            return _told(page)
    text = (
        "You have sent no message with this key or id that was kept. A message that was refused over HTTP is "
        "not kept; GET /outcomes lists those that were."
    )
    return _refused(404, Issue("not-found", text))


async def _scorecard(connection: Connection, sender: str, request: Request) -> Response:
    try:
        days = read_days(request.query_params.get("days", ""))
    except NotDays as fault:
        return _refused(400, Issue("value", str(fault), "days"))
    (card,) = await scorecards(connection, sender, days)
    return _told(card)


def _whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _told(document: BaseModel) -> Response:
    return _response(document.model_dump_json().encode(), 200, "application/json", {})


def _refused(status: int, issue: Issue, headers: dict[str, str] | None = None) -> Response:
    body: dict[str, Any] = operation_outcome([issue], status=status)
    return _response(orjson.dumps(body), status, "application/fhir+json", headers or {})


def _response(body: bytes, status: int, media_type: str, headers: dict[str, str]) -> Response:
    return Response(body, status, {"Content-Type": media_type, **_HEADERS, **headers})
