"""The message by which a steward rules whether two source records are of one person, or whether two things that systems
tell of are one entry: a MessageHeader and a Linkage.

It has no Patient, for it is about two source records, or two things, named by the ids that the record gave them.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

from schemas.fhir.issue import Issue
from schemas.fhir.response import SOFTWARE

EVENT_SYSTEM = f"{SOFTWARE}/fhir/CodeSystem/message-events"
EVENT = "identity-ruling"
ENTRY_EVENT = "entry-ruling"
SOURCE_RECORD_SYSTEM = f"{SOFTWARE}/fhir/Id/source-record"
THING_SYSTEM = f"{SOFTWARE}/fhir/Id/thing"
"""Of what one system tells of: the id of its source record, a full stop, and the key of the resource in the record."""
GRADE_URL = f"{SOFTWARE}/fhir/StructureDefinition/ruled-match-grade"
GRADE_SYSTEM = "http://terminology.hl7.org/CodeSystem/match-grade"

GRADES = {"same": "certain", "not-same": "certainly-not"}
"""FHIR R4 match-grade by verdict. The third verdict, undo, is a Linkage that is not active and has no grade."""

LONGEST_WORDS = 500
"""Characters of a steward's name, and of a reason."""

Resource = dict[str, Any]

_RULE = "ruling"
_HEADER, _LINKAGE = "Bundle.entry[0].resource", "Bundle.entry[1].resource"
_KINDS = ["MessageHeader", "Linkage"]


class _About(NamedTuple):
    """What rulings of one event are about."""

    system: str
    name: re.Pattern[str]
    words: str
    resource_type: str
    """What a reference to one says it is; empty where it may be of any type."""


_ABOUT = {
    EVENT: _About(SOURCE_RECORD_SYSTEM, re.compile(r"[0-9a-f]{32}"), "source record", "Patient"),
    ENTRY_EVENT: _About(THING_SYSTEM, re.compile(r"[0-9a-f]{32}\.[0-9a-f]{32}"), "thing", ""),
}


def ruling_bundle(one: str, other: str, verdict: str, *, by: str, reason: str, at: str) -> Resource:
    """The message that rules so of two source records, named by their ids in hexadecimal.

    `verdict` is same, not-same or undo; `by` who rules, `reason` why, and `at` the instant at which it is ruled.
    """
    return _bundle(EVENT, one, other, verdict, by=by, reason=reason, at=at)


def entry_ruling_bundle(one: str, other: str, verdict: str, *, by: str, reason: str, at: str) -> Resource:
    """The message that rules so of two things, each named as THING_SYSTEM says; the rest is as of `ruling_bundle`."""
    return _bundle(ENTRY_EVENT, one, other, verdict, by=by, reason=reason, at=at)


def _bundle(event: str, one: str, other: str, verdict: str, *, by: str, reason: str, at: str) -> Resource:
    linkage_url = uuid4().urn
    header = {
        "resourceType": "MessageHeader",
        "eventCoding": {"system": EVENT_SYSTEM, "code": event},
        "author": {"display": by},
        "source": {"name": "Carethread", "endpoint": SOFTWARE},
        "reason": {"text": reason},
        "focus": [{"reference": linkage_url}],
    }
    grade = {"url": GRADE_URL, "valueCoding": {"system": GRADE_SYSTEM, "code": GRADES.get(verdict, "")}}
    linkage = {
        "resourceType": "Linkage",
        **({"extension": [grade]} if verdict in GRADES else {}),
        "active": verdict in GRADES,
        "item": [_item(_ABOUT[event], name) for name in sorted((one, other))],
    }
    return {
        "resourceType": "Bundle",
        "id": str(uuid4()),
        "type": "message",
        "timestamp": at,
        "entry": [
            {"fullUrl": uuid4().urn, "resource": header},
            {"fullUrl": linkage_url, "resource": linkage},
        ],
    }


def is_ruling(bundle: Resource) -> bool:
    """Whether a valid Bundle says that it is a ruling."""
    if bundle.get("type") != "message":
        return False
    coding = bundle["entry"][0]["resource"].get("eventCoding")
    return coding is not None and coding.get("system") == EVENT_SYSTEM


