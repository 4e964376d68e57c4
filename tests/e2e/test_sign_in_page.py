"""The ways in, in a real browser without JavaScript: an identity provider, the demo's people by one
button each, and out again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from services.platform.demo_people import DEMO_PEOPLE
from tests.e2e.browser import Visit, find_chromium, readable, visit
from tests.e2e.pictures import picture_is_of
from tests.provider.emulator import ProviderEmulator
from tests.provider.people import CLINICIAN
from tests.stack import RunningStack, data_folder, wait_for
from tests.streams.norfolk_suffolk_partners import MAYA

pytestmark = [
    pytest.mark.any_broker,
    pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def provider() -> Iterator[ProviderEmulator]:
    """An identity provider."""
    with ProviderEmulator() as found:
        yield found


@pytest.fixture(scope="module")
def stack(provider: ProviderEmulator) -> Iterator[RunningStack]:
    """A stack as somebody starts it to look around, who has a provider too."""
    with pytest.MonkeyPatch.context() as patch, data_folder() as folder:
        for name, value in provider.environment.items():
            patch.setenv(name, value)
        with RunningStack(folder, "--demo") as found:
            wait_for(
                lambda: found.scalar("select count(*) from intake.message") > 0, "the stream is published"
            )
            wait_for(lambda: found.in_flight() == 0, "the stream is applied", 60)
            yield found


def test_the_page_says_that_it_is_a_demo_and_offers_its_people(stack: RunningStack, guest: Visit) -> None:
    """Whatever a guest asks for; one button each, readable for everybody."""
    page = guest.page
    page.goto(f"{stack.book.http}/")
    expect(page.get_by_role("heading", name="This is a demo")).to_be_visible()
    assert page.get_by_role("button").count() == len(DEMO_PEOPLE)
    readable(page)


def test_a_clinician_comes_in_by_a_button_and_goes_out_again(stack: RunningStack, guest: Visit) -> None:
    """From the sign-in page to a person's, and back to where nothing shows."""
    page = guest.page
    page.goto(f"{stack.book.http}/sign-in")
    page.get_by_role("button", name="clinician").click()
    assert page.url == f"{stack.book.http}/"
    page.get_by_role("link", name="Maya Holloway").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Maya Holloway")
    page.get_by_role("link", name="Sign out").click()
    readable(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    page.goto(f"{stack.book.http}/person/{MAYA.nhs_number}")
    assert MAYA.family not in page.content()


def test_the_pictures_of_the_readme_are_of_these_pages(
    stack: RunningStack, guest: Visit, request: pytest.FixtureRequest
) -> None:
    """What a demo's clinician finds, the person's page, and one entry that two systems told."""
    page, take = guest.page, request.config.getoption("--take-pictures")
    page.goto(f"{stack.book.http}/sign-in")
    page.get_by_role("button", name="clinician").click()
    page.get_by_label("What you know of the person").fill("Maia Holoway 5/17/94")
    page.get_by_role("button", name="Find").click()
    header = page.locator(".site-header")
    picture_is_of(
        page, "found", header, page.locator("h1"), page.locator(".lede"), page.locator(".people"), take=take
    )
    page.get_by_role("link", name="Maya Holloway").click()
    story = [page.locator(f"section[aria-labelledby={part}]") for part in ("name", "matters", "team")]
    referral = [page.locator("#referrals"), page.locator(".referral").first]
    picture_is_of(page, "person", header, page.locator(".back"), *story, *referral, take=take)
    entry = page.locator(".entry", has_text="First session, Tom and Sam together")
    entry.get_by_text("Why this is one entry").click()
    page.evaluate("document.activeElement.blur()")
    picture_is_of(page, "entry", entry, take=take)


def test_somebody_of_ops_finds_no_record(stack: RunningStack, guest: Visit) -> None:
    """The role goes with the button."""
    page = guest.page
    page.goto(f"{stack.book.http}/sign-in")
    page.get_by_role("button", name="runs the service").click()
    page.goto(f"{stack.book.http}/person/{MAYA.nhs_number}")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is not for your role")


def test_a_token_of_a_person_is_had_beside_the_stack(stack: RunningStack) -> None:
    """With a role and an organisation; a partner's needs neither, and what is half said is refused."""
    asked = ("token", "--role", "clinician", "--organisation", "ZZT41", "--person", MAYA.nhs_number)
    assert len(stack.run(*asked).stdout.split()) == 1
    assert stack.run("token", "--role", "steward").stdout.strip()
    assert stack.run("token", "--role", "clinician", check=False).returncode == 2
    assert stack.run("token", check=False).returncode == 2
    assert stack.run("token", "--role", "steward", "--person", "9991042173", check=False).returncode == 1


def test_a_clinician_signs_in_at_the_provider(stack: RunningStack, browser: Browser) -> None:
    """From the sign-in page there, back to a person's page, and out of both."""
    with visit(browser) as found:
        page = found.page
        page.goto(f"{stack.book.http}/sign-in")
        page.get_by_role("link", name="Sign in with NHS CIS2").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Who are you?")
        page.get_by_role("button", name=CLINICIAN).click()
        assert page.url == f"{stack.book.http}/"
        page.get_by_role("link", name="Maya Holloway").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Maya Holloway")
        page.get_by_role("link", name="Sign out").click()
        page.get_by_role("button", name="Sign out").click()
        readable(page)
        page.get_by_role("link", name="sign out there too").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Signed out")
        page.get_by_role("link", name="Back").click()
        assert page.url == f"{stack.book.http}/sign-in"
        assert found.complaints == []


def test_who_has_no_role_here_reads_what_to_do(stack: RunningStack, browser: Browser) -> None:
    """On a page of ours, with the ways in again."""
    with visit(browser) as found:
        page = found.page
        page.goto(f"{stack.book.http}/oidc/start")
        page.get_by_role("button", name="Clerk Alone").click()
        expect(page.get_by_role("alert")).to_contain_text(
            "Ask whoever keeps the accounts of your partnership"
        )
        readable(page)
        page.goto(f"{stack.book.http}/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
