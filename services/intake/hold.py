"""Failing closed: whose record is not shown while a message about their consent, a restriction or safeguarding
waits in quarantine.

A hold names people by the tokens that the record finds them by, so it also holds for whoever becomes known
later. It is in force until what resolves the message is in the record.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from schemas.fhir.at_risk import REASONS, Reason, find_at_risk, find_named
from schemas.fhir.issue import Refused
from schemas.fhir.repair import repair
from schemas.fhir.salvage import nodes
from schemas.fhir.shapes import as_message
from services.domain.identity.demographics import is_valid
from services.domain.identity.source_record import local_identity, source_record_id
from services.platform import metrics
from services.platform.postgres import Connection
from services.platform.queries import load_queries

log = logging.getLogger(__name__)

SQL = load_queries(__package__, "quarantine.sql")

MOST_NAMED = 50
"""Tokens that are kept of one message: a message is about one person, and names a family at most."""

NOBODY = ""
"""The token of a message that names nobody who can be found: it waits for a steward like the others."""

_SOURCE_RECORD = "source-record:"
"""What the tokens of a sender's own people begin with."""

for _reason in REASONS:
    metrics.QUARANTINE_AT_RISK.labels(_reason)  # shown as 0, so that the first is seen as an increase

_UNREADABLE = (AttributeError, LookupError, TypeError, ValueError, RecursionError, Refused)
"""What reading a faulty document as if it were sound may come to."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a message that was not accepted cannot wait, and whose records are held because of it."""

    reasons: tuple[Reason, ...]
    tokens: frozenset[str]
    """Valid NHS numbers, and `source-record:` with an id in hexadecimal; or NOBODY alone."""


def hold_for(body: bytes, sender: str, partnership_key: bytes) -> Hold | None:
    """The hold that a message which is not accepted calls for, if any."""
    found = find_at_risk(body)
    if found is None:
        return None
    patients = [*found.patients, *_patients_as_read(body)]
    tokens = _tokens(found.nhs_numbers, patients, sender, partnership_key)
    return Hold(found.reasons, frozenset(tokens or {NOBODY}))


def named_in(document: Any, sender: str, partnership_key: bytes) -> frozenset[str]:
    """The tokens of those whom a message that is not accepted names: nothing is withheld for it, and it is said.

    Where they are too many, those of the sender's own people come before NHS numbers, which anything may hold.
    """
    found = find_named(document)
    tokens = _tokens(found.nhs_numbers, found.patients, sender, partnership_key)
    own_first = sorted(tokens, key=lambda one: (not one.startswith(_SOURCE_RECORD), one))
    return frozenset(own_first[:MOST_NAMED])


def _tokens(
    nhs_numbers: Iterable[str], patients: Iterable[dict[str, Any]], sender: str, partnership_key: bytes
) -> set[str]:
    numbers = {number for number in nhs_numbers if is_valid(number)}
    return numbers | {
        f"{_SOURCE_RECORD}{source_record_id(partnership_key, sender, local).hex()}"
        for local in _local_identities(patients)
        if sender
    }


async def keep_named(connection: Connection, named: Mapping[bytes, frozenset[str]]) -> None:
    """Keep whom these quarantined messages name, in the caller's transaction."""
    rows = [(key, token) for key, tokens in sorted(named.items()) for token in sorted(tokens)]
    if rows:
        given = {"keys": [key for key, _ in rows], "tokens": [token for _, token in rows]}
        await connection.execute(SQL["name"], given)


async def keep_holds(connection: Connection, holds: Mapping[bytes, Hold]) -> None:
    """Hold the records that these quarantined messages name, in the caller's transaction."""
    rows = [
        (key, token, reason)
        for key, hold in sorted(holds.items())
        for token in sorted(hold.tokens)
        for reason in hold.reasons
    ]
    if rows:
        keys, tokens, reasons = (list(column) for column in zip(*rows, strict=True))
        await connection.execute(SQL["hold"], {"keys": keys, "tokens": tokens, "reasons": reasons})


def alert(holds: Mapping[bytes, Hold]) -> None:
    """Say that these messages were quarantined just now; ids and reasons alone."""
    for key, hold in holds.items():
        for reason in hold.reasons:
            metrics.QUARANTINE_AT_RISK.labels(reason).inc()
            log.error("A message that cannot wait is quarantined: %s", {"key": key.hex(), "reason": reason})


def _patients_as_read(body: bytes) -> Iterator[dict[str, Any]]:
    """The Patients as acceptance would read them, where it gets so far: repaired, or made of another shape."""
    try:
        document = orjson.loads(body)
        repair(document)
        yield from _patients(document)
        bundle, _ = as_message(document)
        yield from _patients(bundle)
    except _UNREADABLE:
        return


def _patients(document: Any) -> list[dict[str, Any]]:
    return [node for node in nodes(document) if node.get("resourceType") == "Patient"]


def _local_identities(patients: Iterable[dict[str, Any]]) -> Iterator[str]:
    for patient in patients:
        try:
            yield local_identity(patient)
        except _UNREADABLE:
            continue
