"""Rulings through every door: the steward's own are followed and replay, and nobody else's are taken."""

import json
from pathlib import Path
from typing import Any

import httpx
import orjson
import psycopg
import pytest

from services.domain.identity.source_record import local_identity, source_record_id
from services.domain.record.instant import instant_text
from services.platform.publisher import Outgoing
from services.platform.settings import LOCAL_PARTNERSHIP_KEY
from services.platform.topics import (
    HEADER_SENDER,
    PARTNERSHIP,
    TOOLS_IN,
    NotAnOdsCode,
    inbound,
    ods_code,
    partner_in,
    partner_out,
    sender_code,
)
from tests.doubts import CLASH, EVERYBODY, HELD, TWINS, Teller
from tests.messages import (
    AT,
    a_ruling,
    fhir_client,
    issue_of,
    logs_of,
    metrics_of,
    publish,
    rows,
    send,
    settled,
    token,
)
from tests.stack import RunningStack, data_folder, wait_for
from tests.streams.fhir_builders import known_to

pytestmark = pytest.mark.any_broker

SENDER = "ZZT41"
OF_MESSAGES = ("intake.message", "intake.outbox", "record.ruling", "record.link", "record.source_record")


@pytest.fixture(scope="module")
def stack(shared_stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> RunningStack:
    """The stack with people in doubt."""
    stream = tmp_path_factory.mktemp("doubts") / "people.ndjson"
    lines = [(one.holder.ods, "2026-05-04T10:00:00Z", one.sent[2]) for one in EVERYBODY]
    stream.write_bytes(b"\n".join(line_of(*line) for line in lines))
    shared_stack.replay(stream)
    return shared_stack


def line_of(sender: str, sent: str, body: bytes) -> bytes:
    """A stream line."""
    return orjson.dumps({"sender": sender, "sent": sent, "message": orjson.loads(body)})


def ids(*tellers: Teller) -> list[str]:
    """The ids that a local stack gives their source records, the least first."""
    key = LOCAL_PARTNERSHIP_KEY.encode()
    patients = [(one.holder.ods, known_to(one.holder, one.local, one.who, AT).patient) for one in tellers]
    return sorted(
        source_record_id(key, sender, local_identity(patient)).hex() for sender, patient in patients
    )


def persons(stack: RunningStack, *records: str) -> set[str]:
    """The persons that they belong to."""
    return {json.loads(stack.run("record", one, "--json").stdout)["person"] for one in records}


def test_the_list_and_a_pair_are_told_to_people_and_machines(stack: RunningStack) -> None:
    """The same in both: the most important first, with names; side by side, with what it weighs and why."""
    told = stack.json("review", "list")
    assert [one["kind"] for one in told["items"]] == [
        "held-apart", "held-apart", "number-clash", "twins", "close",
    ]  # fmt: skip
    counts = {"not-followed": 0, "held-apart": 2, "number-clash": 1, "twins": 1, "close": 1, "entries": 0}
    assert told["counts"] == counts
    assert told["next"] is None
    first = stack.json("review", "list", "--most", "2")
    rest = stack.json("review", "list", "--after", first["next"])
    assert first["items"] + rest["items"] == told["items"]
    words = stack.run("review", "list").stdout
    for said in ("Alike, and held apart", "Nora Hazelgrove, born 30 December 1971", "possibly one person"):
        assert said in words
    assert "More: carethread review list --after" in stack.run("review", "list", "--most", "2").stderr
    (clash,) = stack.json("review", "list", "--kind", "number-clash")["items"]
    one, other = (record["id"] for record in clash["records"])
    shown = stack.json("review", "show", one[:12], other[:12])
    assert (shown["grade"], shown["rule"], shown["one_person"]) == ("possible", "number-clash", False)
    assert shown["prior"] + sum(each["weight"] for each in shown["evidence"]) == shown["weight"]
    assert shown["kept_apart"] == ["one NHS number stands on two descriptions that do not agree"]
    side_by_side = stack.run("review", "show", other, one).stdout
    for said in (
        "Otto Pellworth",
        "999 000 0018",
        "NHS number: the same, and valid",
        "They are two people now.",
    ):
        assert said in side_by_side


def test_the_audit_says_of_whom_the_list_told(stack: RunningStack) -> None:
    """Of those that it showed, and of no others."""
    (clash,) = stack.json("review", "list", "--kind", "number-clash")["items"]
    entity = stack.json("audit", "list", "--kind", "read", "--most", "1")[0]["event"]["entity"]
    assert entity[0]["name"] == "carethread review list"
    named = "".join(str(one) for one in entity)
    assert all(record["id"] in named for record in clash["records"])
    assert not any(one in named for one in ids(*TWINS))


def test_a_ruling_is_followed_and_can_be_undone(stack: RunningStack) -> None:
    """Same makes one person of two, not the same keeps them apart again, and undo leaves it to the model."""
    one, other = ids(*TWINS)
    before = stack.json("digest")
    assert len(persons(stack, one, other)) == 2
    ruling = ("--reason", "They are one: she goes by her middle name", "--by", "Sam Okafor", "--wait")
    told = stack.json("review", "same", one[:12], other[:12], *ruling)
    assert (told["outcome"], told["followed"], told["one_person"]) == ("accepted", True, True)
    assert len(persons(stack, one, other)) == 1
    assert stack.json("digest")["records"] == before["records"] - 1
    assert "twins" not in {item["kind"] for item in stack.json("review", "list")["items"]}
    (made,) = stack.json("review", "show", one, other)["rulings"]
    assert (made["verdict"], made["by"], made["pending"]) == ("same", "Sam Okafor", False)
    said = stack.run(
        "review", "not-same", one, other, "--reason", "Twins after all", "--by", "Ada Marsh", "--wait"
    )
    assert "They are two people, as a steward ruled." in said.stdout
    assert len(persons(stack, one, other)) == 2
    stack.run("review", "undo", one, other, "--reason", "Let the model say", "--wait")
    assert stack.json("digest") == before
    assert "Twins after all" in stack.run("review", "show", one, other).stdout
    assert stack.json("review", "list")["counts"]["twins"] == 1


def test_a_ruling_that_cannot_be_followed_says_so(stack: RunningStack) -> None:
    """It is accepted, and waits."""
    one, other = ids(*HELD[:2])
    told = stack.json("review", "same", one, other, "--reason", "I think so", "--wait")
    assert (told["one_person"], told["standing"]) == (
        False,
        "A steward ruled that they are one person, and they are still apart.",
    )
    assert stack.json("review", "list")["items"][0]["kind"] == "not-followed"
    stack.run("review", "undo", one, other, "--reason", "They are two", "--wait")
    assert stack.json("review", "list")["items"][0]["kind"] == "held-apart"


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        (["list", "--kind", "maybe"], 2, "--kind is one of not-followed, held-apart"),
        (["list", "--after", "there"], 2, "--after: This is no place"),
        (["show", "zz", "12"], 1, "hexadecimal"),
        (["show", "{one}", "{one}"], 1, "These are one source record"),
        (["same", "{one}", "{other}", "--reason", " "], 2, "Say why"),
        (["undo", "{one}", "{other}", "--reason", "x"], 1, "none to undo"),
        (["same", "{one}", "{other}", "--reason", "x", "--by", ""], 1, "Give your name"),
    ],
)
def test_what_cannot_be_done_is_said(stack: RunningStack, asked: list[str], status: int, said: str) -> None:
    """In one line, with an exit status, and nothing changes."""
    one, other = ids(*CLASH)
    before = rows(stack)
    done = stack.run("review", *(word.format(one=one, other=other) for word in asked), check=False)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr
    assert done.stderr.startswith("carethread: ")
    assert rows(stack) == before


