"""What a cell may hold: each reader takes the cell's text and the day of the upload, and gives its value."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import nhs_number

from schemas.uploads.refusal import BadCell, quoted

NHS_DIGITS = 10
SHORT, LONG = 500, 10_000
"""The most characters of a name or title, and of a note."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell says, in the one notation that messages use, and what its writer should know of it."""

    text: str
    warning: str = ""


Reader = Callable[[str, date], Value]

_EXCEL_ERRORS = {"#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
_SHORTENED = re.compile(r"\d(\.\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)
_HASHES = re.compile(r"#{3,}")
_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(?: ?(\d[A-Z]{2}))?|(GIR) ?(0AA)", re.ASCII)
_PHONE = re.compile(r"\+?\d{9,15}", re.ASCII)
_WITHOUT_ZERO = re.compile(r"[127]\d{9}", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def text(most: int) -> Reader:
    """Words as they are written, up to `most` characters."""

    def read(cell: str, _: date) -> Value:
        if len(cell) > most:
            raise BadCell(
                f"The text has {len(cell):,} characters; at most {most:,} are taken.", "Shorten it."
            )
        return Value(cell)

    return read


def reference(cell: str, _: date) -> Value:
    """A sender's own number or name for a thing, on one line.

    Raises:
        BadCell: Excel has cut its digits off, or it is longer than a reference can be.
    """
    if _SHORTENED.fullmatch(cell):
        raise _shortened(cell)
    if len(cell) > 100 or "\n" in cell:
        raise BadCell(f"{quoted(cell)} is too long for a reference.", "Write one of at most 100 characters.")
    return Value(cell)


def nhs(cell: str, _: date) -> Value:
    """An NHS number (NHS Data Dictionary, 'NHS Number': ten digits, the last a check digit, modulus 11).

    One that fails its check digit is kept and warned of, as in messages: it is never relied on.

    Raises:
        BadCell: it is not ten digits, or the same digit ten times, which stands in for not known.
    """
    if _SHORTENED.fullmatch(cell):
        raise _shortened(cell)
    number = re.sub(r"[\s.‐‑–-]", "", cell)
    if not (number.isascii() and number.isdigit()):
        raise BadCell(f"{quoted(cell)} is no NHS number.", "Write its ten digits, or leave it empty.")
    if len(number) != NHS_DIGITS:
        raise BadCell(
            f"An NHS number has ten digits, and {quoted(cell)} has {len(number)}.",
            "Correct it, or leave it empty.",
        )
    if len(set(number)) == 1:
        raise BadCell(f"{quoted(cell)} stands in for a number that is not known.", "Leave it empty.")
    if not is_nhs_number(number):
        return Value(
            number, "The NHS number fails its check digit: a digit is wrong. It will not be relied on."
        )
    return Value(number)


def is_nhs_number(number: str) -> bool:
    """Whether ten digits have the right check digit."""
    return bool(nhs_number.is_valid(number))


def postcode(cell: str, _: date) -> Value:
    """A UK postcode, or its first half; anything else is kept as written."""
    found = _POSTCODE.fullmatch(cell.upper())
    if found is None:
        return Value(cell[:SHORT], f"{quoted(cell)} does not look like a postcode. It is kept as written.")
    return Value(" ".join(part for part in found.groups() if part))


def phone(cell: str, _: date) -> Value:
    """A telephone number as written; the first 0 is put back where Excel took it away."""
    digits = re.sub(r"[\s()./-]", "", cell)
    if _WITHOUT_ZERO.fullmatch(digits):
        return Value(
            f"0{digits}", f"A first 0 was missing, as Excel leaves it out: read as {quoted('0' + digits)}."
        )
    if not _PHONE.fullmatch(digits):
        return Value(
            cell[:SHORT], f"{quoted(cell)} does not look like a phone number. It is kept as written."
        )
    return Value(cell)


def email(cell: str, _: date) -> Value:
    """An email address; anything else is kept as written."""
    if not _EMAIL.fullmatch(cell):
        return Value(
            cell[:SHORT], f"{quoted(cell)} does not look like an email address. It is kept as written."
        )
    return Value(cell[:SHORT])


def one_of(words: Mapping[str, tuple[str, ...]]) -> Reader:
    """One of a few words, each with other words for the same. Capitals and full stops make no difference."""
    known = {_plain(other): word for word, others in words.items() for other in (word, *others)}

    def read(cell: str, _: date) -> Value:
        if (word := known.get(_plain(cell))) is None:
            *first, last = words
            raise BadCell(
                f"{quoted(cell)} is none of the words for this.", f"Write {', '.join(first)} or {last}."
            )
        return Value(word)

    return read


def excel_fault(cell: str) -> BadCell | None:
    """What Excel leaves in a cell where it has no value to show."""
    if cell.upper() in _EXCEL_ERRORS or _HASHES.fullmatch(cell):
        return BadCell(
            f"The cell holds {quoted(cell)}, Excel's sign of an error.", "Correct it, or leave it empty."
        )
    return None


def _shortened(cell: str) -> BadCell:
    return BadCell(
        f"Excel has shortened this number to {quoted(cell)}, and the other digits are lost.",
        "Format the column as Text, type the number again, and save.",
    )


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]|_", " ", text.casefold()).split())
