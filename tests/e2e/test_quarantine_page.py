"""The steward's pages in a real browser without JavaScript: what waits, why, and putting it right by hand."""

import base64
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import orjson
import psycopg
import pytest
from playwright.sync_api import Browser, Locator, Page, StorageState, expect

from schemas.fhir.parse import MAX_MESSAGE_BYTES
from services.domain.message import message_key
from services.intake.quarantine_views import LARGEST_EDITED
from services.platform.publisher import Outgoing
from services.platform.topics import partner_in
from tests.bad_messages import REFUSED
from tests.e2e.browser import Visit, find_chromium, readable, sends_by_enter, skips, visit
from tests.e2e.foreign_forms import changes_nothing
from tests.messages import (
    AT,
    SOMEBODY,
    a_message,
    fhir_client,
    logs_of,
    metrics_of,
    publish,
    resources,
    rows,
    settled,
    settled_status,
    token,
)
from tests.stack import RunningStack, wait_for
from tests.streams.fhir_builders import Resource, known_to, safety_flag
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import TRUST

pytestmark = [
    pytest.mark.any_broker,
    pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium on this machine"),
]

SENDER = "ZZT41"
NUMBER = "9990000018"
DATE = "A value is of its datatype"


def _flagged(**changed: object) -> bytes:
    who = known_to(TRUST, "page-1", replace(SOMEBODY, nhs_number=NUMBER), AT)
    said: Resource = safety_flag(who, "flag-1", "Ring first", since="2026-05-04") | changed
    return orjson.dumps(message(TRUST, AT, said, [who.patient]))


def _dated(local: str, birth_date: str = "1990-13-40") -> bytes:
    bundle = a_message(local)
    resources(bundle)[1]["birthDate"] = birth_date
    return orjson.dumps(bundle)


def _large() -> bytes:
    bundle = a_message("large")
    resources(bundle)[1]["birthDate"] = "1990-13-40"
    scan = {"contentType": "application/pdf", "data": base64.b64encode(bytes(6_280_000)).decode()}
    resources(bundle)[2]["payload"].append({"contentAttachment": scan})
    return orjson.dumps(bundle)


AT_RISK = _flagged(status="on", mood="calm")
NOT_JSON = REFUSED["not JSON"][0]
SHOWN = [AT_RISK, NOT_JSON, REFUSED["not UTF-8"][0], _large(), *(_dated(f"dated-{one}") for one in range(4))]


def key_of(body: bytes) -> str:
    """The key of a message of the trust."""
    return message_key(SENDER, body).hex()


def over_kafka(stack: RunningStack, *bodies: bytes) -> None:
    """Send as the trust, and wait until every delivery is recorded and what is accepted applied."""
    count = "select count(*) from intake.delivery"
    before = stack.scalar(count)
    records = [Outgoing(partner_in(SENDER), b"", body) for body in bodies]
    with ThreadPoolExecutor() as beside_the_browser:
        beside_the_browser.submit(publish, stack, *records).result()
    wait_for(lambda: stack.scalar(count) >= before + len(bodies), "the deliveries are recorded")
    settled(stack)


@pytest.fixture(scope="module")
def stack(shared_stack: RunningStack) -> RunningStack:
    """The stack with messages in quarantine, one since three days, and a person whose record is withheld."""
    shared_stack.run("token", "--partner", SENDER, "--name", TRUST.name, "--sector", TRUST.sector)
    over_kafka(shared_stack, orjson.dumps(a_message("page-1", nhs_number=NUMBER)), *SHOWN)
    with psycopg.connect(shared_stack.book.postgres.get_secret_value()) as connection:
        age = "update intake.quarantine set received_at = received_at - %s::interval where message_key = %s"
        connection.execute(age, ["3 days", message_key(SENDER, SHOWN[4])])
        connection.execute(age, ["3 hours", message_key(SENDER, NOT_JSON)])
    return shared_stack


