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
from schemas.fhir.response import outcome_of, response_bundle
from services.intake.accept import Delivery
from services.intake.acceptance import Acceptance, KeptAside, count_repairs, now_ticks
from services.intake.bars_door import Answered, TooEarly, count_refusal, keep_request
from services.intake.bars_headers import read_ids, require_well_formed
from services.intake.negotiation import FHIR_JSON, require_acceptable, require_taken
from services.intake.request_body import read_body
from services.platform import metrics
from services.platform.access import sender_of
from services.platform.postgres import TRANSIENT

_HEADERS = {
    "Content-Type": FHIR_JSON,
    "Cache-Control": "no-store",
}
_RETRY_AFTER_SECONDS = "2"
_AWAY = Issue("transient", "The message was not kept: the database does not answer. Send it again.")
_EARLY = Issue("transient", "This very request is still being processed. Send it again for its answer.")
_REPEATED = Issue("duplicate", "This very request was processed before; nothing changes.")


class HttpDoor:
    """Takes one message a request, from the partner that its bearer token names."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance
        self.routes = [Route("/fhir/$process-message", self.process_message, methods=["POST"])]

    async def process_message(self, request: Request) -> Response:
        """Accept a message, or say what is wrong with it as an OperationOutcome."""
        sender = ""
        try:
            sender = await self._sender(request)
            return self._answer(await self._accept(request, sender))
        except KeptAside as refused:
            metrics.WORK_ACCEPTED.labels("http", "quarantined").inc()
            return refusal(refused)
        except Refused as refused:
            metrics.WORK_ACCEPTED.labels("http", "refused").inc()
            counting = BackgroundTask(count_refusal, self._acceptance, sender, refused) if sender else None
            return refusal(refused, counting)
        except TooEarly:
            metrics.WORK_ACCEPTED.labels("http", "too-early").inc()
            return _told_to_retry(_EARLY, 425)
        except (PoolTimeout, *TRANSIENT):
            return _told_to_retry(_AWAY, 503)

    async def _accept(self, request: Request, sender: str) -> Answered:
        require_acceptable(request.headers.get("accept", ""))
        require_taken(request.headers.get("content-type", ""))
        ids = read_ids(request.headers)
        require_well_formed(request.headers)
        body = await read_body(request)
        delivery = Delivery(secrets.token_bytes(16), sender, now_ticks(), "http", body)
        checked = await self._acceptance.check(delivery)
        if checked.refused is not None:
            raise await self._acceptance.refuse(checked)
        return await keep_request(self._acceptance, checked, ids)

    def _answer(self, answered: Answered) -> Response:
        checked, kept = answered.checked, answered.kept
        outcome = "accepted" if kept.new else "duplicate"
        metrics.WORK_ACCEPTED.labels("http", outcome).inc()
        count_repairs([checked] if kept.new else [])
        onward = BackgroundTask(self._acceptance.send_on, [checked], kept) if kept.onward else None
        key = checked.key.hex()
        if answered.repeated:
            return fhir_response(
                {**operation_outcome([_REPEATED], status=409), "id": key}, 409, onward=onward
            )
        if checked.bundle.get("type") == "message":
            return fhir_response(response_bundle(checked.bundle, key, outcome, checked.notes), onward=onward)
        return fhir_response(outcome_of(key, outcome, checked.notes), onward=onward)

    async def _sender(self, request: Request) -> str:
        """Who the bearer token says: what the body claims does not count."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            async with self._acceptance.pool.connection() as connection:
                if sender := await sender_of(connection, token.strip()):
                    return sender
        text = (
            "A valid bearer token is needed: Authorization: Bearer <token>, as 'carethread token' issues it."
        )
        raise Refused([Issue("login", text, rule="sender")], status=401)


def refusal(refused: Refused, afterwards: BackgroundTask | None = None) -> Response:
    """A refusal as the answer."""
    headers = {401: {"WWW-Authenticate": "Bearer"}, 408: {"Connection": "close"}}.get(refused.status, {})
    outcome = operation_outcome(refused.issues, status=refused.status)
    return fhir_response(outcome, refused.status, headers, afterwards)


def fhir_response(
    resource: dict[str, Any],
    status: int = 200,
    headers: dict[str, str] | None = None,
    onward: BackgroundTask | None = None,
) -> Response:
    """A FHIR resource as the answer."""
    return Response(orjson.dumps(resource), status, _HEADERS | (headers or {}), background=onward)


def _told_to_retry(issue: Issue, status: int) -> Response:
    headers = {"Retry-After": _RETRY_AFTER_SECONDS}
    return fhir_response(operation_outcome([issue], status=status), status, headers)
