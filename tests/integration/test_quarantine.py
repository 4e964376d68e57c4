"""The workshop on a running stack: what came over Kafka is listed, shown with its faults marked, and put right."""

import asyncio
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest

from services.domain.message import message_key
from services.intake.mark_fault import mark_faults
from services.intake.quarantine import Quarantined, body_of, messages
from services.platform.postgres import connect
from services.platform.publisher import Outgoing
from services.platform.topics import partner_in
from tests.bad_messages import REFUSED
from tests.messages import (
    a_message,
    logs_of,
    metrics_of,
    publish,
    resources,
    rows,
    settled,
    settled_status,
    token,
)
from tests.record_rows import record_rows
from tests.stack import RunningStack, wait_for

pytestmark = pytest.mark.any_broker

SENDER = "ZZT41"
NUMBERS = {"w-1": "9991042172", "w-2": "9990000018", "w-3": "9990000026"}


def spoilt(local: str, text: str = "Came to the garden group") -> bytes:
    """A message with two faults."""
    bundle = a_message(local, text, nhs_number=NUMBERS.get(local, ""))
    resources(bundle)[1]["gender"] = "banana"
    resources(bundle)[2]["mood"] = "calm"
    return orjson.dumps(bundle)


def mended(local: str, text: str = "Came to the garden group") -> bytes:
    """The same without."""
    return orjson.dumps(a_message(local, text, nhs_number=NUMBERS.get(local, "")))


def key_of(body: bytes) -> str:
    """The key of a message of the trust."""
    return message_key(SENDER, body).hex()


def over_kafka(stack: RunningStack, *bodies: bytes) -> None:
    """Send as the trust, and wait until every delivery is recorded and what is accepted applied."""
    before = stack.scalar("select count(*) from intake.delivery")
    publish(stack, *(Outgoing(partner_in(SENDER), b"", body) for body in bodies))
    count = "select count(*) from intake.delivery"
    wait_for(lambda: stack.scalar(count) >= before + len(bodies), "the deliveries are recorded")
    settled(stack)


def quarantined_under_other_rules(stack: RunningStack, cause: str, *bodies: bytes) -> None:
    """Messages as a stack with stricter rules has quarantined them, each with its delivery."""
    issues = orjson.dumps([{"code": "value", "text": "Too strict", "place": "", "rule": ""}]).decode()
    with psycopg.connect(stack.book.postgres.get_secret_value()) as connection:
        for body in bodies:
            key = message_key(SENDER, body)
            connection.execute(
                "insert into intake.quarantine (message_key, sender, door, received_at, sent, cause, issues, body) "
                "values (%s, %s, 'partner.ZZT41.in.v1[0]@0', now() - interval '3 hours', 1, %s, %s, %s)",
                [key, SENDER, cause, issues, body],
            )
            connection.execute("insert into intake.delivery values (%s, %s)", [random.randbytes(16), key])


@pytest.fixture(scope="module")
def stack(shared_stack: RunningStack) -> RunningStack:
    """A stack in which the trust has its topic."""
    token(shared_stack, SENDER)
    return shared_stack


def test_every_fault_that_came_is_marked(stack: RunningStack) -> None:
    """Each issue that names a place has a line, and the line holds what is wrong."""
    over_kafka(stack, *(body for body, *_ in REFUSED.values()))

    async def read() -> list[tuple[Quarantined, bytes]]:
        async with await connect(stack.book.postgres.get_secret_value()) as connection:
            found = await messages(connection)
            return [(one, await body_of(connection, one.key)) for one in found]

    kept = {one.key: (one, body) for one, body in asyncio.run(read())}
    for wrong, (body, *_) in REFUSED.items():
        one, received = kept[message_key(SENDER, body)]
        assert received == body, wrong
        document = mark_faults(received, one.issues)
        marked = {mark.issue for line in document.lines for mark in line.marks}
        assert marked >= {number for number, issue in enumerate(one.issues) if issue.place}, wrong
        assert marked or document.of_the_whole, wrong


