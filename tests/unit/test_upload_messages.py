"""From rows to messages: accepted like any sender's, the same bytes for the same row, and what is taken back."""

from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fhir.message import read_message_bytes
from schemas.uploads.header import match_header
from schemas.uploads.messages import row_message, withdrawal
from schemas.uploads.refusal import SheetRefused
from schemas.uploads.resources import Registered
from schemas.uploads.rows import Row, notices, read_rows
from schemas.uploads.sheet import read_sheet
from schemas.uploads.table import template_csv
from schemas.uploads.templates import CONTACTS, INTRODUCTIONS, REFERRALS, TEMPLATES, Template
from services.domain.message import read_message, subject_of
from services.domain.record.telling import tell
from tests.unit.upload_files import csv

TODAY = date(2026, 6, 1)
AT, LATER = "2026-06-01T10:00:00.123456Z", "2026-06-02T09:00:00.000001Z"


def row(template: Template, **told: str) -> Row:
    """One row about M-1 on 4 May, with these cells."""
    cells = {"person_reference": "M-1", "reference": "R1", "date": "04/05/2026", **told}
    columns = [template.column(name) for name in cells]
    sheet = read_sheet(
        csv(",".join(column.heading for column in columns), ",".join(f'"{cell}"' for cell in cells.values()))
    )
    (read,) = read_rows(sheet, match_header(sheet, template), template, TODAY)
    assert read.problems == []
    return read


def resources(body: bytes | None) -> dict[str, dict[str, Any]]:
    """The resources of a message that must be accepted, by type."""
    assert body is not None
    bundle = read_message_bytes(body).bundle
    found = {entry["resource"]["resourceType"]: entry["resource"] for entry in bundle["entry"]}
    assert len(found) == len(bundle["entry"])
    return found


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_the_example_of_every_template_is_accepted(template: Template) -> None:
    """From the template's own bytes to an accepted message about one person, without a deviation."""
    sheet = read_sheet(template_csv(template))
    (read,) = read_rows(sheet, match_header(sheet, template), template, TODAY)
    reading = read_message_bytes(row_message(read, template.kind, "ZZV58", AT))
    assert reading.notes == []
    header = reading.bundle["entry"][0]["resource"]
    assert header["eventCoding"] == {
        "system": "https://carethread.example/event",
        "code": f"upload-{template.one}",
    }
    assert reading.bundle["timestamp"] == AT


def _contact(**told: str) -> Row:
    return row(CONTACTS, **{"what": "Walk and talk", **told})


def _referral(**told: str) -> Row:
    return row(REFERRALS, **{"what": "Debt advice", "to": "Reedmere Advice", **told})


def _introduction(**told: str) -> Row:
    return row(INTRODUCTIONS, **{"place": "Men’s Shed", **told})


OUTCOMES = [
    (_contact(), {"Encounter": "finished"}),
    (_contact(outcome="happened", note="Tea"), {"Encounter": "finished", "Communication": "completed"}),
    (_contact(outcome="did not attend"), {"Encounter": "cancelled", "Communication": "completed"}),
    (_contact(outcome="cancelled"), {"Encounter": "cancelled"}),
    (_contact(outcome="planned"), {"Encounter": "planned"}),
    (_contact(outcome="entered in error", note="Tea"),
     {"Encounter": "entered-in-error", "Communication": "entered-in-error"}),
    (_referral(), {"ServiceRequest": "active"}),
    (_referral(status="requested"), {"ServiceRequest": "active"}),
    (_referral(status="accepted"), {"ServiceRequest": "active", "Task": "accepted"}),
    (_referral(status="rejected", answer="Full"), {"ServiceRequest": "active", "Task": "rejected"}),
    (_referral(status="started"), {"ServiceRequest": "active", "Task": "in-progress"}),
    (_referral(status="on hold"), {"ServiceRequest": "on-hold"}),
    (_referral(status="completed"), {"ServiceRequest": "completed", "Task": "completed"}),
    (_referral(status="withdrawn"), {"ServiceRequest": "revoked"}),
    (_referral(status="entered in error"), {"ServiceRequest": "entered-in-error"}),
    (_introduction(), {"ServiceRequest": "active"}),
    (_introduction(went="not yet"), {"ServiceRequest": "active"}),
    (_introduction(went="yes"), {"ServiceRequest": "completed"}),
    (_introduction(went="yes", went_on="11/05/2026"), {"ServiceRequest": "completed", "Encounter": "finished"}),
    (_introduction(went="no"), {"ServiceRequest": "revoked"}),
    (_introduction(went="entered in error"), {"ServiceRequest": "entered-in-error"}),
]  # fmt: skip


def _kind(one: Row) -> str:
    return (
        "contacts"
        if "to" not in one.told and "what" in one.told
        else "referrals"
        if "to" in one.told
        else "introductions"
    )


