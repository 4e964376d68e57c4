"""What a rebuilt record says otherwise than the live one did when the messages were taken: by ids and digests alone."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from services.platform.postgres import Connection
from services.record.rebuild_place import SQL

MOST_LISTED = 1000
"""Source records that are listed; all of them are counted."""

_KINDS = (
    "person",
    "facts",
    "sum",
    "version",
    "entry",
    "facet",
    "duplicate",
    "link",
    "ruling",
    "asset",
    "number",
    "key",
)
_KINDS_OF_OTHER_RULES = ("person", "version", "entry")
"""Under other rules, or another model, what the people's records show; not all that leads to it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A source record of which the two records do not say the same."""

    source_record: str
    kinds: tuple[str, ...]
    """Of what: its person, facts, sum, versions, entries, facets, duplicates, links, rulings, listed services (asset),
    numbers or keys."""
    person: str | None
    """The live record's; None where it has none."""
    rebuilt_person: str | None
    digest: str | None
    """Of all that the live record said of it."""
    rebuilt_digest: str | None


class Shifts(NamedTuple):
    """What became of persons and entries."""

    persons: int
    rebuilt_persons: int
    merges: int
    """Persons that are another's now."""
    splits: int
    """Persons that came out of another."""
    entries: int
    rebuilt_entries: int
    refolded: int
    """Things that are in another entry now."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The live record beside the rebuilt one."""

    version: str
    """The rules and the model of the live record."""
    rebuilt_version: str
    messages: int
    rebuilt_digest: str
    """As `carethread digest` tells it."""
    shifts: Shifts
    differing: int
    """Source records of which the two do not say the same."""
    differences: Sequence[Difference]
    """The first of them."""

    @property
    def same_version(self) -> bool:
        """Whether the two have to be the same."""
        return self.version == self.rebuilt_version

    @property
    def passed(self) -> bool:
        """Whether the live record is what the messages make of it, as far as that can be asked of it."""
        return not self.differing or not self.same_version

    def as_dict(self) -> dict[str, Any]:
        """As machines read it."""
        told = asdict(self)
        return told | {
            "shifts": self.shifts._asdict(),
            "same_version": self.same_version,
            "passed": self.passed,
        }


async def read_shifts(live: Connection) -> Shifts:
    """What became of persons and entries, by the words noted of both records."""
    row = await (await live.execute(SQL["shifts"])).fetchone()
    assert row is not None
    return Shifts(*row)


async def read_differences(live: Connection, *, same_version: bool) -> tuple[int, list[Difference]]:
    """How many source records the two records do not say the same of, and the first of those."""
    kinds = _KINDS if same_version else _KINDS_OF_OTHER_RULES
    given = {"kinds": list(kinds), "most": MOST_LISTED}
    rows = await (await live.execute(SQL["differences"], given, binary=True)).fetchall()
    found = [
        Difference(id_.hex(), tuple(of), _hex(was), _hex(now), _hex(word), _hex(rebuilt))
        for id_, of, was, now, word, rebuilt, _ in rows
    ]
    return (rows[0][-1] if rows else 0), found


def _hex(given: bytes | None) -> str | None:
    return None if given is None else given.hex()
