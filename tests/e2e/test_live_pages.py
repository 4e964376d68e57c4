"""Pages that are open while their record changes, in a real browser that runs the pages' one script."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import Visit, faults_of, find_chromium, visit
from tests.stack import RunningStack
from tests.streams.fhir_builders import Demographics, Resource, consent, contact, known_to, note, referral
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import LANTERN, TRUST

pytestmark = [
    pytest.mark.any_broker,
    pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium on this machine"),
]

AT = "2026-03-02T10:00:00Z"
WREN = Demographics("Wren", "Quillfeather", "female", "1990-04-02", "9990000018")
IVY = replace(WREN, given="Ivy", family="Sallow", birth_date="1971-08-30", nhs_number="9990000026")
_TOP = "it => it.getBoundingClientRect().top"
OFFER = "This record has changed since you opened it. Show what is new"


class Trust:
    """The trust's system, which tells of its people what a test needs told."""

    def __init__(self, stack: RunningStack, folder: Path) -> None:
        self._stack = stack
        self._folder = folder
        self._number = 0

    def tells(self, who: Demographics, *things: Resource, at: str = AT) -> None:
        """Send each thing, and wait until all of it is in the record."""
        patient = known_to(TRUST, who.nhs_number, who, AT).patient
        bundles = [message(TRUST, at, thing, [patient]) for thing in things]
        lines = [{"sender": TRUST.ods, "sent": at, "message": bundle} for bundle in bundles]
        self._number += 1
        stream = self._folder / f"{self._number}.ndjson"
        stream.write_bytes(b"\n".join(map(orjson.dumps, lines)))
        self._stack.replay(stream)

    def tells_note(self, who: Demographics, local: str, text: str) -> None:
        """Send a note."""
        known = known_to(TRUST, who.nhs_number, who, AT)
        self.tells(who, note(known, local, text, on=AT, by="Sam Okafor"))


@pytest.fixture(scope="module")
def trust(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Trust:
    """The trust, which has referred two people to the charity."""
    for one in (TRUST, LANTERN):
        stack.run("token", "--partner", one.ods, "--name", one.name, "--sector", one.sector)
    found = Trust(stack, tmp_path_factory.mktemp("told"))
    for who in (WREN, IVY):
        known = known_to(TRUST, who.nhs_number, who, AT)
        asked = referral(known, f"r-{who.nhs_number}", LANTERN, "Befriending", "Alone", on=AT)
        found.tells(
            who,
            asked,
            *(note(known, f"n-{number}", f"Note {number}.", on=AT, by="Sam") for number in range(8)),
        )
    return found


@pytest.fixture
def worker(stack: RunningStack, trust: Trust, browser: Browser) -> Iterator[Visit]:
    """A social worker of the charity, whose browser runs scripts."""
    with visit(browser, scripts=True) as found:
        link = stack.run("sign-in", "--role", "social-worker", "--organisation", LANTERN.ods)
        found.page.goto(link.stdout.strip())
        yield found
        assert [one for one in found.complaints if "status of 40" not in one] == []


def opened(stack: RunningStack, page: Page, who: Demographics) -> None:
    """The person's page, once it hears of changes; it would be known if it were loaded again."""
    with hearing(page):
        page.goto(f"{stack.book.http}/person/{who.nhs_number}")


@contextmanager
def hearing(page: Page) -> Iterator[None]:
    """A page that is opened within is one that hears of changes afterwards, and is known to be the same one."""
    with page.expect_response(lambda answer: "/changes" in answer.url):
        yield
    page.evaluate("window.isTheSame = true")


def is_the_same(page: Page) -> bool:
    """Whether the page was never loaded again."""
    return bool(page.evaluate("window.isTheSame === true"))


def write_on(page: Page) -> None:
    """Somebody has begun to write on the page, in a form that is put there."""
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        " '<form><label>Thoughts <textarea></textarea></label></form>')"
    )
    page.get_by_label("Thoughts").fill("She said that")


