"""The generated schema: what it is made from is whole, it compiles fast, and its primitives mean what R4 says."""

import base64
import binascii
import re
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft4Validator

from schemas.fhir import r4
from schemas.fhir.primitives import PRIMITIVES
from schemas.fhir.r4_invariants import INVARIANTS
from schemas.fhir.r4_models import TAKEN, Element, Model, elements_of, is_resource, model_of
from schemas.fhir.strict_schema import compile_schema, strict_schema

USUAL = frozenset(
    {
        "Appointment", "AppointmentResponse", "Bundle", "CarePlan", "CareTeam", "Communication", "Condition",
        "Consent", "DocumentReference", "Encounter", "EpisodeOfCare", "Flag", "Goal", "HealthcareService",
        "Immunization", "List", "Location", "MedicationRequest", "MessageHeader", "Observation",
        "OperationOutcome", "Organization", "Parameters", "Patient", "Practitioner", "PractitionerRole",
        "Procedure", "Provenance", "QuestionnaireResponse", "RelatedPerson", "Schedule", "ServiceRequest", "Slot",
        "Task",
    }
)  # fmt: skip
"""What a partnership's messages carry."""

COMPILED_WITHIN = 0.2
"""Seconds of CPU to generate and compile the schema of all of those."""

CODE = re.compile(r"[^\s]+(?:\s[^\s]+)*")


def _models() -> Iterator[Model]:
    """Every model that a taken resource can hold."""
    seen: set[str] = set()
    waiting = [model_of(name) for name in sorted(TAKEN)]
    while waiting:
        model = waiting.pop()
        if model.__name__ not in seen:
            seen.add(model.__name__)
            yield model
            waiting += [one.model for one in elements_of(model) if one.model is not None]


MODELS = {model.__name__: model for model in _models()}


def _elements() -> Iterator[tuple[str, Element]]:
    for name, model in MODELS.items():
        for one in elements_of(model):
            yield name, one


def _is_valid(datatype: str, value: Any) -> bool:
    return Draft4Validator(PRIMITIVES[datatype].schema).is_valid(value)


def test_the_types_are_those_of_r4() -> None:
    """146 of them; each is taken and has a model, or is one that R4B dropped or rewrote."""
    assert len(r4.RESOURCE_TYPES) == 146
    assert r4.NOT_MODELLED < r4.RESOURCE_TYPES
    assert [name for name in TAKEN if not is_resource(model_of(name))] == []
    for name in r4.NOT_MODELLED - {"Evidence", "EvidenceVariable"}:
        with pytest.raises((ValueError, KeyError)):
            model_of(name)


def test_no_value_set_is_cut_short() -> None:
    """fhir.resources ends some lists of codes at a '+' or 'etc.': each such list is given in full in r4.py."""
    cut = [
        f"{model}.{one.name}"
        for model, one in _elements()
        for code in one.codes
        if code in ("+", "etc", "etc.", "...") or not CODE.fullmatch(code)
    ]
    assert cut == []
    raw = {
        (name, field.alias or field_name)
        for name, model in MODELS.items()
        for field_name, field in model.model_fields.items()
        if {"+", "etc.", "formats"} & set((field.json_schema_extra or {}).get("enum_values", ()))
    }
    assert raw <= r4.REQUIRED_CODES.keys()


def test_only_codes_have_a_value_set_and_only_references_have_targets() -> None:
    """So that every list of codes is looked at, and no target is forgotten."""
    known = {f"{model}.{one.name}": one for model, one in _elements()}
    assert {one.datatype for one in known.values() if one.codes} == {"code"}
    assert {one.datatype for one in known.values() if one.targets} <= {
        "Reference",
        "CodeableReference",
        "canonical",
    }
    targets = {name for one in known.values() if one.datatype == "Reference" for name in one.targets}
    assert targets - r4.RESOURCE_TYPES <= {"Citation", "MedicinalProductDefinition", "SubstanceDefinition"} | {
        "AdministrableProductDefinition", "ClinicalUseDefinition", "Ingredient", "ManufacturedItemDefinition",
        "NutritionProduct", "PackagedProductDefinition", "RegulatedAuthorization", "SubscriptionTopic",
        "EvidenceReport",
    }  # fmt: skip


def test_what_r4_says_otherwise_is_of_elements_that_there_are() -> None:
    """A name that no longer fits after an upgrade of fhir.resources would do nothing."""
    known = {(model, one.name) for model, one in _elements()}
    assert r4.REQUIRED_CODES.keys() <= known
    assert r4.REFERENCE_TARGETS.keys() <= known
    added = {(model, name) for model, names in r4.R4_ONLY_ELEMENTS.items() for name in names}
    assert added <= known
    dropped = {(model, name) for model, names in r4.NOT_R4_ELEMENTS.items() for name in names}
    assert not dropped & known
    for model, names in r4.NOT_R4_ELEMENTS.items():
        assert names <= {field.alias for field in MODELS[model].model_fields.values()}


