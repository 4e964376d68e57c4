"""A headless Chromium that runs no script of a page unless it is told to, and notes whatever a page asks for or
complains of."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    StorageState,
    ViewportSize,
    expect,
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
def visit(
    browser: Browser, signed_in: StorageState | None = None, *, scripts: bool = False
) -> Iterator[Visit]:
    """A browser, without JavaScript unless `scripts`, as nobody yet or with the session of one that signed in."""
    context = browser.new_context(
        java_script_enabled=scripts,
        locale="en-GB",
        viewport=WIDE,
        storage_state=signed_in,
    )
    try:
        yield Visit(context.new_page())
    finally:
        context.close()


def walked(page: Page) -> None:
    """By Tab alone, from the top of the page: the link that skips comes first, then every link and control in the
    order of the page, each once and showing it.

    Raises:
        AssertionError: one is passed over, comes out of turn, does not show that it has the focus, or lets nobody on.
    """
    stops = page.evaluate(_STOPS)
    page.locator(".skip-link").focus()
    come_to = -1
    for _ in range(stops * _PRESSES):
        at, wanted, there, shows = page.evaluate(_FOCUSED, come_to + 1)
        if at != come_to:
            assert at == come_to + 1, f"{there} has the focus, and not {wanted}"
            assert _YELLOW in shows, there
            come_to = at
        if come_to == stops - 1:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Nobody comes to {wanted}")


_STOPS = """() => {
    const shown = [...document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
    )].filter(one => one.checkVisibility() && !one.disabled);
    const group = one => shown.filter(other => other.type === 'radio' && other.name === one.name);
    const first = one => group(one).find(other => other.checked) ?? group(one)[0];
    window.stops = shown.filter(one => one.type !== 'radio' || first(one) === one);
    return stops.length;
}"""
"""Where Tab stops: of radio buttons of one name once, as browsers do."""

_FOCUSED = """number => {
    const there = document.activeElement, look = getComputedStyle(there);
    return [stops.indexOf(there), stops[number].outerHTML.slice(0, 200), there.outerHTML.slice(0, 200),
        look.boxShadow === 'none' ? '' : look.backgroundColor + look.outlineColor];
}"""
"""Where it has come to, what comes next, and by what the first shows it."""

_YELLOW = "rgb(255, 235, 59)"
_PRESSES = 6
"""At most in one place: a date has a stop for its day, month, year and calendar each."""


def skips(page: Page) -> None:
    """The first link leads past what every page begins with."""
    page.locator(".skip-link").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def sends_by_enter(page: Page) -> None:
    """Each form of a page, filled in, is sent by Enter in its first field of one line, or on its first button where
    it has none. Nothing arrives."""
    page.route("**/*", lambda route: route.fulfill(status=_NOT_SENT_ON))
    for form in page.locator("main form").all():
        for asked in form.locator(f":is({_FIELDS}):required").all():
            asked.evaluate(_FILL_IN)
        line = form.locator("input:not([type=hidden], [type=file])")
        (line if line.count() else form.locator("button[type=submit]")).first.focus()
        with page.expect_response(lambda answer: answer.request.is_navigation_request()) as sent:
            page.keyboard.press("Enter")
        assert sent.value.status == _NOT_SENT_ON
    page.unroute("**/*")


_NOT_SENT_ON = 204
"""Answered here; it lets the browser stay where it is."""


_FILL_IN = """it => {
    if (it.type === 'radio') { it.checked = true; return; }
    if (it.type === 'file') { it.required = false; return; }
    if (it.tagName === 'SELECT') { it.selectedIndex = it.options.length - 1; return; }
    it.value = it.type === 'date' ? '2026-05-04' : 'Said so on the telephone';
}"""


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
    """A page for every reader: one h1, a label to each field, no sideways scrolling at 320 px, a way through it by
    the keyboard alone, and nothing that axe-core finds wrong."""
    assert faults_of(page) == []
    page.set_viewport_size(WIDE)
    assert page.locator("h1").count() == 1
    assert page.locator("script:not([src='/static/live.js']), [style]").count() == 0
    assert page.title().endswith(" – Carethread")
    for one in page.locator(f"main :is({_FIELDS})").all():
        assert one.evaluate("it => it.labels.length") == 1
    found = [one.get_attribute("id") for one in page.locator("[id]").all()]
    assert len(found) == len(set(found))
    assert page.locator("svg:not([aria-hidden=true], [role=img])").count() == 0
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    walked(page)
    page.set_viewport_size(WIDE)


_FIELDS = "input:not([type=hidden]), select, textarea"
