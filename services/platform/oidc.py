"""Signing people in at an identity provider: OpenID Connect, authorization code with PKCE (RFC 7636, S256)."""

import base64
import hashlib
import time
import tomllib
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote_plus, urlencode
from uuid import uuid4

import httpx
import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

from services.domain.access.claims import ClaimsTable, NotATable, read_table
from services.platform.id_token import Expected, read_id_token
from services.platform.json_web_token import JWT_BEARER
from services.platform.jwks import keys_at
from services.platform.provider_http import Document, KeptDocument, ProviderHttp, ProviderRefused
from services.platform.safe_address import NotAnAddress, safe_address
from services.platform.settings import Settings

_ASSERTION_SECONDS = 60


class NotAProvider(ValueError):
    """The settings name no provider that people can sign in at; the words say what is missing."""


class Away(NamedTuple):
    """What a browser that goes to the provider has to come back with, or for."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """One identity provider, as the settings name it."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        """Nothing is asked yet.

        Raises:
            NotAProvider: the settings are not enough.
            NotAnAddress: they name an address that the provider must not have.
        """
        self.issuer = settings.oidc_issuer
        safe_address(self.issuer, "the identity provider")
        self.table = _table(settings)
        self.least = settings.oidc_assurance
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret.get_secret_value()
        self._key = _private_key(settings.oidc_client_key.get_secret_value())
        if not self._client_id or bool(self._secret) == bool(self._key):
            raise NotAProvider(
                "CARETHREAD_OIDC_ISSUER needs CARETHREAD_OIDC_CLIENT_ID, and either CARETHREAD_OIDC_CLIENT_SECRET or "
                "CARETHREAD_OIDC_CLIENT_KEY."
            )
        self._own = safe_address(settings.own_address, "this service (CARETHREAD_PUBLIC_URL)")
        self._callback = f"{self._own}/oidc/callback"
        self._clock = clock
        self._http = ProviderHttp()
        self._discovered = KeptDocument(self._discover)
        self._keys = keys_at(self._jwks_address, self._http.get)

    async def where_to(self, away: Away) -> str:
        """The address at the provider to which the browser goes.

        Raises:
            ProviderAway, ProviderRefused: the provider does not say where.
        """
        challenge = hashlib.sha256(away.verifier.encode()).digest()
        asked = {
            "scope": "openid",
            **self.table.request,
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._callback,
            "state": away.state,
            "nonce": away.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        address = str((await self._discovered.get())["authorization_endpoint"])
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    async def is_from_another(self, issuer: str | None) -> bool:
        """Whether an answer that names its issuer, as RFC 9207 has it, or does not, comes from another provider."""
        if issuer is None:
            discovered = await self._discovered.get()
            return discovered.get("authorization_response_iss_parameter_supported") is True
        return issuer != self.issuer

    async def claims(self, code: str, away: Away) -> Document:
        """What the provider says of whoever came back with `code`.

        Raises:
            ProviderAway: the provider does not answer.
            ProviderRefused: the code is not good, or what it gives is not to be believed.
        """
        endpoints = await self._discovered.get()
        given = await self._tokens(endpoints, code, away)
        access_token = given["access_token"]
        expected = Expected(self.issuer, self._client_id, away.nonce, access_token)
        signed = await read_id_token(given["id_token"], self._keys, expected, self._clock())
        if not self.table.asks_userinfo:
            return signed
        said = await self._http.get(_endpoint(endpoints, "userinfo_endpoint"), bearer=access_token)
        if said.get("sub") != signed["sub"]:
            raise ProviderRefused("the userinfo is about somebody else")
        said.pop(self.table.assurance, None)  # of how surely somebody was known the signed token speaks alone
        return {**said, **signed}

    async def way_out(self) -> str:
        """The address at which the browser signs out at the provider too; empty where it has none.

        Raises:
            ProviderAway, ProviderRefused: the provider does not say.
        """
        endpoints = await self._discovered.get()
        if "end_session_endpoint" not in endpoints:
            return ""
        asked = {"client_id": self._client_id, "post_logout_redirect_uri": f"{self._own}/sign-in"}
        return f"{_endpoint(endpoints, 'end_session_endpoint')}?{urlencode(asked)}"

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.close()

    async def _discover(self) -> Document:
        found = await self._http.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise ProviderRefused("the provider calls itself by another name than CARETHREAD_OIDC_ISSUER")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            _endpoint(found, name)
        return found

    async def _jwks_address(self) -> str:
        return _endpoint(await self._discovered.get(), "jwks_uri")

    async def _tokens(self, endpoints: Document, code: str, away: Away) -> dict[str, str]:
        address = _endpoint(endpoints, "token_endpoint")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback,
            "client_id": self._client_id,
            "code_verifier": away.verifier,
        }
        methods = endpoints.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = None
        if self._key:
            form |= {"client_assertion_type": JWT_BEARER, "client_assertion": self._assertion(address)}
        elif isinstance(methods, list) and "client_secret_basic" in methods:
            # RFC 6749, 2.3.1: each encoded as in a form before they are joined
            basic = httpx.BasicAuth(quote_plus(self._client_id), quote_plus(self._secret))
        else:
            form |= {"client_secret": self._secret}
        given = await self._http.post(address, form, basic)
        told = {name: given.get(name) for name in ("access_token", "id_token")}
        if not all(isinstance(one, str) and one for one in told.values()):
            raise ProviderRefused("the provider gave no tokens")
        return {name: str(one) for name, one in told.items()}

    def _assertion(self, audience: str) -> str:
        assert self._key is not None
        now = int(self._clock())
        said = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": audience,
            "jti": str(uuid4()),
            "iat": now,
        }
        algorithm = "RS512" if isinstance(self._key, RSAKey) else "ES384"
        header = {"alg": algorithm, "kid": self._key.kid}
        return jwt.encode(header, said | {"exp": now + _ASSERTION_SECONDS}, self._key, algorithms=[algorithm])


def _endpoint(document: Document, name: str) -> str:
    address = document.get(name)
    if not isinstance(address, str):
        raise ProviderRefused(f"the provider has no {name}")
    try:
        safe_address(address, name, may_have_query=True)
    except NotAnAddress as fault:
        raise ProviderRefused(str(fault)) from None
    return address


def _table(settings: Settings) -> ClaimsTable:
    if settings.oidc_claims is None:
        raise NotAProvider(
            "CARETHREAD_OIDC_ISSUER needs CARETHREAD_OIDC_CLAIMS: docs/sign-in.md says what is in it."
        )
    try:
        return read_table(tomllib.loads(settings.oidc_claims.read_text()))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, NotATable) as fault:
        raise NotAProvider(f"CARETHREAD_OIDC_CLAIMS: {fault}") from None


def _private_key(text: str) -> RSAKey | ECKey | None:
    """The key in a private JWK; none in an empty text."""
    if not text:
        return None
    try:
        key = JWKRegistry.import_key(orjson.loads(text))
    except (JoseError, ValueError, TypeError, KeyError):
        key = None
    is_right = (isinstance(key, ECKey) and key.curve_name == "P-384") or isinstance(key, RSAKey)
    if key is None or not is_right or not key.kid or not key.is_private:
        raise NotAProvider(
            "CARETHREAD_OIDC_CLIENT_KEY has to be a private JWK with a kid, RSA or EC on P-384."
        )
    assert isinstance(key, RSAKey | ECKey)
    return key
