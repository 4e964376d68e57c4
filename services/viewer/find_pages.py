"""The front page, and finding a person. Nobody is listed: whoever looks for somebody knows something of them."""

from typing import Any

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from services.domain.access.reader import Role
from services.domain.identity.model import Model
from services.platform.audit_request import saw
from services.platform.pages import PAGE_HEADERS, Frame
from services.platform.postgres import Connection
from services.viewer.finding import MOST_FOUND, Found, as_seen, find
from services.viewer.held import holds_of
from services.viewer.reading import find_persons, list_known, read_all_known
from services.viewer.summaries import summary

_MOST_LISTED = 100


class FindPages:
    """Finding a person, for signed-in browsers. With `demo` the front page lists people: they are invented. Of whom the
    reader may not even learn is listed no more than they are found."""

    def __init__(self, pool: AsyncConnectionPool[Connection], model: Model, *, demo: bool) -> None:
        self._pool = pool
        self._model = model
        self._demo = demo
        self._frame = Frame(__package__ or "")
        self.routes: list[BaseRoute] = [
            Route("/", self.home, methods=["GET"]),
            Route("/person", self.find, methods=["GET"]),
        ]

    async def home(self, request: Request) -> Response:
        """Where to begin."""
        reader = request.state.reader
        persons: list[dict[str, Any]] = []
        if self._demo and reader.role is not Role.OPS:
            async with self._pool.connection() as connection:
                listed = await as_seen(connection, reader, await list_known(connection, _MOST_LISTED))
            saw(one.person for one in listed)
            persons = [summary(one) for one in listed]
        persons.sort(key=lambda one: (one["name"], one["birth_date"], one["id"]))
        return self._frame.page("home.html", persons=persons, finds=reader.role is not Role.OPS)

    async def find(self, request: Request) -> Response:
        """Whoever answers to what is asked, the best first; one whose number or id it is opens at once."""
        asked = request.query_params.get("q", "")
        async with self._pool.connection() as connection:
            reader = request.state.reader
            persons = await find_persons(connection, asked)
            named = await as_seen(connection, reader, await read_all_known(connection, persons[:MOST_FOUND]))
            saw(one.person for one in named)
            if len(named) == 1:
                return RedirectResponse(f"/person/{named[0].person.hex()}", 303, headers=PAGE_HEADERS)
            if named:
                found = [Found(one, ("NHS number",)) for one in named]
            else:
                found = await find(connection, asked, self._model, reader)
                saw(one.known.person for one in found)
            withheld = await holds_of(connection, [one.known.person for one in found])
        offered = [
            summary(one.known) | {"withheld": one.known.person in withheld, "why": ", ".join(one.why)}
            for one in found
        ]
        return self._frame.page(
            "found.html",
            200 if found else 404,
            asked=asked,
            found=offered,
            of_number=bool(named),
        )
