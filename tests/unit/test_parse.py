"""What can be read at all: JSON within its limits, with each name once; and reading costs little and never crashes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.fhir.issue import Refused
from schemas.fhir.message import read_message_bytes
from schemas.fhir.parse import MAX_DEPTH, MAX_MESSAGE_BYTES, MAX_PARTS, parse, parse_and_write
from schemas.fhir.rules import RULES
from tests.unit.hostile_bodies import BODIES
from tests.unit.one_defect_messages import spoilt

SUITE = Path(__file__).parents[3] / "shared" / "fixtures" / "jsontestsuite" / "test_parsing"
MOST_MS, MOST_MB = 200.0, 50.0


class _Twice(Exception):
    """An object has a name twice."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise _Twice
    return dict(pairs)


def _refusal(body: bytes) -> Refused | None:
    try:
        parse(body)
    except Refused as refused:
        return refused
    return None


def _rule(body: bytes) -> str:
    """The rule that refuses the body, empty where it is read."""
    refused = _refusal(body)
    if refused is None:
        return ""
    (issue,) = refused.issues
    assert issue.text
    assert issue.rule in RULES
    assert (refused.status == 413) is (issue.rule == "size")
    return issue.rule


@pytest.mark.skipif(not SUITE.is_dir(), reason="JSONTestSuite is not beside the project")
def test_json_is_what_the_suite_says() -> None:
    """y_ is JSON, though not all of it may be a message; n_ is none; i_ may be either; nothing crashes."""
    names = sorted(file.name for file in SUITE.iterdir())
    told = {name: _rule((SUITE / name).read_bytes()) for name in names}
    assert len(told) > 300
    assert {
        name for name, rule in told.items() if name.startswith("y_") and rule in ("json", "depth", "size")
    } == set()
    assert {rule for name, rule in told.items() if name.startswith("n_")} <= {"json", "depth"}
    assert {name: rule for name, rule in told.items() if name.startswith("y_") and rule} == {
        "y_object_duplicated_key.json": "unique-names",
        "y_object_duplicated_key_and_value.json": "unique-names",
        "y_object_escaped_null_in_key.json": "no-nul",
        "y_string_null_escape.json": "no-nul",
    }


@pytest.mark.skipif(not SUITE.is_dir(), reason="JSONTestSuite is not beside the project")
def test_no_text_of_the_suite_is_a_message() -> None:
    """Whatever is JSON is refused as what it is."""
    for file in sorted(SUITE.iterdir()):
        with pytest.raises(Refused):
            read_message_bytes(file.read_bytes())


