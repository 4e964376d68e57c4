"""Consents told by the trust, and who looks at whose words under them: for the tables of rules."""

from typing import Any, NamedTuple

from services.domain.access.reader import Reader
from services.domain.access.sight import ConsentWord
from tests.streams.fhir_builders import Organisation
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TIDEWELL, TRUST
from tests.unit.access_people import CLINICIAN, PEER_WORKER, SOCIAL_WORKER, facts, kinds_seen, reader, says

NOTHING: frozenset[str] = frozenset()
SOCIAL, PEER, DOCTOR = (
    reader(SOCIAL_WORKER, COUNCIL),
    reader(PEER_WORKER, TIDEWELL),
    reader(CLINICIAN, SURGERY),
)


class Case(NamedTuple):
    """A reader before one organisation's words under these consents, and the kinds that are opened."""

    who: Reader
    consents: tuple[ConsentWord, ...]
    kinds: frozenset[str]
    teller: Organisation = TRUST


def provided(decision: str, **limits: Any) -> ConsentWord:
    """A consent told by the trust whose provision has these elements."""
    limits = {("class" if name == "class_" else name): told for name, told in limits.items()}
    return says(TRUST, decision, provision={"type": decision} | limits)


def ruled(rule: str, **provision: Any) -> ConsentWord:
    """A consent told by the trust under this policyRule, whose provision has no type but what is given."""
    told = {"provision": provision} if provision else {"provision": None}
    return says(TRUST, "permit", policyRule={"coding": [{"code": rule}]}, **told)


def coded(code: str) -> dict[str, Any]:
    """A CodeableConcept of one code."""
    return {"coding": [{"code": code}]}


def kinds_under(case: Case) -> frozenset[str]:
    """What the reader sees, whose organisation knows the person as four others do."""
    known = facts(TRUST, COUNCIL, SURGERY, TIDEWELL, LANTERN, *case.consents)
    return kinds_seen(case.who, known, case.teller)
