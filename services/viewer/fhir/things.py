"""What systems told of a person, a page at a time, as FHIR resources that each have an address of their own."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from services.domain.access.kinds import goes_with
from services.domain.access.sight import Sight
from services.domain.record.business_identity import resource_key
from services.domain.record.kinds import AGREEMENT, CONTEXT, KINDS, kind_of
from services.domain.record.version import Rank, as_served
from services.platform.access import Partner
from services.platform.postgres import Connection
from services.platform.queries import load_queries
from services.viewer.fhir.query import Place, Query
from services.viewer.referral_check import ODS_SYSTEM

SQL = load_queries(__package__)

ALL_KINDS = (*sorted({kind.name for kind in KINDS.values()}), AGREEMENT, CONTEXT)

_MOST_BYTES = 8 * 1024 * 1024
"""From this length on a page has no more: a document may be as long as a message."""
_URN = "urn:uuid:"
_WHEREABOUTS = ("address", "telecom", "contact", "generalPractitioner", "managingOrganization")
"""What of a Patient says where they are, or leads there (PDS, restricted records: address, telecom and GP)."""

Resource = dict[str, Any]


class Thing(NamedTuple):
    """One system's current word on one thing."""

    key: bytes
    source_record: bytes
    sender: str
    occurred: int
    resource: Resource
    """As it is served but for its references."""
    told_id: str
    """How its own system calls it: the resource type and id, and the version where it numbers them; else empty."""
    message_key: bytes
    """Of the message that told it."""
    rank: Rank

    @property
    def address(self) -> str:
        """Its address below the base: its resource type and id."""
        return f"{self.resource['resourceType']}/{UUID(bytes=self.key)}"


class Page(NamedTuple):
    """Some of what is told, newest first."""

    things: list[Thing]
    next: Place | None
    """Where the next page begins; None where there is no more."""


def key_of(text: str) -> bytes | None:
    """The key in the id of a resource, which is written as a UUID; None where it is none."""
    if len(text) != len(str(UUID(int=0))):
        return None
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found.bytes if str(found) == text.lower() else None


def patient_key(source_record: bytes) -> bytes:
    """The key of the Patient by which a system tells who the person is."""
    return resource_key(source_record, ("Patient",))


async def read_page(connection: Connection, person: bytes, kinds: Sequence[str], query: Query) -> Page:
    """The page of a person's things of these kinds that a query asks for."""
    return await _read_page(connection, person, kinds, "", query)


async def read_page_of_type(connection: Connection, person: bytes, name: str, query: Query) -> Page:
    """The same of one resource type."""
    kinds = [kind_of(name), *([AGREEMENT] if name == "Task" else [])]
    wanted = f'"{name}"' if kinds[0] in _UNSURE else ""
    return await _read_page(connection, person, kinds, wanted, query)


async def read_thing(connection: Connection, person: bytes, key: bytes) -> Thing | None:
    """One thing of a person, or None."""
    rows = await _fetch(connection, "thing", person=person, key=key)
    return _thing(rows[0]) if rows else None


async def person_of(connection: Connection, key: bytes) -> bytes | None:
    """Whom a thing is told of, or None where there is no such thing."""
    rows = await _fetch(connection, "person_of", key=key)
    return rows[0][0] if rows else None


def shown(things: Iterable[Thing], seen: Sight) -> list[Thing]:
    """Those that the reader is shown: what is no entry, and may say anything, only where all of its system's words are.

    The database hides entries by their kind, but whatever is no entry is of one kind to it.
    """
    kinds = {one.source_record: one.kinds for one in seen.opened}
    return [one for one in things if goes_with(one.resource["resourceType"], kinds[one.source_record])]


async def settle(
    connection: Connection, things: Iterable[Thing], names: Mapping[str, Partner], seen: Sight
) -> list[Resource]:
    """The resources as they are served: references lead to addresses here, a tag says whose system told it, and where
    the reader may not know of it nothing says where the person lives.

    A reference to what is not there, or not for the reader, stays the name that it is.
    """
    listed = list(things)
    references = [one for thing in listed for one in _references(thing.resource)]
    keys = {UUID(one["reference"]).bytes for one in references}
    types = await _types(connection, keys) if keys else {}
    for one in references:
        key = UUID(one["reference"]).bytes
        if key in types:
            one["reference"] = f"{types[key]}/{UUID(bytes=key)}"
    return [_told(thing, names, seen) for thing in listed]


async def _read_page(
    connection: Connection, person: bytes, kinds: Sequence[str], wanted: str, query: Query
) -> Page:
    given = {"person": person, "kinds": list(kinds), "type": wanted, "most": query.size + 1}
    bounds = {"least": query.least, "before": query.before, "most_bytes": _MOST_BYTES}
    rows = await _fetch(connection, "things", **given, **bounds, **query.after._asdict())
    things = [_thing(row[:-1]) for row in rows[: query.size]]
    more = bool(rows) and rows[0][-1] > len(things)
    return Page(things, Place(things[-1].occurred, things[-1].key) if more else None)


async def _fetch(connection: Connection, query: str, **given: Any) -> list[Any]:
    return await (await connection.execute(SQL[query], given, binary=True)).fetchall()


async def _types(connection: Connection, keys: Iterable[bytes]) -> dict[bytes, str]:
    rows = await _fetch(connection, "types", keys=list(keys), unsure=sorted(_UNSURE))
    return {key: orjson.loads(told) if told else _TYPES[kind] for key, kind, told in rows}


def _thing(row: Sequence[Any]) -> Thing:
    key, source_record, sender, occurred, content, message_key, *ranked = row
    rank = Rank(*ranked)
    resource = as_served(content, rank)
    told_id = f"{resource['resourceType']}/{resource['id']}" if "id" in resource else ""
    if told_id and "versionId" in resource["meta"]:
        told_id = f"{told_id}/_history/{resource['meta']['versionId']}"
    resource["id"] = str(UUID(bytes=key))
    resource["meta"]["versionId"] = version_of(*map(str, rank[:-1]), rank.content_hash.hex())
    return Thing(key, source_record, sender, occurred, resource, told_id, message_key or b"", rank)


def version_of(*told: str) -> str:
    """The versionId of what is told so: another where anything of it is another."""
    return hashlib.sha256("|".join(told).encode()).hexdigest()[:16]


def _told(thing: Thing, names: Mapping[str, Partner], seen: Sight) -> Resource:
    resource = thing.resource
    tag = {"system": ODS_SYSTEM, "code": thing.sender}
    if thing.sender in names:
        tag["display"] = names[thing.sender].name
    meta = resource["meta"]
    meta["tag"] = [*meta.get("tag", []), tag]
    if resource["resourceType"] == "Patient" and not seen.whereabouts:
        for name in _WHEREABOUTS:
            resource.pop(name, None)
    return resource


def _references(node: Any) -> Iterator[dict[str, Any]]:
    """Every Reference in a resource that names a thing by its key."""
    if isinstance(node, dict):
        literal = node.get("reference")
        if isinstance(literal, str) and literal.startswith(_URN) and key_of(literal.removeprefix(_URN)):
            yield node
        for value in node.values():
            if isinstance(value, dict | list):
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


_OF_KIND: dict[str, list[str]] = {}
for _name, _kind in KINDS.items():
    _OF_KIND.setdefault(_kind.name, []).append(_name)
_UNSURE = frozenset({kind for kind, types in _OF_KIND.items() if types[1:]} | {CONTEXT})
"""Kinds that do not say the resource type."""
_TYPES = {kind: types[0] for kind, types in _OF_KIND.items() if kind not in _UNSURE} | {AGREEMENT: "Task"}
