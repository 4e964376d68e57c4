"""The named social worker stream holds what its scenario promises."""

from datetime import date, datetime
from itertools import groupby, pairwise

import pytest

from tests.streams.named_social_worker import NAMED_SOCIAL_WORKER
from tests.streams.named_social_worker_partners import LARKMOOR, SURGERY, THORNBECK, TRUST
from tests.streams.told_stream import NHS_NUMBER, UBRN, identifiers, resources, told_stream

FILE = told_stream(NAMED_SOCIAL_WORKER)
DANIEL, YASMIN, PETER, BRIDIE = "Daniel Ogden", "Yasmin Baig", "Peter Lund", "Bridget Moon"
RUTH, COLIN, ELLIE, MARCUS, NASREEN = (
    "Ruth Calvert", "Colin Frith", "Ellie Sugden", "Marcus Tate", "Nasreen Akhtar",
)  # fmt: skip


def named(sender: str, kind: str, local: str) -> list[str]:
    """Whom a system names one after the other, in order of its versions; the same again is no change."""
    told = []
    for one in FILE.versions_of(sender, kind, local):
        if kind == "CareTeam":
            told += [
                member["member"]["display"]
                for member in one["participant"]
                if member["role"][0]["text"] == "Named social worker"
            ]
        else:
            told.append(one["careManager" if kind == "EpisodeOfCare" else "author"]["display"].split(",")[0])
    return [name for name, _ in groupby(told)]


def test_who_is_who() -> None:
    assert FILE.systems() == {
        DANIEL: {"ZZN01", "ZZN03", "ZZN04", "ZZN05"},
        YASMIN: {"ZZN01", "ZZN03", "ZZN04"},
        PETER: {"ZZN01", "ZZN02", "ZZN04", "ZZN06"},
        BRIDIE: {"ZZN01", "ZZN02", "ZZN05", "ZZN06"},
    }
    assert FILE.for_review() == []


def test_bridie_has_no_number_anywhere() -> None:
    with_number = {
        person["name"][0]["given"][0]
        for message in FILE.messages
        for person in resources(message, "Patient")
        if identifiers(person, NHS_NUMBER)
    }
    assert with_number == {"Daniel", "Yasmin", "Peter"}


@pytest.mark.parametrize(
    ("sender", "kind", "local", "workers"),
    [
        (THORNBECK.ods, "CarePlan", "plan-40118", [RUTH]),
        (THORNBECK.ods, "EpisodeOfCare", "care-40118", [RUTH]),
        (TRUST.ods, "CareTeam", "team-7719", [RUTH]),
        (THORNBECK.ods, "CarePlan", "plan-38850", [COLIN, ELLIE, RUTH]),
        (THORNBECK.ods, "EpisodeOfCare", "care-38850", [COLIN, ELLIE, RUTH]),
        (TRUST.ods, "CareTeam", "team-6902", [COLIN, ELLIE, RUTH]),
        (THORNBECK.ods, "CarePlan", "plan-21007", [MARCUS]),
        (THORNBECK.ods, "EpisodeOfCare", "care-21007", [MARCUS]),
        (LARKMOOR.ods, "CarePlan", "plan-9043", [NASREEN]),
        (LARKMOOR.ods, "EpisodeOfCare", "care-9043", [NASREEN]),
        (LARKMOOR.ods, "EpisodeOfCare", "care-9120", [NASREEN]),
    ],
    ids=[
        "Daniel's plan has one author in three versions",
        "Daniel's episode has one manager",
        "Daniel's circle names the same",
        "Yasmin's plan has three authors, so two changes",
        "Yasmin's episode has three managers",
        "Yasmin's circle follows",
        "Peter's paying council names one in its plan",
        "Peter's paying council names the same in its episode",
        "Peter's city names another in its plan",
        "Peter's city names the same in its episode",
        "Bridie's city names one",
    ],
)
def test_named_workers_in_order(sender: str, kind: str, local: str, workers: list[str]) -> None:
    assert named(sender, kind, local) == workers


def test_two_councils_name_a_worker_for_peter_at_once() -> None:
    now = {
        one["managingOrganization"]["identifier"]["value"]: one["careManager"]["display"]
        for one in FILE.kind("EpisodeOfCare", PETER)
        if one["status"] == "active"
    }
    assert now == {
        "ZZN01": "Marcus Tate, named social worker", "ZZN02": "Nasreen Akhtar, named social worker",
    }  # fmt: skip