def test_hostile_bodies_are_cheap() -> None:
    """Each is refused by its rule or read, within 200 ms of CPU and 50 MB."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.hostile_bodies"],
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    told = {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert {name: one["rule"] for name, one in told.items()} == {
        name: rule for name, (_, rule) in BODIES.items()
    }
    dear = [one for one in told.values() if one["ms"] > MOST_MS or one["mb"] > MOST_MB]
    assert dear == []


def test_the_limits_are_the_last_that_is_taken() -> None:
    """A byte, a name, a value or a level more is too many."""
    assert _rule(b"[" + b" " * (MAX_MESSAGE_BYTES - 2) + b"]") == ""
    assert _rule(b"[" + b" " * (MAX_MESSAGE_BYTES - 1) + b"]") == "size"
    assert _rule(b"[" + b"1," * MAX_PARTS + b"1]") == ""
    assert _rule(b"[" + b"1," * (MAX_PARTS + 1) + b"1]") == "size"
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")):
        levels = MAX_DEPTH // opening.count(b"[") // 2 if b"[{" in opening else MAX_DEPTH
        for padding in (b"", b"1" * 70_000):
            inside = b'"' + padding + b'"'
            assert _rule(opening * levels + inside + closing * levels) == ""
            assert _rule(opening * levels + b"[" + inside + b"]" + closing * levels) == "depth"
    assert _rule(b'["' + b" " * 500 + b'"]') == ""


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"resourceType":"Patient","gender":"male","gender":"female"}', "Patient.gender"),
        (b'{"resourceType":"Patient","name":[{},{"use":"usual","use":"old"}]}', "Patient.name[1].use"),
        (b'{"a":{"b":[[1,{"c":1,"c":1}]]}}', "a.b[0][1].c"),
        (b'{"a":1,"\\u0061":2}', "a"),
        (b'{"a" : 1, "a"\n:\t2}', "a"),
        (b'{"a:b":1,"a:b":1}', ""),
        (b'{"Wren Quillfeather":{"x":1,"x":2}}', ""),
        (b'{"":1,"":2}', ""),
        (b'[{"a":"\\u0022\\u003a","a":1}]', "[0].a"),
        (b'{"a":"\\u003A","a":1}', "a"),
        (b'{"gender":{"gender":1},"x":{"gender":1,"gender":null}}', "x.gender"),
    ],
)
def test_a_name_twice_is_told_with_its_place(body: bytes, place: str) -> None:
    """As far as the names on the way could be names of elements."""
    with pytest.raises(Refused) as refused:
        parse(body)
    assert [(one.rule, one.place) for one in refused.value.issues] == [("unique-names", place)]


_NAMES = st.sampled_from(["a", "b", "", ":", "a:", '"', '":', "\\", "é", "\u2028", "a\tb", "\\u003a", "x y"])
_SCALARS = st.one_of(_NAMES, st.none(), st.booleans(), st.integers(-5, 5), st.floats(-1, 1))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A JSON text: names may be there twice, characters escaped in any way, and white space anywhere."""

    def space() -> str:
        return draw(st.sampled_from(["", "", " ", "\n", "\t\r ", "  "]))

    def string(value: str) -> str:
        parts = []
        for character in value:
            plain = json.dumps(character, ensure_ascii=False)[1:-1]
            escaped = f"\\u{ord(character):04x}"
            parts.append(draw(st.sampled_from([plain, plain, escaped, escaped[:2] + escaped[2:].upper()])))
        return f'"{"".join(parts)}"'

    def text(depth: int) -> str:
        kind = draw(st.sampled_from(["scalar", "object", "object", "list"])) if depth else "scalar"
        if kind == "scalar":
            value = draw(_SCALARS)
            return string(value) if isinstance(value, str) else json.dumps(value)
        count = draw(st.integers(0, 4))
        if kind == "list":
            return "[" + ",".join(space() + text(depth - 1) + space() for _ in range(count)) + "]"
        members = (
            f"{space()}{string(draw(_NAMES))}{space()}:{space()}{text(depth - 1)}{space()}"
            for _ in range(count)
        )
        return "{" + ",".join(members) + "}"

    return space() + text(4) + space()


@settings(max_examples=200)
@given(texts())
@example('{"a":"\\u003a","a":1}')
@example('{"a":1,"b":":","a":":"}')
def test_a_name_twice_is_seen_exactly(text: str) -> None:
    """As json.loads sees it, which looks at every pair; and what is read is what is there."""
    body = text.encode()
    try:
        expected = json.loads(body, object_pairs_hook=_pairs)
    except _Twice:
        assert _rule(body) == "unique-names"
    else:
        document, written = parse_and_write(body)
        assert document == expected
        assert written == orjson.dumps(document)


@settings(deadline=None)
@given(
    st.recursive(
        _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3)
    )
)
def test_whatever_is_written_is_read(document: Any) -> None:
    """By orjson and by json, compact or indented, with escapes or without."""
    for body in (
        orjson.dumps(document),
        orjson.dumps(document, option=orjson.OPT_INDENT_2),
        json.dumps(document).encode(),
        json.dumps(document, ensure_ascii=False, indent=4).encode(),
    ):
        assert parse(body) == document


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """Nothing else is raised."""
    assert _rule(body) in ("", "json", "unique-names", "no-nul")


@pytest.mark.parametrize(
    "number", [b"1e999", b"-1e400", b"1e-400", b"123456789012345678901234567890", b"1" * 5000]
)
def test_a_number_too_big_breaks_nothing(number: bytes) -> None:
    """In an otherwise sound message it is read as JSON has it here, or refused."""

    def spoil(bundle: dict[str, Any]) -> None:
        bundle["entry"][2]["resource"]["extension"] = [{"url": "urn:a:number", "valueDecimal": 424242}]

    body = spoilt(spoil).replace(b"424242", number)
    if _refusal(body):
        assert _rule(body) == "json"
    else:
        bundle = read_message_bytes(body).bundle
        assert orjson.loads(orjson.dumps(bundle)) == bundle
