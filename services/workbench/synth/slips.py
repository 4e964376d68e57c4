"""The slips of people who type names, dates and numbers, and of those who listen to them."""

from datetime import date

from services.workbench.synth.dice import Dice, Weighted
from services.workbench.synth.nhs_numbers import check_digit
from services.workbench.synth.nicknames import SPELLINGS

_BESIDE = {
    "a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "xs",
}  # fmt: skip
"""The keys to the left and the right of each, and above or below for a few."""

_HEARD_ALIKE = (("ph", "f"), ("ck", "k"), ("ee", "ea"), ("ie", "ei"), ("y", "i"), ("th", "t"), ("gh", "g"),
                ("sh", "ch"), ("or", "er"), ("an", "en"), ("s", "z"), ("c", "k"), ("ai", "ay"))  # fmt: skip

_NAME_SLIPS = Weighted(
    ("substitute", "leave out", "put in", "swap", "double", "hear"), (20, 20, 15, 17, 10, 18)
)
_DATE_SLIPS = Weighted(("day and month", "digit", "year"), (30, 45, 25))


def misspelt(dice: Dice, name: str) -> str:
    """The name with one slip in it; never the name itself."""
    while True:
        wrong = _slip(dice, name, _NAME_SLIPS.pick(dice))
        if wrong != name and wrong.strip(" '-"):
            return wrong


def misdated(dice: Dice, born: str) -> str:
    """The ISO birth date with day and month exchanged, a digit wrong, or the year one or ten off."""
    while True:
        wrong = _other_date(dice, born, _DATE_SLIPS.pick(dice))
        if wrong != born and _is_birth_date(wrong):
            return wrong


def misdialled(dice: Dice, number: str) -> str:
    """The NHS number with one digit wrong, as its check digit then tells."""
    while True:
        place = dice.between(3, 9)
        wrong = f"{number[:place]}{dice.between(0, 9)}{number[place + 1 :]}"
        if str(check_digit(wrong[:9])) != wrong[9]:
            return wrong


def _slip(dice: Dice, name: str, kind: str) -> str:
    """First letters are seldom wrong: people look at them."""
    if kind == "hear":
        return _misheard(dice, name)
    place = dice.between(1 if dice.chance(0.95) else 0, len(name) - 1) if len(name) > 1 else 0
    letter = name[place]
    others = _BESIDE.get(letter.lower(), "e")
    match kind:
        case "substitute":
            return name[:place] + _like(letter, dice.pick(others)) + name[place + 1 :]
        case "leave out":
            return name[:place] + name[place + 1 :]
        case "put in":
            return name[: place + 1] + dice.pick(others) + name[place + 1 :]
        case "swap":
            return name[:place] + name[place + 1 : place + 2] + letter + name[place + 2 :]
        case _:
            return name[: place + 1] + letter.lower() + name[place + 1 :]


def _misheard(dice: Dice, name: str) -> str:
    if name in SPELLINGS:
        return dice.pick(SPELLINGS[name])
    one, other = dice.pick(_HEARD_ALIKE)
    return name[0] + (name[1:].replace(one, other, 1) if one in name[1:] else name[1:].replace(other, one, 1))


def _like(letter: str, other: str) -> str:
    return other.upper() if letter.isupper() else other


def _other_date(dice: Dice, born: str, kind: str) -> str:
    year, month, day = born[:4], born[5:7], born[8:]
    match kind:
        case "day and month":
            return f"{year}-{day}-{month}"
        case "year":
            return f"{int(year) + dice.pick((-10, -1, -1, 1, 1, 10))}-{month}-{day}"
        case _:
            place = dice.pick((2, 3, 3, 5, 6, 8, 9, 9))
            return f"{born[:place]}{dice.between(0, 9)}{born[place + 1 :]}"


def _is_birth_date(text: str) -> bool:
    try:
        return date.fromisoformat(text) < date(2026, 3, 2)
    except ValueError:
        return False
