"""What of each organisation's words is opened to whom, by the rules of docs/access.md: roles, labels and the glass."""

from typing import NamedTuple

import pytest

from services.domain.access.kinds import ALL_KINDS, MINIMUM, MINIMUM_SEEN, Need, goes_with
from services.domain.access.reader import Reader, Role
from services.domain.access.sight import Label, PersonFacts, Sight
from services.domain.record.kinds import AGREEMENT, CONTEXT, KINDS
from tests.streams.fhir_builders import Organisation
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TIDEWELL, TRUST
from tests.unit.access_people import (
    CLINICIAN,
    NOW,
    PEER_WORKER,
    RESTRICTED,
    SOCIAL_WORKER,
    UNLISTED,
    VERY_RESTRICTED,
    classes,
    facts,
    kinds_seen,
    label_seen,
    of,
    reader,
    says,
    seen,
    sees,
    system,
)

HOUR = NOW + 36_000_000_000
NOTHING: frozenset[str] = frozenset()
ALL_OF_THEM = facts(TRUST, COUNCIL, TIDEWELL, SURGERY)
REFUSING_SURGERY = facts(SURGERY, TRUST, says(TRUST, "deny", SURGERY))


class Case(NamedTuple):
    """A reader before one organisation's words, and the kinds that are opened."""

    who: Reader
    known: PersonFacts
    teller: Organisation
    kinds: frozenset[str]
    glass_until: int | None = None


