"""By what a row says for certain who it is about: it becomes the person's local identifier."""

import hashlib
import unicodedata
from typing import NamedTuple

from schemas.uploads.plain import plain_day, spaced
from schemas.uploads.values import is_nhs_number

_WAYS = (
    "Write the person’s NHS number, or your own person reference, or the name with the whole date of birth."
)


class Known(NamedTuple):
    """What names the person among the sender's own."""

    kind: str
    """person-reference, nhs-number or name-and-birth-date."""
    value: str

    @property
    def says(self) -> str:
        """The kind in words."""
        return {"person-reference": "person reference", "nhs-number": "NHS number"}.get(
            self.kind, "name and date of birth"
        )


class NotKnown(Exception):
    """The row could be about more than one person."""

    def __init__(self, wrong: str) -> None:
        super().__init__("the row does not say for certain who it is about")
        self.wrong = wrong
        self.right = _WAYS


def known_by(told: dict[str, str]) -> Known:
    """What names the person: the sender's reference, else a right NHS number, else name and whole birth date.

    Raises:
        NotKnown: there is none of them. A name alone could be two people, whose records would become one.
    """
    if "person_reference" in told:
        return Known("person-reference", told["person_reference"])
    if is_nhs_number(told.get("nhs_number", "")):
        return Known("nhs-number", told["nhs_number"])
    name = [told[part] for part in ("family_name", "given_name") if part in told]
    born = told.get("birth_date", "")
    if name and len(born) == len("1994-05-17"):
        key = "|".join([_plain(told.get("family_name", "")), _plain(told.get("given_name", "")), born])
        return Known("name-and-birth-date", hashlib.sha256(key.encode()).hexdigest()[:32])
    if "nhs_number" in told:
        raise NotKnown("The NHS number fails its check digit, and nothing else says for certain who this is.")
    if name:
        raise NotKnown("A name without the whole date of birth could be two people.")
    raise NotKnown("The row does not say who it is about.")


def person_words(told: dict[str, str]) -> str:
    """The person as people read it."""
    name = " ".join(told[part] for part in ("given_name", "family_name") if part in told)
    parts = [name] if name else []
    if "birth_date" in told:
        parts.append(f"born {plain_day(told['birth_date'])}")
    if "nhs_number" in told:
        parts.append(f"NHS number {spaced(told['nhs_number'])}")
    if not name and "person_reference" in told:
        parts.insert(0, told["person_reference"])
    return ", ".join(parts)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
