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

    The database keeps this for the stewards' queue (record.are_in_doubt), with two differences: a pair that was ruled
    one always waits there, and so does one that an identifier joins, though one side of it was taken back.
    """
    return not one.withdrawn and not other.withdrawn and len(one.senders & other.senders) < 2