CASES = {
    "W1: a clinician sees what their own organisation told": Case(
        reader(CLINICIAN, TRUST), ALL_OF_THEM, TRUST, ALL_KINDS
    ),
    "W1: so does a peer worker": Case(reader(PEER_WORKER, TIDEWELL), ALL_OF_THEM, TIDEWELL, ALL_KINDS),
    "W1: whatever it was asked": Case(
        reader(PEER_WORKER, TIDEWELL), facts(TIDEWELL, says(TIDEWELL, "deny")), TIDEWELL, ALL_KINDS
    ),
    "W1: so does their system": Case(reader(Role.PARTNER_SYSTEM, TIDEWELL), ALL_OF_THEM, TIDEWELL, ALL_KINDS),
    "W2: a clinician sees what others told": Case(reader(CLINICIAN, TRUST), ALL_OF_THEM, TIDEWELL, ALL_KINDS),
    "W2: a social worker too": Case(reader(SOCIAL_WORKER, COUNCIL), ALL_OF_THEM, TRUST, ALL_KINDS),
    "W2: of a charity too": Case(reader(CLINICIAN, TIDEWELL), ALL_OF_THEM, TRUST, ALL_KINDS),
    "W3: a peer worker sees the least that is needed": Case(
        reader(PEER_WORKER, TIDEWELL), ALL_OF_THEM, TRUST, MINIMUM_SEEN
    ),
    "W3: of a trust too": Case(reader(PEER_WORKER, TRUST), ALL_OF_THEM, TIDEWELL, MINIMUM_SEEN),
    "W5: the trust's system sees all": Case(
        reader(Role.PARTNER_SYSTEM, TRUST), ALL_OF_THEM, TIDEWELL, ALL_KINDS
    ),
    "W5: so does the council's": Case(reader(Role.PARTNER_SYSTEM, COUNCIL), ALL_OF_THEM, TRUST, ALL_KINDS),
    "W5: the charity's the least": Case(
        reader(Role.PARTNER_SYSTEM, TIDEWELL), ALL_OF_THEM, TRUST, MINIMUM_SEEN
    ),
    "W5: and that of an unknown sector": Case(
        reader(Role.PARTNER_SYSTEM, UNLISTED),
        facts(UNLISTED, COUNCIL),
        COUNCIL,
        MINIMUM_SEEN,
    ),
    "W6: a steward sees all kinds": Case(reader(Role.STEWARD), ALL_OF_THEM, TRUST, ALL_KINDS),
    "W6: what is refused to all but that it is": Case(
        reader(Role.STEWARD), facts(TRUST, says(TRUST, "deny")), TRUST, frozenset({"Consent"})
    ),
    "W6: what is refused to one organisation still": Case(
        reader(Role.STEWARD), facts(TRUST, says(TRUST, "deny", COUNCIL)), TRUST, ALL_KINDS
    ),
    "L6: very restricted at another organisation": Case(
        reader(CLINICIAN, TRUST), facts(TRUST, system(TIDEWELL, VERY_RESTRICTED)), TIDEWELL, NOTHING
    ),
    "G2: the glass opens what was refused": Case(
        reader(CLINICIAN, SURGERY), REFUSING_SURGERY, TRUST, ALL_KINDS, HOUR
    ),
    "G3: not what is very restricted": Case(
        reader(CLINICIAN, TRUST), facts(TRUST, system(TIDEWELL, VERY_RESTRICTED)), TIDEWELL, NOTHING, HOUR
    ),
    "G4: not for a peer worker": Case(reader(PEER_WORKER, TIDEWELL), ALL_OF_THEM, TRUST, MINIMUM_SEEN, HOUR),
    "G4: not for a steward": Case(
        reader(Role.STEWARD), facts(TRUST, says(TRUST, "deny")), TRUST, frozenset({"Consent"}), HOUR
    ),
    "G4: not for a partner's system": Case(
        reader(Role.PARTNER_SYSTEM, SURGERY), REFUSING_SURGERY, TRUST, NOTHING, HOUR
    ),
    "G5: a glass that has closed opens nothing": Case(
        reader(CLINICIAN, SURGERY), REFUSING_SURGERY, TRUST, NOTHING, NOW
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_which_kinds_are_opened(case: Case) -> None:
    """To the reader, of one organisation's words."""
    assert kinds_seen(case.who, case.known, case.teller, case.glass_until) == case.kinds


PERMITTED = facts(TRUST, TIDEWELL, COUNCIL, says(TRUST, "permit", COUNCIL, TIDEWELL))
PERMITTED_IN_PART = facts(
    TRUST,
    COUNCIL,
    says(TRUST, "permit", provision={"type": "permit", "actor": of(COUNCIL), "class": classes("Goal")}),
)
LABELS = {
    "L1: a clinician of the teller": (reader(CLINICIAN, TRUST), ALL_OF_THEM, VERY_RESTRICTED),
    "L1: a social worker of the teller": (reader(SOCIAL_WORKER, TRUST), ALL_OF_THEM, VERY_RESTRICTED),
    "L1: the teller's system": (reader(Role.PARTNER_SYSTEM, TRUST), ALL_OF_THEM, VERY_RESTRICTED),
    "L1: a clinician of another": (reader(CLINICIAN, SURGERY), ALL_OF_THEM, Label.NORMAL),
    "L2: one of whom it is permitted outright": (reader(SOCIAL_WORKER, COUNCIL), PERMITTED, RESTRICTED),
    "L2: not where only some kinds are": (
        reader(SOCIAL_WORKER, COUNCIL),
        PERMITTED_IN_PART,
        Label.NORMAL,
    ),
    "L2: not of another's system": (reader(Role.PARTNER_SYSTEM, COUNCIL), PERMITTED, Label.NORMAL),
    "L4: a peer worker of the teller": (reader(PEER_WORKER, TRUST), ALL_OF_THEM, Label.NORMAL),
    "L4: a peer worker of whom it is permitted": (reader(PEER_WORKER, TIDEWELL), PERMITTED, Label.NORMAL),
    "L4: a steward": (reader(Role.STEWARD), PERMITTED, Label.NORMAL),
    "L4: a steward of the teller": (reader(Role.STEWARD, TRUST), PERMITTED, Label.NORMAL),
}


@pytest.mark.parametrize(("who", "known", "label"), LABELS.values(), ids=LABELS)
def test_how_confidential_is_opened(who: Reader, known: PersonFacts, label: Label) -> None:
    """Of what the trust told; L3: what is very restricted to the teller alone, whatever is permitted or broken."""
    assert label_seen(who, known, TRUST) == label
    if who.organisation != TRUST.ods:
        assert label_seen(who, known, TRUST, HOUR) in (label, RESTRICTED)


def test_a_broken_glass_opens_what_is_restricted() -> None:
    """G2: in place of a permission; G3: not what is very restricted."""
    assert label_seen(reader(CLINICIAN, SURGERY), ALL_OF_THEM, TRUST, HOUR) == RESTRICTED
    assert label_seen(reader(PEER_WORKER, TIDEWELL), ALL_OF_THEM, TRUST, HOUR) == Label.NORMAL


SEEN_TYPES = [name for name, kind in KINDS.items() if kind.name in MINIMUM_SEEN]
OWN_REFERRALS = {
    "W4: a peer worker has those of their own organisation": (
        reader(PEER_WORKER, TIDEWELL),
        ALL_OF_THEM,
        TIDEWELL.ods,
    ),
    "W4: so has a charity's system": (reader(Role.PARTNER_SYSTEM, TIDEWELL), ALL_OF_THEM, TIDEWELL.ods),
    "W4: not where they are refused": (
        reader(PEER_WORKER, TIDEWELL),
        facts(
            TRUST,
            TIDEWELL,
            says(TRUST, "deny", provision={"type": "deny", "class": classes("ServiceRequest")}),
        ),
        "",
    ),
    "W4: though all else is refused": (
        reader(PEER_WORKER, TIDEWELL),
        facts(
            TRUST, TIDEWELL, says(TRUST, "deny", provision={"type": "deny", "class": classes(*SEEN_TYPES)})
        ),
        TIDEWELL.ods,
    ),
    "W4: who has all of them needs no exception": (reader(PEER_WORKER, TIDEWELL), PERMITTED, ""),
    "W4: nor has a clinician": (reader(CLINICIAN, SURGERY), ALL_OF_THEM, ""),
}


@pytest.mark.parametrize(("who", "known", "organisation"), OWN_REFERRALS.values(), ids=OWN_REFERRALS)
def test_referrals_to_and_from_their_own_organisation(
    who: Reader, known: PersonFacts, organisation: str
) -> None:
    """Are opened though other referrals are not."""
    assert seen(who, known)[system(TRUST).source_record].referrals_with == organisation


def test_every_kind_of_entry_is_decided_of() -> None:
    """W3: a new kind is closed until somebody decides otherwise, and this says that somebody has to."""
    assert {*MINIMUM} == {one.name for one in KINDS.values()} | {AGREEMENT, CONTEXT} == ALL_KINDS


@pytest.mark.parametrize(
    "kind",
    ["Condition", "Medicine", "Allergy", "Assessment score", "Plan", "Document", "Note", "Procedure"],
)
def test_nothing_clinical_is_needed(kind: str) -> None:
    """W3: of a peer worker."""
    assert MINIMUM[kind] is Need.CLOSED


@pytest.mark.parametrize(
    ("resource_type", "goes"),
    [("Patient", True), ("Practitioner", True), ("DiagnosticReport", False), ("ClinicalImpression", False)],
)
def test_what_is_no_entry_is_seen_with_the_least_only_where_it_says_who_or_where(
    resource_type: str, goes: bool
) -> None:
    """W3: to whom all kinds are opened, all of it is."""
    assert goes_with(resource_type, MINIMUM_SEEN) is goes
    assert goes_with(resource_type, None)


def test_what_is_not_shown_is_told_with_why() -> None:
    """Of each organisation in a sentence; not of one where the person is very restricted."""
    known = facts(
        TRUST,
        TIDEWELL,
        system(COUNCIL, VERY_RESTRICTED),
        LANTERN,
        says(LANTERN, "deny", TIDEWELL),
    )
    found = sees(reader(PEER_WORKER, TIDEWELL), known, NOW)
    assert isinstance(found, Sight)
    by_sender = {one.sender: one for one in found.hidden}
    assert by_sender.keys() == {TRUST.ods, LANTERN.ods}
    assert by_sender[TRUST.ods].kinds == ALL_KINDS - MINIMUM_SEEN - {CONTEXT}
    assert by_sender[LANTERN.ods].kinds == NOTHING
    assert by_sender[LANTERN.ods].reason == "Marsh Lantern was asked not to share with Tidewell Peers."
