"""What a column may hold, and by which headings it is known."""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.uploads import columns as sheets

PREFIXES = (
    "person", "patient", "client", "member", "customer", "resident", "participant", "service user", "subject",
    "current", "primary", "main", "usual",
)  # fmt: skip
"""Words that may stand before a heading and change nothing."""
SUFFIXES = (
    "clean",
    "cleaned",
    "std",
    "standardised",
    "standardized",
    "norm",
    "normalised",
    "normalized",
    "raw",
    "fake",
)
"""Words that preparing a file puts after a heading, and that change nothing."""
_EARLIER = ("previous", "prev", "former", "old", "earlier", "past")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a row may tell of a person."""

    name: str
    """Its key in a map of columns."""
    holds: str
    headings: tuple[str, ...]
    """By which it is known; the first that is there is taken."""
    several: bool = False
    """Whether more columns than one may hold it; their headings may end in a number."""


def _of_sheets(column: sheets.Column) -> Iterator[str]:
    yield from (column.heading, *column.spellings)


def _headings(*groups: str | Iterator[str]) -> tuple[str, ...]:
    """Lower-case headings without repetition, in order."""
    every = [one for group in groups for one in ([group] if isinstance(group, str) else group)]
    return tuple(dict.fromkeys(one.lower() for one in every))


def _earlier(headings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{word} {heading}" for word in _EARLIER for heading in headings)


_POSTCODES = _headings(
    _of_sheets(sheets.POSTCODE), "zip", "zip code", "pcode", "pc", "address postcode", "address zip",
    "address postal code",
)  # fmt: skip
_HOUSES = (
    "house number", "house no", "house num", "street number", "street no", "street num", "building number",
    "house name or number", "house name", "house",
)  # fmt: skip
_LINES = (
    "address", "address line", "line", "addr", "addr line", "add", "street", "street name", "street address",
    "street line", "road", "road name", "home address", "postal address", "full address", "residential address",
    "address street",
)  # fmt: skip
_TOWNS = (
    "town", "city", "suburb", "locality", "place", "post town", "village", "municipality", "town or city",
    "town city", "city town", "home town", "address city", "address town",
)  # fmt: skip
_FAMILY = _headings(
    _of_sheets(sheets.FAMILY_NAME), "family names", "lname", "last", "family", "sname", "lname c1"
)

FIELDS: tuple[Field, ...] = (
    Field(
        "id",
        "the row's own id, which goes into the result",
        _headings(
            "id", "unique id", "uid", "rec id", "record id", "person id", "row id", "local id", "patient id",
            "identifier", "record number", "record no", "row number", "hospital number", "mrn",
            _of_sheets(sheets.PERSON_REFERENCE), "reference", "ref", "key", "row",
        ),
    ),
    Field(
        "given_name",
        "given name or names",
        _headings(_of_sheets(sheets.GIVEN_NAME), "given", "first", "fname", "gname", "christian names", "fname c1"),
    ),
    Field(
        "middle_name",
        "other given names, or their initials",
        ("middle name", "middle names", "middle", "mname", "middle initial", "middle initials", "second forename",
         "other given names", "other forenames", "fname c2"),
        several=True,
    ),
    Field("family_name", "surname", _FAMILY),
    Field(
        "full_name",
        "the whole name; read where a row has neither given name nor surname, and for middle names",
        ("full name", "name", "person name", "display name", "whole name", "complete name", "first and surname",
         "first and last name", "names"),
    ),
    Field(
        "birth_date",
        "date of birth, day first where it could be either",
        _headings(_of_sheets(sheets.BIRTH_DATE), "date birth", "birth dt", "bdate", "b date", "dt of birth"),
    ),
    Field(
        "birth_year",
        "its year alone",
        ("birth year", "year of birth", "yob", "dob year", "dob y", "by", "born year"),
    ),
    Field(
        "birth_month",
        "its month alone",
        ("birth month", "month of birth", "mob", "dob month", "dob m", "bm", "born month"),
    ),
    Field("birth_day", "its day alone", ("birth day", "day of birth", "dob day", "dob d", "bd", "born day")),
    Field(
        "gender",
        "gender or sex",
        ("gender", "sex", "administrative gender", "legal sex", "sex at birth", "gender code", "sex code"),
    ),
    Field("postcode", "postcode", _POSTCODES),
    Field(
        "house_number",
        "number or name of the house, where the street stands in a column of its own",
        _HOUSES,
    ),
    Field("address", "lines of the address, in the order of the columns", _LINES, several=True),
    Field("town", "town", _TOWNS),
    Field(
        "phone",
        "telephone numbers",
        _headings(
            _of_sheets(sheets.PHONE), "phone no", "phones", "mobile phone", "mobile no", "mobile tel", "cell",
            "cell phone", "cellphone", "landline", "home phone", "home tel", "home telephone",
            "work phone", "work tel", "contact number", "contact no", "contact phone", "telephone no", "tel number",
            "daytime phone", "evening phone", "phone home", "phone mobile", "phone work", "telephone home",
            "telephone mobile", "telephone work",
        ),
        several=True,
    ),
    Field(
        "email",
        "e-mail addresses",
        _headings(
            _of_sheets(sheets.EMAIL), "emails", "email addr", "personal email", "work email", "home email",
            "contact email", "email home", "email work",
        ),
        several=True,
    ),
    Field("nhs_number", "NHS number", _headings(_of_sheets(sheets.NHS_NUMBER), "nhs number id", "new nhs number")),
    Field(
        "other_number",
        "numbers that several systems share, such as a National Insurance number",
        ("soc sec id", "ssn", "social security number", "social security no", "social security", "soc sec number",
         "nino", "ni number", "ni no", "national insurance number", "national insurance no", "national insurance",
         "national id", "national id number", "passport number", "passport no", "chi", "chi number",
         "health and care number", "driving licence number", "driving license number"),
        several=True,
    ),
    Field(
        "previous_family_name",
        "surnames that the person had",
        ("maiden name", "birth name", "birth surname", "surname at birth", "nee", "other surname", "other last name",
         *_earlier(("surname", "surnames", "last name", "family name"))),
        several=True,
    ),
    Field(
        "previous_name",
        "names that the person had, whole or a surname",
        _earlier(("name", "names", "full name")),
        several=True,
    ),
    Field(
        "known_as",
        "names by which the person goes, whole or a given name",
        ("known as", "also known as", "aka", "alias", "aliases", "preferred name", "preferred first name", "nickname",
         "nick name", *_earlier(("first name", "given name", "forename"))),
        several=True,
    ),
    Field("previous_postcode", "postcodes where the person lived", _earlier(_POSTCODES), several=True),
    Field("previous_house_number", "the house where the person lived", _earlier(_HOUSES)),
    Field("previous_address", "lines of an address where the person lived", _earlier(_LINES), several=True),
    Field("previous_town", "the town where the person lived", _earlier(_TOWNS)),
)  # fmt: skip

BY_NAME = {field.name: field for field in FIELDS}

ANSWERS = (
    "cluster", "cluster id", "cluster no", "true id", "true cluster", "true cluster id", "true person",
    "true person id", "true match id", "truth", "label", "labels", "ground truth", "gold", "gold id", "entity",
    "entity id", "match id", "real id",
)  # fmt: skip
"""Headings of what says which rows are truly of one person: never taken for evidence, nor for an id."""
