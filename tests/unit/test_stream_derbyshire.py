"""The Derbyshire stream holds what its scenario promises."""

from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest

from schemas.uploads.messages import EVENT_SYSTEM
from tests.streams.derbyshire import DERBYSHIRE
from tests.streams.derbyshire_partners import BEV, COACHES, GURDEEP, NOTEBOOK, SHEET_SENDERS, SURGERY
from tests.streams.told_stream import NHS_NUMBER, UBRN, identifiers, resources, told_stream

FILE = told_stream(DERBYSHIRE)
PAULINE, TERRY, MAGGIE, ANIL, SHAUN = (
    "Pauline Wragg", "Terry Bowmer", "Maggie", "Anil Kapadia", "Shaun Beresford",
)  # fmt: skip
SHEETS = {each.ods for each in SHEET_SENDERS}


def statuses(sender: str, kind: str, local: str) -> list[str]:
    """The status of each version of a resource."""
    return [one["status"] for one in FILE.versions_of(sender, kind, local)]


def day(resource: dict[str, Any]) -> date:
    """The day on which a contact began."""
    return datetime.fromisoformat(resource["period"]["start"]).date()


def test_residents_tell_all_they_know_by_sheets_and_hold_no_nhs_number() -> None:
    events: dict[str, set[str]] = {}
    for line in FILE.lines:
        header, person = resources(line["message"])[0], resources(line["message"], "Patient")[0]
        by_sheet = header["eventCoding"]["system"] == EVENT_SYSTEM
        assert by_sheet == (line["sender"] in SHEETS)
        if by_sheet:
            events.setdefault(line["sender"], set()).add(header["eventCoding"]["code"])
            assert not identifiers(person, NHS_NUMBER)
    assert events == {
        "ZZR01": {
            "upload-contact", "upload-referral", "upload-introduction", "upload-goal", "upload-withdrawal",
        },
        "ZZR05": {"upload-contact"},
    }  # fmt: skip


def test_who_is_who_and_maggie_waits_for_a_steward() -> None:
    assert FILE.systems() == {
        PAULINE: {"ZZR01", "ZZR02"},
        TERRY: {"ZZR01", "ZZR03", "ZZR04"},
        MAGGIE: {"ZZR01"},
        "Margaret Fearn": {"ZZR02"},
        ANIL: {"ZZR01", "ZZR05"},
        SHAUN: {"ZZR01", "ZZR02", "ZZR03"},
    }
    assert FILE.for_review() == [{MAGGIE, "Margaret Fearn"}]
    known = [
        {name: person.get(name) for name in ("name", "birthDate", "telecom", "address")}
        for message in FILE.messages
        for person in resources(message, "Patient")
        if person["name"][0].get("given") == [MAGGIE]
    ]
    all_that_is_known = {
        "name": [{"given": ["Maggie"]}],
        "birthDate": "1950",
        "telecom": [{"system": "phone", "value": "07700 900523"}],
        "address": None,
    }
    assert len(known) == 5
    assert all(one == all_that_is_known for one in known)


def test_the_surgery_asks_twice_by_mistake_and_once_more_in_earnest() -> None:
    assert [statuses(SURGERY.ods, "ServiceRequest", local) for local in ("sr-4471", "sr-4478", "sr-4702")] == [
        ["active"], ["active", "entered-in-error"], ["active"],
    ]  # fmt: skip
    (first,), mistake, (again,) = (
        FILE.versions_of(SURGERY.ods, "ServiceRequest", local) for local in ("sr-4471", "sr-4478", "sr-4702")
    )
    assert first["authoredOn"][:10] == mistake[0]["authoredOn"][:10] == "2026-03-02"
    assert first["code"] == again["code"] != mistake[0]["code"]
    assert not identifiers(mistake[0], UBRN)
    assert identifiers(first, UBRN) != identifiers(again, UBRN)
    assert (date.fromisoformat(again["authoredOn"][:10]) - date(2026, 3, 2)).days == 42


@pytest.mark.parametrize(
    ("reference", "answer"), [("REF-031", "accepted"), ("REF-032", "rejected"), ("REF-047", "accepted")]
)
def test_the_coaches_answer_each_asking(reference: str, answer: str) -> None:
    assert statuses(COACHES.ods, "Task", reference) == [answer]


def test_a_note_that_told_too_much_is_taken_back_and_the_walk_stays() -> None:
    assert statuses(COACHES.ods, "Communication", "C-0107") == ["completed", "entered-in-error"]
    assert statuses(COACHES.ods, "Encounter", "C-0107")[-1] == "finished"


@pytest.mark.parametrize(("sender", "reference"), [("ZZR05", "L-0217"), ("ZZR01", "C-0134")])
def test_rows_that_were_about_somebody_else_are_in_error(sender: str, reference: str) -> None:
    assert statuses(sender, "Encounter", reference) == ["finished", "entered-in-error"]


