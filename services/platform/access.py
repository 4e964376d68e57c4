"""Who comes through the doors: partners by bearer token, browsers by a one-time link.

Tokens are 256 random bits, kept as their SHA-256 alone: a stolen table opens nothing.
"""

import hashlib
import secrets
from typing import NamedTuple

from services.platform.postgres import Connection
from services.platform.queries import load_queries
from services.platform.topics import ods_code

SQL = load_queries(__package__, "access.sql")

TOKEN_SECONDS = 30 * 24 * 3600
LINK_SECONDS = 3600
SESSION_SECONDS = 12 * 3600


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


async def partners(connection: Connection) -> dict[str, Partner]:
    """The registered partners by ODS code."""
    rows = await (await connection.execute(SQL["partners"])).fetchall()
    return {row[0]: Partner(*row) for row in rows}


async def issue_token(connection: Connection, ods: str, seconds: int = TOKEN_SECONDS) -> str:
    """A bearer token that names its holder as partner `ods`, registering it where it is new.

    Raises:
        NotAnOdsCode: nobody gets a token that names the partnership itself.
    """
    ods_code(ods)
    token = secrets.token_urlsafe(32)
    async with connection.transaction():
        await connection.execute(SQL["register_unnamed"], {"ods": ods})
        await connection.execute(SQL["issue_token"], {"hash": _hash(token), "ods": ods, "seconds": seconds})
    return token


async def sender_of(connection: Connection, token: str) -> str | None:
    """The ODS code of the partner that holds `token`, or None."""
    row = await (await connection.execute(SQL["token_sender"], {"hash": _hash(token)})).fetchone()
    return row[0] if row else None


async def issue_link(connection: Connection) -> str:
    """The secret of a link that signs one browser in, once."""
    return await _issue_sign_in(connection, "link", LINK_SECONDS)


async def use_link(connection: Connection, secret: str) -> str | None:
    """Use a one-time link up: the secret of the session it opens, or None where it was used or is too old."""
    async with connection.transaction():
        used = await (await connection.execute(SQL["use_link"], {"hash": _hash(secret)})).fetchone()
        return await _issue_sign_in(connection, "session", SESSION_SECONDS) if used else None


async def is_signed_in(connection: Connection, secret: str) -> bool:
    """Whether `secret` is that of an open session."""
    row = await (await connection.execute(SQL["session"], {"hash": _hash(secret)})).fetchone()
    return row is not None


async def _issue_sign_in(connection: Connection, kind: str, seconds: int) -> str:
    secret = secrets.token_urlsafe(32)
    await connection.execute(SQL["issue_sign_in"], {"hash": _hash(secret), "kind": kind, "seconds": seconds})
    return secret


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
