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
    session_key,
    session_reader,
    token_reader,
)
from services.platform.audit_request import signs_in
from services.platform.postgres import Connection

_COOKIE = "carethread"


async def reader_of(connection: Connection, request: Request) -> Reader | None:
    """Who makes the request: the holder of its bearer token, else of its session; None for nobody."""
    if comes_with_token(request):
        return await token_reader(connection, request.headers["authorization"].partition(" ")[2].strip())
    secret = request.cookies.get(_COOKIE, "")
    return await session_reader(connection, secret) if secret else None


def comes_with_token(request: Request) -> bool:
    """Whether a request says by a bearer token who makes it: whatever session it has beside it does not count."""
    return request.headers.get("authorization", "").partition(" ")[0].lower() == "bearer"


def signed_in(request: Request) -> bool:
    """Whether the request comes from a signed-in browser, as the gate found out."""
    return request.state.reader is not None and not comes_with_token(request)


def session_of(request: Request) -> bytes:
    """The key of the session of the browser from which the request comes."""
    return session_key(request.cookies.get(_COOKIE, ""))


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
