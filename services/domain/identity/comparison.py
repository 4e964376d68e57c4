"""How far two profiles agree, field by field: a level each, with the value on which they agree.

The levels of a field are listed from the best agreement to none. What either side does not tell is no
evidence and has no level. With several names or addresses, the best agreement counts.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from rapidfuzz.distance import OSA, JaroWinkler

from services.domain.identity.agreement import LEVELS, Agreement, Comparison
from services.domain.identity.contacts import outcode
from services.domain.identity.dates import compare_dates
from services.domain.identity.name_comparison import compare_names
from services.domain.identity.profile import Address, Profile

T = TypeVar("T")


def compare(one: Profile, other: Profile) -> Comparison:
    """How far two profiles agree. Symmetric."""
    given, middle, family, order = compare_names(one.names, other.names)
    dates = compare_dates(one.birth_date, other.birth_date)
    return (
        given,
        middle,
        family,
        order,
        Agreement(dates.value, one.birth_date if dates == "same" else "") if dates else None,
        _best("address", one.addresses, other.addresses, _addresses),
        _best("phone", one.phones, other.phones, _phones),
        _best("email", one.emails, other.emails, _emails),
        _genders(one.gender, other.gender),
        _best("other_number", one.other_numbers, other.other_numbers, _identifiers),
        _numbers(one, other),
    )


def _best(
    field: str, ones: Sequence[T], others: Sequence[T], judge: Callable[[T, T], Agreement | None]
) -> Agreement | None:
    """The best agreement between any of `ones` and any of `others`."""
    if not ones or not others:
        return None
    if len(ones) == 1 and len(others) == 1:
        return judge(ones[0], others[0])
    found = [agreement for one in ones for other in others if (agreement := judge(one, other))]
    levels = LEVELS[field]
    return min(found, key=lambda agreement: (levels.index(agreement.level), agreement.value), default=None)


def _genders(one: str, other: str) -> Agreement | None:
    if not one or not other:
        return None
    return Agreement("same" if one == other else "different")


def _numbers(one: Profile, other: Profile) -> Agreement | None:
    """What numbers that fail the check digit say: one slip away from the other's, or written alike."""
    ours, theirs = (*one.numbers, *one.invalid_numbers), (*other.numbers, *other.invalid_numbers)
    if not ours or not theirs or (one.numbers and other.numbers):
        return None
    if not set(ours).isdisjoint(theirs):
        return Agreement("invalid")
    slips = any(_is_slip(a, b) for a in ours for b in theirs)
    return Agreement("slip") if slips else None


def _phones(one: str, other: str) -> Agreement:
    if one == other:
        return Agreement("same", one)
    return Agreement("slip" if _is_slip(one, other) else "different")


def _identifiers(one: str, other: str) -> Agreement:
    if one == other:
        return Agreement("same", one)
    return Agreement("slip" if _is_slip(one, other) else "different")


_ALIKE_EMAIL = 0.9
"""Jaro-Winkler similarity from which two addresses, or two local parts, are taken for spellings of one."""


@lru_cache(maxsize=200_000)
def _emails(one: str, other: str) -> Agreement:
    if one == other:
        return Agreement("same", one)
    ours, theirs = one.partition("@")[0], other.partition("@")[0]
    if ours == theirs or _is_slip(one, other):
        return Agreement("similar")
    if JaroWinkler.similarity(ours, theirs) >= _ALIKE_EMAIL:
        return Agreement("name")
    return Agreement("different")


_ALIKE_TOWN = 0.85
_ALIKE_STREET = 0.9


@lru_cache(maxsize=200_000)
def _addresses(one: Address, other: Address) -> Agreement | None:
    road = _roads_agree(one.street.name, other.street.name)
    home = road and one.street.number == other.street.number
    if one.postcode and one.postcode == other.postcode:
        return Agreement("home" if home else "road" if road else "postcode", one.postcode)
    towns = _towns_agree(one.town, other.town)
    if home and (one.street.number or towns in ("town", "like_town")):
        return Agreement("street", f"{one.street.number} {min(one.street.name, other.street.name)}")
    near = _postcodes_near(one.postcode, other.postcode)
    if road and (near or towns in ("town", "like_town")):
        return Agreement("near_road")
    if near:
        return Agreement("near")
    if towns:
        return Agreement(towns, one.town if towns == "town" else "")
    both_tell = (one.postcode and other.postcode) or (one.street.name and other.street.name)
    return Agreement("different") if both_tell else None


def _roads_agree(one: str, other: str) -> bool:
    return bool(one and other) and JaroWinkler.similarity(one, other) >= _ALIKE_STREET


def _towns_agree(one: str, other: str) -> str:
    if not one or not other:
        return ""
    if one == other:
        return "town"
    return "like_town" if JaroWinkler.similarity(one, other) >= _ALIKE_TOWN else "different"


def _postcodes_near(one: str, other: str) -> bool:
    return bool(one and other) and (outcode(one) == outcode(other) or _is_slip(one, other))


def _is_slip(one: str, other: str) -> bool:
    """Whether one is the other but for one character added, left out, changed or swapped with the next."""
    return OSA.distance(one, other, score_cutoff=1) <= 1
