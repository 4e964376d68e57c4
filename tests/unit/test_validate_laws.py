"""What holds for every document: fhir.resources takes what the strict schema takes, and a refusal says why."""

from copy import deepcopy
from typing import Any

import orjson
import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.fhir.rules import RULES
from schemas.fhir.validate import MOST_ISSUES, resource_issues
from tests.unit.one_defect import GONE, put
from tests.unit.one_defect_messages import in_a_message, read_to_the_end
from tests.unit.sound_resources import SOUND, Resource, sound

STRANGE: list[Any] = [
    None, True, False, 0, 1, 1.0, 1.5, -1, 2**40, 1e300, "", " ", "x", "true", "1", "female", "final",
    "2026", "2026-02-30", "2026-02-28", "10:30:00", "2026-05-04T10:15:30Z", "2026-05-04T10:15:30", "a b",
    "Practitioner/1", "#surgery", "urn:uuid:0f0f0f0f-0000-4000-8000-000000000001", "eA==", [], {}, ["x"], [None],
    [{}], {"x": 1}, {"text": "x"}, {"value": 1}, {"reference": "Patient/1"}, {"start": "2026"},
    {"extension": [{"url": "urn:a:b", "valueCode": "c"}]}, {"resourceType": "Basic", "code": {"text": "x"}},
]  # fmt: skip
NAMES = [
    "status", "_status", "name", "value", "valueString", "valueInteger", "deceasedDateTime", "_birthDate", "text",
    "extension", "modifierExtension", "id", "_id", "reference", "identifier", "contained", "code", "resourceType",
    "_given", "period", "fhir_comments", "class_fhir", "resource_type", "entry", "mood",
]  # fmt: skip


def _places(node: Any, path: tuple[str, ...] = ()) -> list[str]:
    found = []
    for name, below in node.items() if isinstance(node, dict) else enumerate(node):
        here = (*path, str(name))
        found.append(".".join(here))
        if isinstance(below, dict | list):
            found += _places(below, here)
    return found


def _twice(document: Resource, path: str) -> None:
    """What stands at the path, as a list of it twice, or once more in its list."""
    node: Any = document
    for step in path.split("."):
        node = node[int(step)] if isinstance(node, list) else node[step]
    put(document, path, deepcopy([*node, *node] if isinstance(node, list) else [node, node]))


@st.composite
def changed(draw: st.DrawFn) -> Resource:
    """A sound document after a few changes: dropped, doubled, renamed or of another type."""
    document = sound(draw(st.sampled_from(sorted(SOUND))))
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        places = _places(document)
        if not places:
            break
        path = draw(st.sampled_from(places))
        match draw(st.sampled_from(["gone", "gone", "gone", "other", "twice", "twice", "added"])):
            case "gone":
                put(document, path, GONE)
            case "other":
                put(document, path, deepcopy(draw(st.sampled_from(STRANGE))))
            case "twice":
                _twice(document, path)
            case "added":
                above = path.rpartition(".")[0]
                name = draw(st.sampled_from(NAMES))
                last = path.rpartition(".")[2]
                if not last.isdigit():
                    value = deepcopy(draw(st.sampled_from(STRANGE)))
                    put(document, f"{above}.{name}" if above else name, value)
    return document


def _models_take(document: Resource) -> bool:
    try:
        get_fhir_model_class(document["resourceType"]).model_validate(document)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


@settings(max_examples=400, deadline=None)
@given(changed())
def test_what_is_taken_the_models_of_fhir_resources_take_too(document: Resource) -> None:
    """They are lenient, so that they refuse more of nothing; and what they refuse is refused here."""
    if not resource_issues(document):
        assert _models_take(document)


@settings(max_examples=400, deadline=None)
@given(changed())
def test_every_refusal_says_why_and_where(document: Resource) -> None:
    """At most twenty faults, each of a rule with a section of a standard, with words and with a place."""
    issues = resource_issues(document)
    assert len(issues) <= MOST_ISSUES
    for one in issues:
        assert RULES[one.rule].section
        assert one.text not in ("", "This is not valid R4.")
        assert one.place
    assert len({(one.rule, one.place, one.text) for one in issues}) == len(issues)


@settings(max_examples=200, deadline=None)
@given(changed(), st.sampled_from(["servicerequest-request", "booking-request", "another"]))
def test_whatever_is_sent_is_read_to_the_end_or_refused(document: Resource, event: str) -> None:
    """Alone and in a message, by every reader up to the record's."""
    assert read_to_the_end(orjson.dumps(document))
    assert read_to_the_end(in_a_message(document, event))


@settings(max_examples=100, deadline=None)
@given(changed())
def test_a_refusal_depends_on_the_document_alone(document: Resource) -> None:
    """Twice the same, and the document stays as it is."""
    before = repr(document)
    first = resource_issues(document)
    assert resource_issues(document) == first
    assert repr(document) == before


@pytest.mark.parametrize("name", SOUND)
def test_the_models_take_what_the_tests_start_from(name: str) -> None:
    """So that the first law says something."""
    assert _models_take(SOUND[name])
