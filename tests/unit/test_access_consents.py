"""What a person's consents open and close, by the rules of docs/access.md: each case is one person of one trust."""

import pytest

from services.domain.access.kinds import ALL_KINDS, MINIMUM_SEEN
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TIDEWELL, TRUST
from tests.unit.access_consents import (
    DOCTOR,
    NOTHING,
    PEER,
    SOCIAL,
    Case,
    coded,
    kinds_under,
    provided,
    ruled,
)
from tests.unit.access_people import (
    CLINICIAN,
    PEER_WORKER,
    UNLISTED,
    actor,
    facts,
    kinds_seen,
    of,
    reader,
    says,
)

LATER, LATEST = "2026-05-12T09:00:00Z", "2026-05-22T09:00:00Z"
MOTHER = {"type": "RelatedPerson", "display": "Her mother"}
REFUSED = says(TRUST, "deny", COUNCIL)
PERMITTED = says(TRUST, "permit", COUNCIL, TIDEWELL)
WITHDRAWN = says(TRUST, "permit", COUNCIL, at=LATER, status="inactive")
BY_SECTOR = [actor({"display": "Charity"})]

CASES = {
    "C1: who is refused sees nothing of the teller": Case(SOCIAL, (REFUSED,), NOTHING),
    "C1: a clinician neither": Case(DOCTOR, (says(TRUST, "deny", SURGERY),), NOTHING),
    "C1: a peer worker neither": Case(PEER, (says(TRUST, "deny", TIDEWELL),), NOTHING),
    "C2: another organisation sees as before": Case(DOCTOR, (REFUSED,), ALL_KINDS),
    "C2: others' words are seen as before": Case(SOCIAL, (REFUSED,), ALL_KINDS, SURGERY),
    "C3: who names nobody refuses everybody": Case(SOCIAL, (says(TRUST, "deny"),), NOTHING),
    "C3: by the rule alone": Case(SOCIAL, (ruled("OPTOUT"),), NOTHING),
    "C3: but for emergencies": Case(SOCIAL, (ruled("EMRGONLY"),), NOTHING),
    "C4: a sector is refused": Case(PEER, (provided("deny", actor=BY_SECTOR),), NOTHING),
    "C4: and no other sector": Case(SOCIAL, (provided("deny", actor=BY_SECTOR),), ALL_KINDS),
    "C4: a sector is permitted": Case(PEER, (provided("permit", actor=BY_SECTOR),), ALL_KINDS),
    "C5: a refusal to a name without a code binds all": Case(
        SOCIAL, (provided("deny", actor=[actor({"display": "The other trust"})]),), NOTHING
    ),
    "C5: a permission to one counts for nobody": Case(
        PEER, (provided("permit", actor=[actor({"display": TIDEWELL.name})]),), MINIMUM_SEEN
    ),
    "C5: whoever is no recipient is not whom it means": Case(
        SOCIAL, (provided("deny", actor=[actor(of(TRUST)[0]["reference"], "CST")]),), NOTHING
    ),
    "C5: a refusal to a relative is about no organisation": Case(
        SOCIAL, (provided("deny", actor=[actor(MOTHER)]),), ALL_KINDS
    ),
    "C5: an organisation in the resource itself": Case(
        SOCIAL,
        (
            says(
                TRUST,
                "deny",
                contained=[
                    {
                        "resourceType": "Organization",
                        "id": "o",
                        "identifier": [of(COUNCIL)[0]["reference"]["identifier"]],
                    }
                ],
                provision={"type": "deny", "actor": [actor({"reference": "#o"})]},
            ),
        ),
        NOTHING,
    ),
    "C7: a peer worker whose organisation is named sees all": Case(PEER, (PERMITTED,), ALL_KINDS),
    "C7: of the teller alone": Case(PEER, (PERMITTED,), MINIMUM_SEEN, SURGERY),
    "C8: who names nobody opens nothing more": Case(PEER, (says(TRUST, "permit"),), MINIMUM_SEEN),
    "C8: by the rule alone neither": Case(PEER, (ruled("OPTIN"),), MINIMUM_SEEN),
    "C8: and closes nothing": Case(SOCIAL, (says(TRUST, "permit"),), ALL_KINDS),
    "C8: whom it does not name sees as before": Case(DOCTOR, (PERMITTED,), ALL_KINDS),
    "C9: opted out but for some, who see": Case(
        SOCIAL, (ruled("OPTOUT", type="permit", actor=of(COUNCIL)),), ALL_KINDS
    ),
    "C9: opted out but for some, others do not": Case(
        DOCTOR, (ruled("OPTOUT", type="permit", actor=of(COUNCIL)),), NOTHING
    ),
    "C9: opted in but for some": Case(SOCIAL, (ruled("OPTIN", type="deny", actor=of(COUNCIL)),), NOTHING),
    "C11: of two consents the stricter": Case(
        SOCIAL, (REFUSED, says(TRUST, "permit", COUNCIL, local="con-2", at=LATER)), NOTHING
    ),
    "C12: the latest version decides": Case(
        SOCIAL, (REFUSED, says(TRUST, "permit", COUNCIL, at=LATER)), ALL_KINDS
    ),
    "C12: and not the other way round": Case(
        SOCIAL, (says(TRUST, "permit", COUNCIL), says(TRUST, "deny", COUNCIL, at=LATER)), NOTHING
    ),
    "C12: of two of one instant the stricter": Case(
        SOCIAL, (says(TRUST, "permit", COUNCIL), REFUSED), NOTHING
    ),
    "C13: what is withdrawn is refused": Case(SOCIAL, (WITHDRAWN,), NOTHING),
    "C13: what is said no to as well": Case(
        SOCIAL, (says(TRUST, "permit", COUNCIL, status="rejected"),), NOTHING
    ),
    "C13: to whom it named alone": Case(DOCTOR, (WITHDRAWN,), ALL_KINDS),
    "C13: until it is given again": Case(
        SOCIAL, (WITHDRAWN, says(TRUST, "permit", COUNCIL, local="con-2", at=LATEST)), ALL_KINDS
    ),
    "C13: not by an earlier word": Case(
        SOCIAL, (WITHDRAWN, says(TRUST, "permit", COUNCIL, local="con-2")), NOTHING
    ),
    "C13: nor by one of the same instant": Case(
        SOCIAL, (WITHDRAWN, says(TRUST, "permit", COUNCIL, local="con-2", at=LATER)), NOTHING
    ),
    "C13: nor by one to everybody": Case(
        SOCIAL, (WITHDRAWN, says(TRUST, "permit", local="con-2", at=LATEST)), NOTHING
    ),
    "C14: a refusal that is withdrawn refuses no more": Case(
        SOCIAL, (says(TRUST, "deny", COUNCIL, status="inactive"),), ALL_KINDS
    ),
    "C14: one entered in error never did": Case(
        SOCIAL, (says(TRUST, "deny", COUNCIL, status="entered-in-error"),), ALL_KINDS
    ),
    "C14: nor did a permission": Case(
        PEER, (says(TRUST, "permit", TIDEWELL, status="entered-in-error"),), MINIMUM_SEEN
    ),
    "C14: one that is proposed does not yet": Case(
        PEER, (says(TRUST, "permit", TIDEWELL, status="proposed"),), MINIMUM_SEEN
    ),
    "C16: a permission given tomorrow is none today": Case(
        PEER, (says(TRUST, "permit", TIDEWELL, dateTime="2026-06-16"),), MINIMUM_SEEN
    ),
    "C16: a refusal binds at once": Case(
        SOCIAL, (says(TRUST, "deny", COUNCIL, dateTime="2026-06-16"),), NOTHING
    ),
    "C17: a refusal told to one about another's words binds there": Case(
        SOCIAL, (says(TRUST, "deny", COUNCIL, organization=[of(SURGERY)[0]["reference"]]),), NOTHING, SURGERY
    ),
    "C17: and where it was told": Case(
        SOCIAL, (says(TRUST, "deny", COUNCIL, organization=[of(SURGERY)[0]["reference"]]),), NOTHING
    ),
    "C17: a permission that is about another's words is none of the teller's": Case(
        PEER, (says(TRUST, "permit", TIDEWELL, organization=[of(SURGERY)[0]["reference"]]),), MINIMUM_SEEN
    ),
    "C17: nobody permits what another told": Case(
        PEER,
        (says(TRUST, "permit", TIDEWELL, organization=[of(SURGERY)[0]["reference"]]),),
        MINIMUM_SEEN,
        SURGERY,
    ),
    "C18: a refusal of research is not about care": Case(
        SOCIAL, (says(TRUST, "deny", COUNCIL, scope=coded("research")),), ALL_KINDS
    ),
    "C18: nor one for research alone": Case(
        SOCIAL, (provided("deny", actor=of(COUNCIL), purpose=[{"code": "HRESCH"}]),), ALL_KINDS
    ),
    "C18: nor one in the category of research": Case(
        SOCIAL, (says(TRUST, "deny", COUNCIL, category=[coded("research")]),), ALL_KINDS
    ),
    "C18: a permission that is not said to be for care is none": Case(
        PEER, (says(TRUST, "permit", TIDEWELL, category=[coded("59284-0")]),), MINIMUM_SEEN
    ),
    "C18: a refusal that is not said to be for care binds": Case(
        SOCIAL, (says(TRUST, "deny", COUNCIL, category=[coded("59284-0")]),), NOTHING
    ),
    "C18: a permission for treatment is for care": Case(
        PEER, (provided("permit", actor=of(TIDEWELL), purpose=[{"code": "TREAT"}]),), ALL_KINDS
    ),
    "C18: one for payment is not": Case(
        PEER, (provided("permit", actor=of(TIDEWELL), purpose=[{"code": "HPAYMT"}]),), MINIMUM_SEEN
    ),
    "C3: nor may all but some be permitted in emergencies": Case(
        DOCTOR, (ruled("EMRGONLY", type="permit", actor=of(COUNCIL)),), NOTHING
    ),
    "C13: with those whom it excepted": Case(
        SOCIAL,
        (
            says(
                TRUST,
                "permit",
                status="inactive",
                provision={
                    "type": "permit",
                    "actor": of(LANTERN),
                    "provision": [{"type": "deny", "actor": of(COUNCIL)}],
                },
            ),
        ),
        NOTHING,
    ),
    "C14: nor does an opt-out with exceptions": Case(
        DOCTOR,
        (says(TRUST, "permit", COUNCIL, status="inactive", policyRule={"coding": [{"code": "OPTOUT"}]}),),
        ALL_KINDS,
    ),
    "C18: nor is a permission of care for a reason not known": Case(
        PEER, (provided("permit", actor=of(TIDEWELL), purpose=[{"code": "FAMRQT"}]),), MINIMUM_SEEN
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_consent_opens(case: Case) -> None:
    """To a reader whose organisation knows the person."""
    assert kinds_under(case) == case.kinds


def test_who_has_no_known_sector_may_be_of_the_one_that_is_refused() -> None:
    """C5: an organisation that is no partner; a permission is none for it."""
    refused, permitted = (provided(decision, actor=BY_SECTOR) for decision in ("deny", "permit"))
    clinician, peer = reader(CLINICIAN, UNLISTED), reader(PEER_WORKER, UNLISTED)
    assert kinds_seen(clinician, facts(TRUST, refused, involved=(UNLISTED,)), TRUST) == NOTHING
    assert kinds_seen(peer, facts(TRUST, permitted, involved=(UNLISTED,)), TRUST) == MINIMUM_SEEN


def test_a_partner_that_has_told_nothing_is_of_its_sector() -> None:
    """C4: one that a referral asks; what names another sector does not mean it."""
    refused, permitted = (provided(decision, actor=BY_SECTOR) for decision in ("deny", "permit"))
    charity, surgery = (facts(TRUST, refused, involved=(one,)) for one in (LANTERN, SURGERY))
    assert kinds_seen(reader(CLINICIAN, LANTERN), charity, TRUST) == NOTHING
    assert kinds_seen(reader(CLINICIAN, SURGERY), surgery, TRUST) == ALL_KINDS
    charity, council = (facts(TRUST, permitted, involved=(one,)) for one in (LANTERN, COUNCIL))
    assert kinds_seen(reader(PEER_WORKER, LANTERN), charity, TRUST) == ALL_KINDS
    assert kinds_seen(reader(PEER_WORKER, COUNCIL), council, TRUST) == MINIMUM_SEEN
