"""The body of a request, read no further than is taken: in size, in time, and when it is unpacked."""

import asyncio
import zlib

from starlette.requests import ClientDisconnect, Request

from schemas.fhir.issue import Issue, Refused
from schemas.fhir.parse import MAX_MESSAGE_BYTES

FIRST_SECONDS = 10.0
"""A body has this long to arrive, and a second more for every LEAST_BYTES_PER_SECOND that have."""

LEAST_BYTES_PER_SECOND = 50_000
"""The slowest line on which a large body is waited for."""

MOST_TIMES_SMALLER = 200
"""How much smaller than its content a packed body may be, from 1 MB on: messages are packed to some tenth."""

_UNWATCHED = 1024 * 1024
_GZIP = 16 + zlib.MAX_WBITS


async def read_body(request: Request) -> bytes:
    """The body as it was before it was packed, at most MAX_MESSAGE_BYTES.

    Raises:
        Refused: 413, before a body that is too long has been taken in; 408, it did not come in time; 415, it is
            packed otherwise than by gzip; 400, it is cut short or no gzip.
    """
    packing = request.headers.get("content-encoding", "").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        text = "The body is packed in a way that is not taken: send it plain or as Content-Encoding: gzip."
        raise Refused([Issue("not-supported", text, "http.Content-Encoding", "content-encoding")], status=415)
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 20 and int(declared) > MAX_MESSAGE_BYTES:
        raise _too_long()
    unpack = _Gzip() if "gzip" in packing else _Plain()
    began, size = asyncio.get_running_loop().time(), 0
    try:
        async with asyncio.timeout(FIRST_SECONDS) as limit:
            async for part in request.stream():
                unpack.take(part)
                size += len(part)
                limit.reschedule(began + FIRST_SECONDS + size / LEAST_BYTES_PER_SECOND)
    except TimeoutError:
        text = f"Only {size:,} bytes of the body arrived in time; then it was waited for no longer."
        raise Refused([Issue("timeout", text, rule="in-time")], status=408) from None
    except ClientDisconnect:
        raise Refused([Issue("structure", "The body is cut short.", rule="json")]) from None
    return unpack.whole()


class _Plain:
    """A body that is not packed."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def take(self, part: bytes) -> None:
        """Add what arrived."""
        self._parts.append(part)
        self._size += len(part)
        if self._size > MAX_MESSAGE_BYTES:
            raise _too_long()

    def whole(self) -> bytes:
        """All of it."""
        return b"".join(self._parts)


class _Gzip(_Plain):
    """A body of one or more gzip members, unpacked as it arrives (RFC 1952)."""

    def __init__(self) -> None:
        super().__init__()
        self._member = zlib.decompressobj(_GZIP)
        self._packed = 0

    def take(self, part: bytes) -> None:
        self._packed += len(part)
        while part:
            if self._member.eof:
                self._member = zlib.decompressobj(_GZIP)
            try:
                unpacked = self._member.decompress(part, MAX_MESSAGE_BYTES + 1 - self._size)
            except zlib.error:
                raise _no_gzip() from None
            super().take(unpacked)
            if self._size > max(_UNWATCHED, self._packed * MOST_TIMES_SMALLER):
                raise _too_long(f", and it unpacks to more than {MOST_TIMES_SMALLER} times its size")
            part = self._member.unused_data if self._member.eof else self._member.unconsumed_tail

    def whole(self) -> bytes:
        if not self._member.eof:
            raise _no_gzip()
        return super().whole()


def _no_gzip() -> Refused:
    text = "The body says that it is gzip, and is not, or is cut short."
    return Refused([Issue("structure", text, "http.Content-Encoding", "content-encoding")])


def _too_long(besides: str = "") -> Refused:
    text = f"A message may have at most {MAX_MESSAGE_BYTES:,} bytes{besides}."
    return Refused([Issue("too-long", text, rule="size")], status=413)
