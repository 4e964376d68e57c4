"""Rulings on entries by command: listed, shown side by side, followed, taken back; nobody else's are taken."""

from typing import Any

import orjson
import pytest

from services.domain.record.duplicates.rulings import Thing
from services.platform.publisher import Outgoing
from services.platform.topics import partner_in
from tests.integration.test_entry_review import DOUBTFUL, TORN
from tests.messages import (
    an_entry_ruling,
    fhir_client,
    issue_of,
    logs_of,
    metrics_of,
    publish,
    rows,
    send,
    token,
)
from tests.stack import RunningStack, wait_for

pytestmark = pytest.mark.any_broker

SENDER = "ZZT41"
AT = "2026-05-04T10:00:00Z"


@pytest.fixture(scope="module")
def stack(shared_stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> RunningStack:
    """The stack with entries in doubt."""
    stream = tmp_path_factory.mktemp("doubts") / "entries.ndjson"
    lines = [
        {"sender": sender, "sent": AT, "message": orjson.loads(body)}
        for sender, _, body in [*DOUBTFUL, *TORN]
    ]
    stream.write_bytes(b"\n".join(map(orjson.dumps, lines)))
    shared_stack.replay(stream)
    return shared_stack


def waiting(stack: RunningStack) -> list[dict[str, Any]]:
    """The entries that wait."""
    found: list[dict[str, Any]] = stack.json("review", "list", "--kind", "entries")["items"]
    return found


def keys(item: dict[str, Any]) -> tuple[str, str]:
    """Of both things of one item."""
    one, other = (side["key"] for side in item["things"])
    return one, other


def test_what_waits_is_told_to_people_and_machines(stack: RunningStack) -> None:
    """The same in both, with both wordings and the rule's reason; what is possible after what is torn."""
    told = stack.json("review", "list")
    assert [one["kind"] for one in told["items"]] == ["entries"] * 3
    assert told["counts"]["entries"] == 3
    assert [one["rule"] for one in told["items"]] == ["same-time", "same-time", "same-parties-lately"]
    words = stack.run("review", "list", "--kind", "entries").stdout
    for said in (
        "Perhaps told twice",
        "Referral: Talking therapy, 23 March 2026, 10:00",
        "within four weeks.",
    ):
        assert said in words
    one, other = keys(told["items"][2])
    side_by_side = stack.run("review", "entries", "show", other[:12], one[:12]).stdout
    for said in ("They are two entries now.", "2 March 2026, 10:00", "By a rule they may be one"):
        assert said in side_by_side


def test_a_ruling_is_followed_and_can_be_undone(stack: RunningStack) -> None:
    """One entry with who ruled it as the reason, two that are no more in doubt, and then as it was."""
    before, item = stack.json("digest"), waiting(stack)[2]
    one, other = keys(item)
    ruling = ("--reason", "One referral, typed twice", "--by", "Sam Okafor", "--wait")
    told = stack.json("review", "entries", "same", one[:12], other[:12], *ruling)
    assert (told["followed"], told["one_entry"]) == (True, True)
    assert told["standing"] == "They are one entry, as a steward ruled."
    entries = stack.json("record", item["things"][0]["person"])["entries"]
    (referral,) = (entry for entry in entries if entry["kind"] == "Referral")
    assert len(referral["sources"]) == 2
    assert referral["one_because"][0].startswith("Ruled to be one by Sam Okafor on ")
    said = stack.run("review", "entries", "not-same", one, other, "--reason", "Asked again", "--wait")
    assert "They are two entries, as a steward ruled." in said.stdout
    waits = "select count(*) from record.duplicate where in_doubt and grade <> 'certainly-not'"
    assert stack.scalar(waits) == 2
    stack.run("review", "entries", "undo", one, other, "--reason", "Let the rules say", "--wait")
    assert (stack.json("digest"), stack.scalar(waits)) == (before, 3)
    made = stack.json("review", "entries", "show", one, other)["rulings"]
    assert [each["verdict"] for each in made] == ["undo", "not-same", "same"]
    assert stack.json("rebuild")["differing"] == 0


def test_what_cannot_be_done_is_said(stack: RunningStack) -> None:
    """In one line, with an exit status, and nothing changes."""
    before = rows(stack)
    one, other = keys(waiting(stack)[0])
    for asked, said in (
        (["show", "zz", "12"], "hexadecimal"),
        (["undo", one, other, "--reason", "x"], "none to undo"),
    ):
        done = stack.run("review", "entries", *asked, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert said in done.stderr
    assert rows(stack) == before


def test_no_partner_rules_on_entries(stack: RunningStack) -> None:
    """Over HTTP it is forbidden, over Kafka quarantined; the record holds nothing of it."""
    one, other = (Thing(bytes.fromhex(side["source_record"]), bytes.fromhex(side["key"]))
                  for side in waiting(stack)[0]["things"])  # fmt: skip
    before = rows(stack)
    with fhir_client(stack, token(stack, SENDER)) as client:
        answer = send(client, an_entry_ruling(one, other))
        assert (answer.status_code, issue_of(answer)["code"]) == (403, "forbidden")
    publish(stack, Outgoing(partner_in(SENDER), b"", orjson.dumps(an_entry_ruling(one, other))))
    count = "select count(*) from intake.quarantine where cause like 'ruling-sender%'"
    wait_for(lambda: stack.scalar(count) == 1, "it is quarantined")
    for table in ("intake.message", "record.entry_ruling", "record.duplicate"):
        assert rows(stack)[table] == before[table], table


def test_the_queue_is_watched_and_no_log_tells_of_whom(stack: RunningStack) -> None:
    """The gauge has its kind; names and reasons are in no log and no metric."""
    wait_for(
        lambda: 'care_review_open_items{kind="entries"}' in metrics_of(stack)["sweeper"], "it is counted"
    )
    for place, words in (logs_of(stack) | metrics_of(stack)).items():
        for canary in ("Quillfeather", "Talking therapy", "typed twice", "Sam Okafor"):
            assert canary not in words, f"{canary} is in {place}"
