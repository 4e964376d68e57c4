"""Rulings: those that were made on a pair, from the messages that brought them, and one more."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from psycopg_pool import AsyncConnectionPool

from schemas.fhir.reread import reread
from schemas.fhir.ruling import LONGEST_WORDS, ruling_bundle, said_by
from services.domain.identity.ruling_message import ruling_in
from services.domain.identity.rulings import Pair, Verdict
from services.domain.record.instant import instant_text, instant_ticks
from services.platform.postgres import Connection
from services.platform.topics import PARTNERSHIP
from services.review.queue import SQL

Accept = Callable[[bytes], Awaitable[bytes]]
"""Accepts the message of a ruling, and gives its key."""

_LOOK_EVERY = 0.05


class CannotRule(Exception):
    """Nothing was ruled; the words say why."""


@dataclass(frozen=True, slots=True)
class Made:
    """A ruling that was made: by whom, when (ticks) and why."""

    key: bytes
    verdict: Verdict
    instant: int
    by: str
    reason: str
    is_pending: bool
    """Whether the record does not follow it yet."""


async def made_on(connection: Connection, both: Pair) -> list[Made]:
    """The rulings on a pair, the one that holds first."""
    given = {"sender": PARTNERSHIP, "one": both[0]}
    rows = await (await connection.execute(SQL["ruled"], given, binary=True)).fetchall()
    found = []
    for key, _, body, is_pending in rows:
        bundle = reread(body)
        ruled = ruling_in(bundle)
        if ruled is not None and ruled.pair == both:
            by, reason = said_by(bundle)
            found.append(Made(key, ruled.verdict, ruled.instant, by, reason, is_pending))
    return found


async def rule(
    pool: AsyncConnectionPool[Connection],
    accept: Accept,
    both: Pair,
    verdict: Verdict,
    *,
    by: str,
    reason: str,
    seen: bytes | None = None,
) -> bytes:
    """Rule on a pair, and give the key of the message that says so; it is accepted, and the record follows it.

    `seen` is the key of the latest ruling that whoever rules had before them, empty where there was none; without it,
    whatever was ruled before is taken as known. The instant is now, and later than any ruling on the pair that is here,
    so that a clock that is behind does not make this one count for nothing.

    Raises:
        CannotRule: somebody else ruled meanwhile, there is nothing to undo, or words are missing.
        schemas.fhir.issue.Refused: the message was refused.
        PoolTimeout, or one of postgres.TRANSIENT: nothing was ruled.
    """
    by, reason = (" ".join(words.split()) for words in (by, reason))
    _require(by, reason)
    async with pool.connection() as connection:
        made = await made_on(connection, both)
    latest = made[0] if made else None
    if seen is not None and seen != (latest.key if latest else b"") and latest is not None:
        raise CannotRule(
            f"{latest.by} has ruled on these two since this page was opened: {WORDS[latest.verdict]}. "
            "Read that first; nothing was changed."
        )
    if verdict is Verdict.UNDO and (latest is None or latest.verdict is Verdict.UNDO):
        raise CannotRule("No ruling on these two is in force, so there is none to undo; nothing was changed.")
    instant = max(_now(), latest.instant + 1 if latest else 0)
    one, other = (id_.hex() for id_ in both)
    bundle = ruling_bundle(one, other, verdict.value, by=by, reason=reason, at=instant_text(instant))
    return await accept(orjson.dumps(bundle))


async def is_followed(pool: AsyncConnectionPool[Connection], key: bytes, within: float) -> bool:
    """Whether the record follows a ruling, waiting for that so many seconds at most."""
    deadline = time.monotonic() + within
    while True:
        async with pool.connection() as connection:
            row = await (await connection.execute(SQL["is_pending"], {"key": key})).fetchone()
        if row is not None and not row[0]:
            return True
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(_LOOK_EVERY)


WORDS = {
    Verdict.SAME: "the same person",
    Verdict.NOT_SAME: "not the same person",
    Verdict.UNDO: "the ruling before is undone",
}
"""What a ruling says, in words."""


def _require(by: str, reason: str) -> None:
    if not by:
        raise CannotRule("Give your name, so that it is known who ruled; nothing was changed.")
    if not reason:
        raise CannotRule("Give the reason, so that whoever looks again knows why; nothing was changed.")
    if max(len(by), len(reason)) > LONGEST_WORDS:
        raise CannotRule(f"A name and a reason have at most {LONGEST_WORDS} characters; nothing was changed.")


def _now() -> int:
    return instant_ticks(datetime.now(UTC).isoformat(timespec="microseconds")) or 0
