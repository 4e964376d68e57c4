"""Whether a reader may go from one person's record to that of a relative."""

from typing import NamedTuple


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
    is_open: bool
    """Whether the reader may see anything of the other's record (sight)."""


class Decision(NamedTuple):
    """Whether it may be seen, and why or why not."""

    allowed: bool
    reason: str


def may_see_link(link: FamilyLink) -> Decision:
    """Whether the reader is offered the other's own record; where nothing allows it, it is denied.

    A way to a record that is closed would tell that its person is known. Whoever follows one is judged again at the
    other record, and nothing of that one is shown in this.
    """
    if link.other is None:
        return Decision(False, "Nobody of this number is known.")
    if link.other == link.person:
        return Decision(False, "It is the person themselves.")
    if not link.stands:
        return Decision(False, "It is not said any more that they are related.")
    if link.is_withheld:
        return Decision(False, "The other's record is withheld.")
    if not link.is_open:
        return Decision(False, "The reader may see nothing of the other's record.")
    return Decision(True, "The reader may see the other's record too.")
