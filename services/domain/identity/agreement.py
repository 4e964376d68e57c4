"""How far one field of two profiles agrees: the value that comparison gives and weighing takes."""

from typing import NamedTuple


class Agreement(NamedTuple):
    """A level of a field and, where it is one at which both have the same value, that value."""

    level: str
    value: str = ""


Comparison = tuple[Agreement | None, ...]
"""An agreement for each of FIELDS, None where either side tells nothing."""

LEVELS: dict[str, tuple[str, ...]] = {
    "given": ("same", "form", "initial", "other", "similar", "alike", "different"),
    "middle": ("same", "initial", "different"),
    "family": ("same", "part", "similar", "alike", "different"),
    "order": ("swapped",),
    "birth_date": ("same", "compatible", "transposed", "slip", "near", "year", "different"),
    "address": (
        "home",
        "road",
        "postcode",
        "street",
        "near_road",
        "near",
        "town",
        "like_town",
        "different",
    ),
    "phone": ("same", "slip", "different"),
    "email": ("same", "similar", "name", "different"),
    "gender": ("same", "different"),
    "other_number": ("same", "slip", "different"),
    "nhs_number": ("same", "invalid", "slip"),
}
"""Every field in the order in which weights are added, with its levels."""

FIELDS = tuple(LEVELS)

OF_A_HOUSEHOLD = ("given", "family", "address", "phone", "email")
"""The fields that people who live together share, a parent's e-mail address among them; a given name too, more often
than strangers do."""

RARITY: dict[str, dict[str, str]] = {
    "given": {"same": "given"},
    "family": {"same": "family"},
    "birth_date": {"same": "birth_date"},
    "address": {
        "home": "postcode",
        "road": "postcode",
        "postcode": "postcode",
        "street": "street",
        "town": "town",
    },
    "phone": {"same": "phone"},
    "email": {"same": "email"},
    "other_number": {"same": "other_number"},
}
"""The levels at which both sides have one value, and the table that says how rare it is, which counts too."""

TABLES = (
    "given",
    "family",
    "birth_date",
    "postcode",
    "town",
    "phone",
    "email",
    "other_number",
    "sound",
    "birth_year",
    "birthday",
    "area",
    "street",
)
"""What a model knows the rarity of: the values that RARITY asks for, and those that blocking keys are made of."""