def test_an_open_page_shows_a_new_contact(stack: RunningStack, trust: Trust, worker: Visit) -> None:
    """Without being loaded again, at its place, with focus, scroll and what is open as they were."""
    page = worker.page
    page.set_viewport_size({"width": 1100, "height": 500})
    opened(stack, page, WREN)
    details = page.locator("details", has_text="What happened").first
    details.locator("summary").click()
    last = page.locator(".entry").last
    last.evaluate("it => { it.scrollIntoView(); window.last = it }")
    assert page.evaluate("scrollY") > 0
    place = last.evaluate(_TOP)
    known = known_to(TRUST, WREN.nhs_number, WREN, AT)
    start, end = "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z"
    trust.tells(WREN, contact(known, "c-1", "Home visit", start, end, "Sam Okafor"))
    expect(page.locator(".entry .kind", has_text="Contact")).to_have_count(1)
    expect(page.locator("#live")).to_contain_text("Updated at ")
    assert is_the_same(page)
    assert details.get_attribute("open") is not None
    expect(details.locator("summary")).to_be_focused()
    assert abs(page.evaluate(f"({_TOP})(window.last)") - place) < 2, "it is where it was read"
    assert faults_of(page) == []
    trust.tells_note(WREN, "n-after", "One more.")
    expect(page.locator("main")).to_contain_text("One more.")
    assert is_the_same(page), "it goes on hearing"


def test_an_open_referral_shows_what_became_of_it(stack: RunningStack, trust: Trust, worker: Visit) -> None:
    """And what can be done with it: nothing, once whoever asked has taken it back."""
    page = worker.page
    page.goto(f"{stack.book.http}/person/{WREN.nhs_number}")
    with hearing(page):
        page.get_by_role("link", name="Befriending").first.click()
    expect(page.get_by_role("link", name="Accept it")).to_have_count(1)
    known = known_to(TRUST, WREN.nhs_number, WREN, AT)
    asked = referral(known, f"r-{WREN.nhs_number}", LANTERN, "Befriending", "Alone", on=AT, status="revoked")
    trust.tells(WREN, asked, at="2026-03-03T10:00:00Z")
    expect(page.locator("main")).to_contain_text("It has ended")
    expect(page.get_by_role("link", name="Accept it")).to_have_count(0)
    assert is_the_same(page)
    assert faults_of(page) == []


def test_what_somebody_typed_is_not_lost(stack: RunningStack, trust: Trust, worker: Visit) -> None:
    """They are told that there is something new, and go there when they want to."""
    page = worker.page
    opened(stack, page, WREN)
    write_on(page)
    trust.tells_note(WREN, "n-typed", "Told meanwhile.")
    expect(page.locator("#live")).to_have_text(OFFER)
    assert faults_of(page) == []
    assert page.get_by_label("Thoughts").input_value() == "She said that"
    assert is_the_same(page)
    expect(page.locator("main")).not_to_contain_text("Told meanwhile.")
    page.get_by_role("link", name="Show what is new").click()
    expect(page.locator("main")).to_contain_text("Told meanwhile.")


def test_a_withdrawal_closes_the_open_page(stack: RunningStack, trust: Trust, worker: Visit) -> None:
    """Whatever was typed: the page is what it would be if it were opened now."""
    page = worker.page
    opened(stack, page, IVY)
    write_on(page)
    known = known_to(TRUST, IVY.nhs_number, IVY, AT)
    trust.tells(IVY, consent(known, "c-2", "deny", LANTERN, on=AT))
    expect(page.locator("main")).to_contain_text("was asked not to share")
    assert is_the_same(page)
    assert IVY.family not in page.content()
    assert faults_of(page) == []


def test_signing_out_elsewhere_closes_the_open_page(stack: RunningStack, trust: Trust, worker: Visit) -> None:
    """In another window of the same browser."""
    page = worker.page
    opened(stack, page, WREN)
    other = page.context.new_page()
    other.goto(f"{stack.book.http}/sign-out")
    other.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert WREN.family not in page.content()
    expect(page.get_by_role("link", name="Find a person")).to_have_count(0)
