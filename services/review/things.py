"""Things that systems tell of, as a steward judges them: what is said now, by whom, of whom, and in which entry."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.domain.record.duplicates.facet import Facet, from_row
from services.domain.record.duplicates.rulings import Thing
from services.domain.record.kinds import CONTEXT
from services.domain.record.telling import Telling, tell
from services.domain.record.version import Rank, as_served
from services.platform.postgres import Connection
from services.platform.queries import load_queries
from services.review.queue import withheld

SQL = load_queries(__package__, "entries.sql")


@dataclass(frozen=True, slots=True)
class Told:
    """One system's current word on one thing."""

    thing: Thing
    sender: str
    person: bytes
    entry: bytes
    """The key of the entry that it is in."""
    kind: str
    facet: Facet | None
    """What rules compare of it; None where no rule compares its kind."""
    resource: dict[str, Any]
    instant: int
    is_withheld: bool
    """Whether the person's record is shown to nobody just now."""

    @property
    def key(self) -> bytes:
        """Its resource key."""
        return self.thing.resource_key

    @property
    def telling(self) -> Telling:
        """What is said, in words."""
        return tell(self.resource, self.instant)


async def read_things(connection: Connection, keys: Iterable[bytes]) -> dict[bytes, Told]:
    """The things with these resource keys that are entries, by key."""
    given = {"keys": list(keys), "context": CONTEXT}
    rows = await (await connection.execute(SQL["things"], given, binary=True)).fetchall()
    held = await withheld(connection, list({row[3] for row in rows}))
    return {row[1]: _told(row, held) for row in rows}


async def in_entries(connection: Connection, things: Sequence[Told]) -> dict[bytes, list[Told]]:
    """All things that are in the entries of these, by entry key."""
    given = {
        "persons": list({one.person for one in things}),
        "entries": list({one.entry for one in things}),
    }
    rows = await connection.execute(SQL["things_of_entries"], given, binary=True)
    told = await read_things(connection, [key for (key,) in await rows.fetchall()])
    found: dict[bytes, list[Told]] = {one.entry: [] for one in things}
    for _, one in sorted(told.items()):
        found[one.entry].append(one)
    return found


def _told(row: Sequence[Any], held: dict[bytes, list[bytes]]) -> Told:
    source_record, key, sender, person, entry, kind, facet, content, *ranked = row
    rank = Rank(*ranked)
    return Told(
        thing=Thing(source_record, key),
        sender=sender,
        person=person,
        entry=entry,
        kind=kind,
        facet=from_row(facet) if facet else None,
        resource=as_served(content, rank),
        instant=rank.instant,
        is_withheld=person in held,
    )
