"""Finding people by what somebody remembers of them: read from one index, and ranked."""

import asyncio
from collections import defaultdict
from typing import Any, NamedTuple

from services.domain.access.reader import Reader
from services.domain.access.sight import Refusal
from services.domain.finding.asked import Asked, read_asked
from services.domain.finding.ranking import Answer, answer, best_first
from services.domain.finding.terms import asked_terms
from services.domain.identity.demographics import profile_of
from services.domain.identity.model import Model
from services.domain.identity.profile_row import from_row
from services.platform.postgres import Connection
from services.viewer.reading import Known, fetch, read_all_known
from services.viewer.seeing import seen_of, sights_of

MOST_FOUND = 20
_MOST_COMPARED = 60
"""Source records: those that share what weighs most of what is asked."""


class Found(NamedTuple):
    """Somebody who answers to what was asked."""

    known: Known
    why: tuple[str, ...]
    """What agrees, in words."""


async def find(connection: Connection, asked: str, model: Model, reader: Reader) -> list[Found]:
    """Whoever answers to `asked`, the best first, at most 20; nobody of whom the reader may not even learn."""
    question = read_asked(asked)
    if question.is_nothing:
        return []
    found = await _look(connection, question, model, reader, widely=False)
    if not found or not _answer(question, found[0], model).is_plain(question):
        found = await _look(connection, question, model, reader, widely=True)
    by_person = {one.person: one for one in found}
    ranked = best_first([(id_, _answer(question, one, model)) for id_, one in by_person.items()], MOST_FOUND)
    return [Found(by_person[person], told.why) for person, told in ranked]


async def _look(
    connection: Connection, question: Asked, model: Model, reader: Reader, *, widely: bool
) -> list[Known]:
    """The best as the reader may see them: who is hidden, and what is, has no part in who is listed and who is not."""
    looked_up = await asyncio.to_thread(asked_terms, question, model, widely=widely)
    rows = await fetch(
        connection,
        "found",
        terms=list(looked_up),
        weights=list(looked_up.values()),
        most=_MOST_COMPARED,
    )
    told: defaultdict[bytes, list[Any]] = defaultdict(list)
    for person, row in rows:
        told[person].append(row)
    known = {one.person: one for one in await read_all_known(connection, list(told))}
    seen = {one.person: one for one in await as_seen(connection, reader, list(known.values()))}

    def rank() -> list[Known]:
        """By the rows that were found, which are quick to read, where nothing of the person is hidden."""
        found = [
            (id_, answer(question, map(from_row, told[id_]), model))
            if one == known[id_]
            else (id_, _answer(question, one, model))
            for id_, one in seen.items()
        ]
        return [seen[person] for person, _ in best_first(found, MOST_FOUND)]

    return await asyncio.to_thread(rank)


def _answer(question: Asked, known: Known, model: Model) -> Answer:
    return answer(question, [profile_of(told.facts) for told in known.source_records], model)


async def as_seen(connection: Connection, reader: Reader, found: list[Known]) -> list[Known]:
    """Who they are by the systems that are open to the reader; without those of whom they may not even learn."""
    sights = await sights_of(connection, reader, found)
    decided = ((one, sights[one.person]) for one in found)
    return [
        seen_of(one, seen) for one, seen in decided if not isinstance(seen, Refusal) or not seen.is_secret
    ]
