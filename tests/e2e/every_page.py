"""Every page that links lead to, over HTTP: which kind it is, what elements it is made of and what it says."""

from collections import Counter
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx
from starlette.routing import compile_path

from services.domain.access.routes import ROUTES

_NO_PAGES = (
    "/fhir/", "/.well-known/", "/openapi.json", "/outcomes", "/notices", "/scorecard", "/oidc/",
    "/uploads/templates/",
)  # fmt: skip
_NO_PAGE = {
    "/quarantine/{key}/document", "/sign-in/{secret}", "/person/{id}/changes", "/services/{ods}/changes",
}  # fmt: skip
_OWN_SCRIPT = ("script", [("src", "/static/live.js"), ("defer", None)])

KINDS = [
    path
    for method, path in (route.split() for route in ROUTES)
    if method == "GET" and not path.startswith(_NO_PAGES) and path not in _NO_PAGE
]
"""The kinds of page, as the table of routes names them: all that a browser shows."""

_MATCHERS = [(kind, compile_path(kind)[0]) for kind in KINDS]


class Found(NamedTuple):
    """A page that was come to."""

    kind: str
    address: str
    answer: httpx.Response
    page: "Elements"


class Elements(HTMLParser):
    """The names of a page's elements and attributes, its links, and its words as a reader has them; without the one
    script that is ours."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self._words: list[str] = []
        self.feed(text)
        self.close()

    @property
    def words(self) -> str:
        """All that stands between the tags."""
        return "".join(self._words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note its name, those of its attributes, and where it leads."""
        if (tag, attrs) == _OWN_SCRIPT:
            return
        self.names.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [told or "" for name, told in attrs if (tag, name) == ("a", "href")]

    def handle_data(self, data: str) -> None:
        """Keep what it says."""
        self._words.append(data)


def every_page(client: httpx.Client, first: Iterable[str], at_most: int) -> Iterator[Found]:
    """From these addresses on, the pages that links lead to: of each kind so many at most, and all of the first."""
    waiting, come_to = list(dict.fromkeys(first)), Counter[str]()
    always, seen = set(waiting), set(waiting)
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if not kind or (come_to[kind] >= at_most and address not in always):
            continue
        come_to[kind] += 1
        answer = client.get(address, follow_redirects=True)
        found = Elements(answer.text)
        yield Found(kind, address, answer, found)
        links = (urlsplit(urljoin(str(answer.url), link))._replace(fragment="") for link in found.links)
        new = {link._replace(scheme="", netloc="").geturl(): None for link in links}
        waiting += new.keys() - seen
        seen |= new.keys()


def kind_of(address: str) -> str:
    """The kind of page at an address, or nothing where no page is."""
    path = urlsplit(address).path
    return next((kind for kind, matcher in _MATCHERS if matcher.match(path)), "")
