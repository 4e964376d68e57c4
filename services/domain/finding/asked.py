"""What somebody types to find a person, read into what it may be: names, a birth date, numbers, a postcode."""

import re
from collections.abc import Callable
from typing import NamedTuple

from services.domain.identity.addresses import NOWHERE
from services.domain.identity.contacts import phone, postcode
from services.domain.identity.dates import birth_date
from services.domain.identity.demographics import is_valid
from services.domain.identity.names import family_name, given_names, split_full_name
from services.domain.identity.profile import Address, Name, Profile


class Asked(NamedTuple):
    """What is looked for; what is not asked is empty."""

    names: tuple[Name, ...] = ()
    """The ways to read the name: of one word alone, as a given and as a family name."""
    birth_date: str = ""
    """YYYY-MM-DD, YYYY-MM or YYYY."""
    numbers: tuple[str, ...] = ()
    """Of ten digits, valid NHS numbers or not."""
    phones: tuple[str, ...] = ()
    """As contacts.phone has them."""
    postcode: str = ""
    area: str = ""
    """The district of a postcode, where that is all that is asked."""

    @property
    def is_nothing(self) -> bool:
        """Whether nobody could be found by it."""
        return not (self.names or self.birth_date[4:] or self.numbers or self.phones or self.postcode)

    @property
    def parts(self) -> int:
        """Of how many parts it is, each of which somebody may answer to."""
        words = max((bool(name.given) + bool(name.family) for name in self.names), default=0)
        rest = (self.birth_date, self.numbers, self.phones, self.postcode, self.area)
        return words + sum(map(bool, rest))

    def profiles(self) -> list[Profile]:
        """It as profiles to compare with, one for each way to read the name."""
        home = (Address(self.postcode, NOWHERE, ""),) if self.postcode else ()
        valid = tuple(one for one in self.numbers if is_valid(one))
        return [
            Profile(
                names=(name,) if name else (),
                birth_date=self.birth_date,
                addresses=home,
                phones=self.phones,
                numbers=valid,
                invalid_numbers=tuple(one for one in self.numbers if one not in valid),
            )
            for name in self.names or (None,)
        ]


_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATES = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}",
    r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})",
    r"\d{1,2} \d{1,2} \d{4}",
    rf"\d{{1,2}}(?:st|nd|rd|th)?[- ]*(?:of )?{_MONTH}[-, ]*(?:\d{{4}}|\d{{2}})",
    rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}",
    rf"{_MONTH} \d{{4}}",
    r"\d{8}",
    r"\d{4}-\d{2}",
    r"\d{1,2}/\d{4}",
    r"(?:18|19|20)\d{2}",
)
"""How dates are written; the longer before what is a part of them."""
_PHONE = r"(?:\+\d{1,3}|0)(?:[ ()-]*\d){9,10}"
_NHS_NUMBER = r"\d{3}[- ]?\d{3}[- ]?\d{4}"
_POSTCODE = r"[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}"
_AREA = r"[a-z]{1,2}\d[a-z\d]?"
_LABELS = re.compile(
    r"\b(?:born(?: on)?|dob|d\.o\.b\.?|birth date|date of birth|nhs(?: number| no\.?)?|tel(?:ephone)?|phone|mobile|"
    r"postcode)\b:?",
    re.IGNORECASE,
)
_LONGEST = 200
"""Characters that are read: nobody remembers more."""


def read_asked(text: str) -> Asked:
    """What `text` asks for, in whatever order its parts stand."""
    rest = _LABELS.sub(" ", " ".join(text[:_LONGEST].split()))
    phones, rest = _taken(rest, (_PHONE,), phone)
    numbers, rest = _taken(rest, (_NHS_NUMBER,), lambda one: re.sub(r"[ -]", "", one))
    dates, rest = _taken(rest, _DATES, birth_date)
    postcodes, rest = _taken(rest, (_POSTCODE,), postcode)
    areas, rest = _taken(rest, (_AREA,), str.upper)
    return Asked(
        names=_names(rest),
        birth_date=max(dates, key=len, default=""),
        numbers=numbers,
        phones=phones,
        postcode=postcodes[0] if postcodes else "",
        area=areas[0] if areas else "",
    )


def _taken(text: str, shapes: tuple[str, ...], read: Callable[[str], str]) -> tuple[tuple[str, ...], str]:
    """What of `text` has one of these shapes and can be read, and the rest of it."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        value = read(match[0].strip())
        if not value:
            return match[0]
        found.append(value)
        return " "

    for shape in shapes:
        text = re.sub(rf"(?<![\w+]){shape}(?!\w)", take, text, flags=re.IGNORECASE | re.ASCII)
    return tuple(dict.fromkeys(found)), text


def _names(text: str) -> tuple[Name, ...]:
    text = " ".join(text.strip(" ,;.").split())
    given, family = split_full_name(text)
    if given and family:
        return (Name(given_names(given), family_name(family)),)
    one = given or family
    found = (Name(given_names(one), ""), Name((), family_name(one)))
    return tuple(dict.fromkeys(name for name in found if name != Name((), "")))
