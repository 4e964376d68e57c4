"""Who may see anything of a person at all, by the rules of docs/access.md."""

from typing import NamedTuple

import pytest

from services.domain.access.reader import Reader, Role
from services.domain.access.sight import PersonFacts, Refusal, Sight
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TIDEWELL, TRUST
from tests.unit.access_people import (
    CLINICIAN,
    NOW,
    PEER_WORKER,
    RESTRICTED,
    SOCIAL_WORKER,
    VERY_RESTRICTED,
    facts,
    reader,
    says,
    sees,
    system,
)

SEES, REFUSED, MAY_BREAK, SECRET = "sees", "refused", "refused, may break the glass", "not even known of"
HOUR = NOW + 36_000_000_000


class Case(NamedTuple):
    """A reader at the door of a person, and what becomes of it."""

    who: Reader
    known: PersonFacts
    becomes: str
    glass_until: int | None = None


SEALED = facts(system(TIDEWELL, VERY_RESTRICTED), TRUST)
CASES = {
    "R1: a clinician whose trust told of them": Case(reader(CLINICIAN, TRUST), facts(TRUST), SEES),
    "R1: a social worker whose council did": Case(
        reader(SOCIAL_WORKER, COUNCIL), facts(COUNCIL, TRUST), SEES
    ),
    "R1: a peer worker whose charity did": Case(reader(PEER_WORKER, TIDEWELL), facts(TIDEWELL), SEES),
    "R2: a charity that a referral asks": Case(
        reader(PEER_WORKER, LANTERN), facts(TRUST, involved=(LANTERN,)), SEES
    ),
    "R2: a council that is in the team": Case(
        reader(SOCIAL_WORKER, COUNCIL), facts(TRUST, involved=(COUNCIL,)), SEES
    ),
    "R3: a clinician of another organisation": Case(reader(CLINICIAN, SURGERY), facts(TRUST), MAY_BREAK),
    "R3: a social worker of another": Case(reader(SOCIAL_WORKER, COUNCIL), facts(TRUST), MAY_BREAK),
    "R3: a peer worker of another": Case(reader(PEER_WORKER, TIDEWELL), facts(TRUST), REFUSED),
    "R4: a steward of the partnership": Case(reader(Role.STEWARD), facts(TRUST), SEES),
    "R4: a steward of an organisation": Case(reader(Role.STEWARD, SURGERY), facts(TRUST), SEES),
    "R5: whoever runs the service": Case(reader(Role.OPS), facts(TRUST), REFUSED),
    "R5: though their organisation knows them": Case(reader(Role.OPS, TRUST), facts(TRUST), REFUSED),
    "R6: a system that told of them": Case(reader(Role.PARTNER_SYSTEM, TRUST), facts(TRUST), SEES),
    "R6: a system that did not": Case(reader(Role.PARTNER_SYSTEM, SURGERY), facts(TRUST), SECRET),
    "R6: nor where a referral asks it": Case(
        reader(Role.PARTNER_SYSTEM, LANTERN), facts(TRUST, involved=(LANTERN,)), SECRET
    ),
    "R7: a clinician of no organisation": Case(reader(CLINICIAN), facts(TRUST), MAY_BREAK),
    "R7: though a referral asks somebody without a code": Case(
        reader(CLINICIAN), facts(TRUST)._replace(involved=frozenset({""})), MAY_BREAK
    ),
    "R7: and a system that has none told of them": Case(
        reader(CLINICIAN), facts(system(TRUST)._replace(sender="")), MAY_BREAK
    ),
    "R7: nor does a system without one": Case(reader(Role.PARTNER_SYSTEM), facts(TRUST), SECRET),
    "R8: nobody told of them": Case(reader(Role.STEWARD), facts(), SECRET),
    "R9: all that there is was refused": Case(
        reader(CLINICIAN, TRUST),
        facts(TIDEWELL, says(TIDEWELL, "deny", TRUST), involved=(TRUST,)),
        MAY_BREAK,
    ),
    "R9: to a peer worker": Case(
        reader(PEER_WORKER, LANTERN),
        facts(TRUST, says(TRUST, "deny", LANTERN), involved=(LANTERN,)),
        REFUSED,
    ),
    "L6: a very restricted person, to strangers": Case(reader(CLINICIAN, SURGERY), SEALED, SECRET),
    "L6: to a steward": Case(reader(Role.STEWARD), SEALED, SECRET),
    "L6: to whoever runs the service": Case(reader(Role.OPS), SEALED, SECRET),
    "L6: to whom a referral asks": Case(
        reader(CLINICIAN, SURGERY), SEALED._replace(involved=frozenset({SURGERY.ods})), SECRET
    ),
    "L6: with a broken glass": Case(reader(CLINICIAN, SURGERY), SEALED, SECRET, HOUR),
    "L6: to those who know them themselves": Case(reader(CLINICIAN, TRUST), SEALED, SEES),
    "L6: to those who said so": Case(reader(PEER_WORKER, TIDEWELL), SEALED, SEES),
    "G1: a clinician with a broken glass": Case(reader(CLINICIAN, SURGERY), facts(TRUST), SEES, HOUR),
    "G1: a social worker": Case(reader(SOCIAL_WORKER, COUNCIL), facts(TRUST), SEES, HOUR),
    "G4: a peer worker": Case(reader(PEER_WORKER, TIDEWELL), facts(TRUST), REFUSED, HOUR),
    "G4: a partner's system": Case(reader(Role.PARTNER_SYSTEM, SURGERY), facts(TRUST), SECRET, HOUR),
    "G4: whoever runs the service": Case(reader(Role.OPS), facts(TRUST), REFUSED, HOUR),
    "G5: a glass that has closed": Case(reader(CLINICIAN, SURGERY), facts(TRUST), MAY_BREAK, NOW),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_who_sees_anything(case: Case) -> None:
    """Or why not, in a sentence, and what they can do."""
    found = sees(case.who, case.known, NOW, case.glass_until)
    assert _becomes(found) == case.becomes
    if isinstance(found, Refusal):
        assert found.reason.endswith(".")
        assert ("open it for a limited time" in found.reason) == found.may_break_glass


def test_who_may_not_know_of_a_person_is_told_what_a_stranger_is_told() -> None:
    """R8: the same of a very restricted person and of nobody at all."""
    who = reader(CLINICIAN, SURGERY)
    assert sees(who, SEALED, NOW) == sees(who, facts(), NOW)


def _becomes(found: Sight | Refusal) -> str:
    if isinstance(found, Sight):
        assert found.opened
        return SEES
    assert not (found.is_secret and found.may_break_glass)
    return SECRET if found.is_secret else MAY_BREAK if found.may_break_glass else REFUSED


@pytest.mark.parametrize(
    ("who", "known", "shown"),
    [
        pytest.param(reader(CLINICIAN, TRUST), facts(TRUST, TIDEWELL), True, id="L5: nobody restricts it"),
        pytest.param(
            reader(CLINICIAN, TRUST), facts(TRUST, system(TIDEWELL, RESTRICTED)), False, id="L5: another did"
        ),
        pytest.param(
            reader(PEER_WORKER, TIDEWELL),
            facts(TRUST, system(TIDEWELL, RESTRICTED)),
            True,
            id="L5: their own did",
        ),
        pytest.param(
            reader(PEER_WORKER, TIDEWELL),
            facts(system(TRUST, RESTRICTED), system(TIDEWELL, RESTRICTED)),
            False,
            id="L5: another did too",
        ),
        pytest.param(reader(Role.STEWARD), facts(system(TRUST, RESTRICTED)), False, id="L5: to a steward"),
        pytest.param(
            reader(CLINICIAN, TRUST),
            facts(TRUST, system(TIDEWELL, VERY_RESTRICTED)),
            False,
            id="L5: very restricted",
        ),
    ],
)
def test_where_the_person_lives(who: Reader, known: PersonFacts, shown: bool) -> None:
    """Is shown to nobody but the one organisation that asked for it not to be; a broken glass changes nothing."""
    for glass_until in (None, HOUR):
        found = sees(who, known, NOW, glass_until)
        assert isinstance(found, Sight)
        assert found.whereabouts is shown
