"""The headers of the Booking and Referral Standard (BaRS API 1.4.0, Headers): read, held to their form, echoed."""

import base64
import binascii
import re
from typing import NamedTuple
from uuid import UUID

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schemas.fhir.bars import deviation
from schemas.fhir.issue import Issue, Refused
from schemas.fhir.note import Note

REQUEST_ID = "X-Request-Id"
CORRELATION_ID = "X-Correlation-Id"

MAX_HEADER = 8192
"""The longest such header taken, in characters; an Organization with its address takes about one thousand."""

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ECHOED = re.compile(r"[!-~]{1,128}")
_CONTEXT = re.compile(r"[A-Za-z0-9.\-]+(\|[A-Za-z0-9.\-]+){1,7}")
_DESCRIPTIONS = {
    # header in Base64 JSON: the names of which it has one at the least
    "NHSD-Target-Identifier": ("value", "system"),
    "NHSD-End-User-Organisation": ("resourceType",),
    "NHSD-Requesting-Practitioner": ("resourceType",),
    "NHSD-Requesting-Software": ("resourceType",),
}
_RULE = "header"


class RequestIds(NamedTuple):
    """The ids that a client gives its request."""

    request_id: UUID | None
    correlation_id: UUID | None

    def missing(self) -> list[Note]:
        """The deviations of a BaRS message that came without."""
        given = {"bars-request-id": self.request_id, "bars-correlation-id": self.correlation_id}
        places = {"bars-request-id": REQUEST_ID, "bars-correlation-id": CORRELATION_ID}
        return [deviation(name, f"http.{places[name]}") for name, value in given.items() if value is None]


def read_ids(headers: Headers) -> RequestIds:
    """The ids, which are GUIDs where they are given.

    Raises:
        Refused: one is no GUID.
    """
    return RequestIds(_guid(headers, REQUEST_ID), _guid(headers, CORRELATION_ID))


def require_well_formed(headers: Headers) -> None:
    """Hold the descriptions of who asks, and whom, to their form. Nothing is decided by what they claim.

    Raises:
        Refused: one is not Base64 of a JSON object with what belongs in it, or too long.
    """
    for name, members in _DESCRIPTIONS.items():
        if (given := headers.get(name)) is not None:
            described = _described(name, given)
            if not all(isinstance(described.get(member), str) for member in members):
                raise _malformed(name, f"holds JSON without {' and '.join(members)}")
    context = headers.get("use-context")
    if context is not None and (len(context) > MAX_HEADER or not _CONTEXT.fullmatch(context)):
        raise _malformed("use-context", "is not of the form 'a4t2|validation|servicerequest-response|new'")


class EchoedIds:
    """An application every answer of which carries the ids that its request gave, refused or not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add its ids to the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope)
        ids = {name: given[name] for name in (REQUEST_ID, CORRELATION_ID) if name in given}

        async def echoing(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                told.update({name: value for name, value in ids.items() if _ECHOED.fullmatch(value)})
            await send(message)

        await self._app(scope, receive, echoing)


def _guid(headers: Headers, name: str) -> UUID | None:
    given = headers.get(name)
    if given is None:
        return None
    if not _GUID.fullmatch(given):
        text = f"The header {name} is no GUID, such as 60e0b220-8136-4ca5-ae46-1d97ef59d068."
        raise Refused([Issue("value", text, f"http.{name}", _RULE)])
    return UUID(given)


def _described(name: str, given: str) -> dict[str, object]:
    if len(given) > MAX_HEADER:
        raise _malformed(name, f"is longer than {MAX_HEADER:,} characters")
    try:
        described = orjson.loads(base64.b64decode(given, validate=True))
    except (binascii.Error, ValueError):
        described = None
    if not isinstance(described, dict):
        raise _malformed(name, "is not a JSON object in Base64")
    return described


def _malformed(name: str, fault: str) -> Refused:
    return Refused([Issue("value", f"The header {name} {fault}.", f"http.{name}", _RULE)])
