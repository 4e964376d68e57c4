"""Who reads or writes: a person in a role at an organisation, or an organisation's system."""

from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What somebody is to the people whose records there are."""

    CLINICIAN = "clinician"
    SOCIAL_WORKER = "social-worker"
    PEER_WORKER = "peer-worker"
    STEWARD = "steward"
    """Keeps the records right: who is one person, which entries are one, what could not be accepted."""
    PARTNER_SYSTEM = "partner-system"
    OPS = "ops"
    """Runs the service, and reads nobody's record."""


OF_THE_PARTNERSHIP = frozenset({Role.STEWARD, Role.OPS})
"""Those who may act for no one organisation."""


class Reader(NamedTuple):
    """Who is at the door, as whoever signed them in says."""

    role: Role
    organisation: str
    """The ODS code of the organisation for which they act; empty for those of the partnership itself."""
    user: str
    """Their id, as whoever signed them in has it; of a system the ODS code of its organisation."""
    name: str
    """As people read it; empty where nobody says."""
    scopes: frozenset[str] = frozenset()
    """What a token is limited to, in SMART scopes; empty for a browser."""
    person: bytes | None = None
    """The one person to whose record a token is limited."""
