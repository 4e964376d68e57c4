"""The gate in front of every route: the table of routes says to whom it opens, and what is not listed stays shut.

Whatever passes it is written to the audit before it is shown, or before it is done.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from services.domain.access.audited import ELSEWHERE, WATCHING, Kind, changes_something, kind_of
from services.domain.access.limits import is_within_limits
from services.domain.access.reader import Reader, Role
from services.platform.audit import Audit, count_refusal
from services.platform.audit_event import Event, Outcome
from services.platform.audit_request import Noted, begin, events_of, outcome_of
from services.platform.given import keep_given
from services.platform.postgres import Connection
from services.platform.reads_now import reads_now
from services.platform.sign_in import reader_of

Endpoint = Callable[[Request], Awaitable[Response]]


class NotListed(Exception):
    """A route is served that the table of routes does not name: say there to whom it opens."""


class Gate:
    """Finds out who makes a request, as `request.state.reader`, and whether the route opens to their role and token."""

    def __init__(
        self,
        pool: AsyncConnectionPool[Connection],
        table: Mapping[str, frozenset[Role]],
        refuse: Callable[[Request, Reader | None], Response],
        audit: Audit,
    ) -> None:
        """`refuse` answers nobody, and somebody to whose role or token the route does not open."""
        self._pool = pool
        self._table = table
        self._refuse = refuse
        self._audit = audit

    def guarded(self, routes: Iterable[BaseRoute]) -> list[BaseRoute]:
        """The routes behind the gate; files that are the same for everybody stand before it.

        Raises:
            NotListed: the table does not name one of them, or it is of a sort that has no method and path to name.
        """
        return [one if _is_of_files(one) else self._guarded(one) for one in routes]

    def _guarded(self, route: BaseRoute) -> Route:
        if not isinstance(route, Route):
            raise NotListed(repr(route))
        methods = sorted((route.methods or set()) - {"HEAD"})
        unlisted = [
            f"{method} {route.path}" for method in methods if f"{method} {route.path}" not in self._table
        ]
        if unlisted:
            raise NotListed(", ".join(unlisted))
        endpoint: Endpoint = route.endpoint

        async def guarded(request: Request) -> Response:
            method = "GET" if request.method == "HEAD" else request.method
            request.state.reader = None
            noted = begin()
            listed = f"{method} {route.path}"
            roles = self._table[listed]
            if not roles:
                return await self._open(request, noted, listed, endpoint)
            async with self._pool.connection() as connection:
                reader = await reader_of(connection, request)
            if self._is_refused(roles, reader, listed):
                await self._write_refusal(request, noted, listed, reader)
                return self._refuse(request, reader)
            request.state.reader = reader
            reads_now.set(reader)
            return await self._audited(request, noted, listed, endpoint)

        return Route(route.path, guarded, methods=methods)

    async def _open(self, request: Request, noted: Noted, listed: str, endpoint: Endpoint) -> Response:
        """What everybody may see is not written down; that it signed somebody in is."""
        response = await endpoint(request)
        if noted.signed_in is not None:
            await self._write([Event(Kind.SIGN_IN, noted.signed_in, listed)])
        return response

    async def _audited(self, request: Request, noted: Noted, listed: str, endpoint: Endpoint) -> Response:
        """What is read is written before it is shown; a change before it is done, and then about whom it was."""
        kind = kind_of(listed)
        if request.state.reader is None or listed in ELSEWHERE:
            return await endpoint(request)  # nobody: a door for systems sends them away itself
        is_change = changes_something(kind)
        if is_change:
            await self._write(events_of(request, noted, self._audit, kind, listed))
        response = await endpoint(request)
        failed = outcome_of(response.status_code) is not Outcome.DONE
        if noted.given and not failed:
            async with self._pool.connection() as connection:
                await keep_given(connection, request.state.reader.organisation, noted.given)
        if listed in WATCHING and not failed:
            return response
        if not is_change or failed or noted.persons or noted.things or noted.refused:
            await self._write(events_of(request, noted, self._audit, kind, listed, response.status_code))
        return response

    async def _write_refusal(
        self, request: Request, noted: Noted, listed: str, reader: Reader | None
    ) -> None:
        """Of nobody, who may knock as often as they like, it is counted alone."""
        if reader is None:
            count_refusal("nobody")
            return
        request.state.reader = reader
        await self._write(events_of(request, noted, self._audit, Kind.REFUSAL, listed, 403))

    async def _write(self, events: Iterable[Event]) -> None:
        async with self._pool.connection() as connection:
            for event in events:
                await self._audit.audited(connection, event)

    @staticmethod
    def _is_refused(roles: frozenset[Role], reader: Reader | None, listed: str) -> bool:
        """A door to which systems come refuses nobody's request itself: it counts them, and says how a token is had."""
        if reader is None:
            return Role.PARTNER_SYSTEM not in roles
        if reader.role not in roles:
            return roles != {Role.PARTNER_SYSTEM}
        return not is_within_limits(reader, listed)


def _is_of_files(route: BaseRoute) -> bool:
    """Whether it serves files that are the same for everybody, and nothing else."""
    return isinstance(route, Mount) and isinstance(route.app, StaticFiles)