def test_show_marks_the_line_and_says_whose_rule_it_is(stack: RunningStack) -> None:
    """In words with a line under the fault; as JSON with its columns; --body gives the bytes."""
    body = spoilt("shown")
    over_kafka(stack, body)
    key = key_of(body)
    words = stack.run("quarantine", "show", key[:16]).stdout
    assert "Bundle.entry[1].resource.gender" in words
    assert "FHIR R4 terminologies.html#required" in words
    gender, under = re.findall(r'.*"gender": "banana".*\n.*', words)[0].splitlines()
    assert under.index("^") == gender.index('"gender"')
    assert under.count("^") == len('"gender": "banana"')
    assert "lines not shown" in words
    assert "not shown" not in stack.run("quarantine", "show", key, "--whole").stdout
    assert stack.run("quarantine", "show", key, "--body").stdout.encode() == body
    told = stack.json("quarantine", "show", key)
    lines = {line["text"].strip(): line for line in told["document"] if line.get("marks")}
    assert list(lines) == ['"gender": "banana",', '"mood": "calm"']
    assert told["issues"][0]["section"] == "FHIR R4 terminologies.html#required"
    assert told["body"] == body.decode()
    assert told["sent"].endswith("Z")


def test_what_is_no_json_is_shown_with_a_caret(stack: RunningStack) -> None:
    """Under the very letter at which reading stopped."""
    body, *_ = REFUSED["not JSON"]
    words = stack.run("quarantine", "show", key_of(body)).stdout
    line, under = re.findall(r' "type":message.*\n.*', words)[0].splitlines()
    assert under.split("│")[1].index("^") == line.index("message") + 1


def test_it_is_listed_by_cause_and_sender(stack: RunningStack) -> None:
    """One group for one fault, with how many, how old and an example; narrowed as asked."""
    bodies = [spoilt(f"grouped-{number}") for number in range(3)]
    over_kafka(stack, *bodies)
    cause = stack.json("quarantine", "show", key_of(bodies[0]))["cause"]
    assert cause == "r4-code Bundle.entry[].resource.gender"
    (group,) = stack.json("quarantine", "list", "--cause", cause, "--sender", SENDER)
    assert group["messages"] >= 3
    assert group["section"] == "FHIR R4 terminologies.html#required"
    assert stack.json("quarantine", "list", "--cause", cause, "--sender", "ZZC12") == []
    everything = stack.json("quarantine", "list")
    assert group in everything
    assert sum(one["messages"] for one in everything) == len(stack.json("quarantine", "list", "--messages"))
    assert [one["oldest"] for one in everything] == sorted(one["oldest"] for one in everything)
    words = stack.run("quarantine", "list", "--cause", cause).stdout
    assert f"{group['messages']} messages from {SENDER}: the oldest" in words
    assert group["example"][:16] in words


