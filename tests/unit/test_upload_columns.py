"""Headings and cells: what each spelling means, what each column holds, and what is asked for again."""

from datetime import date

import pytest

from schemas.uploads import values
from schemas.uploads.header import Heading, letter, match_header, plain_heading
from schemas.uploads.refusal import BadCell, SheetRefused
from schemas.uploads.sheet import Sheet, SheetRow
from schemas.uploads.templates import CONTACT_OUTCOMES, CONTACTS, REFERRALS, TEMPLATES, WENT, Template

TODAY = date(2026, 6, 1)


def match(*headings: str, template: Template = CONTACTS, cells: int = 3) -> Heading:
    """The columns of a sheet with these headings and one full row."""
    return match_header(Sheet(list(headings), [SheetRow(2, ["x"] * max(cells, len(headings)))]), template)


SPELLINGS = {
    "Date": "date", "DATE ": "date", "date of contact": "date", "Contact Date": "date", "Date (dd/mm/yyyy)": "date",
    "Date*": "date", "Contact type": "what", "Kind of contact": "what", "Forename": "given_name",
    "First Name": "given_name", "first_name": "given_name", "FirstName": "given_name", "First name(s)": "given_name",
    "Surname": "family_name", "Last-Name": "family_name", "DOB": "birth_date", "D.O.B.": "birth_date",
    "Date of Birth [required]": "birth_date", "NHS No": "nhs_number", "NHS No.": "nhs_number",
    "NHS Number:": "nhs_number",
    "nhs_number": "nhs_number", "Post Code": "postcode", "Tel.": "phone", "Mobile number": "phone", "E-mail": "email",
    "Client ID": "person_reference", "Service user’s ID": None, "Member number": "person_reference",
    "Contact ref": "reference", "Our ref.": "reference", "Seen by": "by", "Notes": "note", "Attended?": "outcome",
    "Shoe size": None, "ID": None, "Name": None, "Age": None,
}  # fmt: skip


@pytest.mark.parametrize("heading", SPELLINGS)
def test_spellings_of_headings(heading: str) -> None:
    """Capitals, punctuation and brackets make no difference; what could mean two things is left out by name."""
    known = {"date": "When", "what": "Activity"}
    others = [other for name, other in known.items() if name != SPELLINGS[heading]]
    found = match(heading, *others)
    assert (found.columns[0].name if 0 in found.columns else None) == SPELLINGS[heading]
    assert [heading in one for one in found.ignored] == [True] * (SPELLINGS[heading] is None)


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_no_spelling_means_two_columns(template: Template) -> None:
    """Within a kind of sheet; each column is found by its own heading; each word means one thing."""
    spelled = [
        (plain_heading(spelling), column.name)
        for column in template.columns
        for spelling in {plain_heading(one) for one in (column.heading, *column.spellings)}
    ]
    assert len({spelling for spelling, _ in spelled}) == len(spelled)
    found = match(*(column.heading for column in template.columns), template=template)
    assert [column.name for column in found.columns.values()] == [column.name for column in template.columns]
    for column in template.columns:
        words = [other for word, others in column.words.items() for other in (word, *others)]
        assert len(set(words)) == len(words)


def test_what_is_not_known_is_named() -> None:
    """With what may have been meant, and a column without a heading by its letter; an empty one is not spoken of."""
    cells = ["04/05/2026", "Walk", "5", "Maya", "x", "", "y"]
    headings = ["Date", "Kind of contact", "Shoe size", "Givn name", "", "", "Name"]
    found = match_header(Sheet(headings, [SheetRow(2, cells)]), CONTACTS)
    assert found.ignored == [
        "“Shoe size”",
        "“Givn name”: did you mean “Given name”?",
        "Column E, which has no heading",
        "“Name”: Write “Given name” and “Family name” in two columns.",
    ]


REFUSED: dict[str, tuple[list[str], Template, str, str]] = {
    "the same heading twice": (["Date", "What", "date"], CONTACTS, "Columns A and C", "Keep one"),
    "two headings for one column": (["Date", "What", "Forename", "First name"], CONTACTS, "both “Given", "Keep one"),
    "no date": (["What", "DOB"], CONTACTS, "no column “Date”", "template for contacts"),
    "nothing that is needed": (["A", "B"], CONTACTS, "“Date” and none “Kind of contact”", "template"),
    "a title above the headings": (["Contacts in May"], CONTACTS, "reads: “Contacts in May”", "heading"),
    "another kind of sheet": (
        ["Date", "What for", "Referred to"], CONTACTS, "looks like a sheet of referrals", "Choose referrals"
    ),
    "contacts taken for referrals": (["Date", "Kind of contact"], REFERRALS, "like a sheet of contacts", "contacts"),
}  # fmt: skip


