"""What a source record says of a person, as a steward reads it: current words first, earlier ones marked."""

from typing import NamedTuple

import orjson

from services.domain.identity.demographics import Demographics, is_valid
from services.domain.identity.demographics import Told as Telling
from services.platform.uk_clock import in_the_uk, time_of_day


class Said(NamedTuple):
    """One thing that a source record says, or said."""

    words: str
    note: str = ""
    """Such as 'earlier'; empty where nothing is to be said of it."""


def names(facts: Demographics) -> list[Said]:
    """The names, as given."""
    return _of_kind(facts, "name") or _single(_joined(facts, "given", "family"))


def addresses(facts: Demographics) -> list[Said]:
    """The addresses, on one line each."""
    return _of_kind(facts, "address")


def phones(facts: Demographics) -> list[Said]:
    """The telephone numbers, as given."""
    return _of_kind(facts, "phone")


def emails(facts: Demographics) -> list[Said]:
    """The e-mail addresses."""
    return _of_kind(facts, "email")


def birth_date(facts: Demographics) -> list[Said]:
    """The birth date: day, month and year in words, or as much as is known."""
    return _single(plain_date(_value(facts, "birth_date")))


def gender(facts: Demographics) -> list[Said]:
    """The gender, as given."""
    return _single(_value(facts, "gender").capitalize())


def death(facts: Demographics) -> list[Said]:
    """When the person died, where that is said."""
    told = _value(facts, "deceased")
    if told in ("", "false"):
        return []
    return _single("Date not known" if told == "true" else plain_date(told[:10]))


def nhs_numbers(facts: Demographics) -> list[Said]:
    """The NHS numbers, and what they replaced or were replaced by."""
    own = [
        Said(_grouped(one), "" if is_valid(one) else "check digit is wrong")
        for one in _value(facts, "nhs_numbers").split()
    ]
    newer = [Said(_grouped(one), "took its place") for one in _value(facts, "superseded_by").split()]
    older = [Said(_grouped(one), "replaced by it") for one in _value(facts, "supersedes").split()]
    return [*own, *newer, *older]


def plain_date(text: str) -> str:
    """A FHIR date as people write it: 3 March 2026, March 2026, 2026."""
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    if not (month.isdigit() and 1 <= int(month) <= len(_MONTHS)):
        return text
    day = f"{int(day)} " if day.isdigit() else ""
    return f"{day}{_MONTHS[int(month) - 1]} {year}"


def plain_moment(instant: str) -> str:
    """A FHIR instant in UTC as people write it, by the clock in the UK: 3 March 2026, 10:30am."""
    local = in_the_uk(instant)
    return f"{plain_date(f'{local:%Y-%m-%d}')}, {time_of_day(local)}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _of_kind(facts: Demographics, kind: str) -> list[Said]:
    told = sorted(
        ((telling.rank, telling.value) for field, telling in facts.items() if field.startswith(f"{kind}:")),
        reverse=True,
    )
    return [
        Said(
            ", ".join(words) if kind == "address" else " ".join(words),
            "" if rank == told[0][0] else "earlier",
        )
        for rank, value in told
        if (words := [part for part in orjson.loads(value) if part])
    ]


def _single(words: str) -> list[Said]:
    return [Said(words)] if words else []


def _value(facts: Demographics, field: str) -> str:
    telling: Telling | None = facts.get(field)
    return telling.value if telling else ""


def _joined(facts: Demographics, *fields: str) -> str:
    return " ".join(value for field in fields if (value := _value(facts, field)))


def _grouped(number: str) -> str:
    return f"{number[:3]} {number[3:6]} {number[6:]}" if len(number) == 10 else number
