"""Versions of a resource, and the one total order among them, which arrival has no part in."""

import hashlib
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from services.domain.record import digest
from services.domain.record.instant import instant_text

NO_VERSION_ID = -1
OWN, CORRECTION = 1, 0
_LONGEST_VERSION_ID = 18
"""Digits of a versionId that are read as a number (a signed 64-bit integer); a longer one is not numeric."""


class Rank(NamedTuple):
    """Which of two versions is the later: by what the source says of them, never by when they came."""

    instant: int
    """Ticks of meta.lastUpdated, else of Bundle.timestamp, else of `sent`."""
    version_id: int
    """meta.versionId where it is a number, else NO_VERSION_ID."""
    own: int
    """OWN, or CORRECTION, which never outranks what the sender says itself at the same instant and version."""
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one resource, as one source record's system told it."""

    resource_key: bytes
    kind: str
    occurred: int
    """When the entry happened, in ticks."""
    facet: bytes
    """What is compared of it with what other systems tell, as `facet.to_row` has it; empty where nothing is."""
    rank: Rank
    content: bytes
    """Canonical JSON: sorted keys, no meta.lastUpdated or meta.versionId (the rank has them)."""
    ranked_by_sent: bool
    """Whether the instant is the message's `sent`, which a later delivery can lower."""

    def element(self, source_record: bytes) -> int:
        """This version in the digest: history is part of the record, so a changed past shows too."""
        return version_element(source_record, self.resource_key, self.rank)


def version_element(source_record: bytes, resource_key: bytes, rank: Rank) -> int:
    """The digest's element for one kept version."""
    order = b"%d,%d,%d" % (rank.instant, rank.version_id, rank.own)
    return digest.element(b"version", source_record, resource_key, order, rank.content_hash)


def head_element(
    source_record: bytes, resource_key: bytes, entry_key: bytes, kind: str, content_hash: bytes
) -> int:
    """The digest's element for the version that is current, and the entry it tells of."""
    return digest.element(b"current", source_record, resource_key, entry_key, kind.encode(), content_hash)


def link_element(person: bytes, source_record: bytes) -> int:
    """The digest's element for a source record that belongs to a person."""
    return digest.element(b"link", person, source_record)


def version_id(meta: dict[str, Any]) -> int:
    """meta.versionId as a number, else NO_VERSION_ID."""
    text = meta.get("versionId", "")
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= _LONGEST_VERSION_ID:
        return int(text)
    return NO_VERSION_ID


def canonical(resource: dict[str, Any]) -> tuple[bytes, bytes]:
    """The content of `resource` and its SHA-256, the same however its source spelled or stamped it."""
    meta = {
        name: value
        for name, value in resource.get("meta", {}).items()
        if name not in ("lastUpdated", "versionId")
    }
    told = {**resource, "meta": meta}
    if not meta:
        del told["meta"]
    content = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
    return content, hashlib.sha256(content).digest()


def as_served(content: bytes, rank: Rank) -> dict[str, Any]:
    """The resource as it is shown: its content, with its rank as meta.lastUpdated and meta.versionId."""
    resource: dict[str, Any] = orjson.loads(content)
    meta = resource.setdefault("meta", {})
    meta["lastUpdated"] = instant_text(rank.instant)
    if rank.version_id != NO_VERSION_ID:
        meta["versionId"] = str(rank.version_id)
    return resource
