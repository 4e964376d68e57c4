"""Who comes through the doors: by bearer token, or in a browser by a one-time link.

Tokens are 256 random bits, kept as their SHA-256 alone: a stolen table opens nothing.
"""

import hashlib
import secrets
from collections.abc import Iterable
from typing import NamedTuple

from services.domain.access.reader import OF_THE_PARTNERSHIP, Reader, Role
from services.platform.certificate_bound import MARK, joined
from services.platform.postgres import Asked, Connection
from services.platform.queries import load_queries
from services.platform.topics import ods_code

SQL = load_queries(__package__, "access.sql")

TOKEN_SECONDS = 30 * 24 * 3600
LINK_SECONDS = 3600
SESSION_SECONDS = 12 * 3600

STEWARD = Reader(Role.STEWARD, "", "steward", "")
"""Whom a link signs in that names nobody: it is printed where the service runs, and who rules is asked for a name."""


class Partner(NamedTuple):
    """An organisation that sends messages, as the partnership registered it."""

    ods: str
    name: str
    sector: str


async def register_partner(connection: Connection, partner: Partner) -> None:
    """Register a partner, or correct its name and sector.

    Raises:
        NotAnOdsCode: the partnership's own name is nobody else's.
    """
    ods_code(partner.ods)
    await connection.execute(SQL["register_partner"], partner._asdict())


async def register_unnamed(connection: Connection, ods: str) -> None:
    """Register a partner of whom no more than the ODS code is known; one that is registered stays as it is."""
    await connection.execute(SQL["register_unnamed"], {"ods": ods})


async def partners(connection: Connection) -> dict[str, Partner]:
    """The registered partners by ODS code."""
    rows = await (await connection.execute(SQL["partners"])).fetchall()
    return partners_of(rows)


ASK_PARTNERS = Asked(SQL["partners"])
"""Asks for the rows that `partners_of` reads."""


def partners_of(rows: Iterable[tuple[str, str, str]]) -> dict[str, Partner]:
    """The registered partners by ODS code, as these rows tell of them."""
    return {row[0]: Partner(*row) for row in rows}


async def issue_token(
    connection: Connection,
    ods: str,
    seconds: int = TOKEN_SECONDS,
    reader: Reader | None = None,
    certificate: str = "",
) -> str:
    """A bearer token of `reader`, who acts for partner `ods`; without one of that partner's own system.

    A partner that is new is registered. Stewards and those who run the service may act for none: `ods` is empty.
    With the thumbprint of a client certificate it is good together with that alone.

    Raises:
        NotAnOdsCode: nobody gets a token that names the partnership itself.
    """
    if ods or reader is None or reader.role not in OF_THE_PARTNERSHIP:
        ods_code(ods)
    token = f"{MARK if certificate else ''}{secrets.token_urlsafe(32)}"
    holder = reader or Reader(Role.PARTNER_SYSTEM, ods, ods, "")
    given = _columns(holder) | {"scopes": " ".join(sorted(holder.scopes)), "person": holder.person}
    async with connection.transaction():
        if ods:
            await register_unnamed(connection, ods)
        kept = _hash(joined(token, certificate) if certificate else token)
        await connection.execute(SQL["issue_token"], {"hash": kept, "ods": ods, "seconds": seconds} | given)
    return token


async def token_reader(connection: Connection, token: str) -> Reader | None:
    """Who holds `token`, or None."""
    row = await (await connection.execute(SQL["token_reader"], {"hash": _hash(token)})).fetchone()
    if row is None:
        return None
    role, organisation, user, name, scopes, person = row
    return Reader(Role(role), organisation, user or organisation, name, frozenset(scopes.split()), person)


async def sender_of(connection: Connection, token: str) -> str | None:
    """The ODS code of the partner whose system holds `token`, or None."""
    reader = await token_reader(connection, token)
    return reader.organisation if reader and reader.role is Role.PARTNER_SYSTEM else None


async def issue_link(connection: Connection, reader: Reader = STEWARD) -> str:
    """The secret of a link that signs one browser in, once, as `reader`."""
    return await _issue_sign_in(connection, "link", LINK_SECONDS, reader)


async def open_session_for(connection: Connection, reader: Reader) -> str:
    """The secret of a new session of `reader`."""
    return await _issue_sign_in(connection, "session", SESSION_SECONDS, reader)


async def use_link(connection: Connection, secret: str) -> Reader | None:
    """Use a one-time link up: whom it signs in, or None where it was used or is too old."""
    row = await (await connection.execute(SQL["use_link"], {"hash": _hash(secret)})).fetchone()
    return _reader(row) if row else None


async def close_session(connection: Connection, secret: str) -> None:
    """End the session of this secret, if there is one."""
    await connection.execute(SQL["close_session"], {"hash": _hash(secret)})


async def session_reader(connection: Connection, secret: str) -> Reader | None:
    """Whose open session `secret` is, or None."""
    row = await (await connection.execute(SQL["session"], {"hash": _hash(secret)})).fetchone()
    return _reader(row) if row else None


def session_key(secret: str) -> bytes:
    """What the session of a secret is known by here: it opens nothing."""
    return _hash(secret)


async def open_sessions(connection: Connection, keys: Iterable[bytes]) -> set[bytes]:
    """Those of these sessions that are open still, by their keys."""
    rows = await connection.execute(SQL["open_sessions"], {"hashes": list(keys)}, binary=True)
    return {key for (key,) in await rows.fetchall()}


def _reader(row: tuple[str, str, str, str]) -> Reader:
    role, organisation, user, name = row
    return Reader(Role(role), organisation, user, name)


def _columns(reader: Reader) -> dict[str, str]:
    return {
        "role": reader.role,
        "organisation": reader.organisation,
        "user": reader.user,
        "name": reader.name,
    }


async def _issue_sign_in(connection: Connection, kind: str, seconds: int, reader: Reader) -> str:
    secret = secrets.token_urlsafe(32)
    given = {"hash": _hash(secret), "kind": kind, "seconds": seconds} | _columns(reader)
    await connection.execute(SQL["issue_sign_in"], given)
    return secret


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
