"""What holds of any referral threads: order decides nothing, and no resource stops them being read."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.domain.record.referrals.stalling import StalledDays, stalled
from services.domain.record.referrals.state import State
from services.domain.record.referrals.threads import threads
from services.domain.record.word import Word
from tests.streams.fhir_builders import organisation_reference
from tests.streams.norfolk_suffolk_partners import PARTNERS
from tests.unit.referral_words import JOURNEY, own, ticks, word

_organisations = st.sampled_from(PARTNERS)
_days = st.integers(1, 28).map(lambda day: f"2026-03-{day:02}T09:00:00Z")
_local = st.integers(0, 4).map(str)
_references = st.one_of(
    st.builds(lambda local: own(f"sr-{local}"), _local),
    st.builds(lambda value: {"identifier": {"system": "urn:a:shared", "value": value}}, _local),
    st.builds(lambda local: own(f"e-{local}", "Encounter"), _local),
    st.builds(lambda local: own(f"b-{local}", "Appointment"), _local),
    st.sampled_from([JOURNEY, {"display": "somebody"}, {"reference": "#none"}]),
)
_listed = st.lists(_references, max_size=2)
_identifiers = st.lists(_local.map(lambda value: {"system": "urn:a:shared", "value": value}), max_size=1)


def _told(kind: str, letter: str, statuses: str, fields: dict[str, st.SearchStrategy[Any]]) -> Any:
    """Any word of a resource type."""
    resource = st.fixed_dictionaries(
        {
            "resourceType": st.just(kind),
            "id": _local.map(lambda local: f"{letter}-{local}"),
            "status": st.sampled_from(statuses.split()),
            "identifier": _identifiers,
            **fields,
        }
    )
    entries = st.sampled_from(["", "", f"{kind} one", f"{kind} two"])
    return st.builds(word, _organisations, resource, _days, entries)


_named_organisations = _organisations.map(organisation_reference)
WORDS = st.lists(
    st.one_of(
        _told(
            "ServiceRequest", "sr", "draft active active on-hold revoked completed entered-in-error",
            {
                "authoredOn": st.one_of(_days, st.sampled_from(["2026-03", "2026-03-09", "never"])),
                "basedOn": _listed, "replaces": _listed,
                "encounter": _references, "requester": _named_organisations,
                "performer": st.lists(_named_organisations, max_size=2),
                "code": st.sampled_from([{"text": "Company"}, {"text": "CBT"}, {}]),
                "requisition": st.sampled_from([{}, {"system": "urn:a:set", "value": "1"}]),
            },
        ),
        _told(
            "Task", "t", "requested accepted rejected failed cancelled completed in-progress entered-in-error",
            {
                "focus": _references, "basedOn": _listed, "lastModified": _days, "owner": _named_organisations,
                "groupIdentifier": st.sampled_from([{}, {"system": "urn:a:set", "value": "1"}]),
            },
        ),
        _told("Appointment", "b", "booked cancelled noshow fulfilled", {"basedOn": _listed, "start": _days}),
        _told(
            "Encounter", "e", "planned finished cancelled triaged",
            {
                "basedOn": _listed, "appointment": _listed, "episodeOfCare": _listed,
                "period": _days.map(lambda start: {"start": start}), "serviceProvider": _named_organisations,
            },
        ),
        _told("EpisodeOfCare", "ep", "active waitlist finished cancelled", {"referralRequest": _listed}),
        _told("Communication", "n", "completed", {"about": _listed, "encounter": _references, "sent": _days}),
    ),
    max_size=12, unique_by=lambda one: one.resource_key,
)  # fmt: skip


@given(WORDS, st.randoms(use_true_random=False))
def test_order_decides_nothing(told: list[Word], dice: Any) -> None:
    """The same words in any order give the same threads; and so does a word that is told twice."""
    shuffled = [*told, *told[:2]]
    dice.shuffle(shuffled)
    assert threads(shuffled) == threads(told)


@given(WORDS)
def test_what_holds_of_any_threads(told: list[Word]) -> None:
    """Each referral is in one thread; each thread has one state, its steps in order, and its holders in order."""
    found = threads(told)
    referrals = {one.entry_key for one in told if one.resource["resourceType"] == "ServiceRequest"}
    assert sorted(entry for thread in found for entry in thread.entries) == sorted(referrals)
    assert [thread.asked for thread in found] == sorted(thread.asked for thread in found)
    keys = {thread.key for thread in found}
    for thread in found:
        assert [step.ticks for step in thread.steps] == sorted(step.ticks for step in thread.steps)
        assert len({(step.resource_key, step.words) for step in thread.steps}) == len(thread.steps)
        since = [one.since for one in thread.held]
        assert since == sorted(since)
        assert all(one.since >= thread.asked for one in thread.held)
        assert all(was.organisation.key != now.organisation.key for was, now in pairwise(thread.held))
        assert thread.asked_again is None or thread.asked_again in keys - {thread.key}
        if thread.state in (State.COMPLETED, State.WITHDRAWN, State.ENTERED_IN_ERROR):
            assert thread.holder is None
        elif thread.state.is_unanswered:
            assert thread.waiting
            assert stalled(thread, ticks("2026-12-31"), StalledDays(1))


_odd: list[Any] = [
    *(None, True, 3, 0.5, "", "words", [], {}, [None], ["words"], [[]], {"text": 3}, {"text": ""}),
    *({"coding": [None]}, {"coding": {"code": 4}}, [{"coding": [{"code": "a"}]}], {"start": []}, {"start": "2026"}),
    *({"reference": "ServiceRequest/it"}, [{"reference": "ServiceRequest/it"}], {"identifier": [3]}, {"display": 4}),
    *([{"valueString": None}], [{"contentString": 9}], "2026-03", "9999-12-31T23:59:60Z", "active", "booked"),
    *("entered-in-error", {"type": "Patient"}, {"type": 3, "reference": 3}, {"reference": "Practitioner/"}),
]  # fmt: skip
_fields = (
    *("id", "status", "identifier", "authoredOn", "requester", "performer", "code", "reasonCode", "reasonReference"),
    *("basedOn", "replaces", "encounter", "focus", "owner", "lastModified", "statusReason", "businessStatus"),
    *("output", "start", "created", "cancelationReason", "period", "type", "serviceType", "serviceProvider", "sent"),
    *("payload", "about", "appointment", "episodeOfCare", "referralRequest", "managingOrganization", "name"),
    *("providedBy", "organization", "practitioner", "healthcareService", "requisition", "groupIdentifier"),
    *("occurrencePeriod", "occurrenceDateTime", "contained"),
)  # fmt: skip
_kinds = (
    *("ServiceRequest", "ServiceRequest", "Task", "Appointment", "Encounter", "EpisodeOfCare", "Communication"),
    *("Organization", "HealthcareService", "PractitionerRole", "CareTeam", "Patient", "RelatedPerson", "Basic"),
)  # fmt: skip


@given(
    st.lists(
        st.tuples(
            st.sampled_from(_kinds), st.dictionaries(st.sampled_from(_fields), st.sampled_from(_odd), max_size=9)
        ),
        max_size=5,
    )
)  # fmt: skip
def test_anything_can_be_told(told: list[tuple[str, dict[str, Any]]]) -> None:
    """No shape of a field stops the threads, and no referral is lost for it."""
    words = [
        Word(
            bytes([place]) * 16,
            bytes([place]),
            b"s",
            "ZZT41",
            {"id": "it", **fields, "resourceType": kind},
            place,
        )
        for place, (kind, fields) in enumerate(told)
    ]
    found = threads(words)
    assert {entry for thread in found for entry in thread.entries} == {
        one.entry_key for one in words if one.resource["resourceType"] == "ServiceRequest"
    }
    assert all(step.words for thread in found for step in thread.steps)
