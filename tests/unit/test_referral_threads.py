"""Referral threads: what is one referral, what belongs to it, and what happened."""

from typing import Any

import pytest

from services.domain.record.referrals.state import State
from services.domain.record.referrals.threads import threads
from services.domain.record.word import Word
from tests.streams.fhir_builders import Organisation, Resource
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TIDEWELL, TRUST
from tests.unit.referral_words import (
    FIRST,
    JOURNEY,
    SECOND,
    UUID,
    booking,
    first,
    key,
    named,
    no,
    onward,
    own,
    request,
    task,
    ticks,
    ubrn,
    visit,
    word,
    yes,
)  # fmt: skip

SURGERY_, TRUST_, COUNCIL_, LANTERN_, TIDEWELL_ = (
    one.name for one in (SURGERY, TRUST, COUNCIL, LANTERN, TIDEWELL)
)

SR_2 = "2026-04-01T09:00:00Z"


def made_in(local: str, teller: Organisation, at: str, *journeys: Resource, **more: Any) -> Word:
    """The contact in which a referral was made, on a journey."""
    return visit(local, teller, at, None, episodeOfCare=list(journeys), **more)


COUNTED: dict[str, tuple[list[Word], int]] = {
    # what is told, and how many referrals that is
    "one referral told by two systems under one entry": (
        [first(entry="one"), request("r-1", TRUST, "2026-03-02", teller=TRUST, at="2026-03-04T09:00:00Z", entry="one")],
        1,
    ),
    "two referrals that nothing ties": ([first(), request("sr-2", COUNCIL, SR_2)], 2),
    "two systems tell of one without a common number: two, until they are folded": (
        [first(), request("r-1", TRUST, "2026-03-02", teller=TRUST)], 2,
    ),
    "the copy names the first system's identifier": (
        [
            first(identifier=[{"system": "urn:a:surgery", "value": "1"}]),
            request("r-1", TRUST, "2026-03-02", teller=TRUST, identifier=[{"system": "urn:a:surgery", "value": "1"}]),
        ],
        1,
    ),
    "two of one system that share an identifier are two": (
        [
            first(identifier=[{"system": "urn:a:person-number", "value": "1"}]),
            request("sr-2", COUNCIL, SR_2, identifier=[{"system": "urn:a:person-number", "value": "1"}]),
        ],
        2,
    ),
    "the copy has kept the UUID of the first": (
        [first(id=UUID), request(UUID, TRUST, "2026-03-02", teller=TRUST)], 1,
    ),
    "one that is based on another": ([first(), onward(LANTERN, SR_2)], 1),
    "one that is based on what nobody told": ([first(), onward(LANTERN, SR_2, basedOn=[named("100200300499")])], 2),
    "two that are based on each other": (
        [first(basedOn=[named(SECOND)]), onward(LANTERN, SR_2)], 1,
    ),
    "one that is based on itself": ([first(basedOn=[named(FIRST)])], 1),
    "another service on the same journey": (
        [
            first(encounter=own("e-1", "Encounter")), made_in("e-1", SURGERY, "2026-03-02T09:00:00Z", JOURNEY),
            request("sr-2", LANTERN, SR_2, by=TRUST, encounter=own("e-2", "Encounter")),
            made_in("e-2", TRUST, SR_2, JOURNEY),
        ],
        1,
    ),
    "the same service on the same journey, asked by the same system": (
        [
            first(encounter=own("e-1", "Encounter")), made_in("e-1", SURGERY, "2026-03-02T09:00:00Z", JOURNEY),
            request("sr-2", TRUST, SR_2, encounter=own("e-1", "Encounter")),
        ],
        2,
    ),
    "the same service on the same journey, told by two systems for the same one": (
        [
            first(encounter=own("e-1", "Encounter")), made_in("e-1", SURGERY, "2026-03-02T09:00:00Z", JOURNEY),
            request("r-1", TRUST, "2026-03-02", teller=TRUST, encounter=own("e-2", "Encounter")),
            made_in("e-2", TRUST, "2026-03-02T09:30:00Z", JOURNEY),
        ],
        1,
    ),
    "two that ask a second service on the journey": (
        [
            first(encounter=own("e-1", "Encounter")), made_in("e-1", SURGERY, "2026-03-02T09:00:00Z", JOURNEY),
            request("sr-2", LANTERN, SR_2, encounter=own("e-1", "Encounter")),
            request("sr-3", LANTERN, "2026-04-02", encounter=own("e-1", "Encounter")),
        ],
        1,
    ),
    "nobody is named on the same journey": (
        [
            first(encounter=own("e-1", "Encounter")), made_in("e-1", SURGERY, "2026-03-02T09:00:00Z", JOURNEY),
            request("sr-2", None, SR_2, encounter=own("e-1", "Encounter")),
        ],
        2,
    ),
    "another service on another journey": (
        [
            first(encounter=own("e-1", "Encounter")), made_in("e-1", SURGERY, "2026-03-02T09:00:00Z", JOURNEY),
            request("sr-2", LANTERN, SR_2, encounter=own("e-2", "Encounter")),
            made_in("e-2", SURGERY, SR_2, {"reference": "EpisodeOfCare/other"}),
        ],
        2,
    ),
    "the journey is told as a resource, and named by its identifier": (
        [
            first(), request("sr-2", LANTERN, SR_2, by=TRUST, encounter=own("e-2", "Encounter")),
            word(TRUST, {
                "resourceType": "EpisodeOfCare", "id": "ep", "status": "active", "referralRequest": [named(FIRST)],
                "identifier": [{"system": "urn:a:journey", "value": "7"}],
            }, "2026-03-05T09:00:00Z"),
            made_in("e-2", TRUST, SR_2, {"identifier": {"system": "urn:a:journey", "value": "7"}}),
        ],
        1,
    ),
    "a contact alone is no referral": ([visit("e", TRUST, SR_2, named(FIRST))], 0),
}  # fmt: skip


