"""What one message says: about which source record, and which versions of which resources; or what it rules."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.domain.identity.demographics import Demographics, read_demographics
from services.domain.identity.ruling_message import ruling_in
from services.domain.identity.rulings import Ruled
from services.domain.identity.source_record import local_identity, source_record_id
from services.domain.record.business_identity import named_identity, resource_key
from services.domain.record.directory import Listing, directory_id, is_listing, read_listing
from services.domain.record.duplicates.facet import facet_row
from services.domain.record.duplicates.rulings import EntryRuled, entry_ruling_in
from services.domain.record.instant import instant_ticks
from services.domain.record.kinds import entry_kind, occurred
from services.domain.record.version import OWN, Rank, Version, canonical, version_id

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CareMessage:
    """A message as the record reads it."""

    source_record: bytes
    demographics: Demographics
    versions: list[Version]
    ruling: Ruled | None = None
    """What a steward rules of two source records; such a message tells nothing else."""
    listing: Listing | None = None
    """A service that is listed in the directory; such a message tells of nobody."""
    entry_ruling: EntryRuled | None = None
    """What a steward rules of two things that are told; such a message tells nothing else."""

    @property
    def is_ruling(self) -> bool:
        """Whether it is a steward's word, and tells of nobody."""
        return self.ruling is not None or self.entry_ruling is not None


def message_key(sender: str, body: bytes, corrects: bytes = b"") -> bytes:
    """SHA-256 over the length-prefixed sender and the received bytes: equal keys are a duplicate delivery.

    A correction is another message than the same bytes from the sender itself: what it corrects is hashed
    in, after a zero byte, with which no JSON begins.
    """
    name = sender.encode()
    correction = b"\0" + corrects if corrects else b""
    return hashlib.sha256(len(name).to_bytes(8, "big") + name + correction + body).digest()


def subject_of(bundle: Resource, sender: str, partnership_key: bytes) -> bytes:
    """The id of the source record that a checked message Bundle is about; of a ruling's two, the lesser.

    What lists a service is about nobody, and has the id that stands for its sender's directory.

    Raises:
        ValueError: it is a ruling, and has no instant that can be ranked.
    """
    if is_listing(bundle):
        return directory_id(sender, partnership_key)
    if (ruled := ruling_in(bundle)) is not None:
        return ruled.pair[0]
    if (entry_ruled := entry_ruling_in(bundle)) is not None:
        return min(entry_ruled.source_records)
    return source_record_id(partnership_key, sender, local_identity(patient_of(bundle)))


def needs_sent(bundle: Resource) -> bool:
    """Whether some version in the message has no instant but the message's `sent`. A ruling has none but its own."""
    if instant_ticks(bundle.get("timestamp", "")) is not None:
        return False
    return any(_own_instant(entry["resource"]) is None for entry in bundle["entry"])


def read_message(bundle: Resource, source_record: bytes, sent: int, own: int = OWN) -> CareMessage:
    """Read a checked message Bundle (one Patient, every entry a resource) of `source_record`.

    `sent` is the least instant, in ticks, at which its sender says it was sent; `own` is OWN, or CORRECTION
    where it corrects what could not be accepted. References inside the
    message are made to name the thing and not the message's copy of it, in place: `bundle` is used up.
    """
    if is_listing(bundle):
        return CareMessage(source_record, {}, [], listing=read_listing(bundle, source_record, own))
    if (ruled := ruling_in(bundle)) is not None:
        return CareMessage(source_record, {}, [], ruled)
    if (entry_ruled := entry_ruling_in(bundle)) is not None:
        return CareMessage(source_record, {}, [], entry_ruling=entry_ruled)
    keys, contents = _settle_references(bundle, source_record)
    told_at = instant_ticks(bundle.get("timestamp", ""))
    versions = []
    facts: Demographics = {}
    for entry, key, (content, content_hash) in zip(bundle["entry"], keys, contents, strict=True):
        resource: Resource = entry["resource"]
        updated = _own_instant(resource)
        instant = next((known for known in (updated, told_at) if known is not None), sent)
        rank = Rank(instant, version_id(resource.get("meta", {})), own, content_hash)
        versions.append(
            Version(
                resource_key=key,
                kind=entry_kind(resource),
                occurred=(when := occurred(resource, instant)),
                facet=facet_row(resource, when),
                rank=rank,
                content=content,
                ranked_by_sent=updated is None and told_at is None,
            )
        )
        if resource["resourceType"] == "Patient":
            facts = read_demographics(resource, rank)
    return CareMessage(source_record, facts, versions)


def thing_reference(key: bytes) -> str:
    """The reference by which the record names the thing with this key."""
    return f"urn:uuid:{UUID(bytes=key)}"


def _settle_references(
    bundle: Resource, source_record: bytes
) -> tuple[list[bytes], list[tuple[bytes, bytes]]]:
    """The key and canonical content of each entry, once references name things.

    A second pass is needed where a resource has no identity but its content, which may hold references.
    """
    resources = [entry["resource"] for entry in bundle["entry"]]
    identities = [named_identity(resource) for resource in resources]
    keys = [resource_key(source_record, identity) if identity else b"" for identity in identities]
    _rewrite_all(bundle, keys)
    if not all(identities):
        for place, resource in enumerate(resources):
            if not identities[place]:
                by_content = (resource["resourceType"], "content", canonical(resource)[1].hex())
                keys[place] = resource_key(source_record, by_content)
        _rewrite_all(bundle, keys)
    return keys, [canonical(resource) for resource in resources]


def _rewrite_all(bundle: Resource, keys: list[bytes]) -> None:
    names: dict[str, str] = {}
    for entry, key in zip(bundle["entry"], keys, strict=True):
        if not key:
            continue
        resource = entry["resource"]
        if "fullUrl" in entry:
            names[entry["fullUrl"]] = thing_reference(key)
        if "id" in resource:
            names.setdefault(f"{resource['resourceType']}/{resource['id']}", thing_reference(key))
    for entry in bundle["entry"]:
        _rewrite(entry["resource"], names)


def _rewrite(node: Any, names: dict[str, str]) -> None:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "reference" and isinstance(value, str):
                node[name] = names.get(value, value)
            elif isinstance(value, dict | list):
                _rewrite(value, names)
    elif isinstance(node, list):
        for value in node:
            _rewrite(value, names)


def _own_instant(resource: Resource) -> int | None:
    return instant_ticks(resource.get("meta", {}).get("lastUpdated", ""))


def patient_of(bundle: Resource) -> Resource:
    """The one Patient of a checked message Bundle."""
    found: Resource = next(
        e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient"
    )
    return found
