"""A profile: what one source record says of who the person is, brought into values that can be compared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.domain.identity.addresses import Street, street, town
from services.domain.identity.contacts import email, phone, postcode
from services.domain.identity.dates import birth_date
from services.domain.identity.names import family_name, given_names, split_full_name


class Name(NamedTuple):
    """A name by which the person is or was known."""

    given: tuple[str, ...]
    family: str


class Address(NamedTuple):
    """Where the person lives or lived; what is not known is empty."""

    postcode: str
    street: Street
    town: str


@dataclass(frozen=True, slots=True)
class Profile:
    """Normalised demographics, the current word first and earlier ones after it."""

    names: tuple[Name, ...] = ()
    birth_date: str = ""
    gender: str = ""
    addresses: tuple[Address, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    """Valid NHS numbers."""
    invalid_numbers: tuple[str, ...] = ()
    """What stands where an NHS number should, and fails the check digit."""
    other_numbers: tuple[str, ...] = ()
    """Identifiers that several systems share, such as a National Insurance number."""
    replaced: tuple[tuple[str, str], ...] = ()
    """NHS numbers that this record says were replaced: (the old one, the one in its place)."""

    @property
    def is_bare(self) -> bool:
        """Whether nothing but a number is known of the person."""
        return not (self.names or self.birth_date or self.addresses or self.phones or self.emails)


@dataclass(frozen=True, slots=True)
class Told:
    """What a source says of a person, as it wrote it; lists have the current value first."""

    names: Sequence[tuple[str, str]] = ()
    """(given names, family name); a full name stands as given names with no family name."""
    birth_date: str = ""
    gender: str = ""
    addresses: Sequence[tuple[str, str, str]] = ()
    """(line, town, postcode)."""
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    numbers: Sequence[str] = ()
    invalid_numbers: Sequence[str] = ()
    other_numbers: Sequence[str] = ()
    replaced: Sequence[tuple[str, str]] = ()


def profile(told: Told) -> Profile:
    """The profile of what a source says."""
    return Profile(
        names=_distinct(_name(given, family) for given, family in told.names),
        birth_date=birth_date(told.birth_date),
        gender=_gender(told.gender),
        addresses=_distinct(Address(postcode(p), street(line), town(t)) for line, t, p in told.addresses),
        phones=_distinct(map(phone, told.phones)),
        emails=_distinct(map(email, told.emails)),
        numbers=tuple(sorted(told.numbers)),
        invalid_numbers=tuple(sorted(told.invalid_numbers)),
        other_numbers=_distinct("".join(filter(str.isalnum, one)).upper() for one in told.other_numbers),
        replaced=tuple(sorted(told.replaced)),
    )


_NOWHERE = Address("", Street("", ""), "")
_NOBODY = Name((), "")


def _name(given: str, family: str) -> Name:
    if given and not family and " " in given.strip():
        given, family = split_full_name(given)
    return Name(given_names(given), family_name(family))


def _gender(told: str) -> str:
    """'f' or 'm'; any other is no evidence that two records are of different people."""
    letter = told.strip()[:1].casefold()
    return {"w": "f", "f": "f", "m": "m"}.get(letter, "")


def _distinct(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(one for one in values if one not in ("", _NOWHERE, _NOBODY)))
