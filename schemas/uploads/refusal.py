"""What can be wrong with a sheet: as a whole, or in one cell. Each says what is wrong and what would be right."""

from dataclasses import dataclass


class SheetRefused(Exception):
    """The file as a whole cannot be taken; `status` is the HTTP answer."""

    def __init__(self, wrong: str, right: str, status: int = 422) -> None:
        super().__init__("the sheet is refused")
        self.wrong = wrong
        self.right = right
        self.status = status


class BadCell(Exception):
    """A cell does not hold what its column may hold. The words quote the cell: they are never logged."""

    def __init__(self, wrong: str, right: str) -> None:
        super().__init__("the cell is refused")
        self.wrong = wrong
        self.right = right


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is refused: the column by its heading (empty: the row as a whole), the fault, and the remedy."""

    column: str
    wrong: str
    right: str


def quoted(text: str) -> str:
    """A cell's text as a message shows it, on one line and no longer than a glance."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= 40 else line[:39] + '…'}”"
