"""A request and its retries (BaRS API 1.4.0, Retries): the same client, X-Request-Id and body is the same request.

What decides is a row in the transaction that accepts the message, under a lock that ends with it: no process
remembers anything, and no two of them can take one request for the first.
"""

import hashlib
from dataclasses import dataclass, replace
from uuid import UUID

from psycopg_pool import PoolTimeout

from schemas.fhir.bars import deviation, is_bars
from schemas.fhir.issue import Issue, Refused
from services.intake.accept import SQL, Checked, Kept, keep
from services.intake.acceptance import Acceptance
from services.intake.bars_headers import REQUEST_ID, RequestIds
from services.platform.postgres import TRANSIENT, Connection


@dataclass(frozen=True, slots=True)
class Answered:
    """What keeping a request's message changed."""

    checked: Checked
    kept: Kept
    repeated: bool
    """Whether this very request was processed before."""


class TooEarly(Exception):
    """This very request is just being processed."""


async def keep_request(acceptance: Acceptance, checked: Checked, ids: RequestIds) -> Answered:
    """Keep a message that was read, in one transaction of its own; its notes then tell of the headers too.

    Raises:
        TooEarly: another request with the same id and body is under way; nothing was kept.
        PoolTimeout, or one of postgres.TRANSIENT: nothing was kept.
    """
    notes = [*checked.notes, *(ids.missing() if is_bars(checked.bundle) else [])]
    async with acceptance.pool.connection() as connection, connection.transaction():
        repeated = False
        if ids.request_id is not None:
            is_first, is_reused = await _begin(connection, checked, ids.request_id)
            repeated = not is_first
            if is_reused:
                notes.append(deviation("request-id-reused", f"http.{REQUEST_ID}"))
        checked = replace(checked, notes=notes)
        return Answered(checked, await keep(connection, [checked]), repeated)


async def count_refusal(acceptance: Acceptance, sender: str, refused: Refused) -> None:
    """Count what a known sender was refused, by rule; where that fails it is not counted."""
    first: Issue = refused.issues[0]
    try:
        async with acceptance.pool.connection() as connection:
            await connection.execute(
                SQL["count_refusal"], {"sender": sender, "rule": first.rule or first.code}
            )
    except (PoolTimeout, *TRANSIENT):
        return


def request_lock(message_key: bytes, request_id: UUID) -> int:
    """The number of the PostgreSQL advisory lock under which this request is processed."""
    return int.from_bytes(hashlib.sha256(message_key + request_id.bytes).digest()[:8], "big", signed=True)


async def _begin(connection: Connection, checked: Checked, request_id: UUID) -> tuple[bool, bool]:
    """Whether it is the first such request, and whether its id was that of another body."""
    given = {
        "lock": request_lock(checked.key, request_id),
        "sender": checked.delivery.sender,
        "request_id": request_id,
        "key": checked.key,
    }
    row = await (await connection.execute(SQL["begin_request"], given)).fetchone()
    assert row is not None
    is_ours, is_first, is_reused = row
    if not is_ours:
        raise TooEarly
    return is_first, is_reused
