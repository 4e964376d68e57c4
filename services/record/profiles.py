"""Profiles as rows keep them, and the tokens by which source records find each other."""

import hashlib
from dataclasses import fields

import orjson

from services.domain.identity.addresses import Street
from services.domain.identity.blocking import keys
from services.domain.identity.model import Model
from services.domain.identity.profile import Address, Name, Profile

_FIELDS = tuple(field.name for field in fields(Profile))

_TOKEN_BYTES = 8
"""What PostgreSQL compares at once. Of 30,000,000 keys two share a token once in 40,000 times: then two records more
are compared, everywhere alike."""


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


def tokens(profile: Profile, model: Model) -> frozenset[int]:
    """The blocking keys of a profile, each as the hash under which it is stored: no name stands in an index."""
    return frozenset(map(as_token, keys(profile, model)))


def as_token(text: str) -> int:
    """The hash under which a text is stored that rows find each other by."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=_TOKEN_BYTES).digest(), signed=True)
