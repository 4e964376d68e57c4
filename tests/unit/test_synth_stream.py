"""The synthetic stream: the same for the same options, taken by intake, and true to its truth."""

import csv
import hashlib
import io
import os
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.fhir.message import read_message_bytes
from schemas.stream import read_line
from services.domain.identity.demographics import display_name
from services.domain.message import read_message
from services.domain.record.instant import instant_ticks
from services.workbench.synth.options import Options
from services.workbench.synth.stream import COLUMNS, Summary, people_rows, write_people, write_stream

OPTIONS = Options(people=300, days=45, seed=11)
DIGEST = "457165e3013c3a318e5564d1fc8ecc7944b213211882face655bfa37c99136ab"
"""SHA-256 of stream and truth: it changes when what is written does, and never with the version of Python."""

DIGEST_ELSEWHERE = """
import hashlib, io
from services.workbench.synth.options import Options
from services.workbench.synth.stream import write_stream
out, truth = io.BytesIO(), io.StringIO()
write_stream(Options(people=300, days=45, seed=11), out, truth)
print(hashlib.sha256(out.getvalue() + truth.getvalue().encode()).hexdigest())
"""


@dataclass(frozen=True)
class Written:
    """All that was written with some options."""

    summary: Summary
    lines: list[bytes]
    truth: str
    progress: list[int]

    @cached_property
    def rows(self) -> list[dict[str, str]]:
        """The truth."""
        return [*csv.DictReader(io.StringIO(self.truth))]

    @cached_property
    def messages(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Sender, instant of sending and Bundle of each line."""
        told = (orjson.loads(line) for line in self.lines)
        return [(one["sender"], one["sent"], one["message"]) for one in told]


def write(options: Options) -> Written:
    out, truth, progress = io.BytesIO(), io.StringIO(), list[int]()
    summary = write_stream(options, out, truth, progress.append)
    return Written(summary, out.getvalue().splitlines(keepends=True), truth.getvalue(), progress)


@pytest.fixture(scope="module")
def written() -> Written:
    return write(OPTIONS)


def resources(bundle: dict[str, Any], *kinds: str) -> list[dict[str, Any]]:
    found = (entry["resource"] for entry in bundle["entry"])
    return [one for one in found if one["resourceType"] in kinds]


def ticks(text: str) -> int:
    told = instant_ticks(text)
    assert told is not None
    return told


def test_the_same_options_give_the_same_bytes_in_every_process(written: Written) -> None:
    here = hashlib.sha256(b"".join(written.lines) + written.truth.encode()).hexdigest()
    assert here == DIGEST
    environment = os.environ | {"PYTHONHASHSEED": "4711"}
    command = [sys.executable, "-c", DIGEST_ELSEWHERE]
    elsewhere = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert elsewhere.stdout.strip() == here


def test_another_seed_is_another_partnership(written: Written) -> None:
    other = write(replace(OPTIONS, seed=12))
    assert {*other.lines}.isdisjoint(written.lines)


def test_intake_accepts_every_kind_of_message_and_repairs_none(written: Written) -> None:
    seen = set()
    for line in written.lines[::5]:
        told = read_line(line)
        reading = read_message_bytes(bytes(told.message))
        assert reading.notes == []
        kinds = [entry["resource"]["resourceType"] for entry in reading.bundle["entry"]]
        message = read_message(reading.bundle, b"a source record", ticks(told.sent))
        assert len(message.versions) == len(kinds)
        assert not any(version.ranked_by_sent for version in message.versions)
        assert display_name(message.demographics) != "Name not given"
        seen |= {*kinds}
    assert seen == {
        "MessageHeader", "Patient", "ServiceRequest", "Encounter", "Observation", "Communication", "Appointment",
        "CarePlan", "Consent", "Task",
    }  # fmt: skip


def test_what_is_counted_is_what_is_written(written: Written) -> None:
    summary = written.summary
    people = {row["truth"] for row in written.rows if row["kind"] == "person"}
    assert summary.people == len(people) == OPTIONS.people
    assert summary.source_records == sum(row["kind"] == "person" for row in written.rows)
    assert summary.deliveries == len(written.lines) == sum(written.progress)
    assert summary.messages == len({*written.lines})
    assert 6 < summary.messages / summary.people < 9
    assert 1_500 < sum(map(len, written.lines)) / len(written.lines) < 3_500


def test_the_truth_names_every_patient_referral_and_contact_and_nothing_else(written: Written) -> None:
    told = set()
    for sender, _, bundle in written.messages:
        (patient,) = resources(bundle, "Patient")
        told.add(("person", sender, patient["identifier"][0]["value"]))
        for one in resources(bundle, "ServiceRequest", "Encounter"):
            told.add(("entry", sender, f"{one['resourceType']}/{one['id']}"))
    named = [(row["kind"], row["sender"], row["id"]) for row in written.rows]
    assert len({*named}) == len(named)
    assert {*named} == told
    head, *rows = written.truth.splitlines()
    assert head == "kind,sender,id,truth"
    assert rows == sorted(rows)


def test_what_is_one_event_is_of_one_person_one_kind_and_different_systems(written: Written) -> None:
    person = {(row["sender"], row["id"]): row["truth"] for row in written.rows if row["kind"] == "person"}
    entry = {(row["sender"], row["id"]): row["truth"] for row in written.rows if row["kind"] == "entry"}
    whose = defaultdict(set)
    for sender, _, bundle in written.messages:
        (patient,) = resources(bundle, "Patient")
        for one in resources(bundle, "ServiceRequest", "Encounter"):
            event = entry[sender, f"{one['resourceType']}/{one['id']}"]
            whose[event].add((one["resourceType"], person[sender, patient["identifier"][0]["value"]]))
    assert all(len(one) == 1 for one in whose.values())
    told_by = defaultdict(list)
    for (sender, _), event in entry.items():
        told_by[event].append(sender)
    assert all(len({*senders}) == len(senders) for senders in told_by.values())
    systems = Counter((next(iter(whose[event]))[0], len(senders)) for event, senders in told_by.items())
    assert {*systems} == {*(("ServiceRequest", n) for n in (1, 2, 3)), ("Encounter", 1), ("Encounter", 2)}


def test_copies_of_a_referral_share_an_identifier_at_times_and_are_worded_differently(
    written: Written,
) -> None:
    entry = {(row["sender"], row["id"]): row["truth"] for row in written.rows if row["kind"] == "entry"}
    copies: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for sender, _, bundle in written.messages:
        for one in resources(bundle, "ServiceRequest"):
            copies[entry[sender, f"ServiceRequest/{one['id']}"]][sender] = one
    several = [[*told.values()] for told in copies.values() if len(told) > 1]
    by_number = [
        {one["identifier"][-1]["value"] for one in told}
        for told in several
        if len(told[0]["identifier"]) == 2
    ]
    assert all(len(numbers) == 1 for numbers in by_number)
    assert 0 < len(by_number) < len(several)
    assert 0 < sum(any("basedOn" in one for one in told) for told in several) < len(several)
    assert any(len({one["code"]["text"] for one in told}) > 1 for told in several)


def test_a_referral_is_at_times_made_again_weeks_later_and_is_another(written: Written) -> None:
    entry = {(row["sender"], row["id"]): row["truth"] for row in written.rows if row["kind"] == "entry"}
    made: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for sender, _, bundle in written.messages:
        (patient,) = resources(bundle, "Patient")
        for one in resources(bundle, "ServiceRequest"):
            if one["meta"]["versionId"] == "1" and one["requester"]["identifier"]["value"] == sender:
                to = one["performer"][0]["display"]
                words = one["reasonCode"][0]["text"]
                event = entry[sender, f"ServiceRequest/{one['id']}"]
                made[sender, patient["id"], to, words][event] = ticks(one["meta"]["lastUpdated"])
    again = [sorted(events.values()) for events in made.values() if len(events) > 1]
    weeks = [(times[1] - times[0]) / (7 * 24 * 3_600 * 10_000_000) for times in again]
    assert sum(gap > 1.9 for gap in weeks) >= 5


def test_later_versions_are_later(written: Written) -> None:
    versions: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for sender, _, bundle in written.messages:
        for one in resources(bundle, "ServiceRequest", "Encounter"):
            meta = one["meta"]
            versions[sender, one["resourceType"], one["id"]][meta["versionId"]] = ticks(meta["lastUpdated"])
    revised = [told for told in versions.values() if len(told) > 1]
    assert len(revised) > 20
    assert all("1" in told for told in versions.values())
    assert all(told["1"] < told["2"] for told in revised)


def test_a_patient_has_one_content_at_one_instant_and_a_move_makes_a_later_one(written: Written) -> None:
    contents: dict[tuple[str, str], dict[str, set[bytes]]] = defaultdict(lambda: defaultdict(set))
    for sender, _, bundle in written.messages:
        (patient,) = resources(bundle, "Patient")
        contents[sender, patient["id"]][patient["meta"]["lastUpdated"]].add(orjson.dumps(patient))
    assert all(len(same) == 1 for told in contents.values() for same in told.values())
    assert any(len(told) == 2 for told in contents.values())


def test_messages_arrive_in_the_order_of_sending_but_for_those_delivered_again(written: Written) -> None:
    first: dict[bytes, int] = {}
    again = []
    for place, line in enumerate(written.lines):
        if line in first:
            again.append(place - first[line])
        first.setdefault(line, place)
    sent = [ticks(read_line(line).sent) for line in first]
    assert sent == sorted(sent)
    assert len(again) / written.summary.messages == pytest.approx(0.02, abs=0.01)
    assert max(again) > 1


def test_some_days_are_sent_late_in_a_batch_and_out_of_order(written: Written) -> None:
    day = 24 * 3_600 * 10_000_000
    late = defaultdict(list)
    for sender, sent, bundle in written.messages:
        told, arrived = ticks(bundle["timestamp"]), ticks(sent)
        assert told <= arrived
        if arrived // day > told // day:
            late[sender, told // day].append(told)
    assert late
    assert any(times != sorted(times) for times in late.values())
    on_time = write(replace(OPTIONS, late=0.0, redelivered=0.0))
    assert on_time.summary.deliveries == on_time.summary.messages
    assert not any(
        ticks(sent) // day > ticks(bundle["timestamp"]) // day for _, sent, bundle in on_time.messages
    )


def test_some_systems_write_the_offset_of_summer_time(written: Written) -> None:
    summer = ticks("2026-03-29T01:00:00Z")
    offsets = {(sent[19:], ticks(sent) >= summer) for _, sent, _ in written.messages}
    assert offsets == {("Z", False), ("Z", True), ("+00:00", False), ("+01:00", True)}


SHARES = st.floats(0, 1)


@settings(max_examples=30, deadline=None)
@given(
    st.builds(
        Options, people=st.integers(1, 30), days=st.integers(1, 40), seed=st.integers(0, 99), without_number=SHARES,
        wrong_number=SHARES, misspelt=SHARES, moved=SHARES, renamed=SHARES, twins=st.floats(0, 0.3), missing=SHARES,
        told_twice=SHARES, redelivered=SHARES, late=SHARES,
    )
)  # fmt: skip
def test_however_hard_every_source_record_is_told_of_and_every_message_taken(options: Options) -> None:
    some = write(options)
    known = {(row["sender"], row["id"]): row["truth"] for row in some.rows if row["kind"] == "person"}
    told = {
        (sender, resources(bundle, "Patient")[0]["identifier"][0]["value"])
        for sender, _, bundle in some.messages
    }
    assert told == {*known}
    assert {*known.values()} == {str(number) for number in range(1, options.people + 1)}
    for line in some.lines[:20]:
        assert read_message_bytes(bytes(read_line(line).message)).notes == []


def test_the_rows_are_the_patients_of_the_stream_as_they_are_at_first(written: Written) -> None:
    rows = [*people_rows(OPTIONS)]
    truth = {(row["sender"], row["id"]): row["truth"] for row in written.rows if row["kind"] == "person"}
    assert {(row["sender"], row["id"]): row["truth"] for row in rows} == truth
    by_id = {(row["sender"], row["id"]): row for row in rows}
    for sender, _, bundle in written.messages:
        (patient,) = resources(bundle, "Patient")
        row = by_id[sender, patient["identifier"][0]["value"]]
        name = patient["name"][0]
        numbers = [one["value"] for one in patient["identifier"][1:]]
        assert (" ".join(name["given"]), name["family"]) == (row["given_name"], row["surname"])
        assert patient.get("birthDate", "") == row["dob"]
        assert patient.get("gender", "") == row["gender"]
        assert numbers == ([row["nhs_number"]] if row["nhs_number"] else [])
        reached = [one["value"] for one in patient.get("telecom", [])]
        assert reached == [one for one in (row["phone"], row["email"]) if one]


def test_the_rows_are_written_as_csv() -> None:
    out = io.StringIO()
    options = Options(people=20)
    count = write_people(options, out)
    read = [*csv.DictReader(io.StringIO(out.getvalue()))]
    assert read == [*people_rows(options)]
    assert count == len(read)
    assert tuple(read[0]) == COLUMNS
