"""The steward's review of entries in a real browser without JavaScript: from a person's page to one entry and back."""

import orjson
import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visit, find_chromium, readable
from tests.e2e.test_review_page import ruled
from tests.integration.test_entry_review import DOUBTFUL
from tests.messages import AT, fhir_client, rows
from tests.stack import RunningStack

pytestmark = [
    pytest.mark.any_broker,
    pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def stack(shared_stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> RunningStack:
    """The stack with two referrals that may be one."""
    stream = tmp_path_factory.mktemp("doubts") / "entries.ndjson"
    lines = [{"sender": sender, "sent": AT, "message": orjson.loads(body)} for sender, _, body in DOUBTFUL]
    stream.write_bytes(b"\n".join(map(orjson.dumps, lines)))
    shared_stack.replay(stream)
    return shared_stack


@pytest.fixture
def steward(stack: RunningStack, signed_in: Visit) -> Visit:
    """A signed-in browser on the review."""
    signed_in.page.goto(f"{stack.book.http}/review")
    return signed_in


def test_from_a_persons_page_to_one_entry_and_back(stack: RunningStack, steward: Visit) -> None:
    """Both wordings stand side by side; the form asks for a name and a reason; the record follows within the answer."""
    page = steward.page
    page.get_by_role("link", name="1 pair of entries waits").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Perhaps told twice")
    expect(page.locator(".doubt")).to_contain_text("asked the same organisation within four weeks")
    expect(page.locator(".doubt .secondary").first).to_have_text("Referral, 2 March 2026, 10:00am")
    readable(page)
    page.get_by_role("link", name="Look at both").click()
    pair = page.url
    expect(page.locator(".standing")).to_have_text("They are two entries now.")
    when = page.locator(".compared tbody tr").filter(
        has=page.get_by_role("rowheader", name="When", exact=True)
    )
    expect(when).to_contain_text("2 March 2026, 10:00")
    expect(when).to_contain_text("23 March 2026, 10:00")
    readable(page)
    before = rows(stack)
    page.get_by_role("button", name="One entry").click()
    expect(page.locator(".error-summary")).to_contain_text("Give your name")
    assert rows(stack) == before
    page.get_by_role("link", name="this person").click()
    expect(page.locator(".entry")).to_have_count(2)
    page.get_by_role("link", name="Say whether it is").first.click()
    assert page.url == pair
    ruled(page, "One entry", "One referral & <b>typed twice</b>")
    expect(page.locator(".notice")).to_have_text(
        "The ruling is accepted, and the record follows it. They are one entry, as a steward ruled."
    )
    latest = page.locator(".rulings li").first
    for said in ("One entry", "in force", "One referral & <b>typed twice</b>", "Sam Okafor"):
        expect(latest).to_contain_text(said)
    page.get_by_role("link", name="this person").click()
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator(".because")).to_contain_text("Ruled to be one by Sam Okafor on ")
    page.goto(pair)
    ruled(page, "Two entries", "Asked again")
    expect(page.locator(".notice")).to_contain_text("They are two entries, as a steward ruled.")
    page.goto(f"{stack.book.http}/review?kind=entries")
    expect(page.locator(".lede")).to_contain_text("Nothing waits")
    page.goto(pair)
    ruled(page, "Undo the ruling", "Let the rules say")
    expect(page.locator(".notice")).to_contain_text("They are two entries now.")
    expect(page.locator(".rulings li")).to_have_count(3)


def test_what_is_no_form_of_ours_changes_nothing(stack: RunningStack, steward: Visit) -> None:
    """Nor does whoever has not signed in; what is not there is said."""
    page = steward.page
    page.goto(f"{stack.book.http}/review/entries")
    place = page.get_by_role("link", name="Look at both").get_attribute("href") or ""
    form = {"verdict": "same", "by": "Mallory", "reason": "x", "seen": ""}
    before = rows(stack)
    with fhir_client(stack, "") as client:
        own = {"Origin": stack.book.http}
        assert client.post(place, data=form, headers=own).status_code == 401
        assert client.get(place).status_code == client.get("/review/entries").status_code == 401
        assert client.get(stack.run("sign-in").stdout.strip()).status_code == 303
        assert (
            client.post(place, data=form, headers={"Origin": "https://elsewhere.example"}).status_code == 403
        )
        assert client.post(place, data={**form, "verdict": "maybe"}, headers=own).status_code == 422
        assert (
            client.post(place, data={**form, "verdict": "undo", "seen": "0" * 64}, headers=own).status_code
            == 409
        )
        one, other = place.rsplit("/", 2)[1:]
        turned = client.get(f"/review/entries/{other}/{one}")
        assert (turned.status_code, turned.headers["location"]) == (303, place)
        for lost in (
            f"/review/entries/{one}/{one}",
            f"/review/entries/{one}/x",
            "/review/entries?after=there",
        ):
            assert client.get(lost).status_code == 404, lost
    known = rows(stack)
    assert {name: known[name] for name in known if not name.startswith("access")} == {
        name: before[name] for name in before if not name.startswith("access")
    }