@pytest.fixture
def steward(stack: RunningStack, signed_in: Visit) -> Visit:
    """A signed-in browser on the quarantine."""
    signed_in.page.goto(f"{stack.book.http}/quarantine")
    return signed_in


def look_at(page: Page, stack: RunningStack, body: bytes) -> None:
    """Go to a message's page."""
    page.goto(f"{stack.book.http}/quarantine/{key_of(body)}")


def put_right(page: Page, wrong: str, right: str) -> None:
    """Change the document in the editor."""
    editor = page.get_by_label("The corrected document", exact=True)
    text = editor.input_value()
    assert wrong in text
    editor.fill(text.replace(wrong, right))


def correction(page: Page) -> Locator:
    """The form in which a correction is made."""
    return page.locator("#correction")


def test_what_waits_is_listed_with_what_cannot_wait_first(stack: RunningStack, steward: Visit) -> None:
    """By fault and sender, how many, how old; reached from every page."""
    page = steward.page
    page.goto(f"{stack.book.http}/")
    page.get_by_role("link", name="Quarantine").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quarantine")
    expect(page.locator(".lede")).to_contain_text("The oldest came 3 days ago")
    urgent = page.locator(".urgent li")
    expect(urgent).to_have_count(1)
    expect(urgent).to_contain_text("Broadland Wellbeing Trust holds a safeguarding flag")
    groups = page.locator(".group")
    expect(groups.first).to_contain_text("cannot wait")
    dated = groups.filter(has_text=DATE)
    expect(dated).to_contain_text("Bundle.entry[].resource.birthDate")
    expect(dated.locator(".age-old")).to_have_text("oldest 3 days ago")
    expect(groups.filter(has_text="one JSON text").locator(".age-waiting")).to_have_text("oldest 3 hours ago")
    ages = [one.get_attribute("datetime") or "" for one in page.locator(".group time").all()][1:]
    assert ages == sorted(ages)
    dated.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(DATE)
    assert page.locator(".people li").count() == 5


def test_a_message_shows_each_fault_in_its_line(stack: RunningStack, steward: Visit) -> None:
    """The rule and who says so; a link leads to the line, where the fault is marked and told."""
    page = steward.page
    page.locator(".urgent").get_by_role("link").click()
    faults = page.locator(".faults > li")
    expect(faults).to_have_count(2)
    expect(faults.first).to_contain_text("Bundle.entry[2].resource.status")
    expect(faults.first).to_contain_text("FHIR R4 terminologies.html#required")
    faults.first.get_by_role("link").click()
    line = page.locator(".document li:target")
    expect(line.locator("mark")).to_have_text('"status": "on"')
    expect(line.locator(".note")).to_have_text(re.compile("active, inactive, entered-in-error"))
    expect(line).to_be_in_viewport()
    look_at(page, stack, NOT_JSON)
    expect(page.locator(".document mark")).to_have_text("m")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the document as a file").click()
    assert saved.value.path().read_bytes() == NOT_JSON


