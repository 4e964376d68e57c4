"""What is read of single resources: their label, and whether a referral is to or from an organisation; and the words
of reasons."""

from typing import Any

import pytest

from services.domain.access.label import label_of
from services.domain.access.organisations import is_referral_with
from services.domain.access.reader import Reader
from services.domain.access.sight import ConsentWord, Label, Refusal, Sight
from tests.streams.fhir_builders import answer, known_to, organisation_reference, referral
from tests.streams.norfolk_suffolk_partners import COUNCIL, MAYA, SURGERY, TIDEWELL, TRUST
from tests.unit.access_people import (
    CLINICIAN,
    GIVEN,
    NOW,
    PEER_WORKER,
    SOCIAL_WORKER,
    actor,
    classes,
    facts,
    of,
    reader,
    says,
    sees,
)

R4 = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
LABELS: dict[str, tuple[Any, Label]] = {
    "no label": (None, Label.NORMAL),
    "normal": ([{"system": R4, "code": "N"}], Label.NORMAL),
    "unrestricted": ([{"system": R4, "code": "U"}], Label.NORMAL),
    "restricted": ([{"system": R4, "code": "R"}], Label.RESTRICTED),
    "very restricted": ([{"system": R4, "code": "V"}], Label.VERY_RESTRICTED),
    "the highest of several": (
        [{"system": R4, "code": "V"}, {"system": R4, "code": "R"}],
        Label.VERY_RESTRICTED,
    ),
    "as STU3 has it": ([{"system": "http://hl7.org/fhir/v3/Confidentiality", "code": "R"}], Label.RESTRICTED),
    "by OID": ([{"system": "urn:oid:2.16.840.1.113883.5.25", "code": "R"}], Label.RESTRICTED),
    "without a system": ([{"code": "R"}], Label.RESTRICTED),
    "a label of another system": ([{"system": "https://labels.example", "code": "R"}], Label.NORMAL),
    "no list": ({"system": R4, "code": "R"}, Label.NORMAL),
}


@pytest.mark.parametrize(("security", "label"), LABELS.values(), ids=LABELS)
def test_how_confidential_a_resource_is(security: Any, label: Label) -> None:
    """By its meta.security."""
    assert label_of({"resourceType": "Patient", "meta": {"security": security}}) == label


ASKED = referral(known_to(TRUST, "1", MAYA, GIVEN), "r-1", TIDEWELL, "Peer support", "Alone", on=GIVEN)
ANSWERED = answer(known_to(TIDEWELL, "9", MAYA, GIVEN), "a-1", ASKED, "accepted", "Gladly", on=GIVEN)


@pytest.mark.parametrize("told", [ASKED, ANSWERED], ids=["a referral", "its answer"])
def test_referrals_are_those_of_both_parties(told: dict[str, Any]) -> None:
    """W4: of who asks and of who is asked, and of nobody else."""
    assert is_referral_with(told, TRUST.ods)
    assert is_referral_with(told, TIDEWELL.ods)
    assert not is_referral_with(told, COUNCIL.ods)
    assert not is_referral_with(told, "")


def test_nothing_else_is_a_referral() -> None:
    """W4: though it names the organisation where a referral would."""
    assert not is_referral_with(ASKED | {"resourceType": "Encounter"}, TIDEWELL.ods)
    assert not is_referral_with({"resourceType": "ServiceRequest", "requester": {"display": "Tidewell"}}, "")
    assert not is_referral_with(
        {"resourceType": "ServiceRequest", "requester": {"display": "Tidewell"}}, "ZZV58"
    )


SECTOR = {"type": "deny", "actor": [actor({"display": "Council"})]}
IN_PART = {"type": "deny", "actor": of(COUNCIL), "class": classes("Observation")}
NAMELESS = {"type": "deny", "actor": [actor({"identifier": organisation_reference(COUNCIL)["identifier"]})]}
ABOUT_BOTH = [organisation_reference(TRUST), organisation_reference(SURGERY)]
REASONS = {
    "who was asked and about whom": (
        says(TRUST, "deny", COUNCIL),
        "Broadland Wellbeing Trust was asked not to share with Wensum County Council Social Care.",
    ),
    "some kinds": (
        says(TRUST, "deny", provision=IN_PART),
        "Broadland Wellbeing Trust was asked not to share this with Wensum County Council Social Care.",
    ),
    "everybody": (says(TRUST, "deny"), "Broadland Wellbeing Trust was asked not to share with others."),
    "a sector": (
        says(TRUST, "deny", provision=SECTOR),
        "Broadland Wellbeing Trust was asked not to share with organisations of the sector Council.",
    ),
    "codes where there are no names": (
        says(TRUST, "deny", provision=NAMELESS, organization=[]),
        "ZZT41 was asked not to share with ZZC12.",
    ),
    "whoever it may be": (
        says(TRUST, "deny", provision={"type": "deny", "actor": [actor({"display": "The town"})]}),
        "Broadland Wellbeing Trust was asked not to share with somebody who may be your organisation.",
    ),
    "what has ended": (
        says(TRUST, "permit", COUNCIL, status="inactive"),
        "Broadland Wellbeing Trust may not share anything with Wensum County Council Social Care: the person has not, "
        "or no longer, agreed to it.",
    ),
}


@pytest.mark.parametrize(("consent", "reason"), REASONS.values(), ids=REASONS)
def test_a_reason_says_who_was_asked_what(consent: ConsentWord, reason: str) -> None:
    """In plain words."""
    found = sees(reader(SOCIAL_WORKER, COUNCIL), facts(TRUST, COUNCIL, consent), NOW)
    assert isinstance(found, Sight)
    assert [one.reason for one in found.hidden] == [reason]


def test_a_reason_says_so_where_another_was_asked() -> None:
    """C17: of the surgery's words the trust was told."""
    known = facts(SURGERY, COUNCIL, says(TRUST, "deny", COUNCIL, organization=ABOUT_BOTH))
    found = sees(reader(SOCIAL_WORKER, COUNCIL), known, NOW)
    assert isinstance(found, Sight)
    assert [one.reason for one in found.hidden] == [
        "Broadland Wellbeing Trust was asked not to share what ZZG07 tells with Wensum County Council Social Care."
    ]


@pytest.mark.parametrize(
    ("who", "ends"),
    [
        (reader(CLINICIAN, SURGERY), "looked at afterwards."),
        (reader(PEER_WORKER, SURGERY), "to your organisation."),
    ],
)
def test_who_is_refused_is_told_what_can_be_done(who: Reader, ends: str) -> None:
    """R3: to break the glass, or to ask for a referral."""
    found = sees(who, facts(TRUST), NOW)
    assert isinstance(found, Refusal)
    assert found.reason.endswith(ends)