def test_no_partner_rules_over_http(stack: RunningStack) -> None:
    """Forbidden with words that say who may, and it is kept nowhere; spoilt ones are refused too, and never fail."""
    one, other = (bytes.fromhex(id_) for id_ in ids(*CLASH))
    before = of_messages(stack)
    with fhir_client(stack, token(stack, SENDER)) as client:
        for verdict in ("same", "not-same", "undo"):
            answer = send(client, a_ruling(one, other, verdict))
            issue = issue_of(answer)
            assert (answer.status_code, issue["code"]) == (403, "forbidden")
            assert "ruled by the partnership's stewards" in issue["diagnostics"]
            codings = {coding["code"] for coding in issue["details"]["coding"]}
            assert codings == {"REC_FORBIDDEN", "ruling-sender"}
        for spoilt in (
            a_ruling(one, other) | {"timestamp": None},
            a_ruling(one, one),
            a_ruling(one, other) | {"entry": a_ruling(one, other)["entry"][:1]},
        ):
            assert 400 <= send(client, spoilt).status_code < 500
    assert of_messages(stack) == before


def test_no_partner_rules_over_kafka(stack: RunningStack) -> None:
    """Neither on its own topic nor as a tool's message in its name: quarantined, and its sender is told."""
    one, other = (bytes.fromhex(id_) for id_ in ids(*CLASH))
    token(stack, SENDER)
    before, deliveries = of_messages(stack), stack.status()["accepted"]
    count = "select count(*) from intake.quarantine where cause like 'ruling-sender%'"
    publish(
        stack,
        Outgoing(partner_in(SENDER), b"", orjson.dumps(a_ruling(one, other))),
        Outgoing(TOOLS_IN, b"", orjson.dumps(a_ruling(one, other)), ((HEADER_SENDER, SENDER.encode()),)),
        Outgoing(TOOLS_IN, b"", CLASH[0].sent[2], ((HEADER_SENDER, PARTNERSHIP.encode()),)),
    )
    wait_for(lambda: stack.status()["accepted"] == deliveries + 3, "the deliveries are recorded")
    assert stack.scalar(count) == 3
    assert of_messages(stack) == before


