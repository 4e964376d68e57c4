"""Ask before referring: what is open, or lately ended, for something like what is proposed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.record.referrals.same_need import like
from services.domain.record.referrals.threads import threads
from services.domain.record.word import Word
from tests.streams.fhir_builders import Resource, concept
from tests.streams.norfolk_suffolk_partners import LANTERN, TIDEWELL, TRUST
from tests.unit.referral_words import FIRST, first, named, no, request, task, ticks, visit, yes

SNOMED = "http://snomed.info/sct"
AS_OF = ticks("2026-05-01T09:00:00Z")


def proposed(text: str = "", why: str = "", *codings: tuple[str, str, str]) -> Resource:
    """A referral that somebody is about to make."""
    reason = {"reasonCode": [concept(why)]} if why else {}
    return {"resourceType": "ServiceRequest", "code": concept(text, *codings), **reason}


def lonely(status: str = "active", at: str = "") -> Word:
    """The surgery asked the trust for befriending, on 2 March."""
    return first(
        code=concept("Befriending", (SNOMED, "310884004", "Befriending scheme")),
        reasonCode=[concept("Lonely since he was widowed")],
        status=status,
        at=at,
    )


SINCE = "since 2 March 2026, with Broadland Wellbeing Trust"

TABLE: dict[str, tuple[list[Word], Resource, list[str]]] = {
    # what is told of the person, what is proposed, and why it is found
    "the same service in words": (
        [lonely()], proposed("befriending", "Shy"), [f"The same service: asked {SINCE}"],
    ),
    "the same code in other words": (
        [lonely()], proposed("A visitor", "", (SNOMED, "310884004", "")), [f"The same service: asked {SINCE}"],
    ),
    "another code system with the same code": ([lonely()], proposed("A visitor", "", ("urn:a", "310884004", "")), []),
    "what its code is called": (
        [lonely()], proposed("Scheme for befriending"), [f"The same service: asked {SINCE}"],
    ),
    "the same reason, whatever the case, order and small words": (
        [lonely()], proposed("A walking group", "WIDOWED; lonely since he was"), [f"The same reason: asked {SINCE}"],
    ),
    "the same service for the same reason": (
        [lonely()], proposed("Befriending", "Lonely since he was widowed."),
        [f"The same service for the same reason: asked {SINCE}"],
    ),
    "a reason that has the words of a service is no service": (
        [lonely()], proposed("Lonely since he was widowed", "Befriending"), [],
    ),
    "other words are another reason": ([lonely()], proposed("A walking group", "Lonely since he moved"), []),
    "nothing is said of what or why": ([lonely(), request("sr-9", LANTERN, "2026-03-01", code={})], proposed(), []),
    "with whoever accepted it": (
        [lonely(), yes(TIDEWELL, "2026-03-04T09:00:00Z")], proposed("Befriending"),
        ["The same service: accepted since 4 March 2026, with Tidewell Peers"],
    ),
    "however long ago it was asked, while it is open": (
        [request("sr-9", LANTERN, "2019-03-01T09:00:00Z")], proposed("Befriending"),
        ["The same service: asked since 1 March 2019, with Marsh Lantern"],
    ),
    "rejected in the ninety days before": (
        [lonely(), no(TRUST, "2026-03-04T09:00:00Z")], proposed("Befriending"),
        ["The same service: rejected since 4 March 2026, with Reedmere Surgery"],
    ),
    "rejected ninety days before to the second": (
        [request("sr-1", TRUST, "2026-01-02", identifier=lonely().resource["identifier"]),
         no(TRUST, "2026-01-31T09:00:00Z")],
        proposed("Befriending"), ["The same service: rejected since 31 January 2026, with Reedmere Surgery"],
    ),
    "rejected a second longer ago": (
        [request("sr-1", TRUST, "2026-01-02", identifier=lonely().resource["identifier"]),
         no(TRUST, "2026-01-31T08:59:59Z")],
        proposed("Befriending"), [],
    ),
    "completed lately: nobody holds it": (
        [lonely(), task("t", TRUST, named(FIRST), "completed", "2026-04-04T09:00:00Z")], proposed("Befriending"),
        ["The same service: completed since 4 April 2026"],
    ),
    "withdrawn": ([lonely("revoked", "2026-04-04T09:00:00Z")], proposed("Befriending"), []),
    "entered in error": ([lonely("entered-in-error", "2026-04-04T09:00:00Z")], proposed("Befriending"), []),
    "the open ones first, the latest of each first": (
        [
            lonely(), no(TRUST, "2026-04-20T09:00:00Z"),
            request("sr-2", LANTERN, "2026-03-05T09:00:00Z"), request("sr-3", TIDEWELL, "2026-03-06T09:00:00Z"),
            visit("e", LANTERN, "2026-03-20T09:00:00Z", {"identifier": {"system": "urn:a", "value": "none"}}),
        ],
        proposed("Befriending"),
        [
            "The same service: asked since 6 March 2026, with Tidewell Peers",
            "The same service: asked since 5 March 2026, with Marsh Lantern",
            "The same service: rejected since 20 April 2026, with Reedmere Surgery",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("words", "wanted", "why"), TABLE.values(), ids=TABLE)
def test_what_is_there_already(words: list[Word], wanted: Resource, why: list[str]) -> None:
    """What is open or lately ended for the same service or reason, and with whom it is."""
    assert [one.why for one in like(wanted, threads(words), AS_OF)] == why


def test_what_is_found_is_the_thread() -> None:
    """So that whoever asks can read on."""
    known = threads([lonely()])
    assert [one.thread for one in like(proposed("Befriending"), known, AS_OF)] == known


_odd: list[Any] = [
    *(None, 3, "", "Befriending", [], {}, [None], [[]], {"text": 3}, {"text": ""}, {"text": "?!"}, {"text": "the"}),
    *({"coding": {}}, {"coding": [3, {}]}, {"coding": [{"system": 1, "code": "a"}]}, [{"coding": [{"display": 4}]}]),
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(["code", "reasonCode", "reasonReference"]), st.sampled_from(_odd)))
def test_anything_can_be_proposed(fields: dict[str, Any]) -> None:
    """No shape of a field stops the asking; what says nothing is like nothing, not even like itself."""
    asked = threads([request("sr-1", TRUST, "2026-03-02", **({"code": {}} | fields))])
    assert like({"resourceType": "ServiceRequest", **fields}, asked, AS_OF) == []
