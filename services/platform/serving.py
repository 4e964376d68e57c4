"""Serving HTTP inside a process that handles its own signals, and the private port of every process."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.platform import metrics
from services.platform.event_stream import MEDIA_TYPE


class Server(uvicorn.Server):
    """uvicorn without its signal handlers: the process that runs it decides when to stop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the process's signals alone."""
        yield


async def serve(
    app: ASGIApp, host: str, port: int, stop: asyncio.Event, leaving: Callable[[], None] = lambda: None
) -> None:
    """Serve `app` until `stop`, then answer what is under way for at most 5 s. `leaving` ends what would stay open.

    Raises:
        SystemExit: the address is taken (uvicorn says so in the log).
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    leaving()
    server.should_exit = True
    stopping.cancel()
    await serving


def private_app(ready: Callable[[], Awaitable[bool]]) -> Starlette:
    """/metrics, /livez and /readyz. Alive is that the event loop turns; ready is what `ready` says."""

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def livez(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        return (
            PlainTextResponse("ok\n") if await ready() else PlainTextResponse("not ready\n", status_code=503)
        )

    return Starlette(routes=[Route("/metrics", metrics), Route("/livez", livez), Route("/readyz", readyz)])


class Measured:
    """An application whose requests are counted and timed, by route pattern: no id reaches a label."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500
        stays_open: float | None = None

        async def watched(message: Message) -> None:
            nonlocal status, stays_open
            if message["type"] == "http.response.start":
                status = message["status"]
                if Headers(scope=message).get("content-type", "").startswith(MEDIA_TYPE):
                    stays_open = time.perf_counter()
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            metrics.REQUESTS.labels(route, status).inc()
            answered = time.perf_counter() if stays_open is None else stays_open
            metrics.REQUEST_SECONDS.labels(route).observe(answered - began)


class Unsniffed:
    """An application whose answers are what their Content-Type says: no browser takes one for a page or a script."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and say so of its answer."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Content-Type-Options"] = "nosniff"
            await send(message)

        await self._app(scope, receive, marked)
