"""The Norfolk and Suffolk stream holds what its scenario promises."""

from collections import Counter
from datetime import datetime

import orjson
import pytest

from tests.streams.fhir_builders import Resource
from tests.streams.norfolk_suffolk import NORFOLK_SUFFOLK
from tests.streams.told_stream import BARS, NHS_NUMBER, UBRN, identifiers, resources, told_stream

FILE = told_stream(NORFOLK_SUFFOLK)
LINES, MESSAGES = FILE.lines, FILE.messages
SECTOR = {partner.ods: partner.sector for partner in NORFOLK_SUFFOLK.partners}


def instant(text: str) -> tuple[datetime, str]:
    """An instant that can be ordered to seven digits of a second, which datetime cannot hold."""
    whole = datetime.fromisoformat(text).replace(microsecond=0)
    fraction = text.partition(".")[2].rstrip("Z").partition("+")[0]
    return whole, fraction.ljust(7, "0")


def rank(resource: Resource) -> tuple[datetime, str, int]:
    """What tells a later version from an earlier one."""
    meta = resource["meta"]
    return (*instant(meta["lastUpdated"]), int(meta.get("versionId", "0")))


def people_by_number() -> dict[str, list[tuple[str, Resource]]]:
    """Who told of each NHS number, and how."""
    found: dict[str, list[tuple[str, Resource]]] = {}
    for sender, patient in FILE.arriving("Patient"):
        for number in identifiers(patient, NHS_NUMBER):
            found.setdefault(number, []).append((sender, patient))
    return found


def test_there_is_enough_to_tell() -> None:
    assert 75 <= len(LINES) <= 90
    kinds = {resource["resourceType"] for message in MESSAGES for resource in resources(message)}
    assert kinds == {
        "MessageHeader", "Patient", "ServiceRequest", "Task", "Encounter", "Observation", "CarePlan", "Goal",
        "Communication", "Appointment", "Flag", "Consent", "QuestionnaireResponse",
    }  # fmt: skip
    assert {task["status"] for _, task in FILE.arriving("Task")} == {"accepted", "rejected"}
    assert {"permit", "deny"} == {given["provision"]["type"] for _, given in FILE.arriving("Consent")}


def test_one_message_alone_has_no_person_and_a_charity_sent_it() -> None:
    lost = [line for line in LINES if len(resources(line["message"], "Patient")) != 1]
    assert len(lost) == 1
    assert not resources(lost[0]["message"], "Patient")
    assert SECTOR[lost[0]["sender"]] == "Charity"


def test_one_person_is_told_of_by_four_organisations_of_three_sectors() -> None:
    widest = max(people_by_number().values(), key=lambda tellers: len({sender for sender, _ in tellers}))
    senders = {sender for sender, _ in widest}
    assert len(senders) == 4
    assert {SECTOR[sender] for sender in senders} == {"NHS", "Council", "Charity"}


def test_one_number_alone_stands_on_two_birth_dates() -> None:
    dates = {
        number: {who["birthDate"] for _, who in tellers} for number, tellers in people_by_number().items()
    }
    clashes = {number: found for number, found in dates.items() if len(found) > 1}
    assert clashes == {"9996403351": {"1958-02-11", "1989-11-27"}}


def test_one_person_is_known_to_a_charity_alone_without_a_number() -> None:
    given = {
        (sender, who["name"][0]["given"][0])
        for sender, who in FILE.arriving("Patient")
        if not identifiers(who, NHS_NUMBER)
    }
    assert given == {("ZZV58", "Bee"), ("ZZV33", "Eva")}


@pytest.mark.parametrize(("kind", "system"), [("ServiceRequest", UBRN), ("Appointment", BARS)])
def test_what_two_systems_tell_shares_an_identifier_and_no_local_id(kind: str, system: str) -> None:
    copies: dict[str, set[tuple[str, str]]] = {}
    for sender, resource in FILE.arriving(kind):
        for shared in identifiers(resource, system):
            assert system != UBRN or (len(shared) == 12 and shared.isdigit())
            copies.setdefault(shared, set()).add((sender, resource["id"]))
    assert copies
    for told_by in copies.values():
        assert len(told_by) == 2
        assert len({sender for sender, _ in told_by}) == 2
        assert len({local for _, local in told_by}) == 2


def test_a_rejection_says_why_and_of_which_referral() -> None:
    (rejection,) = [task for _, task in FILE.arriving("Task") if task["status"] == "rejected"]
    assert "befriender" in rejection["statusReason"]["text"]
    message = next(each for each in MESSAGES if rejection in resources(each))
    focused = [each for each in message["entry"] if each["fullUrl"] == rejection["focus"]["reference"]]
    assert [each["resource"]["resourceType"] for each in focused] == ["ServiceRequest"]


def test_six_messages_are_delivered_twice() -> None:
    deliveries: dict[tuple[str, bytes], list[str]] = {}
    for line in LINES:
        deliveries.setdefault((line["sender"], orjson.dumps(line["message"])), []).append(line["sent"])
    twice = [sent for sent in deliveries.values() if len(sent) > 1]
    orders = Counter(
        "later" if first < second else "earlier" if first > second else "same" for first, second in twice
    )
    assert orders == {"later": 2, "same": 3, "earlier": 1}


def test_one_content_is_sent_under_two_bundle_ids() -> None:
    assert FILE.under_two_ids() == 1


def test_five_messages_leave_the_instant_to_sent() -> None:
    untimed = {orjson.dumps(message) for message in MESSAGES if "timestamp" not in message}
    assert len(untimed) == 5


def test_later_versions_come_before_earlier_ones() -> None:
    latest: dict[tuple[str, str, str], Resource] = {}
    late: set[tuple[str, str]] = set()
    by_version_id: set[tuple[str, str]] = set()
    for line in LINES:
        if "timestamp" not in line["message"]:
            continue
        for resource in resources(line["message"])[2:]:
            kind, local = resource["resourceType"], resource["id"]
            known = latest.setdefault((line["sender"], kind, local), resource)
            if rank(resource) < rank(known):
                late.add((kind, local))
                if instant(resource["meta"]["lastUpdated"]) == instant(known["meta"]["lastUpdated"]):
                    by_version_id.add((kind, local))
            elif rank(resource) > rank(known):
                latest[line["sender"], kind, local] = resource
    assert by_version_id == {("Goal", "goal-640"), ("CarePlan", "plan-71204")}
    assert late - by_version_id == {
        ("Appointment", "appt-5501"), ("CarePlan", "plan-340"), ("Consent", "con-88611"),
    }  # fmt: skip


def test_one_score_is_retracted() -> None:
    statuses: dict[str, list[str]] = {}
    for _, observation in FILE.arriving("Observation"):
        statuses.setdefault(observation["id"], []).append(observation["status"])
    retracted = {local: found for local, found in statuses.items() if "entered-in-error" in found}
    assert retracted == {"obs-90": ["final", "entered-in-error"]}


def test_mayas_mood_lifts() -> None:
    scores = {
        observation["effectiveDateTime"]: observation["valueInteger"]
        for message in MESSAGES
        for observation in resources(message, "Observation")
        if identifiers(resources(message, "Patient")[0], NHS_NUMBER) == ["9991042172"]
        if observation["id"] != "obs-90"
    }
    assert [scores[day] for day in sorted(scores)] == [18, 16, 13, 9, 6]
