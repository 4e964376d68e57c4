"""The pages in a real browser without JavaScript: who is who, who told what, for everybody's eyes and hands."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import Visit, find_chromium, readable, sends_by_enter, skips
from tests.stack import RunningStack
from tests.streams.norfolk_suffolk_partners import CALLUM, MAYA, THOMAS, TRUST

pytestmark = [
    pytest.mark.any_broker,
    pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium on this machine"),
]

PAGES = {
    "choose": f"/person?q={THOMAS.nhs_number}",
    "nobody": "/person?q=Zebedee+Quux",
    "nothing asked": "/person?q=",
    "no such person": "/person/nobody",
    "no such board": "/services/ZZ999",
    "past the last page": f"/person/{MAYA.nhs_number}?from=0-00",
    "used link": "/sign-in/used",
}
"""Beside those that are read with the pages of every other kind."""


@pytest.fixture(scope="module")
def stack(shared_stack: RunningStack) -> RunningStack:
    """The stack, with the bundled stream in it."""
    shared_stack.replay()
    return shared_stack


@pytest.fixture
def reader(stack: RunningStack, signed_in: Visit) -> Visit:
    """A signed-in browser, on the front page."""
    signed_in.page.goto(f"{stack.book.http}/")
    return signed_in


def open_record(page: Page, name: str) -> None:
    """Find the one person of this name, from the front page."""
    page.get_by_label("What you know of the person").fill(name)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=name).click()


def test_a_link_signs_in_and_the_front_page_lists_nobody(stack: RunningStack, guest: Visit) -> None:
    """Nothing about anyone before, nor after the link: whoever looks for somebody says what they know."""
    page = guest.page
    page.goto(f"{stack.book.http}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto(stack.run("sign-in").stdout.strip())
    assert page.url == f"{stack.book.http}/"
    expect(page.get_by_role("heading", level=1)).to_have_text("Find a person")
    assert page.locator(".people").count() == 0
    assert MAYA.family not in page.content()


def test_a_person_is_found_by_what_somebody_remembers(reader: Visit) -> None:
    """A name with slips and a birth date with day and month swapped: who it is, and why."""
    page = reader.page
    page.get_by_label("What you know of the person").fill("Maia Holoway 5/17/94")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People found")
    first = page.locator(".people li").first
    expect(first).to_contain_text("Maya Holloway")
    expect(first.locator(".people-why")).to_contain_text("birth date")
    first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Maya Holloway")


def test_an_nhs_number_finds_the_person(reader: Visit) -> None:
    """Typed with spaces, by keyboard alone; the page says who, and which organisations know them."""
    page = reader.page
    page.get_by_label("What you know of the person").fill(" 999 104 2172 ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Maya Holloway")
    facts = page.locator(".person").inner_text()
    assert "17 May 1994" in facts
    assert "999 104 2172" in facts
    assert "Known to 4 systems" in facts
    for organisation, sector in (("Broadland Wellbeing Trust", "NHS"), ("Tidewell Peers", "Charity")):
        line = page.locator(".organisations li", has_text=organisation)
        expect(line.locator(".tag")).to_have_text(sector)


def test_a_system_that_calls_the_person_otherwise_says_so(reader: Visit) -> None:
    """The name it knows them by stands beside it, and beside no other."""
    page = reader.page
    open_record(page, "Eva Kowalczyk")
    expect(page.locator(".organisations li", has_text="Ewa")).to_contain_text(
        "Broadland Wellbeing Trust NHS as Ewa Kowalczyk"
    )
    expect(page.locator(".organisations li", has_text=" as ")).to_have_count(1)


def test_each_entry_says_who_told_it_and_a_shared_one_is_one(reader: Visit) -> None:
    """Newest first, with organisation and sector on each; one referral that two systems told of is one entry."""
    page = reader.page
    open_record(page, "Maya Holloway")
    entries = page.locator(".entry")
    assert entries.count() == 22
    for entry in entries.all():
        assert entry.locator(".who > .tag").count() == entry.locator(".who").count() >= 1
        assert re.fullmatch(r"\d{1,2} \w+ 2026(, \d{1,2}:\d\d[ap]m)?", entry.locator("time").inner_text())
    referral = page.locator(".entry", has_text="Talking therapy and company")
    assert referral.count() == 1
    expect(referral.locator(".together")).to_have_text("Told by 2 systems")
    assert referral.locator(".detail").count() == 1, "both say it in the same words, which stand once"
    tellers = referral.locator(".who").all_inner_texts()
    assert [("Broadland" in tellers[0], "Reedmere" in tellers[1])] == [(True, True)]


def test_what_was_taken_back_is_struck(reader: Visit) -> None:
    """A retracted score stays to be seen, struck through and said to be in error."""
    page = reader.page
    open_record(page, "Maya Holloway")
    withdrawn = page.locator(".entry.withdrawn")
    assert withdrawn.count() == 1
    expect(withdrawn).to_contain_text("Entered in error")
    for words in ("PHQ-9 total score", "22"):
        expect(withdrawn.get_by_text(words, exact=True)).to_have_css("text-decoration-line", "line-through")


def test_the_page_tells_the_story_before_the_timeline(reader: Visit) -> None:
    """What matters, who is involved, what is open, how it went: in this order, each heading once."""
    page = reader.page
    open_record(page, "Maya Holloway")
    assert page.locator("h2").all_inner_texts() == [
        "What matters to me",
        "Who is involved",
        "Open referrals",
        "Measures",
        "Continuity",
        "Timeline",
    ]
    assert page.locator(".matters li").all_inner_texts() == [
        "Walk to the allotment twice a week\n\nGoal, achieved: written down by Broadland Wellbeing Trust, 23 March 2026"
    ]
    expect(page.locator(".named-first")).to_contain_text("Priya Nair, named social worker")
    team = page.locator(".team li").all_inner_texts()
    assert [one.partition(",")[0] for one in team] == [
        "Sam Okafor",
        "Tom Brundish",
        "Priya Nair",
        "Ngozi Adeyemi",
    ]
    assert "last seen 7 September 2026" in team[0]
    chart = page.get_by_role("img", name="PHQ-9")
    expect(chart).to_be_visible()
    expect(page.locator("figcaption")).to_contain_text("18, 16, 13, 9, 6")
    expect(page.locator(".story", has_text="Continuity")).to_contain_text("10 contacts from 6 March 2026")


def test_a_change_of_named_worker_is_said(reader: Visit) -> None:
    """Who it is now stands first, and who it was is told with the day."""
    page = reader.page
    open_record(page, "Joan Larter")
    named = page.locator(".named")
    expect(named.locator(".named-first")).to_contain_text("Dawn Ferreira")
    expect(named).to_contain_text("Changed once. Before: Priya Nair, until 8 June 2026.")


def test_what_an_organisation_opened_itself_waits_for_nobody(reader: Visit) -> None:
    """It says who has it, and since when; nobody is told to wait for an answer."""
    page = reader.page
    open_record(page, "Aisha Rahman")
    opened = page.locator(".referral", has_text="Mothers' circle")
    expect(opened).to_contain_text("With Tidewell Peers since 11 May 2026")
    expect(opened.locator(".status")).to_have_text("accepted")
    expect(opened.get_by_text("for an answer")).to_have_count(0)


def test_a_rejected_referral_is_folded_away_once_another_was_asked(reader: Visit) -> None:
    """With why, and of whom it was asked again; its steps are there without a script."""
    page = reader.page
    open_record(page, "Derek Pask")
    page.get_by_text("1 referral that has ended").click()
    ended = page.locator(".referral-ended")
    expect(ended).to_contain_text("Rejected on 13 March 2026: Lonely rather than unwell")
    expect(ended).to_contain_text("Asked again of Marsh Lantern on 16 March 2026")
    ended.get_by_text("What happened").click()
    expect(ended.locator(".happened li").first).to_contain_text(
        "Reedmere Surgery asked Broadland Wellbeing Trust for low mood"
    )
    assert page.locator(".safety").count() == page.locator(".urgent-line").count() == 0


def test_two_people_under_one_number_are_told_apart(reader: Visit) -> None:
    """Searching for a number that two people carry offers both, with their birth dates."""
    page = reader.page
    page.get_by_label("What you know of the person").fill(THOMAS.nhs_number)
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a person")
    offered = page.locator(".people li").all_inner_texts()
    assert len(offered) == 2
    assert any("11 February 1958" in one for one in offered)
    page.locator(".people li", has_text="1989").get_by_role("link").click()
    expect(page.locator(".person")).to_contain_text("27 November 1989")


def test_every_system_of_another_person_is_shown_too(reader: Visit) -> None:
    """What the trust and a charity both told of Callum stands together, under the names of both."""
    page = reader.page
    open_record(page, f"{CALLUM.given} {CALLUM.family}")
    shared = page.locator(".entry", has=page.locator(".together"))
    assert shared.count() >= 1
    assert TRUST.name in shared.first.inner_text()


@pytest.mark.parametrize("place", PAGES.values(), ids=PAGES)
def test_every_page_is_for_every_reader(stack: RunningStack, reader: Visit, place: str) -> None:
    """A language, landmarks, and all that every page has for every reader."""
    page = reader.page
    page.goto(stack.book.http + place)
    assert page.locator("html").get_attribute("lang") == "en-GB"
    assert page.locator("main").count() == page.locator("header.site-header").count() == 1
    readable(page)
    skips(page)
    sends_by_enter(page)


def test_the_headers_shut_everything_else_out(stack: RunningStack, reader: Visit) -> None:
    """No script, no frame, no foreign origin, nothing kept in a cache, nothing told to other sites."""
    answer = reader.page.goto(f"{stack.book.http}/")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
