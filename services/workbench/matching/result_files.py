"""The files that matching leaves: whole, or not there at all."""

import csv
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from services.workbench.matching.errors import CannotMatch
from services.workbench.matching.people_file import People


def check_writable(path: Path) -> None:
    """Refuse a path that cannot become a file, before time is spent on what goes into it.

    Raises:
        CannotMatch: with the reason.
    """
    if path.exists() and not path.is_file():
        raise CannotMatch(f"{path} is no file, so nothing can be written in its place.")
    if not path.absolute().parent.is_dir():
        raise CannotMatch(f"There is no folder {path.absolute().parent} to write {path.name} into.")


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes its name once it is finished; nothing is left of it where that fails.

    Raises:
        OSError: It cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def whole_text(path: Path) -> Iterator[TextIO]:
    """The same, for text in UTF-8."""
    with whole_file(path) as file, io.TextIOWrapper(file, encoding="utf-8", newline="") as text:
        yield text


def write_clusters(path: Path, files: Sequence[People], clusters: Sequence[int]) -> None:
    """A line for each row, in order: its number in its file, the file, its id and the cluster.

    The ids are left out where no file has any.

    Raises:
        OSError: It cannot be written.
    """
    has_ids = any(one.has_ids for one in files)
    with whole_text(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["row", "source", *(["id"] if has_ids else []), "cluster"])
        for (row, source, id_), cluster in zip(_rows(files), clusters, strict=True):
            writer.writerow([row, source, *([id_] if has_ids else []), cluster])


def write_review(path: Path, files: Sequence[People], pairs: Sequence[tuple[int, int, int]]) -> None:
    """A line for each doubtful pair, the likeliest first; weights in bits.

    Raises:
        OSError: It cannot be written.
    """
    rows = list(_rows(files))
    with whole_text(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["row_a", "source_a", "id_a", "row_b", "source_b", "id_b", "weight"])
        for one, other, weight in pairs:
            writer.writerow([*rows[one], *rows[other], f"{weight / 1000:.3f}"])


def _rows(files: Sequence[People]) -> Iterator[tuple[int, str, str]]:
    for one in files:
        for number, id_ in enumerate(one.ids, 1):
            yield number, one.source, id_ if one.has_ids else ""
