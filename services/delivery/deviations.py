"""Deviations that only the other messages can tell: they come and go with what is here, so they are read afresh.

Acceptance looks at a message alone, so that the order of arrival decides nothing; its sender is told all the
same what does not fit the rest.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from schemas.fhir.bars import is_bars
from schemas.fhir.bars_tables import EVENTS, WITHDRAWN
from schemas.outcome import OutcomeNote
from services.delivery.events import fetch
from services.domain.record.version import Version
from services.platform.postgres import Connection

NOT_CURRENT = frozenset((*WITHDRAWN, "completed", "fulfilled", "noshow"))
"""Statuses after which there is nothing left to cancel (FHIR R4 request-status, appointmentstatus)."""

_WORDS = {
    "bars-response-unknown": "It answers a message that is not here yet (BaRS Core 1.5.0, Responses).",
    "bars-cancel-not-current": "It cancels what is not current here (BaRS Core 1.5.0, Cancellation).",
    "id-reused": "Other messages of yours have the same id and other content; each is kept as its own message.",
    "request-id-reused": "Its X-Request-Id was also that of another message (BaRS API 1.4.0, Retries).",
}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a message claims of others."""

    sender_id: str | None
    answers: str | None
    """The id of the message that it answers (BaRS: the Bundle.id of the request)."""
    withdraws: list[tuple[str, Version]]
    """Where it withdraws a request or booking, and the version that says so."""


def claims(bundle: dict[str, Any], versions: list[Version]) -> Claims:
    """The claims of a message Bundle whose entries tell these versions."""
    sender_id = bundle.get("id")
    header = bundle["entry"][0]["resource"]
    event = EVENTS.get(header["eventCoding"].get("code", "")) if is_bars(bundle) else None
    if event is None:
        return Claims(sender_id, None, [])
    answers = header.get("response", {}).get("identifier") if event.answers else None
    withdraws = [
        (f"Bundle.entry[{place}].resource.status", version)
        for place, (entry, version) in enumerate(zip(bundle["entry"], versions, strict=True))
        if not event.answers
        and entry["resource"]["resourceType"] == event.root
        and entry["resource"].get("status") in WITHDRAWN
    ]
    return Claims(sender_id, answers, withdraws)


async def deviations(
    connection: Connection, sender: str, claimed: dict[bytes, Claims]
) -> dict[bytes, list[OutcomeNote]]:
    """What does not fit the other messages here, by message key: one query for each kind, for all at once."""
    known = await _known_ids(connection, claimed)
    reused = await _reused_ids(connection, sender, claimed)
    rows = await fetch(connection, "reused_request_ids", keys=list(claimed))
    reused_requests: dict[bytes, int] = dict(rows)
    not_current = await _not_current(connection, claimed)
    return {
        key: [
            *([_note("bars-response-unknown", _RESPONSE)] if one.answers not in known else []),
            *(_note("bars-cancel-not-current", place) for place in not_current.get(key, [])),
            *([_note("id-reused", "Bundle.id", reused[one.sender_id])] if one.sender_id in reused else []),
            *([_note("request-id-reused", "", reused_requests[key])] if key in reused_requests else []),
        ]
        for key, one in claimed.items()
    }


_RESPONSE = "Bundle.entry[0].resource.response.identifier"


async def _known_ids(connection: Connection, claimed: dict[bytes, Claims]) -> set[str | None]:
    asked = {one.answers for one in claimed.values() if one.answers is not None}
    rows = await fetch(connection, "known_ids", sender_ids=list(asked)) if asked else []
    return {None, *(id_ for (id_,) in rows)}


async def _reused_ids(
    connection: Connection, sender: str, claimed: dict[bytes, Claims]
) -> dict[str | None, int]:
    ids = {one.sender_id for one in claimed.values() if one.sender_id is not None}
    return dict(await fetch(connection, "reused_ids", sender=sender, sender_ids=list(ids))) if ids else {}


async def _not_current(connection: Connection, claimed: dict[bytes, Claims]) -> dict[bytes, list[str]]:
    """Where each message withdraws what, by rank, was not current before it, or was never here."""
    asked = [(key, place, version) for key, one in claimed.items() for place, version in one.withdraws]
    if not asked:
        return {}
    rows = await fetch(connection, "versions_before", **version_arrays([version for *_, version in asked]))
    before = {place: orjson.loads(content).get("status") for place, content in rows}
    found: dict[bytes, list[str]] = {}
    for number, (key, place, _) in enumerate(asked, 1):
        if number not in before or before[number] in NOT_CURRENT:
            found.setdefault(key, []).append(place)
    return found


def version_arrays(versions: list[Version]) -> dict[str, list[Any]]:
    """The versions as the queries take them."""
    return {
        "resource_keys": [one.resource_key for one in versions],
        "instants": [one.rank.instant for one in versions],
        "version_ids": [one.rank.version_id for one in versions],
        "own": [one.rank.own for one in versions],
        "content_hashes": [one.rank.content_hash for one in versions],
    }


def _note(name: str, place: str, count: int = 1) -> OutcomeNote:
    return OutcomeNote(name=name, text=_WORDS[name], place=place, count=count)
