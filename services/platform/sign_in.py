"""The browser's session: opened by whoever signs a person in, kept in a cookie that no script can read; and whether
a request comes from a page of ours."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from services.domain.access.reader import Reader
from services.platform.access import (
    SESSION_SECONDS,
    close_session,
    open_session_for,
    session_reader,
    token_reader,
)
from services.platform.audit_request import signs_in
from services.platform.postgres import Connection

_COOKIE = "carethread"


async def reader_of(connection: Connection, request: Request) -> Reader | None:
    """Who makes the request: the holder of its bearer token, else of its session; None for nobody."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await token_reader(connection, token.strip())
    secret = request.cookies.get(_COOKIE, "")
    return await session_reader(connection, secret) if secret else None


async def signed_in(connection: Connection, request: Request) -> bool:
    """Whether the request comes from a signed-in browser."""
    secret = request.cookies.get(_COOKIE, "")
    return bool(secret) and await session_reader(connection, secret) is not None


async def start_session(
    connection: Connection, request: Request, response: Response, reader: Reader, *, secure: bool
) -> Response:
    """Give the browser a session of `reader` under a secret of its own; the one it came with ends.

    A `secure` one the browser sends over TLS alone.
    """
    await close_session(connection, request.cookies.get(_COOKIE, ""))
    secret = await open_session_for(connection, reader)
    signs_in(reader)
    response.set_cookie(
        _COOKIE, secret, max_age=SESSION_SECONDS, httponly=True, samesite="lax", path="/", secure=secure
    )
    return response


async def end_session(connection: Connection, request: Request) -> None:
    """End the session with which the browser came, whatever it goes on sending."""
    await close_session(connection, request.cookies.get(_COOKIE, ""))


def forget_session(response: Response) -> Response:
    """Have the browser forget its session's secret."""
    response.delete_cookie(_COOKIE, path="/", httponly=True, samesite="lax")
    return response


def is_own_page(request: Request) -> bool:
    """Whether a browser says that the request comes from a page of ours (Fetch Metadata; RFC 6454, Origin)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host")
