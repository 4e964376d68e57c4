"""Ruling on two entries: the two things that are judged, and whatever else was decided between their entries."""

from contextlib import suppress

from psycopg_pool import AsyncConnectionPool

from services.domain.identity.rulings import Verdict
from services.platform.postgres import Connection
from services.review.entry_reading import EntryDoubt
from services.review.rulings import Accept, CannotRule, rule, two_things


async def rule_on_entries(
    pool: AsyncConnectionPool[Connection],
    accept: Accept,
    doubt: EntryDoubt,
    verdict: Verdict,
    *,
    by: str,
    reason: str,
    seen: bytes | None = None,
) -> bytes:
    """Rule on two things, and give the key of the message that says so; `seen` is as `rulings.rule` has it.

    Whoever rules speaks of the two entries. That they are two is ruled of every other pair of things across that is in
    doubt, so that nobody is asked the same again; and with the word that they are one, or that the rules are to decide,
    what was ruled two across is taken back.

    Raises:
        CannotRule, Refused, PoolTimeout, or one of postgres.TRANSIENT: as `rulings.rule` does.
    """
    key = await rule(pool, accept, doubt.two, verdict, by=by, reason=reason, seen=seen)
    others, word = (
        (doubt.doubtful, verdict) if verdict is Verdict.NOT_SAME else (doubt.ruled_two, Verdict.UNDO)
    )
    for one, other in others:
        if (one, other) == (doubt.one.thing, doubt.other.thing):
            continue
        with suppress(CannotRule):  # whoever has just undone it was of the same mind
            await rule(pool, accept, two_things(one, other), word, by=by, reason=reason)
    return key