def test_the_record_is_withheld_and_shown_once_the_message_is_put_right(
    stack: RunningStack, steward: Visit
) -> None:
    """From the person's page to the message, through every refusal, and back to the record."""
    page = steward.page
    before = settled_status(stack)
    page.goto(f"{stack.book.http}/person/{NUMBER}")
    expect(page.get_by_role("heading", level=1)).to_have_text("This record is withheld just now")
    expect(page.locator("main")).to_contain_text("a safeguarding concern")
    page.get_by_role("link", name=f"message {key_of(AT_RISK)[:12]}").click()
    expect(page.locator(".error-summary")).to_contain_text("the records it names are shown to nobody")
    form = correction(page)
    put_right(page, '"on"', '"active"')
    form.get_by_role("button", name="Resubmit").click()
    expect(page.locator("#by-error")).to_contain_text("Give your name")
    expect(page.get_by_label("The corrected document", exact=True)).to_have_value(
        re.compile('"status": "active"')
    )
    form.get_by_label("Your name").fill("Sam Okafor")
    form.get_by_role("button", name="Resubmit").click()
    wrong = page.locator("#still-wrong + .faults, .still-wrong .faults")
    expect(wrong).to_contain_text("Bundle.entry[2].resource.mood")
    expect(page.locator(".still-wrong mark")).to_have_text('"mood": "calm"')
    assert stack.status() == before
    text = page.get_by_label("The corrected document", exact=True).input_value()
    page.get_by_label("The corrected document", exact=True).fill(re.sub(r',\s*"mood": "calm"', "", text))
    form.get_by_role("button", name="Check").click()
    expect(page.locator(".notice")).to_contain_text("The correction can be accepted")
    assert stack.status() == before
    expect(form.get_by_label("Your name")).to_have_value("Sam Okafor")
    form.get_by_role("button", name="Resubmit").click()
    expect(page.locator(".notice")).to_contain_text("by Sam Okafor")
    expect(page.locator("#correction")).to_have_count(0)
    settled(stack)
    assert stack.status() == before | {name: before[name] + 1 for name in ("accepted", "applied")}
    page.goto(f"{stack.book.http}/person/{NUMBER}")
    expect(page.locator(".entry", has_text="Ring first")).to_have_count(1)
    over_kafka(stack, _flagged(code={"text": "Ring twice"}))
    page.reload()
    expect(page.locator(".entry", has_text="Ring twice")).to_have_count(1)
    expect(page.locator(".entry", has_text="Ring first")).to_have_count(0)


def test_a_correction_that_leaves_the_flag_out_needs_a_reason(stack: RunningStack, steward: Visit) -> None:
    """It is said beside the reason, and taken with one."""
    over_kafka(stack, lost := _flagged(status="off"))
    page = steward.page
    look_at(page, stack, lost)
    form = correction(page)
    without = orjson.dumps(a_message("page-1", "No flag", nhs_number=NUMBER)).decode()
    page.get_by_label("The corrected document", exact=True).fill(without)
    form.get_by_label("Your name").fill("Sam Okafor")
    form.get_by_role("button", name="Resubmit").click()
    expect(page.locator("#reason-error")).to_contain_text("give the reason")
    form.get_by_label("Why it was corrected so").fill("The trust rang: the flag was another person's")
    form.get_by_role("button", name="Resubmit").click()
    expect(page.locator(".notice")).to_contain_text("the flag was another person's")


def test_a_large_document_is_shown_cut_and_corrected_in_a_file(stack: RunningStack, steward: Visit) -> None:
    """The limit is stated; the file is checked like any correction, and refused with its faults."""
    page = steward.page
    look_at(page, stack, SHOWN[3])
    assert len(page.content()) < 50_000
    expect(correction(page)).to_contain_text(f"{LARGEST_EDITED:,} bytes")
    expect(page.locator(".document mark")).to_have_text('"birthDate": "1990-13-40"')
    form = correction(page)
    form.get_by_label("Your name").fill("Sam Okafor")
    for birth_date, shown in (("1991-14-01", ".still-wrong mark"), ("1991-04-01", ".notice")):
        body = SHOWN[3].replace(b"1990-13-40", birth_date.encode())
        file = {"name": "large.json", "mimeType": "application/json", "buffer": body}
        form.get_by_label("as a file").set_input_files(file)  # type: ignore[arg-type]
        form.get_by_role("button", name="Resubmit").click()
        expect(page.locator(shown)).to_be_visible()
    expect(page.locator(".notice")).to_contain_text("Corrected")


