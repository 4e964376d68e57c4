"""What cannot wait in a document that was not accepted: each way of saying it, sound, faulty or broken."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fhir.at_risk import REASONS, find_at_risk
from tests.messages import AT, SOMEBODY, resources
from tests.streams.fhir_builders import Resource, concept, consent, known_to, note, safety_flag
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import TRUST

NUMBER = "9991042172"
WHO = known_to(TRUST, "risk-1", replace(SOMEBODY, nhs_number=NUMBER), AT)
CONSENT = consent(WHO, "consent-1", "permit", on="2026-05-04")
FLAG = safety_flag(WHO, "flag-1", "Ring before visiting", since="2026-05-04")
NOTE = note(WHO, "note-1", "Came to the garden group", on=AT, by="Sam Okafor, peer worker")
SNOMED = "http://snomed.info/sct"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"


def _message(focus: Resource) -> Resource:
    return message(TRUST, AT, focus, [WHO.patient])


def _secured(code: str, **more: Any) -> Resource:
    return NOTE | {"meta": {"security": [{"system": CONFIDENTIALITY, "code": code} | more]}}


def _flagged(category: Any = None, code: Any = None) -> Resource:
    kept = {name: value for name, value in FLAG.items() if name not in ("category", "code")}
    return kept | ({"category": category} if category else {}) | ({"code": code} if code else {})


SAID: dict[str, tuple[Resource, str]] = {
    # what is said, faulty or not, and why it cannot wait; nothing where it can
    "a consent that stands": (CONSENT, ""),
    "a proposed consent": (CONSENT | {"status": "proposed"}, ""),
    "a consent without its status": ({k: v for k, v in CONSENT.items() if k != "status"}, ""),
    "a consent made inactive": (CONSENT | {"status": "inactive"}, "consent"),
    "a consent that is rejected": (CONSENT | {"status": "rejected"}, "consent"),
    "a consent entered in error": (CONSENT | {"status": "entered-in-error"}, "consent"),
    "a status of no value set": (CONSENT | {"status": "Withdrawn "}, "consent"),
    "a status in a list": (CONSENT | {"status": ["inactive"]}, "consent"),
    "a refusal": (CONSENT | {"provision": {"type": "deny"}}, "consent"),
    "a refusal within": (CONSENT | {"provision": {"type": "permit", "provision": [{"type": "deny"}]}}, "consent"),
    "a refusal without a type of resource": ({"id": "c", "provision": [{"type": "DENY"}]}, "consent"),
    "an opting out": (CONSENT | {"policyRule": concept("", ("", "OPTOUT", ""))}, "consent"),
    "a type of resource in small letters": (CONSENT | {"resourceType": "consent", "status": "inactive"}, "consent"),
    "a consent by its profile": (
        {"status": "inactive", "meta": {"profile": ["https://x.example/UKCore-Consent|2.0"]}}, "consent",
    ),
    "another thing inactive": (FLAG | {"status": "inactive", "category": [concept("Diet")]}, ""),
    "unrestricted": (_secured("U"), ""),
    "restricted": (_secured("R"), "restriction"),
    "very restricted": (_secured("V"), "restriction"),
    "restricted in small letters": (_secured(" r "), "restriction"),
    "restricted in words": (_secured("X", display="Restricted"), "restriction"),
    "security in the wrong place": (NOTE | {"security": {"code": "R"}}, "restriction"),
    "security as a bare code": (NOTE | {"meta": {"security": ["V"]}}, "restriction"),
    "BaRS's safeguarding category": (FLAG, "safeguarding"),
    "a safeguarding flag that has ended": (FLAG | {"status": "inactive"}, "safeguarding"),
    "its category under another type": (FLAG | {"resourceType": "Flagge"}, "safeguarding"),
    "its category without a system": (_flagged([{"coding": [{"code": "SG"}]}], concept("Ring first")), "safeguarding"),
    "another BaRS category": (
        _flagged([concept("", ("https://fhir.nhs.uk/CodeSystem/flag-categories-bars", "RA", ""))]), "",
    ),
    "safeguarding in words": (_flagged(code=concept("Safeguarding concern raised")), "safeguarding"),
    "child protection in words": (
        _flagged(code=concept("", (SNOMED, "123", "Subject to child protection plan"))), "safeguarding",
    ),
    "a code as mere text": (_flagged(code="adult at risk"), "safeguarding"),
    "a SNOMED code that has no words": (_flagged(code=concept("", (SNOMED, "123", ""))), "safeguarding"),
    "a flag of nothing": (_flagged(), "safeguarding"),
    "a flag about something else": (_flagged(code=concept("", (SNOMED, "123", "Has a large dog"))), ""),
    "a note that speaks of safeguarding": (NOTE | {"text": {"div": "Safeguarding training"}}, ""),
}  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_what_cannot_wait_is_seen(said: str) -> None:
    """In a message as a partner sends it; it names the person."""
    focus, reason = SAID[said]
    _is_seen(
        orjson.dumps(_message({"id": "x", **focus, "resourceType": focus.get("resourceType", "Basic")})),
        reason,
    )
    bundle = _message(NOTE)
    bundle["entry"][2]["resource"] = focus
    _is_seen(orjson.dumps(bundle), reason)


WRAPPED: dict[str, Callable[[Resource], bytes]] = {
    "alone": lambda bundle: orjson.dumps(resources(bundle)[1:]),
    "in a list": lambda bundle: orjson.dumps([[bundle]]),
    "in a CloudEvent": lambda bundle: orjson.dumps({"specversion": "1.0", "data": bundle}),
    "in a string": lambda bundle: orjson.dumps(orjson.dumps(bundle).decode()),
    "in a string of an object": lambda bundle: orjson.dumps({"data": orjson.dumps(bundle).decode()}),
    "with a byte order mark": lambda bundle: b"\xef\xbb\xbf" + orjson.dumps(bundle),
    "in UTF-16": lambda bundle: orjson.dumps(bundle).decode().encode("utf-16"),
    "with a byte that is no UTF-8": lambda bundle: orjson.dumps(bundle).replace(b"Quill", b"Q\xffill"),
    "with NaN": lambda bundle: orjson.dumps({"x": 1, "b": bundle}).replace(b"1", b"NaN", 1),
    "twice under one name": lambda bundle: b'{"a":%s,"a":{}}' % orjson.dumps(bundle),
    "cut short at its end": lambda bundle: orjson.dumps(bundle)[:-3],
    "cut short in its last resource": lambda bundle: orjson.dumps(bundle)[:-60],
    "without its first half": lambda bundle: orjson.dumps(bundle)[200:],
    "without a comma": lambda bundle: orjson.dumps(bundle).replace(b',"entry"', b'"entry"', 1),
    "with single quotes": lambda bundle: orjson.dumps(bundle).replace(b'"', b"'"),
    "broken in a string": lambda bundle: orjson.dumps(orjson.dumps(bundle).decode())[:-9],
    "too deep for a reader": lambda bundle: b'{"x":%s,"b":%s}' % (b"[" * 99_999, orjson.dumps(bundle)),
}


@pytest.mark.parametrize("wrapped", WRAPPED)
@pytest.mark.parametrize("reason", REASONS)
def test_it_is_seen_in_whatever_can_be_read(wrapped: str, reason: str) -> None:
    """Each reason, and the person's number, in each shape and each breakage; a sound note in the same is nothing."""
    focus = {"consent": CONSENT | {"status": "inactive"}, "restriction": _secured("R"), "safeguarding": FLAG}
    _is_seen(WRAPPED[wrapped](_message(focus[reason])), reason)
    _is_seen(WRAPPED[wrapped](_message(NOTE)), "")


