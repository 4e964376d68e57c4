"""Sheets over HTTP: a form and pages for people (no JavaScript), JSON for programs, at the same addresses."""

from typing import Any, TypeVar

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from schemas.uploads.preview import Committed, Fate, Preview
from schemas.uploads.refusal import SheetRefused
from schemas.uploads.sheet import MAX_BYTES, MAX_ROWS
from schemas.uploads.table import template_csv
from schemas.uploads.templates import TEMPLATES
from services.domain.access.reader import OF_THE_PARTNERSHIP, Reader, Role
from services.intake.acceptance import Acceptance
from services.intake.upload_form import read_form
from services.intake.uploads import NotCommitted, Uploads
from services.platform.access import partners
from services.platform.pages import Frame
from services.platform.sign_in import comes_with_token, is_own_page

Shown = TypeVar("Shown", bound=Preview | Committed)

_ROWS_A_PAGE = 100
_HEADERS = {"Cache-Control": "no-store"}


class _Refusal(Exception):
    """Why a request is not granted."""

    def __init__(self, status: int, wrong: str, right: str) -> None:
        super().__init__("the request is not granted")
        self.status = status
        self.wrong = wrong
        self.right = right


class UploadPages:
    """Takes sheets from partners by bearer token, and from people who are signed in."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._uploads = Uploads(acceptance)
        self._pool = acceptance.pool
        self._frame = Frame(__package__ or "")
        self.routes: list[BaseRoute] = [
            Route("/uploads", self.form, methods=["GET"]),
            Route("/uploads", self.receive, methods=["POST"]),
            Route("/uploads/templates/{kind}.csv", self.template, methods=["GET"]),
            Route("/uploads/{id}", self.show, methods=["GET"]),
            Route("/uploads/{id}/commit", self.commit, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """The page where a sheet is chosen."""
        try:
            own = self._sender(request)
        except _Refusal as refusal:
            return self._refuse(request, refusal)
        return await self._form_page(own)

    async def template(self, request: Request) -> Response:
        """An empty sheet: the headings, and one invented example."""
        kind = request.path_params["kind"]
        if kind not in TEMPLATES:
            wanted = f"Ask for one of {', '.join(TEMPLATES)}."
            return self._refuse(request, _Refusal(404, "There is no such template.", wanted))
        headers = {"Content-Disposition": f'attachment; filename="carethread-{kind}.csv"', **_HEADERS}
        return Response(template_csv(TEMPLATES[kind]), media_type="text/csv; charset=utf-8", headers=headers)

    async def receive(self, request: Request) -> Response:
        """Take a sheet, and show what would become of each row."""
        given = {"kind": "", "organisation": ""}
        own = None
        try:
            own = self._sender(request)
            sheet = await read_form(request)
            given = {"kind": sheet.kind, "organisation": sheet.organisation}
            of_token = own if comes_with_token(request) else None
            sender = of_token or await self._chosen(own, sheet.organisation)
            id_ = await self._uploads.receive(sender, sheet.kind, sheet.filename, sheet.body)
        except _Refusal as refusal:
            return self._refuse(request, refusal)
        except SheetRefused as refused:
            if not _is_for_people(request):
                return _problem(_Refusal(refused.status, refused.wrong, refused.right))
            return await self._form_page(own, refused, **given)
        if _is_for_people(request):
            return RedirectResponse(f"/uploads/{id_}", 303, headers=_HEADERS)
        return _json(await self._uploads.show(id_, sender), 201, {"Location": f"/uploads/{id_}"})

    async def show(self, request: Request) -> Response:
        """A sheet that waits to be confirmed, or what became of it."""
        try:
            sender = self._sender(request)
            shown = _found(await self._uploads.show(request.path_params["id"], sender))
        except _Refusal as refusal:
            return self._refuse(request, refusal)
        return await self._upload_page(request, shown) if _is_for_people(request) else _json(shown)

    async def commit(self, request: Request) -> Response:
        """Send the good rows on; with `?all_or_nothing=true` only where every row is good."""
        whole = request.query_params.get("all_or_nothing") == "true"
        try:
            sender = self._sender(request)
            done = _found(await self._uploads.commit(request.path_params["id"], sender, whole=whole))
        except _Refusal as refusal:
            return self._refuse(request, refusal)
        except NotCommitted as not_done:
            return self._refuse(request, _Refusal(409, not_done.wrong, not_done.right))
        if _is_for_people(request):
            return RedirectResponse(f"/uploads/{done.id}", 303, headers=_HEADERS)
        return _json(done)

    @staticmethod
    def _sender(request: Request) -> str | None:
        """The organisation for which whoever asks acts; None for those of the partnership, who may act for any of them.

        A token is a system's alone, and a browser that writes must come from a page of ours.

        Raises:
            _Refusal: 401 or 403.
        """
        reader: Reader | None = request.state.reader
        is_token = comes_with_token(request)
        if reader is None or (is_token and reader.role is not Role.PARTNER_SYSTEM):
            raise _Refusal(
                401,
                "You are not signed in.",
                "Sign in, or send Authorization: Bearer <token>, as 'carethread token' issues it.",
            )
        if request.method == "POST" and not is_token and not is_own_page(request):
            raise _Refusal(
                403, "The form was sent from another site.", "Open /uploads, and send it from there."
            )
        return None if reader.role in OF_THE_PARTNERSHIP else reader.organisation

    async def _chosen(self, own: str | None, named: str) -> str:
        """Whose sheet a browser's form says that it is; where it says nothing, that of the one who sends it.

        Raises:
            _Refusal: 403, of an organisation for which they do not act.
            SheetRefused: 400, of none that is registered.
        """
        if own is not None and named not in ("", own):
            raise _Refusal(
                403, "You do not act for the organisation that you chose.", "Upload the sheets of your own."
            )
        async with self._pool.connection() as connection:
            if (chosen := named or own) and chosen in await partners(connection):
                return chosen
        raise SheetRefused(
            "It is not said which organisation the sheet is from.", "Choose it from the list.", 400
        )

    async def _form_page(
        self, own: str | None, refused: SheetRefused | None = None, **given: str
    ) -> Response:
        async with self._pool.connection() as connection:
            known = [one for one in (await partners(connection)).values() if own in (None, one.ods)]
        return self._frame.form_page(
            "upload.html",
            refused.status if refused else 200,
            refused=refused,
            given={"kind": "", "organisation": "", **given},
            templates=TEMPLATES.values(),
            organisations=sorted(known, key=lambda one: one.name.casefold()),
            megabytes=MAX_BYTES // 1024 // 1024,
            most_rows=f"{MAX_ROWS:,}",
        )

    async def _upload_page(self, request: Request, shown: Preview | Committed) -> Response:
        async with self._pool.connection() as connection:
            known = await partners(connection)
        sender = known[shown.sender].name if shown.sender in known else shown.sender
        common: dict[str, Any] = {"sheet": shown, "sender": sender}
        if isinstance(shown, Committed):
            return self._frame.form_page("upload_done.html", **common)
        pages = max(1, -(-len(shown.rows) // _ROWS_A_PAGE))
        asked = request.query_params.get("page", "1")
        page = min(pages, max(1, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
        rows = shown.rows[(page - 1) * _ROWS_A_PAGE : page * _ROWS_A_PAGE]
        good = shown.counts[Fate.NEW] + shown.counts[Fate.CHANGED]
        return self._frame.form_page(
            "upload_preview.html", **common, rows=rows, page=page, pages=pages, good=good
        )

    def _refuse(self, request: Request, refusal: _Refusal) -> Response:
        if not _is_for_people(request):
            return _problem(refusal)
        if refusal.status == 401:
            return self._frame.not_signed_in()
        return self._frame.form_page("upload_refused.html", refusal.status, refusal=refusal)


def _found(shown: Shown | None) -> Shown:
    if shown is None:
        raise _Refusal(404, "There is no such sheet, or it is older than a day.", "Upload it again.")
    return shown


def _is_for_people(request: Request) -> bool:
    """Whether a browser's page is asked for, and not a program's JSON."""
    return "authorization" not in request.headers and "text/html" in request.headers.get("accept", "")


def _json(document: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(
        orjson.dumps(document), status, {**_HEADERS, **(headers or {})}, media_type="application/json"
    )


def _problem(refusal: _Refusal) -> Response:
    """Problem details (RFC 9457): the title says what is wrong, the detail what to do."""
    told = {"status": refusal.status, "title": refusal.wrong, "detail": refusal.right}
    headers = {**_HEADERS, "WWW-Authenticate": "Bearer"} if refusal.status == 401 else _HEADERS
    return Response(orjson.dumps(told), refusal.status, headers, media_type="application/problem+json")
