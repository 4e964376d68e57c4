"""Terms: what a record is found by in the index, and what is looked up there for a question, each with a weight."""

import hashlib
from collections.abc import Iterator
from itertools import chain

from services.domain.finding.asked import Asked
from services.domain.identity.dates import birth_date
from services.domain.identity.demographics import is_valid
from services.domain.identity.model import Model
from services.domain.identity.names import family_parts, sound
from services.domain.identity.nicknames import forms_key
from services.domain.identity.profile import Name, Profile

_ENDS = 3
"""Letters of the beginning and the end of a name that are a term: one slip leaves one of them, or the sound."""
_BY_ENDS = 3500
"""What either is worth, in thousandths of a bit; a sound is worth what the model says of its rarity, and so much less
where the ends tell of it too."""
_WORTH = {"number": 33_000, "phone": 20_000, "postcode": 15_000, "date": 14_000}
_SLIP = {"number": 4000, "phone": 7000, "date": 6000}
"""How much less it is worth to be one slip away: there are some 10, 100 and 50 such values."""
_TURNED = 2000
"""And with day and month the other way round."""


def terms(profile: Profile) -> set[int]:
    """By what a source record is found."""
    found = {term for name in profile.names for term in (*_sounds(name), *_ends(name))}
    if len(profile.birth_date) == 10:
        found.add(f"date={profile.birth_date}")
    found |= {f"postcode={one.postcode}" for one in profile.addresses if one.postcode}
    found |= {f"phone={one}" for one in profile.phones}
    replaced = chain.from_iterable(profile.replaced)
    found |= {f"number={one}" for one in (*profile.numbers, *profile.invalid_numbers, *replaced)}
    return {_token(term) for term in found}


def asked_terms(asked: Asked, model: Model, *, widely: bool = False) -> dict[int, int]:
    """What is looked up for a question, with how much it tells, in thousandths of a bit.

    `widely`: by the beginnings and ends of names too, which many share, for names that nobody spells so.
    """
    rarity = model.rarity["sound"]
    found: dict[str, int] = {}
    for name in asked.names:
        less = _BY_ENDS if widely else 0
        found |= {term: max(1, rarity.of(term.partition("=")[2]) - less) for term in _sounds(name)}
        found |= dict.fromkeys(_ends(name), _BY_ENDS) if widely else {}
    if len(asked.birth_date) == 10:
        slips = {_day(one) for one in _slips(asked.birth_date.replace("-", ""))} - {""}
        found |= _weighed("date", asked.birth_date, slips)
        found |= {f"date={one}": _WORTH["date"] - _TURNED for one in _turned(asked.birth_date)}
    for number in asked.numbers:
        found |= _weighed("number", number, {one for one in _slips(number) if is_valid(one)})
    for phone in asked.phones:
        found |= _weighed("phone", phone, {f"{phone[:3]}{one}" for one in _slips(phone[3:])})
    if asked.postcode:
        found[f"postcode={asked.postcode}"] = _WORTH["postcode"]
    return {_token(term): weight for term, weight in found.items()}


def _weighed(kind: str, value: str, slips: set[str]) -> dict[str, int]:
    worth = _WORTH[kind]
    return {f"{kind}={one}": worth - _SLIP[kind] for one in slips} | {f"{kind}={value}": worth}


def _sounds(name: Name) -> Iterator[str]:
    """A given name and a family name are of one kind, so that names the wrong way round are found too."""
    given = [form for one in name.given[:3] if len(one) > 1 for form in forms_key(one)]
    family = [name.family, *sorted(family_parts(name.family))]
    return (f"sound={heard}" for one in (*given, *family) if (heard := sound(one)))


def _ends(name: Name) -> Iterator[str]:
    for one in (*name.given[:3], *family_parts(name.family)):
        if len(one) >= _ENDS:
            yield f"begins={one[:_ENDS]}"
            yield f"ends={one[-_ENDS:]}"


def _slips(digits: str) -> set[str]:
    """All that is one digit away, or two neighbours swapped."""
    places = range(len(digits))
    changed = {digits[:at] + other + digits[at + 1 :] for at in places for other in "0123456789"}
    swapped = {digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :] for at in places[:-1]}
    return (changed | swapped) - {digits}


def _day(digits: str) -> str:
    return birth_date(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")


def _turned(day: str) -> set[str]:
    """The day with day and month the other way round, where there is such a day."""
    return {birth_date(f"{day[:4]}-{day[8:]}-{day[5:7]}")} - {"", day}


def _token(term: str) -> int:
    """No name stands in an index: the hash does."""
    hashed = hashlib.blake2b(term.encode(), digest_size=8, person=b"finding")
    return int.from_bytes(hashed.digest(), signed=True)
