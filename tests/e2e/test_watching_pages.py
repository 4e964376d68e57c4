"""Filters of the timeline, a service's board and the partnership's page, in a real browser without JavaScript."""

import asyncio

import pytest
from playwright.sync_api import expect

from services.platform.postgres import connect
from services.viewer.watching.partnership_watch import PartnershipWatch
from services.viewer.watching.referral_watch import ReferralWatch
from tests.e2e.browser import Visit, find_chromium, readable
from tests.stack import RunningStack
from tests.streams.norfolk_suffolk_partners import MAYA, TRUST

pytestmark = [
    pytest.mark.any_broker,
    pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def stack(shared_stack: RunningStack) -> RunningStack:
    """The stack, with the bundled stream in it, counted once."""
    shared_stack.replay()
    asyncio.run(counted(shared_stack))
    return shared_stack


async def counted(stack: RunningStack) -> None:
    """A whole round of both, which the sweeper makes again later."""
    settings = stack.book.settings()
    async with await connect(settings.postgres.get_secret_value()) as connection:
        for watch in (ReferralWatch(settings), PartnershipWatch(settings)):
            await watch.round(connection, asyncio.Event())


def test_a_timeline_is_filtered_page_by_page(stack: RunningStack, signed_in: Visit) -> None:
    """The choices say how many they would show; what is chosen stays chosen, and all is one link away."""
    page = signed_in.page
    page.goto(f"{stack.book.http}/person/{MAYA.nhs_number}?some=1")
    kinds = page.get_by_label("Kind")
    contact = next(one for one in kinds.locator("option").all_inner_texts() if one.startswith("Contact ("))
    number = int(contact.partition("(")[2].rstrip(")"))
    kinds.select_option(label=contact)
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".entry")).to_have_count(number)
    assert {one.inner_text() for one in page.locator(".entry .kind").all()} == {"Contact"}
    expect(page.locator(".timeline-heading")).to_contain_text(f"{number} of ")
    expect(page.locator(".story")).to_have_count(0)
    page.get_by_label("To", exact=True).fill("2020-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("section[aria-labelledby=timeline]")).to_contain_text("No entry is like that")
    readable(page)
    page.get_by_role("link", name="Show all entries").first.click()
    expect(page.locator(".story")).not_to_have_count(0)


def test_a_board_says_how_old_it_is(stack: RunningStack, signed_in: Visit) -> None:
    """Linked from the partnership's page; each section with its number."""
    page = signed_in.page
    page.goto(f"{stack.book.http}/partnership")
    page.get_by_role("link", name=TRUST.name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Who waits at {TRUST.name}")
    expect(page.locator(".lede")).to_contain_text("last counted on")
    assert page.locator("main h2").count() == 4


def test_the_partnership_is_counted_and_nobody_is_named(stack: RunningStack, signed_in: Visit) -> None:
    """What is folded, how referrals are answered, and no person's name."""
    page = signed_in.page
    page.goto(f"{stack.book.http}/")
    page.get_by_role("link", name="Partnership", exact=True).click()
    assert page.locator("main h2").all_inner_texts() == [
        "Duplication avoided",
        "How referrals are answered",
        "Introductions to what there is in the community",
        "Continuity",
        "Outcome measures",
    ]
    expect(page.locator("main")).to_contain_text("fewer than 5")
    for one in stack.json("people"):
        assert one["name"].split()[-1] not in page.content()