def ruling_issues(bundle: Resource) -> list[Issue]:
    """What keeps a valid Bundle that says it is a ruling from being one."""
    if [entry["resource"]["resourceType"] for entry in bundle["entry"]] != _KINDS:
        text = "A ruling is a MessageHeader and a Linkage, and nothing else: it tells of no person."
        return [Issue("structure", text, "Bundle.entry", _RULE)]
    header, linkage = (entry["resource"] for entry in bundle["entry"])
    about = _ABOUT.get(header["eventCoding"].get("code"))
    if about is None:
        text = f"There is no such event here; there are {' and '.join(_ABOUT)}."
        return [Issue("not-supported", text, f"{_HEADER}.eventCoding.code", _RULE)]
    return [*_header_issues(bundle, header), *_linkage_issues(linkage, about)]


def said_by(bundle: Resource) -> tuple[str, str]:
    """Who made an accepted ruling, and why."""
    header = bundle["entry"][0]["resource"]
    return header["author"]["display"], header["reason"]["text"]


def _header_issues(bundle: Resource, header: Resource) -> Iterator[Issue]:
    if not bundle.get("timestamp"):
        text = "A ruling says when it was made: of two on the same pair the later one holds."
        yield Issue("required", text, "Bundle.timestamp", _RULE)
    for element, words, inside in (("author", "who rules", "display"), ("reason", "why", "text")):
        said = (header.get(element) or {}).get(inside)
        if not said or not said.strip():
            place = f"{_HEADER}.{element}.{inside}"
            yield Issue("required", f"A ruling says {words}.", place, _RULE)
        elif len(said) > LONGEST_WORDS:
            text = f"This is longer than {LONGEST_WORDS} characters."
            yield Issue("too-long", text, f"{_HEADER}.{element}.{inside}", _RULE)


def _linkage_issues(linkage: Resource, about: _About) -> Iterator[Issue]:
    items = linkage["item"]
    named = [_named(item, about) for item in items]
    if len(items) != 2:
        yield Issue("structure", f"A ruling is about two {about.words}s.", f"{_LINKAGE}.item", _RULE)
    for number, name in enumerate(named):
        if name is None:
            text = (
                f"A {about.words} is named by an identifier of {about.system}, in small hexadecimal digits."
            )
            yield Issue("value", text, f"{_LINKAGE}.item[{number}].resource.identifier", _RULE)
    if len(items) == 2 and named[0] is not None and named[1] is not None and _key(named[0]) == _key(named[1]):
        text = f"These are one {about.words}: a ruling is about two."
        yield Issue("business-rule", text, f"{_LINKAGE}.item[1].resource.identifier", _RULE)
    yield from _grade_issues(linkage)


def _grade_issues(linkage: Resource) -> Iterator[Issue]:
    active = linkage.get("active")
    if active is None:
        text = (
            "A ruling says whether it is in effect: true for one that is made, false for one that is undone."
        )
        yield Issue("required", text, f"{_LINKAGE}.active", _RULE)
        return
    told = linkage.get("extension") or []
    if not active and told:
        text = "A ruling that is undone has no grade, and no other extension."
        yield Issue("business-rule", text, f"{_LINKAGE}.extension", _RULE)
    if active and (len(told) != 1 or _grade(told[0]) is None):
        text = f"A ruling has one grade of {GRADE_SYSTEM}: {' or '.join(GRADES.values())}."
        yield Issue("value", text, f"{_LINKAGE}.extension", _RULE)


def _grade(extension: Resource) -> str | None:
    coding = extension.get("valueCoding") or {}
    is_ours = extension.get("url") == GRADE_URL and coding.get("system") == GRADE_SYSTEM
    return coding["code"] if is_ours and coding.get("code") in GRADES.values() else None


def _named(item: Resource, about: _About) -> str | None:
    identifier = (item.get("resource") or {}).get("identifier") or {}
    value = identifier.get("value")
    if identifier.get("system") != about.system or not isinstance(value, str):
        return None
    return value if about.name.fullmatch(value) else None


def _key(name: str) -> str:
    """What a name alone has: of a thing the key of its resource, which two source records never share."""
    return name.rpartition(".")[2]


def _item(about: _About, name: str) -> Resource:
    reference = {"type": about.resource_type} if about.resource_type else {}
    identifier = {"system": about.system, "value": name}
    return {"type": "alternate", "resource": {**reference, "identifier": identifier}}
