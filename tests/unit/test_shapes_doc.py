"""docs/messages.md says what is so: its examples are taken, and its tables are those of the code."""

import re
from pathlib import Path

import orjson
import pytest

from schemas.fhir.message import read_message_bytes
from schemas.fhir.parse import MAX_DEPTH, MAX_MESSAGE_BYTES, MAX_PARTS
from schemas.fhir.repair import REPAIRS
from schemas.fhir.shapes import LEFT_OUT
from services.domain.record.kinds import KINDS

DOC = (Path(__file__).parents[2] / "docs" / "messages.md").read_text()
EXAMPLES = re.findall(r"```json\n(.*?)```", DOC, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: str(orjson.loads(one).get("resourceType")))
def test_every_example_is_taken(example: str) -> None:
    """And needs no repair."""
    reading = read_message_bytes(example.encode())
    assert [one for one in reading.notes if one.kind == "repair"] == []
    assert '"999' in example


def test_there_is_an_example_of_every_shape() -> None:
    """A message, resources, a collection and an event."""
    kinds = {str(orjson.loads(one).get("type", orjson.loads(one).get("resourceType"))) for one in EXAMPLES}
    assert kinds == {"message", "Immunization", "Observation", "searchset", "pds-death-notification-2"}


def test_the_table_of_repairs_is_that_of_the_code() -> None:
    """Every repair by name, with its own words."""
    rows = [f"| `{name}` | {text} |" for name, text in (REPAIRS | LEFT_OUT).items()]
    assert _table("repairs") == ["| name | what is put right |", "|---|---|", *rows]


def test_the_table_of_kinds_is_that_of_the_code() -> None:
    """Every type that has an entry of its own."""
    rows = [f"| {resource} | {kind.name} |" for resource, kind in KINDS.items()]
    assert _table("kinds") == ["| resource | on the timeline |", "|---|---|", *rows]


def test_the_limits_are_those_of_the_code() -> None:
    """In the words of the table."""
    said = "\n".join(_table("limits"))
    for limit in (f"{MAX_MESSAGE_BYTES // 1024 // 1024} MB", f"{MAX_DEPTH} levels", f"{MAX_PARTS:,} each"):
        assert limit in said


def _table(name: str) -> list[str]:
    found = re.search(rf"<!-- {name}[^>]*-->\n(.*?)<!-- end -->", DOC, re.DOTALL)
    assert found
    return found[1].splitlines()