def test_xml_is_scanned() -> None:
    """FHIR in XML is not taken, and is still looked at."""
    body = b"""<Bundle xmlns="http://hl7.org/fhir"><entry><resource><Consent><status value="inactive"/>
        <patient><identifier><system value="https://fhir.nhs.uk/Id/nhs-number"/><value value="999 104 2172"/>
        </identifier></patient></Consent></resource></entry></Bundle>"""
    _is_seen(body, "consent")


NUMBERS: dict[str, Resource] = {
    "with spaces": {"identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "999 104 2172"}]},
    "with hyphens": {
        "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "999-104-2172"}]
    },
    "as a number": {"identifier": [{"system": "http://fhir.nhs.uk/id/NHS-Number", "value": 9991042172}]},
    "not in a list": {"identifier": {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": NUMBER}},
    "in a list of its own": {"identifier": [{"system": "urn:nhs number", "value": [NUMBER]}]},
    "without a system": {"identifier": [{"value": NUMBER}]},
    "of a subject": {
        "subject": {"identifier": {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": NUMBER}}
    },
    "as the subject of an event": {"subject": NUMBER},
    "in an address of PDS": {
        "subject": {"reference": f"https://api.example/personal-demographics/FHIR/R4/Patient/{NUMBER}"}
    },
}


@pytest.mark.parametrize("named", NUMBERS)
def test_whoever_is_named_is_named(named: str) -> None:
    """However the number is written."""
    found = find_at_risk(orjson.dumps(CONSENT | {"status": "inactive"} | NUMBERS[named]))
    assert found is not None
    assert found.nhs_numbers == {NUMBER}


def test_other_numbers_are_nobodys() -> None:
    """A telephone number, a UBRN and a number that is too long are no NHS numbers."""
    others = [
        {"telecom": [{"system": "phone", "value": "0770090012"}]},
        {"identifier": [{"system": "https://fhir.nhs.uk/Id/UBRN", "value": "9991042172"}]},
        {"identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "99910421720"}]},
    ]
    found = find_at_risk(orjson.dumps([FLAG, *others]))
    assert found is not None
    assert found.nhs_numbers == set()


def test_every_reason_is_told_the_gravest_first() -> None:
    """One document may hold all three; the Patients it holds are given as they are."""
    bundle = _message(CONSENT | {"status": "inactive"})
    bundle["entry"] += [{"resource": FLAG}, {"resource": _secured("V")}]
    found = find_at_risk(orjson.dumps(bundle))
    assert found is not None
    assert found.reasons == ("safeguarding", "restriction", "consent")
    assert found.patients == [resources(bundle)[1]]


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_nothing_that_is_sent_makes_it_fail(body: bytes) -> None:
    """Any bytes can be looked at, also within a message."""
    find_at_risk(body)
    find_at_risk(b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Consent",' + body)


@given(st.integers(min_value=0, max_value=2000))
def test_a_withdrawal_is_seen_wherever_the_document_breaks_off_after_it(cut: int) -> None:
    """Once the withdrawal itself is there, no cut behind it hides it."""
    body = orjson.dumps(_message(CONSENT | {"status": "inactive"}))
    told = body.index(b'"inactive"') + len(b'"inactive"')
    found = find_at_risk(body[: told + cut])
    assert found is not None
    assert found.reasons == ("consent",)
    assert found.nhs_numbers == {NUMBER}


def _is_seen(body: bytes, reason: str) -> None:
    found = find_at_risk(body)
    if not reason:
        assert found is None
        return
    assert found is not None
    assert found.reasons == (reason,)
    assert found.nhs_numbers == {NUMBER}
