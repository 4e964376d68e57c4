"""Blocking: the keys that a profile shares with whoever may be the same person.

A key is a conjunction of values (a name and a birth date, a phone number and a year of birth). Whether one is
used depends on the values and the model alone: it is admissible where the model expects at most
`Model.block` records of `Model.population` to share it, and no shorter one among its parts is. A record is
compared with those that share a key with it, so blocks stay bounded however many people there are.
"""

from collections.abc import Iterator
from math import log2
from typing import NamedTuple

from services.domain.identity.contacts import outcode
from services.domain.identity.model import BIT, Model
from services.domain.identity.names import family_parts, sound
from services.domain.identity.nicknames import forms_key
from services.domain.identity.profile import Address, Profile

Atoms = dict[str, tuple[str, ...]]
"""Single values by kind."""

CONJUNCTIONS: tuple[tuple[str, ...], ...] = (
    ("email",),
    ("phone",),
    ("other_number",),
    ("birth_date",),
    ("postcode",),
    ("street",),
    ("given",),
    ("family",),
    ("birth_date", "given"),
    ("birth_date", "family"),
    ("given", "family"),
    ("postcode", "given"),
    ("postcode", "family"),
    ("street", "given"),
    ("street", "family"),
    ("postcode", "birth_date"),
    ("street", "birth_date"),
    ("phone", "given"),
    ("phone", "family"),
    ("phone", "birth_year"),
    ("email", "given"),
    ("email", "family"),
    ("email", "birth_year"),
    ("birth_date", "given", "family"),
    ("given", "family", "birth_year"),
    ("given", "family", "birthday"),
    ("given", "family", "area"),
)
"""What keys are made of, the shorter ones first; each without its last kind is one too."""

_SOUND = "sound"
"""In a key a given name and a family name are of one kind, so that names entered the wrong way round meet too."""
_TABLES = {"given": _SOUND, "family": _SOUND}
"""The table of rarities of a kind, where it is not named alike."""


def atoms(profile: Profile) -> Atoms:
    """The single values that keys are made of."""
    date = profile.birth_date
    addresses = profile.addresses
    return {
        "given": _given_sounds(profile),
        "family": _family_sounds(profile),
        "birth_date": (date,) if len(date) == 10 else (),
        "birth_year": (date[:4],) if date else (),
        "birthday": (date[5:],) if len(date) == 10 else (),
        "postcode": _distinct(one.postcode for one in addresses),
        "area": _distinct(area for one in addresses for area in _areas(one)),
        "street": _distinct(_street(one) for one in addresses),
        "phone": profile.phones,
        "email": profile.emails,
        "other_number": profile.other_numbers,
    }


def keys(profile: Profile, model: Model) -> set[str]:
    """The blocking keys of a profile under a model: its NHS numbers as they are, and every admissible conjunction."""
    found = {*profile.numbers, *(number for both in profile.replaced for number in both)}
    found |= {f"invalid_number={number}" for number in profile.invalid_numbers}
    return found | _conjunctions(_rare_atoms(profile, model), _needed(model))


class _Part(NamedTuple):
    """Some values of a profile, and how rare it is to have all of them."""

    bits: int
    """A bit for each value, so that sets of values compare at once."""
    rarity: int
    texts: tuple[str, ...]


def _rare_atoms(profile: Profile, model: Model) -> dict[str, list[_Part]]:
    found: dict[str, list[_Part]] = {}
    bit = 1
    for kind, values in atoms(profile).items():
        table = _TABLES.get(kind, kind)
        rarity = model.rarity[table]
        found[kind] = []
        for value in values:
            found[kind].append(_Part(bit, rarity.of(value), (f"{table}={value}",)))
            bit <<= 1
    return found


def _conjunctions(told: dict[str, list[_Part]], needed: int) -> set[str]:
    found: set[str] = set()
    taken: list[int] = []
    too_common: dict[tuple[str, ...], list[_Part]] = {(): [_Part(0, 0, ())]}
    for kinds in CONJUNCTIONS:
        common = too_common[kinds] = []
        for bits, rarity, texts in too_common[kinds[:-1]]:
            for atom in told[kinds[-1]]:
                if atom.bits & bits:
                    continue
                longer = _Part(bits | atom.bits, rarity + atom.rarity, texts + atom.texts)
                if longer.rarity < needed:
                    common.append(longer)
                elif not any(shorter & longer.bits == shorter for shorter in taken):
                    taken.append(longer.bits)
                    found.add(" ".join(sorted(longer.texts)))
    return found


def _needed(model: Model) -> int:
    return round(BIT * log2(max(1.0, model.population / model.block)))


def _given_sounds(profile: Profile) -> tuple[str, ...]:
    """How the given names sound, the first one through the formal names that it may stand for."""
    names = (name.given for name in profile.names if name.given)
    spoken = [form for given in names for form in (*forms_key(given[0]), *given[1:3]) if len(given[0]) > 1]
    return _distinct(sound(form) for form in spoken if len(form) > 1)


def _family_sounds(profile: Profile) -> tuple[str, ...]:
    families = (name.family for name in profile.names if name.family)
    return _distinct(sound(part) for family in families for part in (family, *sorted(family_parts(family))))


def _areas(address: Address) -> tuple[str, str]:
    return outcode(address.postcode) if address.postcode else "", address.town


def _street(address: Address) -> str:
    number, name = address.street
    return f"{number} {name}" if number and name else ""  # there is a High Street in every town


def _distinct(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in values if one))
