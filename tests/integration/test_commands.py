"""The command line beside a stack: words for people, JSON for machines, and errors that say what is wrong."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.messages import a_message, resources, settled, settled_status
from tests.stack import BUNDLED, RunningStack
from tests.streams.norfolk_suffolk_partners import MAYA, THOMAS

pytestmark = pytest.mark.any_broker


@pytest.fixture(scope="module")
def told(shared_stack: RunningStack) -> RunningStack:
    """The stack, with the bundled stream in it."""
    shared_stack.replay()
    return shared_stack


def test_status_and_digest_have_their_exact_shapes(told: RunningStack) -> None:
    """The keys are these, in this order, and all are whole numbers but the digest."""
    status = told.json("status")
    assert list(status) == ["accepted", "applied", "duplicate", "quarantined", "in_flight"]
    assert all(type(count) is int for count in status.values())
    digest = told.json("digest")
    assert list(digest) == ["records", "digest"]
    assert digest["records"] == 9
    assert re.fullmatch("[0-9a-f]{64}", digest["digest"])
    assert told.run("digest").stdout == f"9 records  {digest['digest']}\n"
    assert re.search(r"in flight +0", told.run("status").stdout)


def test_people_lists_everybody(told: RunningStack) -> None:
    """By id, with name and in how many systems; the same for people to read."""
    people = told.json("people")
    assert [set(one) for one in people] == [{"person", "name", "systems"}] * 9
    assert [one["person"] for one in people] == sorted(one["person"] for one in people)
    shown = told.run("people").stdout.splitlines()
    assert len(shown) == 9
    maya = next(one for one in people if one["name"] == "Maya Holloway")
    assert f"{maya['person']}  Maya Holloway  known to 4 systems" in shown


def test_a_record_is_found_by_number_or_any_id(told: RunningStack) -> None:
    """Spaces and hyphens in the number make no difference; a source record's id is as good as the person's."""
    record = told.json("record", MAYA.nhs_number)
    assert set(record) == {
        "person", "name", "nhs_numbers", "birth_date", "source_records", "entries", "context",
        "referrals", "named_workers", "what_matters", "measures",
    }  # fmt: skip
    whole = told.run("record", MAYA.nhs_number, "--json").stdout
    for asked in ("999 104 2172", "999-104-2172", record["person"], record["source_records"][-1]["id"]):
        assert told.run("record", asked, "--json").stdout == whole, asked
    shown = told.run("record", record["person"]).stdout
    assert "Known to 4 systems" in shown
    assert "Broadland Wellbeing Trust (NHS)" in shown


@pytest.mark.parametrize("asked", ["9991042173", "0" * 32, "Maya", ""])
def test_an_unknown_record_is_said_to_be_so(told: RunningStack, asked: str) -> None:
    """Exit status 1, in words, also with --json."""
    done = told.run("record", asked, "--json", check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "carethread: There is no record under this number or id.\n"


def test_two_people_under_one_number_are_offered_by_id(told: RunningStack) -> None:
    """It does not choose: it says so, with the ids to ask for."""
    done = told.run("record", THOMAS.nhs_number, check=False)
    assert done.returncode == 1
    assert "Several people" in done.stderr
    ids = re.findall(r"^ +([0-9a-f]{32})$", done.stderr, re.MULTILINE)
    assert [told.json("record", one)["name"] for one in ids] == ["Thomas Gage"] * 2


def test_publish_takes_files_folders_and_streams(told: RunningStack, tmp_path: Path) -> None:
    """One JSON file, a folder of them, an NDJSON stream whose lines name senders, and the same again."""
    (tmp_path / "one.json").write_text(json.dumps(a_message("c-1")))
    folder = tmp_path / "more" / "below"
    folder.mkdir(parents=True)
    (folder / "two.json").write_text(json.dumps(a_message("c-2")))
    (folder / "notes.txt").write_text("not a message")
    lines = [
        {"sender": "ZZC12", "sent": "2026-05-04T10:00:00Z", "message": a_message(f"c-{number}")}
        for number in (3, 4)
    ]
    (tmp_path / "stream.ndjson").write_text("\n\n".join(map(json.dumps, lines)) + "\n")
    first = told.run("publish", str(tmp_path / "one.json"), "--sender", "zzt41")
    assert first.stdout == "1 accepted, 0 duplicate, 0 refused\n"
    assert _quiet(first.stderr)
    named = told.json("publish", str(tmp_path / "stream.ndjson"))
    assert (named["accepted"], named["duplicate"], named["refused"]) == (2, 0, 0)
    assert named["messages"][1]["place"].endswith("stream.ndjson:3")
    again = told.json("publish", str(tmp_path), "--sender", "ZZT41")
    assert {Path(one["place"]).name.split(":")[0]: one["outcome"] for one in again["messages"]} == {
        "one.json": "duplicate",
        "two.json": "accepted",
        "stream.ndjson": "accepted",
    }
    assert all(re.fullmatch("[0-9a-f]{64}", one["message_key"]) for one in again["messages"])
    settled(told)


def test_publish_says_what_was_refused_and_exits_with_1(told: RunningStack, tmp_path: Path) -> None:
    """Each refused message by its place and the fault's; those beside it are accepted."""
    nobody: dict[str, Any] = a_message("c-6")
    nobody["entry"].remove(next(one for one in nobody["entry"] if one["resource"] in resources(nobody)[1:2]))
    (tmp_path / "bad.json").write_text(json.dumps(nobody))
    (tmp_path / "good.json").write_text(json.dumps(a_message("c-7")))
    done = told.run("publish", str(tmp_path), "--sender", "ZZT41", check=False)
    assert done.returncode == 1
    assert f"refused  {tmp_path}/bad.json: " in done.stdout
    assert "(Bundle.entry)" in done.stdout
    assert done.stdout.endswith("1 accepted, 0 duplicate, 1 refused\n")


