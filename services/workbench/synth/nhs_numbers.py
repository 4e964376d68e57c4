"""NHS numbers of the 999 range, which NHS England keeps for tests and gives to nobody."""

from collections.abc import Iterator

MOST = 900_000
"""People at most: of the million numbers of seven free digits, one check digit in eleven cannot be written."""

STRIDE = 618_033
"""Has no divisor in common with a million, so that the walk meets every number before it meets one again."""


def check_digit(nine: str) -> int:
    """The check digit of nine digits; 10 where no NHS number starts so.

    Eleven less the remainder by 11 of the digits weighed 10 down to 2 (NHS Data Dictionary, 'NHS Number').
    """
    weighed = 0
    for weight, digit in zip(range(10, 1, -1), nine, strict=True):
        weighed += weight * int(digit)
    return (11 - weighed % 11) % 11


def nhs_numbers() -> Iterator[str]:
    """Valid numbers, all different, and always in this order: the n-th is the n-th person's."""
    for step in range(1, 1_000_001):
        nine = f"999{step * STRIDE % 1_000_000:06d}"
        digit = check_digit(nine)
        if digit < 10:
            yield f"{nine}{digit}"
