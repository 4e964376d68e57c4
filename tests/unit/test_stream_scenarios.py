"""What every scenario stream keeps to: its files are written by its script, and each line would be accepted."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime

import nhs_number
import orjson
import pytest

from schemas.fhir.issue import Refused
from schemas.fhir.message import read_message_bytes
from schemas.uploads.messages import EVENT_SYSTEM
from services.domain.record.kinds import CONTEXT
from services.domain.record.telling import tell
from tests.streams.every_scenario import EVERY
from tests.streams.norfolk_suffolk import NORFOLK_SUFFOLK
from tests.streams.scenario import HERE, Scenario
from tests.streams.told_stream import (
    BARS,
    NHS_NUMBER,
    UBRN,
    Told,
    identifiers,
    references,
    resources,
    told_stream,
    who_is_who,
)

LINES = [
    pytest.param(scenario, number, id=f"{scenario.name}-{number + 1}")
    for scenario in EVERY
    for number in range(len(told_stream(scenario).lines))
]
DEVIATIONS = {
    "bars-version-missing", "bars-response-missing", "bars-root-missing", "bars-care-plan", "bars-encounter",
    "bars-last-updated", "bars-category",
}  # fmt: skip
"""The deviations that the invented systems have; any other is a slip of a script."""

PERSONS = {
    "norfolk-suffolk": 9,
    "lambeth": 6,
    "open-dialogue": 5,
    "wigan": 4,
    "derbyshire": 6,
    "named-social-worker": 4,
}
"""As many as have a story, but for two: one number is on two people, and one person waits for a steward."""

ABOUT_NOBODY_ALONE = {
    "MessageHeader", "Patient", "Practitioner", "PractitionerRole", "HealthcareService", "Organization",
}  # fmt: skip

each_scenario = pytest.mark.parametrize("scenario", EVERY, ids=[scenario.name for scenario in EVERY])
each_with_a_reading = pytest.mark.parametrize(
    "scenario",
    [scenario for scenario in EVERY if scenario is not NORFOLK_SUFFOLK],
    ids=lambda scenario: scenario.name,
)


def texts(node: object) -> Iterator[str]:
    """Every text in a document, at any depth."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from texts(value)


def elsewhere(scenario: Scenario, pattern: str) -> set[str]:
    """What looks like this in the files of every other stream."""
    mine = {scenario.stream, scenario.partner_list}
    files = [file for file in (*HERE.glob("*.ndjson"), *HERE.glob("*.partners.json")) if file not in mine]
    assert len(files) == 2 * (len(EVERY) - 1)
    return {found for file in files for found in re.findall(pattern, file.read_text())}


@each_scenario
def test_the_files_are_what_the_script_writes(scenario: Scenario) -> None:
    assert scenario.stream.read_bytes() == scenario.as_lines()
    assert scenario.partner_list.read_bytes() == scenario.as_partner_list()


@pytest.mark.parametrize(("scenario", "number"), LINES)
def test_every_line_is_compact_and_its_message_accepted_and_whole(scenario: Scenario, number: int) -> None:
    """But for the one that is about nobody."""
    line = told_stream(scenario).lines[number]
    assert list(line) == ["sender", "sent", "message"]
    assert told_stream(scenario).raw[number] == orjson.dumps(line)
    assert datetime.fromisoformat(line["sent"]).tzinfo is not None
    message = line["message"]
    if line["sent"] in {lost.sent for lost in scenario.about_nobody}:
        with pytest.raises(Refused):
            read_message_bytes(orjson.dumps(message))
        return
    reading = read_message_bytes(orjson.dumps(message))
    assert {note.name for note in reading.notes} <= DEVIATIONS
    assert [each["resourceType"] for each in resources(message)[:2]] == ["MessageHeader", "Patient"]
    urls = [entry["fullUrl"] for entry in message["entry"]]
    assert len(urls) == len(set(urls))
    assert set(references(message)) <= set(urls)
    about = {_about(each) for each in resources(message) if each["resourceType"] not in ABOUT_NOBODY_ALONE}
    assert about <= {urls[1]}
    untimed = [each for each in resources(message) if "lastUpdated" not in each.get("meta", {})]
    by_sheet = resources(message)[0]["eventCoding"]["system"] == EVENT_SYSTEM
    assert by_sheet or not untimed or "timestamp" not in message, "times throughout or not at all"


def _about(resource: dict[str, object]) -> object:
    holder = resource["participant"] if resource["resourceType"] == "Appointment" else None
    actors = [one["actor"] for one in holder[:1]] if isinstance(holder, list) else []
    told = next((resource[name] for name in ("subject", "patient", "for") if name in resource), None)
    whom = actors[0] if actors else told
    return whom.get("reference") if isinstance(whom, dict) else None


@each_scenario
def test_senders_are_partners_of_three_sectors_that_no_other_stream_has(scenario: Scenario) -> None:
    codes = {partner.ods for partner in scenario.partners}
    assert {line["sender"] for line in told_stream(scenario).lines} == codes
    assert {partner.sector for partner in scenario.partners} >= {"NHS", "Council", "Charity"}
    assert codes.isdisjoint(elsewhere(scenario, r"\bZZ[A-Z]\d\d\b"))


