"""Whether a reader may go from one person's record to that of a relative."""

from enum import StrEnum
from typing import NamedTuple


class Reader(StrEnum):
    """Who reads: what is known of them today. Roles take its place."""

    NOBODY = "nobody"
    SIGNED_IN = "signed in"
    """A browser with a session: it may find any person."""
    PARTNER = "partner"
    """A partner's system: it may read only those that it has itself told of, by its own address for them."""


class FamilyLink(NamedTuple):
    """What one record says of a relative: that somebody of this number is theirs."""

    person: bytes
    """Whose record says so."""
    other: bytes | None
    """The person of that number; None where nobody of it is known."""
    stands: bool
    """Whether the system that tells of the relative says so still."""
    is_withheld: bool
    """Whether the other's record is withheld until a steward has put something right."""


class Decision(NamedTuple):
    """Whether it may be seen, and why or why not."""

    allowed: bool
    reason: str


def may_see_link(reader: Reader, link: FamilyLink) -> Decision:
    """Whether the reader is offered the other's own record; where nothing allows it, it is denied.

    It decides of the way there alone: whoever follows it is judged again at the other record, and nothing of that
    one is shown in this.
    """
    if reader is not Reader.SIGNED_IN:
        return Decision(False, "Only who may find the other person is led to them.")
    if link.other is None:
        return Decision(False, "Nobody of this number is known.")
    if link.other == link.person:
        return Decision(False, "It is the person themselves.")
    if not link.stands:
        return Decision(False, "It is not said any more that they are related.")
    if link.is_withheld:
        return Decision(False, "The other's record is withheld.")
    return Decision(True, "Who is signed in may find any person.")
