"""How the emulator searches: exactly, by wildcards, in the past, and fuzzily."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from tests.pds.people import KnownPerson

_LEAST_WILDCARD_LETTERS = 2
_NAMES = ("family", "given", "address-postalcode")
_TAKEN = {*_NAMES, "birthdate", "gender", "phone", "email", "_history", "_fuzzy-match"}
_ALIKE = 0.8


class BadSearch(Exception):
    """The parameters cannot be searched with; the argument is PDS's code for why."""


def search(people: Iterable[KnownPerson], asked: Mapping[str, str]) -> list[tuple[KnownPerson, float]]:
    """Who matches, with the score of each, the best first.

    Raises:
        BadSearch: something is missing, unknown or malformed.
    """
    _check(asked)
    searched = [one for one in people if not one.superseded_by]
    if asked.get("_fuzzy-match") == "true":
        scored = [(one, _likeness(one, asked)) for one in searched]
        return sorted((each for each in scored if each[1] >= _ALIKE), key=lambda each: -each[1])
    history = asked.get("_history") == "true"
    return [(one, 1.0) for one in searched if _matches(one, asked, history=history)]


def _check(asked: Mapping[str, str]) -> None:
    if not asked.get("family") or not asked.get("birthdate"):
        raise BadSearch("MISSING_VALUE")
    if asked.keys() - _TAKEN:
        raise BadSearch("INVALID_VALUE")
    for name in _NAMES:
        letters, star, rest = asked.get(name, "").partition("*")
        if star and (rest or len(letters) < _LEAST_WILDCARD_LETTERS or asked.get("_fuzzy-match") == "true"):
            raise BadSearch("INVALID_SEARCH_DATA")


def _matches(one: KnownPerson, asked: Mapping[str, str], *, history: bool) -> bool:
    families = {one.family, one.former_family if history else ""}
    postcodes = {one.postcode, one.former_postcode if history else ""}
    return all(
        (
            _any(families, asked["family"]),
            _any(one.given, asked.get("given", "")),
            _any(postcodes, asked.get("address-postalcode", "")),
            _any({f"eq{one.birth_date}", one.birth_date}, asked["birthdate"]),
            _any({one.gender}, asked.get("gender", "")),
            _any({one.phone}, asked.get("phone", "")),
            _any({one.email}, asked.get("email", "")),
        )
    )


def _any(known: Iterable[str], asked: str) -> bool:
    """Whether something known is what is asked for, or begins like it; what is not asked for does not matter."""
    letters, star, _ = _folded(asked).partition("*")
    return not asked or any(
        _folded(one).startswith(letters) if star else _folded(one) == letters for one in known if one
    )


def _likeness(one: KnownPerson, asked: Mapping[str, str]) -> float:
    pairs = [
        (one.family, asked["family"]),
        (one.given[0], asked.get("given", "")),
        (one.birth_date, asked["birthdate"].removeprefix("eq")),
        (one.postcode, asked.get("address-postalcode", "")),
    ]
    likenesses = [
        SequenceMatcher(None, _folded(known), _folded(given)).ratio() for known, given in pairs if given
    ]
    return round(sum(likenesses) / len(likenesses), 4)


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()
