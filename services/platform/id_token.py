"""The ID token of an identity provider, and everything that has to be right before it is believed
(OpenID Connect Core 1.0, 3.1.3.7 and 3.1.3.8)."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, NamedTuple

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from services.platform.json_web_token import is_numeric_date
from services.platform.jwks import ProviderKeys
from services.platform.provider_http import Document, ProviderRefused

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]
"""None of them takes a secret that both sides know, and none is no signature at all."""

_SKEW = 60
"""Seconds by which two clocks may differ."""
_REGISTRY = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


class Expected(NamedTuple):
    """What the token has to say."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str


async def read_id_token(token: str, keys: ProviderKeys, expected: Expected, now: float) -> Document:
    """The claims of a token that is signed by the provider and meant for this sign-in; `now` in seconds since 1970.

    Raises:
        ProviderAway: the provider's keys are not to be had.
        ProviderRefused: it is not to be believed; the words say why, and nothing of whom it is about.
    """
    try:
        header = jws.extract_compact(token.encode(), registry=_REGISTRY).headers()
    except (JoseError, ValueError, TypeError):
        raise ProviderRefused("the ID token is no signed JWT") from None
    if not isinstance(header.get("kid"), str):
        raise ProviderRefused("the ID token names no key")
    key = await keys.find(header["kid"])
    try:
        claims = jwt.decode(token, key, algorithms=ALGORITHMS, registry=_REGISTRY).claims
    except (JoseError, ValueError, TypeError):
        raise ProviderRefused("the ID token's signature is wrong, or of a kind that is not taken") from None
    if not isinstance(claims, dict):
        raise ProviderRefused("the ID token says nothing")
    _require(claims, header["alg"], expected, now)
    return claims


def _require(claims: Mapping[str, Any], algorithm: str, expected: Expected, now: float) -> None:
    audiences = claims.get("aud")
    audiences = audiences if isinstance(audiences, list) else [audiences]
    nonce = claims.get("nonce")
    right = {
        "iss": claims.get("iss") == expected.issuer,
        "aud": expected.client_id in audiences and (len(audiences) == 1 or "azp" in claims),
        "azp": claims.get("azp", expected.client_id) == expected.client_id,
        "exp": is_numeric_date(claims.get("exp")) and claims["exp"] > now - _SKEW,
        "iat": is_numeric_date(claims.get("iat")) and claims["iat"] < now + _SKEW,
        "nbf": "nbf" not in claims or (is_numeric_date(claims["nbf"]) and claims["nbf"] < now + _SKEW),
        "nonce": isinstance(nonce, str) and hmac.compare_digest(nonce.encode(), expected.nonce.encode()),
        "sub": isinstance(claims.get("sub"), str) and bool(claims["sub"]),
        "at_hash": claims.get("at_hash", at_hash(expected.access_token, algorithm))
        == at_hash(expected.access_token, algorithm),
    }
    if wrong := [name for name, is_right in right.items() if not is_right]:
        raise ProviderRefused(f"the ID token is not for this sign-in: {', '.join(wrong)}")


def at_hash(access_token: str, algorithm: str) -> str:
    """What binds an access token to an ID token that is signed with `algorithm`: half of the hash of its name."""
    digest = hashlib.new(f"sha{algorithm[2:]}", access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
