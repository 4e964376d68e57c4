"""What is compared of two entries: when it was, who took part, for what; and nothing else of the resource."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import Any

import orjson

from services.domain.record.business_identity import SHARED_SYSTEMS, identifiers
from services.domain.record.duplicates.plain_words import plain, plain_name
from services.domain.record.instant import moment_ticks
from services.domain.record.kinds import KINDS, at_path, said_when
from services.domain.record.telling import is_withdrawn
from services.domain.record.words import first, names, objects, values, words

Resource = dict[str, Any]

Texts = tuple[str, ...]

Called = tuple[str, str]
"""What an organisation is called by: its code, and its name in plain words. Either may be empty."""


@dataclass(frozen=True, slots=True)
class Facet:
    """The sides of one entry that duplicates have alike. Empty is what its system does not tell."""

    kind: str
    """The resource type."""
    at: int
    """When it was, in ticks of 100 ns."""
    exact: bool
    """Whether the time of day is told."""
    until: int
    """When it ended, in ticks; 0 where that is not told."""
    by: Called
    """The organisation that asks or provides."""
    to: Called
    """The organisation that is asked."""
    codes: Texts
    """What it is, coded: `system|code`, in order."""
    title: str
    """What it is, in plain words."""
    why: str
    people: Texts
    """Who took part, besides the person; of a relative, their own name."""
    value: str
    """The score, the answers, or what is decided."""
    place: str
    """The class of a contact: at the organisation, at home, by telephone."""
    shared: Texts
    """Identifiers that mean the same thing in every system."""
    own: Texts
    """All its identifiers."""
    names: Texts
    """Identifiers of what it is based on or replaces."""
    group: str
    """The identifier of the group that it was asked for in."""
    withdrawn: bool
    """Whether its system has taken it back."""


FOLDED = frozenset(
    {
        "ServiceRequest", "Encounter", "Appointment", "Observation", "QuestionnaireResponse", "Condition",
        "CarePlan", "Consent", "RelatedPerson",
    }
)  # fmt: skip
"""The resource types in which duplicates across organisations are looked for."""

_BY = ("requester", "serviceProvider", "organization")
_PEOPLE = (
    "participant.individual", "participant.actor", "participant.member", "performer", "author", "recorder",
)  # fmt: skip


def facet_of(resource: Resource, occurred: int) -> Facet | None:
    """The facet of a checked resource, or None where duplicates of its kind are not looked for."""
    kind = resource["resourceType"]
    if kind not in FOLDED:
        return None
    told = said_when(resource)
    return Facet(
        kind=kind,
        at=occurred,
        exact="T" in told,
        until=_ends(resource),
        by=next((called for path in _BY if any(called := _called(resource.get(path)))), _NOBODY),
        to=_called(resource.get("performer")) if kind == "ServiceRequest" else _NOBODY,
        codes=tuple(sorted(set(_codes(_coded(resource))))),
        title=plain(_title(resource)),
        why=plain(" ".join(first(resource.get("reasonCode")))),
        people=tuple(sorted({name for name in map(plain_name, _people(resource)) if name})),
        value=_value(resource),
        place=str(at_path(resource, "class.code") or "") if kind == "Encounter" else "",
        shared=_written(one for one in identifiers(resource) if one[0] in SHARED_SYSTEMS),
        own=_written(identifiers(resource)),
        names=_written(_named(resource, ("basedOn", "replaces"))),
        group=next(iter(_written(identifiers({"identifier": _one(resource, _GROUP)}))), ""),
        withdrawn=is_withdrawn(resource),
    )


def facet_row(resource: Resource, occurred: int) -> bytes:
    """The facet of a checked resource as a row keeps it; empty where there is none."""
    facet = facet_of(resource, occurred)
    return orjson.dumps(astuple(facet)) if facet else b""


def from_row(row: bytes) -> Facet:
    """The facet that `facet_row` wrote."""
    told: list[Any] = [tuple(one) if isinstance(one, list) else one for one in orjson.loads(row)]
    return Facet(*told)


_NOBODY: Called = ("", "")
_GROUP = ("requisition", "groupIdentifier")


def _one(resource: Resource, fields_: tuple[str, ...]) -> Any:
    return next((resource[field] for field in fields_ if isinstance(resource.get(field), dict)), [])


def _ends(resource: Resource) -> int:
    end = resource.get("end") or at_path(resource, "period.end")
    return (moment_ticks(end) if isinstance(end, str) else None) or 0


def _title(resource: Resource) -> str:
    """A questionnaire is named by the end of its address, whatever server keeps it."""
    asked = resource.get("questionnaire")
    if isinstance(asked, str):
        return asked.partition("|")[0].rstrip("/").rpartition("/")[2]
    titles = (
        word for path in KINDS[resource["resourceType"]].what for word in first(at_path(resource, path))
    )
    return next(titles, "")


def _coded(resource: Resource) -> Any:
    return resource.get(_CODED.get(resource["resourceType"], "code"))


_CODED = {"Consent": "category", "CarePlan": "category", "RelatedPerson": "relationship"}


def _codes(node: Any) -> Iterator[str]:
    for concept in node if isinstance(node, list) else [node]:
        for coding in objects(concept.get("coding")) if isinstance(concept, dict) else []:
            if isinstance(coding.get("code"), str):
                yield f"{coding.get('system', '')}|{coding['code']}"


def _called(node: Any) -> Called:
    """The code and the name of the first in a list of references that has either."""
    for one in _listed(node):
        code = next((value.upper() for _, value in identifiers(one)), "")
        name = plain(next(first(one.get("display")), ""))
        if code or name:
            return code, name
    return _NOBODY


def _people(resource: Resource) -> Iterator[str]:
    if resource["resourceType"] == "RelatedPerson":
        yield from list(names(resource.get("name")))[:1]
    subject = at_path(resource, "subject.reference") or at_path(resource, "patient.reference")
    for path in _PEOPLE:
        field, _, part = path.partition(".")
        for one in _listed(resource.get(field)):
            who = one.get(part) if part else one
            if not isinstance(who, dict) or who.get("identifier"):
                continue
            if subject is None or who.get("reference") != subject:
                yield from first(who.get("display"))


def _listed(node: Any) -> list[Resource]:
    return objects(node if isinstance(node, list) else [node])


def _value(resource: Resource) -> str:
    kind = resource["resourceType"]
    if kind == "Observation":
        return plain(" ".join(values(resource)))
    if kind == "QuestionnaireResponse":
        return orjson.dumps(sorted(_answers(resource))).decode()
    if kind == "Condition":
        return " ".join(plain(word) for word in list(words(resource.get("verificationStatus")))[:1])
    if kind == "Consent":
        rule = at_path(resource, "provision.type") or next(first(resource.get("policyRule")), "")
        actors = objects(at_path(resource, "provision.actor"))
        told = (_called(one.get("reference")) for one in actors)
        whom = sorted(code or name for code, name in told if code or name)
        return plain(" ".join([str(rule), str(resource.get("status", "")), *whom]))
    return ""


def _answers(holder: Resource) -> Iterator[tuple[str, str]]:
    for item in objects(holder.get("item")):
        given = objects(item.get("answer"))
        for one in given:
            yield plain(str(item.get("text") or item.get("linkId"))), plain(" ".join(values(one)))
        for inner in (item, *given):
            yield from _answers(inner)


def _named(resource: Resource, paths: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for path in paths:
        for one in _listed(resource.get(path)):
            yield from identifiers(one)


def _written(found: Any) -> Texts:
    return tuple(sorted({f"{system}|{value}" for system, value in found}))