@pytest.mark.parametrize(("told", "statuses"), OUTCOMES, ids=lambda it: str(getattr(it, "told", ""))[60:])
def test_what_each_outcome_becomes(told: Row, statuses: dict[str, str]) -> None:
    """The resources that tell it, with their FHIR status; each outcome word is in the table."""
    found = resources(row_message(told, _kind(told), "ZZV58", AT))
    assert {name: one["status"] for name, one in found.items() if "status" in one} == statuses


def test_every_word_of_an_outcome_is_told() -> None:
    """No word that a column knows is without a FHIR status."""
    for make, column in (
        (_contact, "outcome"),
        (_referral, "status"),
        (_referral, "urgency"),
        (_introduction, "went"),
        (_contact, "how"),
    ):
        template = {_contact: CONTACTS, _referral: REFERRALS, _introduction: INTRODUCTIONS}[make]
        assert template.column(column).words
        for word in template.column(column).words:
            resources(row_message(make(**{column: word}), template.kind, "ZZV58", AT))


def test_it_reads_well() -> None:
    """The title, the day and the words of each kind, as the timeline shows them."""
    contact = resources(row_message(_contact(note="Tea and cake", by="Sam"), "contacts", "ZZV58", AT))
    assert tell(contact["Encounter"], 0).title == "Walk and talk"
    assert (tell(contact["Communication"], 0).title, tell(contact["Communication"], 0).detail) == (
        "Walk and talk",
        "Tea and cake. Written by Sam.",
    )
    referral = resources(
        row_message(_referral(why="Behind with the rent", note="Soon, please"), "referrals", "ZZV58", AT)
    )
    told = tell(referral["ServiceRequest"], 0)
    assert (told.when, told.title) == ("2026-05-04", "Debt advice")
    assert told.detail == ("Behind with the rent. Soon, please. Asked of Reedmere Advice.")
    introduction = resources(
        row_message(_introduction(went="yes", went_on="11/05/2026"), "introductions", "ZZV58", AT)
    )
    assert tell(introduction["ServiceRequest"], 0).title == "Introduction to Men’s Shed"
    visit = tell(introduction["Encounter"], 0)
    assert (visit.when, visit.title) == ("2026-05-11", "First visit to Men’s Shed")


PARTNERS = Registered(
    {"ZZV58": "Tidewell Peers", "ZZG07": "Wherry Surgery", "ZZC12": "ZZC12", "ZZX01": "Twin", "ZZX02": "Twin"}
)


@pytest.mark.parametrize(
    ("by", "asking"),
    [
        ("wherry  surgery", ("Organization", "ZZG07", "Wherry Surgery")),
        ("Sam Okafor, volunteer", ("Practitioner", None, "Sam Okafor, volunteer")),
        ("Twin", ("Practitioner", None, "Twin")),
        ("ZZC12", ("Practitioner", None, "ZZC12")),
        ("", (None, "ZZV58", "Tidewell Peers")),
    ],
    ids=[
        "a partner, whatever its capitals",
        "a worker",
        "a name that two partners have",
        "a code is nobody's name",
        "nobody: the sender",
    ],
)
def test_who_asked_is_kept(by: str, asking: tuple[str | None, ...]) -> None:
    """A partner by its code and name, a worker by name, else the sender."""
    told = resources(row_message(_referral(by=by), "referrals", "ZZV58", AT, PARTNERS))
    who = told["ServiceRequest"]["requester"]
    assert (who.get("type"), who.get("identifier", {}).get("value"), who["display"]) == asking


def test_whom_was_asked_has_its_code_where_it_is_a_partner() -> None:
    """And the Task that answers is theirs."""
    cells = {"to": "Wherry Surgery", "status": "accepted"}
    told = resources(row_message(_referral(**cells), "referrals", "ZZV58", AT, PARTNERS))
    (asked,) = told["ServiceRequest"]["performer"]
    assert asked == told["Task"]["owner"]
    assert (asked["identifier"]["value"], asked["display"]) == ("ZZG07", "Wherry Surgery")


def test_the_same_row_gives_the_same_bytes_and_a_later_one_the_same_things() -> None:
    """Only the moment differs, and what names the person, the row and the message's parts stays."""
    body = row_message(_contact(note="Tea"), "contacts", "ZZV58", AT)
    assert body == row_message(_contact(note="Tea"), "contacts", "ZZV58", AT)
    later = row_message(_contact(note="Tea"), "contacts", "ZZV58", LATER)
    first, second = (read_message(orjson.loads(one), b"p", 0).versions for one in (body, later))
    assert [one.resource_key for one in first][1:] == [one.resource_key for one in second][1:]
    assert [one.content for one in first][1:] == [one.content for one in second][1:]
    assert orjson.loads(body)["id"] != orjson.loads(later)["id"]


def test_senders_and_kinds_do_not_meet() -> None:
    """The same reference of another sender, or of another kind of sheet, names another thing; the person stays."""
    ours, theirs = (
        orjson.loads(row_message(_contact(), "contacts", sender, AT)) for sender in ("ZZV58", "ZZV33")
    )
    assert subject_of(ours, "ZZV58", b"k") != subject_of(theirs, "ZZV33", b"k")
    referral = orjson.loads(row_message(_referral(), "referrals", "ZZV58", AT))
    assert subject_of(ours, "ZZV58", b"k") == subject_of(referral, "ZZV58", b"k")


