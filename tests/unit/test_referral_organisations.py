"""What organisations are called, by whatever a resource says of them."""

import pytest

from services.domain.record.referrals.state import State
from services.domain.record.referrals.threads import threads
from services.domain.record.word import Word
from tests.streams.norfolk_suffolk_partners import LANTERN, SURGERY, TRUST
from tests.unit.referral_words import by_code, first, own, request, word

SR_2 = "2026-04-01T09:00:00Z"

NAMES: dict[str, tuple[list[Word], tuple[str, str]]] = {
    # what is told, and who asked and who was asked
    "by display": (
        [first(requester={"display": "Dr Ada Fenn"}, performer=[{"display": "Marsh Lantern"}])],
        ("Dr Ada Fenn", "Marsh Lantern"),
    ),
    "by an ODS code, where nobody calls it anything": (
        [first(performer=[by_code("ZZX9")])],
        ("Reedmere Surgery", "ZZX9"),
    ),
    "by an ODS code, as others call it": (
        [
            first(performer=[by_code("ZZV33")]),
            request("sr-9", LANTERN, "2020-01-01", by=LANTERN, status="entered-in-error"),
        ],
        ("Reedmere Surgery", "Marsh Lantern"),
    ),
    "by a resource that was sent along": (
        [
            first(performer=[own("o", "HealthcareService")], requester=own("p", "PractitionerRole")),
            word(SURGERY, {"resourceType": "Organization", "id": "o", "name": "Wensum Choirs", "identifier": [
                by_code("ZZX8")["identifier"]]}, SR_2),
            word(SURGERY, {"resourceType": "HealthcareService", "id": "o", "name": "Thursday choir",
                           "providedBy": own("o", "Organization")}, SR_2),
            word(SURGERY, {"resourceType": "PractitionerRole", "id": "p", "organization": own("o", "Organization")},
                 SR_2),
        ],
        ("Wensum Choirs", "Thursday choir"),
    ),
    "somebody in a role is first of all their organisation": (
        [
            first(requester=own("p", "PractitionerRole") | {"display": "Dr Ada Fenn"}),
            word(SURGERY, {"resourceType": "PractitionerRole", "id": "p", "organization": {"display": "Night team"}},
                 SR_2),
        ],
        ("Night team", "Broadland Wellbeing Trust"),
    ),
    "a worker with roles in two organisations is of the system that tells": (
        [
            first(requester=own("w", "Practitioner")),
            *(
                word(SURGERY, {"resourceType": "PractitionerRole", "id": team, "organization": {"display": team},
                               "practitioner": own("w", "Practitioner")}, SR_2)
                for team in ("Day team", "Night team")
            ),
            request("sr-9", TRUST, SR_2, status="entered-in-error"),
        ],
        ("Reedmere Surgery", "Broadland Wellbeing Trust"),
    ),
    "a worker is of the organisation of their role": (
        [
            first(requester=own("w", "Practitioner")),
            word(SURGERY, {"resourceType": "PractitionerRole", "id": "p", "practitioner": own("w", "Practitioner"),
                           "organization": {"display": "Night team"}}, SR_2),
        ],
        ("Night team", "Broadland Wellbeing Trust"),
    ),
    "a worker whose role nobody told is of the system that tells": (
        [first(requester=own("w", "Practitioner")), request("sr-9", TRUST, SR_2, status="entered-in-error")],
        ("Reedmere Surgery", "Broadland Wellbeing Trust"),
    ),
    "the person asks for themself": (
        [first(requester={"reference": "Patient/p"})], ("The person", "Broadland Wellbeing Trust"),
    ),
    "family ask": (
        [first(requester={"type": "RelatedPerson", "display": "Ruth, her mother"})],
        ("Ruth (her mother)", "Broadland Wellbeing Trust"),
    ),
    "of several who are asked the one with a code": (
        [first(performer=[{"display": "Sam"}, by_code("ZZV58", display="Tidewell Peers")])],
        ("Reedmere Surgery", "Tidewell Peers"),
    ),
    "who is asked tells of it and says not by whom": (
        [request("r-1", TRUST, SR_2, teller=TRUST, requester=None)], ("", "Broadland Wellbeing Trust"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), NAMES.values(), ids=NAMES)
def test_what_organisations_are_called(words: list[Word], expected: tuple[str, str]) -> None:
    """By a display, else by what is known of a code, else by the code."""
    (thread,) = (one for one in threads(words) if one.state is not State.ENTERED_IN_ERROR)
    assert (thread.requester.name, thread.performer.name) == expected