def test_bridie_waits_twenty_seven_days_for_a_yes_and_sixteen_for_a_name() -> None:
    (asked,) = FILE.versions_of(LARKMOOR.ods, "ServiceRequest", "in-6630")
    (yes,) = FILE.versions_of(LARKMOOR.ods, "Task", "in-6630-reply")
    (named_,) = FILE.kind("EpisodeOfCare", BRIDIE)
    days = [
        date.fromisoformat(text[:10])
        for text in (asked["authoredOn"], yes["authoredOn"], named_["period"]["start"])
    ]
    assert [(later - earlier).days for earlier, later in pairwise(days)] == [27, 16]


def test_a_rejection_says_why_and_the_onward_referral_names_what_it_goes_on_from() -> None:
    (no,) = [one for one in FILE.kind("Task", BRIDIE) if one["status"] == "rejected"]
    assert "Larkmoor's side" in no["statusReason"]["text"]
    onward = [one for one in FILE.kind("ServiceRequest", BRIDIE) if "basedOn" in one]
    assert {one["id"] for one in onward} == {"ask-219", "in-6630"}
    (first,) = FILE.versions_of(THORNBECK.ods, "ServiceRequest", "ref-41550")
    assert {one["basedOn"][0]["identifier"]["value"] for one in onward} == set(identifiers(first, UBRN))


@pytest.mark.parametrize(
    ("person", "sender", "locals_"),
    [(YASMIN, SURGERY.ods, ("sr-20881-3", "sr-20881-4")), (PETER, LARKMOOR.ods, ("sg-5510", "sg-5702"))],
    ids=["Yasmin's GP asks for the same again", "there is a second concern for Peter"],
)
def test_six_weeks_apart_is_another_asking(person: str, sender: str, locals_: tuple[str, str]) -> None:
    (first,), (second,) = (FILE.versions_of(sender, "ServiceRequest", local) for local in locals_)
    assert first in FILE.kind("ServiceRequest", person)
    assert first["code"] == second["code"]
    assert identifiers(first, UBRN) != identifiers(second, UBRN)
    days = [datetime.fromisoformat(one["authoredOn"]).date() for one in (first, second)]
    assert (days[1] - days[0]).days == 42


def test_yasmin_is_assessed_twice_and_the_second_time_says_so() -> None:
    forms = sorted(FILE.kind("QuestionnaireResponse", YASMIN), key=lambda one: str(one["authored"]))
    assert [form["authored"][:10] for form in forms] == ["2026-03-10", "2026-05-14"]
    assert forms[1]["item"][1]["answer"] == [{"valueString": "Saying it again"}]


def test_families_and_advocates_sit_at_the_table() -> None:
    meetings = {
        (person, one["individual"]["display"])
        for person in (DANIEL, YASMIN, PETER, BRIDIE)
        for met in FILE.kind("Encounter", person)
        for one in met["participant"]
    }
    assert {
        (DANIEL, "Beth Ogden"), (DANIEL, "Carol Ogden"), (DANIEL, "Pat Lomas, advocate"), (YASMIN, "Shazia Baig"),
        (PETER, "Arne Lund"), (BRIDIE, "Rose Moon"), (BRIDIE, "Pat Lomas, advocate"),
    } <= meetings  # fmt: skip


def test_what_several_tell_of_one_thing_is_one_entry() -> None:
    """Where no identifier says so, by who asked whom and when, and by the time of a contact."""
    assert FILE.folded() == {
        (DANIEL, "ServiceRequest", ("ZZN01", "ZZN03", "ZZN04")): 1,
        (DANIEL, "Encounter", ("ZZN01", "ZZN03", "ZZN05")): 1,
        (YASMIN, "ServiceRequest", ("ZZN03", "ZZN04")): 2,
        (YASMIN, "Appointment", ("ZZN01", "ZZN03")): 1,
        (PETER, "ServiceRequest", ("ZZN01", "ZZN02", "ZZN06")): 1,
        (PETER, "ServiceRequest", ("ZZN02", "ZZN06")): 1,
        (PETER, "Encounter", ("ZZN02", "ZZN06")): 1,
        (PETER, "Encounter", ("ZZN01", "ZZN02", "ZZN06")): 1,
        (PETER, "RelatedPerson", ("ZZN01", "ZZN02")): 1,
        (BRIDIE, "ServiceRequest", ("ZZN01", "ZZN05")): 1,
        (BRIDIE, "ServiceRequest", ("ZZN02", "ZZN05")): 1,
        (BRIDIE, "Encounter", ("ZZN02", "ZZN05")): 1,
    }
    assert not FILE.flagged()


def test_one_score_is_retracted() -> None:
    retracted = {one["id"] for one in FILE.kind("Observation") if one["status"] == "entered-in-error"}
    assert retracted == {"obs-4466"}


def test_messages_come_twice_and_late() -> None:
    assert FILE.redelivered() == [2, 2, 2]
    assert FILE.overtaken() == {"plan-40118", "plan-38850", "hope-214"}
