"""Finding people by what somebody remembers of them: read from one index, and ranked."""

import asyncio
from collections import defaultdict
from typing import NamedTuple

from services.domain.access.reader import Reader
from services.domain.access.sight import Refusal
from services.domain.finding.asked import Asked, read_asked
from services.domain.finding.ranking import Answer, answer, best_first
from services.domain.finding.terms import asked_terms
from services.domain.identity.demographics import profile_of
from services.domain.identity.model import Model
from services.domain.identity.profile import Profile
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
    found = await _look(connection, question, model, widely=False)
    if not found or not found[0][1].is_plain(question):
        found = await _look(connection, question, model, widely=True)
    known = {one.person: one for one in await read_all_known(connection, [person for person, _ in found])}
    seen = await as_seen(connection, reader, [known[person] for person, _ in found if person in known])
    by_person = {one.person: one for one in seen}
    ranked = best_first([(id_, _answer(question, one, model)) for id_, one in by_person.items()], MOST_FOUND)
    return [Found(by_person[person], told.why) for person, told in ranked]


async def _look(
    connection: Connection, question: Asked, model: Model, *, widely: bool
) -> list[tuple[bytes, Answer]]:
    looked_up = await asyncio.to_thread(asked_terms, question, model, widely=widely)
    rows = await fetch(
        connection,
        "found",
        terms=list(looked_up),
        weights=list(looked_up.values()),
        most=_MOST_COMPARED,
    )

    def rank() -> list[tuple[bytes, Answer]]:
        told: defaultdict[bytes, list[Profile]] = defaultdict(list)
        for person, row in rows:
            told[person].append(from_row(row))
        found = [(person, answer(question, profiles, model)) for person, profiles in told.items()]
        return best_first(found, MOST_FOUND)

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
