"""Matching from files to files: read, link, score, write."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from services.domain.identity.linkage import Linked, link
from services.domain.identity.model import Model, NotAModel, from_json, to_json
from services.workbench.matching.columns import Columns, check_map, find_columns, read_map
from services.workbench.matching.comparing import compare_all
from services.workbench.matching.errors import CannotMatch
from services.workbench.matching.people_file import People, read_people
from services.workbench.matching.result_files import check_writable, whole_text, write_clusters, write_review
from services.workbench.matching.scores import Scores
from services.workbench.matching.table import Table, read_table
from services.workbench.matching.truth import Truth, truth_of
from services.workbench.matching.truth_file import read_truth

Progress = Callable[[str, int, int], None]
"""Told the step, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be matched, and where the results go."""

    people: Path
    out: Path
    other: Path | None = None
    columns: Path | None = None
    truth: Path | None = None
    truth_column: str | None = None
    model: Path | None = None
    save_model: Path | None = None
    review: Path | None = None

    @property
    def inputs(self) -> list[Path]:
        """The files that are read."""
        every = (self.people, self.other, self.columns, self.truth, self.model)
        return [one for one in every if one is not None]

    @property
    def outputs(self) -> list[Path]:
        """The files that are written."""
        return [one for one in (self.out, self.save_model, self.review) if one is not None]


@dataclass(frozen=True, slots=True)
class Report:
    """What matching came to."""

    rows: Mapping[str, int]
    """Of each file."""
    columns: Mapping[str, Mapping[str, list[str]]]
    """Of each file, the headings taken for each field."""
    ignored: Mapping[str, list[str]]
    """Of each file, the headings that were not taken."""
    answers: Mapping[str, list[str]]
    """Of each file, those that seem to say who is who, and were not taken."""
    persons: int
    pairs: int
    """Pairs of rows found to be of one person."""
    review: int
    """Pairs for a steward to judge."""
    model: str
    """The version of the model."""
    estimated: bool
    """Whether the model was estimated from these files."""
    scores: Scores | None
    unknown: int
    """Lines of the truth that name an id which no row has."""
    unlabelled: int
    """Rows of which the truth does not say who they are."""
    seconds: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "rows": dict(self.rows),
            "persons": self.persons,
            "pairs_linked": self.pairs,
            "pairs_for_review": self.review,
            "model": {"version": self.model, "estimated": self.estimated},
            "scores": self.scores.as_dict() if self.scores else None,
            "truth_lines_unknown": self.unknown,
            "rows_without_truth": self.unlabelled,
            "columns": {source: dict(found) for source, found in self.columns.items()},
            "ignored_columns": {
                source: [*self.ignored[source], *self.answers[source]] for source in self.rows
            },
            "seconds": {step: round(spent, 3) for step, spent in self.seconds.items()},
        }


@dataclass(slots=True)
class _Watch:
    """How long each step takes."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timing(self, step: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[step] = time.perf_counter() - began


def match(asked: Asked, progress: Progress = lambda step, done, total: None) -> Report:
    """Find who is who, and write it.

    Raises:
        CannotMatch: A file or an option cannot be used; nothing is written then.
    """
    watch = _Watch()
    _check(asked)
    model = _model(asked.model) if asked.model else None
    with watch.timing("reading"):
        tables, files = _read(asked, progress)
        truth = _truth(asked, files)
    with watch.timing("linking"):
        linked = link([one for file in files for one in file.profiles], model, progress, compare_all)
    with watch.timing("scoring"):
        scores = truth.score(linked.clusters) if truth else None
    with watch.timing("writing"):
        _write(asked, files, linked)
    return Report(
        rows={one.source: len(one.ids) for one in files},
        columns={one.source: _taken(table, one.columns) for table, one in zip(tables, files, strict=True)},
        ignored={one.source: one.columns.ignored for one in files},
        answers={one.source: one.columns.answers for one in files},
        persons=max(linked.clusters),
        pairs=sum(size * (size - 1) // 2 for size in Counter(linked.clusters).values()),
        review=len(linked.review),
        model=linked.model.version,
        estimated=model is None,
        scores=scores,
        unknown=truth.unknown if truth else 0,
        unlabelled=len(linked.clusters) - len(truth.persons) if truth and truth.persons is not None else 0,
        seconds=watch.seconds | {"total": sum(watch.seconds.values())},
    )


def _check(asked: Asked) -> None:
    """Refuse options that exclude each other, and files that would be written over."""
    if asked.truth and asked.truth_column:
        raise CannotMatch("Give the truth as a file or as a column, not as both.")
    read = {path.resolve() for path in asked.inputs}
    written: set[Path] = set()
    for path in asked.outputs:
        if path.resolve() in read:
            raise CannotMatch(f"{path} is read, and would be written over: choose another name.")
        if path.resolve() in written:
            raise CannotMatch(f"{path} would be written twice: choose another name.")
        written.add(path.resolve())
        check_writable(path)


def _read(asked: Asked, progress: Progress) -> tuple[list[Table], list[People]]:
    """The files of people, first and other."""
    tables = [read_table(path) for path in (asked.people, asked.other) if path]
    named = read_map(asked.columns) if asked.columns else {}
    check_map(named, tables)
    sources = [table.name for table in tables]
    if len(set(sources)) < len(sources):
        sources = ["people", "other"]
    found = [find_columns(table, named, asked.truth_column) for table in tables]
    files = [
        read_people(table, source, columns, partial(progress, f"Reading {source}"))
        for table, source, columns in zip(tables, sources, found, strict=True)
    ]
    return tables, files


def _truth(asked: Asked, files: Sequence[People]) -> Truth | None:
    if asked.truth:
        return read_truth(read_table(asked.truth), files)
    return truth_of(files) if asked.truth_column else None


def _model(path: Path) -> Model:
    try:
        return from_json(path.read_bytes())
    except OSError as fault:
        raise CannotMatch(f"{path} cannot be read: {fault.strerror}.") from None
    except NotAModel as fault:
        raise CannotMatch(f"{path}: {fault}") from None


def _write(asked: Asked, files: Sequence[People], linked: Linked) -> None:
    try:
        write_clusters(asked.out, files, linked.clusters)
        if asked.review:
            write_review(asked.review, files, linked.review)
        if asked.save_model:
            with whole_text(asked.save_model) as file:
                file.write(to_json(linked.model))
    except OSError as fault:
        raise CannotMatch(f"{fault.filename or asked.out} cannot be written: {fault.strerror}.") from None


def _taken(table: Table, columns: Columns) -> dict[str, list[str]]:
    return {name: [table.header[place] for place in found] for name, found in columns.of.items()}
