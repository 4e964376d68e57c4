"""The steward's pages: what waits in quarantine, why, and the forms that put it right. They work without JavaScript.

Stewards alone come here, as the table of routes has it; each action keeps the name of whoever is signed in, and asks
for one where nobody said it.
"""

import asyncio
import logging

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.fhir.issue import Issue
from services.intake import quarantine
from services.intake.acceptance import Acceptance
from services.intake.mark_fault import mark_faults, readable_text
from services.intake.quarantine import NotThere, Quarantined
from services.intake.quarantine_form import (
    FORMS,
    NotAForm,
    corrected_document,
    done_by_whom,
    filled_in,
    words,
)
from services.intake.quarantine_views import (
    LARGEST_EDITED,
    CorrectionForm,
    Fault,
    LineView,
    faults,
    group_view,
    line_views,
    message_view,
    partner,
)
from services.intake.resolve import (
    CannotResolve,
    SaysLess,
    StillRefused,
    check_correction,
    correct,
    dismiss,
    resubmit,
)
from services.platform.access import partners
from services.platform.audit_request import saw_things
from services.platform.door import Back, Door
from services.platform.pages import PAGE_HEADERS, Frame, see_other

log = logging.getLogger(__name__)

_MOST_LISTED = 200
_MOST_AT_ONCE = 1_000
"""Messages checked again in one request; whoever has more presses again, or uses the command line."""


