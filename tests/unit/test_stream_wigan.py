"""The Wigan stream holds what its scenario promises."""

from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from tests.streams.told_stream import BARS, UBRN, identifiers, resources, told_stream
from tests.streams.wigan import WIGAN
from tests.streams.wigan_partners import COUNCIL, COUNCIL_NUMBERS, SCHOOL, TABLE

FILE = told_stream(WIGAN)
ERIN, LOUIE, KELLY, MAUREEN = "Erin Fearnley", "Louie Fearnley", "Kelly Fearnley", "Maureen Platt"
PERSON_ID = f"{COUNCIL.home}/person-id"


def plan_authors(person: str) -> list[str]:
    """Who is named as the author of the person's shared decision, version by version."""
    number = COUNCIL_NUMBERS[person.split(maxsplit=1)[0]].removeprefix("CS-")
    return [plan["author"]["display"] for plan in FILE.versions_of(COUNCIL.ods, "CarePlan", f"plan-{number}")]


def agreements(person: str) -> dict[str, str]:
    """Who answered to the person's plan, and how."""
    tasks = [
        one for one in FILE.kind("Task", person) if one["code"].get("text") == "Agreement to the shared plan"
    ]
    return {one["owner"].get("display", person): one["status"] for one in tasks}


def test_one_family_is_four_people() -> None:
    """Three share an address and a surname, two a telephone; the school knows the young ones without numbers."""
    assert FILE.systems() == {
        ERIN: {"ZZW01", "ZZW02", "ZZW04", "ZZW05"},
        LOUIE: {"ZZW01", "ZZW02", "ZZW03", "ZZW04", "ZZW05"},
        KELLY: {"ZZW01", "ZZW03", "ZZW06"},
        MAUREEN: {"ZZW01", "ZZW06"},
    }
    assert FILE.for_review() == []


def test_family_links_lead_from_each_record_to_the_others() -> None:
    known = {
        identifiers(person, PERSON_ID)[0]: person["name"][0]["given"]
        for message in FILE.messages
        for person in resources(message, "Patient")
        if identifiers(person, PERSON_ID)
    }
    links = {
        (person.split(maxsplit=1)[0], other["name"][0]["given"][0]): other["relationship"][0]["text"]
        for person in (ERIN, LOUIE, KELLY, MAUREEN)
        for other in FILE.kind("RelatedPerson", person)
        for number in identifiers(other, PERSON_ID)
        if known[number] == other["name"][0]["given"]
    }
    assert links == {
        ("Erin", "Louie"): "Brother", ("Erin", "Kelly"): "Mother", ("Erin", "Maureen"): "Grandmother",
        ("Louie", "Erin"): "Sister", ("Louie", "Kelly"): "Mother", ("Louie", "Maureen"): "Grandmother",
        ("Kelly", "Erin"): "Daughter", ("Kelly", "Louie"): "Son", ("Kelly", "Maureen"): "Mother",
        ("Maureen", "Kelly"): "Daughter", ("Maureen", "Erin"): "Granddaughter", ("Maureen", "Louie"): "Grandson",
    }  # fmt: skip
    assert not [
        person for message in FILE.messages for person in resources(message, "Patient") if "link" in person
    ]


def test_one_meeting_stands_in_three_records_with_five_organisations_at_the_table() -> None:
    (bundle,) = [
        message
        for message in FILE.messages
        for met in resources(message, "Encounter")
        if TABLE in identifiers(met, BARS) and met["id"] == "meet-0421-e"
    ]
    seats = resources(bundle, "PractitionerRole")
    assert {seat["organization"]["identifier"]["value"] for seat in seats} == {
        "ZZW01", "ZZW02", "ZZW04", "ZZW05", "ZZW06",
    }  # fmt: skip
    (met,) = resources(bundle, "Encounter")
    assert [one["individual"]["display"] for one in met["participant"][-3:]] == [KELLY, LOUIE, MAUREEN]
    told = {
        (person, met["serviceProvider"]["identifier"]["value"])
        for person in (ERIN, LOUIE, KELLY, MAUREEN)
        for met in FILE.kind("Encounter", person)
        if TABLE in identifiers(met, BARS)
    }
    assert told == {(ERIN, "ZZW01"), (ERIN, "ZZW02"), (LOUIE, "ZZW01"), (KELLY, "ZZW01")}


def test_all_agree_but_the_school_which_says_why() -> None:
    assert agreements(ERIN) == {
        ERIN: "accepted", KELLY: "accepted", "Ashmoor Borough Council Children's Services": "accepted",
        "Foldmere Community Health": "accepted", "Painted Barge Youth": "accepted", SCHOOL.name: "rejected",
    }  # fmt: skip
    assert set(agreements(LOUIE).values()) == set(agreements(KELLY).values()) == {"accepted"}
    assert {LOUIE, SCHOOL.name} <= set(agreements(LOUIE))
    (no,) = FILE.versions_of(SCHOOL.ods, "Task", "reply-118")
    assert "nine maths lessons" in no["statusReason"]["text"]
    shared = [one for one in FILE.kind("CarePlan", ERIN) if one["category"][0]["text"] == "Shared decision"]
    (plan,) = (one["identifier"][0]["value"] for one in shared)
    assert no["focus"]["identifier"] == {"system": f"{COUNCIL.home}/plan-id", "value": plan}


