"""What can go wrong with an answer of the emulator: each takes the place of one answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

Fault = Callable[[Request], Awaitable[Response]]

FHIR_JSON = "application/fhir+json"


def status(code: int, **headers: str) -> Fault:
    """This status, without a FHIR body: `Retry_After='1'` gives it that header."""

    async def answer(_: Request) -> Response:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return Response("upstream says no\n", code, told)

    return answer


def body(content: bytes, code: int = 200, **headers: str) -> Fault:
    """These bytes, with the status of a sound answer unless another is given."""

    async def answer(_: Request) -> Response:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return Response(content, code, {"Content-Type": FHIR_JSON, **told})

    return answer


def redirect(to: str) -> Fault:
    """Sent elsewhere."""

    async def answer(_: Request) -> Response:
        return RedirectResponse(to, 307)

    return answer


def dripping(every: float) -> Fault:
    """A body that comes a byte at a time, for ever."""

    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(every)

    async def answer(_: Request) -> Response:
        return StreamingResponse(drip(), 200, {"Content-Type": FHIR_JSON})

    return answer


async def hang(request: Request) -> Response:
    """No answer, until whoever asked gives up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response(status_code=499)
