"""The body of a question, read no further than is taken."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from schemas.fhir.issue import Issue, Refused

MOST_BYTES = 1024 * 1024
"""The longest question that is taken: one referral, with what it contains, has a few kilobytes."""

_SECONDS = 10.0
_JSON = ("application/fhir+json", "application/json")


async def read_small_body(request: Request) -> bytes:
    """The body, of at most MOST_BYTES.

    Raises:
        Refused: 415, it is not said to be plain JSON; 413, it is too long; 408, it did not come within 10 s; 400, it
            is cut short.
    """
    _require_json(request)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > MOST_BYTES:
                    text = f"This may have at most {MOST_BYTES:,} bytes: send the referral alone."
                    raise Refused([Issue("too-long", text)], status=413)
                parts.append(part)
    except TimeoutError:
        text = f"Only {size:,} bytes of the body arrived in time. Send it again."
        raise Refused([Issue("timeout", text)], status=408) from None
    except ClientDisconnect:
        raise Refused([Issue("structure", "The body is cut short. Send it again.")]) from None
    return b"".join(parts)


def _require_json(request: Request) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    packing = request.headers.get("content-encoding", "identity").strip().lower()
    if given not in _JSON or packing not in ("", "identity"):
        text = f"Send plain JSON as Content-Type: {_JSON[0]}."
        raise Refused([Issue("not-supported", text, "http.Content-Type")], status=415)
