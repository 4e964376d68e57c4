"""The columns that every kind of sheet has: the sender's references, and who the row is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from schemas.uploads import dates, values
from schemas.uploads.values import Reader

Needed = Literal["yes", "who", "no"]
"""Whether a row must have it: yes, no, or as one of the ways to say who it is about."""


@dataclass(frozen=True, slots=True)
class Column:
    """What one column is called, and what its cells may hold."""

    name: str
    heading: str
    spellings: tuple[str, ...]
    """Other headings that mean the same; capitals, punctuation and what is in brackets make no difference."""
    needed: Needed
    holds: str
    example: str
    read: Reader
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    """The words it may hold, each with others that mean the same, where it may hold only some."""


PERSON_REFERENCE = Column(
    "person_reference",
    "Person reference",
    (
        "Person ID", "Person number", "Person ref", "Client ID", "Client number", "Client reference", "Client ref",
        "Member ID", "Member number", "Membership number", "Service user ID", "Service user number", "Customer ID",
        "Case ID", "Case number", "Participant ID", "Resident ID",
    ),
    "who",
    "Your own number for the person, the same in every row and sheet.",
    "M-0042",
    values.reference,
)  # fmt: skip
NHS_NUMBER = Column(
    "nhs_number",
    "NHS number",
    ("NHS No", "NHS num", "NHSNumber", "NHS", "NHS ID"),
    "who",
    "Ten digits; spaces make no difference. With the birth date it joins the row to what others know of the person.",
    "999 123 4012",
    values.nhs,
)
GIVEN_NAME = Column(
    "given_name",
    "Given name",
    ("First name", "Forename", "Forenames", "First names", "Given names", "Christian name", "FirstName"),
    "who",
    "First name or names.",
    "Robin",
    values.text(values.SHORT),
)
FAMILY_NAME = Column(
    "family_name",
    "Family name",
    ("Last name", "Surname", "Second name", "LastName"),
    "who",
    "Last name.",
    "Fenwick",
    values.text(values.SHORT),
)
BIRTH_DATE = Column(
    "birth_date",
    "Date of birth",
    ("DOB", "D.O.B.", "Birth date", "Birthdate", "Born", "Birthday", "DateOfBirth"),
    "who",
    "A date: 17/05/1994, 1994-05-17 or a date of Excel’s. A year, or month and year, where no more is known.",
    "17/05/1994",
    dates.birth_date,
)
POSTCODE = Column(
    "postcode",
    "Postcode",
    ("Post code", "Postal code", "Home postcode"),
    "no",
    "A UK postcode, or its first half.",
    "NR99 4QT",
    values.postcode,
)
PHONE = Column(
    "phone",
    "Phone",
    ("Phone number", "Telephone", "Telephone number", "Tel", "Tel no", "Mobile", "Mobile number"),
    "no",
    "A telephone number.",
    "07700 900188",
    values.phone,
)
EMAIL = Column(
    "email",
    "Email",
    ("E-mail", "Email address", "E-mail address", "Mail"),
    "no",
    "An email address.",
    "robin@mail.example",
    values.email,
)

WHO = (PERSON_REFERENCE, NHS_NUMBER, GIVEN_NAME, FAMILY_NAME, BIRTH_DATE, POSTCODE, PHONE, EMAIL)


def your_reference(one: str, example: str) -> Column:
    """The sender's own reference of a row: its headings say that it is not the person's."""
    return Column(
        "reference",
        "Your reference",
        ("Our reference", "Our ref", "Row reference", "Entry reference", "Entry ID",
         f"{one} reference", f"{one} ref", f"{one} ID", f"{one} no"),
        "no",
        "Your own number or name for this row, another for each. With it a corrected sheet finds the row again.",
        example,
        values.reference,
    )  # fmt: skip


def by_whom(*spellings: str) -> Column:
    """Who did it: one of the sender's own people, or another organisation."""
    return Column(
        "by",
        "By whom",
        (
            "By",
            "Worker",
            "Worker name",
            "Staff",
            "Staff member",
            "Volunteer",
            "Peer worker",
            "Coach",
            *spellings,
        ),
        "no",
        "The worker or volunteer, and what they are. Or another organisation, by its name.",
        "Sam Okafor, volunteer",
        values.text(values.SHORT),
    )


def note(example: str) -> Column:
    """What else there is to say."""
    return Column(
        "note",
        "Note",
        ("Notes", "Comment", "Comments", "Details", "Remarks", "Summary"),
        "no",
        f"Anything else, in your own words, up to {values.LONG:,} characters.",
        example,
        values.text(values.LONG),
    )


def day(name: str, heading: str, spellings: tuple[str, ...], needed: Needed, example: str) -> Column:
    """A date, possibly with a time."""
    return Column(
        name,
        heading,
        spellings,
        needed,
        "A date: 04/05/2026 (day first), 2026-05-04, 4 May 2026 or a date of Excel’s. The year has four digits.",
        example,
        dates.moment,
    )


def choice(
    name: str,
    heading: str,
    spellings: tuple[str, ...],
    words: Mapping[str, tuple[str, ...]],
    example: str,
    empty: str = "",
) -> Column:
    """One of a few words; `empty` is the one that an empty cell means."""
    means = f"; empty means {empty}" if empty else ""
    holds = f"One of: {', '.join(words)}{means}."
    return Column(name, heading, spellings, "no", holds, example, values.one_of(words), words)
