"""The streams by which open pages hear that they have changed: nothing of what changed is in them."""

from collections.abc import AsyncIterator, Awaitable, Callable

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from services.platform.event_stream import HEARTBEAT, HEARTBEAT_SECONDS, EventStream, come_back, event
from services.platform.pages import PAGE_HEADERS
from services.platform.postgres import Connection
from services.platform.sign_in import session_of, signed_in
from services.viewer.live.board import BoardWatch
from services.viewer.live.changes import Changes, News, OpenPage, Watch
from services.viewer.live.person import PersonWatch
from services.viewer.page_state import Seal
from services.viewer.reading import find_persons

_LATER_SECONDS = 30

Page = Callable[[Request], Awaitable[Response]]


class ChangesPage:
    """/person/{id}/changes and /services/{ods}/changes, for pages that are open in signed-in browsers."""

    def __init__(
        self,
        pool: AsyncConnectionPool[Connection],
        changes: Changes,
        seal: Seal,
        person_page: Page,
        board_page: Page,
    ) -> None:
        """The pages answer whoever may not see them, as they do anyway."""
        self._pool = pool
        self._changes = changes
        self._seal = seal
        self._person_page = person_page
        self._board_page = board_page
        self._persons = PersonWatch()
        self._boards = BoardWatch()
        self.routes: list[BaseRoute] = [
            Route("/person/{id}/changes", self.of_person, methods=["GET"]),
            Route("/services/{ods}/changes", self.of_board, methods=["GET"]),
        ]

    async def of_person(self, request: Request) -> Response:
        """When what the reader may see of the person changes."""
        async with self._pool.connection() as connection:
            found = await find_persons(connection, request.path_params["id"])
        about = found[0] if len(found) == 1 else b""
        return await self._answer(request, self._persons, about, self._person_page)

    async def of_board(self, request: Request) -> Response:
        """When what the reader may see of the board changes."""
        about = request.path_params["ods"].upper().encode()
        return await self._answer(request, self._boards, about, self._board_page)

    async def _answer(self, request: Request, watch: Watch, about: bytes, page: Page) -> Response:
        """The stream; to HEAD, whether there would be one; to whoever may not see the page, what that answers."""
        state = None
        if signed_in(request):
            async with self._pool.connection() as connection:
                state = await watch.state(connection, about, request.state.reader)
        if state is None:
            refusal = await page(request)
            return refusal if refusal.status_code >= 400 else _later()
        opened = OpenPage(watch, about, request.state.reader, session_of(request), state)
        if not self._changes.has_room(opened.session):
            return _later()
        if request.method == "HEAD":
            return Response(headers=PAGE_HEADERS)
        shown = request.headers.get("last-event-id") or request.query_params.get("since", "")
        if not self._seal.holds(shown, state):
            opened.tell(News.CHANGED)
        self._changes.add(opened)
        return EventStream(self._events(opened), lambda: self._changes.drop(opened))

    async def _events(self, page: OpenPage) -> AsyncIterator[bytes]:
        yield come_back()
        while not page.has_ended:
            news = await page.hear(HEARTBEAT_SECONDS)
            if news is not None:
                yield event(news, self._seal.sealed(page.state))
            elif not page.has_ended:
                yield HEARTBEAT


def _later() -> Response:
    text = "Too many pages are watched just now; this one stays as it is until it is loaded again.\n"
    return PlainTextResponse(text, 503, {**PAGE_HEADERS, "Retry-After": str(_LATER_SECONDS)})
