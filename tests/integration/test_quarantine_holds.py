"""Failing closed: while a consent, a restriction or a safeguarding flag waits, the record is not shown."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import orjson
import psycopg
import pytest

from services.domain.message import message_key
from services.platform.publisher import Outgoing
from services.platform.topics import partner_in
from tests.messages import (
    AT,
    SOMEBODY,
    a_message,
    fhir_client,
    issue_of,
    logs_of,
    metrics_of,
    publish,
    send,
    settled,
    settled_status,
    token,
)
from tests.stack import RunningStack, wait_for
from tests.streams.fhir_builders import Resource, SourceRecord, consent, known_to, note, safety_flag
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import COUNCIL, TRUST

pytestmark = pytest.mark.any_broker

SENDER = "ZZT41"
SPARE = iter(range(1, 1000))


def numbered(place: int) -> str:
    """A valid NHS number of the 999 range."""
    nine = f"{999_100_000 + place:09d}"
    check = 11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    return numbered(place + 500) if check == 10 else nine + str(check % 11)


class Someone:
    """A person the trust knows, with a note in the record."""

    def __init__(self, stack: RunningStack, *, number: bool = True) -> None:
        self.place = next(SPARE)
        self.local = f"held-{self.place}"
        self.number = numbered(self.place) if number else ""
        self.who: SourceRecord = known_to(TRUST, self.local, replace(SOMEBODY, nhs_number=self.number), AT)
        self.told = note(
            self.who, f"note-{self.place}", f"Planted bulbs {self.place}", on=AT, by="Sam Okafor"
        )
        over_kafka(stack, orjson.dumps(self.says(self.told)))
        self.id = person_of(stack, message_key(SENDER, orjson.dumps(self.says(self.told))))

    def says(self, focus: Resource) -> Resource:
        """A message of the trust about the person."""
        return message(TRUST, AT, focus, [self.who.patient])

    def withdrawal(self, status: str = "withdrawn") -> bytes:
        """The person's consent is withdrawn; in a word that R4 does not have, unless another is given."""
        said = consent(self.who, f"consent-{self.place}", "permit", COUNCIL, on="2026-05-04")
        return orjson.dumps(self.says(said | {"status": status}))

    def flag(self, **changed: object) -> bytes:
        """A safeguarding flag."""
        said = safety_flag(self.who, f"flag-{self.place}", "Ring first", since="2026-05-04")
        return orjson.dumps(self.says(said | changed))

    def restriction(self) -> bytes:
        """A restricted note with an element that R4 does not have."""
        return orjson.dumps(self.says(self.told | {"meta": {"security": [{"code": "R"}]}, "mood": "calm"}))


def person_of(stack: RunningStack, key: bytes) -> str:
    """The id of the person whom an applied message is about."""
    with psycopg.connect(stack.book.postgres.get_secret_value()) as connection:
        row = connection.execute(
            "select encode(s.person, 'hex') from intake.message m join record.source_record s "
            "on s.id = m.source_record where m.message_key = %s",
            [key],
        ).fetchone()
    assert row is not None
    return str(row[0])


def over_kafka(stack: RunningStack, *bodies: bytes) -> None:
    """Send as the trust, and wait until every delivery is recorded and what is accepted applied."""
    count = "select count(*) from intake.delivery"
    before = stack.scalar(count)
    publish(stack, *(Outgoing(partner_in(SENDER), b"", body) for body in bodies))
    wait_for(lambda: stack.scalar(count) >= before + len(bodies), "the deliveries are recorded")
    settled(stack)


@pytest.fixture(scope="module")
def stack(shared_stack: RunningStack) -> RunningStack:
    """A stack in which the trust has its topic."""
    token(shared_stack, SENDER)
    return shared_stack


@pytest.fixture(scope="module")
def browser(stack: RunningStack) -> Iterator[httpx.Client]:
    """A client that signed in."""
    with fhir_client(stack, "") as client:
        assert client.get(stack.run("sign-in").stdout.strip()).status_code == 303
        yield client


@pytest.fixture(scope="module")
def trust(stack: RunningStack) -> Iterator[httpx.Client]:
    """A client that sends and reads as the trust."""
    with fhir_client(stack, token(stack, SENDER)) as client:
        yield client


