"""The door to pages with forms: for signed-in browsers, and what changes anything from our own pages alone."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from services.platform.forms import Forms
from services.platform.pages import Frame
from services.platform.sign_in import is_own_page, signed_in

Handler = Callable[[Request], Awaitable[Response]]


class Back(NamedTuple):
    """Where whoever was refused may go from there."""

    address: str
    words: str


class Door:
    """Lets people in, and makes the pages that they see."""

    def __init__(
        self,
        frame: Frame,
        forms: Forms,
        faults: Mapping[type[Exception], int],
        back: Back,
    ) -> None:
        """`faults` are what handlers raise for the reader to see, each with the status of the answer."""
        self._frame = frame
        self._forms = forms
        self._faults = faults
        self._back = back

    def page(self, template: str, status: int = 200, **given: Any) -> Response:
        """The page that `template` makes of what is given."""
        return self._frame.form_page(template, status, **given)

    def guarded(self, handler: Handler) -> Handler:
        """The handler behind the door."""

        async def guarded(request: Request) -> Response:
            if not signed_in(request):
                return self._frame.not_signed_in()
            if request.method == "POST":
                if not is_own_page(request):
                    text = "This did not come from one of these pages, so nothing was changed."
                    return self._refused(text, 403)
                if not self._forms.take(request):
                    text = f"This is no form of at most {self._forms.largest:,} bytes; nothing was changed."
                    return self._refused(text, 413)
            try:
                return await handler(request)
            except tuple(self._faults) as fault:
                return self._refused(str(fault), self._status_of(fault))

        return guarded

    def _status_of(self, fault: Exception) -> int:
        return next(status for kind, status in self._faults.items() if isinstance(fault, kind))

    def _refused(self, text: str, status: int) -> Response:
        return self.page("refused.html", status, text=text, back=self._back)
