"""How far two people's names agree: given names, further given names, family names, and their order."""

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from services.domain.identity.agreement import LEVELS, Agreement
from services.domain.identity.names import family_parts, sound
from services.domain.identity.nicknames import same_name
from services.domain.identity.profile import Name

Names = tuple[Agreement | None, Agreement | None, Agreement | None, Agreement | None]
"""Given, middle, family, order."""

_GIVEN, _FAMILY = LEVELS["given"], LEVELS["family"]
_GOOD = frozenset({"same", "form", "similar", "part"})
_SIMILAR, _ALIKE = 0.92, 0.8
"""Jaro-Winkler similarities: typing slips lie above the first, other spellings above the second (Winkler,
'String Comparator Metrics and Enhanced Decision Rules', 1990, takes 0.92 and 0.88 in US census practice)."""

NOTHING: Names = (None, None, None, None)


def compare_names(ones: Sequence[Name], others: Sequence[Name]) -> Names:
    """The best agreement between any name of one and any of the other. Symmetric."""
    if len(ones) == 1 and len(others) == 1:
        return _compare(ones[0], others[0])
    found = [_compare(one, other) for one in ones for other in others]
    return min(found, key=_distance, default=NOTHING)


def _distance(names: Names) -> tuple[int, tuple[str, ...]]:
    given, middle, family, order = names
    far = 2 * (_GIVEN.index(given.level) if given else 3) + 3 * (_FAMILY.index(family.level) if family else 2)
    spelled = tuple(f"{one.level} {one.value}" if one else "" for one in (given, middle, family, order))
    return far + (1 if order else 0), spelled


@lru_cache(maxsize=500_000)
def _compare(one: Name, other: Name) -> Names:
    given, family = _given(one.given, other.given), _family(one.family, other.family)
    if not _is_good(given) and not _is_good(family) and (_may_cross(one, other) or _may_cross(other, one)):
        swapped = [names for names in (_swapped(one, other), _swapped(other, one)) if names is not None]
        if swapped:
            return min(swapped, key=_distance)
    return given, _middle(one.given, other.given), family, None


def _may_cross(one: Name, other: Name) -> bool:
    """Whether the family name of one is something like a given name of the other."""
    family = one.family
    return bool(family) and any(
        JaroWinkler.similarity(family, given) >= _ALIKE for given in (*other.given[:1], "".join(other.given))
    )


def _swapped(one: Name, other: Name) -> Names | None:
    """The agreement with one side's family and given names the other way round, where that is a good one.

    What stood in the wrong column was read as the wrong kind: a family name of several words as several given
    names, two given names as a double-barrelled family name.
    """
    given = _given(one.given, tuple(other.family.split("-"))) if other.family else None
    turned = {"".join(other.given), *other.given[:1]} - {""}
    families = [agreement for name in sorted(turned) if (agreement := _family(one.family, name))]
    family = min(families, key=lambda agreement: _FAMILY.index(agreement.level), default=None)
    found = [agreement for agreement in (given, family) if agreement is not None]
    if not found or not all(map(_is_good, found)):
        return None
    return given, None, family, Agreement("swapped")


def _is_good(agreement: Agreement | None) -> bool:
    return agreement is not None and agreement.level in _GOOD


def _given(ours: tuple[str, ...], theirs: tuple[str, ...]) -> Agreement | None:
    if not ours or not theirs:
        return None
    one, other = ours[0], theirs[0]
    level = _level(one, other)
    if level == "same":
        return Agreement("same" if len(one) > 1 else "initial", one if len(one) > 1 else "")
    if same_name(one, other):
        return Agreement("form")
    if 1 in (len(one), len(other)) and one[0] == other[0]:
        return Agreement("initial")
    if level != "similar" and _is_other(ours, theirs):
        return Agreement("other")
    return Agreement(level)


def _is_other(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether one is known by a further given name of the other."""
    return (
        any(len(name) > 1 and name in theirs for name in ours)
        or any(len(name) > 1 and same_name(name, theirs[0]) for name in ours[1:])
        or any(len(name) > 1 and same_name(name, ours[0]) for name in theirs[1:])
    )


def _middle(ours: tuple[str, ...], theirs: tuple[str, ...]) -> Agreement | None:
    if len(ours) < 2 or len(theirs) < 2:
        return None
    one, other = ours[1], theirs[1]
    if one == other and len(one) > 1:
        return Agreement("same")
    if one[0] == other[0] and 1 in (len(one), len(other)):
        return Agreement("initial")
    return Agreement("same" if same_name(one, other) or _level(one, other) == "similar" else "different")


def _family(one: str, other: str) -> Agreement | None:
    if not one or not other:
        return None
    level = _level(one, other)
    if level == "same":
        return Agreement("same", one)
    if not family_parts(one).isdisjoint(family_parts(other)):
        return Agreement("part")
    return Agreement(level)


def _level(one: str, other: str) -> str:
    if one == other:
        return "same"
    likeness = JaroWinkler.similarity(one, other)
    if likeness >= _SIMILAR or (
        min(len(one), len(other)) > 2 and OSA.distance(one, other, score_cutoff=1) <= 1
    ):
        return "similar"
    if likeness >= _ALIKE or sound(one) == sound(other):
        return "alike"
    return "different"
