"""What a row tells of a person, as far as its columns are known."""

import re
from collections.abc import Callable, Sequence
from itertools import chain

from services.domain.identity.demographics import is_valid
from services.domain.identity.profile import Told
from services.workbench.matching.columns import Columns

Read = Callable[[Sequence[str]], str]
ReadAll = Callable[[Sequence[str]], list[str]]

_POSTCODE_LAST = re.compile(
    r"^(.*?)[\s,]+([A-Z]{1,2}[0-9][0-9A-Z]?\s*[0-9][A-Z]{2})\W*$", re.DOTALL | re.IGNORECASE
)
_COUNTRIES = frozenset({"uk", "united kingdom", "gb", "great britain", "england", "wales", "scotland"})
_LEAST_DIGITS = 4
"""Of a number that tells one person from others: what has fewer is a word that says there is none."""


def teller(columns: Columns) -> Callable[[Sequence[str]], Told]:
    """Reads the cells of a row, stripped, by these columns."""
    names, born = _names(columns), _birth_date(columns)
    addresses = _addresses(columns)
    gender, nhs = _one(columns, "gender"), _one(columns, "nhs_number")
    phones, emails, numbers = _all(columns, "phone"), _all(columns, "email"), _all(columns, "other_number")

    def told(cells: Sequence[str]) -> Told:
        number = nhs_number(nhs(cells))
        valid = bool(number) and is_valid(number)
        return Told(
            names=names(cells),
            birth_date=born(cells),
            gender=gender(cells),
            addresses=addresses(cells),
            phones=phones(cells),
            emails=emails(cells),
            numbers=(number,) if valid else (),
            invalid_numbers=(number,) if number and not valid else (),
            other_numbers=[one for one in numbers(cells) if _is_number(one)],
        )

    return told


def nhs_number(cell: str) -> str:
    """An NHS number as it is compared, valid or not; empty where the cell only says that there is none.

    A spreadsheet that took it for a measure has put '.0' behind it.
    """
    if not cell:
        return ""
    number = "".join(cell.removesuffix(".0").split()).replace("-", "")
    return number if _is_number(number) else ""


def _is_number(text: str) -> bool:
    """Whether it is no placeholder such as 'none', '0' or '9999999999', which many people would share."""
    digits = [one for one in text if one.isdigit()]
    return len(digits) >= _LEAST_DIGITS and len(set(digits)) > 1


def _one(columns: Columns, name: str) -> Read:
    place = columns.first(name)
    return (lambda cells: "") if place is None else (lambda cells: cells[place])


def _all(columns: Columns, name: str) -> ReadAll:
    places = columns.of.get(name, ())
    return lambda cells: [cells[place] for place in places if cells[place]]


def _names(columns: Columns) -> Callable[[Sequence[str]], list[tuple[str, str]]]:
    """The names of a row, (given, family), the current one first."""
    given, family, full = (_one(columns, one) for one in ("given_name", "family_name", "full_name"))
    middle = _all(columns, "middle_name")
    families, wholes, knowns = (
        _all(columns, one) for one in ("previous_family_name", "previous_name", "known_as")
    )

    def names(cells: Sequence[str]) -> list[tuple[str, str]]:
        first, last, whole = given(cells), family(cells), full(cells)
        more = middle(cells)
        if not first and not last:
            found = [(whole or " ".join(more), "")]
        else:
            between = [_between(whole, first, last)] if whole and not more else more
            found = [(" ".join(filter(None, (first, *between))), last)]
        found += [(first, one) for one in families(cells)]
        found += [(one, "") if _is_whole(one) else (first, one) for one in wholes(cells)]
        found += [(one, "") if _is_whole(one) else (one, last) for one in knowns(cells)]
        return found

    return names


def _is_whole(name: str) -> bool:
    return " " in name or "," in name


def _between(whole: str, first: str, last: str) -> str:
    """The middle names in a whole name that begins with `first` and ends with `last`; else empty."""
    plain = whole.casefold()
    if (
        len(whole) > len(first) + len(last)
        and plain.startswith(first.casefold())
        and plain.endswith(last.casefold())
    ):
        return whole[len(first) : len(whole) - len(last)].strip()
    return ""


def _birth_date(columns: Columns) -> Read:
    date = _one(columns, "birth_date")
    if "birth_year" not in columns.of:
        return date
    year, month, day = (_one(columns, one) for one in ("birth_year", "birth_month", "birth_day"))

    def parts(cells: Sequence[str]) -> str:
        told = [one(cells).removesuffix(".0") for one in (day, month, year)]
        if not told[1]:
            told = told[2:]
        return " ".join(filter(None, told)) if told[-1] else ""

    return lambda cells: date(cells) or parts(cells)


def _addresses(columns: Columns) -> Callable[[Sequence[str]], list[tuple[str, str, str]]]:
    """The addresses of a row, the current one first; only those of which there is a column."""
    read = [
        _address(columns, earlier)
        for earlier in ("", "previous_")
        if any(earlier + part in columns.of for part in ("house_number", "address", "town", "postcode"))
    ]
    more = columns.of.get("previous_postcode", ())[1:]
    return lambda cells: [*(one(cells) for one in read), *(("", "", cells[place]) for place in more)]


def _address(columns: Columns, earlier: str) -> Callable[[Sequence[str]], tuple[str, str, str]]:
    """The address of a row: (line, town, postcode)."""
    house, town, postcode = (_one(columns, earlier + one) for one in ("house_number", "town", "postcode"))
    lines = _all(columns, f"{earlier}address")
    whole = len(columns.of.get(f"{earlier}address", ())) == 1

    def address(cells: Sequence[str]) -> tuple[str, str, str]:
        line = ", ".join(lines(cells))
        if number := house(cells):
            line = f"{number} {line}"
        told = (line, town(cells), postcode(cells))
        return _parted(*told) if whole and line else told

    return address


def _parted(line: str, town: str, postcode: str) -> tuple[str, str, str]:
    """An address that stands in one cell: the postcode at its end and the town before it, where they are not known."""
    parts = [part.strip() for part in line.split(",")]
    if len(parts) > 1 and parts[-1].casefold() in _COUNTRIES:
        del parts[-1]
    if found := _POSTCODE_LAST.match(", ".join(parts)):
        postcode = postcode or found[2]
        parts = [part.strip() for part in found[1].split(",")]
    numbered = any(map(str.isdigit, chain.from_iterable(parts[:-1])))
    if not town and numbered and not any(map(str.isdigit, parts[-1])):
        town = parts.pop()
    return ", ".join(parts), town, postcode
