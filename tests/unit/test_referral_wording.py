"""The words in which a referral's steps are told: every status, and how days and services are spoken."""

import pytest

from services.domain.record.referrals.threads import threads
from services.domain.record.referrals.wording import day, what_happened, what_was_said
from services.domain.record.spoken import spoken
from services.domain.record.word import Word
from tests.streams.fhir_builders import Resource
from tests.streams.norfolk_suffolk_partners import LANTERN, SURGERY, TRUST
from tests.unit.referral_words import FIRST, first, named, onward, request, task, ubrn

INTRODUCED = {
    "Introduction to Tuesday Voices": "Reedmere Surgery introduced them to Marsh Lantern",
    "Introduced to the choir": "Reedmere Surgery introduced them to Marsh Lantern",
    "Befriending": "Reedmere Surgery asked Marsh Lantern for befriending",
}


@pytest.mark.parametrize("service", INTRODUCED)
def test_an_introduction_is_told_as_one(service: str) -> None:
    """Not as 'asked Tuesday Voices for introduction to Tuesday Voices'."""
    (thread,) = threads([first(LANTERN, code={"text": service})])
    assert thread.steps[0].words == INTRODUCED[service]


HAPPENED: dict[tuple[str, str], str] = {
    # resource type and status, and what has happened; nothing where it is no step
    ("Task", "draft"): "",
    ("Task", "requested"): "",
    ("Task", "received"): "received",
    ("Task", "accepted"): "accepted",
    ("Task", "rejected"): "rejected",
    ("Task", "ready"): "ready to begin",
    ("Task", "cancelled"): "called off",
    ("Task", "in-progress"): "under way",
    ("Task", "on-hold"): "put on hold",
    ("Task", "failed"): "could not be done",
    ("Task", "completed"): "completed",
    ("Task", "entered-in-error"): "",
    ("Appointment", "proposed"): "offered for 11 November 2026",
    ("Appointment", "pending"): "offered for 11 November 2026",
    ("Appointment", "booked"): "booked for 11 November 2026",
    ("Appointment", "arrived"): "attended on 11 November 2026",
    ("Appointment", "fulfilled"): "attended on 11 November 2026",
    ("Appointment", "cancelled"): "called off the booking for 11 November 2026",
    ("Appointment", "noshow"): "did not attend on 11 November 2026",
    ("Appointment", "entered-in-error"): "",
    ("Appointment", "checked-in"): "attended on 11 November 2026",
    ("Appointment", "waitlist"): "on the waiting list for 11 November 2026",
    ("Encounter", "planned"): "to meet on 11 November 2026",
    ("Encounter", "arrived"): "met",
    ("Encounter", "triaged"): "triaged",
    ("Encounter", "in-progress"): "met",
    ("Encounter", "onleave"): "met",
    ("Encounter", "finished"): "met",
    ("Encounter", "cancelled"): "called off the meeting on 11 November 2026",
    ("Encounter", "entered-in-error"): "",
    ("Encounter", "unknown"): "",
    ("EpisodeOfCare", "planned"): "to be taken on",
    ("EpisodeOfCare", "waitlist"): "on the waiting list",
    ("EpisodeOfCare", "active"): "taken on",
    ("EpisodeOfCare", "onhold"): "put on hold",
    ("EpisodeOfCare", "finished"): "care ended",
    ("EpisodeOfCare", "cancelled"): "care called off",
    ("EpisodeOfCare", "entered-in-error"): "",
    ("Communication", "preparation"): "note",
    ("Communication", "in-progress"): "note",
    ("Communication", "not-done"): "",
    ("Communication", "on-hold"): "",
    ("Communication", "stopped"): "",
    ("Communication", "completed"): "note",
    ("Communication", "entered-in-error"): "",
    ("Communication", "unknown"): "note",
}


@pytest.mark.parametrize(("told", "words"), HAPPENED.items(), ids=" ".join)
def test_every_status_has_its_words(told: tuple[str, str], words: str) -> None:
    """The statuses of FHIR R4, one by one."""
    kind, status = told
    start = "2026-11-11T10:00:00Z"
    resource = {"resourceType": kind, "status": status, "start": start, "period": {"start": start}}
    assert what_happened(resource) == words


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("Appointment", "waitlist", "on the waiting list"),
        ("Appointment", "cancelled", "booking called off"),
        ("Encounter", "planned", "to meet"),
    ],
)
def test_without_a_day_none_is_told(kind: str, status: str, words: str) -> None:
    """Who waits has no day yet."""
    assert what_happened({"resourceType": kind, "status": status}) == words


SAID: dict[str, tuple[Resource, str]] = {
    "why it was rejected": ({"resourceType": "Task", "statusReason": {"text": "List closed"}}, "List closed"),
    "what came of it, and why": (
        {
            "resourceType": "Task",
            "statusReason": {"text": "Met twice"},
            "output": [{"valueString": "They meet on Tuesdays"}, {"valueString": "Met twice"}],
        },
        "Met twice; They meet on Tuesdays",
    ),
    "why a booking was called off": (
        {"resourceType": "Appointment", "cancelationReason": {"text": "The worker is ill"}},
        "The worker is ill",
    ),
    "what kind of contact it was": (
        {"resourceType": "Encounter", "serviceType": {"text": "Counselling"}},
        "Counselling",
    ),
    "what was written": (
        {"resourceType": "Communication", "payload": [{"contentString": "Beans in."}, {"contentString": "Rain."}]},
        "Beans in. Rain.",
    ),
    "nothing": ({"resourceType": "EpisodeOfCare"}, ""),
}  # fmt: skip