def shown(client: httpx.Client, person: str) -> tuple[int, int]:
    """How the page and the API answer, which is never with a word of the record where it is withheld."""
    page, everything = client.get(f"/person/{person}"), client.get(f"/fhir/Patient/{person}/$everything")
    if everything.status_code == 403:
        assert issue_of(everything)["code"] == "suppressed"
        for withheld in ("Quillfeather", "Planted bulbs", "1990", "Broadland"):
            assert withheld not in page.text + everything.text
    return page.status_code, everything.status_code


SHOWN, WITHHELD = (200, 200), (403, 403)


@pytest.mark.parametrize("reason", ["consent", "restriction", "safeguarding"])
def test_the_record_is_withheld_from_everybody(
    stack: RunningStack, browser: httpx.Client, trust: httpx.Client, reason: str
) -> None:
    """On the page, over FHIR also from the partner that told, and on the command line; nobody else's is."""
    person, other = Someone(stack), Someone(stack)
    assert shown(browser, person.id) == SHOWN
    said = {
        "consent": person.withdrawal(), "restriction": person.restriction(), "safeguarding": person.flag(status="on"),
    }  # fmt: skip
    over_kafka(stack, said[reason])
    key = message_key(SENDER, said[reason]).hex()
    assert shown(browser, person.id) == WITHHELD
    assert trust.get(f"/fhir/Patient/{person.id}/$everything").status_code == 403
    page = browser.get(f"/person/{person.number}").text
    assert "This record is withheld just now" in page
    assert f"/quarantine/{key}" in page
    refused = stack.run("record", person.number, check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert key in refused.stderr
    assert f"Planted bulbs {person.place}" in stack.run("record", person.number, "--held").stdout
    assert shown(browser, other.id) == SHOWN
    assert shown(trust, other.id)[1] == 200
    first = stack.json("quarantine", "list", "--messages")[0]
    assert first["at_risk"], "what cannot wait comes first"
    assert stack.json("quarantine", "show", key)["at_risk"] == [reason]
    assert "cannot wait" in stack.run("quarantine", "list").stdout


def test_it_is_withheld_though_nothing_can_be_parsed(stack: RunningStack, browser: httpx.Client) -> None:
    """A document that breaks off, and one in another notation, name the person by their bytes alone."""
    for body in (
        lambda person: person.withdrawal("inactive")[:-30],
        lambda person: person.flag().replace(b'"', b"'"),
        lambda person: (
            b"<Consent><status value='inactive'/><identifier><system value='https://fhir.nhs.uk/Id/nhs-number'/>"
            b"<value value='%s'/></identifier></Consent>" % person.number.encode()
        ),
    ):
        person = Someone(stack)
        over_kafka(stack, body(person))
        assert shown(browser, person.id) == WITHHELD


def test_it_is_withheld_without_an_nhs_number(stack: RunningStack, browser: httpx.Client) -> None:
    """The sender's own identifier names the source record."""
    person = Someone(stack, number=False)
    over_kafka(stack, person.withdrawal())
    assert shown(browser, person.id) == WITHHELD


def test_it_is_withheld_from_the_first_word_on(stack: RunningStack, browser: httpx.Client) -> None:
    """A message about nobody yet known holds the record that comes to be; also in another system."""
    number = numbered(next(SPARE))
    nobody_yet = known_to(TRUST, "not-yet", replace(SOMEBODY, nhs_number=number), AT)
    said = consent(nobody_yet, "consent-early", "permit", COUNCIL, on="2026-05-04") | {"status": "gone"}
    over_kafka(stack, orjson.dumps(message(TRUST, AT, said, [nobody_yet.patient])))
    with fhir_client(stack, token(stack, COUNCIL.ods)) as council:
        assert send(council, a_message("at-the-council", by=COUNCIL, nhs_number=number)).status_code == 200
        settled(stack)
        assert browser.get(f"/person/{number}").status_code == 403
        assert council.get(f"/fhir/Patient/{number}/$everything").status_code == 403


def test_a_refusal_over_http_is_kept_where_it_cannot_wait(
    stack: RunningStack, browser: httpx.Client, trust: httpx.Client
) -> None:
    """Refused as ever, and the sender is told that it is kept; the counts add up, also when it comes again."""
    person = Someone(stack)
    before, body = settled_status(stack), person.withdrawal()
    answer = send(trust, body)
    assert answer.status_code == 400
    assert issue_of(answer)["expression"] == ["Bundle.entry[2].resource.status"]
    last = answer.json()["issue"][-1]
    key = message_key(SENDER, body).hex()
    assert last["code"] == "suppressed"
    assert key in last["diagnostics"]
    assert shown(browser, person.id) == WITHHELD
    assert stack.status() == before | {name: before[name] + 1 for name in ("accepted", "quarantined")}
    assert stack.json("quarantine", "show", key)["door"] == "http"
    assert send(trust, body).status_code == 400
    assert stack.status() == before | {
        "accepted": before["accepted"] + 2,
        "quarantined": before["quarantined"] + 1,
        "duplicate": before["duplicate"] + 1,
    }
    harmless = send(trust, orjson.dumps(person.says(person.told | {"mood": "calm"})))
    assert harmless.status_code == 400
    assert "suppressed" not in harmless.text
    assert stack.status()["accepted"] == before["accepted"] + 2


def test_it_is_shown_again_once_the_correction_is_in_the_record(
    stack: RunningStack, browser: httpx.Client, tmp_path: Path
) -> None:
    """And not a moment before: an accepted correction that is not applied yet withholds the record still."""
    person = Someone(stack)
    over_kafka(stack, person.withdrawal())
    file = tmp_path / "corrected.json"
    file.write_bytes(person.withdrawal("active"))
    key = message_key(SENDER, person.withdrawal()).hex()
    less = stack.run("quarantine", "correct", key, str(file), check=False)
    assert less.returncode == 1
    assert "give the reason" in less.stderr
    assert shown(browser, person.id) == WITHHELD
    file.write_bytes(person.withdrawal("inactive"))
    with _record_stands_still(stack):
        stack.run("quarantine", "correct", key, str(file))
        assert stack.in_flight() == 1
        assert shown(browser, person.id) == WITHHELD
    settled(stack)
    assert shown(browser, person.id) == SHOWN
    assert '"status":"inactive"' in browser.get(f"/fhir/Patient/{person.id}/$everything").text
    assert stack.run("record", person.number).returncode == 0


@contextmanager
def _record_stands_still(stack: RunningStack) -> Iterator[None]:
    """The record does nothing for as long as the block lasts."""
    pid = stack.book.pids["record"]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_two_messages_hold_until_both_are_resolved(stack: RunningStack, browser: httpx.Client) -> None:
    """Dismissing one shows nothing yet; the held page names what is left."""
    person = Someone(stack)
    over_kafka(stack, person.withdrawal(), person.flag(status="on"))
    keys = [message_key(SENDER, body).hex() for body in (person.withdrawal(), person.flag(status="on"))]
    stack.run("quarantine", "dismiss", keys[0], "--reason", "Sent again rightly")
    assert shown(browser, person.id) == WITHHELD
    page = browser.get(f"/person/{person.id}").text
    assert keys[1] in page
    assert keys[0] not in page
    stack.run("quarantine", "dismiss", keys[1], "--reason", "Sent again rightly")
    assert shown(browser, person.id) == SHOWN


def test_it_alerts_at_once_and_tells_nothing_of_whom(stack: RunningStack) -> None:
    """A line at level error with key and reason alone, a counter by reason, and how many are open."""
    person = Someone(stack)
    over_kafka(stack, person.withdrawal())
    key = message_key(SENDER, person.withdrawal()).hex()
    (line,) = [json.loads(line) for line in logs_of(stack)["intake.log"].splitlines() if key in line]
    assert line["level"] == "error"
    assert (
        line["said"] == f"A message that cannot wait is quarantined: {{'key': '{key}', 'reason': 'consent'}}"
    )
    open_now = stack.scalar(
        "select count(distinct message_key) from intake.hold join intake.quarantine using (message_key) "
        "where resolution is null"
    )
    assert open_now > 0
    wait_for(
        lambda: f"care_quarantine_at_risk_open {open_now}.0" in metrics_of(stack)["sweeper"],
        "the open ones are counted",
    )
    told = metrics_of(stack)["intake"]
    assert 'care_quarantine_at_risk_total{reason="consent"}' in told
    for place, words in (logs_of(stack) | metrics_of(stack)).items():
        for canary in ("Quillfeather", person.number, person.local, "Planted bulbs"):
            assert canary not in words, f"{canary} is in {place}"
