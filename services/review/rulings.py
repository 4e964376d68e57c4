"""Rulings: those that were made on two records or two things, from the messages that brought them, and one more."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from psycopg_pool import AsyncConnectionPool

from schemas.fhir.reread import reread
from schemas.fhir.ruling import LONGEST_WORDS, entry_ruling_bundle, ruling_bundle, said_by
from services.domain.identity.ruling_message import ruling_in
from services.domain.identity.rulings import Pair, Verdict
from services.domain.record.duplicates.rulings import Thing, entry_ruling_in
from services.domain.record.instant import instant_text, instant_ticks
from services.platform.postgres import Connection
from services.platform.topics import PARTNERSHIP
from services.review.queue import SQL

Accept = Callable[[bytes], Awaitable[bytes]]
"""Accepts the message of a ruling, and gives its key."""

WORDS = {
    Verdict.SAME: "the same person",
    Verdict.NOT_SAME: "not the same person",
    Verdict.UNDO: "the ruling before is undone",
}
"""What a ruling on two source records says, in words."""

ENTRY_WORDS = WORDS | {Verdict.SAME: "one entry", Verdict.NOT_SAME: "two entries"}
"""What a ruling on two things says, in words."""


class Two(NamedTuple):
    """Two on which a steward can rule, and how that is written and read."""

    source_record: bytes
    """In whose stream the rulings on them are."""
    names: tuple[str, str]
    bundle: Callable[..., dict[str, Any]]
    """Makes the message that rules so."""
    read: Callable[[dict[str, Any]], tuple[Verdict, int] | None]
    """The verdict of a message on these two, and its instant; None of any other message."""
    words: Mapping[Verdict, str]


def two_records(both: Pair) -> Two:
    """Two source records, which are of one person or not."""

    def read(bundle: dict[str, Any]) -> tuple[Verdict, int] | None:
        ruled = ruling_in(bundle)
        return (ruled.verdict, ruled.instant) if ruled is not None and ruled.pair == both else None

    return Two(both[0], (both[0].hex(), both[1].hex()), ruling_bundle, read, WORDS)


def two_things(one: Thing, other: Thing) -> Two:
    """Two things, which are one entry or not."""

    def read(bundle: dict[str, Any]) -> tuple[Verdict, int] | None:
        ruled = entry_ruling_in(bundle)
        return (ruled.verdict, ruled.instant) if ruled and {ruled.one, ruled.other} == {one, other} else None

    least = min(one.source_record, other.source_record)
    return Two(least, (one.name, other.name), entry_ruling_bundle, read, ENTRY_WORDS)


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


async def made_on(connection: Connection, two: Two) -> list[Made]:
    """The rulings on these two, the one that holds first."""
    given = {"sender": PARTNERSHIP, "one": two.source_record}
    rows = await (await connection.execute(SQL["ruled"], given, binary=True)).fetchall()
    found = []
    for key, _, body, is_pending in rows:
        bundle = reread(body)
        if (ruled := two.read(bundle)) is not None:
            found.append(Made(key, *ruled, *said_by(bundle), is_pending))
    return found


async def rule(
    pool: AsyncConnectionPool[Connection],
    accept: Accept,
    two: Two,
    verdict: Verdict,
    *,
    by: str,
    reason: str,
    seen: bytes | None = None,
) -> bytes:
    """Rule on two, and give the key of the message that says so; it is accepted, and the record follows it.

    `seen` is the key of the latest ruling that whoever rules had before them, empty where there was none; without it,
    whatever was ruled before is taken as known. The instant is now, and later than any ruling on the two that is here,
    so that a clock that is behind does not make this one count for nothing.

    Raises:
        CannotRule: somebody else ruled meanwhile, there is nothing to undo, or words are missing.
        schemas.fhir.issue.Refused: the message was refused.
        PoolTimeout, or one of postgres.TRANSIENT: nothing was ruled.
    """
    by, reason = (" ".join(words.split()) for words in (by, reason))
    _require(by, reason)
    async with pool.connection() as connection:
        made = await made_on(connection, two)
    latest = made[0] if made else None
    if seen is not None and seen != (latest.key if latest else b"") and latest is not None:
        raise CannotRule(
            f"{latest.by} has ruled on these two since this page was opened: {two.words[latest.verdict]}. "
            "Read that first; nothing was changed."
        )
    if verdict is Verdict.UNDO and (latest is None or latest.verdict is Verdict.UNDO):
        raise CannotRule("No ruling on these two is in force, so there is none to undo; nothing was changed.")
    instant = max(_now(), latest.instant + 1 if latest else 0)
    bundle = two.bundle(*two.names, verdict.value, by=by, reason=reason, at=instant_text(instant))
    return await accept(orjson.dumps(bundle))


def _require(by: str, reason: str) -> None:
    if not by:
        raise CannotRule("Give your name, so that it is known who ruled; nothing was changed.")
    if not reason:
        raise CannotRule("Give the reason, so that whoever looks again knows why; nothing was changed.")
    if max(len(by), len(reason)) > LONGEST_WORDS:
        raise CannotRule(f"A name and a reason have at most {LONGEST_WORDS} characters; nothing was changed.")


def _now() -> int:
    return instant_ticks(datetime.now(UTC).isoformat(timespec="microseconds")) or 0
