"""The gate in front of every route: the table of routes says to whom it opens, and what is not listed stays shut."""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.domain.access.reader import Reader, Role
from services.platform.postgres import Connection
from services.platform.sign_in import reader_of

Endpoint = Callable[[Request], Awaitable[Response]]

_SYSTEMS = frozenset({Role.PARTNER_SYSTEM})


class NotListed(Exception):
    """A route is served that the table of routes does not name: say there to whom it opens."""


class Gate:
    """Finds out who makes a request, as `request.state.reader`, and whether the route opens to their role."""

    def __init__(
        self,
        pool: AsyncConnectionPool[Connection],
        table: Mapping[str, frozenset[Role]],
        refuse: Callable[[Request, Reader | None], Response],
    ) -> None:
        """`refuse` answers somebody whose role is none of the route's, and nobody."""
        self._pool = pool
        self._table = table
        self._refuse = refuse

    def guarded(self, routes: Iterable[BaseRoute]) -> list[BaseRoute]:
        """The routes behind the gate; files that are the same for everybody stand before it.

        Raises:
            NotListed: the table does not name one of them.
        """
        return [self._guarded(one) if isinstance(one, Route) else one for one in routes]

    def _guarded(self, route: Route) -> Route:
        methods = sorted((route.methods or set()) - {"HEAD"})
        unlisted = [
            f"{method} {route.path}" for method in methods if f"{method} {route.path}" not in self._table
        ]
        if unlisted:
            raise NotListed(", ".join(unlisted))
        endpoint: Endpoint = route.endpoint

        async def guarded(request: Request) -> Response:
            method = "GET" if request.method == "HEAD" else request.method
            roles = self._table[f"{method} {route.path}"]
            request.state.reader = None
            if not roles:
                return await endpoint(request)
            async with self._pool.connection() as connection:
                reader = await reader_of(connection, request)
            if self._is_refused(roles, reader):
                return self._refuse(request, reader)
            request.state.reader = reader
            return await endpoint(request)

        return Route(route.path, guarded, methods=methods)

    @staticmethod
    def _is_refused(roles: frozenset[Role], reader: Reader | None) -> bool:
        """A door to which systems come refuses nobody's request itself: it counts them, and says how a token is had."""
        if reader is None:
            return Role.PARTNER_SYSTEM not in roles
        return reader.role not in roles and roles != _SYSTEMS