@each_scenario
def test_numbers_are_test_numbers_that_no_other_stream_has(scenario: Scenario) -> None:
    patients = [patient for _, patient in told_stream(scenario).arriving("Patient")]
    found = {number for patient in patients for number in identifiers(patient, NHS_NUMBER)}
    assert len(found) >= 3
    assert all(number.startswith("999") and nhs_number.is_valid(number) for number in found)
    assert found.isdisjoint(elsewhere(scenario, r"\b999\d{7}\b"))


@each_scenario
def test_whoever_could_be_rung_or_written_to_is_invented(scenario: Scenario) -> None:
    telephones = set()
    for line in told_stream(scenario).lines:
        for text in texts(line["message"]):
            assert not re.search(r"\b0\d{9,10}\b", text), text
            found = re.findall(r"\b0\d{4} \d{6}\b", text)
            assert all(one.startswith("07700 900") for one in found), text
            telephones |= {*found}
            assert all(one.endswith(".example") for one in re.findall(r"\S+@\S+", text)), text
            assert all(_invented_or_standard(host) for host in re.findall(r"https?://([^/\s]+)", text)), text
    assert telephones
    assert telephones.isdisjoint(elsewhere(scenario, r"\b0\d{4} \d{6}\b"))


def _invented_or_standard(host: str) -> bool:
    standards = {"fhir.nhs.uk", "fhir.hl7.org.uk", "terminology.hl7.org", "loinc.org", "snomed.info"}
    return host.endswith(".example") or host in standards


@each_scenario
def test_a_local_id_is_of_one_person(scenario: Scenario) -> None:
    """What is told twice under one id is one thing told twice, never two people's. A relative may be two people's."""
    people = defaultdict(set)
    for one in told_stream(scenario).current:
        kind = one.resource["resourceType"]
        if "id" in one.resource and kind not in ABOUT_NOBODY_ALONE | {"RelatedPerson"}:
            people[one.sender, kind, one.resource["id"]].add(one.source_record)
    assert people
    assert {key for key, found in people.items() if len(found) > 1} == set()


@each_scenario
def test_a_message_id_is_of_one_message(scenario: Scenario) -> None:
    contents: dict[str, bytes] = {}
    for message in told_stream(scenario).messages:
        assert contents.setdefault(message["id"], orjson.dumps(message)) == orjson.dumps(message)


@each_scenario
def test_a_shared_number_is_told_by_two_systems_of_one_person(scenario: Scenario) -> None:
    """But for a meeting, which stands in several people's records, and a referral that one system keeps a copy of."""
    tellers: defaultdict[tuple[str, str], list[Told]] = defaultdict(list)
    for one in told_stream(scenario).current:
        for system in (UBRN, BARS):
            for value in identifiers(one.resource, system):
                tellers[one.resource["resourceType"], value].append(one)
    assert tellers
    for (kind, value), found in tellers.items():
        things = Counter((one.sender, one.person) for one in found)
        assert set(things.values()) == {1}, value
        assert kind == "Encounter" or len({one.person for one in found}) == 1, value
        assert kind == "ServiceRequest" or len({one.sender for one in found}) == 2, value
    numbers = {value for _, value in tellers}
    assert numbers.isdisjoint(elsewhere(scenario, r"\b\d{12}\b|[0-9a-f]{8}-[0-9a-f-]{27}"))


@each_scenario
def test_everybody_is_one_person_and_nobody_two(scenario: Scenario) -> None:
    assert len(told_stream(scenario).systems()) == PERSONS[scenario.name]


def test_people_of_two_streams_are_never_one() -> None:
    facts = [one for scenario in EVERY for one in told_stream(scenario).facts.values()]
    streams = [scenario.name for scenario in EVERY for _ in told_stream(scenario).facts]
    linked = who_is_who(facts)
    assert len(set(linked.clusters)) == sum(PERSONS.values())
    assert all(streams[one] == streams[other] for one, other, _ in linked.review)


@each_scenario
def test_nothing_reads_as_if_it_ended_twice(scenario: Scenario) -> None:
    told = [one for one in told_stream(scenario).current if one.version.kind != CONTEXT]
    assert told
    for one in told:
        words = tell(one.resource, one.version.rank.instant)
        assert not re.search(r"[.!?][.;]", f"{words.title}\n{words.detail}"), words


@each_with_a_reading
def test_the_reading_has_everybody_in_ten_lines_at_most(scenario: Scenario) -> None:
    sections = dict(re.findall(r"^## (.+)\n\n((?:.+\n)+)", scenario.reading.read_text(), re.MULTILINE))
    people = [title for title in sections if title not in {"How a meeting is told", "The count"}]
    assert len(people) == len(scenario.stories)
    assert all(len(sections[person].splitlines()) <= 10 for person in people)
    for person in told_stream(scenario).systems():
        family = person.split()[-1]
        assert any(family in f"{title} {sections[title]}" for title in people), person
