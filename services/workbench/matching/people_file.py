"""A file of people: its rows as profiles, with their ids and, where asked for, their true ids."""

from collections.abc import Callable
from dataclasses import dataclass

from services.domain.identity.profile import Profile, profile
from services.workbench.matching.columns import Columns
from services.workbench.matching.table import Table
from services.workbench.matching.telling import teller

_STEP = 1000


@dataclass(frozen=True, slots=True)
class People:
    """A file that was read; its lists have an item for each row, in order."""

    source: str
    """What it is called in the result."""
    columns: Columns
    profiles: list[Profile]
    ids: list[str]
    """The ids in the file; the row's number, counted from 1, where it has no such column."""
    true_ids: list[str]
    """The ids in the column of answers; none where none was named."""

    @property
    def has_ids(self) -> bool:
        """Whether the file has ids of its own."""
        return "id" in self.columns.of


def read_people(table: Table, source: str, columns: Columns, progress: Callable[[int, int], None]) -> People:
    """The people of a file; `progress` is told the line reached, and of how many.

    Raises:
        CannotMatch: A row cannot be read.
    """
    told, at_id, at_answer = teller(columns), columns.first("id"), columns.answer
    profiles: list[Profile] = []
    ids: list[str] = []
    true_ids: list[str] = []
    lines = table.lines
    for number, (line, cells) in enumerate(table.rows(), 1):
        if number % _STEP == 0:
            progress(min(line, lines), lines)
        profiles.append(profile(told(cells)))
        ids.append(str(number) if at_id is None else cells[at_id])
        if at_answer is not None:
            true_ids.append(cells[at_answer])
    progress(lines, lines)
    return People(source, columns, profiles, ids, true_ids)
