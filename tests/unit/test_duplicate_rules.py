"""Two systems tell of something: one thing, perhaps one, or two. A table of sentences."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.record.duplicates.decision import decide, tokens
from services.domain.record.duplicates.doubts import Seen, is_doubtful
from services.domain.record.duplicates.facet import FOLDED, Facet, facet_of, facet_row, from_row
from services.domain.record.duplicates.rules import RULES
from services.domain.record.instant import DAY, MINUTE
from services.domain.record.kinds import occurred

UBRN = {"system": "https://fhir.nhs.uk/Id/UBRN", "value": "100200300400"}
OURS = {"system": "https://ours.example/referral-id", "value": "R-7"}
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
SURGERY, TRUST, PEERS = (
    {"identifier": {"system": ODS, "value": code}} for code in ("ZZG07", "ZZT41", "ZZV58")
)


def referral(**told: Any) -> dict[str, Any]:
    """A surgery refers somebody to a trust."""
    return {
        "resourceType": "ServiceRequest",
        "authoredOn": "2026-03-02T10:00:00Z",
        "requester": SURGERY,
        "performer": [TRUST],
        "code": {"text": "Talking therapy"},
        "reasonCode": [{"text": "Low mood since the autumn"}],
    } | told


def contact(start: str, end: str = "", **told: Any) -> dict[str, Any]:
    """A contact; with an end within the same day where one is given."""
    period = {"start": start} | ({"end": end} if end else {})
    return {"resourceType": "Encounter", "class": {"code": "AMB"}, "period": period} | told


def score(value: int, on: str, text: str = "PHQ-9 total score") -> dict[str, Any]:
    """The result of a questionnaire."""
    return {
        "resourceType": "Observation",
        "code": {"text": text, "coding": [{"system": "http://loinc.org", "code": "44261-6"}]},
        "effectiveDateTime": on,
        "valueInteger": value,
    }


def booking(start: str, **told: Any) -> dict[str, Any]:
    """An appointment."""
    return {"resourceType": "Appointment", "start": start, "description": "Review meeting"} | told


def condition(code: str, on: str, status: str = "confirmed") -> dict[str, Any]:
    """A diagnosis."""
    return {
        "resourceType": "Condition",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": code}]},
        "recordedDate": on,
        "verificationStatus": {"coding": [{"code": status}]},
    }


def consent(decision: str, on: str) -> dict[str, Any]:
    """What somebody decided about sharing for direct care."""
    category = [
        {"coding": [{"system": "https://fhir.nhs.uk/CodeSystem/consent-categories-bars", "code": "DRC"}]}
    ]
    provision = {"type": decision, "actor": [{"reference": PEERS}]}
    return {"resourceType": "Consent", "category": category, "dateTime": on, "provision": provision}


def plan(title: str, start: str, author: str) -> dict[str, Any]:
    """What was agreed."""
    told = {"title": title, "period": {"start": start}, "author": {"display": author}}
    return {"resourceType": "CarePlan"} | told


def relative(name: str, relationship: str, code: str = "") -> dict[str, Any]:
    """Somebody of the person's own."""
    coding = [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": code}] if code else []
    named = {"name": [{"text": name}]} if name else {}
    return {
        "resourceType": "RelatedPerson",
        "relationship": [{"text": relationship, "coding": coding}],
    } | named


def answers(*words: str, on: str = "2026-03-02") -> dict[str, Any]:
    """A questionnaire filled in."""
    items = [
        {"linkId": str(place), "text": f"Question {place}", "answer": [{"valueString": word}]}
        for place, word in enumerate(words)
    ]
    return {"resourceType": "QuestionnaireResponse", "authored": on, "item": items}


TEN, WORKER = "2026-03-02T10:00:00Z", [{"individual": {"display": "Priya Nair (therapist)"}}]
CERTAIN, POSSIBLE = "certain", "possible"

TABLE: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[str, str] | None]] = {
    "one number of the e-Referral Service, whatever else is told": (
        referral(identifier=[UBRN]),
        referral(identifier=[UBRN], authoredOn="2026-06-02", performer=[PEERS], code={"text": "Other"}),
        (CERTAIN, "shared-identifier"),
    ),
    "one names the other's own number": (
        referral(identifier=[OURS]),
        referral(requester=TRUST, basedOn=[{"identifier": OURS}], authoredOn="2026-03-20"),
        (CERTAIN, "one-names-the-other"),
    ),
    "an onward referral names the first and asks somebody else": (
        referral(identifier=[OURS]),
        referral(requester=TRUST, performer=[PEERS], basedOn=[{"identifier": OURS}], authoredOn="2026-03-20"),
        None,
    ),
    "asked for in one group": (
        referral(requisition=OURS),
        referral(requisition=OURS, requester=PEERS, authoredOn="2026-03-20"),
        (CERTAIN, "same-group"),
    ),
    "the same two parties on one day, in other words": (
        referral(),
        referral(
            code={"text": "Psychological therapies"},
            reasonCode=[{"text": "Depressed"}],
            authoredOn="2026-03-02",
        ),
        (CERTAIN, "same-request"),
    ),
    "written down four days later": (
        referral(),
        referral(authoredOn="2026-03-06"),
        (CERTAIN, "same-request"),
    ),
    "named on a sheet, without codes": (
        referral(
            requester=SURGERY | {"display": "Wherry Surgery"}, performer=[TRUST | {"display": "The Trust"}]
        ),
        referral(requester={"display": "Wherry surgery"}, performer=[{"display": "The trust"}]),
        (CERTAIN, "same-request"),
    ),
    "two codes are two organisations, whatever their name": (
        referral(performer=[TRUST | {"display": "The Trust"}], code={"text": "Wheelchair"}),
        referral(performer=[PEERS | {"display": "The Trust"}], code={"text": "Wheelchair"}),
        None,
    ),
    "one group, and names alone that differ": (
        referral(requisition=OURS, performer=[{"display": "The Trust"}]),
        referral(requisition=OURS, performer=[{"display": "The Peers"}]),
        None,
    ),
    "one group, of a code and of a name": (
        referral(requisition=OURS),
        referral(requisition=OURS, requester=PEERS, performer=[{"display": "The Trust"}]),
        (CERTAIN, "same-group"),
    ),
    "a second asking of three weeks later, entered in error": (
        referral(),
        referral(authoredOn="2026-03-23", status="entered-in-error"),
        None,
    ),
    "the same two parties for two coded things": (
        referral(code={"coding": [{"system": "s", "code": "1"}], "text": "Talking therapy"}),
        referral(code={"coding": [{"system": "s", "code": "2"}], "text": "Physiotherapy"}),
        (POSSIBLE, "same-parties-lately"),
    ),
    "the same two parties three weeks later": (
        referral(),
        referral(authoredOn="2026-03-23"),
        (POSSIBLE, "same-parties-lately"),
    ),
    "the same two parties six weeks later is a second referral": (
        referral(),
        referral(authoredOn="2026-04-13"),
        None,
    ),
    "another asks the same for something like it": (
        referral(),
        referral(requester=PEERS, authoredOn="2026-03-09"),
        (POSSIBLE, "like-request"),
    ),
    "another asks the same for something else": (
        referral(),
        referral(requester=PEERS, code={"text": "Wheelchair"}, reasonCode=[{"text": "Broken axle"}]),
        None,
    ),
    "two contacts that begin together": (
        contact(TEN),
        contact("2026-03-02T10:10:00Z"),
        (CERTAIN, "same-time"),
    ),
    "times told in two zones": (contact(TEN), contact("2026-03-02T11:00:00+01:00"), (CERTAIN, "same-time")),
    "one begins when the other is over": (
        contact(TEN, "2026-03-02T10:10:00Z"),
        contact("2026-03-02T10:12:00Z"),
        (POSSIBLE, "overlapping"),
    ),
    "at one time in two places": (
        contact(TEN),
        contact(TEN) | {"class": {"code": "HH"}},
        (POSSIBLE, "overlapping"),
    ),
    "one worker at one time, in two places": (
        contact(TEN, participant=WORKER),
        contact("2026-03-02T10:05:00Z", participant=WORKER) | {"class": {"code": "HH"}},
        (CERTAIN, "same-worker-then"),
    ),
    "two hours later": (contact(TEN), contact("2026-03-02T12:00:00Z"), None),
    "one worker that day, one without a time": (
        contact(TEN, participant=WORKER, type=[{"text": "Session"}]),
        contact(
            "2026-03-02", participant=[{"individual": {"display": "Priya Nair"}}], type=[{"text": "session"}]
        ),
        (CERTAIN, "same-worker-that-day"),
    ),
    "like words that day, one without a time": (
        contact(TEN, type=[{"text": "Home visit"}]),
        contact("2026-03-02", type=[{"text": "Visit, home"}]),
        (POSSIBLE, "like-contact-that-day"),
    ),
    "like words that day in another place, one without a time": (
        contact(TEN, type=[{"text": "First visit to the larder"}]),
        contact("2026-03-02", type=[{"text": "First visit to the larder"}]) | {"class": {"code": "FLD"}},
        (POSSIBLE, "like-contact-that-day"),
    ),
    "like words that day, one of them entered in error": (
        contact(TEN, type=[{"text": "Home visit"}]),
        contact("2026-03-02", type=[{"text": "Visit, home"}], status="entered-in-error"),
        None,
    ),
    "one booking in like words": (
        booking(TEN),
        booking(TEN, description="Review"),
        (CERTAIN, "like-booking"),
    ),
    "one booking with one person": (
        booking(TEN, participant=[{"actor": {"display": "Priya Nair"}}]),
        booking(TEN, description="Scan", participant=[{"actor": {"display": "Priya Nair (therapist)"}}]),
        (CERTAIN, "same-booking"),
    ),
    "two bookings for one time": (booking(TEN), booking(TEN, description="Scan"), (POSSIBLE, "same-time")),
    "two bookings an hour apart": (booking(TEN), booking("2026-03-02T11:00:00Z"), None),
    "one score told twice": (
        score(14, TEN),
        score(14, "2026-03-02", "Depression score"),
        (CERTAIN, "same-score"),
    ),
    "two scores on one day": (score(14, TEN), score(11, "2026-03-02"), (POSSIBLE, "measured-twice")),
    "a score a week later": (score(14, TEN), score(14, "2026-03-09"), None),
    "the same answers": (answers("Yes", "No"), answers("yes", "no."), (CERTAIN, "same-answers")),
    "other answers to one questionnaire": (
        answers("Yes") | {"questionnaire": "https://ours.example/Questionnaire/carer|2"},
        answers("No") | {"questionnaire": "https://theirs.example/fhir/Questionnaire/carer"},
        (POSSIBLE, "asked-twice"),
    ),
    "other answers to other questions": (answers("Yes", "No"), answers("No"), None),
    "a condition recorded by two": (
        condition("35489007", "2026-03-02"),
        condition("35489007", "2026-05-02"),
        (CERTAIN, "same-condition"),
    ),
    "a condition known for years": (
        condition("35489007", "2019-03-02"),
        condition("35489007", "2026-05-02"),
        (POSSIBLE, "known-condition"),
    ),
    "one confirms what the other refutes": (
        condition("35489007", "2026-03-02"),
        condition("35489007", "2026-03-02", "refuted"),
        (POSSIBLE, "known-condition"),
    ),
    "two conditions": (condition("35489007", "2026-03-02"), condition("73211009", "2026-03-02"), None),
    "one plan": (
        plan("Staying well", "2026-03-02", "Priya Nair, named social worker"),
        plan("Staying well", "2026-03-02", "Priya Nair"),
        (CERTAIN, "same-plan"),
    ),
    "the next version of a plan under another name": (
        plan("Staying well", "2026-03-02", "Priya Nair"),
        plan("Staying well at home", "2026-03-20", "Priya Nair"),
        (POSSIBLE, "like-plan"),
    ),
    "one decision": (
        consent("permit", "2026-03-02"),
        consent("permit", "2026-03-02"),
        (CERTAIN, "same-decision"),
    ),
    "decided again": (
        consent("permit", "2026-03-02"),
        consent("permit", "2026-03-20"),
        (POSSIBLE, "decided-again"),
    ),
    "one mother": (
        relative("Ruth Ashworth", "Mother"),
        relative("RUTH ASHWORTH", "mother"),
        (CERTAIN, "same-relative"),
    ),
    "a mother, coded by one system alone": (
        relative("Ruth Ashworth", "Mother", "MTH"),
        relative("Ruth Ashworth", "Mother"),
        (CERTAIN, "same-relative"),
    ),
    "one name, two relationships": (
        relative("Ruth Ashworth", "Mother", "MTH"),
        relative("Ruth Ashworth", "Sister", "SIS"),
        (POSSIBLE, "same-name"),
    ),
    "two sisters": (relative("Beth Ogden", "Sister"), relative("Carol Ogden", "Sister"), None),
    "two relatives without a name": (relative("", "Sister"), relative("", "Sister"), None),
    "a decision and its opposite": (consent("permit", "2026-03-02"), consent("deny", "2026-03-02"), None),
}


