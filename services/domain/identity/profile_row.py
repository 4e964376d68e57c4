"""Profiles as rows keep them."""

from dataclasses import fields

import orjson

from services.domain.identity.addresses import Street
from services.domain.identity.profile import Address, Name, Profile

_FIELDS = tuple(field.name for field in fields(Profile))


def to_row(profile: Profile) -> bytes:
    """The profile as bytes; equal profiles are equal bytes."""
    return orjson.dumps([getattr(profile, name) for name in _FIELDS], default=tuple)


def from_row(row: bytes) -> Profile:
    """The profile that `to_row` wrote."""
    names, birth_date, gender, addresses, *lists, replaced = orjson.loads(row)
    phones, emails, numbers, invalid_numbers, other_numbers = map(tuple, lists)
    return Profile(
        tuple([Name(tuple(given), family) for given, family in names]),
        birth_date,
        gender,
        tuple([Address(postcode, Street(*street), town) for postcode, street, town in addresses]),
        phones,
        emails,
        numbers,
        invalid_numbers,
        other_numbers,
        tuple([(old, new) for old, new in replaced]),
    )
