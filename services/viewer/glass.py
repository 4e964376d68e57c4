"""Breaking the glass: in an emergency a clinician or social worker looks at what is closed to them, and says why."""

import logging

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.domain.access.reader import Reader
from services.domain.access.sight import Refusal
from services.platform.audit_request import saw, was_refused
from services.platform.door import Back, Door
from services.platform.forms import URLENCODED, Forms, one_line
from services.platform.pages import Frame, see_other
from services.platform.postgres import Connection
from services.platform.queries import load_queries
from services.viewer.reading import find_persons, read_all_known
from services.viewer.seeing import sights_of

log = logging.getLogger(__name__)

SQL = load_queries(__package__, "glass.sql")

GLASS_SECONDS = 3600
"""For which it stays open; then a reason is asked for again."""
LEAST_REASON, MOST_REASON = 10, 500
"""Characters."""

_LARGEST = 4096


class NoReason(Exception):
    """A reason of a few words is needed: it is read by whoever looks after privacy."""


class NotThere(Exception):
    """There is nobody with this id."""


class GlassPage:
    """Takes the reason."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool
        door = Door(
            Frame(__package__ or ""),
            Forms((URLENCODED,), _LARGEST),
            faults={NoReason: 422, NotThere: 404},
            back=Back("/", "Find a person"),
        )
        self.routes: list[BaseRoute] = [
            Route("/person/{id}/break-glass", door.guarded(self.broken), methods=["POST"])
        ]

    async def broken(self, request: Request) -> Response:
        """Open the record to who says why, and show it; it is in the audit already.

        Raises:
            NoReason: it is too short to say anything.
            NotThere: nobody has this id, or nobody of whom the reader may know.
        """
        async with request.form(max_files=0, max_fields=4) as form:
            reason = one_line(form, "reason", MOST_REASON)
        if len(reason) < LEAST_REASON:
            raise NoReason(NoReason.__doc__)
        reader: Reader = request.state.reader
        async with self._pool.connection() as connection:
            found = await find_persons(connection, request.path_params["id"])
            if len(found) != 1:
                raise NotThere(NotThere.__doc__)
            known = await read_all_known(connection, found)
            decided = (await sights_of(connection, reader, known)).get(found[0])
            if decided is None or (isinstance(decided, Refusal) and decided.is_secret):
                was_refused(found[0])
                raise NotThere(NotThere.__doc__)
            saw(found)
            given = {"user": reader.user, "organisation": reader.organisation, "person": found[0]}
            await connection.execute(SQL["break"], given | {"reason": reason, "seconds": GLASS_SECONDS})
        log.warning("A %s broke the glass", reader.role)
        return see_other(f"/person/{found[0].hex()}")
