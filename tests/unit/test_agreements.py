"""Who agreed to a plan, who did not, and why."""

from typing import Any

import pytest

from services.domain.record.agreements import AgreedPlan, Answer, agreed_plans
from services.domain.record.kinds import CONTEXT
from services.domain.record.word import Word
from services.viewer.story import read_story
from services.viewer.story_views import plan_view
from tests.streams.fhir_builders import organisation_reference
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, TRUST
from tests.streams.told_stream import told_stream
from tests.streams.wigan import WIGAN
from tests.unit.referral_words import own, request, task, word

MADE = "2026-04-21T15:00:00Z"
NUMBER = {"system": "https://council.example/plan-id", "value": "p-1"}


def plan(at: str = MADE, **more: Any) -> Word:
    """The council's plan."""
    told = {
        "resourceType": "CarePlan",
        "id": "p-1",
        "identifier": [NUMBER],
        "status": "active",
        "intent": "plan",
    }
    return word(COUNCIL, told | {"title": "What we said", "period": {"start": "2026-04-21"}} | more, at)


PLAN = {"type": "CarePlan", "identifier": NUMBER}


def answers(*words: Word) -> list[tuple[str, Answer, str]]:
    """Of the one plan."""
    (found,) = agreed_plans(words)
    return [(one.who, one.answer, one.why) for one in found.agreements]


def test_each_party_answers_in_its_own_words() -> None:
    """In order of answering, whatever order they are told in."""
    told = [
        plan(),
        task("no", TRUST, PLAN, "rejected", "2026-04-23T12:00:00Z", "Not on Mondays"),
        task("yes", LANTERN, PLAN, "accepted", "2026-04-22T12:00:00Z", "Gladly"),
    ]
    expected = [(LANTERN.name, Answer.AGREED, "Gladly"), (TRUST.name, Answer.DID_NOT_AGREE, "Not on Mondays")]
    assert answers(*told) == answers(*reversed(told)) == expected


STATUSES = {
    "accepted": Answer.AGREED,
    "completed": Answer.AGREED,
    "rejected": Answer.DID_NOT_AGREE,
    "failed": Answer.DID_NOT_AGREE,
    "requested": Answer.NOT_YET,
}


@pytest.mark.parametrize(("status", "answer"), STATUSES.items(), ids=STATUSES)
def test_a_status_is_an_answer(status: str, answer: Answer) -> None:
    """By the states of a Task."""
    assert answers(plan(), task("t", TRUST, PLAN, status, "2026-04-23")) == [(TRUST.name, answer, "")]


NONE = {
    "where nobody answered": [plan()],
    "where the answer was called off": [plan(), task("t", TRUST, PLAN, "cancelled", "2026-04-23")],
    "where the answer was an error": [plan(), task("t", TRUST, PLAN, "entered-in-error", "2026-04-23")],
    "of a draft": [plan(status="draft"), task("t", TRUST, PLAN, "accepted", "2026-04-23")],
    "of a plan that was an error": [
        plan(status="entered-in-error"),
        task("t", TRUST, PLAN, "accepted", "2026-04-23"),
    ],
    "where the answer is to a referral": [
        plan(),
        request("sr-1", TRUST, MADE),
        task("t", TRUST, own("sr-1"), "accepted", "2026-04-23"),
    ],
    "where the plan is not told": [task("t", TRUST, PLAN, "accepted", "2026-04-23")],
}


@pytest.mark.parametrize("told", NONE.values(), ids=NONE)
def test_nothing_is_agreed(told: list[Word]) -> None:
    """And so nothing is shown."""
    assert agreed_plans(told) == []


def test_who_thinks_again_is_told_once() -> None:
    """As they answered last."""
    told = [
        task("t-1", TRUST, PLAN, "rejected", "2026-04-23", "Not yet"),
        task("t-2", TRUST, PLAN, "accepted", "2026-04-30", "Now we do"),
    ]
    assert answers(plan(), *told) == [(TRUST.name, Answer.AGREED, "Now we do")]


def test_somebody_by_name_is_called_so() -> None:
    """The person, and a relative; where nobody is named it is whose system says it."""
    erin = {"reference": "Patient/1", "display": "Erin Fearnley"}
    assert (
        answers(plan(), task("t", COUNCIL, PLAN, "accepted", "2026-04-23", owner=erin))[0][0]
        == "Erin Fearnley"
    )
    nameless = [request("s", COUNCIL, MADE, performer=[organisation_reference(COUNCIL)])]
    found = answers(plan(), *nameless, task("t", COUNCIL, PLAN, "accepted", "2026-04-23", owner={}))
    assert found[0][0] == COUNCIL.name


def in_wigan(person: str) -> list[Word]:
    """What is told of somebody in the end."""
    stream = told_stream(WIGAN)
    return [
        Word(
            one.version.resource_key,
            one.version.resource_key if one.version.kind == CONTEXT else stream.entry(one),
            one.source_record,
            one.sender,
            one.resource,
            one.version.rank.instant,
        )
        for one in stream.current
        if one.person == person
    ]


def test_the_family_of_the_stream_agrees_but_for_the_school() -> None:
    """Five said yes to Erin's plan and the school said no; four to Louie's, three to Kelly's."""
    plans: dict[str, AgreedPlan] = {}
    for person in ("Erin Fearnley", "Louie Fearnley", "Kelly Fearnley"):
        (plans[person],) = agreed_plans(in_wigan(person))
    said = {person: [one.answer for one in plan.agreements] for person, plan in plans.items()}
    assert {person: answers.count(Answer.AGREED) for person, answers in said.items()} == {
        "Erin Fearnley": 5,
        "Louie Fearnley": 4,
        "Kelly Fearnley": 3,
    }
    (no,) = [one for one in plans["Erin Fearnley"].agreements if one.answer is Answer.DID_NOT_AGREE]
    assert no.who == "Lowbank High School"


def test_the_page_says_who_did_not_agree_first() -> None:
    """With why, and the day."""
    (plan_,) = read_story(in_wigan("Erin Fearnley"), []).plans
    shown = plan_view(plan_)
    assert shown.title == "What we agreed around the table"
    assert shown.answers[0].startswith(
        "Lowbank High School did not agree on 23 April 2026: We stand by the worry"
    )
    assert len(shown.answers) == 6
