"""What a row tells: names, dates, addresses and numbers from whichever columns hold them."""

from typing import Any

import pytest

from services.domain.identity.profile import Profile, Told, profile
from services.workbench.matching.columns import find_columns
from services.workbench.matching.table import Table
from services.workbench.matching.telling import teller

VALID, WRONG = "9990000018", "9990000019"


def told(**row: str) -> Told:
    """What a row with these cells tells."""
    columns = find_columns(Table("people.csv", list(row), "", ","), {}, None)
    return teller(columns)(list(row.values()))


def known(**row: str) -> Profile:
    """The same, as it is compared."""
    return profile(told(**row))


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ({"first": "Robin", "last": "Fenwick"}, [("Robin", "Fenwick")]),
        ({"first": "Robin", "middle": "Lee", "last": "Fenwick"}, [("Robin Lee", "Fenwick")]),
        ({"name": "Fenwick, Robin"}, [("Fenwick, Robin", "")]),
        ({"first": "", "last": "", "name": "Robin Fenwick"}, [("Robin Fenwick", "")]),
        ({"first": "robin", "last": "Fenwick", "name": "Robin Lee Fenwick"}, [("robin Lee", "Fenwick")]),
        ({"first": "Robin", "last": "Fenwick", "name": "R Fenwick"}, [("Robin", "Fenwick")]),
        ({"first": "Robin", "last": "Fenwick", "name": "Robin Fenwick"}, [("Robin", "Fenwick")]),
        ({"first": "Ann", "last": "Lee", "maiden_name": "Day"}, [("Ann", "Lee"), ("Ann", "Day")]),
        ({"first": "Ann", "last": "Lee", "former_name": "Day"}, [("Ann", "Lee"), ("Ann", "Day")]),
        ({"first": "Ann", "last": "Lee", "former_name": "Anna Day"}, [("Ann", "Lee"), ("Anna Day", "")]),
        ({"first": "Ann", "last": "Lee", "known_as": "Nan"}, [("Ann", "Lee"), ("Nan", "Lee")]),
        ({"first": "Ann", "last": "Lee", "known_as": "", "nee": ""}, [("Ann", "Lee")]),
    ],
)
def test_names(row: dict[str, str], names: list[tuple[str, str]]) -> None:
    """The current one first; a whole name is left to be parted, and gives its middle names."""
    assert list(told(**row).names) == names


@pytest.mark.parametrize(
    ("row", "born"),
    [
        ({"dob": "17/05/1994"}, "1994-05-17"),
        ({"birth_year": "1994", "birth_month": "5", "birth_day": "17"}, "1994-05-17"),
        ({"birth_year": "1994.0", "birth_month": "05.0", "birth_day": "17.0"}, "1994-05-17"),
        ({"birth_year": "1994", "birth_month": "May", "birth_day": "17"}, "1994-05-17"),
        ({"birth_year": "1994", "birth_month": "5", "birth_day": ""}, "1994-05"),
        ({"birth_year": "1994", "birth_month": "", "birth_day": "17"}, "1994"),
        ({"birth_year": "", "birth_month": "5", "birth_day": "17"}, ""),
        ({"yob": "1994"}, "1994"),
        ({"dob": "", "yob": "1994"}, "1994"),
        ({"dob": "1994-05-17", "yob": "1990"}, "1994-05-17"),
    ],
)
def test_birth_dates(row: dict[str, str], born: str) -> None:
    """In one column or in three; a part that is not known leaves the larger ones."""
    assert known(name="Robin Fenwick", **row).birth_date == born


@pytest.mark.parametrize(
    ("row", "address"),
    [
        (
            {"address": "1 Mill Lane", "town": "Diss", "postcode": "NR99 4QT"},
            ("1 Mill Lane", "Diss", "NR99 4QT"),
        ),
        ({"street_number": "1", "street": "Mill Lane"}, ("1 Mill Lane", "", "")),
        ({"address_1": "Flat 2", "address_2": "1 Mill Lane"}, ("Flat 2, 1 Mill Lane", "", "")),
        ({"address": "1 Mill Lane, Diss"}, ("1 Mill Lane", "Diss", "")),
        ({"address": "1 Mill Lane, Diss, NR99 4QT, UK"}, ("1 Mill Lane", "Diss", "NR99 4QT")),
        ({"address": "1 Mill Lane NR99 4QT"}, ("1 Mill Lane", "", "NR99 4QT")),
        ({"address": "1 Mill Lane, Diss NR994QT", "postcode": "NR1 1AA"}, ("1 Mill Lane", "Diss", "NR1 1AA")),
        ({"address": "Rose Cottage, Mill Lane"}, ("Rose Cottage, Mill Lane", "", "")),
        ({"address": "Flat 2, 1 Mill Lane"}, ("Flat 2, 1 Mill Lane", "", "")),
        ({"address": "UK"}, ("UK", "", "")),
    ],
)
def test_addresses(row: dict[str, str], address: tuple[str, str, str]) -> None:
    """In columns of its parts, or whole in one."""
    assert list(told(name="Robin Fenwick", **row).addresses) == [address]


def test_earlier_addresses() -> None:
    """Each earlier postcode is a place of its own; lines and town belong to the first."""
    row = {
        "postcode": "NR1 1AA",
        "prev_postcode": "NR1 2BB",
        "prev_postcode_2": "NR1 3CC",
        "prev_street": "1 Mill Lane",
    }
    assert list(told(name="Robin Fenwick", **row).addresses) == [
        ("", "", "NR1 1AA"),
        ("1 Mill Lane", "", "NR1 2BB"),
        ("", "", "NR1 3CC"),
    ]


@pytest.mark.parametrize(
    ("cell", "numbers", "invalid"),
    [
        ("999 000 0018", (VALID,), ()),
        ("999-000-0018", (VALID,), ()),
        (f"{VALID}.0", (VALID,), ()),
        (WRONG, (), (WRONG,)),
        ("99900000", (), ("99900000",)),
        ("", (), ()),
        ("none", (), ()),
        ("9999999999", (), ()),
        ("0000000000", (), ()),
    ],
)
def test_nhs_numbers(cell: str, numbers: tuple[str, ...], invalid: tuple[str, ...]) -> None:
    """Those that pass the check digit, those that do not, and what only says that there is none."""
    found = told(name="Robin Fenwick", nhs_number=cell)
    assert (found.numbers, found.invalid_numbers) == (numbers, invalid)


def test_numbers_that_say_there_is_none_are_left_out() -> None:
    """They would join everybody who has none."""
    cells = {"ssn": "000000000", "ni_number": "QQ123456C", "passport_no": "N/A"}
    assert told(name="Robin Fenwick", **cells).other_numbers == ["QQ123456C"]


def test_telephones_and_emails() -> None:
    """All columns of them, as far as they hold something."""
    row: dict[str, Any] = {
        "mobile": "07700 900188",
        "tel": "",
        "email": "r@mail.example",
        "work_email": "f@work.example",
    }
    found = told(name="Robin Fenwick", gender="F", **row)
    assert (found.phones, found.emails, found.gender) == (
        ["07700 900188"],
        ["r@mail.example", "f@work.example"],
        "F",
    )
