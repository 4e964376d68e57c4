"""Sound messages after a few slips of any kind, for properties over whatever may come in."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

import orjson
from hypothesis import strategies as st

from tests.messages import a_message, resources
from tests.stack import BUNDLED

Slot = tuple[dict[str, Any], str] | tuple[list[Any], int]

VALUES: list[Any] = [
    None,
    True,
    0,
    -1,
    10**18,
    1e308,
    "",
    " ",
    "banana",
    "\0",
    "2026-13-40",
    "0000-00-00T00:00:00Z",
    "2026-03-02T10:00:00.1234567+14:00",
    "urn:uuid:",
    "#",
    "Patient/1",
    "9" * 400,
    "\U0001f426",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"": ""},
    {"reference": "urn:uuid:nobody"},
    {"resourceType": "Patient"},
    {"resourceType": "Bundle", "type": "message", "entry": []},
    [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "999 104 2172"}],
]
NAMES = [
    "id",
    "meta",
    "entry",
    "resourceType",
    "status",
    "reference",
    "_status",
    "contained",
    "extension",
    "\0",
]


def bases() -> list[bytes]:
    """The messages that slips are made in: one of each kind of the bundled stream, and other shapes."""
    found: dict[tuple[str, ...], bytes] = {}
    for line in BUNDLED.read_bytes().splitlines():
        message = orjson.loads(line)["message"]
        kinds = tuple(sorted(resource["resourceType"] for resource in resources(message)))
        if "Patient" in kinds:  # the stream has a message about nobody, which is quarantined
            found.setdefault(kinds, orjson.dumps(message))
    patient = resources(a_message("mutated"))[1]
    event = {
        "specversion": "1.0",
        "id": "236a1d4a-5d69-4fa9-9c7f-e72bf505aa5b",
        "source": "uk.nhs.personal-demographics-service",
        "type": "pds-record-change-2",
        "time": "2026-04-05T17:31:00.000Z",
        "subject": "9991042172",
        "dataref": "https://pds.example/Patient/9991042172",
    }
    searchset = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": patient}]}
    return [*found.values(), *(orjson.dumps(one) for one in (patient, event, searchset))]


@st.composite
def mutated(draw: st.DrawFn, messages: Sequence[bytes]) -> bytes:
    """A message with one to three slips in its JSON, and sometimes in its bytes."""
    document = {"root": orjson.loads(messages[draw(st.integers(0, len(messages) - 1))])}
    for _ in range(draw(st.integers(1, 3))):
        _slip(draw, document)
    body = orjson.dumps(document["root"])
    if draw(st.integers(0, 9)) == 9:
        place = draw(st.integers(0, len(body)))
        body = body[:place] + draw(st.binary(max_size=4)) + body[place + draw(st.integers(0, 4)) :]
    return body


def _slip(draw: st.DrawFn, document: dict[str, Any]) -> None:
    slots = [*_slots(document)][::-1]  # small numbers are drawn most: let them be of leaves, not of the root
    holder, key = slots[draw(st.integers(0, len(slots) - 1))]
    what = draw(st.sampled_from(["another value", "removed", "in a list", "under another name", "copied"]))
    if what == "another value":
        holder[key] = deepcopy(VALUES[draw(st.integers(0, len(VALUES) - 1))])  # type: ignore[index]
    elif what == "removed" and holder is not document:
        del holder[key]  # type: ignore[arg-type]
    elif what == "in a list":
        holder[key] = [holder[key]]  # type: ignore[index]
    elif what == "under another name" and isinstance(holder, dict) and holder is not document:
        holder[draw(st.sampled_from(NAMES))] = holder.pop(str(key))
    elif what == "copied":
        other, name = slots[draw(st.integers(0, len(slots) - 1))]
        holder[key] = deepcopy(other[name])  # type: ignore[index]


def _slots(node: Any) -> Iterator[Slot]:
    """Every place in a document that holds a value."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield node, key
        if isinstance(value, dict | list):
            yield from _slots(value)
