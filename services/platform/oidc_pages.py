"""The way to the identity provider and back: each browser comes back once, to the sign-in that it began."""

import hashlib
import logging
import secrets
from collections.abc import Callable

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from services.domain.access.claims import Refused, reader_from
from services.domain.access.reader import Reader
from services.platform.audit import count_refusal
from services.platform.oidc import Away, Provider
from services.platform.pages import PAGE_HEADERS, see_other
from services.platform.postgres import Connection
from services.platform.provider_http import ProviderAway, ProviderRefused
from services.platform.queries import load_queries
from services.platform.sign_in import start_session

log = logging.getLogger(__name__)

SQL = load_queries(__package__, "oidc.sql")

AWAY_SECONDS = 600
_COOKIE = "carethread-away"
_PATH = "/oidc"
_AWAY = "{} does not answer just now. Try again in a minute; with a one-time link you can come in meanwhile."
_AGAIN = (
    "This sign-in was begun in another browser, or too long ago, or is done already. Sign in again from here."
)
_NOT_BELIEVED = (
    "What {} answered could not be believed, so nobody was signed in. Sign in again from here; if that "
    "does not help, ask whoever keeps the accounts of your partnership."
)
_DECLINED = "{} did not sign you in, or you stopped it there. Sign in again from here."


class ProviderPages:
    """Signing in at the provider; `refuse` makes the page for somebody who was not signed in."""

    def __init__(
        self,
        pool: AsyncConnectionPool[Connection],
        provider: Provider | None,
        refuse: Callable[[str, int], Response],
        *,
        secure: bool,
    ) -> None:
        """`secure`: the browser comes over TLS. Without a provider nobody is sent anywhere."""
        self._pool = pool
        self._provider = provider
        self._refuse = refuse
        self._secure = secure
        self.routes: list[BaseRoute] = [
            Route(f"{_PATH}/start", self.start, methods=["GET"]),
            Route(f"{_PATH}/callback", self.callback, methods=["GET"]),
        ]

    async def start(self, _: Request) -> Response:
        """Go to the provider, and remember what to come back with."""
        if (provider := self._provider) is None:
            return self._refuse("No identity provider is set up here.", 404)
        away, browser = Away(*(secrets.token_urlsafe(32) for _ in range(3))), secrets.token_urlsafe(32)
        try:
            address = await provider.where_to(away)
        except (ProviderAway, ProviderRefused) as fault:
            return self._not_signed_in(_AWAY, fault, 503)
        given = {"nonce": away.nonce, "verifier": away.verifier, "seconds": AWAY_SECONDS}
        async with self._pool.connection() as connection:
            await connection.execute(SQL["go_away"], given | _hashes(away.state, browser))
        response = RedirectResponse(address, 303, headers=PAGE_HEADERS)
        response.set_cookie(
            _COOKIE, browser, AWAY_SECONDS, path=_PATH, secure=self._secure, httponly=True, samesite="lax"
        )
        return response

    async def callback(self, request: Request) -> Response:
        """Come back from the provider: a session of whom it says, or a page that says why not."""
        if (provider := self._provider) is None:
            return self._refuse("No identity provider is set up here.", 404)
        asked, browser = request.query_params, request.cookies.get(_COOKIE, "")
        async with self._pool.connection() as connection:
            given = _hashes(asked.get("state", ""), browser)
            row = await (await connection.execute(SQL["come_back"], given)).fetchone()
        if row is None:
            return self._refuse(_AGAIN, 403)
        try:
            reader = await self._reader(provider, request, Away(asked["state"], *row))
        except (ProviderAway, ProviderRefused) as fault:
            words, status = (_AWAY, 503) if isinstance(fault, ProviderAway) else (_NOT_BELIEVED, 403)
            return self._not_signed_in(words, fault, status)
        except Refused as fault:
            log.warning("Somebody whom the provider knows was not let in: %s", fault.reason)
            count_refusal("nobody")
            return self._refuse(str(fault), 403)
        async with self._pool.connection() as connection:
            response = await start_session(connection, request, see_other("/"), reader, secure=self._secure)
        response.delete_cookie(_COOKIE, path=_PATH)
        return response

    async def way_out(self) -> str:
        """Where to sign out at the provider too; empty where there is nowhere just now."""
        try:
            return await self._provider.way_out() if self._provider else ""
        except (ProviderAway, ProviderRefused):
            return ""

    @staticmethod
    async def _reader(provider: Provider, request: Request, away: Away) -> Reader:
        """Who came back.

        Raises:
            Refused, ProviderAway, ProviderRefused: nobody who may come in.
        """
        asked = request.query_params
        if await provider.is_from_another(asked.get("iss")):
            raise ProviderRefused("the answer is another provider's")
        if "error" in asked or not asked.get("code"):
            raise Refused("declined", _DECLINED.format(provider.table.provider))
        return reader_from(await provider.claims(asked["code"], away), provider.table, provider.least)

    def _not_signed_in(self, words: str, fault: Exception, status: int) -> Response:
        assert self._provider is not None
        log.warning("Nobody was signed in: %s", fault)
        count_refusal("nobody")
        return self._refuse(words.format(self._provider.table.provider), status)


def _hashes(state: str, browser: str) -> dict[str, bytes]:
    told = {"state": state, "browser": browser}
    return {name: hashlib.sha256(one.encode("utf-8", "surrogatepass")).digest() for name, one in told.items()}
