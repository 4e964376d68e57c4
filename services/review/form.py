"""The form by which a steward rules."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from schemas.fhir.ruling import LONGEST_WORDS
from services.domain.identity.rulings import Verdict
from services.platform.pages import PAGE_HEADERS

LARGEST_FORM = 16 * 1024
"""Bytes."""

_MOST_FIELDS = 8


@dataclass(slots=True)
class RulingForm:
    """What the steward has filled in, and what is said of it."""

    by: str = ""
    reason: str = ""
    verdict: Verdict | None = None
    seen: bytes = b""
    """The key of the latest ruling that was on the page; empty where there was none."""
    errors: dict[str, str] = field(default_factory=dict)
    """By field: by, reason or ruling."""


async def filled_in(request: Request) -> RulingForm:
    """The form as it was sent, with what is missing."""
    given = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    seen = _words(given, "seen")
    form = RulingForm(
        by=_words(given, "by"),
        reason=_words(given, "reason"),
        verdict=next((one for one in Verdict if one.value == given.get("verdict")), None),
        seen=bytes.fromhex(seen) if is_key(seen) else b"",
    )
    if not form.by:
        form.errors["by"] = "Give your name, so that it is known who ruled."
    if not form.reason:
        form.errors["reason"] = "Give the reason, so that whoever looks again knows why."
    if form.verdict is None:
        form.errors["ruling"] = "Choose what you rule."
    return form


def is_key(text: str) -> bool:
    """Whether this is the key of a message, in hexadecimal."""
    return len(text) == 64 and all(digit in "0123456789abcdef" for digit in text)


def is_small_form(request: Request) -> bool:
    """Whether a request says that it is a form of at most LARGEST_FORM bytes."""
    declared = request.headers.get("content-length", "")
    is_form = request.headers.get("content-type", "").lower().startswith("application/x-www-form-urlencoded")
    return is_form and declared.isascii() and declared.isdigit() and int(declared[:20]) <= LARGEST_FORM


def to(path: str, **query: str) -> Response:
    """An answer that sends the browser there."""
    return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, 303, headers=PAGE_HEADERS)


def _words(given: FormData, name: str) -> str:
    """A field's words, on one line."""
    value = given.get(name)
    return " ".join(value.split())[:LONGEST_WORDS] if isinstance(value, str) else ""
