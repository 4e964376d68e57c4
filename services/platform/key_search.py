"""Keys and ids as people give them: the first of their hexadecimal digits."""

from typing import NamedTuple


class Span(NamedTuple):
    """Between which keys all are that start with some digits."""

    digits: str
    least: bytes
    greatest: bytes


def span_of(text: str, length: int) -> Span | None:
    """The keys of `length` hexadecimal digits that start with those of the text; None where it has no such digits."""
    digits = text.strip().lower()
    if not digits or len(digits) > length or not all(digit in "0123456789abcdef" for digit in digits):
        return None
    return Span(digits, bytes.fromhex(digits.ljust(length, "0")), bytes.fromhex(digits.ljust(length, "f")))