@pytest.mark.parametrize(("headings", "template", "wrong", "right"), REFUSED.values(), ids=REFUSED)
def test_headings_that_cannot_be_read(
    headings: list[str], template: Template, wrong: str, right: str
) -> None:
    """The sheet as a whole is refused, with what to do."""
    with pytest.raises(SheetRefused) as refused:
        match(*headings, template=template)
    assert wrong in refused.value.wrong
    assert right in refused.value.right
    assert refused.value.status == 422


def test_letters() -> None:
    """Columns as a spreadsheet names them."""
    assert [letter(place) for place in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


NHS = {
    "9991042172": "9991042172", "999 104 2172": "9991042172", "999-104-2172": "9991042172",
    "999.104.2172": "9991042172",
    "999‑104‑2172": "9991042172", "9991042173": "9991042173", "999 104 217": None, "99910421721": None,
    "0000000000": None, "9999999999": None, "9.99104E+09": None, "unknown": None, "９９９１０４２１７２": None,
}  # fmt: skip


@pytest.mark.parametrize("written", NHS)
def test_nhs_numbers(written: str) -> None:
    """Ten digits however they are spaced; one that fails its check digit is kept and warned of."""
    if (meant := NHS[written]) is None:
        with pytest.raises(BadCell):
            values.nhs(written, TODAY)
        return
    value = values.nhs(written, TODAY)
    assert value.text == meant
    assert ("check digit" in value.warning) is (meant == "9991042173")


KEPT = [
    (values.postcode, "nr99 4qt", "NR99 4QT", False),
    (values.postcode, "NR994QT", "NR99 4QT", False),
    (values.postcode, "NR99", "NR99", False),
    (values.postcode, "gir0aa", "GIR 0AA", False),
    (values.postcode, "no fixed abode", "no fixed abode", True),
    (values.phone, "07700 900188", "07700 900188", False),
    (values.phone, "+44 7700 900188", "+44 7700 900188", False),
    (values.phone, "(01632) 960001", "(01632) 960001", False),
    (values.phone, "7700900188", "07700900188", True),
    (values.phone, "her mum’s", "her mum’s", True),
    (values.email, "robin@mail.example", "robin@mail.example", False),
    (values.email, "robin at mail", "robin at mail", True),
]


@pytest.mark.parametrize(("read", "written", "kept", "warns"), KEPT)
def test_ways_to_reach_someone_are_kept(read: values.Reader, written: str, kept: str, warns: bool) -> None:
    """What does not look right is kept as written, with a warning: it costs nobody the row."""
    value = read(written, TODAY)
    assert (value.text, bool(value.warning)) == (kept, warns)


CHOICES = [
    (CONTACT_OUTCOMES, "Happened", "happened"),
    (CONTACT_OUTCOMES, "D.N.A.", None),
    (CONTACT_OUTCOMES, "DNA", "did not attend"),
    (CONTACT_OUTCOMES, "didn't attend", "did not attend"),
    (CONTACT_OUTCOMES, "didn’t attend", "did not attend"),
    (CONTACT_OUTCOMES, "No-show", "did not attend"),
    (CONTACT_OUTCOMES, "Entered in error", "entered in error"),
    (CONTACT_OUTCOMES, "maybe", None),
    (WENT, "True", "yes"),
    (WENT, "N", "no"),
    (WENT, "not yet", "not yet"),
]


@pytest.mark.parametrize(("words", "written", "meant"), CHOICES)
def test_words_to_choose_from(words: dict[str, tuple[str, ...]], written: str, meant: str | None) -> None:
    """Other words for the same are known; what is not known is refused with those that are."""
    read = values.one_of(words)
    if meant is not None:
        assert read(written, TODAY).text == meant
        return
    with pytest.raises(BadCell) as fault:
        read(written, TODAY)
    assert all(word in fault.value.right for word in words)


@pytest.mark.parametrize(("read", "written"), [
    (values.reference, "1.23457E+11"),
    (values.reference, "x" * 101),
    (values.reference, "two\nlines"),
    (values.text(5), "longer"),
])  # fmt: skip
def test_cells_that_are_refused(read: values.Reader, written: str) -> None:
    """Digits that Excel cut off, and what is too long."""
    with pytest.raises(BadCell):
        read(written, TODAY)


@pytest.mark.parametrize("written", ["#N/A", "#ref!", "#VALUE!", "########"])
def test_excels_own_signs_of_an_error(written: str) -> None:
    """They are no values of any column."""
    assert values.excel_fault(written) is not None
    assert values.excel_fault("# 4") is None
