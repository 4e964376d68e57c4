"""The steward's review in a real browser without JavaScript: two records side by side, a ruling, what comes of it."""

import re

import httpx
import orjson
import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from services.domain.identity.dates import compare_dates
from services.domain.identity.source_record import local_identity, source_record_id
from services.platform.settings import LOCAL_PARTNERSHIP_KEY
from services.review.facts import plain_date
from services.review.words import LEVELS
from tests.doubts import ALIKE, CLASH, CLOSE, EVERYBODY, HELD, TWINS, Teller
from tests.e2e.browser import Visit, find_chromium, readable
from tests.e2e.foreign_forms import changes_nothing
from tests.messages import AT, fhir_client, logs_of, rows, token
from tests.stack import RunningStack
from tests.streams.fhir_builders import known_to

pytestmark = [
    pytest.mark.any_broker,
    pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def stack(shared_stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> RunningStack:
    """The stack with people in doubt."""
    stream = tmp_path_factory.mktemp("doubts") / "people.ndjson"
    lines = [
        {"sender": one.holder.ods, "sent": AT, "message": orjson.loads(one.sent[2])} for one in EVERYBODY
    ]
    stream.write_bytes(b"\n".join(map(orjson.dumps, lines)))
    shared_stack.replay(stream)
    return shared_stack


@pytest.fixture
def steward(stack: RunningStack, signed_in: Visit) -> Visit:
    """A signed-in browser on the review."""
    signed_in.page.goto(f"{stack.book.http}/review")
    return signed_in


def ids(*tellers: Teller) -> tuple[str, str]:
    """The ids of two source records, the lesser first."""
    key = LOCAL_PARTNERSHIP_KEY.encode()
    patients = [(one.holder.ods, known_to(one.holder, one.local, one.who, AT).patient) for one in tellers]
    one, other = sorted(
        source_record_id(key, sender, local_identity(patient)).hex() for sender, patient in patients
    )
    return one, other


def address(*tellers: Teller) -> str:
    """The page of two source records."""
    return f"/review/{'/'.join(ids(*tellers))}"


def look_at(page: Page, stack: RunningStack, *tellers: Teller) -> None:
    """Go to it."""
    page.goto(stack.book.http + address(*tellers))


def row(page: Page, label: str) -> Locator:
    """What both say of one thing."""
    return page.locator(".compared tbody tr").filter(
        has=page.get_by_role("rowheader", name=label, exact=True)
    )


def ruled(page: Page, button: str, why: str, by: str = "Sam Okafor") -> None:
    """Fill the form in, and press a button."""
    page.get_by_label("Your name").fill(by)
    page.get_by_label("Why").fill(why)
    page.get_by_role("button", name=button).click()


def test_what_waits_is_listed_with_the_most_important_first(stack: RunningStack, steward: Visit) -> None:
    """Both names and birth dates, the grade in words and why it waits; by one reason where that is asked for."""
    page = steward.page
    page.goto(f"{stack.book.http}/")
    page.get_by_role("link", name="Review").click()
    expect(page.locator(".lede")).to_contain_text("5 pairs of records wait")
    doubts = page.locator(".doubt")
    expect(doubts).to_have_count(5)
    expect(doubts.first).to_contain_text("Alike, and held apart")
    clash = doubts.filter(has_text="One NHS number, two descriptions")
    for said in ("Nora Hazelgrove", "Born 30 December 1971", "Otto Pellworth", "possibly one person"):
        expect(clash).to_contain_text(said)
    page.get_by_role("link", name="Perhaps twins").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Perhaps twins")
    expect(doubts).to_have_count(1)
    page.get_by_role("link", name="Look at both").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{TWINS[1].who.given} Thornbeck")
    assert page.url == stack.book.http + address(*TWINS)


def test_a_pair_is_shown_side_by_side(stack: RunningStack, steward: Visit) -> None:
    """What both say, how far it agrees in words, what that weighs, and where the sum lies."""
    page = steward.page
    look_at(page, stack, *CLOSE)
    expect(page.locator(".standing")).to_have_text("They are two people now.")
    born = row(page, "Birth date")
    dates = [one.who.birth_date for one in CLOSE]
    for date in dates:
        expect(born).to_contain_text(plain_date(date))
    level = compare_dates(dates[0], dates[1])
    expect(born.locator(".level")).to_have_text(LEVELS["birth_date"][level or ""])
    given = row(page, "Name").locator(".weight").first
    expect(given).to_have_text(re.compile(r"^\+\d+\.\d for one person$"))
    expect(row(page, "Name").locator(".level")).to_have_text(
        ["Given name: the same", "Family name: the same"]
    )
    expect(page.locator("#weighed + .scale")).to_be_visible()
    expect(page.get_by_text("to 1 that they are one person")).to_be_visible()
    page.get_by_text("How this is reckoned").click()
    expect(page.get_by_text("Each bit doubles the odds")).to_be_visible()
    expect(page.get_by_text("Model 2026")).to_be_visible()
    expect(page.locator("#people + .sides .card")).to_have_count(2)
    expect(page.get_by_text("Nobody has ruled on these two.")).to_be_visible()
    page.locator("#people + .sides").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wren Quillfeather")


def test_what_speaks_for_two_people_is_shown_too(stack: RunningStack, steward: Visit) -> None:
    """With its sign, and a bar to the other side."""
    page = steward.page
    look_at(page, stack, *CLASH)
    born = row(page, "Birth date")
    expect(born.locator(".weight")).to_have_text(re.compile(r"^−\d+\.\d for two people$"))
    expect(born.locator(".bar-against")).to_have_count(1)
    expect(row(page, "NHS number").locator(".bar-for")).to_have_count(1)
    expect(row(page, "NHS number")).to_contain_text("999 000 0018")


def test_what_keeps_them_apart_is_told(stack: RunningStack, steward: Visit) -> None:
    """On the pair of two numbers, and on that of a third who could be either."""
    page = steward.page
    look_at(page, stack, *HELD[:2])
    expect(page.locator(".person li")).to_have_text("these have different valid NHS numbers")
    look_at(page, stack, HELD[0], HELD[2])
    expect(page.locator(".person li")).to_contain_text("could as well belong to a third")


def test_from_doubt_to_one_person_and_back(stack: RunningStack, steward: Visit) -> None:
    """The form asks for a name and a reason and keeps what was filled in; the record follows within the answer."""
    page = steward.page
    look_at(page, stack, *TWINS)
    before = rows(stack)
    page.get_by_label("Why").fill("She goes by her middle name & <b>rang</b>")
    page.get_by_role("button", name="Same person").click()
    expect(page.locator(".error-summary")).to_contain_text("Give your name")
    expect(page.get_by_label("Why")).to_have_value("She goes by her middle name & <b>rang</b>")
    assert page.title().startswith("Error: ")
    assert rows(stack) == before
    page.get_by_label("Your name").fill("Sam Okafor")
    page.get_by_role("button", name="Same person").click()
    expect(page.locator(".notice")).to_have_text(
        "The ruling is accepted, and the record follows it. They are one person, as a steward ruled."
    )
    expect(page.locator("#people")).to_have_text("The person they belong to")
    expect(page.get_by_text("2 entries, told by 2 source records")).to_be_visible()
    latest = page.locator(".rulings li").first
    expect(latest).to_contain_text("The same person")
    expect(latest).to_contain_text("in force")
    expect(latest).to_contain_text("She goes by her middle name & <b>rang</b>")
    expect(latest).to_contain_text("Sam Okafor")
    page.reload()
    expect(page.locator(".rulings li")).to_have_count(1)
    ruled(page, "Not the same", "Twins after all", "Ada Marsh")
    expect(page.locator(".notice")).to_contain_text("They are two people, as a steward ruled.")
    expect(page.locator(".person li")).to_have_text("a steward ruled that these are not the same person")
    ruled(page, "Undo the ruling", "Let the model say")
    expect(page.locator(".notice")).to_contain_text("They are two people now.")
    expect(page.locator(".rulings li")).to_have_count(3)
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_a_ruling_that_cannot_be_followed_says_what_stands_in_its_way(
    stack: RunningStack, steward: Visit
) -> None:
    """It is accepted and waits at the top of the list, until it is undone."""
    page = steward.page
    look_at(page, stack, *HELD[:2])
    ruled(page, "Same person", "I think so")
    expect(page.locator(".notice")).to_contain_text("the record could not follow it")
    expect(page.locator(".person li")).to_have_text("these have different valid NHS numbers")
    page.goto(f"{stack.book.http}/review")
    expect(page.locator(".doubt").first).to_contain_text("Ruled the same, and still apart")
    page.locator(".doubt").first.get_by_role("link").click()
    ruled(page, "Undo the ruling", "They are two")
    page.goto(f"{stack.book.http}/review")
    expect(page.locator(".doubt").first).not_to_contain_text("Ruled the same")


def test_two_who_are_one_can_be_taken_apart(stack: RunningStack, steward: Visit) -> None:
    """Also where nobody was in doubt."""
    page = steward.page
    look_at(page, stack, *ALIKE)
    expect(page.locator(".standing")).to_have_text("They are one person now.")
    ruled(page, "Not the same", "Two cousins of one name")
    expect(page.locator(".notice")).to_contain_text("They are two people, as a steward ruled.")
    ruled(page, "Undo the ruling", "I mistook them")
    expect(page.locator(".notice")).to_contain_text("They are one person now.")


def test_of_two_stewards_the_later_reads_what_the_first_ruled(stack: RunningStack, steward: Visit) -> None:
    """Nothing is changed by whoever had not seen it."""
    page = steward.page
    look_at(page, stack, *CLOSE)
    one, other = ids(*CLOSE)
    stack.run("review", "not-same", one, other, "--reason", "Two people", "--by", "Ada Marsh", "--wait")
    before = rows(stack)
    ruled(page, "Same person", "They moved")
    expect(page.locator(".error-summary")).to_contain_text("Ada Marsh has ruled on these two since")
    expect(page.locator(".rulings li")).to_contain_text("Two people")
    assert rows(stack) == before
    ruled(page, "Undo the ruling", "Let the model say")
    expect(page.locator(".notice")).to_contain_text("The ruling is accepted")


def test_what_is_withheld_is_shown_to_no_steward_either(stack: RunningStack, steward: Visit) -> None:
    """Neither in the list nor side by side, and nobody rules on it; the way to the message is shown."""
    page = steward.page
    number = CLASH[0].who.nhs_number
    with psycopg.connect(stack.book.postgres.get_secret_value(), autocommit=True) as connection:
        connection.execute(
            "insert into intake.quarantine (message_key, sender, door, received_at, issues, body) "
            "values ('\\x01', 'ZZT41', 'test', now(), '[]', '')"
        )
        connection.execute("insert into intake.hold values ('\\x01', %s, 'consent')", [number])
        try:
            page.reload()
            held = page.locator(".doubt").filter(has_text="One NHS number")
            expect(held.locator(".side-name")).to_have_text(["Withheld just now"] * 2)
            look_at(page, stack, *CLASH)
            expect(page.get_by_role("heading", level=1)).to_have_text("Withheld just now")
            expect(page.get_by_role("link", name="message 01")).to_be_visible()
            assert page.get_by_role("button").count() == 0
            before = rows(stack)
            with fhir_client(stack, "") as client:
                client.get(stack.run("sign-in").stdout.strip())
                form = {"verdict": "same", "by": "Sam", "reason": "x"}
                answer = client.post(address(*CLASH), data=form, headers={"Sec-Fetch-Site": "same-origin"})
                assert answer.status_code == 403
                assert "Hazelgrove" not in page.content() + answer.text
            assert rows(stack) == before
            shown = stack.run("review", "show", *ids(*CLASH), check=False)
            assert (shown.returncode, shown.stdout) == (1, "")
            asked = stack.run("review", "same", *ids(*CLASH), "--reason", "x", check=False)
            assert (asked.returncode, asked.stdout) == (1, "")
        finally:
            connection.execute("delete from intake.hold")
            connection.execute("delete from intake.quarantine where message_key = '\\x01'")


def test_a_form_elsewhere_changes_nothing(stack: RunningStack) -> None:
    """Though the browser is signed in: another site, another page of the same site, or nobody's page is refused."""
    form = {"verdict": "same", "by": "Mallory", "reason": "x", "seen": ""}
    changes_nothing(stack, address(*CLASH), form)


def test_what_is_no_form_is_refused(stack: RunningStack) -> None:
    """Each with a page that says what it is, and nothing is changed."""
    place = address(*CLASH)
    with fhir_client(stack, "") as client:
        client.get(stack.run("sign-in").stdout.strip())
        client.headers["Sec-Fetch-Site"] = "same-origin"
        before = rows(stack)
        urlencoded = {"Content-Type": "application/x-www-form-urlencoded"}
        words = {"by": "Sam", "reason": "x"}
        for status, asked in (
            (413, {"content": b"x" * 20_000, "headers": urlencoded}),
            (413, {"content": iter([b"x"]), "headers": urlencoded}),
            (413, {"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}),
            (413, {"json": words}),
            (422, {"data": words}),
            (422, {"data": {**words, "verdict": "maybe"}}),
            (422, {"data": {"verdict": "same", "by": "Sam", "reason": " "}}),
            (422, {"data": {**words, "verdict": "same", "reason": "nul \0"}}),
            (409, {"data": {**words, "verdict": "undo"}}),
        ):
            answer: httpx.Response = client.post(place, **asked)
            assert answer.status_code == status, answer.text
            assert "text/html" in answer.headers["content-type"]
        one, other = ids(*CLASH)
        for lost in (
            f"/review/{one}/{one}",
            f"/review/{one}/{'0' * 32}",
            "/review/x/y",
            "/review?after=there",
        ):
            answer = client.get(lost)
            assert answer.status_code == 404, lost
            assert "Go to the review" in answer.text
        turned = client.get(f"/review/{other}/{one}")
        assert (turned.status_code, turned.headers["location"]) == (303, place)
        assert client.get(place).headers["cache-control"] == "no-store"
        assert client.get(f"{place}?ruled={'0' * 64}").status_code == 200
        assert rows(stack) == before


def test_every_page_is_for_every_reader(stack: RunningStack, steward: Visit) -> None:
    """Also where a form says what is missing, and where there is nothing."""
    page = steward.page
    look_at(page, stack, *CLASH)
    page.get_by_role("button", name="Same person").click()
    readable(page)
    page.goto(f"{stack.book.http}/review/x/y")
    readable(page)


def test_without_signing_in_nothing_is_shown(stack: RunningStack) -> None:
    """Not to a partner with a token either."""
    with fhir_client(stack, token(stack, "ZZT41")) as partner:
        for place in ("/review", address(*CLASH)):
            answer = partner.get(place)
            assert answer.status_code == 403
            assert "Hazelgrove" not in answer.text


def test_no_log_tells_who_was_ruled_on(stack: RunningStack) -> None:
    """A sentence, the key and the verdict alone."""
    for place, words in logs_of(stack).items():
        for canary in ("Thornbeck", "Hazelgrove", "middle name", "Sam Okafor", "Mallory"):
            assert canary not in words, f"{canary} is in {place}"
    assert "A steward ruled" in logs_of(stack)["web.log"]
