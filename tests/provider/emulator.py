"""A server that speaks OpenID Connect: real signed tokens, a page with a button per person, and every fault asked for.

By hand: `python -m tests.provider.emulator --port 8098`, and what it prints in the environment of `carethread up`.
"""

import argparse
import asyncio
import base64
import hashlib
import secrets
import socket
import time
from collections.abc import Callable
from html import escape
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import quote_plus, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from services.platform.id_token import at_hash
from services.platform.serving import Server
from tests.provider.people import PEOPLE, Claims
from tests.stack import wait_for

CLIENT_ID, CLIENT_SECRET = "carethread-test", "a secret of the emulator's own"
CIS2 = Path(__file__).parents[2] / "deploy" / "sign-in" / "nhs-cis2.toml"
_HEAD = '<!doctype html><title>Provider</title><link rel="icon" href="data:,">'
_IN_USERINFO = ("nhsid_nrbac_roles", "name", "nhsid_useruid", "selected_roleid")
"""What CIS2 says there and not in the token."""

Key = RSAKey | ECKey
Forge = Callable[[Claims, Key], str]
"""Makes the ID token of the claims that were to be in it."""


class Code(NamedTuple):
    """What a code was given for."""

    person: Claims
    asked: dict[str, str]


class ProviderEmulator:
    """The server, from entering the block to leaving it; `asked` counts what was asked for, by path."""

    def __init__(self, port: int = 0) -> None:
        self.key: Key = RSAKey.generate_key(2048, {"kid": "k-1", "use": "sig"})
        self.clients: dict[str, Key] = {}
        """The public keys of clients that sign in place of the secret, by kid."""
        self.forge: Forge | None = None
        self.changes: dict[str, Any] = {}
        """To the claims of the ID token; None takes one out."""
        self.said_of_another = False
        """Whether the userinfo is about somebody else."""
        self.is_down: set[str] = set()
        """Paths that answer 503."""
        self.meanwhile: Callable[[str], None] = lambda _: None
        """What happens while somebody waits for the answer at a path."""
        self.asked: dict[str, int] = {}
        self._codes: dict[str, Code] = {}
        self._tokens: dict[str, Claims] = {}
        pages = {
            "/.well-known/openid-configuration": self._discovery,
            "/jwks": self._jwks,
            "/authorize": self._authorize,
            "/authorize/as": self._authorize_as,
            "/userinfo": self._userinfo,
            "/logout": self._logout,
        }
        routes = [Route(path, self._counted(page), methods=["GET"]) for path, page in pages.items()]
        routes.append(Route("/token", self._counted(self._token), methods=["POST"]))
        self._listener = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        app = Starlette(routes=routes)
        self._server = Server(
            uvicorn.Config(
                app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
            )
        )
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        wait_for(lambda: self._server.started, "the provider listens")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()

    @property
    def environment(self) -> dict[str, str]:
        """The settings of who signs people in here."""
        return {
            "CARETHREAD_OIDC_ISSUER": self.url,
            "CARETHREAD_OIDC_CLIENT_ID": CLIENT_ID,
            "CARETHREAD_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "CARETHREAD_OIDC_CLAIMS": str(CIS2),
        }

    def rotate(self, key: Key) -> None:
        """Sign with another key from now on, and have no other."""
        self.key = key

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._listener]))

    def _counted(self, page: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def counted(request: Request) -> Response:
            path = request.url.path
            self.asked[path] = self.asked.get(path, 0) + 1
            self.meanwhile(path)
            if path in self.is_down:
                return JSONResponse({"error": "temporarily_unavailable"}, 503)
            answer: Response = await page(request)
            return answer

        return counted

    async def _discovery(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/jwks",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "end_session_endpoint": f"{self.url}/logout",
                "response_types_supported": ["code"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def _jwks(self, _: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def _authorize(self, request: Request) -> Response:
        """The page on which a person says who they are."""
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in request.query_params.items()
        )
        buttons = "".join(
            f'<button name="who" value="{escape(one)}">{escape(one)}</button>' for one in PEOPLE
        )
        form = f'<form action="/authorize/as" method="get">{hidden}{buttons}</form>'
        return HTMLResponse(f"{_HEAD}<h1>Who are you?</h1>{form}")

    async def _authorize_as(self, request: Request) -> Response:
        asked = dict(request.query_params)
        right = {"response_type": "code", "client_id": CLIENT_ID, "code_challenge_method": "S256"}
        assert right.items() <= asked.items(), asked
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = Code(PEOPLE[asked["who"]], asked)
        back = {"code": code, "state": asked["state"], "iss": self.url}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 303)

    async def _token(self, request: Request) -> Response:
        async with request.form() as form:
            given = {name: str(value) for name, value in form.items()}
        if not self._is_client(request, given):
            return JSONResponse({"error": "invalid_client"}, 401)
        code = self._codes.pop(given.get("code", ""), None)
        challenge = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        if (
            code is None
            or code.asked["redirect_uri"] != given.get("redirect_uri")
            or code.asked["code_challenge"] != base64.urlsafe_b64encode(challenge).decode().rstrip("=")
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        access_token = secrets.token_urlsafe(16)
        self._tokens[access_token] = code.person
        token = self._id_token(code, access_token)
        return JSONResponse({"access_token": access_token, "id_token": token, "token_type": "Bearer"})

    def _is_client(self, request: Request, given: dict[str, str]) -> bool:
        if "client_assertion" in given:
            key = next(iter(self.clients.values()))
            claims = jwt.decode(given["client_assertion"], key, algorithms=["RS512", "ES384"]).claims
            right = {"iss": CLIENT_ID, "sub": CLIENT_ID, "aud": f"{self.url}/token"}
            return right.items() <= claims.items() and claims["exp"] > time.time()
        pair = base64.b64encode(f"{quote_plus(CLIENT_ID)}:{quote_plus(CLIENT_SECRET)}".encode()).decode()
        return request.headers.get("authorization") == f"Basic {pair}"

    def _id_token(self, code: Code, access_token: str) -> str:
        algorithm = "RS256" if isinstance(self.key, RSAKey) else "ES384"
        now = int(time.time())
        said = {name: value for name, value in code.person.items() if name not in _IN_USERINFO} | {
            "iss": self.url,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": code.asked["nonce"],
            "at_hash": at_hash(access_token, algorithm),
        }
        said = {name: value for name, value in {**said, **self.changes}.items() if value is not None}
        if self.forge:
            return self.forge(said, self.key)
        return jwt.encode({"alg": algorithm, "kid": self.key.kid}, said, self.key, algorithms=[algorithm])

    async def _userinfo(self, request: Request) -> Response:
        person = self._tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if person is None:
            return JSONResponse({"error": "invalid_token"}, 401)
        said = {name: person[name] for name in _IN_USERINFO if name in person}
        return JSONResponse(
            {**said, "acr": "AAL3_ANY", "sub": "another" if self.said_of_another else person["sub"]}
        )

    async def _logout(self, request: Request) -> Response:
        back = escape(request.query_params["post_logout_redirect_uri"])
        return HTMLResponse(f'{_HEAD}<h1>Signed out</h1><a href="{back}">Back</a>')


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8098)
    with ProviderEmulator(port=parser.parse_args().port) as provider:
        print("\n".join(f"export {name}='{value}'" for name, value in provider.environment.items()))
        try:
            provider._thread.join()
        except KeyboardInterrupt:
            print("Stopped.")


if __name__ == "__main__":
    main()