def test_a_deleted_note_is_taken_back() -> None:
    """The contact stays at its earlier moment, the note is entered in error as of the later upload."""
    before, after = (
        row_message(one, "contacts", "ZZV58", at)
        for one, at in ((_contact(note="Tea"), AT), (_contact(), LATER))
    )
    back = withdrawal(before, after, "contacts", "ZZV58", _contact().reference, LATER)
    found = resources(back)
    assert found["Communication"]["status"] == "entered-in-error"
    assert "meta" not in found["Communication"]
    assert found["MessageHeader"]["eventCoding"]["code"] == "upload-withdrawal"
    told = {one.resource_key: one for one in read_message(orjson.loads(before), b"p", 0).versions}
    again = read_message(orjson.loads(back or b""), b"p", 0).versions
    unchanged = [
        one for one in again if told.get(one.resource_key) and told[one.resource_key].rank == one.rank
    ]
    assert sorted(one.kind for one in unchanged) == ["Contact", "context"], (
        "the contact and the person, as they were"
    )


def test_a_row_about_somebody_else_is_taken_back_whole() -> None:
    """Everything that it told of the first person is entered in error, under the first person."""
    before = row_message(_contact(note="Tea"), "contacts", "ZZV58", AT)
    after = row_message(_contact(note="Tea", person_reference="M-2"), "contacts", "ZZV58", LATER)
    found = resources(withdrawal(before, after, "contacts", "ZZV58", _contact().reference, LATER))
    assert {found[name]["status"] for name in ("Encounter", "Communication")} == {"entered-in-error"}
    assert found["Patient"]["identifier"][0]["value"] == "M-1"


@pytest.mark.parametrize(("old", "new"), [
    (_contact(), _contact(note="Tea")),
    (_contact(note="Tea"), _contact(note="Cake")),
    (_contact(outcome="entered in error", note="Tea"), _contact(outcome="entered in error")),
    (_contact(), _contact(person_reference="M-1", what="Call")),
])  # fmt: skip
def test_nothing_is_taken_back_that_is_still_told_or_was_taken_back(old: Row, new: Row) -> None:
    """A change of words is a new version and no more."""
    before, after = row_message(old, "contacts", "ZZV58", AT), row_message(new, "contacts", "ZZV58", LATER)
    assert withdrawal(before, after, "contacts", "ZZV58", old.reference, LATER) is None


_LIKELY = ["04/05/2026", "999 104 2172", "M-1", "17/05/1994", "yes", "=1+1", '"', "2:30pm", "#N/A", "1.2E+10"]
_CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(_LIKELY)


@given(text=st.text(max_size=300), kind=st.sampled_from(list(TEMPLATES)))
def test_any_text_is_a_sheet_or_is_refused(text: str, kind: str) -> None:
    """Whatever the bytes, there are rows or one refusal, and nothing else is raised."""
    _try(text.encode("utf-8", "surrogatepass"), TEMPLATES[kind])


@given(body=st.binary(max_size=300), kind=st.sampled_from(list(TEMPLATES)), packed=st.booleans())
def test_any_bytes_are_a_sheet_or_are_refused(body: bytes, kind: str, packed: bool) -> None:
    """Binary too, and what begins like a workbook."""
    _try(b"PK\x03\x04" * packed + body, TEMPLATES[kind])


@given(data=st.data(), kind=st.sampled_from(list(TEMPLATES)), separator=st.sampled_from(",;\t"))
def test_whatever_the_cells_a_good_row_is_accepted(data: st.DataObject, kind: str, separator: str) -> None:
    """Known headings over any cells: each row is refused by its cells, or its message is accepted."""
    template = TEMPLATES[kind]
    columns = data.draw(st.permutations(template.columns))
    examples = {column.name: column.example for column in columns}
    strange = st.dictionaries(st.sampled_from([*examples]), _CELL, max_size=4)
    drawn = data.draw(st.lists(strange, min_size=1, max_size=4))
    lines = [
        [*(examples | {"reference": f"R-{place}"} | cells).values()] for place, cells in enumerate(drawn)
    ]
    quoted = [separator.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in line) for line in lines]
    _try(csv(separator.join(column.heading for column in columns), *quoted), template)


def _try(body: bytes, template: Template) -> None:
    try:
        sheet = read_sheet(body)
        heading = match_header(sheet, template)
    except SheetRefused:
        return
    rows = read_rows(sheet, heading, template, TODAY)
    notices(rows, sheet, heading)
    assert [one.number for one in rows] == [one.number for one in sheet.rows]
    for one in rows:
        if not one.problems:
            assert one.reference
            read_message_bytes(row_message(one, template.kind, "ZZV58", AT))