def test_a_correction_by_file_stands_in_the_record(stack: RunningStack, tmp_path: Path) -> None:
    """Refused while it is wrong; then accepted, once; the sender is told, and its own word outranks it."""
    over_kafka(stack, spoilt("w-1"))
    before, key = settled_status(stack), key_of(spoilt("w-1"))
    file = tmp_path / "corrected.json"
    file.write_bytes(spoilt("w-1", "Still wrong"))
    refused = stack.run("quarantine", "correct", key[:20], str(file), check=False)
    assert refused.returncode == 1
    assert "cannot be accepted either" in refused.stdout
    assert '"gender": "banana"' in refused.stdout
    assert stack.status() == before
    file.write_bytes(mended("w-1", "What the steward put"))
    done = stack.json("quarantine", "correct", key, str(file), "--reason", "No such code")
    assert done["outcome"] == "corrected"
    settled(stack)
    assert stack.status() == before | {name: before[name] + 1 for name in ("accepted", "applied")}
    assert "What the steward put" in stack.run("record", NUMBERS["w-1"]).stdout
    kept = rows(stack), record_rows(stack)
    assert stack.json("quarantine", "correct", key, str(file)) == done
    assert (rows(stack), record_rows(stack)) == kept
    file.write_bytes(mended("w-1", "Another correction"))
    late = stack.run("quarantine", "correct", key, str(file), check=False)
    assert late.returncode == 1
    assert "It was corrected by" in late.stderr
    shown = stack.json("quarantine", "show", key)
    assert (shown["resolution"], shown["reason"], shown["correction"]) == (
        "corrected", "No such code", done["message_key"],
    )  # fmt: skip
    told = [one["status"] for one in stack.json("outcomes") if one["message_key"] == key]
    assert told == ["quarantined", "corrected"]
    over_kafka(stack, mended("w-1", "What the sender says itself"))
    now = stack.run("record", NUMBERS["w-1"]).stdout
    assert "What the sender says itself" in now
    assert "What the steward put" not in now


