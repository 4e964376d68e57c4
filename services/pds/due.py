"""About whom PDS is to be asked, and what came of it: the table that keeps anybody from being asked about twice."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from services.domain.identity.demographics import from_json, valid_nhs_numbers
from services.pds.asking import Outcome
from services.pds.ladder import Question, question
from services.platform.postgres import Connection
from services.platform.queries import load_queries

SQL = load_queries(__package__)

PAGE = 500
"""Source records in one look, some 30 ms of work: a million take 33 minutes of looks a second apart, while there is
nobody to ask about."""

BATCH = 10
"""Source records that one look gives at most."""

_DAY = 24 * 3600.0
_ASK_AGAIN_AFTER: dict[Outcome, float | None] = {
    Outcome.FOUND: None,
    Outcome.NONE: 30 * _DAY,
    Outcome.MANY: 30 * _DAY,
    Outcome.DOUBTFUL: 30 * _DAY,
    Outcome.REJECTED: _DAY,
    Outcome.AWAY: 300.0,
}
"""Seconds until the same question may be asked again; None is never. Another question may be asked at once."""


class Due(NamedTuple):
    """A source record that is to be asked about."""

    source_record: bytes
    person: bytes
    question: Question


class Page(NamedTuple):
    """Who is due of the source records that were looked at."""

    due: list[Due]
    last: bytes
    """After which the next look begins; empty where this was the end of the table."""


async def look(connection: Connection, after: bytes) -> Page:
    """Those of the next source records who are due, and of whose person no system has told a valid NHS number.

    Pass after pass over the whole table, by id, finds every new and every changed source record. It costs a page at a
    time however large the table is, and needs neither an index nor a trigger where the record is written.
    """
    rows = await _fetch(connection, "page", after=after, page=PAGE)
    due = [
        Due(id_, person, asked)
        for id_, person, facts, asked_hash, is_time, is_claimed in rows
        if person
        and (asked := question(from_json(facts)))
        and (is_time or (asked.hash != asked_hash and not is_claimed))
    ]
    known = await _known_by_number(connection, [one.person for one in due])
    due = [one for one in due if one.person not in known]
    if len(due) > BATCH:
        return Page(due[:BATCH], due[BATCH - 1].source_record)
    return Page(due, rows[-1][0] if len(rows) == PAGE else b"")


async def claim(connection: Connection, due: Sequence[Due], seconds: float) -> list[Due]:
    """Those that nobody else has claimed, now ours to ask about for so long."""
    if not due:
        return []
    ids, hashes = [one.source_record for one in due], [one.question.hash for one in due]
    claimed = {id_ for (id_,) in await _fetch(connection, "claim", ids=ids, hashes=hashes, lease=seconds)}
    return [one for one in due if one.source_record in claimed]


async def note(connection: Connection, due: Due, outcome: Outcome) -> None:
    """What came of asking, which ends the claim. Not even the number that was found is kept here."""
    given = {
        "id": due.source_record,
        "hash": due.question.hash,
        "outcome": outcome,
        "wait": _ASK_AGAIN_AFTER[outcome],
    }
    await connection.execute(SQL["settle"], given)


async def _known_by_number(connection: Connection, persons: Sequence[bytes]) -> set[bytes]:
    if not persons:
        return set()
    rows = await _fetch(connection, "members", persons=list(persons))
    return {person for person, facts in rows if valid_nhs_numbers(from_json(facts))}


async def _fetch(connection: Connection, query: str, **given: Any) -> list[Any]:
    return await (await connection.execute(SQL[query], given, binary=True)).fetchall()
