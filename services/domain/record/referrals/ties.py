"""By which tokens resources belong together: what each is known by, and what it points at.

Tokens are plain strings that are equal or not, so that a table with an index can tie as well as this does.
"""

import re
from collections.abc import Iterator
from typing import Any

from services.domain.message import thing_reference
from services.domain.record.business_identity import SHARED_SYSTEMS
from services.domain.record.word import Word
from services.domain.record.words import Resource, contained, objects

_ANSWERS = ("focus", "basedOn")

_POINTS = {
    # Encounter.incomingReferral is STU3's name for basedOn, which some systems still send as R4.
    "Appointment": ("basedOn",),
    "Communication": ("basedOn", "about", "partOf", "encounter"),
    "Encounter": ("basedOn", "incomingReferral", "appointment", "partOf", "episodeOfCare"),
    "EpisodeOfCare": ("referralRequest",),
    "ServiceRequest": ("basedOn", "replaces", "encounter"),
    "Task": (*_ANSWERS, "partOf"),
}
"""By resource type, the FHIR R4 elements that tie it to a referral or to what belongs to one."""

_GROUPS = {"ServiceRequest": "requisition", "Task": "groupIdentifier"}
"""The Identifier that is common to what was asked for at one time: the same one names no single thing."""

TIED = frozenset(_POINTS) - {"ServiceRequest"}
"""The resource types that can belong to a referral."""

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LITERAL = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")


def names_of(word: Word) -> frozenset[str]:
    """What the resource is known by: its thing's key, its id within its source record, its identifiers.

    An id that is a UUID is known by it everywhere: BaRS has its receivers answer with the id they were sent.
    """
    id_ = word.resource.get("id")
    own = _by_id(word, word.resource["resourceType"], id_) if isinstance(id_, str) else ()
    return frozenset((thing_reference(word.resource_key), *own, *identifiers(word.resource)))


def points_at(word: Word) -> frozenset[str]:
    """What the resource refers to, where that can make it part of a referral; empty for all other types."""
    fields = _POINTS.get(word.resource["resourceType"], ())
    return references(word, *fields) | groups_of(word)


def references(word: Word, *fields: str) -> frozenset[str]:
    """What the resource refers to in these elements, by literal reference or by Reference.identifier.

    A relative reference, and the end of an absolute one, is an id within the sender's own source record.
    """
    return frozenset(token for field in fields for token in reference_tokens(word, word.resource.get(field)))


def answers(word: Word) -> frozenset[str]:
    """What a Task is about: its focus, else what it is based on, else the group it belongs to."""
    told = (references(word, field) for field in _ANSWERS)
    return next((one for one in told if one), groups_of(word))


def groups_of(word: Word) -> frozenset[str]:
    """The group of requests that it was made in: ServiceRequest.requisition, Task.groupIdentifier."""
    field = _GROUPS.get(word.resource["resourceType"])
    return frozenset(_identifier(word.resource.get(field))) if field else frozenset()


def identifiers(resource: Resource) -> frozenset[str]:
    """Its business identifiers as told, `system|value`: one of a shared system names the same thing everywhere."""
    if (given := resource.get("identifier")) is None:
        return frozenset()
    listed = given if isinstance(given, list) else [given]
    return frozenset(token for one in listed for token in _identifier(one))


def shared_identifiers(resource: Resource) -> frozenset[str]:
    """Those of its business identifiers that have a system which every organisation shares."""
    return frozenset(one for one in identifiers(resource) if one.partition("|")[0] in SHARED_SYSTEMS)


def reference_tokens(word: Word, node: Any) -> Iterator[str]:
    """The tokens of a Reference of this resource, or of each in a list of them."""
    for one in objects(node) if isinstance(node, list) else objects([node]):
        literal = one.get("reference")
        if isinstance(literal, str):
            yield from _literal(word, literal.partition("/_history/")[0])
        yield from _identifier(one.get("identifier"))
        if inside := contained(word.resource, one):
            yield from identifiers(inside)


def _literal(word: Word, text: str) -> Iterator[str]:
    if text.startswith("urn:uuid:"):
        yield text.lower()
    elif found := _LITERAL.fullmatch(text):
        yield from _by_id(word, found[1], found[2])


def _by_id(word: Word, kind: str, id_: str) -> Iterator[str]:
    yield f"{word.source_record.hex()}|{kind}/{id_}"
    if _UUID.fullmatch(id_.lower()):
        yield f"urn:uuid:{id_.lower()}"


def _identifier(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        system, value = node.get("system"), node.get("value")
        if isinstance(system, str) and isinstance(value, str) and system and value:
            yield f"{system}|{value}"
