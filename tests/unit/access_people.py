"""Readers, systems and consents for the tables of who may see what: those of the Norfolk and Suffolk stream."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.domain.access.kinds import ALL_KINDS
from services.domain.access.reader import Reader, Role
from services.domain.access.sight import (
    ConsentWord,
    Label,
    Opened,
    PersonFacts,
    Refusal,
    Sight,
    System,
    sight,
)
from services.domain.record.instant import moment_ticks
from tests.streams.fhir_builders import Organisation, consent, known_to, organisation_reference
from tests.streams.norfolk_suffolk_partners import MAYA, PARTNERS, TRUST

Resource = dict[str, Any]

CLINICIAN, SOCIAL_WORKER, PEER_WORKER = Role.CLINICIAN, Role.SOCIAL_WORKER, Role.PEER_WORKER
RESTRICTED, VERY_RESTRICTED = Label.RESTRICTED, Label.VERY_RESTRICTED
UNLISTED = replace(TRUST, ods="ZZX99")
"""An organisation that is no partner: nobody knows its sector."""
_SECTORS = {one.ods: one.sector for one in PARTNERS}
GIVEN = "2026-05-02T09:00:00Z"


def ticks(text: str) -> int:
    """The ticks of a FHIR date or dateTime."""
    found = moment_ticks(text)
    assert found is not None
    return found


NOW = ticks("2026-06-15T12:00:00Z")


def reader(role: Role, organisation: Organisation | None = None) -> Reader:
    """Somebody in a role at an organisation; at none those of the partnership itself."""
    return Reader(role, organisation.ods if organisation else "", "u-1", "Rowan Test")


def system(of: Organisation, label: Label = Label.NORMAL, number: int = 1) -> System:
    """An organisation's system, which knows the person under a number."""
    return System(f"{of.ods}-{number}".encode(), of.ods, label)


def says(
    teller: Organisation,
    decision: str,
    *others: Organisation,
    local: str = "con-1",
    at: str = GIVEN,
    **told: Any,
) -> ConsentWord:
    """A consent as the teller's system told it; what is told besides stands in place of the builder's."""
    built = consent(known_to(teller, "1", MAYA, GIVEN), local, decision, *others, on=GIVEN)
    return ConsentWord(system(teller).source_record, teller.ods, {**built, **told}, ticks(at))


def actor(reference: Resource, role: str = "IRCP") -> Resource:
    """Who takes part in sharing, and as what."""
    return {"role": {"coding": [{"code": role}]}, "reference": reference}


def of(*others: Organisation) -> list[Resource]:
    """The organisations as those with whom is shared."""
    return [actor(organisation_reference(other)) for other in others]


def classes(*types: str) -> list[Resource]:
    """Resource types as a provision is limited to them."""
    return [{"system": "http://hl7.org/fhir/resource-types", "code": one} for one in types]


def facts(*told: System | ConsentWord | Organisation, involved: tuple[Organisation, ...] = ()) -> PersonFacts:
    """What is known of a person; an organisation stands for its system."""
    systems = [system(one) if isinstance(one, Organisation) else one for one in told]
    return PersonFacts(
        tuple(one for one in systems if isinstance(one, System)),
        tuple(one for one in systems if isinstance(one, ConsentWord)),
        frozenset(one.ods for one in involved),
    )


def sees(
    who: Reader, known: PersonFacts, as_of: int = NOW, glass_until: int | None = None
) -> Sight | Refusal:
    """What the reader may see, whose organisation is of the sector that the partnership has it in."""
    return sight(who, known._replace(sector=_SECTORS.get(who.organisation, "")), as_of, glass_until)


def seen(
    who: Reader, known: PersonFacts, glass_until: int | None = None, as_of: int = NOW
) -> Mapping[bytes, Opened]:
    """What is opened, by source record; nothing where all is refused."""
    found = sees(who, known, as_of, glass_until)
    return {one.source_record: one for one in found.opened} if isinstance(found, Sight) else {}


def kinds_seen(
    who: Reader, known: PersonFacts, teller: Organisation, glass_until: int | None = None
) -> frozenset[str]:
    """The kinds of one organisation's words that the reader sees."""
    opened = seen(who, known, glass_until).get(system(teller).source_record)
    if opened is None:
        return frozenset()
    return ALL_KINDS if opened.kinds is None else opened.kinds


def label_seen(
    who: Reader, known: PersonFacts, teller: Organisation, glass_until: int | None = None
) -> Label | None:
    """The most confidential of one organisation's words that the reader sees; None where they see none."""
    opened = seen(who, known, glass_until).get(system(teller).source_record)
    return opened.label if opened else None