def test_a_spoilt_ruling_of_the_tools_is_quarantined_and_can_be_put_right(
    stack: RunningStack, tmp_path: Path
) -> None:
    """A correction is a message of the partnership's too; one that a partner's message is corrected into is not."""
    one, other = (bytes.fromhex(id_) for id_ in ids(*CLASH))
    spoilt = orjson.dumps(a_ruling(one, other, "undo") | {"timestamp": "soon"})
    partners_own = Outgoing(
        TOOLS_IN, b"", orjson.dumps(a_ruling(one, other)), ((HEADER_SENDER, SENDER.encode()),)
    )
    publish(stack, partners_own, Outgoing(TOOLS_IN, b"", spoilt, ((HEADER_SENDER, b"carethread"),)))
    query = (
        "select count(*) from intake.quarantine where sender = 'CARETHREAD' and cause like 'r4-primitive%'"
    )
    wait_for(lambda: stack.scalar(query) == 1, "it is quarantined")
    listed = stack.json("quarantine", "list", "--messages")
    (mine,) = (each for each in listed if each["cause"].startswith("r4-primitive"))
    partners = next(
        each for each in listed if each["sender"] == SENDER and each["issues"][0]["code"] == "forbidden"
    )
    file = tmp_path / "ruling.json"
    file.write_bytes(orjson.dumps(a_ruling(one, other, "undo", at="2026-05-04T11:00:00Z")))
    assert stack.run("quarantine", "correct", partners["message_key"], str(file), check=False).returncode == 1
    stack.run("quarantine", "correct", mine["message_key"], str(file))
    settled(stack)
    made = stack.json("review", "show", one.hex(), other.hex())["rulings"]
    assert [each["verdict"] for each in made] == ["undo"]


