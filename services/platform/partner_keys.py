"""The public keys of partners' systems, with which they sign what they ask of the token endpoint."""

from typing import Any, NamedTuple

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

from services.domain.access.granted_scopes import read_scopes
from services.platform.access import register_unnamed
from services.platform.postgres import Connection
from services.platform.queries import load_queries
from services.platform.topics import ods_code

SQL = load_queries(__package__, "client_assertion.sql")

PartnerKey = RSAKey | ECKey

_MOST_KEYS = 2
"""One, and while it is changed the next beside it."""
_LEAST_RSA_BITS = 2048
_CURVE = "P-384"
_MOST_BYTES = 65_536


class NotAKeySet(ValueError):
    """What was given is no key set (RFC 7517) that a partner can be known by; the words say why."""


class Client(NamedTuple):
    """A partner's system as it is registered, with the one key that it names."""

    ods: str
    scopes: str
    key: PartnerKey


async def register_keys(connection: Connection, ods: str, jwks: bytes, scopes: str) -> list[str]:
    """Know a partner by these keys and no others from now on; their ids.

    Raises:
        NotAnOdsCode: no partner can have this code.
        NotAKeySet: these are no keys that may be used.
        NotAScope: a scope is none of a system's.
    """
    ods_code(ods)
    keys = read_key_set(jwks)
    read_scopes(scopes)
    known = {"ods": ods, "scopes": " ".join(scopes.split())}
    async with connection.transaction():
        await register_unnamed(connection, ods)
        await connection.execute(SQL["register_client"], known)
        await connection.execute(SQL["forget_keys"], known)
        for kid, key in keys.items():
            jwk = orjson.dumps(key.as_dict(private=False)).decode()
            await connection.execute(SQL["register_key"], known | {"kid": kid, "jwk": jwk})
    return sorted(keys)


async def client_with_key(connection: Connection, ods: str, kid: str) -> Client | None:
    """The registered system of partner `ods`, with the key of this id; None where either is unknown."""
    row = await (await connection.execute(SQL["client_with_key"], {"ods": ods, "kid": kid})).fetchone()
    return Client(ods, row[0], _read_key(orjson.loads(row[1]))) if row else None


def read_key_set(jwks: bytes) -> dict[str, PartnerKey]:
    """The keys of a key set by their ids.

    Raises:
        NotAKeySet: it is none, or a key in it may not be used.
    """
    try:
        given = orjson.loads(jwks[: _MOST_BYTES + 1])
    except orjson.JSONDecodeError:
        raise NotAKeySet('It is no JSON: {"keys": [...]} is expected.') from None
    keys = given.get("keys") if isinstance(given, dict) else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= _MOST_KEYS:
        raise NotAKeySet(
            f"It has to be a key set with 1 key, or {_MOST_KEYS} while one takes the other's place."
        )
    found = {_kid(one): _read_key(one) for one in keys}
    if len(found) < len(keys):
        raise NotAKeySet("Two keys have one id: give each a kid of its own.")
    return found


def _kid(given: Any) -> str:
    kid = given.get("kid") if isinstance(given, dict) else None
    if not isinstance(kid, str) or not 1 <= len(kid) <= 200:
        raise NotAKeySet("Each key needs an id, as kid.")
    return kid


def _read_key(given: dict[str, Any]) -> PartnerKey:
    if "d" in given or "k" in given:
        raise NotAKeySet("A key among them is private or shared. Make a new pair, and send its public key.")
    if given.get("use", "sig") != "sig":
        raise NotAKeySet("A key among them is not for signing.")
    try:
        key = JWKRegistry.import_key(given)
        if isinstance(key, RSAKey) and key.public_key.key_size >= _LEAST_RSA_BITS:
            return key
        if isinstance(key, ECKey) and key.curve_name == _CURVE:
            return key
    except (JoseError, ValueError, TypeError, KeyError) as fault:
        raise NotAKeySet(f"A key among them cannot be read: {type(fault).__name__}.") from None
    raise NotAKeySet(f"A key has to be RSA of {_LEAST_RSA_BITS} bits or more, or EC on {_CURVE}.")