@pytest.mark.parametrize(
    ("person", "authors"), [(ERIN, "HHI"), (LOUIE, "HI"), (KELLY, "HI")], ids=[ERIN, LOUIE, KELLY]
)
def test_the_named_worker_changes_once(person: str, authors: str) -> None:
    names = {"H": "Hannah Birchall, named social worker", "I": "Imran Sadiq, named social worker"}
    assert plan_authors(person) == [names[letter] for letter in authors]
    (now,) = FILE.kind("EpisodeOfCare", person)
    assert now["careManager"]["display"] == names["I"]


def test_the_school_asks_again_six_weeks_later_in_the_same_words() -> None:
    asked = [
        one
        for one in FILE.kind("ServiceRequest", ERIN)
        if one["id"].startswith("worry-") and one["code"]["text"] == "Early help for the family"
    ]
    days = sorted(datetime.fromisoformat(one["authoredOn"]).date() for one in asked)
    assert [(later - earlier).days for earlier, later in pairwise(days)] == [42]
    assert len({value for one in asked for value in identifiers(one, UBRN)}) == 2


def test_the_same_asking_is_told_by_three_one_of_them_without_the_shared_number() -> None:
    first = [one for one in FILE.kind("ServiceRequest", ERIN) if one["authoredOn"].startswith("2026-03-03")]
    assert sorted((one["id"], len(identifiers(one, UBRN))) for one in first) == [
        ("copy-7714", 0), ("door-50231", 1), ("worry-118", 1),
    ]  # fmt: skip
    assert {one["requester"]["identifier"]["value"] for one in first} == {SCHOOL.ods}
    assert {one["performer"][0]["identifier"]["value"] for one in first} == {COUNCIL.ods}


def test_a_rejection_says_why_and_the_onward_referral_names_what_it_goes_on_from() -> None:
    (no,) = [one for one in FILE.kind("Task", LOUIE) if one["status"] == "rejected"]
    assert "not ill" in no["statusReason"]["text"]
    onward = [one for one in FILE.kind("ServiceRequest", LOUIE) if "basedOn" in one]
    assert {one["id"] for one in onward} == {"sr-33871-3", "new-58"}
    earlier = {value for one in FILE.kind("ServiceRequest", LOUIE) for value in identifiers(one, UBRN)}
    assert {one["basedOn"][0]["identifier"]["value"] for one in onward} < earlier


def test_what_several_tell_of_one_thing_is_one_entry() -> None:
    """Where no identifier says so, by who asked whom and when, by the time of a contact, by one set of answers."""
    assert FILE.folded() == {
        (ERIN, "ServiceRequest", ("ZZW01", "ZZW02", "ZZW04")): 1,
        (ERIN, "ServiceRequest", ("ZZW01", "ZZW04")): 1,
        (ERIN, "Encounter", ("ZZW02", "ZZW04")): 1,
        (ERIN, "Encounter", ("ZZW01", "ZZW02", "ZZW05")): 1,
        (ERIN, "Appointment", ("ZZW01", "ZZW02")): 1,
        (LOUIE, "ServiceRequest", ("ZZW01", "ZZW04")): 1,
        (LOUIE, "ServiceRequest", ("ZZW02", "ZZW03")): 1,
        (LOUIE, "ServiceRequest", ("ZZW03", "ZZW05")): 1,
        (LOUIE, "Encounter", ("ZZW01", "ZZW05")): 1,
        (KELLY, "ServiceRequest", ("ZZW03", "ZZW06")): 1,
        (KELLY, "Encounter", ("ZZW01", "ZZW06")): 2,
        (KELLY, "QuestionnaireResponse", ("ZZW01", "ZZW06")): 1,
        (MAUREEN, "ServiceRequest", ("ZZW01", "ZZW06")): 1,
        (MAUREEN, "RelatedPerson", ("ZZW01", "ZZW06")): 1,
    }
    assert not FILE.flagged()


def test_what_is_taken_back_is_told_where_it_belongs() -> None:
    flags: dict[str, list[dict[str, Any]]] = {
        person: [one for one in FILE.kind("Flag", person) if "dog" in one["code"]["text"]]
        for person in (LOUIE, MAUREEN)
    }
    assert [one["status"] for one in flags[LOUIE]] == ["entered-in-error"]
    assert [one["status"] for one in flags[MAUREEN]] == ["active"]
    scores = {one["id"]: one["status"] for one in FILE.kind("Observation", KELLY)}
    assert {local for local, status in scores.items() if status == "entered-in-error"} == {"obs-5701"}


def test_messages_come_twice_and_late() -> None:
    assert FILE.redelivered() == [2, 2]
    assert FILE.overtaken() == {"plan-20411"}
    late = [line for line in FILE.lines if line["sender"] == "ZZW05" and line["sent"].startswith("2026-05")]
    places = [FILE.lines.index(line) for line in late]
    assert len(late) == 3
    assert all(FILE.lines[place - 1]["sent"] > FILE.lines[place]["sent"] for place in places)
