"""What PDS is asked about a person: a few searches, the strictest first, each made only when none before found anybody.

The steps are those that PDS suggests for tracing (exact, wildcards with history, fuzzy); docs/pds.md says why each is
as it is.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from services.domain.identity.demographics import Demographics, full_birth_date, profile_of, valid_nhs_numbers
from services.domain.identity.names import family_name, given_names
from services.domain.identity.profile import Profile

_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}")
"""The shape of a whole UK postcode (GOV.UK, 'Bulk data transfer': postcode format)."""

_MOST_POSTCODES = 3
"""Postcodes of one person that are asked with: each costs up to three requests."""

_WILDCARD_LETTERS = 3
_LEAST_WILDCARD_LETTERS = 2  # PDS takes a wildcard after two characters at least
_GENDERS = ("male", "female")

EXACT, WILDCARD, FUZZY = 1.0, 0.9, 0.95
"""The least score with which the one match of a step counts. A fuzzy search may differ in everything, so it has to
come nearer than one whose wildcards stand in two places alone."""


@dataclass(frozen=True, slots=True)
class Search:
    """The parameters of one search; what is empty is not asked with."""

    family: str = field(repr=False)
    given: str = field(repr=False)
    birth_date: str = field(repr=False)
    postcode: str = field(default="", repr=False)
    gender: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    history: bool = False
    """Whether former names and addresses match too."""
    fuzzy: bool = False

    @property
    def parameters(self) -> dict[str, str]:
        """As they stand in the query."""
        asked = {
            "family": self.family,
            "given": self.given,
            "birthdate": f"eq{self.birth_date}",
            "gender": self.gender,
            "address-postalcode": self.postcode,
            "phone": self.phone,
            "email": self.email,
            "_history": "true" if self.history else "",
            "_fuzzy-match": "true" if self.fuzzy else "",
        }
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class Step:
    """A search, and the least score with which its one match counts."""

    search: Search
    least_score: float


@dataclass(frozen=True, slots=True)
class Question:
    """All that may be asked about one person, in order."""

    birth_date: str = field(repr=False)
    steps: tuple[Step, ...] = field(repr=False)

    @property
    def hash(self) -> bytes:
        """SHA-256 of what is asked: the same question is not asked twice, a changed one is."""
        asked = [[step.search.parameters, step.least_score] for step in self.steps]
        return hashlib.sha256(json.dumps(asked).encode()).digest()


def question(facts: Demographics) -> Question | None:
    """What to ask about the person of these facts.

    None where a valid NHS number is known; where a family name, a given name or the day of birth is not, or stands
    for one that is not ('Unknown', 1 January 1900); or where a name has an asterisk, which would be a wildcard.
    """
    birth_date = full_birth_date(facts)
    if valid_nhs_numbers(facts) or not birth_date:
        return None
    known = profile_of(facts)
    family = _fact(facts, "family")
    given = next((name for name in _fact(facts, "given").split() if given_names(name)), "")
    if not (given and family_name(family) and known.birth_date) or "*" in family + given:
        return None
    steps = dict.fromkeys(_steps(facts, known, Search(family, given, birth_date)))
    return Question(birth_date, tuple(steps))


def _steps(facts: Demographics, known: Profile, named: Search) -> Iterator[Step]:
    postcodes = dict.fromkeys(one.postcode for one in known.addresses if _POSTCODE.fullmatch(one.postcode))
    asked = list(postcodes)[:_MOST_POSTCODES]
    if not asked:
        yield Step(_with_another_fact(facts, known, named), EXACT)
        return
    for postcode in asked:
        yield Step(replace(named, postcode=postcode), EXACT)
    for postcode in asked:
        given, area = _wildcard(named.given), _area(postcode)
        yield Step(replace(named, given=given, postcode=area, history=True), WILDCARD)
    for postcode in asked:
        yield Step(replace(named, postcode=postcode, fuzzy=True), FUZZY)


def _with_another_fact(facts: Demographics, known: Profile, named: Search) -> Search:
    """The search by name and birth date, and by one thing more where it is known."""
    if known.phones:
        return replace(named, phone=_as_dialled(known.phones[0]))
    if known.emails:
        return replace(named, email=known.emails[0])
    gender = _fact(facts, "gender")
    return replace(named, gender=gender) if gender in _GENDERS else named


def _as_dialled(phone: str) -> str:
    """A British number as it is dialled at home, which is how it stands in most systems: 07700900101."""
    return f"0{phone[3:]}" if phone.startswith("+44") else phone


def _wildcard(given: str) -> str:
    """The first letters and an asterisk; an initial stays as it is, for PDS takes no wildcard after one letter."""
    return f"{given[:_WILDCARD_LETTERS]}*" if len(given) >= _LEAST_WILDCARD_LETTERS else given


def _area(postcode: str) -> str:
    """The postcode's area and an asterisk: 'LS*' for LS1 6AE; of a one-letter area the digit after it too: 'M1*'."""
    return f"{postcode[:_LEAST_WILDCARD_LETTERS]}*"


def _fact(facts: Demographics, name: str) -> str:
    told = facts.get(name)
    return " ".join(told.value.split()) if told else ""