def test_of_two_stewards_one_wins_and_the_other_is_told(
    stack: RunningStack, browser: Browser, session: StorageState
) -> None:
    """Both have the page open, and correct it differently."""
    over_kafka(stack, body := _dated("raced"))
    with visit(browser, session) as first, visit(browser, session) as second:
        for month, name, one in ((3, "Sam", first), (4, "Ada", second)):
            look_at(one.page, stack, body)
            put_right(one.page, "1990-13-40", f"1990-0{month}-04")
            correction(one.page).get_by_label("Your name").fill(name)
        for one in (first, second):
            correction(one.page).get_by_role("button", name="Resubmit").click()
        expect(first.page.locator(".notice")).to_contain_text("by Sam")
        expect(second.page.locator(".error-summary")).to_contain_text("It was corrected by Sam")


def test_dismissing_asks_for_name_and_reason(stack: RunningStack, steward: Visit) -> None:
    """Refused beside the form without them; then it is kept, with both."""
    over_kafka(stack, body := _dated("dismissed"))
    before, page = settled_status(stack), steward.page
    look_at(page, stack, body)
    page.get_by_text("Dismiss it").click()
    form = page.locator("#dismissal")
    form.get_by_role("button", name="Dismiss").click()
    expect(form.locator(".field-error")).to_contain_text("Give your name and the reason")
    form.get_by_label("Your name").fill("Sam Okafor")
    form.get_by_label("Why nothing will come of it").fill("A test that was sent by mistake")
    form.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".notice")).to_contain_text("Dismissed")
    expect(page.locator(".notice")).to_contain_text("A test that was sent by mistake")
    assert stack.status() == before
    page.goto(f"{stack.book.http}/quarantine")
    page.get_by_role("link", name="Show also what is resolved").click()
    expect(page.locator(".group-done", has_text="dismissed")).to_contain_text(DATE)


def test_all_of_a_cause_are_checked_again(stack: RunningStack, steward: Visit) -> None:
    """Two that the rules allow by now are accepted; the page says so, and the counts add up."""
    good = [orjson.dumps(a_message(f"by-page-{one}")) for one in range(2)]
    with psycopg.connect(stack.book.postgres.get_secret_value()) as connection:
        for number, body in enumerate([*good, _dated("by-page-wrong")]):
            key = message_key(SENDER, body)
            connection.execute(
                "insert into intake.quarantine (message_key, sender, door, received_at, sent, cause, issues, body) "
                "values (%s, %s, 'partner.ZZT41.in.v1[0]@0', now(), 1, 'old-rule Bundle.id', '[]', %s)",
                [key, SENDER, body],
            )
            connection.execute("insert into intake.delivery values (%s, %s)", [b"by-page-%d" % number, key])
    before, page = settled_status(stack), steward.page
    page.reload()
    page.locator(".group", has_text="old-rule").get_by_role("link").click()
    page.get_by_label("Your name").fill("Sam Okafor")
    page.get_by_role("button", name="Check 3 messages again").click()
    expect(page.locator(".notice")).to_contain_text("2 messages were accepted. 1 stays")
    settled(stack)
    assert stack.status() == before | {
        "applied": before["applied"] + 2,
        "quarantined": before["quarantined"] - 2,
    }
    look_at(page, stack, good[0])
    expect(page.locator(".notice")).to_contain_text("Accepted")
    look_at(page, stack, _dated("by-page-wrong"))
    page.get_by_text("Check it again as it is").click()
    again = page.locator("details", has_text="Check it again as it is")
    again.get_by_label("Your name").fill("Sam Okafor")
    again.get_by_role("button", name="Check it again").click()
    expect(page.locator(".notice")).to_contain_text("still cannot be accepted")


PAGES = {
    "list of all": "/quarantine?all=1",
    "group of nothing": "/quarantine?cause=none&sender=ZZT41",
    "large message": f"/quarantine/{key_of(SHOWN[3])}",
    "not JSON": f"/quarantine/{key_of(NOT_JSON)}",
    "no key": "/quarantine/xyz",
}
"""Beside those that are read with the pages of every other kind."""


