"""Server-sent events: answers that stay open, and tell a page that something happened."""

import random
from collections.abc import AsyncIterator, Callable

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

HEARTBEAT_SECONDS = 15.0
"""Whatever stands between closes a connection on which nothing is said for longer than some 30 to 60 s."""
HEARTBEAT = b":\n\n"
"""A comment: no page hears of it."""

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_COME_BACK_MS = (2000, 5000)
"""After the connection was lost; not all pages at once."""

MEDIA_TYPE = "text/event-stream"


def come_back() -> bytes:
    """How long a page waits before it connects again, said once when it has."""
    return b"retry: %d\n\n" % random.randint(*_COME_BACK_MS)


def event(name: str, id_: str) -> bytes:
    """One event. `id_` comes back in the header Last-Event-ID when the page connects again."""
    return f"id: {id_}\nevent: {name}\ndata: {name}\n\n".encode()


class EventStream(StreamingResponse):
    """An answer that stays open for as long as there are events, or until the page is gone."""

    def __init__(self, events: AsyncIterator[bytes], release: Callable[[], None]) -> None:
        """`release` is called once it is over, however it ends."""
        super().__init__(events, headers=_HEADERS, media_type=MEDIA_TYPE)
        self._release = release

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._release()
