"""The frame of every page: templates, headers, and who is signed in. They work without JavaScript."""

from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import urlencode

import jinja2
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from services.domain.access.reader import Reader
from services.domain.access.routes import ROUTES
from services.platform.demo_people import DemoPerson
from services.platform.reads_now import reads_now

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
}


class Ways(NamedTuple):
    """How people may sign in beside one-time links."""

    provider: str = ""
    """The identity provider, as people read it; empty where there is none."""
    demo: tuple[DemoPerson, ...] = ()
    """Whom a demo lets anybody be."""


_LINKS_ALONE = Ways()


class Frame:
    """Renders a capability's own templates, which extend `base.html` here."""

    def __init__(self, package: str) -> None:
        self._templates = jinja2.Environment(
            loader=jinja2.ChoiceLoader(
                [jinja2.PackageLoader(package), jinja2.PackageLoader(__package__ or "")]
            ),
            autoescape=True,
            auto_reload=False,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, template: str, status: int = 200, **given: Any) -> Response:
        """The page that `template` makes of what is given."""
        reader = reads_now.get()
        told = self._templates.get_template(template).render(
            **given, reads_now=reader, navigation=navigation(reader)
        )
        return HTMLResponse(told, status, PAGE_HEADERS)

    def form_page(self, template: str, status: int = 200, **given: Any) -> Response:
        """A page whose form says where it comes from: with no referrer at all, a browser tells no origin either."""
        page = self.page(template, status, **given)
        page.headers["Referrer-Policy"] = "same-origin"
        return page

    def live_page(self, template: str, **given: Any) -> Response:
        """A page that hears when it has changed: it alone may run our script, and ask us for more."""
        page = self.form_page(template, **given)
        page.headers["Content-Security-Policy"] = f"{_POLICY}; script-src 'self'; connect-src 'self'"
        return page

    def not_signed_in(self, reason: str = "", status: int = 401, ways: Ways = _LINKS_ALONE) -> Response:
        """The page that says how to sign in."""
        return self.form_page("sign_in.html", status, reason=reason, ways=ways)


def navigation(reader: Reader | None) -> list[tuple[str, str]]:
    """Where the reader may go from every page: the address, and the words."""
    return [
        (path, words) for path, words in _PLACES if reader and reader.role in ROUTES.get(f"GET {path}", ())
    ]


_PLACES = (
    ("/", "Find a person"),
    ("/partnership", "Partnership"),
    ("/uploads", "Upload a sheet"),
    ("/partners", "Partners"),
    ("/quarantine", "Quarantine"),
    ("/review", "Review"),
)


def see_other(path: str, **query: str) -> Response:
    """An answer that sends the browser there."""
    return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, 303, headers=PAGE_HEADERS)


def static_route() -> Mount:
    """The style sheet, the icon and the script."""
    folder = files(__package__ or "").joinpath("static")
    return Mount("/static", StaticFiles(directory=str(folder)))