def test_publish_needs_to_know_the_sender_and_the_file(told: RunningStack, tmp_path: Path) -> None:
    """A bare Bundle without --sender, a missing path, an empty folder and a wrong code: exit status 2."""
    (tmp_path / "one.json").write_text(json.dumps(a_message("c-8")))
    (tmp_path / "empty").mkdir()
    for asked, said in (
        ([str(tmp_path / "one.json")], "--sender"),
        ([str(tmp_path / "none.json"), "--sender", "ZZT41"], "none.json does not exist"),
        ([str(tmp_path / "empty"), "--sender", "ZZT41"], "holds no .json or .ndjson file"),
        ([str(tmp_path / "one.json"), "--sender", "Trust & Co"], "is not an ODS code"),
    ):
        done = told.run("publish", *asked, check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr


def test_replay_names_the_line_that_is_wrong(told: RunningStack, tmp_path: Path) -> None:
    """Nothing of the stream is sent where a line is no stream line, or the file is not there or empty."""
    good = BUNDLED.read_text().splitlines()[0]
    before = settled_status(told)
    stream = tmp_path / "stream.ndjson"
    for text, said in (
        (f"{good}\n\nnot JSON\n", "stream.ndjson:3: "),
        (f'{good}\n{{"sender": "ZZT41"}}\n', "stream.ndjson:2: "),
        (good.replace("2026-03-02T09:14:29.512Z", "yesterday"), "stream.ndjson:1: sent is not an instant"),
        (good.replace("ZZG07", "no code", 1), "is not an ODS code"),
        ("\n", "has no lines"),
    ):
        stream.write_text(text)
        done = told.run("replay", str(stream), check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
    missing = told.run("replay", str(tmp_path / "none.ndjson"), check=False)
    assert missing.returncode == 2
    assert "none.ndjson does not exist" in missing.stderr
    assert told.status() == before


def test_replay_is_quiet_when_piped(told: RunningStack) -> None:
    """No progress bar and no colour; it says what was sent, and how things stand."""
    before = told.json("digest")
    done = told.run("replay", str(BUNDLED), "--shuffle", "--seed", "7", "--wait")
    assert _quiet(done.stderr)
    assert _quiet(done.stdout.replace("\n", ""))
    assert done.stdout.startswith("Sent 89 records of 83 messages: all of it is accepted and applied")
    assert told.json("digest") == before
    sent = told.replay(BUNDLED, "--duplicate", "1")
    assert (sent["lines"], sent["sent"], sent["distinct"]) == (89, 178, 83)
    assert list(sent["status"]) == ["accepted", "applied", "duplicate", "quarantined", "in_flight"]


def _quiet(text: str) -> bool:
    """No progress characters and no escape sequences."""
    return not re.search(r"[\x00-\x1f\x7f-\x9f\u2500-\u259f]", text)
