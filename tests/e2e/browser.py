"""A headless Chromium that runs no script of any page, and notes whatever a page asks for or complains of."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    StorageState,
    ViewportSize,
    sync_playwright,
)

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

WIDE: ViewportSize = {"width": 1100, "height": 1400}
NARROW: ViewportSize = {"width": 320, "height": 800}


@dataclass
class Visit:
    """A page of a fresh browser, and what it has asked for and complained of so far."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfailed", self._failed)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._console)

    def _failed(self, request: Request) -> None:
        """A request that leaving the page cut short is no complaint."""
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def _console(self, message: ConsoleMessage) -> None:
        """Everything but Chromium's own remark that the page itself came with a 4xx, as it is meant to."""
        refusal = message.text.startswith("Failed to load resource: the server responded with a status of 4")
        if not (refusal and message.location["url"] == self.page.url):
            self.complaints.append(f"{message.type}: {message.text}")


def find_chromium() -> str | None:
    """The Chromium of this machine, or None where there is none."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium, for as long as the block lasts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=_OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(browser: Browser, signed_in: StorageState | None = None) -> Iterator[Visit]:
    """A browser without JavaScript, as nobody yet or with the session of one that signed in."""
    context = browser.new_context(
        java_script_enabled=False,
        locale="en-GB",
        viewport=WIDE,
        storage_state=signed_in,
    )
    try:
        yield Visit(context.new_page())
    finally:
        context.close()


def shows_focus(stop: Locator) -> bool:
    """Whether what has the focus shows it, in yellow."""
    shown = stop.evaluate(
        "it => { const look = getComputedStyle(it);"
        " return look.boxShadow !== 'none' && look.backgroundColor + look.outlineColor }"
    )
    return "rgb(255, 235, 59)" in str(shown)


def faults_of(page: Page) -> list[str]:
    """What axe-core finds wrong with a page as it stands, a line each; at 320 px once more what depends on the width.

    It runs in a page beside, which may run scripts and gets what this one has.
    """
    browser = page.context.browser
    assert browser is not None
    address, content, beside = page.url, page.content(), _page_beside(browser)
    beside.unroute_all()
    beside.route(
        lambda url: url == address, lambda route: route.fulfill(body=content, content_type="text/html")
    )
    beside.set_viewport_size(WIDE)
    beside.goto(address)
    beside.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    beside.evaluate(_AXE)
    found = _violations(beside, "{ resultTypes: ['violations'] }")
    beside.set_viewport_size(NARROW)
    return found + _violations(beside, "{ resultTypes: ['violations'], runOnly: ['target-size'] }")


def _violations(page: Page, options: str) -> list[str]:
    told = page.evaluate(f"axe.run(document, {options})")
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]}"
        for one in told["violations"]
        for node in one["nodes"]
    ]


@cache
def _page_beside(browser: Browser) -> Page:
    return browser.new_context(locale="en-GB", viewport=WIDE).new_page()


_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
"""axe-core by Deque Systems, which knows the rules of WCAG 2.2 and of good practice."""


def readable(page: Page) -> None:
    """A page for every reader: one h1, a label to each field, no sideways scrolling at 320 px, focus that shows, and
    nothing that axe-core finds wrong."""
    assert faults_of(page) == []
    page.set_viewport_size(WIDE)
    assert page.locator("h1").count() == 1
    assert page.locator("script, [style]").count() == 0
    assert page.title().endswith(" – Carethread")
    for one in page.locator(f"main :is({_FIELDS})").all():
        assert one.evaluate("it => it.labels.length") == 1
    found = [one.get_attribute("id") for one in page.locator("[id]").all()]
    assert len(found) == len(set(found))
    assert page.locator("svg:not([aria-hidden=true])").count() == 0
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    for stop in page.locator(f":is(a, button, summary, main :is({_FIELDS})):visible").all():
        stop.focus()
        assert shows_focus(stop), stop.evaluate("it => it.outerHTML")
    page.set_viewport_size(WIDE)


_FIELDS = "input:not([type=hidden]), select, textarea"
