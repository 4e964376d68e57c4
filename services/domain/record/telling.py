"""What one system says of an entry, in words a person reads. Total: any accepted resource can be told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from services.domain.record.instant import instant_text
from services.domain.record.kinds import KINDS, at_path, said_when

Resource = dict[str, Any]

WITHDRAWN = "entered-in-error"
"""The status by which a FHIR source takes back what it said."""

_CONSENT = {"permit": "Sharing is permitted", "deny": "Sharing is refused"}
_STATUS_FIELDS = ("status", "lifecycleStatus", "clinicalStatus")


@dataclass(frozen=True, slots=True)
class Telling:
    """The words for one system's current version of an entry."""

    when: str
    """The moment as its source gave it, or the version's own instant where it gave none."""
    title: str
    status: str
    detail: str


def tell(resource: Resource, instant: int) -> Telling:
    """The words of a resource whose type is in KINDS; `instant` is that of its version, in ticks."""
    kind = KINDS[resource["resourceType"]]
    titles = (words for path in kind.what for words in _words(at_path(resource, path)))
    detail = [words for say in _DETAILS for words in say(resource) if words]
    return Telling(
        when=said_when(resource) or instant_text(instant),
        title=next(titles, kind.name),
        status=next((words for field in _STATUS_FIELDS for words in _words(resource.get(field))), ""),
        detail=" ".join(dict.fromkeys(detail)),
    )


def _consent(resource: Resource) -> Iterator[str]:
    """What a consent permits or refuses: without it, a refusal would read like a consent."""
    provision = resource.get("provision")
    if resource["resourceType"] != "Consent" or not isinstance(provision, dict):
        return
    for rule in (provision, *_objects(provision.get("provision"))):
        if said := _CONSENT.get(str(rule.get("type"))):
            whom = [words for one in _objects(rule.get("actor")) for words in _first(one.get("reference"))]
            yield f"{said} with {', '.join(whom)}." if whom else f"{said}."


def _score(resource: Resource) -> Iterator[str]:
    if "valueInteger" in resource:
        yield str(resource["valueInteger"])
    for quantity in _objects([resource.get("valueQuantity")]):
        if "value" in quantity:
            yield f"{quantity['value']} {quantity.get('unit', '')}".strip()
    yield from _first(resource.get("valueString"))
    yield from _first(resource.get("valueCodeableConcept"))


def _answers(resource: Resource) -> Iterator[str]:
    for item in _objects(resource.get("item")):
        values = (value for one in _objects(item.get("answer")) for value in one.values())
        said = [str(value) if isinstance(value, int | float) else "".join(_first(value)) for value in values]
        if answer := ", ".join(words for words in said if words):
            yield f"{item.get('text', 'Answer')}: {answer}."


def _why(resource: Resource) -> Iterator[str]:
    if resource["resourceType"] in ("ServiceRequest", "Encounter", "Appointment", "Task"):
        yield from _first(resource.get("reasonCode"))
    yield from _first(resource.get("statusReason"))
    yield from _first(resource.get("achievementStatus"))


def _activities(resource: Resource) -> Iterator[str]:
    planned = _objects(resource.get("activity"))
    yield "; ".join(words for one in planned for words in _first(at_path(one, "detail.description")))


def _said(resource: Resource) -> Iterator[str]:
    for one in _objects(resource.get("payload")):
        yield from _first(one.get("contentString"))
    for one in _objects(resource.get("note")):
        yield from _first(one.get("text"))


_DETAILS: tuple[Callable[[Resource], Iterator[str]], ...] = (
    _consent,
    _score,
    _answers,
    _why,
    _activities,
    _said,
)


def _first(node: Any) -> Iterator[str]:
    yield from list(_words(node))[:1]


def _words(node: Any) -> Iterator[str]:
    """The plain words of a string, Coding, CodeableConcept, Reference or a list of them, best first."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for one in node:
            yield from _words(one)
    elif isinstance(node, dict):
        yield from (node[field] for field in ("text", "display") if isinstance(node.get(field), str))
        yield from _words(node.get("coding", []))
        if isinstance(node.get("code"), str):
            yield node["code"]


def _objects(node: Any) -> Iterator[Resource]:
    if isinstance(node, list):
        yield from (one for one in node if isinstance(one, dict))
