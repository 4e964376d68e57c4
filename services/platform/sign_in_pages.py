"""The pages by which people come in and leave: one address that shows every way there is."""

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.domain.access.reader import Reader
from services.platform.access import use_link
from services.platform.demo_people import DEMO_PEOPLE, demo_reader
from services.platform.forms import URLENCODED, Forms, one_line
from services.platform.oidc import Provider
from services.platform.oidc_pages import ProviderPages
from services.platform.pages import Frame, Ways, see_other
from services.platform.postgres import Connection
from services.platform.settings import Settings
from services.platform.sign_in import end_session, forget_session, is_own_page, start_session

_FORMS = Forms((URLENCODED,), 1024)


class SignInPages:
    """Signing in and out."""

    def __init__(self, pool: AsyncConnectionPool[Connection], settings: Settings) -> None:
        """Nothing is asked yet.

        Raises:
            NotAProvider, NotAnAddress: the settings name an identity provider that is none.
        """
        self._pool = pool
        self._is_demo = settings.demo_sign_in
        self._frame = Frame(__package__ or "")
        provider = Provider(settings) if settings.oidc_issuer else None
        self._provider = provider
        self.ways = Ways(provider.table.provider if provider else "", DEMO_PEOPLE if self._is_demo else ())
        self._secure = settings.own_address.startswith("https:")
        self._at_provider = ProviderPages(pool, provider, self.page, secure=self._secure)
        self.routes: list[BaseRoute] = [
            *self._at_provider.routes,
            Route("/sign-in", self.choose, methods=["GET"]),
            Route("/sign-in/demo", self.as_demo_person, methods=["POST"]),
            Route("/sign-in/{secret}", self.by_link, methods=["GET"]),
            Route("/sign-out", self.ask_out, methods=["GET"]),
            Route("/sign-out", self.out, methods=["POST"]),
        ]

    def page(self, reason: str = "", status: int = 401) -> Response:
        """The page with every way to sign in."""
        return self._frame.not_signed_in(reason, status, self.ways)

    async def close(self) -> None:
        """Let go of the connections to the provider."""
        if self._provider:
            await self._provider.close()

    async def choose(self, _: Request) -> Response:
        """Every way to sign in."""
        return self.page(status=200)

    async def by_link(self, request: Request) -> Response:
        """Use a one-time link up and go to the front page."""
        async with self._pool.connection() as connection:
            reader = await use_link(connection, request.path_params["secret"])
            if reader is not None:
                return await self._signed_in(connection, request, reader)
        return self.page("This link was used already, or is too old.", 403)

    async def as_demo_person(self, request: Request) -> Response:
        """Sign in as one of the demo's people; where there is no demo, nobody is."""
        if not (self._is_demo and is_own_page(request) and _FORMS.take(request)):
            return self.page("Nobody was signed in: that was no form of this page.", 403)
        async with request.form() as given:
            reader = demo_reader(one_line(given, "who", 40))
        if reader is None:
            return self.page("Nobody of the demo has that name.", 403)
        async with self._pool.connection() as connection:
            return await self._signed_in(connection, request, reader)

    async def ask_out(self, _: Request) -> Response:
        """A page with one button: no link alone signs anybody out."""
        return self._frame.form_page("sign_out.html", out=False, provider="", way_out="")

    async def out(self, request: Request) -> Response:
        """End the session; from there whoever came from the provider may sign out at it too.

        The session ends first: however long the provider is asked where to sign out at it, nobody is in meanwhile.
        """
        if not is_own_page(request):
            return self._frame.form_page("sign_out.html", 403, out=False, provider="", way_out="")
        async with self._pool.connection() as connection:
            await end_session(connection, request)
        page = self._frame.page(
            "sign_out.html", out=True, provider=self.ways.provider, way_out=await self._at_provider.way_out()
        )
        return forget_session(page)

    async def _signed_in(self, connection: Connection, request: Request, reader: Reader) -> Response:
        return await start_session(connection, request, see_other("/"), reader, secure=self._secure)
