"""The HTTP door: POST /fhir/$process-message, answered when the message is kept, and never before."""

import asyncio
import secrets
from datetime import UTC, datetime
from typing import Any

import orjson
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.fhir.issue import Issue, Refused, operation_outcome
from schemas.fhir.parse import MAX_MESSAGE_BYTES
from schemas.fhir.response import response_bundle
from services.domain.record.instant import instant_ticks
from services.intake.accept import Checked, Delivery, check, keep
from services.platform import metrics
from services.platform.access import sender_of
from services.platform.outbox import publish
from services.platform.postgres import TRANSIENT, Connection
from services.platform.publisher import Publisher

FHIR_JSON = "application/fhir+json"
_JSON_TYPES = {FHIR_JSON, "application/json"}
_RETRY_AFTER_SECONDS = "2"


class HttpDoor:
    """Takes one message a request, from the partner that its bearer token names."""

    def __init__(
        self, pool: AsyncConnectionPool[Connection], publisher: Publisher, partnership_key: bytes
    ) -> None:
        self._pool = pool
        self._publisher = publisher
        self._partnership_key = partnership_key
        self.routes = [Route("/fhir/$process-message", self.process_message, methods=["POST"])]

    async def process_message(self, request: Request) -> Response:
        """Accept a message, or say what is wrong with it as an OperationOutcome."""
        try:
            checked, outcome, goes_on = await self._accept(request)
        except Refused as refused:
            metrics.WORK_ACCEPTED.labels("http", "refused").inc()
            headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else {}
            return fhir_response(operation_outcome(refused.issues), refused.status, headers)
        except (PoolTimeout, *TRANSIENT):
            issue = Issue(
                "transient", "The message was not kept: the database does not answer. Send it again."
            )
            return fhir_response(operation_outcome([issue]), 503, {"Retry-After": _RETRY_AFTER_SECONDS})
        metrics.WORK_ACCEPTED.labels("http", outcome).inc()
        said = {
            "accepted": "The message is kept, and will be in the record.",
            "duplicate": "This very message was accepted before; nothing changes.",
        }[outcome]
        body = response_bundle(checked.bundle, checked.key.hex(), outcome, said)
        return fhir_response(body, onward=BackgroundTask(self._onward, checked) if goes_on else None)

    async def _accept(self, request: Request) -> tuple[Checked, str, bool]:
        """The kept message, whether it is accepted or a duplicate, and whether it is to be published."""
        sender = await self._sender(request)
        if request.headers.get("content-type", "").split(";")[0].strip().lower() not in _JSON_TYPES:
            raise Refused(
                [Issue("not-supported", f"Send the message as Content-Type: {FHIR_JSON}.")], status=415
            )
        body = await _read_body(request)
        now = instant_ticks(datetime.now(UTC).isoformat(timespec="microseconds")) or 0
        delivery = Delivery(secrets.token_bytes(16), sender, now, "http", body)
        checked = await asyncio.to_thread(check, delivery, self._partnership_key)
        if checked.refused is not None:
            raise checked.refused
        async with self._pool.connection() as connection, connection.transaction():
            new, onward = await keep(connection, [checked])
        return checked, "accepted" if new else "duplicate", bool(onward)

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

    async def _onward(self, checked: Checked) -> None:
        """Publish after the answer is sent; what fails here the sweeper publishes."""
        try:
            async with self._pool.connection() as connection:
                await publish(connection, self._publisher, {checked.key: checked.source_record})
        except (PoolTimeout, *TRANSIENT):
            return


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
