"""A pair of source records as a steward judges it: what both say, what the model makes of it, and what was ruled."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.domain.identity.clustering import Member
from services.domain.identity.demographics import Demographics, from_json, profile_of
from services.domain.identity.model import Model
from services.domain.identity.rulings import Pair, Ruling, Verdict, in_force, pair
from services.domain.record.kinds import CONTEXT
from services.platform.key_search import span_of
from services.platform.postgres import Connection, snapshot
from services.review.explanation import Apart, Explanation, explain, why_apart
from services.review.queue import SQL, Side, sides_of, withheld
from services.review.rulings import Made, made_on, two_records

_ID_DIGITS = 32
_MOST_MEMBERS = 50
"""Source records of one person that are looked at: a pair of persons with more is compared in part."""


class NotThere(Exception):
    """No source record, or more than one, has an id that starts so; or both are one."""


@dataclass(frozen=True, slots=True)
class Known:
    """A source record of a person, and how many entries it tells."""

    id: bytes
    sender: str
    facts: Demographics
    entries: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two source records side by side, the lesser id first, as of one moment."""

    one: Side
    other: Side
    people: dict[bytes, list[Known]]
    """The source records of the person, or persons, that they belong to."""
    held: dict[bytes, list[bytes]]
    """Persons among these whose record is shown to nobody, each with the messages in quarantine that say so."""
    made: list[Made]
    """The rulings on the two, the one that holds first."""
    explanation: Explanation
    apart: Apart | None
    """What keeps their persons apart; None where they are of one."""

    @property
    def is_one(self) -> bool:
        """Whether they are of one person now."""
        return self.one.person == self.other.person

    @property
    def ruling(self) -> Made | None:
        """The ruling that is in force."""
        latest = self.made[0] if self.made else None
        return None if latest is None or latest.verdict is Verdict.UNDO else latest

    def members(self, person: bytes) -> list[Known]:
        """The source records of one of the persons."""
        return self.people.get(person, [])


async def find_record(connection: Connection, start: str) -> bytes:
    """The id of the one source record whose id starts with these hexadecimal digits.

    Raises:
        NotThere: there is none, or several.
    """
    span = span_of(start, _ID_DIGITS)
    if span is None:
        raise NotThere("A source record's id is hexadecimal, as 'carethread review list' shows it.")
    given = {"least": span.least, "greatest": span.greatest}
    rows = await (await connection.execute(SQL["records_between"], given, binary=True)).fetchall()
    if len(rows) != 1:
        how_many = "No" if not rows else "More than one"
        raise NotThere(f"{how_many} source record has an id that starts with {span.digits}.")
    return bytes(rows[0][0])


async def find_pair(connection: Connection, one: str, other: str) -> Pair:
    """The two source records whose ids start so, the lesser first.

    Raises:
        NotThere: one of them is not there, or they are one.
    """
    found = [await find_record(connection, start) for start in (one, other)]
    if found[0] == found[1]:
        raise NotThere("These are one source record: a review is of two.")
    return pair(*found)


async def read_doubt(connection: Connection, both: Pair, model: Model) -> Doubt:
    """Two source records that have told something, side by side.

    Raises:
        NotThere: one of them has not.
    """
    async with snapshot(connection):
        sides = await sides_of(connection, both)
        if len(sides) != len(both):
            raise NotThere("One of these source records is not here.")
        one, other = (sides[id_] for id_ in both)
        persons = list({one.person, other.person})
        people = await _people(connection, persons)
        held = await withheld(connection, persons)
        made = await made_on(connection, two_records(both))
        ids = [known.id for members in people.values() for known in members]
        rulings = await _rulings_among(connection, [*ids, *both])
    explanation, apart = await asyncio.to_thread(_explain, one, other, people, rulings, model)
    return Doubt(one, other, people, held, made, explanation, apart)


def _explain(
    one: Side, other: Side, people: dict[bytes, list[Known]], rulings: dict[Pair, Verdict], model: Model
) -> tuple[Explanation, Apart | None]:
    explanation = explain(profile_of(one.facts), profile_of(other.facts), model)
    if one.person == other.person:
        return explanation, None
    ones, others = (_members(side, people) for side in (one, other))
    return explanation, why_apart(ones, others, rulings, model)


def _members(side: Side, people: dict[bytes, list[Known]]) -> list[Member]:
    """The record itself first, and the others of its person."""
    facts = {side.id: side.facts} | {known.id: known.facts for known in people[side.person]}
    return [Member(id_, profile_of(told)) for id_, told in facts.items()]


async def _people(connection: Connection, persons: Sequence[bytes]) -> dict[bytes, list[Known]]:
    given: dict[str, Any] = {"persons": list(persons), "context": CONTEXT, "most": _MOST_MEMBERS}
    found: dict[bytes, list[Known]] = {person: [] for person in persons}
    rows = await connection.execute(SQL["members"], given, binary=True)
    for id_, sender, person, facts, entries in await rows.fetchall():
        found[person].append(Known(id_, sender, from_json(facts), entries))
    return found


async def _rulings_among(connection: Connection, ids: Sequence[bytes]) -> dict[Pair, Verdict]:
    rows = await connection.execute(SQL["rulings_among"], {"ids": list(ids)}, binary=True)
    return in_force(
        Ruling(instant, key, (one, other), Verdict(verdict))
        for key, one, other, instant, verdict in await rows.fetchall()
    )