@pytest.mark.parametrize(("words", "count"), COUNTED.values(), ids=COUNTED)
def test_what_is_one_referral(words: list[Word], count: int) -> None:
    """Onward, made anew and told again belong to one; nothing else does."""
    for told in (words, words[::-1]):
        found = threads(told)
        assert len(found) == count
        referrals = {one.entry_key for one in words if one.resource["resourceType"] == "ServiceRequest"}
        assert sorted(entry for thread in found for entry in thread.entries) == sorted(referrals)


TOLD_AGAIN: dict[str, tuple[list[Word], int]] = {
    # what is told of one thread, and how often somebody was asked
    "another system's copy names the first one within a week": (
        [first(), request("r-1", TRUST, "2026-03-09", teller=TRUST, basedOn=[named(FIRST)])], 1,
    ),
    "what names the first one six weeks later is a second": (
        [first(), request("r-1", TRUST, "2026-04-13", teller=TRUST, basedOn=[named(FIRST)])], 2,
    ),
    "a copy that has its number is one however late it was written down": (
        [
            first(), request("r-1", TRUST, "2026-04-13", teller=TRUST, identifier=[ubrn(FIRST)]),
        ],
        1,
    ),
    "of another requester it is another": (
        [first(), request("r-1", TRUST, "2026-03-02", teller=TRUST, by=COUNCIL, basedOn=[named(FIRST)])], 2,
    ),
    "one system's own second one is another": (
        [first(), request("sr-2", TRUST, "2026-03-03", basedOn=[named(FIRST)])], 2,
    ),
    "what replaces it is another": (
        [first(), request("r-1", TRUST, "2026-03-03", teller=TRUST, replaces=[named(FIRST)])], 2,
    ),
    "two of the surgery are two, though the trust's copy is like both": (
        [
            first(), request("sr-2", TRUST, "2026-03-03", basedOn=[named(SECOND)]),
            request("r-1", TRUST, "2026-03-02", teller=TRUST, basedOn=[named(FIRST)], identifier=[ubrn(SECOND)]),
        ],
        2,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("words", "count"), TOLD_AGAIN.values(), ids=TOLD_AGAIN)
def test_what_is_told_again_asks_once(words: list[Word], count: int) -> None:
    """Two systems that tell of one referral under two entries are one asking in the thread."""
    for told in (words, words[::-1]):
        (thread,) = threads(told)
        assert sum(" asked " in step.words for step in thread.steps) == count


ATTACHED: dict[str, tuple[list[Word], list[str]]] = {
    # what is told beside the first referral, and the words of the steps that come after the asking
    "a contact that was the booking": (
        [
            booking("b", TRUST, "2026-03-20T10:00:00Z", named(FIRST), "2026-03-05T09:00:00Z"),
            visit("e", TRUST, "2026-03-20T10:00:00Z", None, appointment=[own("b", "Appointment")]),
        ],
        ["booked for 20 March 2026", "met"],
    ),
    "a note on a contact": (
        [
            visit("e", TRUST, "2026-03-20T10:00:00Z", named(FIRST)),
            word(TRUST, {
                "resourceType": "Communication", "id": "n", "status": "completed",
                "encounter": own("e", "Encounter"), "payload": [{"contentString": "We met at the gate."}],
            }, "2026-03-20T12:00:00Z"),
        ],
        ["met", "note"],
    ),
    "what points at another referral belongs to that alone": (
        [
            request("sr-9", COUNCIL, SR_2, identifier=[ubrn(SECOND)]),
            booking("b", TRUST, "2026-03-20T10:00:00Z", named(FIRST), "2026-03-05T09:00:00Z"),
            visit("e", TRUST, "2026-04-20T10:00:00Z", named(SECOND), appointment=[own("b", "Appointment")]),
        ],
        ["booked for 20 March 2026"],
    ),
    "a booking that has the referral's number as its own": (
        [booking("b", TRUST, "2026-03-20", {}, "2026-03-05T09:00:00Z", identifier=[ubrn(FIRST)], status="noshow")],
        ["did not attend on 20 March 2026"],
    ),
    "an answer in the group of the one referral that was made in it": (
        [
            request("sr-9", COUNCIL, SR_2, requisition={"system": "urn:a:set", "value": "1"}, identifier=[ubrn(FIRST)],
                    entry="one", teller=COUNCIL),
            task("t", TRUST, {}, "accepted", "2026-03-05T09:00:00Z", "Gladly",
                 groupIdentifier={"system": "urn:a:set", "value": "1"}),
        ],
        ["accepted: Gladly"],
    ),
    "an answer in a group of several referrals belongs to none of them": (
        [
            *(
                request(local, TRUST, SR_2, requisition={"system": "urn:a:set", "value": "1"}, entry=entry)
                for local, entry in (("sr-8", "one"), ("sr-9", "two"))
            ),
            task("t", TRUST, {}, "accepted", "2026-03-05T09:00:00Z",
                 groupIdentifier={"system": "urn:a:set", "value": "1"}),
        ],
        [],
    ),
    "a booking that has the same local number as the referral is another thing": (
        [
            request("sr-1", TRUST, "2026-03-02", teller=LANTERN, entry="one",
                    identifier=[{"system": "urn:a:number", "value": "1"}]),
            booking("b", LANTERN, "2026-03-20", {}, "2026-03-05T09:00:00Z",
                    identifier=[{"system": "urn:a:number", "value": "1"}]),
        ],
        [],
    ),
    "a booking that names no referral, of the one who was asked": (
        [booking("b", TRUST, "2026-03-20", {}, "2026-03-05T09:00:00Z")],
        ["booked for 20 March 2026 (names no referral; only this one was open)"],
    ),
    "a booking that names another referral": (
        [booking("b", TRUST, "2026-03-20", named(SECOND), "2026-03-05T09:00:00Z")],
        [],
    ),
    "a booking of somebody else who was not asked": (
        [booking("b", COUNCIL, "2026-03-20", {}, "2026-03-05T09:00:00Z")],
        [],
    ),
    "a booking made before the asking": (
        [booking("b", TRUST, "2026-03-20", {}, "2026-03-01T09:00:00Z")],
        [],
    ),
    "a booking made five weeks after the asking": (
        [booking("b", TRUST, "2026-04-20", {}, "2026-04-08T09:00:00Z")],
        [],
    ),
    "a booking made five weeks after the asking, and a week after it was accepted": (
        [yes(TRUST, "2026-04-01T09:00:00Z"), booking("b", TRUST, "2026-04-20", {}, "2026-04-08T09:00:00Z")],
        ["accepted: Gladly", "booked for 20 April 2026 (names no referral; only this one was open)"],
    ),
    "an answer that two systems give in the same words": (
        [
            yes(TRUST, "2026-03-05T09:00:00Z"),
            task("theirs", LANTERN, named(FIRST), "accepted", "2026-03-05", "Gladly"),
        ],
        ["accepted: Gladly"],
    ),
    "an answer that one system gives twice": (
        [
            yes(TRUST, "2026-03-05T09:00:00Z"),
            task("more", TRUST, named(FIRST), "accepted", "2026-03-05T10:00:00Z", "Gladly"),
        ],
        ["accepted: Gladly", "accepted: Gladly"],
    ),
    "a booking made once it was rejected": (
        [no(TRUST, "2026-03-04T09:00:00Z"), booking("b", TRUST, "2026-03-20", {}, "2026-03-05T09:00:00Z")],
        ["rejected: Not for us"],
    ),
    "a booking that may be for either of two that are open": (
        [
            request("sr-8", TRUST, "2026-03-03T09:00:00Z"),
            booking("b", TRUST, "2026-03-20", {}, "2026-03-05T09:00:00Z"),
        ],
        [],
    ),
    "the contact that a referral was made in is not what came of it, though the one who was asked tells of it": (
        [
            request("sr-1", TRUST, "2026-03-02", teller=COUNCIL, entry="one", encounter=own(UUID, "Encounter")),
            made_in(UUID, COUNCIL, "2026-03-02T09:00:00Z", JOURNEY),
            made_in(UUID, TRUST, "2026-03-02T09:30:00Z", JOURNEY, serviceProvider=None),
            made_in("e-9", TRUST, "2026-03-02T09:40:00Z", JOURNEY, serviceProvider=None, status="planned"),
        ],
        ["to meet on 2 March 2026"],
    ),
    "a contact on the journey with the organisation that was asked": (
        [
            made_in("e-1", SURGERY, "2026-03-02T08:50:00Z", JOURNEY),
            visit("e-2", TRUST, "2026-03-09T10:00:00Z", None, episodeOfCare=[JOURNEY]),
            visit("e-3", COUNCIL, "2026-03-10T10:00:00Z", None, episodeOfCare=[JOURNEY]),
            visit("e-4", TRUST, "2026-02-10T10:00:00Z", None, episodeOfCare=[JOURNEY]),
        ],
        ["met"],
    ),
    "a contact with nothing that ties it": ([visit("e", TRUST, "2026-03-20T10:00:00Z", None)], []),
    "two systems' word on one contact is one step": (
        [
            visit("e", TRUST, "2026-03-20T10:00:00Z", named(FIRST))._replace(entry_key=b"one visit"),
            visit("v", COUNCIL, "2026-03-20T10:00:00Z", named(FIRST))._replace(entry_key=b"one visit"),
        ],
        ["met"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("words", "steps"), ATTACHED.values(), ids=ATTACHED)
def test_what_belongs_to_a_referral(words: list[Word], steps: list[str]) -> None:
    """What points at it, over however many steps; and a contact on its journey."""
    asked = first(entry="one", encounter=own("e-1", "Encounter"))
    for told in ([asked, *words], [*words[::-1], asked]):
        assert [step.words for step in threads(told)[0].steps[1:]] == steps


def test_one_episode_can_answer_two_referrals_that_came_one_after_the_other() -> None:
    """What happened before the second was asked is of the first; then a contact is of the latest, unless it says."""
    episode = word(
        TRUST,
        {
            "resourceType": "EpisodeOfCare",
            "id": "ep",
            "status": "active",
            "referralRequest": [named(FIRST), named(SECOND)],
            "period": {"start": "2026-03-02"},
        },
        "2026-04-13T09:00:00Z",
    )
    during = {"episodeOfCare": [own("ep", "EpisodeOfCare")]}
    second = request("sr-2", TRUST, "2026-04-13T09:00:00Z", identifier=[ubrn(SECOND)])
    early, late = (visit(on, TRUST, f"2026-{on}T09:00:00Z", None, **during) for on in ("03-04", "04-15"))
    told = visit("04-16", TRUST, "2026-04-16T09:00:00Z", named(FIRST), **during)
    one, other = threads([first(), second, episode, early, late, told])
    days = [[step.when[5:10] for step in thread.steps[1:]] for thread in (one, other)]
    assert days == [["03-02", "03-04", "04-16"], ["04-15"]]
    assert (one.state, other.state) == (State.IN_PROGRESS, State.IN_PROGRESS)
    assert other.since == ticks("2026-04-15T09:00:00Z")


def test_what_belongs_to_two_referrals_of_a_thread_is_one_step_at_its_own_time() -> None:
    """A meeting that is based on both, before the second was made."""
    both = visit("e", TRUST, "2026-03-04T09:00:00Z", named(FIRST), basedOn=[named(FIRST), named(SECOND)])
    (thread,) = threads([first(), both, onward(LANTERN, "2026-03-09T09:00:00Z")])
    assert [(step.words, step.ticks) for step in thread.steps if step.words == "met"] == [
        ("met", ticks("2026-03-04T09:00:00Z"))
    ]


@pytest.mark.parametrize("number", range(4))
def test_nothing_is_told_before_the_asking(number: int) -> None:
    """A clock that is slow answers at the moment of the asking, and after it."""
    answer = task(f"t-{number}", TRUST, named(FIRST), "accepted", "2026-03-02T08:59:58Z")
    (thread,) = threads([answer, first()])
    assert [step.words.partition(" ")[0] for step in thread.steps] == ["Reedmere", "accepted"]
    assert [step.ticks for step in thread.steps] == [thread.asked] * 2


def test_the_steps_are_told_in_plain_words() -> None:
    """From the asking to what came of it, each with what was said and by whom."""
    (thread,) = threads(
        [
            first(reasonCode=[{"text": "Comes in each week, mostly to talk."}]),
            no(TRUST, "2026-03-04T09:00:00Z"),
            onward(LANTERN, "2026-03-09T09:00:00Z", by=SURGERY, code={"text": "CBT"}),
            yes(LANTERN, "2026-03-10T09:00:00Z", SECOND),
            booking("b", LANTERN, "2026-11-11T10:00:00Z", named(SECOND), "2026-03-11T09:00:00Z"),
            visit("e", LANTERN, "2026-11-11T10:00:00Z", named(SECOND)),
            onward(
                TIDEWELL,
                "2026-11-12",
                by=LANTERN,
                local="sr-3",
                basedOn=[named(SECOND)],
                identifier=[ubrn("100200300403")],
            ),
            task(
                "t",
                TIDEWELL,
                named("100200300403"),
                "completed",
                "2026-12-01T09:00:00Z",
                output=[{"valueString": "They meet every Tuesday"}],
            ),
        ]
    )
    assert [(step.words, step.said, step.sender) for step in thread.steps] == [
        (f"{SURGERY_} asked {TRUST_} for befriending", "Comes in each week, mostly to talk.", "ZZG07"),
        ("rejected: Not for us", "Not for us", "ZZT41"),
        (f"{SURGERY_} asked {LANTERN_} for CBT", "", "ZZG07"),
        ("accepted: Gladly", "Gladly", "ZZV33"),
        ("booked for 11 November 2026", "", "ZZV33"),
        ("met", "First visit", "ZZV33"),
        (f"{LANTERN_} passed it on to {TIDEWELL_} for befriending", "", "ZZV33"),
        ("completed: They meet every Tuesday", "They meet every Tuesday", "ZZV58"),
    ]
    assert thread.steps[0].when == "2026-03-02T09:00:00Z"
    assert thread.steps[0].resource_key == key("ZZG07", "ServiceRequest", "sr-1")
    assert (thread.service, thread.requester.ods, thread.performer.ods) == ("Befriending", "ZZG07", "ZZT41")
    assert (thread.asked_last.ods, thread.entries[0]) == ("ZZV58", thread.key)