class QuarantinePages:
    """/quarantine and below, for signed-in browsers."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance
        self._pool = acceptance.pool
        self._door = Door(
            Frame(__package__ or ""),
            FORMS,
            faults={NotThere: 404, NotAForm: 400},
            back=Back("/quarantine", "Go to the quarantine"),
        )
        guarded = self._door.guarded
        self.routes = [
            Route("/quarantine", guarded(self.groups), methods=["GET"]),
            Route("/quarantine/resubmit", guarded(self.resubmit_group), methods=["POST"]),
            Route("/quarantine/{key}", guarded(self.message), methods=["GET"]),
            Route("/quarantine/{key}/document", guarded(self.document), methods=["GET"]),
            Route("/quarantine/{key}/correct", guarded(self.correct), methods=["POST"]),
            Route("/quarantine/{key}/resubmit", guarded(self.resubmit_one), methods=["POST"]),
            Route("/quarantine/{key}/dismiss", guarded(self.dismiss), methods=["POST"]),
        ]

    async def groups(self, request: Request) -> Response:
        """What waits by cause and sender; or, where both are asked for, one group's messages."""
        asked = request.query_params
        cause, sender, resolved = asked.get("cause"), asked.get("sender"), asked.get("all") == "1"
        async with self._pool.connection() as connection:
            found = await quarantine.groups(connection, cause=cause, sender=sender, resolved=resolved)
            is_group = cause is not None and sender is not None
            listed: list[Quarantined] = []
            if is_group or any(one.at_risk for one in found):
                listed = await quarantine.messages(
                    connection, cause=cause, sender=sender, resolved=resolved, most=_MOST_LISTED
                )
            names = await partners(connection)
        saw_things(one.key for one in listed)
        waiting = [one for one in found if one.resolution is None]
        return self._door.page(
            "quarantine.html",
            groups=[group_view(one, names) for one in found],
            messages=[message_view(one, names) for one in listed] if is_group else [],
            cannot_wait=[message_view(one, names) for one in listed if one.at_risk],
            waiting=sum(one.messages for one in waiting),
            at_risk=sum(one.at_risk for one in waiting),
            oldest=group_view(min(waiting, key=lambda one: one.oldest), names).oldest if waiting else None,
            is_group=is_group,
            resolved=resolved,
            cause=cause or "",
            sender=sender or "",
            most=_MOST_LISTED,
            accepted=_number(asked.get("accepted")),
            stayed=_number(asked.get("stayed")),
            error=asked.get("error") == "by",
        )

    async def message(self, request: Request) -> Response:
        """One message: why, where in the document, and the forms."""
        return await self._show(
            request, CorrectionForm(), checked_again=request.query_params.get("checked") == "1"
        )

    async def document(self, request: Request) -> Response:
        """The bytes as they were received, to be saved as a file."""
        one, body = await self._find(request)
        name = f'attachment; filename="quarantined-{one.key.hex()[:12]}.json"'
        headers = {"Content-Disposition": name, "Content-Type": "application/octet-stream"}
        return Response(body, headers=PAGE_HEADERS | headers)

    async def correct(self, request: Request) -> Response:
        """Check a corrected document, and put it in the message's place where that is asked for."""
        one, _ = await self._find(request)
        async with filled_in(request) as given:
            form = CorrectionForm(by=done_by_whom(request, given), reason=words(given, "reason"))
            document = await corrected_document(given)
            is_check = given.get("do") == "check"
        status = await self._correct(one, form, document, is_check)
        if status is not None:
            return await self._show(request, form, status)
        log.info("A quarantined message was corrected: %s", {"key": one.key.hex()})
        return see_other(f"/quarantine/{one.key.hex()}")

    async def _correct(
        self, one: Quarantined, form: CorrectionForm, document: bytes, is_check: bool
    ) -> int | None:
        """The status to answer with, where the form has something to say; None where it is corrected."""
        form.text = await asyncio.to_thread(readable_text, document)
        if not document.strip():
            form.errors["document"] = "Give the corrected document, in the editor or as a file."
        elif not is_check and not form.by:
            form.errors["by"] = "Give your name, so that it is known who corrected the message."
        if form.errors:
            return 422
        try:
            if is_check:
                await check_correction(self._acceptance, one, document)
                form.is_sound = True
                return 200
            await correct(self._acceptance, one, document, form.by, form.reason or None)
        except StillRefused as fault:
            form.errors["document"] = str(fault)
            form.lines, form.faults = await asyncio.to_thread(_marked, document, fault.issues)
            return 422
        except SaysLess as fault:
            form.errors["reason"] = str(fault)
            return 422
        except CannotResolve as fault:
            form.errors["document"] = str(fault)
            return 409
        return None

    async def dismiss(self, request: Request) -> Response:
        """Say that nothing will come of the message."""
        one, _ = await self._find(request)
        async with filled_in(request) as given:
            form = CorrectionForm(by=done_by_whom(request, given))
            reason = words(given, "reason")
        if not form.by or not reason:
            form.errors["dismiss"] = "Give your name and the reason why nothing will come of this message."
            return await self._show(request, form, 422)
        try:
            await dismiss(self._acceptance, one, form.by, reason)
        except CannotResolve as fault:
            form.errors["dismiss"] = str(fault)
            return await self._show(request, form, 409)
        log.info("A quarantined message was dismissed: %s", {"key": one.key.hex()})
        return see_other(f"/quarantine/{one.key.hex()}")

    async def resubmit_one(self, request: Request) -> Response:
        """Check the message again as it is."""
        one, _ = await self._find(request)
        async with filled_in(request) as given:
            form = CorrectionForm(by=done_by_whom(request, given))
        if not form.by:
            form.errors["again"] = "Give your name, so that it is known who had the message checked again."
            return await self._show(request, form, 422)
        await resubmit(self._acceptance, form.by, keys=[one.key])
        return see_other(f"/quarantine/{one.key.hex()}?checked=1")

    async def resubmit_group(self, request: Request) -> Response:
        """Check all messages of one cause and sender again as they are."""
        async with filled_in(request) as given:
            by = done_by_whom(request, given)
            cause, sender = str(given.get("cause")), str(given.get("sender"))
        asked = {"cause": cause, "sender": sender}
        if not by:
            return see_other("/quarantine", **asked, error="by")
        done = await resubmit(self._acceptance, by, cause=cause, sender=sender, most=_MOST_AT_ONCE)
        log.info(
            "Quarantined messages were checked again: %s", {"accepted": done.accepted, "stayed": done.stayed}
        )
        counts = {"accepted": str(done.accepted), "stayed": str(done.stayed)}
        return see_other("/quarantine", **counts)

    async def _show(
        self, request: Request, form: CorrectionForm, status: int = 200, *, checked_again: bool = False
    ) -> Response:
        one, body = await self._find(request)
        async with self._pool.connection() as connection:
            names = await partners(connection)
            alike = await quarantine.groups(connection, cause=one.cause, sender=one.sender)
        is_edited = len(body) <= LARGEST_EDITED and len(form.text) <= LARGEST_EDITED
        if is_edited and not form.text:
            form.text = readable_text(body)
        lines, found = await asyncio.to_thread(_marked, body, one.issues)
        return self._door.page(
            "quarantine_message.html",
            status,
            message=message_view(one, names),
            sender=partner(one.sender, names),
            faults=found,
            lines=lines,
            form=form,
            is_edited=is_edited,
            is_json=_is_json(form.text),
            is_text=_is_text(body),
            largest_edited=LARGEST_EDITED,
            alike=sum(group.messages for group in alike),
            cause=one.cause,
            checked_again=checked_again,
        )

    async def _find(self, request: Request) -> tuple[Quarantined, bytes]:
        async with self._pool.connection() as connection:
            one = await quarantine.find(connection, request.path_params["key"])
            saw_things([one.key])
            return one, await quarantine.body_of(connection, one.key)


def _marked(body: bytes, issues: list[Issue]) -> tuple[list[LineView], list[Fault]]:
    document = mark_faults(body, issues)
    lines = line_views(document, issues)
    return lines, faults(issues, lines, document)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else None


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
