"""Where a fault is marked in a document, for each way a place can be named, and in what is no JSON."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fhir.issue import Issue
from schemas.fhir.layout import lay_out
from schemas.fhir.parse import MAX_DEPTH
from services.domain.message import message_key
from services.intake.accept import Delivery, check
from services.intake.mark_fault import Gap, MarkedLine, mark_faults, readable_text
from tests.bad_messages import REFUSED

DOCUMENT = b"""{"resourceType":"Bundle","type":"message","entry":[{"resource":{"resourceType":"Patient",
"name":[{"family":"Quill","given":["Wren","Ash"]}],"multipleBirthInteger":1.50,"contact":[]}},
{"resource":{"resourceType":"Flag","extra":{"a.b":{},"c":null}}}],"extra":true,"extra":false}"""
LAID_OUT = """\
 1 {
 2   "resourceType": "Bundle",
 3   "type": "message",
 4   "entry": [
 5     {
 6       "resource": {
 7         "resourceType": "Patient",
 8         "name": [
 9           {
10             "family": "Quill",
11             "given": [
12               "Wren",
13               "Ash"
14             ]
15           }
16         ],
17         "multipleBirthInteger": 1.50,
18         "contact": []
19       }
20     },
21     {
22       "resource": {
23         "resourceType": "Flag",
24         "extra": {
25           "a.b": {},
26           "c": null
27         }
28       }
29     }
30   ],
31   "extra": true,
32   "extra": false
33 }
"""
PLACES = {
    # what the issue names: the lines that are marked, and what is marked of the first
    "Bundle.type": ([3], '"type": "message"'),
    "Bundle.entry": ([4], '"entry": ['),
    "Bundle.entry[0]": ([5], "{"),
    "Bundle.entry[0].resource.name[0].family": ([10], '"family": "Quill"'),
    "Bundle.entry[0].resource.name[0].given[1]": ([13], '"Ash"'),
    "Bundle.entry[0].resource.multipleBirthInteger": ([17], '"multipleBirthInteger": 1.50'),
    "Bundle.entry[0].resource.contact": ([18], '"contact": []'),
    "Bundle.entry[1].resource.extra.c": ([26], '"c": null'),
    # a place that is not there: the nearest above it
    "Bundle.entry[0].resource.name[0].use": ([9], "{"),
    "Bundle.entry[1].resource.status": ([22], '"resource": {'),
    "Bundle.entry[7].resource": ([4], '"entry": ['),
    "Bundle.timestamp": ([1], "{"),
    "Bundle": ([1], "{"),
    # named without the type it starts from, or twice there
    "entry[1].resource": ([22], '"resource": {'),
    "resourceType": ([2], '"resourceType": "Bundle"'),
    "Bundle.extra": ([31, 32], '"extra": true'),
    "$.data[0].x": ([1], "{"),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_place_leads_to_its_line(place: str) -> None:
    """By FHIRPath, in the document laid out."""
    found = mark_faults(DOCUMENT, [Issue("value", "It is wrong.", place)])
    marked = [line for line in found.lines if line.marks]
    lines, text = PLACES[place]
    assert [line.number for line in marked] == lines
    (mark,) = marked[0].marks
    assert marked[0].text[mark.start : mark.end] == text
    assert found.of_the_whole == []


def test_it_is_laid_out_and_nothing_but_white_space_changes() -> None:
    """Digits, names that are there twice and empty values stand as they were sent."""
    found = mark_faults(DOCUMENT, [])
    assert "".join(f"{line.number:>2} {line.text}\n" for line in found.lines) == LAID_OUT
    assert "".join(readable_text(DOCUMENT).split()) == "".join(DOCUMENT.decode().split())


STOPPED = {
    # what came, and what is marked in which line
    "an unknown word": (b'{"a": 1,\n "b": x}', 2, "x"),
    "a missing value": (b'{"a": }', 1, "}"),
    "the end too soon": (b'{"a": [1,\r\n 2', 2, ""),
    "nothing at all": (b"", 1, ""),
    "a byte that is no text": (b'{"a": 1,\n\n  "b": "caf\xe9"}', 3, "\ufffd"),
    "a letter before the fault": ('{"é": "é", x}'.encode(), 1, "x"),
    "a byte order mark": (b'\xef\xbb\xbf{"a": 1}', 1, "\ufeff"),
    "no JSON at all": (b"Dear Carethread,\nplease file this.", 1, "D"),
}


@pytest.mark.parametrize("came", STOPPED)
def test_what_is_no_json_is_marked_where_reading_stopped(came: str) -> None:
    """By line and column of what came, in characters."""
    body, number, text = STOPPED[came]
    found = mark_faults(
        body, [Issue("structure", "This is not JSON.", rule="json"), Issue("value", "Besides.")]
    )
    (marked,) = [line for line in found.lines if line.marks]
    (mark,) = marked.marks
    assert not found.is_json
    assert (marked.number, marked.text[mark.start : mark.end]) == (number, text)
    assert found.of_the_whole == [1]
    assert readable_text(body) == body.decode("utf-8", "replace")


def test_what_is_wrong_without_a_place_is_found_where_it_can_be() -> None:
    """U+0000 and the first line that is too deep have a line; what is wrong with the whole has none."""
    nul = orjson.dumps({"resourceType": "Basic", "id": "a\0"})
    deep = b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1)
    for body, rule, numbers in ((nul, "no-nul", [3]), (deep, "depth", [MAX_DEPTH + 1]), (nul, "size", [])):
        found = mark_faults(body, [Issue("value", "It is wrong.", rule=rule)])
        assert [line.number for line in found.lines if line.marks] == numbers
        assert found.of_the_whole == ([] if numbers else [0])


def test_two_faults_in_a_line_are_both_told() -> None:
    """Each mark says which issue it is."""
    found = mark_faults(DOCUMENT, [Issue("value", text, "Bundle.type") for text in ("One", "Two")])
    assert [mark.issue for mark in found.lines[2].marks] == [0, 1]


def test_a_long_document_is_shown_around_its_faults() -> None:
    """Marked lines with their neighbours; so many lines between are said to be left out."""
    found = mark_faults(DOCUMENT, [Issue("value", "x", "Bundle.type"), Issue("value", "x", "Bundle.extra")])
    assert found.excerpt(1, 40, 200) == found.lines
    shown = found.excerpt(1, 10, 200)
    assert [one if isinstance(one, Gap) else one.number for one in shown] == [
        Gap(1),
        2,
        3,
        4,
        Gap(25),
        30,
        31,
        32,
        33,
    ]
    unmarked = mark_faults(DOCUMENT, []).excerpt(1, 10, 200)
    assert [one if isinstance(one, Gap) else one.number for one in unmarked] == [1, 2, Gap(31)]


@pytest.mark.parametrize("column", [0, 30, 500, 970, 999])
def test_a_wide_line_is_cut_around_its_fault(column: int) -> None:
    """The fault stays in view and marked, however far to the right it stands."""
    body = b'"' + b"a" * column + b"\x01" + b"b" * (999 - column)
    (line,) = mark_faults(body, [Issue("structure", "x")]).excerpt(0, 5, 60)
    assert isinstance(line, MarkedLine)
    (mark,) = line.marks
    assert len(line.text) <= 62
    assert line.text[mark.start : mark.end] == "\ufffd"


def test_nothing_in_it_commands_a_terminal_or_turns_the_text_around() -> None:
    """Control characters and bidirectional overrides are shown as what they are: not text."""
    body = orjson.dumps({"a": "\x9b31m \u202eevil\u2066 \x7f", "b": "ü ✓"})
    shown = "".join(line.text for line in mark_faults(body, []).lines)
    assert not set(shown) & {"\x9b", "\u202e", "\u2066", "\x7f"}
    assert "ü ✓" in shown


@pytest.mark.parametrize("wrong", REFUSED)
def test_every_refused_message_has_its_fault_marked(wrong: str) -> None:
    """Whatever a message is refused for is marked, but for what is wrong with the whole of it."""
    body, *_ = REFUSED[wrong]
    checked = check(Delivery(b"", "ZZT41", 0, "test", body), b"a key for tests alone")
    assert checked.refused is not None
    assert checked.key == message_key("ZZT41", body)
    found = mark_faults(body, checked.refused.issues)
    told = {mark.issue for line in found.lines for mark in line.marks}
    assert told | set(found.of_the_whole) == set(range(len(checked.refused.issues)))
    placed = {number for number, issue in enumerate(checked.refused.issues) if issue.place}
    assert placed <= told


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_laying_out_changes_no_value(document: object) -> None:
    """The lines read together are the same JSON, whatever it holds; each place is that of its value."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    lines = lay_out(body.decode())
    assert orjson.loads("\n".join(line.text for line in lines)) == orjson.loads(body)
    for line in lines:
        value = orjson.loads(body)
        for step in line.place or ():
            value = value[step]
        if line.place is not None and not isinstance(value, dict | list):
            told = line.text.rstrip(",") if not line.place or isinstance(line.place[-1], int) else None
            assert told is None or orjson.loads(told.strip()) == value


@given(st.binary(max_size=200), st.text(max_size=40))
def test_any_bytes_and_any_place_can_be_marked(body: bytes, place: str) -> None:
    """A steward can look at whatever came."""
    found = mark_faults(body, [Issue("value", "It is wrong.", place)])
    assert sum(len(line.marks) for line in found.lines) + len(found.of_the_whole) >= 1
    found.excerpt(2, 3, 20)
    readable_text(body)
