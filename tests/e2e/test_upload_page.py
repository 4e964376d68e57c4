"""Uploading a sheet in a real browser without JavaScript: from the form to the person's record."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect

from tests.e2e.browser import Visit, find_chromium, readable
from tests.messages import settled
from tests.stack import RunningStack
from tests.uploads import contacts, wren

pytestmark = [
    pytest.mark.any_broker,
    pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def stack(shared_stack: RunningStack) -> RunningStack:
    """The stack of a partnership that has registered one charity."""
    shared_stack.run("token", "--partner", "ZZV58", "--name", "Tidewell Peers", "--sector", "Charity")
    return shared_stack


@pytest.fixture
def worker(stack: RunningStack, signed_in: Visit) -> Visit:
    """A signed-in browser on the page of uploads."""
    signed_in.page.goto(f"{stack.book.http}/")
    signed_in.page.get_by_role("link", name="Upload a sheet").click()
    return signed_in


def choose(worker: Visit, body: bytes, kind: str = "Contacts", name: str = "may.csv") -> None:
    """Fill the form in, and send it."""
    page = worker.page
    page.get_by_label(kind, exact=True).check()
    page.get_by_label("Which organisation").select_option(label="Tidewell Peers")
    page.get_by_label("Choose the file").set_input_files(
        FilePayload(name=name, mimeType="text/csv", buffer=body)
    )
    page.get_by_role("button", name="Check the sheet").click()


def test_from_a_sheet_to_the_record(stack: RunningStack, worker: Visit) -> None:
    """Choose, check, confirm; the refused row is shown first and stays out; the person's page has the rest."""
    page = worker.page
    choose(
        worker, contacts(wren("A-1", 4, note="Tea and <b>cake</b>"), wren("A-2", 40), wren("A-3", 5, "Call"))
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("Check the sheet")
    assert [heading.strip() for heading in page.locator("section h2").all_inner_texts()] == [
        "Cannot be taken", "New", "Is this right?",
    ]  # fmt: skip
    refused = page.locator(".fate-refused tbody tr")
    expect(refused).to_contain_text("3")
    expect(refused.locator(".problem")).to_contain_text(
        "Date: “40/05/2026” is a day that the calendar does not have."
    )
    expect(page.locator("section.fate-new")).to_contain_text("Tea and <b>cake</b>")
    page.get_by_role("button", name="Put 2 rows into the records").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 rows are kept")
    expect(page.locator(".fate-refused tbody tr")).to_have_count(1)
    settled(stack)
    page.get_by_role("link", name="Wren Quill").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wren Quill")
    titles = page.locator(".entry h3").all_inner_texts()
    assert sorted(titles) == ["Call", "Walk", "Walk"]
    expect(page.locator(".organisations")).to_contain_text("Tidewell Peers")


def test_an_amended_sheet_shows_what_changes(stack: RunningStack, worker: Visit) -> None:
    """Changed and unchanged apart; the unchanged alone need no confirming; reloading sends nothing twice."""
    page = worker.page
    choose(worker, contacts(wren("B-1", 4), wren("B-2", 5)))
    page.get_by_role("button", name="Put 2 rows").click()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 rows are kept")
    page.get_by_role("link", name="Upload another sheet").click()
    choose(worker, contacts(wren("B-1", 4, "Swim"), wren("B-2", 5)))
    expect(page.locator(".tallies")).to_have_text(re.compile(r"1 changed\s+1 unchanged"))
    page.get_by_role("button", name="Put 1 row into the records").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 row is kept")
    page.get_by_role("link", name="Upload another sheet").click()
    choose(worker, contacts(wren("B-1", 4, "Swim"), wren("B-2", 5)))
    expect(page.locator("#confirm")).to_have_text("There is nothing to do")
    assert page.get_by_role("button").count() == 0
    settled(stack)


def test_what_cannot_be_read_is_said_where_it_is_mended(worker: Visit) -> None:
    """The form comes back with the fault, what to do, and what was chosen."""
    page = worker.page
    choose(worker, b"%PDF-1.7", name="may.pdf")
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("This is a PDF")
    expect(summary).to_contain_text("save it as .xlsx")
    expect(page.get_by_label("Contacts", exact=True)).to_be_checked()
    expect(page.get_by_label("Which organisation")).to_have_value("ZZV58")
    choose(worker, contacts(wren("C-1")), kind="Referrals")
    expect(summary).to_contain_text("This looks like a sheet of contacts")


def test_a_template_can_be_taken_and_sent(worker: Visit, tmp_path: Path) -> None:
    """Downloaded under a name of its own, and uploaded as it is: the example is said to be one."""
    page = worker.page
    with page.expect_download() as taken:
        page.get_by_role("link", name="Template for introductions").click()
    assert taken.value.suggested_filename == "carethread-introductions.csv"
    taken.value.save_as(tmp_path / "sheet.csv")
    choose(worker, (tmp_path / "sheet.csv").read_bytes(), kind="Introductions")
    expect(page.locator(".fate-new .warning")).to_contain_text("invented example of the template")


def test_a_long_sheet_has_pages_of_rows(worker: Visit) -> None:
    """A hundred rows a page, those that are refused on the first; it can be confirmed from any."""
    page = worker.page
    lines = [wren(f"D-{number}") for number in range(150)] + [wren("D-150", 40)]
    choose(worker, contacts(*lines))
    expect(page.locator(".rows tbody tr")).to_have_count(100)
    expect(page.locator(".fate-refused tbody tr")).to_have_count(1)
    page.get_by_role("link", name="More rows").click()
    expect(page.locator(".rows tbody tr")).to_have_count(51)
    expect(page.get_by_role("button", name="Put 150 rows into the records")).to_be_visible()
    expect(page.get_by_role("link", name="More rows")).to_have_count(0)


def test_nobody_uploads_without_signing_in(stack: RunningStack, guest: Visit) -> None:
    """The form is behind the sign-in, and so is every sheet."""
    for place in ("/uploads", "/uploads/00000000-0000-0000-0000-000000000000"):
        guest.page.goto(stack.book.http + place)
        expect(guest.page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_every_page_is_for_every_reader(stack: RunningStack, worker: Visit) -> None:
    """One h1, no script, no sideways scrolling at 320 px, labels on every field, and focus that shows."""
    page = worker.page
    choose(worker, contacts(wren("E-1", note="x" * 400), wren("E-2", 40), wren("E-3", 6, "W" * 200)))
    readable(page)
    page.get_by_role("button", name="Put").click()
    readable(page)
    page.goto(f"{stack.book.http}/uploads/nothing")
    readable(page)