@pytest.mark.parametrize(("resource", "words"), SAID.values(), ids=SAID)
def test_what_is_told_with_it(resource: Resource, words: str) -> None:
    """As its source wrote it, nothing twice."""
    assert what_was_said(resource) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Befriending", "befriending"),
        ("Carer's assessment", "carer's assessment"),
        ("Introduction to Tuesday Voices", "introduction to Tuesday Voices"),
        ("A named social worker", "a named social worker"),
        ("Émigré support", "émigré support"),
        ("CBT", "CBT"),
        ("CBT for insomnia", "CBT for insomnia"),
        ("Alcoholics Anonymous", "Alcoholics Anonymous"),
        ("X-ray", "X-ray"),
        ("befriending", "befriending"),
        ("PHQ-9", "PHQ-9"),
        ("", ""),
    ],
)
def test_a_service_within_a_sentence(text: str, words: str) -> None:
    """Names and abbreviations keep their capitals."""
    assert spoken(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-11-11", "11 November 2026"),
        ("2026-03-02T10:30:00+01:00", "2 March 2026"),
        ("2026-03", "2026-03"),
        ("2026", "2026"),
        ("soon", "soon"),
        ("2026-13-01", "2026-13-01"),
    ],
)
def test_a_day_as_it_is_written(text: str, words: str) -> None:
    """A moment that has no day is told as it is."""
    assert day(text) == words


SURGERY_, TRUST_, LANTERN_ = SURGERY.name, TRUST.name, LANTERN.name

TOLD: dict[str, tuple[list[Word], list[str]]] = {
    # what is told, and the steps
    "a draft was written and not sent": (
        [first(status="draft")], [f"{SURGERY_} wrote a referral to {TRUST_} for befriending"],
    ),
    "of nobody": ([first(None)], [f"{SURGERY_} asked for befriending"]),
    "for nothing that is named": ([first(code={})], [f"{SURGERY_} asked {TRUST_}"]),
    "by nobody that is named": (
        [first(requester=None, teller=TRUST)], [f"Somebody asked {TRUST_} for befriending"],
    ),
    "an organisation of itself": (
        [first(SURGERY), onward(SURGERY, "2026-03-03", by=SURGERY)],
        [f"{SURGERY_} opened a referral for befriending"] * 2,
    ),
    "the same again": (
        [first(), onward(TRUST, "2026-03-03T09:00:00Z", by=SURGERY)],
        [f"{SURGERY_} asked {TRUST_} for befriending", f"{SURGERY_} asked {TRUST_} again for befriending"],
    ),
    "passed on by who was asked, and back": (
        [
            first(), onward(LANTERN, "2026-03-03T09:00:00Z"),
            request("sr-3", TRUST, "2026-03-04T09:00:00Z", by=LANTERN, basedOn=[named("100200300402")]),
        ],
        [
            f"{SURGERY_} asked {TRUST_} for befriending", f"{TRUST_} passed it on to {LANTERN_} for befriending",
            f"{LANTERN_} passed it on to {TRUST_} again for befriending",
        ],
    ),
    "another is asked by a Task": (
        [first(), task("t", SURGERY, named(FIRST), "requested", "2026-03-04T09:00:00Z",
                       owner={"display": "Night team"})],
        [f"{SURGERY_} asked {TRUST_} for befriending", "Night team was asked"],
    ),
    "who was asked is asked by a Task too: that is no step": (
        [first(), task("t", SURGERY, named(FIRST), "requested", "2026-03-04T09:00:00Z", owner={"display": TRUST_})],
        [f"{SURGERY_} asked {TRUST_} for befriending"],
    ),
    "it is looked at": (
        [first(status="on-hold")], [f"{SURGERY_} asked {TRUST_} for befriending", "in triage"],
    ),
    "both closed it: once": (
        [
            first(status="completed", at="2026-03-05T09:00:00Z", entry="one"),
            request("r-1", TRUST, "2026-03-02", teller=TRUST, status="completed", at="2026-03-06T09:00:00Z",
                    entry="one"),
        ],
        [f"{SURGERY_} asked {TRUST_} for befriending", "closed"],
    ),
    "who was asked sent it back": (
        [
            first(entry="one"),
            request("r-1", TRUST, "2026-03-02", teller=TRUST, status="revoked", at="2026-03-06T09:00:00Z",
                    entry="one", identifier=[ubrn(FIRST)]),
        ],
        [f"{SURGERY_} asked {TRUST_} for befriending", "sent back"],
    ),
    "who asked withdrew it": (
        [first(status="revoked", at="2026-03-06T09:00:00Z")],
        [f"{SURGERY_} asked {TRUST_} for befriending", "withdrawn"],
    ),
    "it was an error": ([first(status="entered-in-error")], ["entered in error"]),
}  # fmt: skip


@pytest.mark.parametrize(("words", "steps"), TOLD.values(), ids=TOLD)
def test_how_a_referral_is_told(words: list[Word], steps: list[str]) -> None:
    """Who asked whom for what, and what its own status says became of it."""
    (thread,) = threads(words)
    assert [step.words for step in thread.steps] == steps