def _names_in(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("required", ())
        yield from schema.get("dependencies", {})
        for name, below in schema.items():
            if name != "properties":
                yield from _names_in(below)
    elif isinstance(schema, list):
        for below in schema:
            yield from _names_in(below)


def test_invariants_speak_of_elements_that_there_are() -> None:
    """Each of a model, about its own elements or their siblings, under a key of its own."""
    keys = [(model, one.key) for model, found in INVARIANTS.items() for one in found]
    assert len({*keys}) == len(keys)
    for model, found in INVARIANTS.items():
        names = {one.name for one in elements_of(MODELS[model])}
        for one in found:
            assert {name.removeprefix("_") for name in _names_in(one.schema)} <= names, one.key
            assert one.element in ("", *names)


def test_it_is_generated_and_compiled_fast() -> None:
    """For every type that messages carry at once, once the models are loaded."""
    compile_schema(USUAL)
    taken = []
    for _ in range(5):
        began = time.process_time()
        compile_schema(USUAL)
        taken.append(time.process_time() - began)
    assert min(taken) < COMPILED_WITHIN, f"{min(taken) * 1e3:.0f} ms"


def test_one_schema_grows_with_the_types_that_are_met() -> None:
    """What was met before stays in it, and nothing is compiled again for what is in it."""
    one = strict_schema({"Linkage"})
    more = strict_schema({"Basic"})
    assert {"Linkage", "Basic"} | one.types <= more.types
    assert strict_schema({"Linkage"}) is more
    linkage = {"resourceType": "Linkage", "item": [{"type": "source", "resource": {"display": "x"}}]}
    assert more.validator.is_valid({"Linkage": [linkage], "Basic": []})
    assert not more.validator.is_valid({"Linkage": [linkage, linkage | {"item": []}]})


@pytest.mark.parametrize("year", [1, 4, 1900, 1999, 2000, 2023, 2024, 2100, 9999])
def test_a_date_is_a_day_that_the_calendar_has(year: int) -> None:
    """Every day and every almost-day of the year, as a date, a dateTime and an instant."""
    for month in range(14):
        for day in range(33):
            text = f"{year:04}-{month:02}-{day:02}"
            try:
                there_is = bool(date(year, month, day))
            except ValueError:
                there_is = False
            assert _is_valid("date", text) is there_is, text
            assert _is_valid("dateTime", f"{text}T10:15:30Z") is there_is, text
            assert _is_valid("instant", f"{text}T10:15:30Z") is there_is, text


@given(st.text(max_size=12))
def test_no_other_text_is_a_date_or_a_time(text: str) -> None:
    """Digits of other scripts and line ends at the end among them."""
    assert not _is_valid("date", text) or re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text)
    assert not _is_valid("instant", text)
    assert not _is_valid("time", text) or re.fullmatch(r"[0-9:.]+", text)


@pytest.mark.parametrize("datatype", ["date", "dateTime", "id", "code", "uri", "oid", "time"])
def test_a_line_end_after_a_value_is_seen(datatype: str) -> None:
    """A pattern's end is the end of the text, and no line's."""
    sound = {"id": "a", "code": "a", "uri": "urn:a", "oid": "urn:oid:1.2", "time": "10:00:00"}.get(
        datatype, "2026"
    )
    assert _is_valid(datatype, sound)
    assert not _is_valid(datatype, f"{sound}\n")


@given(st.binary(max_size=40), st.integers(0, 60), st.sampled_from(["", "=", "A", "\n", "-", "é"]))
def test_base64_is_what_can_be_decoded(content: bytes, place: int, added: str) -> None:
    """Also in lines; whatever is put into it besides is seen."""
    text = base64.b64encode(content).decode()
    changed = text[:place] + added + text[place:]
    packed = re.sub(r"[ \t\r\n]", "", changed)
    try:
        can_be = bool(packed) and bool(base64.b64decode(packed, validate=True) or packed)
    except (binascii.Error, ValueError):
        can_be = False
    if re.fullmatch(r"\s*(\S{4}\s*)*", changed):  # lines break between groups of four
        assert _is_valid("base64Binary", changed) is can_be
    assert can_be or not _is_valid("base64Binary", changed)


@given(st.integers(-(2**40), 2**40))
def test_integers_have_32_bits(number: int) -> None:
    """Signed, from 0 and from 1; as a float it is none."""
    assert _is_valid("integer", number) is (-(2**31) <= number < 2**31)
    assert _is_valid("unsignedInt", number) is (0 <= number < 2**31)
    assert _is_valid("positiveInt", number) is (0 < number < 2**31)
    assert not _is_valid("integer", float(number))
