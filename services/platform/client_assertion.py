"""A partner's system says who it is with a signed JWT (RFC 7523; SMART Backend Services, 'private_key_jwt')."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from services.platform.json_web_token import is_numeric_date
from services.platform.partner_keys import SQL, Client, client_with_key
from services.platform.postgres import Connection

ALGORITHMS = ["RS384", "RS512", "ES384"]
"""RS384 and ES384 are SMART's, RS512 the NHS API platform's. None of them takes a secret that both sides know."""

_MOST_AHEAD = 300
"""Seconds until it expires (SMART Backend Services: at most five minutes)."""
_MOST_CHARACTERS = 8192
_REGISTRY = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


class BadAssertion(Exception):
    """The assertion proves nothing; the words say why, to a caller of whom nothing is known yet."""


async def check_assertion(connection: Connection, assertion: str, audience: str, now: float) -> Client:
    """The system that signed the assertion for `audience`, the address of our token endpoint. It is used up by this.

    `now` is in seconds since 1970.

    Raises:
        BadAssertion: it is not to be believed.
    """
    if len(assertion) > _MOST_CHARACTERS:
        raise BadAssertion("The assertion is too long.")
    issuer, kid = _who(assertion)
    client = await client_with_key(connection, issuer, kid)
    if client is None:
        raise BadAssertion("No key of this kid is registered for this client.")
    try:
        claims = jwt.decode(assertion, client.key, algorithms=ALGORITHMS, registry=_REGISTRY).claims
    except (JoseError, ValueError, TypeError):
        raise BadAssertion(f"The signature is not this key's, or not of {', '.join(ALGORITHMS)}.") from None
    jti, expires = _checked(claims, audience, now)
    await _use_up(connection, client.ods, jti, expires)
    return client


def _who(assertion: str) -> tuple[str, str]:
    """Who it says it is from, and by which key: nothing of it is believed before that key has confirmed it."""
    try:
        unread = jws.extract_compact(assertion.encode(), registry=_REGISTRY)
        header, claims = unread.headers(), orjson.loads(unread.payload)
    except (JoseError, ValueError, TypeError):
        raise BadAssertion(f"The assertion is no JWT signed with one of {', '.join(ALGORITHMS)}.") from None
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    kid = header.get("kid")
    if not (
        isinstance(issuer, str)
        and isinstance(kid, str)
        and (issuer + kid).isascii()
        and (issuer + kid).isprintable()
    ):
        raise BadAssertion("The assertion needs iss among its claims and kid in its header.")
    return issuer, kid


def _checked(claims: Mapping[str, Any], audience: str, now: float) -> tuple[str, float]:
    if claims.get("sub") != claims.get("iss"):
        raise BadAssertion("iss and sub have to be the client's own id, both.")
    if claims.get("aud") not in (audience, [audience]):
        raise BadAssertion(f"aud has to be the address of this endpoint: {audience}")
    expires = claims.get("exp")
    if not is_numeric_date(expires) or not now < expires <= now + _MOST_AHEAD:
        raise BadAssertion(
            f"exp has to be a time to come within {_MOST_AHEAD} seconds, by a clock that is right."
        )
    for name in ("iat", "nbf"):
        if name in claims and not (is_numeric_date(claims[name]) and claims[name] <= now + 1):
            raise BadAssertion(f"{name} is a time to come: set the clock right.")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 1 <= len(jti) <= 200:
        raise BadAssertion("jti has to be an id of 1 to 200 characters that is new each time.")
    return jti, float(expires)


async def _use_up(connection: Connection, ods: str, jti: str, expires: float) -> None:
    given = {
        "ods": ods,
        "jti": hashlib.sha256(jti.encode("utf-8", "surrogatepass")).digest(),
        "expires": expires,
    }
    if await (await connection.execute(SQL["use_assertion"], given)).fetchone() is None:
        raise BadAssertion("An assertion with this jti was used already: make a new one each time.")
