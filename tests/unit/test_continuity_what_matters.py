"""What matters to the person: their own words before anybody else's."""

import pytest

from services.domain.record.continuity.summary import continuity
from services.domain.record.continuity.what_matters import Said
from tests.streams.fhir_builders import (
    Organisation,
    Resource,
    SourceRecord,
    answers,
    concept,
    goal,
    known_to,
    note,
    plan,
    score,
)
from tests.streams.message_lines import Line, tell
from tests.streams.norfolk_suffolk_partners import COUNCIL, JOAN, PEER, TIDEWELL, TRUST
from tests.unit.words_told import NAMES, heard, heard_in_stream, ticks

MAY, JUNE = "2026-05-11T09:00:00Z", "2026-06-08T09:00:00Z"


def _known(by: Organisation = TRUST) -> SourceRecord:
    return known_to(by, "J-1", JOAN, "2026-04-21T09:00:00Z")


def _tell(resource: Resource, at: str = MAY, by: Organisation = TRUST) -> Line:
    return tell(_known(by), at, resource)


def _read(*lines: Line) -> list[Said]:
    told = heard(*lines)
    return continuity(told.words, told.earlier, NAMES).what_matters


def _goal(by: str = "Joan Larter", **more: object) -> Resource:
    return goal(_known(), "g", "Sing again", "in-progress", since="2026-05-11", by=by) | more


def _form(form: str, *items: tuple[str, str]) -> Resource:
    return answers(_known(), "f", form, *items, on=MAY)


def _observed(**more: object) -> Resource:
    made = score(_known(), "o", "ReQoL-10", 20, on=MAY, by="Ngozi Adeyemi, nurse")
    del made["valueQuantity"]
    return made | {"code": concept("What matters to me"), "valueString": "The choir"} | more


def _note(kind: str) -> Resource:
    return note(_known(), "n", "She wants to be asked first.", on=MAY, by=PEER, kind=kind)


def _plan(category: str) -> Resource:
    made = plan(_known(), "p", "A plan", "Ask first", since="2026-05-11", by="Priya Nair, social worker")
    return made | {"category": [concept(category)], "description": "Joan is to be asked first."}


TABLE: dict[str, tuple[Resource, list[tuple[str, str, bool, str]]]] = {
    # what is told: the resource; the words, their heading, whether they are the person's, who wrote them down
    "a goal the person expressed": (_goal(), [("Sing again", "Goal", True, "")]),
    "a goal expressed by a reference to the person": (
        _goal(by="", expressedBy=_known().reference),
        [("Sing again", "Goal", True, "")],
    ),
    "a goal somebody set for them": (_goal("Ngozi Adeyemi"), []),
    "a goal that nobody is said to have expressed": (_goal(""), []),
    "a goal that was dropped": (_goal(lifecycleStatus="cancelled"), []),
    "the answers of a form that is about it": (
        _form("about-me", ("My wellness", "I sleep badly"), ("And else?", "No fuss")),
        [("No fuss", "And else?", True, ""), ("I sleep badly", "My wellness", True, "")],
    ),
    "the answers under such a heading in another form": (
        _form("intake", ("Address?", "Willow End"), ("What is most important to me", "The choir")),
        [("The choir", "What is most important to me", True, "")],
    ),
    "an apostrophe is no letter": (
        _form("intake", ("Please do and please don’t", "Ring after ten")),
        [("Ring after ten", "Please do and please don’t", True, "")],
    ),
    "who helped to write it is not what matters": (
        _form("about-me", ("Supported to write this by", "Sam")),
        [],
    ),
    "a form that another answered": (
        _form("about-me", ("My wellness", "She sleeps badly"))
        | {"source": {"display": "Ron Larter"}, "author": {"display": PEER}},
        [("She sleeps badly", "My wellness", False, "Sam Okafor")],
    ),
    "an observation under such a heading": (
        _observed(),
        [("The choir", "What matters to me", False, "Ngozi Adeyemi")],
    ),
    "an observation by the person": (
        _observed(performer=[_known().reference]),
        [("The choir", "What matters to me", True, "")],
    ),
    "a note of that category": (
        _note("About me"),
        [("She wants to be asked first.", "About me", False, "Sam Okafor")],
    ),
    "a note of another category": (_note("Peer-support note"), []),
    "a plan of that category": (
        _plan("About Me"),
        [("Joan is to be asked first.", "A plan", False, "Priya Nair")],
    ),
    "a plan of another category": (_plan("Support plan"), []),
}


@pytest.mark.parametrize(("resource", "expected"), TABLE.values(), ids=TABLE.keys())
def test_what_matters(resource: Resource, expected: list[tuple[str, str, bool, str]]) -> None:
    found = _read(_tell(resource))
    assert [(one.words, one.heading, one.own, one.written_by) for one in found] == expected


def test_how_far_a_goal_is_stands_with_it() -> None:
    """As it is told last; what somebody said of themselves is on no way."""
    (found,) = _read(_tell(_goal()), _tell(_goal(achievementStatus=concept("Not achieved")), JUNE))
    assert (found.words, found.state) == ("Sing again", "Not achieved")
    (said,) = _read(_tell(_form("about-me", ("My wellness", "I sleep badly"))))
    assert said.state == ""


def test_answers_within_a_matching_group_count() -> None:
    form = _form("intake", ("x", "x"))
    form["item"] = [
        {
            "linkId": "1",
            "text": "About me",
            "item": [{"linkId": "1.1", "text": "People", "answer": [{"valueString": "Ron"}]}],
        }
    ]
    assert [(one.words, one.heading) for one in _read(_tell(form))] == [("Ron", "People")]


def test_the_persons_own_words_come_first_and_of_each_the_newest() -> None:
    later = _goal() | {"id": "h", "description": concept("Sleep through"), "startDate": "2026-06-01"}
    found = _read(_tell(_note("About me"), JUNE), _tell(_goal()), _tell(later))
    assert [one.words for one in found] == ["Sleep through", "Sing again", "She wants to be asked first."]


def test_the_same_words_stand_once_with_all_who_tell_them() -> None:
    again = goal(_known(COUNCIL), "g", "Sing  again", "in-progress", since="2026-06-01", by="Joan Larter")
    (found,) = _read(_tell(_goal()), _tell(again, JUNE, COUNCIL))
    assert (found.told_by, found.at, len(found.entry_keys)) == (("ZZC12", "ZZT41"), ticks("2026-06-01"), 2)


def test_what_is_withdrawn_does_not_stand() -> None:
    assert _read(_tell(_goal(lifecycleStatus="entered-in-error"))) == []


def test_what_matters_in_the_stream() -> None:
    told = heard_in_stream("Holloway", "Larter")
    found = continuity(told.words, told.earlier, NAMES).what_matters
    assert [(one.words, one.own) for one in found] == [
        ("Sing with the choir at harvest", True),
        ("Walk to the allotment twice a week", True),
    ]
    assert TIDEWELL.ods not in {sender for one in found for sender in one.told_by}
