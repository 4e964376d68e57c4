"""FHIR answers over HTTP: resources, refusals as OperationOutcomes, and versions that the asker has already."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from schemas.fhir.issue import Refused, operation_outcome
from services.domain.access.reader import Reader
from services.viewer.fhir.access import reader_of
from services.viewer.fhir.bundle import Base

_HEADERS = {
    "Content-Type": "application/fhir+json",
    "Cache-Control": "no-store",
}

Handler = Callable[[Request, Reader], Awaitable[Response]]


def for_readers(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """The handler for somebody, whose refusals are told as FHIR tells them."""

    async def answered(request: Request) -> Response:
        try:
            return await handler(request, reader_of(request))
        except Refused as refused:
            return refusal(refused)

    return answered


def answer(resource: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A resource as the answer, kept by nobody on the way."""
    return Response(orjson.dumps(resource), status, _HEADERS | (headers or {}))


def version_answer(request: Request, resource: dict[str, Any]) -> Response:
    """A resource with its version as ETag; 304 where the asker says that they have it (FHIR R4, http.html#cread)."""
    tag = f'W/"{resource["meta"]["versionId"]}"'
    had = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    if tag in had or tag.removeprefix("W/") in had:
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-store"})
    return answer(resource, headers={"ETag": tag})


def refusal(refused: Refused) -> Response:
    """What is wrong, where, and what to do."""
    headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else {}
    return answer(operation_outcome(refused.issues, status=refused.status), refused.status, headers)


def base_of(request: Request, path: str) -> Base:
    """Where this server was asked, and `path` of what."""
    return Base(f"{request.base_url}fhir/", path)