def seen(resource: dict[str, Any]) -> Facet:
    """The facet of a resource that tells when it was."""
    found = facet_of(resource, occurred(resource, 0))
    assert found
    return found


@pytest.mark.parametrize("says", TABLE)
def test_table(says: str) -> None:
    """What the table says, either way round; and where something is decided, some token is shared."""
    one, other = seen(TABLE[says][0]), seen(TABLE[says][1])
    for first, second in ((one, other), (other, one)):
        decision = decide(first, second)
        assert (decision and (decision.grade.value, decision.rule)) == TABLE[says][2]
    if TABLE[says][2]:
        assert not tokens(one).isdisjoint(tokens(other))


def test_every_rule_stands_in_the_table() -> None:
    """No rule without an example."""
    tried = {(one["resourceType"], found[1]) for one, _, found in TABLE.values() if found}
    rules = {
        (kind, rule.name) for kind, its in RULES.items() for rule in its if rule.name != "shared-identifier"
    }
    assert rules <= tried


some = st.sampled_from(["", "one", "two words", "two words more"])
several = st.lists(st.sampled_from(["s|1", "s|2", "t|1"]), max_size=2, unique=True).map(
    lambda one: tuple(sorted(one))
)
organisations = st.tuples(st.sampled_from(["", "A1", "B2"]), some)
facets = st.builds(
    Facet,
    kind=st.sampled_from(sorted(FOLDED)),
    at=st.integers(0, 130 * 24 * 60).map(lambda minutes: 600_000 * DAY + minutes * MINUTE),
    exact=st.booleans(),
    until=st.just(0),
    by=organisations, to=organisations, codes=several, title=some, why=some, people=several, value=some, place=some,
    shared=several, own=several, names=several, group=some, withdrawn=st.booleans(),
).map(lambda one: one if one.exact else replace(one, at=one.at // DAY * DAY))  # fmt: skip


@given(facets, facets)
def test_what_is_decided_of_two_can_be_found_and_is_the_same_either_way(one: Facet, other: Facet) -> None:
    """Tokens miss no pair of which a rule holds."""
    decision = decide(one, other)
    assert decision == decide(other, one)
    if decision:
        assert not tokens(one).isdisjoint(tokens(other)), decision
        assert 1 <= decision.nearness <= 10_000


def test_a_doubt_is_what_a_person_can_settle() -> None:
    """Not of what was taken back, nor of two entries that the same two systems each have."""
    ours, theirs = Seen({"ZZG07"}, withdrawn=False), Seen({"ZZT41"}, withdrawn=False)
    both, third = Seen({"ZZG07", "ZZT41"}, withdrawn=False), Seen({"ZZV58"}, withdrawn=False)
    assert is_doubtful(ours, theirs)
    assert is_doubtful(both, third)
    assert is_doubtful(both, theirs)
    assert not is_doubtful(both, both)
    assert not is_doubtful(ours, theirs._replace(withdrawn=True))


def test_a_row_gives_the_facet_back() -> None:
    """And what is no kind of entry in which duplicates are looked for has none."""
    resource = referral(identifier=[UBRN, OURS])
    assert from_row(facet_row(resource, 5)) == facet_of(resource, 5)
    assert facet_row({"resourceType": "Communication"}, 5) == b""
