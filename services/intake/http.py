"""The HTTP door: POST /fhir/$process-message, answered when the message is kept, and never before."""

import secrets
from typing import Any

import orjson
from psycopg_pool import PoolTimeout
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.fhir.issue import Issue, Refused, operation_outcome
from schemas.fhir.parse import MAX_MESSAGE_BYTES
from schemas.fhir.response import response_bundle
from services.intake.accept import Checked, Delivery, Kept
from services.intake.acceptance import Acceptance, now_ticks
from services.platform import metrics
from services.platform.access import sender_of
from services.platform.postgres import TRANSIENT

FHIR_JSON = "application/fhir+json"
_JSON_TYPES = {FHIR_JSON, "application/json"}
_RETRY_AFTER_SECONDS = "2"


class HttpDoor:
    """Takes one message a request, from the partner that its bearer token names."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance
        self._pool = acceptance.pool
        self.routes = [Route("/fhir/$process-message", self.process_message, methods=["POST"])]

    async def process_message(self, request: Request) -> Response:
        """Accept a message, or say what is wrong with it as an OperationOutcome."""
        try:
            checked, kept = await self._accept(request)
        except Refused as refused:
            metrics.WORK_ACCEPTED.labels("http", "refused").inc()
            headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else {}
            return fhir_response(operation_outcome(refused.issues), refused.status, headers)
        except (PoolTimeout, *TRANSIENT):
            issue = Issue(
                "transient", "The message was not kept: the database does not answer. Send it again."
            )
            return fhir_response(operation_outcome([issue]), 503, {"Retry-After": _RETRY_AFTER_SECONDS})
        outcome = "accepted" if kept.new else "duplicate"
        metrics.WORK_ACCEPTED.labels("http", outcome).inc()
        said = {
            "accepted": "The message is kept, and will be in the record.",
            "duplicate": "This very message was accepted before; nothing changes.",
        }[outcome]
        body = response_bundle(checked.bundle, checked.key.hex(), outcome, said)
        onward = BackgroundTask(self._acceptance.send_on, [checked], kept) if kept.onward else None
        return fhir_response(body, onward=onward)

    async def _accept(self, request: Request) -> tuple[Checked, Kept]:
        """The message, and what keeping it changed."""
        sender = await self._sender(request)
        if request.headers.get("content-type", "").split(";")[0].strip().lower() not in _JSON_TYPES:
            raise Refused(
                [Issue("not-supported", f"Send the message as Content-Type: {FHIR_JSON}.")], status=415
            )
        body = await _read_body(request)
        delivery = Delivery(secrets.token_bytes(16), sender, now_ticks(), "http", body)
        checked = await self._acceptance.check(delivery)
        if checked.refused is not None:
            raise checked.refused
        return checked, await self._acceptance.keep([checked])

    async def _sender(self, request: Request) -> str:
        """Who the bearer token says: what the body claims does not count."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            async with self._pool.connection() as connection:
                if sender := await sender_of(connection, token.strip()):
                    return sender
        text = (
            "A valid bearer token is needed: Authorization: Bearer <token>, as 'carethread token' issues it."
        )
        raise Refused([Issue("login", text)], status=401)


async def _read_body(request: Request) -> bytes:
    """The body, read no further than the limit.

    Raises:
        Refused: 413, before a body that is too long has been taken in.
    """
    declared = request.headers.get("content-length", "")
    parts: list[bytes] = []
    size = int(declared) if declared.isascii() and declared.isdigit() else 0
    if size <= MAX_MESSAGE_BYTES:
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > MAX_MESSAGE_BYTES:
                break
            parts.append(part)
    if size > MAX_MESSAGE_BYTES:
        raise Refused(
            [Issue("too-long", f"A message may have at most {MAX_MESSAGE_BYTES:,} bytes.")], status=413
        )
    return b"".join(parts)


def fhir_response(
    resource: dict[str, Any],
    status: int = 200,
    headers: dict[str, str] | None = None,
    onward: BackgroundTask | None = None,
) -> Response:
    """A FHIR resource as the answer."""
    return Response(
        orjson.dumps(resource),
        status,
        {"Content-Type": FHIR_JSON, "Cache-Control": "no-store", **(headers or {})},
        background=onward,
    )
