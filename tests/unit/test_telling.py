"""What people read of a resource: a table of sentences, and the law that anything can be told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.record.kinds import CONTEXT, KINDS, kind_of, occurred
from services.domain.record.telling import tell

INSTANT = 638_000_000_000_000_000

TABLE: dict[str, tuple[dict[str, Any], tuple[str, str, str, str]]] = {
    "a score shows its number and unit": (
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": "PHQ-9 total score"},
            "effectiveDateTime": "2026-03-02",
            "valueQuantity": {"value": 18, "unit": "points"},
        },
        ("2026-03-02", "PHQ-9 total score", "final", "18 points"),
    ),
    "a refusal to share does not read like a consent": (
        {
            "resourceType": "Consent",
            "status": "active",
            "category": [{"text": "Direct care"}],
            "dateTime": "2026-03-02",
            "provision": {"type": "deny", "actor": [{"reference": {"display": "Tidewell Peers"}}]},
        },
        ("2026-03-02", "Direct care", "active", "Sharing is refused with Tidewell Peers."),
    ),
    "a referral says why it was made": (
        {
            "resourceType": "ServiceRequest",
            "status": "active",
            "code": {"coding": [{"display": "Talking therapy"}]},
            "authoredOn": "2026-03-02T10:30:00+01:00",
            "reasonCode": [{"text": "Low mood since January"}],
        },
        ("2026-03-02T10:30:00+01:00", "Talking therapy", "active", "Low mood since January"),
    ),
    "a questionnaire shows its answers": (
        {
            "resourceType": "QuestionnaireResponse",
            "status": "completed",
            "authored": "2026-03-02",
            "questionnaire": "https://example/form",
            "item": [{"text": "What matters to you?", "answer": [{"valueString": "My allotment"}]}],
        },
        ("2026-03-02", "Questionnaire", "completed", "What matters to you?: My allotment."),
    ),
    "a note shows what was written": (
        {
            "resourceType": "Communication",
            "status": "completed",
            "category": [{"text": "Peer-support note"}],
            "sent": "2026-03-02T09:00:00Z",
            "payload": [{"contentString": "We walked by the river."}],
        },
        ("2026-03-02T09:00:00Z", "Peer-support note", "completed", "We walked by the river."),
    ),
    "without a moment of its own it happened at its version's instant": (
        {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Walk more"}},
        ("2022-09-28T22:13:20.0000000Z", "Walk more", "active", ""),
    ),
    "a plan names what is to be done": (
        {
            "resourceType": "CarePlan",
            "status": "active",
            "title": "Staying well",
            "created": "2026-03",
            "activity": [
                {"detail": {"description": "Ring on Mondays"}},
                {"detail": {"description": "Bus pass"}},
            ],
        },
        ("2026-03", "Staying well", "active", "Ring on Mondays; Bus pass"),
    ),
}


@pytest.mark.parametrize("sentence", TABLE)
def test_words(sentence: str) -> None:
    """Each resource is told as the table says."""
    resource, expected = TABLE[sentence]
    told = tell(resource, INSTANT)
    assert (told.when, told.title, told.status, told.detail) == expected


def test_context_is_no_entry() -> None:
    """What came with a message is kept as context, and an unknown type too."""
    assert [kind_of(name) for name in ("MessageHeader", "Patient", "Basic")] == [CONTEXT] * 3


_odd: list[Any] = [
    *(None, True, 3, 0.5, "", "words", [], {}, [None], ["words"], [[]], {"text": 3}, {"text": "words"}),
    *({"coding": [None]}, {"coding": {"code": 4}}, [{"text": None}, 7], {"start": "2026"}, {"start": []}),
    *({"type": "deny", "actor": [3]}, [{"answer": [{"valueCoding": {}}]}], [{"detail": {"description": 1}}]),
    *({"value": None}, [{"contentString": 9}], {"provision": {}}, {"display": ["words"]}),
]
_fields = sorted(
    {path.split(".")[0] for kind in KINDS.values() for path in (*kind.when, *kind.what)}
    | {"status", "provision", "item", "payload", "note", "activity", "valueQuantity", "statusReason"}
)


@given(
    st.sampled_from(sorted(KINDS)),
    st.dictionaries(st.sampled_from(_fields), st.sampled_from(_odd), max_size=6),
)
def test_anything_can_be_told(resource_type: str, fields: dict[str, Any]) -> None:
    """No shape of a field stops the telling: the record shows what it can of whatever was accepted."""
    resource = {**fields, "resourceType": resource_type}
    told = tell(resource, INSTANT)
    assert told.when
    assert told.title or fields
    assert occurred(resource, INSTANT) >= 0