@pytest.mark.parametrize("place", PAGES.values(), ids=PAGES)
def test_every_page_is_for_every_reader(stack: RunningStack, steward: Visit, place: str) -> None:
    """As each page is, and every form is sent by Enter."""
    page = steward.page
    page.goto(stack.book.http + place)
    readable(page)
    skips(page)
    sends_by_enter(page)


FORMS = ["{key}/correct", "{key}/resubmit", "{key}/dismiss", "resubmit"]


@pytest.mark.parametrize("place", FORMS)
def test_a_form_elsewhere_changes_nothing(stack: RunningStack, place: str) -> None:
    """Though the browser is signed in: another site, another page of the same site, or nobody's page is refused."""
    form = {
        "by": "Mallory",
        "reason": "x",
        "document": a_message("x").__repr__(),
        "cause": "json",
        "sender": SENDER,
    }
    changes_nothing(stack, f"/quarantine/{place.format(key=key_of(SHOWN[5]))}", form)


def test_what_is_no_form_or_too_large_is_refused(stack: RunningStack) -> None:
    """Each with a page that says what it is, and nothing is changed."""
    address = f"/quarantine/{key_of(SHOWN[5])}/correct"
    with fhir_client(stack, "") as client:
        client.get(stack.run("sign-in").stdout.strip())
        client.headers["Sec-Fetch-Site"] = "same-origin"
        before = rows(stack)
        multipart = {"Content-Type": "multipart/form-data"}
        for status, asked in (
            (400, {"content": b"no form", "headers": multipart}),
            (400, {"content": b"no form", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}),
            (413, {"content": b"x" * (2 * MAX_MESSAGE_BYTES + 128 * 1024), "headers": multipart}),
            (413, {"content": iter([b"x"]), "headers": multipart}),
            (422, {"data": {"by": "Sam", "do": "resubmit"}}),
        ):
            answer: httpx.Response = client.post(address, **asked)
            assert answer.status_code == status, answer.text
            assert "text/html" in answer.headers["content-type"]
        again = {"cause": "json RFC", "sender": SENDER}
        nameless = client.post("/quarantine/resubmit", data=again, follow_redirects=True)
        assert "Nothing waits here" in nameless.text
        group = {"cause": stack.json("quarantine", "show", key_of(SHOWN[5]))["cause"], "sender": SENDER}
        nameless = client.post("/quarantine/resubmit", data=group, follow_redirects=True)
        assert "Give your name" in nameless.text
        assert rows(stack) == before


def test_without_signing_in_nothing_is_shown(stack: RunningStack) -> None:
    """No page and no document, and the headers keep the pages to themselves."""
    key = key_of(SHOWN[5])
    with fhir_client(stack, token(stack, SENDER)) as partner:
        for place in ("/quarantine", f"/quarantine/{key}", f"/quarantine/{key}/document"):
            answer = partner.get(place)
            assert answer.status_code == 403
            assert "Quillfeather" not in answer.text
    with fhir_client(stack, "") as browser:
        assert browser.get(f"/quarantine/{key}").status_code == 401
        browser.get(stack.run("sign-in").stdout.strip())
        saved = browser.get(f"/quarantine/{key}/document")
        assert saved.content == SHOWN[5]
        assert saved.headers["content-disposition"].startswith("attachment")
        for name, value in (("cache-control", "no-store"), ("x-content-type-options", "nosniff")):
            assert saved.headers[name] == browser.get(f"/quarantine/{key}").headers[name] == value


def test_no_log_tells_what_was_put_right(stack: RunningStack) -> None:
    """Neither what was shown nor what was filled in, by whomever."""
    for place, words in (logs_of(stack) | metrics_of(stack)).items():
        for canary in ("Quillfeather", NUMBER, "Ring first", "garden group", "Sam Okafor", "Mallory"):
            assert canary not in words, f"{canary} is in {place}"
    assert "A quarantined message was corrected" in logs_of(stack)["web.log"]
