"""The web process: the FHIR door and the pages on one port."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from psycopg_pool import PoolTimeout
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from schemas.fhir.issue import Issue, operation_outcome
from services.delivery.http import OutcomeDoor
from services.delivery.pages import PartnersPage
from services.domain.access.limits import is_limited
from services.domain.access.reader import Reader
from services.domain.access.routes import ROUTES
from services.domain.record.referrals.stalling import StalledDays
from services.intake.acceptance import Acceptance, accepted_before
from services.intake.bars_headers import EchoedIds
from services.intake.conformance import Conformance
from services.intake.http import HttpDoor, fhir_response
from services.intake.quarantine_pages import QuarantinePages
from services.intake.upload_pages import UploadPages
from services.platform.audit import Audit, NotAudited
from services.platform.certificate_bound import CertificateBound
from services.platform.gate import Gate
from services.platform.log import describe
from services.platform.pages import Frame
from services.platform.postgres import TRANSIENT, DatabaseRole, pool
from services.platform.publisher import Publisher
from services.platform.serving import Measured, Unsniffed
from services.platform.settings import Settings
from services.platform.sign_in_pages import SignInPages
from services.platform.token_endpoint import TokenEndpoint
from services.record.model import load_model
from services.record.profiles import tokens
from services.review.pages import ReviewPages
from services.viewer.board_page import BoardPage
from services.viewer.fhir.door import FhirDoor
from services.viewer.fhir.find import Finder
from services.viewer.fhir.people import FhirPeople
from services.viewer.find_pages import FindPages
from services.viewer.glass import GlassPage
from services.viewer.live.changes import Changes
from services.viewer.live.page import ChangesPage
from services.viewer.page_state import Seal
from services.viewer.pages import Pages
from services.viewer.partnership_page import PartnershipPage
from services.viewer.referral_page import ReferralPage
from services.viewer.told import ToldOf
from services.writing.pages import WritingPages

log = logging.getLogger(__name__)

_FRAME = Frame(Frame.__module__.rpartition(".")[0])

_CONNECTIONS = 10
_READY_SECONDS = 2.0
_FHIR_ANSWERS = ("/fhir", "/outcomes", "/notices", "/scorecard")
"""Where a partner's system asks, and is answered with an OperationOutcome whatever goes wrong."""

_ISSUE_CODES = {404: "not-found", 405: "not-supported"}


class Web:
    """The doors over HTTP, and what they share."""

    def __init__(self, settings: Settings) -> None:
        self._pool = pool(settings.postgres.get_secret_value(), _CONNECTIONS, DatabaseRole.WEB)
        self._publisher = Publisher(settings.kafka)
        self._asking: asyncio.Task[bool] | None = None
        key = settings.partnership_key.get_secret_value().encode()
        acceptance = Acceptance(self._pool, self._publisher, key)
        model = load_model(settings.model)
        stalled = StalledDays.given(settings.stalled_days, settings.stalled_days_of)
        told_of = ToldOf(self._pool)
        self._changes = Changes(self._pool)
        seal = Seal(key)
        board_page, person_pages = BoardPage(self._pool, seal), Pages(self._pool, stalled, key, seal)
        watched = ChangesPage(self._pool, self._changes, seal, person_pages.person, board_page.board)
        self._certificates = settings.client_certificate_header
        self._signing_in = SignInPages(self._pool, settings)
        routes: list[BaseRoute] = [
            *self._signing_in.routes,
            *TokenEndpoint(self._pool, settings).routes,
            *HttpDoor(acceptance).routes,
            *Conformance().routes,
            *FhirPeople(self._pool, Finder(model, tokens, key)).routes,
            *FhirDoor(self._pool).routes,
            *OutcomeDoor(self._pool).routes,
            *PartnersPage(self._pool).routes,
            *UploadPages(acceptance).routes,
            *QuarantinePages(acceptance).routes,
            *ReviewPages(self._pool, model, acceptance.accept_ruling).routes,
            *board_page.routes,
            *PartnershipPage(self._pool).routes,
            *FindPages(self._pool, model, demo=settings.demo_sign_in).routes,
            *person_pages.routes,
            *watched.routes,
            *GlassPage(self._pool).routes,
            *ReferralPage(self._pool, stalled, told_of, seal).routes,
            *WritingPages(self._pool, key, acceptance.accept_written, accepted_before, told_of).routes,
        ]
        self._audit = Audit("web", key, settings.audit_anchors)
        self._routes = Gate(self._pool, ROUTES, self._refused, self._audit).guarded(routes)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Measured]:
        """The application, for as long as the connections are open."""
        await self._pool.open()
        handlers: dict[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
            HTTPException: _http_fault,
            PoolTimeout: _away,
            NotAudited: _not_audited,
            **dict.fromkeys(TRANSIENT, _away),
            Exception: _fault,
        }
        try:
            app = Starlette(routes=self._routes, exception_handlers=handlers)
            yield Measured(Unsniffed(EchoedIds(CertificateBound(app, self._certificates))))
        finally:
            await self._changes.close()
            await self._signing_in.close()
            await self._publisher.close()
            await self._pool.close()
            self._audit.anchor()

    def end_streams(self) -> None:
        """End what would else stay open when the process stops."""
        self._changes.end()

    async def ready(self) -> bool:
        """Whether PostgreSQL answers within 2 s. One that hangs is asked again only when it has answered."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        await asyncio.wait({self._asking}, timeout=_READY_SECONDS)
        return self._asking.done() and self._asking.result()

    def _refused(self, request: Request, reader: Reader | None) -> Response:
        """Nobody is told to sign in; somebody whose role or token has no business there is told so."""
        if request.url.path.startswith(_FHIR_ANSWERS):
            if reader is None:
                return _answer(request, 401, Issue("login", "Sign in, or send a partner's bearer token."))
            text = f"This is not for the role {reader.role}: docs/access.md says who may come here."
            if is_limited(reader):
                text = (
                    "This token does not reach so far: docs/sign-in.md says what a token with limits opens."
                )
            return _answer(request, 403, Issue("forbidden", text))
        if reader is None:
            return self._signing_in.page()
        return _FRAME.page(
            "not_for_role.html", 403, role=reader.role.replace("-", " "), limited=is_limited(reader)
        )

    async def _ask(self) -> bool:
        try:
            async with self._pool.connection(timeout=_READY_SECONDS) as connection:
                await connection.execute("select 1")
        except (PoolTimeout, *TRANSIENT):
            return False
        return True


async def _http_fault(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    status = fault.status_code
    text = {404: "There is nothing at this address.", 405: "This address does not take this method."}.get(
        status, ""
    )
    answer = _answer(request, status, Issue(_ISSUE_CODES.get(status, "processing"), text))
    answer.headers.update(fault.headers or {})
    return answer


async def _away(request: Request, _: Exception) -> Response:
    return _answer(
        request, 503, Issue("transient", "The database does not answer just now. Try again shortly.")
    )


async def _not_audited(request: Request, _: Exception) -> Response:
    text = "Nothing is shown, since it cannot be written down just now who saw it. Try again shortly."
    return _answer(request, 503, Issue("transient", text))


async def _fault(request: Request, fault: Exception) -> Response:
    log.error("A request failed: %s", describe(fault))
    return _answer(request, 500, Issue("exception", "Something went wrong here; nothing was changed."))


def _answer(request: Request, status: int, issue: Issue) -> Response:
    if request.url.path.startswith(_FHIR_ANSWERS):
        return fhir_response(operation_outcome([issue], status=status), status)
    return PlainTextResponse(f"{issue.text}\n", status)
