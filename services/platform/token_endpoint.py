"""POST /token: a partner's system gets a bearer token for what it signed (RFC 6749, 4.4; SMART Backend Services)."""

import time

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from services.domain.access.granted_scopes import granted
from services.domain.access.reader import Reader, Role
from services.platform.access import issue_token
from services.platform.audit import count_refusal
from services.platform.audit_request import signs_in
from services.platform.certificate_bound import certificate_of
from services.platform.client_assertion import ALGORITHMS, BadAssertion, check_assertion
from services.platform.forms import URLENCODED, Forms
from services.platform.json_web_token import JWT_BEARER
from services.platform.postgres import Connection
from services.platform.settings import Settings

TOKEN_SECONDS = 300
"""SMART Backend Services: at most five minutes."""

_FORMS = Forms((URLENCODED,), 32_768)
_SCOPES = ["system/*.cruds", "system/*.rs", "system/*.c"]
_NEVER_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class NotGranted(Exception):
    """No token is given: an OAuth 2 error code (RFC 6749, 5.2), and words for whoever builds the client."""

    def __init__(self, code: str, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.code = code
        self.status = status


class TokenEndpoint:
    """Tokens for partners' systems, and where clients find out about them."""

    def __init__(self, pool: AsyncConnectionPool[Connection], settings: Settings) -> None:
        self._pool = pool
        self._base = settings.own_address
        self._certificates = settings.client_certificate_header
        self._audience = f"{self._base}/token"
        self.routes: list[BaseRoute] = [
            Route("/token", self.token, methods=["POST"]),
            Route("/.well-known/smart-configuration", self.configuration, methods=["GET"]),
            Route("/fhir/.well-known/smart-configuration", self.configuration, methods=["GET"]),
        ]

    async def token(self, request: Request) -> Response:
        """A token, or an OAuth 2 error."""
        try:
            return JSONResponse(await self._grant(request), headers=_NEVER_KEPT)
        except NotGranted as fault:
            count_refusal("nobody")
            told = {"error": fault.code, "error_description": str(fault)}
            return JSONResponse(told, fault.status, headers=_NEVER_KEPT)

    async def configuration(self, _: Request) -> Response:
        """What a SMART client has to know (SMART App Launch 2, 'Conformance')."""
        return JSONResponse(
            {
                "token_endpoint": self._audience,
                "grant_types_supported": ["client_credentials"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
                "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
                "scopes_supported": _SCOPES,
                "code_challenge_methods_supported": ["S256"],
                "tls_client_certificate_bound_access_tokens": bool(self._certificates),
                "capabilities": ["client-confidential-asymmetric", "permission-v1", "permission-v2"],
            }
        )

    async def _grant(self, request: Request) -> dict[str, object]:
        given = await _form(request)
        if given.get("grant_type") != "client_credentials":
            raise NotGranted("unsupported_grant_type", "grant_type has to be client_credentials.")
        if given.get("client_assertion_type") != JWT_BEARER:
            raise NotGranted("invalid_client", f"client_assertion_type has to be {JWT_BEARER}.", 401)
        async with self._pool.connection() as connection:
            try:
                assertion = given.get("client_assertion", "")
                client = await check_assertion(connection, assertion, self._audience, time.time())
            except BadAssertion as fault:
                raise NotGranted("invalid_client", str(fault), 401) from None
            if given.get("client_id", client.ods) != client.ods:
                raise NotGranted("invalid_client", "client_id is not who signed the assertion.", 401)
            scopes = granted(given.get("scope", ""), client.scopes)
            if not scopes:
                raise NotGranted("invalid_scope", f"None of these is registered; these are: {client.scopes}")
            reader = Reader(Role.PARTNER_SYSTEM, client.ods, client.ods, "", scopes)
            certificate = certificate_of(request.headers, self._certificates)
            token = await issue_token(connection, client.ods, TOKEN_SECONDS, reader, certificate)
        signs_in(reader)
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": " ".join(sorted(scopes)),
        }


async def _form(request: Request) -> dict[str, str]:
    """The fields, each at most once (RFC 6749, 3.2)."""
    if not _FORMS.take(request):
        raise NotGranted("invalid_request", f"Send a form ({URLENCODED}) of at most {_FORMS.largest} bytes.")
    async with request.form() as form:
        pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    if len(dict(pairs)) < len(pairs):
        raise NotGranted("invalid_request", "Give each parameter once.")
    return dict(pairs)
