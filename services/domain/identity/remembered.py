"""Remembering what a text was read as, within bounds: names, dates and towns come again and again."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

Value = TypeVar("Value")

LONGEST_TEXT = 256
"""Characters that are read of one name, date, address or number; more than any that is meant."""
_TEXTS_KEPT = 1 << 15
"""Some 33,000 texts: more than the given names, surnames, streets or birth dates of a partnership's busy day."""


def remembered(read: Callable[[str], Value]) -> Callable[[str], Value]:
    """`read`, a pure function, with its latest results kept; of a text it is given the first LONGEST_TEXT characters.

    The bound on the text is one on memory and on time: a sender may write a name of megabytes.
    """
    kept = lru_cache(maxsize=_TEXTS_KEPT)(read)

    def reading(text: str) -> Value:
        return kept(text[:LONGEST_TEXT])

    reading.__doc__ = read.__doc__
    reading.__name__ = reading.__qualname__ = read.__name__
    return reading


def remembered_if_short(read: Callable[[str], Value]) -> Callable[[str], Value]:
    """`read`, a pure function, with its latest results kept for texts of at most LONGEST_TEXT characters.

    A longer text is read whole, and anew each time: what is said at its end counts.
    """
    kept = remembered(read)

    def reading(text: str) -> Value:
        return kept(text) if len(text) <= LONGEST_TEXT else read(text)

    reading.__doc__ = read.__doc__
    reading.__name__ = reading.__qualname__ = read.__name__
    return reading