def test_a_correction_from_standard_input_and_from_an_editor(stack: RunningStack, tmp_path: Path) -> None:
    """The editor gets the document laid out, and only what it changes is changed."""
    over_kafka(stack, spoilt("w-2"), spoilt("w-3"))
    command = [sys.executable, "-m", "services", "quarantine", "correct", "--data-dir", str(stack.data_dir)]
    piped = subprocess.run(
        [*command, key_of(spoilt("w-2")), "-"],
        input=mended("w-2"),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert piped.returncode == 0, piped.stderr
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i -z -e "s/banana/female/" -e \'s/,[^,]*"mood": "calm"//\' "$1"\n')
    editor.chmod(0o700)
    edited = subprocess.run(
        [*command, key_of(spoilt("w-3")), "--edit"],
        env=os.environ | {"EDITOR": str(editor), "VISUAL": ""},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert edited.returncode == 0, edited.stdout + edited.stderr
    settled(stack)
    for local in ("w-2", "w-3"):
        assert "Came to the garden group" in stack.run("record", NUMBERS[local]).stdout
    left = subprocess.run(
        [*command, key_of(spoilt("shown")), "--edit"],
        env=os.environ | {"EDITOR": "true", "VISUAL": ""},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert left.returncode == 1
    assert b"left as it is" in left.stderr


def test_all_of_a_cause_are_checked_again_when_its_rule_was_put_right(stack: RunningStack) -> None:
    """They become messages as they are; those with another fault stay under it; the counts add up throughout."""
    good = [mended(f"again-{number}") for number in range(5)]
    quarantined_under_other_rules(stack, "old-rule", *good, spoilt("again-wrong"))
    before = settled_status(stack)
    listed = stack.run("quarantine", "list", "--cause", "old-rule").stdout
    assert "6 messages from ZZT41: the oldest 3 hours ago" in listed
    assert stack.json("quarantine", "resubmit", "--cause", "old-rule", "--sender", "ZZC12") == {
        "accepted": 0, "stayed": 0,
    }  # fmt: skip
    assert stack.json("quarantine", "resubmit", "--cause", "old-rule") == {"accepted": 5, "stayed": 1}
    settled(stack)
    assert stack.status() == before | {
        "applied": before["applied"] + 5,
        "quarantined": before["quarantined"] - 5,
    }
    assert stack.json("quarantine", "show", key_of(spoilt("again-wrong")))["cause"].startswith("r4-code")
    assert stack.json("quarantine", "list", "--cause", "old-rule") == []
    done = stack.json("quarantine", "show", key_of(good[0]))
    assert done["resolution"] == "accepted"
    kept, digest = record_rows(stack), stack.json("digest")
    over_kafka(stack, *good)
    assert record_rows(stack) == kept
    assert stack.json("digest") == digest
    now = stack.status()
    assert (now["accepted"], now["duplicate"]) == (before["accepted"] + 5, before["duplicate"] + 5)


def test_one_by_one_and_what_comes_again_by_itself(stack: RunningStack) -> None:
    """Named by key; and Kafka bringing a message again resolves it where the rules allow it now."""
    one, other = mended("one-1"), mended("one-2")
    quarantined_under_other_rules(stack, "old-rule", one, other)
    assert stack.json("quarantine", "resubmit", key_of(one)[:16]) == {"accepted": 1, "stayed": 0}
    over_kafka(stack, other)
    for body, by in ((one, True), (other, False)):
        shown = stack.json("quarantine", "show", key_of(body))
        assert shown["resolution"] == "accepted"
        assert bool(shown["resolved_by"]) == by
    stack.status()


def test_a_dismissed_one_is_kept_and_counted(stack: RunningStack) -> None:
    """With its reason; it is no longer waiting, and bringing it again changes nothing."""
    body = spoilt("dismissed")
    over_kafka(stack, body)
    before, key = settled_status(stack), key_of(body)
    assert stack.run("quarantine", "dismiss", key, "--reason", " ", check=False).returncode == 2
    stack.run("quarantine", "dismiss", key, "--reason", "A test that was sent by mistake")
    assert stack.status() == before
    over_kafka(stack, body)
    assert stack.status() == before | {name: before[name] + 1 for name in ("accepted", "duplicate")}
    waiting = [one["message_key"] for one in stack.json("quarantine", "list", "--messages")]
    assert key not in waiting
    (kept,) = [
        one for one in stack.json("quarantine", "list", "--messages", "--all") if one["message_key"] == key
    ]
    assert (kept["resolution"], kept["reason"]) == ("dismissed", "A test that was sent by mistake")
    again = stack.run("quarantine", "dismiss", key, "--reason", "Again", check=False)
    assert "It was dismissed by" in again.stderr


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        (["correct", "abc"], 2, "as a file"),
        (["correct", "abc", "x.json", "--edit"], 2, "as a file"),
        (["correct", "0" * 64, "x.json"], 1, "No quarantined message"),
        (["resubmit"], 2, "--cause"),
        (["resubmit", "abc", "--cause", "json"], 2, "--cause"),
        (["dismiss", "xyz", "--reason", "A test"], 1, "hexadecimal"),
    ],
)
def test_what_cannot_be_done_is_said(stack: RunningStack, asked: list[str], status: int, said: str) -> None:
    """One line, and nothing is changed."""
    before = rows(stack)
    done = stack.run("quarantine", *asked, check=False)
    assert (done.returncode, done.stdout, said in done.stderr) == (status, "", True), done.stderr
    assert rows(stack) == before


def test_how_long_it_waits_is_watched(stack: RunningStack) -> None:
    """The sweeper counts what is open, and when the oldest came."""

    def gauge(name: str) -> float:
        lines = metrics_of(stack)["sweeper"].splitlines()
        return float(next(line for line in lines if line.startswith(f"{name} ")).split()[1])

    waiting: list[dict[str, Any]] = stack.json("quarantine", "list", "--messages")
    wait_for(lambda: gauge("care_quarantine_open") == len(waiting), "the open ones are counted")
    oldest = stack.scalar(
        "select extract(epoch from min(received_at))::bigint from intake.quarantine where resolution is null"
    )
    assert int(gauge("care_quarantine_oldest_timestamp_seconds")) == pytest.approx(oldest, abs=1)
    assert gauge("care_quarantine_at_risk_open") == 0


def test_no_log_tells_what_was_put_right(stack: RunningStack) -> None:
    """Nothing of a document that was shown, corrected or refused is in a log or a metric."""
    for place, words in (logs_of(stack) | metrics_of(stack)).items():
        for canary in ("Quillfeather", "steward put", "banana", "garden group", *NUMBERS.values()):
            assert canary not in words, f"{canary} is in {place}"
