"""The door to the steward's pages: for signed-in browsers, and what changes anything from our own pages alone."""

from collections.abc import Awaitable, Callable
from typing import Any

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response

from services.platform.pages import Frame
from services.platform.postgres import Connection
from services.platform.sign_in import is_own_page, signed_in
from services.review.form import LARGEST_FORM, is_small_form
from services.review.queue import NotACursor
from services.review.reading import NotThere

_REFERRER = {"Referrer-Policy": "same-origin"}
"""Where the referrer is told to nobody at all, an older browser says that a form of ours comes from nowhere."""

Handler = Callable[[Request], Awaitable[Response]]


class Door:
    """Lets stewards in, and makes the pages that they see."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool
        self._frame = Frame(__package__ or "")

    def page(self, template: str, status: int = 200, **given: Any) -> Response:
        """The page that `template` makes of what is given."""
        page = self._frame.page(template, status, **given)
        page.headers.update(_REFERRER)
        return page

    def guarded(self, handler: Handler) -> Handler:
        """The handler behind the door."""

        async def guarded(request: Request) -> Response:
            async with self._pool.connection() as connection:
                if not await signed_in(connection, request):
                    return self._frame.not_signed_in()
            if request.method == "POST":
                if not is_own_page(request):
                    text = "This did not come from one of these pages, so nothing was changed."
                    return self._refused(text, 403)
                if not is_small_form(request):
                    text = f"This is no form of at most {LARGEST_FORM:,} bytes; nothing was changed."
                    return self._refused(text, 413)
            try:
                return await handler(request)
            except (NotThere, NotACursor) as fault:
                return self._refused(str(fault), 404)

        return guarded

    def _refused(self, text: str, status: int) -> Response:
        return self.page("review_refused.html", status, text=text)
