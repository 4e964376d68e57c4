"""The form by which a steward rules."""

from dataclasses import dataclass, field

from starlette.requests import Request

from schemas.fhir.ruling import LONGEST_WORDS
from services.domain.identity.rulings import Verdict
from services.platform.forms import URLENCODED, Forms, done_by, one_line

FORMS = Forms((URLENCODED,), largest=16 * 1024)

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
    seen = one_line(given, "seen", LONGEST_WORDS)
    form = RulingForm(
        by=done_by(request, given, LONGEST_WORDS),
        reason=one_line(given, "reason", LONGEST_WORDS),
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
