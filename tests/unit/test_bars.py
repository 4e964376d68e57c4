"""What BaRS refuses, what is taken with a deviation, and what is in order: one sentence a row."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.fhir.bars import bars_notes
from schemas.fhir.bars_tables import DEVIATIONS, EVENTS, REASONS
from schemas.fhir.issue import Refused
from schemas.fhir.rules import RULES

EXAMPLES = Path(__file__).parents[3] / "shared/fixtures/bars/process_message/request"
STREAMS = Path(__file__).parents[1] / "streams"

NHS = "https://fhir.nhs.uk/CodeSystem"
META = {"lastUpdated": "2026-03-02T10:00:00+00:00"}
HEADER, PATIENT, ROOT, PLAN, ENCOUNTER = range(5)

Bundle = dict[str, Any]


def a_request(
    event: str, reason: str, root: str, status: str, category: str = "referral", **companions: str
) -> Bundle:
    """A BaRS message that is in order, but for what the arguments say."""
    header: Bundle = {
        "resourceType": "MessageHeader",
        "eventCoding": {"system": f"{NHS}/message-events-bars", "code": event},
        "reason": {"coding": [{"system": f"{NHS}/message-reason-bars", "code": reason}]},
        "focus": [{"reference": "urn:uuid:root"}],
    }
    if event.endswith("-response"):
        header["response"] = {"identifier": "86e3371d-1c15-4862-9552-d9560f8292ba", "code": "ok"}
    coding = {"system": f"{NHS}/message-category-servicerequest", "code": category}
    resources = [
        header,
        {"resourceType": "Patient"},
        {"resourceType": root, "status": status, "category": [{"coding": [coding]}]},
        *({"resourceType": kind, "status": value} for kind, value in companions.items()),
    ]
    urls = ["urn:uuid:header", "urn:uuid:person", "urn:uuid:root", "urn:uuid:3", "urn:uuid:4"]
    return {
        "resourceType": "Bundle",
        "type": "message",
        "meta": {"versionId": "1.1.0"},
        "entry": [
            {"fullUrl": url, "resource": resource | {"meta": META}}
            for url, resource in zip(urls, resources, strict=False)
        ],
    }


def referral(
    reason: str = "new", status: str = "active", plan: str = "completed", met: str = "triaged"
) -> Bundle:
    """A request to take a person over."""
    return a_request("servicerequest-request", reason, "ServiceRequest", status, CarePlan=plan, Encounter=met)


def validation(plan: str = "active", met: str = "in-progress") -> Bundle:
    """A request to look at an assessment again."""
    return a_request(
        "servicerequest-request",
        "new",
        "ServiceRequest",
        "active",
        "validation",
        CarePlan=plan,
        Encounter=met,
    )


def response(reason: str = "new", status: str = "active") -> Bundle:
    """What came of a referral."""
    return a_request("servicerequest-response", reason, "ServiceRequest", status)


def booking(reason: str = "new", status: str = "booked") -> Bundle:
    """An appointment that is made."""
    return a_request("booking-request", reason, "Appointment", status)


def booking_response(reason: str = "new", status: str = "booked") -> Bundle:
    """The answer to an appointment that was made."""
    return a_request("booking-response", reason, "Appointment", status)


def but(bundle: Bundle, change: Callable[[Bundle, list[Bundle]], object]) -> Bundle:
    """The message after a change to the Bundle or its resources."""
    change(bundle, [entry["resource"] for entry in bundle["entry"]])
    return bundle


def without(bundle: Bundle, place: int) -> Bundle:
    """The message without one of its entries."""
    return but(bundle, lambda b, _: b["entry"].pop(place))


def reason_of(system: str, code: str) -> Callable[[Bundle, list[Bundle]], object]:
    """Another reason."""
    return lambda _, r: r[HEADER].update(reason={"coding": [{"system": system, "code": code}]})


TAKEN: dict[str, tuple[Bundle, list[str]]] = {
    # sentence: the message, and the deviations it is taken with
    "a new referral with its completed plan and triaged contact": (referral(), []),
    "a new referral whose contact is finished": (referral(met="finished"), []),
    "a new validation with an active plan and a contact in progress": (validation(), []),
    "a new validation whose contact is triaged": (validation(met="triaged"), []),
    "a cancelled referral: an update to revoked": (referral("update", "revoked"), []),
    "a referral that never should have been: an update to entered-in-error": (
        referral("update", "entered-in-error"),
        [],
    ),
    "a cancel needs no plan and no contact": (
        without(without(referral("update", "revoked"), ENCOUNTER), PLAN),
        [],
    ),
    "a referral that is revised": (referral("update", plan="draft"), []),
    "a referral that is completed": (referral("update", "completed"), []),
    "a response to a referral": (response(), []),
    "a response to a referral that is done": (response(status="completed"), []),
    "a response that the person did not attend": (response(status="revoked"), []),
    "a response that is revised": (response("update"), []),
    "a response that refers to the contact in which it was made": (
        but(response(), lambda _, r: r[HEADER].update(focus=[{"reference": "urn:uuid:elsewhere"}])),
        [],
    ),
    "a new booking": (booking(), []),
    "a booking that is moved": (booking("update"), []),
    "a booking that is cancelled": (booking("update", "cancelled"), []),
    "a booking that was kept": (booking("update", "fulfilled"), []),
    "a booking that is confirmed": (booking_response(), []),
    "a booking that is declined": (booking_response(status="cancelled"), []),
    "a resource named by type and id is the focus too": (
        but(
            referral(),
            lambda _, r: (
                r[ROOT].update(id="7"),
                r[HEADER].update(focus=[{"reference": "ServiceRequest/7"}]),
            ),
        ),
        [],
    ),
    "an alpha of version 1": (but(referral(), lambda b, _: b["meta"].update(versionId="1.0.0-alpha")), []),
    "another event system is none of BaRS": (
        but(referral("x"), lambda _, r: r[HEADER]["eventCoding"].update(system=f"{NHS}/message-events")),
        [],
    ),
    "an event by its address is none of BaRS": (
        but(referral("x"), lambda _, r: r[HEADER].pop("eventCoding")),
        [],
    ),
    # off the guide's text
    "no version": (but(referral(), lambda b, _: b.pop("meta")), ["bars-version-missing"]),
    "no version in meta": (but(referral(), lambda b, _: b.update(meta=META)), ["bars-version-missing"]),
    "no reason, and a referral that is active": (
        but(referral(), lambda _, r: r[HEADER].pop("reason")),
        ["bars-reason-missing"],
    ),
    "no reason, and a referral that is revoked": (
        but(referral(status="revoked"), lambda _, r: r[HEADER].pop("reason")),
        ["bars-reason-missing"],
    ),
    "a reason in words alone": (
        but(referral(), lambda _, r: r[HEADER].update(reason={"text": "New"})),
        ["bars-reason-missing"],
    ),
    "a reason of an older code system": (
        but(referral(), reason_of(f"{NHS}/message-reason-servicerequest", "new")),
        ["bars-reason-system"],
    ),
    "no category": (but(referral(), lambda _, r: r[ROOT].pop("category")), ["bars-category"]),
    "another category": (
        but(referral(), lambda _, r: r[ROOT].update(category=[{"text": "Befriending"}])),
        ["bars-category"],
    ),
    "no plan": (without(referral(), PLAN), ["bars-care-plan"]),
    "a referral whose plan is active": (referral(plan="active"), ["bars-care-plan"]),
    "a validation whose plan is completed": (validation(plan="completed"), ["bars-care-plan"]),
    "no contact": (without(referral(), ENCOUNTER), ["bars-encounter"]),
    "a referral whose contact is in progress": (referral(met="in-progress"), ["bars-encounter"]),
    "a validation whose contact is finished": (validation(met="finished"), ["bars-encounter"]),
    "a new request that is on hold": (referral(status="on-hold"), ["bars-request-status"]),
    "a referral cancelled with reason delete": (referral("delete", "revoked"), ["bars-cancel-reason"]),
    "a referral cancelled with reason new": (referral("new", "entered-in-error"), ["bars-cancel-reason"]),
    "a booking cancelled with reason new": (booking("new", "cancelled"), ["bars-cancel-reason"]),
    "a booking cancelled with reason delete": (booking("delete", "entered-in-error"), ["bars-cancel-reason"]),
    "a response taken back with reason delete": (response("delete", "revoked"), ["bars-cancel-reason"]),
    "a new booking that waits to be confirmed": (booking(status="pending"), ["bars-booking-status"]),
    "a new booking that was kept": (booking(status="fulfilled"), ["bars-booking-status"]),
    "a booking that answers with a proposal": (booking_response(status="proposed"), ["bars-booking-status"]),
    "a response that calls the referral an error": (
        response(status="entered-in-error"),
        ["bars-response-status"],
    ),
    "a response that does not say to what": (
        but(response(), lambda _, r: r[HEADER].pop("response")),
        ["bars-response-missing"],
    ),
    "a response without the referral": (without(response(), ROOT), ["bars-root-missing"]),
    "a booking response with what it answers alone": (
        without(booking_response(), ROOT),
        ["bars-root-missing"],
    ),
    "a request whose focus is elsewhere": (
        but(referral(), lambda _, r: r[HEADER].update(focus=[{"reference": "urn:uuid:elsewhere"}])),
        ["bars-focus"],
    ),
    "a request without focus": (but(referral(), lambda _, r: r[HEADER].pop("focus")), ["bars-focus"]),
    "resources that do not say when they changed": (
        but(referral(), lambda _, r: (r[PATIENT].pop("meta"), r[PLAN].update(meta={"versionId": "2"}))),
        ["bars-last-updated"],
    ),
}

_STATUS = f"Bundle.entry[{ROOT}].resource.status"
REFUSED: dict[str, tuple[Bundle, int, str, str, str]] = {
    # sentence: the message, the HTTP status, the issue code, the rule and the place
    "an event that BaRS lacks": (
        but(referral(), lambda _, r: r[HEADER]["eventCoding"].update(code="servicerequest-gossip")),
        422,
        "not-supported",
        "bars-event",
        "Bundle.entry[0].resource.eventCoding.code",
    ),
    "an event without a code": (
        but(referral(), lambda _, r: r[HEADER]["eventCoding"].pop("code")),
        422,
        "not-supported",
        "bars-event",
        "Bundle.entry[0].resource.eventCoding.code",
    ),
    "a reason that BaRS lacks": (
        but(referral(), reason_of(f"{NHS}/message-reason-bars", "again")),
        400,
        "value",
        "bars-event",
        "Bundle.entry[0].resource.reason.coding[0].code",
    ),
    "a version that is null": (
        but(referral(), lambda b, _: b["meta"].update(versionId=None)),
        400,
        "invariant",
        "bars-version",
        "Bundle.meta.versionId",
    ),
    "a version that is not spoken": (
        but(referral(), lambda b, _: b["meta"].update(versionId="2.0.0")),
        422,
        "not-supported",
        "bars-version",
        "Bundle.meta.versionId",
    ),
    "a version that merely starts alike": (
        but(referral(), lambda b, _: b["meta"].update(versionId="10.0.0")),
        422,
        "not-supported",
        "bars-version",
        "Bundle.meta.versionId",
    ),
    "a new referral that is a draft": (referral(status="draft"), 400, "invariant", "bars-new", _STATUS),
    "a new referral that is completed": (referral(status="completed"), 400, "invariant", "bars-new", _STATUS),
    "a new referral of unknown status": (referral(status="unknown"), 400, "invariant", "bars-new", _STATUS),
    "an update to a draft": (referral("update", "draft"), 400, "invariant", "bars-update", _STATUS),
    "a deleted referral that is active": (referral("delete"), 400, "invariant", "bars-cancel", _STATUS),
    "a deleted booking that is booked": (booking("delete"), 400, "invariant", "bars-cancel", _STATUS),
    "a response with a draft": (response(status="draft"), 400, "invariant", "bars-response", _STATUS),
    "a response that deletes what is active": (
        response("delete"),
        400,
        "invariant",
        "bars-response",
        _STATUS,
    ),
    "a new referral with a plan that is a draft": (
        referral(plan="draft"),
        400,
        "invariant",
        "bars-new",
        f"Bundle.entry[{PLAN}].resource.status",
    ),
    "a new validation with a plan that is revoked": (
        validation(plan="revoked"),
        400,
        "invariant",
        "bars-new",
        f"Bundle.entry[{PLAN}].resource.status",
    ),
    "a new referral with a contact that is cancelled": (
        referral(met="cancelled"),
        400,
        "invariant",
        "bars-new",
        f"Bundle.entry[{ENCOUNTER}].resource.status",
    ),
    "a referral without its request": (
        without(referral(), ROOT),
        400,
        "invariant",
        "bars-new",
        "Bundle.entry",
    ),
    "a booking without its appointment": (
        without(booking(), ROOT),
        400,
        "invariant",
        "bars-new",
        "Bundle.entry",
    ),
    "a booking response with nothing it could be about": (
        but(without(booking_response(), ROOT), lambda _, r: r[HEADER].pop("response")),
        400,
        "invariant",
        "bars-response",
        "Bundle.entry",
    ),
}


@pytest.mark.parametrize("sentence", TAKEN)
def test_it_is_taken_and_what_deviates_is_named(sentence: str) -> None:
    """With no deviation but those named, each with words and the section of the standard."""
    bundle, deviations = TAKEN[sentence]
    notes = bars_notes(bundle)
    assert [note.name for note in notes] == deviations
    for note in notes:
        assert (note.kind, note.text) == ("deviation", DEVIATIONS[note.name].says)
        assert note.place.startswith("Bundle.")


@pytest.mark.parametrize("sentence", REFUSED)
def test_it_is_refused_with_the_place_and_the_rule(sentence: str) -> None:
    """One issue that says where, and by which section of the standard."""
    bundle, status, code, rule, place = REFUSED[sentence]
    with pytest.raises(Refused) as refused:
        bars_notes(bundle)
    assert refused.value.status == status
    assert [(one.code, one.rule, one.place) for one in refused.value.issues] == [(code, rule, place)]
    assert "BaRS" in RULES[rule].section


def test_it_says_what_would_be_right() -> None:
    """The words name the statuses that the reason goes with."""
    for bundle, words in (
        (referral(status="draft"), "With reason new it is active."),
        (referral("update", "draft"), "active, on-hold, completed, revoked or entered-in-error"),
        (referral("delete"), "revoked or entered-in-error, with reason update"),
        (booking("delete"), "cancelled or entered-in-error, with reason update"),
        (referral(met="cancelled"), "The Encounter of a new referral is triaged or finished."),
    ):
        with pytest.raises(Refused) as refused:
            bars_notes(bundle)
        assert words in refused.value.issues[0].text


def test_places_are_counted() -> None:
    """The first place, and how many."""
    (note,) = bars_notes(TAKEN["resources that do not say when they changed"][0])
    assert (note.place, note.count) == ("Bundle.entry[1].resource.meta", 2)


def test_the_focused_request_decides() -> None:
    """Where a message replaces a referral, the old one is revoked beside the new one that is sent."""
    bundle = referral()
    old = {"resourceType": "ServiceRequest", "status": "revoked", "meta": META}
    bundle["entry"].insert(1, {"fullUrl": "urn:uuid:old", "resource": old})
    assert bars_notes(bundle) == []


def test_one_fitting_contact_is_enough() -> None:
    """A message may tell of other contacts too."""
    bundle = referral()
    other = {"resourceType": "Encounter", "status": "cancelled", "meta": META}
    bundle["entry"].insert(1, {"resource": other})
    assert bars_notes(bundle) == []


def test_every_row_of_the_tables_decides() -> None:
    """No two rows of an event claim the same reason and status, and every deviation they name has words."""
    for event in EVENTS.values():
        claimed = [(row.reason, one) for row in event.interactions for one in row.statuses.split()]
        assert len(claimed) == len(set(claimed))
        assert {reason for reason, _ in claimed} == set(REASONS)
        assert {row.deviation for row in event.interactions} <= {"", *DEVIATIONS}
        for row in event.interactions:
            assert all(event.interaction(row.reason, status) is row for status in row.statuses.split())


@pytest.mark.parametrize("stream", sorted(STREAMS.glob("*.ndjson")), ids=lambda path: path.name)
def test_the_scenario_streams_are_taken(stream: Path) -> None:
    """No message of a scenario is refused: it deviates at most."""
    for line in stream.read_bytes().splitlines():
        message = orjson.loads(line)["message"]
        if message.get("type") == "message":
            assert all(note.kind == "deviation" for note in bars_notes(message))


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the published examples are not beside the project")
def test_the_published_requests_are_taken_as_they_are() -> None:
    """The standard's own examples of requests deviate in nothing."""
    found = sorted(EXAMPLES.glob("*.json"))
    assert found
    for path in found:
        assert bars_notes(orjson.loads(path.read_bytes())) == [], path.name
