"""Of two entries that may be one, whether a person has anything to judge."""

from collections.abc import Set
from typing import NamedTuple


class Seen(NamedTuple):
    """What is seen of an entry from beside it."""

    senders: Set[str]
    """Who tells of it."""
    withdrawn: bool
    """Whether all of them have taken it back."""


def is_doubtful(one: Seen, other: Seen) -> bool:
    """Whether two entries that a rule leads to are a doubt that a person can settle.

    Not where one of them never was. Nor where two systems each tell of both: each has them as two, and every side
    has folded with what is nearer to it.
    """
    return not one.withdrawn and not other.withdrawn and len(one.senders & other.senders) < 2
