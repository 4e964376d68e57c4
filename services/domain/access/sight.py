"""What of a record a reader may see: decided for each system's word, before anything is folded or counted."""

from enum import IntEnum
from typing import Any, NamedTuple

from services.domain.access.reader import Reader, Role


class Label(IntEnum):
    """How confidential something is (HL7 v3 Confidentiality: N, R and V), the least first."""

    NORMAL = 0
    RESTRICTED = 1
    VERY_RESTRICTED = 2


class System(NamedTuple):
    """One system that knows the person."""

    source_record: bytes
    sender: str
    """The ODS code of its organisation."""
    sector: str
    label: Label
    """Of its Patient resource: restricted says that nobody learns where the person lives, very restricted that nobody
    learns that they are known at all."""


class ConsentWord(NamedTuple):
    """What one system currently says of what the person agreed to, or refused."""

    source_record: bytes
    sender: str
    resource: dict[str, Any]
    """A FHIR R4 Consent, accepted already; what is optional may be missing or odd."""
    instant: int
    """The version's instant, in ticks of 100 ns."""


class PersonFacts(NamedTuple):
    """All that decides who may see what of a person."""

    systems: tuple[System, ...]
    consents: tuple[ConsentWord, ...]
    involved: frozenset[str]
    """The ODS codes of the organisations that a referral about the person asks."""


class Opened(NamedTuple):
    """What may be seen of one system's word."""

    source_record: bytes
    kinds: frozenset[str] | None
    """The kinds of entry (record.kinds) and what is kept with them; None for all."""
    label: Label
    """The most confidential that may be seen."""


class Hidden(NamedTuple):
    """What may not be seen, as it is told to the reader."""

    sender: str
    """The ODS code of the organisation whose words they are."""
    kinds: frozenset[str]
    """Empty for all kinds."""
    reason: str


class Sight(NamedTuple):
    """What a reader may see of one person."""

    opened: tuple[Opened, ...]
    """By source record, in order; of what is not here nothing."""
    hidden: tuple[Hidden, ...]
    whereabouts: bool
    """Whether address, telephone, e-mail and practice are shown."""


class Refusal(NamedTuple):
    """Why a reader may see nothing of a person."""

    reason: str
    may_break_glass: bool
    is_secret: bool
    """Whether not even that the person is known may be told."""


def sight(reader: Reader, facts: PersonFacts, as_of: int, glass_until: int | None = None) -> Sight | Refusal:
    """What the reader may see of a person at `as_of`, in ticks; `glass_until` is when a broken glass closes again."""
    known_there = reader.organisation in {one.sender for one in facts.systems}
    if reader.role is Role.OPS:
        return Refusal(
            "Whoever runs the service reads nobody's record.", may_break_glass=False, is_secret=False
        )
    if reader.role is Role.PARTNER_SYSTEM and not known_there:
        return Refusal("Your system has told nothing of this person.", may_break_glass=False, is_secret=True)
    opened = (Opened(one.source_record, None, Label.VERY_RESTRICTED) for one in facts.systems)
    return Sight(tuple(sorted(opened)), (), whereabouts=True)
