"""Two things as a steward judges whether they are one entry: both wordings, what rules make of them, what was ruled."""

from dataclasses import dataclass

from services.domain.identity.decision import Grade
from services.domain.identity.rulings import Pair, Verdict, pair
from services.domain.record.duplicates.decision import Decision, decide
from services.domain.record.duplicates.rulings import Thing
from services.domain.record.kinds import CONTEXT
from services.platform.key_search import span_of
from services.platform.postgres import Connection, snapshot
from services.review.queue import withheld
from services.review.reading import NotThere
from services.review.rulings import Made, Two, made_on, two_things
from services.review.things import SQL, Told, in_entries, read_things

_KEY_DIGITS = 32


@dataclass(frozen=True, slots=True)
class EntryDoubt:
    """Two things side by side, the lesser key first, as of one moment."""

    one: Told
    other: Told
    entries: dict[bytes, list[Told]]
    """All things of the entry, or entries, that they are in."""
    held: dict[bytes, list[bytes]]
    """Persons among these whose record is shown to nobody, each with the messages in quarantine that say so."""
    made: list[Made]
    """The rulings on the two, the one that holds first."""
    decision: Decision | None
    """What the rules make of the two, whatever was ruled."""
    doubtful: list[tuple[Thing, Thing]]
    """Of two entries, the pairs across that are or may be one, the nearest first."""
    ruled_two: list[tuple[Thing, Thing]]
    """Of two entries, the pairs across that are ruled two."""

    @property
    def two(self) -> Two:
        """What is ruled on."""
        return two_things(self.one.thing, self.other.thing)

    @property
    def is_one(self) -> bool:
        """Whether they are in one entry now."""
        return self.one.entry == self.other.entry

    @property
    def ruling(self) -> Made | None:
        """The ruling that is in force."""
        latest = self.made[0] if self.made else None
        return None if latest is None or latest.verdict is Verdict.UNDO else latest

    @property
    def nearest(self) -> Pair | None:
        """The pair of the two entries to judge, where nothing is known of these two themselves."""
        asked = (self.one.thing, self.other.thing)
        if self.is_one or self.made or not self.doubtful or asked in self.doubtful:
            return None
        one, other = self.doubtful[0]
        return one.resource_key, other.resource_key


async def find_thing(connection: Connection, start: str) -> bytes:
    """The key of the one thing whose key starts with these hexadecimal digits.

    Raises:
        NotThere: there is none, or several.
    """
    span = span_of(start, _KEY_DIGITS)
    if span is None:
        raise NotThere("A thing's key is hexadecimal, as 'carethread review list --kind entries' shows it.")
    given = {"least": span.least, "greatest": span.greatest, "context": CONTEXT}
    rows = await (await connection.execute(SQL["things_between"], given, binary=True)).fetchall()
    if len(rows) != 1:
        how_many = "Nothing told has a key" if not rows else "More than one thing has a key"
        raise NotThere(f"{how_many} that starts with {span.digits}.")
    return bytes(rows[0][0])


async def find_things(connection: Connection, one: str, other: str) -> Pair:
    """The two things whose keys start so, the lesser first.

    Raises:
        NotThere: one of them is not there, or they are one.
    """
    found = [await find_thing(connection, start) for start in (one, other)]
    if found[0] == found[1]:
        raise NotThere("These are one thing of one system: a review is of two.")
    return pair(*found)


async def read_entry_doubt(connection: Connection, both: Pair) -> EntryDoubt:
    """Two things side by side.

    Raises:
        NotThere: one of them is not there.
    """
    async with snapshot(connection):
        told = await read_things(connection, both)
        if len(told) != len(both):
            raise NotThere("One of these is not here.")
        one, other = (told[key] for key in both)
        entries = await in_entries(connection, (one, other))
        held = await withheld(connection, list({one.person, other.person}))
        made = await made_on(connection, two_things(one.thing, other.thing))
        across = await _across(connection, entries, one, other)
    doubtful = [both for both, grade in across.items() if grade is not Grade.CERTAINLY_NOT]
    ruled_two = [both for both, grade in across.items() if grade is Grade.CERTAINLY_NOT]
    return EntryDoubt(one, other, entries, held, made, _by_rules(one, other), doubtful, ruled_two)


def _by_rules(one: Told, other: Told) -> Decision | None:
    """As the record decides, which compares what two senders tell alone."""
    if one.facet is None or other.facet is None or one.sender == other.sender:
        return None
    return decide(one.facet, other.facet)


async def _across(
    connection: Connection, entries: dict[bytes, list[Told]], one: Told, other: Told
) -> dict[tuple[Thing, Thing], Grade]:
    """What is decided of the things of two entries, one of each; nothing where both are in one."""
    if one.entry == other.entry:
        return {}
    ones, others = (entries[side.entry] for side in (one, other))
    given = {"ones": [each.key for each in ones], "others": [each.key for each in others]}
    rows = await connection.execute(SQL["decided_between"], given, binary=True)
    things = {each.key: each.thing for each in (*ones, *others)}
    return {(things[left], things[right]): Grade(grade) for left, right, grade in await rows.fetchall()}