def test_the_coach_changes_once_and_thirty_three_days_lie_between() -> None:
    plans = FILE.versions_of(COACHES.ods, "CarePlan", "H-15-1")
    assert [one["author"]["display"] for one in plans] == [BEV.told, GURDEEP.told, GURDEEP.told]
    walks = [
        one
        for one in FILE.kind("Encounter", TERRY)
        if one["status"] == "finished" and one["serviceProvider"]["identifier"]["value"] == COACHES.ods
    ]
    days = sorted(map(day, walks))
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    assert (date(2026, 5, 28), date(2026, 6, 30)) == (days[-2], days[-1])
    assert gaps[-1] == 33
    assert statuses(COACHES.ods, "Encounter", "C-0151") == ["cancelled"]


def test_the_notebook_of_the_spring_comes_when_it_is_over() -> None:
    late = [resources(line["message"], "Encounter")[0] for line in FILE.lines if line["sent"] == NOTEBOOK]
    assert sorted(map(day, late)) == [date(2026, 3, 10), date(2026, 3, 24), date(2026, 4, 7)]


def test_goals_are_in_the_persons_own_words_with_small_steps() -> None:
    goals = {
        person: sorted(one["description"]["text"] for one in FILE.kind("Goal", person))
        for person in (PAULINE, TERRY, MAGGIE, ANIL, SHAUN)
    }
    assert goals == {
        PAULINE: ["Fetch my own paper from the shop", "Get to the top of the lane and see the water"],
        TERRY: ["Mend the bike and ride to my sister's for Sunday dinner"],
        MAGGIE: ["Somebody to do the crossword with"],
        ANIL: ["Cook my mum's dal for my boys"],
        SHAUN: ["Get back to the darkroom and print the moor"],
    }
    for goal in FILE.kind("Goal"):
        assert goal["expressedBy"]["reference"] == goal["subject"]["reference"]
    for plan in FILE.kind("CarePlan"):
        assert len(plan["activity"]) >= 2
        assert len(plan["goal"]) == 1


@pytest.mark.parametrize(
    ("person", "locals_"),
    [(TERRY, {"ref-90211", "REF-052"}), (PAULINE, {"sr-4471", "REF-031"})],
    ids=["one asking of Terry's", "one asking of Pauline's"],
)
def test_one_asking_is_told_by_two_without_a_shared_number(person: str, locals_: set[str]) -> None:
    told = [
        one
        for one in FILE.kind("ServiceRequest", person)
        if locals_ & {one.get("id"), *(each["value"] for each in one["identifier"])}
    ]
    assert len(told) == 2
    assert len({one["authoredOn"][:10] for one in told}) == 1
    assert not {tuple(identifiers(one, UBRN)) for one in told if "id" not in one} - {()}


def test_a_rejection_says_why_and_the_onward_referral_names_what_it_goes_on_from() -> None:
    (no,) = [one for one in FILE.kind("Task", SHAUN) if one["status"] == "rejected"]
    assert "a clinic would mend" in no["statusReason"]["text"]
    (onward,) = [one for one in FILE.kind("ServiceRequest", SHAUN) if "basedOn" in one]
    (asked,) = FILE.versions_of(SURGERY.ods, "ServiceRequest", "sr-4598")
    assert onward["basedOn"][0]["identifier"]["value"] in identifiers(asked, UBRN)


def test_what_several_tell_of_one_thing_is_one_entry_where_a_sheet_says_enough() -> None:
    """A row names who asked; a coach's walk is one by the worker, though each puts it in another place."""
    assert FILE.folded() == {
        (PAULINE, "ServiceRequest", ("ZZR01", "ZZR02")): 3,
        (TERRY, "ServiceRequest", ("ZZR01", "ZZR04")): 1,
        (TERRY, "Encounter", ("ZZR01", "ZZR03")): 1,
        (SHAUN, "ServiceRequest", ("ZZR02", "ZZR03")): 1,
        (SHAUN, "ServiceRequest", ("ZZR01", "ZZR02")): 1,
        (ANIL, "Encounter", ("ZZR01", "ZZR05")): 1,
    }


def test_a_first_visit_without_a_time_or_a_worker_is_left_for_a_person_to_judge() -> None:
    """The introduction's row tells the day, the larder's own the hour."""
    assert FILE.flagged() == {(ANIL, "like-contact-that-day", frozenset({"L-0210", "I-014"})): 1}


def test_messages_come_twice_and_late() -> None:
    assert FILE.redelivered() == [2, 2]
    assert FILE.overtaken() == {"appt-2209"}
    (slot,) = [one for one in FILE.kind("Appointment", SHAUN) if one["id"] == "appt-2209"]
    assert slot["status"] == "cancelled"
