"""How people can be reached: telephone numbers and e-mail addresses that are nobody's."""

from services.workbench.synth.dice import Dice
from services.workbench.synth.names import plain

_BLOCKS = (
    "07700 900", "01632 960", "0113 496 0", "0114 496 0", "0115 496 0", "0116 496 0", "0117 496 0", "0118 496 0",
    "0121 496 0", "0131 496 0", "0141 496 0", "0151 496 0", "0161 496 0", "0191 498 0", "020 7946 0", "028 9649 6",
    "029 2018 0", "03069 990",
)  # fmt: skip
"""What stands before the last three digits of the numbers kept free for drama (Ofcom, 'Telephone numbers for use
in TV and radio drama programmes')."""

_NUMBERS = 1_000 * len(_BLOCKS)

_DOMAINS = ("letterbox.example", "brightmail.example", "inbox.example", "fenmail.example", "postroom.example")
_TO_LOCAL_PART = str.maketrans("", "", " '-")


class Telephones:
    """Hands out each number once, to whole households or one person.

    There are only 18,000 such numbers. In a larger world it is not the numbers that people share, for then a
    number would say less of who somebody is than it does in life, but fewer people who have one.
    """

    def __init__(self, dice: Dice, people: int) -> None:
        self._dice = dice
        self._taken = 0
        self._share = min(1.0, 0.95 * _NUMBERS / people)

    def take(self, probability: float) -> str:
        """A number of one's own with `probability`, less where there are not enough; else empty."""
        if self._taken == _NUMBERS or not self._dice.chance(probability * self._share):
            return ""
        self._taken += 1
        block, last = divmod(self._taken * 7_321 % _NUMBERS, 1_000)
        return f"{_BLOCKS[block]}{last:03d}"


def email(dice: Dice, given: str, family: str, born: str) -> str:
    """An e-mail address of the person's own."""
    first, last = (plain(name).translate(_TO_LOCAL_PART).lower() for name in (given, family))
    local = (
        f"{first}.{last}{dice.between(1, 99)}",
        f"{first[0]}{last}{born[2:4]}",
        f"{first}{born[8:]}{last[0]}",
    )
    return f"{dice.pick(local)}@{dice.pick(_DOMAINS)}"


def written(number: str, style: str) -> str:
    """A number as one system writes it: `spaced`, `joined` or `international`."""
    if style == "spaced" or not number:
        return number
    joined = number.replace(" ", "")
    return joined if style == "joined" else f"+44{joined[1:]}"