def test_nobody_is_the_partnership(stack: RunningStack, tmp_path: Path) -> None:
    """No token names it, no partner is registered under it, and no topic speaks for it."""
    before = stack.scalar("select count(*) from access.partner")
    for name in (PARTNERSHIP, "carethread", " Carethread "):
        with pytest.raises(NotAnOdsCode):
            ods_code(name)
        assert sender_code(name) == PARTNERSHIP
        assert inbound({partner_in(name.strip()), partner_out(name.strip())}) == []
    (tmp_path / "one.json").write_bytes(CLASH[0].sent[2])
    for asked in (
        ["token", "--partner", "carethread", "--name", "Us"],
        ["publish", str(tmp_path), "--sender", PARTNERSHIP],
    ):
        done = stack.run(*asked, check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert "CARETHREAD is the partnership itself" in done.stderr
    assert stack.scalar("select count(*) from access.partner") == before
    with pytest.raises(NotAnOdsCode):
        sender_code("no code")


def test_rulings_replay_to_the_same_records(stack: RunningStack, tmp_path: Path) -> None:
    """All kept messages, shuffled and repeated, into a fresh stack: the same digest; here they are duplicates."""
    one, other = ids(*TWINS)
    stack.run("review", "same", one, other, "--reason", "She rang", "--wait")
    expected = stack.json("digest")
    with psycopg.connect(stack.book.postgres.get_secret_value()) as connection:
        kept = connection.execute(
            "select sender, sent, body from intake.message where corrects is null"
        ).fetchall()
    assert {PARTNERSHIP, SENDER} <= {sender for sender, _, _ in kept}
    stream = tmp_path / "kept.ndjson"
    stream.write_bytes(
        b"\n".join(line_of(sender, instant_text(sent), bytes(body)) for sender, sent, body in kept)
    )
    with data_folder() as folder, RunningStack(folder) as fresh:
        fresh.replay(stream, "--shuffle", "--duplicate", "0.5", "--seed", "7")
        assert fresh.json("digest") == expected
        assert len(persons(fresh, one, other)) == 1
    before = of_messages(stack)
    stack.replay(stream, "--shuffle")
    assert of_messages(stack) == before
    assert stack.json("digest") == expected


def test_what_became_of_rulings_is_told_like_of_any_message(stack: RunningStack) -> None:
    """They are listed as accepted and applied, under the partnership's name."""
    told = [one for one in stack.json("outcomes") if one["sender"] == PARTNERSHIP]
    assert {"accepted", "applied", "quarantined"} <= {one["status"] for one in told}
    stack.status()


def test_the_queue_is_watched(stack: RunningStack) -> None:
    """Every kind, from the sweeper."""

    def gauges() -> dict[str, Any]:
        shown = metrics_of(stack)["sweeper"]
        lines = [line for line in shown.splitlines() if line.startswith("care_review_open_items{")]
        return {line.partition('kind="')[2].partition('"')[0]: float(line.split()[-1]) for line in lines}

    wait_for(gauges, "the queue was counted")
    assert gauges().keys() == {"not-followed", "held-apart", "number-clash", "twins", "close", "entries"}


def test_no_log_tells_who_was_ruled_on(stack: RunningStack) -> None:
    """Neither names nor numbers nor reasons."""
    for place, words in (logs_of(stack) | metrics_of(stack)).items():
        for canary in ("Thornbeck", "9990000018", "middle name", "Sam Okafor", "Ada Marsh"):
            assert canary not in words, f"{canary} is in {place}"


def test_http_answers_for_itself(stack: RunningStack) -> None:
    """The page of the review is for signed-in browsers alone, and a partner's token opens it to nobody."""
    one, other = ids(*CLASH)
    with fhir_client(stack, token(stack, SENDER)) as partner:
        for place in ("/review", f"/review/{one}/{other}"):
            answer: httpx.Response = partner.get(place)
            assert answer.status_code == 403
            assert "Hazelgrove" not in answer.text
        assert partner.post(f"/review/{one}/{other}", data={"verdict": "same"}).status_code == 403


def of_messages(stack: RunningStack) -> dict[str, int]:
    """How many messages were accepted, and what the record holds on who is who."""
    found = rows(stack)
    return {name: found[name] for name in OF_MESSAGES}
