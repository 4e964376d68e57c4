"""Answering a referral and writing of a person, in a real browser without JavaScript, by the keyboard alone."""

import re
from collections.abc import Iterator

import orjson
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import Visit, find_chromium, readable, visit
from tests.stack import RunningStack
from tests.streams.fhir_builders import Demographics, known_to, referral
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import LANTERN, SURGERY, TRUST

pytestmark = [
    pytest.mark.any_broker,
    pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium on this machine"),
]

AT = "2026-03-02T10:00:00Z"
WREN = Demographics("Wren", "Quillfeather", "female", "1990-04-02", "9990000018")
ASKED = {"sr-1": "Befriending", "sr-2": "Garden group", "sr-3": "Debt advice"}
PLANTED = "<b>planted</b><script>alert(1)</script>"


@pytest.fixture(scope="module")
def stack(shared_stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> RunningStack:
    """The stack of a partnership in which the surgery has referred somebody to the charity, for three things."""
    for one in (SURGERY, TRUST, LANTERN):
        shared_stack.run("token", "--partner", one.ods, "--name", one.name, "--sector", one.sector)
    who = known_to(SURGERY, "1", WREN, AT)
    made = [referral(who, local, LANTERN, what, "Alone", on=AT) for local, what in ASKED.items()]
    lines = [
        {"sender": SURGERY.ods, "sent": AT, "message": message(SURGERY, AT, one, [who.patient])}
        for one in made
    ]
    stream = tmp_path_factory.mktemp("referred") / "people.ndjson"
    stream.write_bytes(b"\n".join(map(orjson.dumps, lines)))
    shared_stack.replay(stream)
    return shared_stack


@pytest.fixture
def worker(stack: RunningStack, browser: Browser) -> Iterator[Visit]:
    """A social worker of the charity, on the person's page."""
    with visit(browser) as found:
        link = stack.run("sign-in", "--role", "social-worker", "--organisation", LANTERN.ods)
        found.page.goto(link.stdout.strip())
        found.page.goto(f"{stack.book.http}/person/{WREN.nhs_number}")
        yield found
        assert found.complaints == []


def _accepted(stack: RunningStack) -> int:
    return stack.status()["accepted"]


def _on(page: Page, service: str) -> None:
    page.locator(".referral", has_text=service).get_by_role("link", name="Open this referral").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(service)


def test_a_referral_is_accepted_and_the_thread_shows_it(stack: RunningStack, worker: Visit) -> None:
    """From the person's page by keyboard alone; what was planted in it stays text; it is not offered
    again."""
    page = worker.page
    _on(page, "Befriending")
    readable(page)
    page.get_by_role("link", name="Accept it").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Accept the referral")
    readable(page)
    page.get_by_label("What happens next").focus()
    page.keyboard.type(PLANTED)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("It is in the record")
    expect(page.locator(".happened")).to_contain_text(f"Accepted: {PLANTED}")
    expect(page.locator(".status").first).to_have_text("accepted")
    expect(page.get_by_role("link", name="Accept it")).to_have_count(0)
    readable(page)
    page.go_back()
    expect(page.get_by_role("main")).to_contain_text("The referral is accepted already.")


def test_a_rejection_without_a_reason_is_said_beside_the_field(stack: RunningStack, worker: Visit) -> None:
    """And in the summary, which leads to it; with the reason it goes back to the surgery, and a double click is
    one."""
    page = worker.page
    _on(page, "Garden group")
    page.get_by_role("link", name="Reject it").click()
    page.get_by_role("button", name="Reject").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator(".field-error")).to_have_text("Say why it is not for you.")
    readable(page)
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Why it is not for you")).to_be_focused()
    page.keyboard.type("Too far for us")
    before = _accepted(stack)
    page.get_by_role("button", name="Reject").dblclick()
    expect(page.locator(".person")).to_contain_text(f"Back with {SURGERY.name}")
    expect(page.locator("#answer + p")).to_contain_text("It has ended")
    assert _accepted(stack) == before + 1


def test_a_network_meeting_is_added_and_what_was_typed_is_kept(stack: RunningStack, worker: Visit) -> None:
    """Every one of many takes part alike."""
    page = worker.page
    people = ["Wren Quillfeather", *(f"Neighbour {number}" for number in range(12))]
    page.get_by_role("link", name="Add a network meeting").click()
    page.get_by_label("Who took part").fill("\n".join(people))
    page.get_by_role("button", name="Add the meeting").click()
    expect(page.locator(".field-error")).to_have_text(["Give the day.", "Choose how you met."])
    expect(page.get_by_label("Who took part")).to_have_value("\n".join(people))
    readable(page)
    page.get_by_label("Day").fill("2026-05-04")
    page.get_by_label("How you met").select_option("At their home")
    page.get_by_role("button", name="Add the meeting").click()
    expect(page.get_by_role("status")).to_contain_text("It is in the record")
    entry = page.locator(".entry", has_text="Network meeting")
    expect(entry).to_contain_text(f"Taking part: {', '.join(people[:-1])} and {people[-1]}.")
    readable(page)


def test_what_there_is_already_is_shown_before_it_is_sent(stack: RunningStack, worker: Visit) -> None:
    """Then it is sent all the same."""
    page = worker.page
    page.get_by_role("link", name="Refer to a service").click()
    readable(page)
    page.get_by_label("Which service").select_option(TRUST.name)
    page.get_by_label("What you ask for").fill("Debt advice")
    page.get_by_label("Why").fill("Rent")
    page.get_by_label("How soon").select_option("Routine")
    before = _accepted(stack)
    page.get_by_role("button", name="Look what there is already").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("There is something like it already")
    expect(page.get_by_role("link", name="Debt advice")).to_have_count(1)
    readable(page)
    assert _accepted(stack) == before
    page.get_by_role("button", name="Refer all the same").click()
    expect(page.locator(".referral", has_text=f"With {TRUST.name}")).to_have_count(1)
