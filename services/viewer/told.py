"""What somebody who writes of a person has to know: who it is, and where their referrals stand, as they may see it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from psycopg_pool import AsyncConnectionPool

from services.domain.access.reader import Reader
from services.domain.access.sight import Label
from services.domain.identity.demographics import Demographics
from services.domain.record.word import Word
from services.platform.postgres import Connection, together
from services.viewer.bounds import LIMITS
from services.viewer.directory import assets_named
from services.viewer.held import holds
from services.viewer.live.person import read_state
from services.viewer.moments import now_ticks
from services.viewer.reading import ask, ask_known, assemble, find_persons, known_of, read_told
from services.viewer.recent import ask_wanted, choose, read_rows
from services.viewer.seeing import NotSeen, seeing_why

_WHEREABOUTS = ("address:", "phone:", "email:")


class Told(NamedTuple):
    """What is known of one person, and how far their story is told."""

    person: bytes
    name: str
    facts: Demographics
    """Without the whereabouts, where the reader may not see them."""
    source_records: Sequence[bytes]
    """That the reader may see."""
    all_source_records: Sequence[bytes]
    """Of those that they may not see too."""
    labels: Mapping[bytes, Label]
    """How confidential each system of the reader's own organisation says that it is to know the person. What others
    say is theirs to lift: said again by whoever writes, it would stay, and hide from them what they told."""
    words: Sequence[Word]
    """What the story is read from, with the services of the directory that it names."""
    state: bytes
    """Of the person's page: it changes with what the reader may see of them."""


class ToldOf:
    """Reads it."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool

    async def __call__(self, reader: Reader, asked: str) -> Told | None:
        """Of the one person that `asked` names; None where there is none of whom the reader may know, or the record is
        withheld just now."""
        async with self._pool.connection() as connection:
            persons = await find_persons(connection, asked)
            if len(persons) != 1 or await holds(connection, persons[0]):
                return None
            (person,) = persons
            try:
                async with seeing_why(connection, reader, person) as (sight, decided_by):
                    as_of = now_ticks()
                    asked_of = ask_wanted(person, as_of, LIMITS), ask("state", person=person)
                    who, chosen_of, sums = await together(connection, ask_known([person]), *asked_of)
                    (known,) = known_of(who)
                    wanted = await choose(connection, person, chosen_of, sums, as_of)
                    rows = await read_rows(connection, person, wanted)
                    state = await read_state(connection, person, sight, sums)
            except NotSeen:
                return None
            record = assemble(known, await asyncio.to_thread(read_told, rows, known), [])
            listed = await assets_named(connection, record.words)
        facts = {
            name: told
            for name, told in known.facts.items()
            if sight.whereabouts or not name.startswith(_WHEREABOUTS)
        }
        ids = [one.id for one in known.source_records]
        labels = {
            one.source_record: one.label for one in decided_by.systems if one.sender == reader.organisation
        }
        every = [one.source_record for one in decided_by.systems]
        return Told(person, known.name, facts, ids, every, labels, [*record.words, *listed], state)
