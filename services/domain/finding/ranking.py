"""How well somebody answers to a question, and why: by the weights that decide who is one person."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple, TypeVar

from rapidfuzz.distance import OSA

from services.domain.finding.asked import Asked
from services.domain.identity.agreement import FIELDS
from services.domain.identity.comparison import compare
from services.domain.identity.contacts import outcode
from services.domain.identity.model import Model
from services.domain.identity.profile import Profile

_FAR = 16_000
"""Whoever answers so much worse than the best, in thousandths of a bit, is left out."""
_NUMBER = 33_000
"""What a shared NHS number is worth: more than any name is."""
_AREA = 7_000
"""What a shared postcode district is worth: there are some 3,000, few of them near."""
_NONE, _ONE = "none", "one"

T = TypeVar("T")

_WHY = {
    ("given", "same"): "first name",
    ("given", "form"): "a form of the first name",
    ("given", "initial"): "initial of the first name",
    ("given", "other"): "another of their first names",
    ("given", "similar"): "nearly the same first name",
    ("given", "alike"): "a first name that is like it",
    ("family", "same"): "last name",
    ("family", "part"): "part of the last name",
    ("family", "similar"): "nearly the same last name",
    ("family", "alike"): "a last name that is like it",
    ("order", "swapped"): "first and last name the other way round",
    ("birth_date", "same"): "birth date",
    ("birth_date", "compatible"): "year or month of birth",
    ("birth_date", "transposed"): "birth date with day and month the other way round",
    ("birth_date", "slip"): "birth date with one slip",
    ("birth_date", "near"): "birth date that is near",
    ("birth_date", "year"): "birth date within a year",
    ("address", "postcode"): "postcode",
    ("address", "near"): "postcode nearby",
    ("phone", "same"): "telephone",
    ("phone", "slip"): "telephone with one slip",
}
"""What agrees, in words, by field and level; what disagrees is not said."""


_PLAINLY = frozenset(
    {
        "first name",
        "a form of the first name",
        "last name",
        "birth date",
        "postcode",
        "telephone",
        "NHS number",
    }
)
"""What agrees without any slip."""


class Answer(NamedTuple):
    """How well somebody answers."""

    weight: int
    """In thousandths of a bit; more is better."""
    why: tuple[str, ...]
    """What agrees, in words."""

    def is_plain(self, asked: Asked) -> bool:
        """Whether all that is asked agrees, and without any slip: nobody would answer better."""
        return len(self.why) >= asked.parts and _PLAINLY.issuperset(self.why)


def answer(asked: Asked, profiles: Iterable[Profile], model: Model) -> Answer:
    """How well whoever has these profiles answers: by what of all of them agrees best."""
    known = _joined(list(profiles))
    found = (_answer(asked, one, other, model) for one in asked.profiles() for other in known)
    return max(found, default=Answer(0, ()))


def best_first(found: Iterable[tuple[bytes, Answer]], most: int) -> list[tuple[bytes, Answer]]:
    """At most `most` of those who answer in something, without those who answer far worse than the best."""
    ranked = sorted((one for one in found if one[1].why), key=lambda one: (-one[1].weight, one[0]))
    return [one for one in ranked[:most] if one[1].weight >= ranked[0][1].weight - _FAR]


def _answer(asked: Asked, one: Profile, known: Profile, model: Model) -> Answer:
    told = [
        (field, agreement)
        for field, agreement in zip(FIELDS, compare(one, known), strict=True)
        if agreement and field != "nhs_number"
    ]
    weight = sum(model.weight(field, agreement) for field, agreement in told)
    why = [words for field, agreement in told if (words := _WHY.get((field, agreement.level)))]
    if slips := _slips(asked.numbers, (*known.numbers, *known.invalid_numbers, *_replaced(known))):
        weight += _NUMBER // (1 if slips == _NONE else 2)
        why.insert(0, "NHS number" if slips == _NONE else "NHS number with one slip")
    if asked.area and asked.area in {outcode(home.postcode) for home in known.addresses}:
        weight += _AREA
        why.append(f"lives in {asked.area}")
    return Answer(weight, tuple(why))


def _slips(asked: Iterable[str], known: Iterable[str]) -> str:
    """How near the nearest two numbers are; empty where none are."""
    told = list(known)
    far = min((OSA.distance(one, other, score_cutoff=1) for one in asked for other in told), default=2)
    return (_NONE, _ONE, "")[far]


def _replaced(known: Profile) -> Iterable[str]:
    return (number for both in known.replaced for number in both)


def _joined(profiles: list[Profile]) -> list[Profile]:
    """All that is told of somebody in one profile, once with each birth date."""
    dates = dict.fromkeys(one.birth_date for one in profiles)
    whole = Profile(
        names=_all(one.names for one in profiles),
        addresses=_all(one.addresses for one in profiles),
        phones=_all(one.phones for one in profiles),
        numbers=_all(one.numbers for one in profiles),
        invalid_numbers=_all(one.invalid_numbers for one in profiles),
        replaced=_all(one.replaced for one in profiles),
    )
    return [replace(whole, birth_date=date) for date in dates]


def _all(told: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(value for values in told for value in values))
