"""Fields, levels, grades and rules of the identity model in a steward's words."""

from services.domain.identity.decision import Decision, Grade, Rule
from services.domain.identity.model import BIT

FIELDS = {
    "given": "Given name",
    "middle": "Middle name",
    "family": "Family name",
    "order": "Order of names",
    "birth_date": "Birth date",
    "address": "Address",
    "phone": "Telephone",
    "email": "E-mail",
    "gender": "Gender",
    "other_number": "Other number",
    "nhs_number": "NHS number",
}

LEVELS = {
    "given": {
        "same": "the same",
        "form": "two forms of one name",
        "initial": "an initial that fits",
        "other": "one goes by another of their names",
        "similar": "alike but for a slip",
        "alike": "somewhat alike",
        "different": "different",
    },
    "middle": {
        "same": "the same",
        "initial": "an initial that fits",
        "different": "different",
    },
    "family": {
        "same": "the same",
        "part": "one is part of the other",
        "similar": "alike but for a slip",
        "alike": "somewhat alike",
        "different": "different",
    },
    "order": {"swapped": "given and family name the other way round"},
    "birth_date": {
        "same": "the same",
        "compatible": "one is less exact, and fits the other",
        "transposed": "day and month swapped",
        "slip": "one digit differs, or two are swapped",
        "near": "two of day, month and year agree, or at most a month apart",
        "year": "at most a year apart",
        "different": "different",
    },
    "address": {
        "home": "the same home",
        "road": "the same road and postcode",
        "postcode": "the same postcode",
        "street": "the same house and street",
        "near_road": "a road of the same name, not far away",
        "near": "close by",
        "town": "the same town",
        "like_town": "towns spelt alike",
        "different": "different",
    },
    "phone": {"same": "the same", "slip": "one digit differs", "different": "different"},
    "email": {
        "same": "the same",
        "similar": "alike but for a slip, or one name at two providers",
        "name": "alike before the @",
        "different": "different",
    },
    "gender": {"same": "the same", "different": "different"},
    "other_number": {"same": "the same", "slip": "one digit differs", "different": "different"},
    "nhs_number": {
        "same": "the same, and valid",
        "invalid": "written alike, with a wrong check digit",
        "slip": "one digit differs, and one has a wrong check digit",
    },
}

GRADES = {
    Grade.CERTAIN: "certainly one person",
    Grade.PROBABLE: "probably one person",
    Grade.POSSIBLE: "possibly one person",
    Grade.CERTAINLY_NOT: "not one person",
}

RULES = {
    Rule.SAME_NUMBER: "Both have the same valid NHS number, and names and birth date agree.",
    Rule.NUMBER_ALONE: "Both have the same valid NHS number, and of one nothing else is known.",
    Rule.NUMBER_CLASH: "Both have the same valid NHS number, and names or birth date do not agree. A number is "
    "sometimes given to the wrong person, so they are kept apart until a steward has looked.",
    Rule.DIFFERENT_NUMBERS: "They have different valid NHS numbers, so they are never joined.",
    Rule.TWINS: "Birth date and family name are the same and the given names differ, as with twins, so they are kept "
    "apart.",
    Rule.WEIGHT: "The evidence is added up.",
}

OBSTACLES = {
    "": "a steward ruled that these are not the same person",
    Rule.NUMBER_CLASH: "one NHS number stands on two descriptions that do not agree",
    Rule.DIFFERENT_NUMBERS: "these have different valid NHS numbers",
    Rule.TWINS: "these may be twins",
}

_MOST_BITS = 20
"""Odds are told up to a million to one; what lies beyond is the model's arithmetic and nobody's experience."""


def bits(weight: int) -> str:
    """A weight with its sign and one digit: +7.2, −0.4 or 0.0."""
    tenths = round(weight * 10 / BIT)
    sign = "+" if tenths > 0 else "\N{MINUS SIGN}" if tenths < 0 else ""
    return f"{sign}{abs(tenths) / 10:.1f}"


def direction(weight: int) -> str:
    """What a weight speaks for."""
    tenths = round(weight * 10 / BIT)
    return "for one person" if tenths > 0 else "for two people" if tenths < 0 else "for neither"


def odds(weight: int) -> str:
    """The odds that a total weight stands for."""
    size = abs(weight) / BIT
    to_one = "more than a million" if size >= _MOST_BITS else f"about {_rounded(2**size):,}"
    if weight < 0:
        return f"{to_one} to 1 that they are two people"
    return f"{to_one} to 1 that they are one person"


def rule_words(decision: Decision) -> str:
    """The rule that decided, and what came of it."""
    if decision.rule is not Rule.WEIGHT:
        return RULES[decision.rule]
    ends = {
        Grade.PROBABLE: "It comes to enough to join them.",
        Grade.POSSIBLE: "It comes to too little to join them, and too much to say that they are two people.",
    }
    return f"{RULES[Rule.WEIGHT]} {ends.get(decision.grade, 'It comes to too little for one person.')}"


def _rounded(number: float) -> int:
    """A number to two digits."""
    step = 10 ** max(0, len(str(int(number))) - 2)
    return int(round(number / step) * step)
