"""What `carethread match` and `carethread synth` print: the result on stdout, what else there is to know beside it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.show import err, hint, out, plain, print_json
from services.workbench.matching.matching import Report
from services.workbench.matching.scores import Counts, Scores
from services.workbench.synth.stream import Summary


@contextmanager
def steps(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar for each step that is told of, where a person watches; nothing where that is piped or JSON."""
    if quiet or not err.is_terminal:
        yield lambda step, done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                for earlier in tasks.values():
                    bars.update(earlier, completed=bars.tasks[earlier].total)
                tasks[step] = bars.add_task(plain(step), total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield tell
        for task in tasks.values():
            bars.update(task, completed=bars.tasks[task].total)


@contextmanager
def counting(words: str, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """How many more there are of what nobody can say the number of beforehand, where a person watches."""
    if quiet or not err.is_terminal:
        yield lambda more: None
        return
    columns = (TextColumn("{task.description}"), TextColumn("{task.completed:,}"), TimeElapsedColumn())
    with Progress(*columns, console=err) as bar:
        task = bar.add_task(words, total=None)
        yield lambda more: bar.advance(task, more)


def matched(report: Report, clusters: Path, json: bool) -> None:
    """What matching came to."""
    if json:
        print_json(report.as_dict() | {"out": str(clusters)})
        return
    _beside(report)
    table = Table(box=None, show_header=False, pad_edge=False)
    for source, count in report.rows.items():
        table.add_row(f"rows of {plain(source)}", f"[bold]{count:,}[/]")
    table.add_row("persons found", f"[bold]{report.persons:,}[/]")
    table.add_row("pairs of rows linked", f"[bold]{report.pairs:,}[/]")
    table.add_row("pairs for review", f"[bold]{report.review:,}[/]")
    table.add_row("model", plain(report.model))
    table.add_row("seconds", f"{report.seconds['total']:.1f}")
    out.print(table)
    if report.scores:
        _scores(report.scores)
    out.print(f"Written: {plain(str(clusters))}")


def invented(summary: Summary | None, rows: int | None, written: Sequence[Path], json: bool) -> None:
    """What the synthetic partnership came to: its stream, and its source records as rows, where they were asked for."""
    counts = asdict(summary) if summary else {}
    counts |= {"rows": rows} if rows is not None else {}
    if json:
        print_json(counts)
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, count in counts.items():
        table.add_row(name.replace("_", " "), f"[bold]{count:,}[/]")
    out.print(table)
    out.print(f"Written: {', '.join(plain(str(path)) for path in written)}")


def _beside(report: Report) -> None:
    for source, headings in report.ignored.items():
        if headings:
            hint(f"Ignored in {source}: {', '.join(headings)}.")
    for source, headings in report.answers.items():
        if headings:
            hint(
                f"Not used in {source}, for it seems to say who is who: {', '.join(headings)}. "
                f"To score against it: --truth-column '{headings[0]}'."
            )
    if report.unknown:
        hint(f"Lines of the truth that name ids of no row, and are not scored: {report.unknown:,}.")
    if report.unlabelled:
        hint(
            f"Rows of which the truth does not say who they are, and that are not scored: {report.unlabelled:,}."
        )


def _scores(scores: Scores) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("against the truth", "precision", "recall", "F1", "true", "found", "right"):
        table.add_column(heading, justify="left" if heading == "against the truth" else "right")
    table.add_row(scores.basis if scores.basis != "persons" else "pairs", *_counts(scores.pairs))
    if scores.persons:
        table.add_row("persons", *_counts(scores.persons))
    out.print(table)
    out.print(_false_merges(scores))


def _false_merges(scores: Scores) -> str:
    if not scores.false_merges:
        return f"None of the {scores.out_of:,} persons found that are scored has rows of two people."
    return (
        f"1 in {scores.out_of / scores.false_merges:,.0f} persons found has rows of two people or more "
        f"({scores.false_merges:,} of the {scores.out_of:,} that are scored)."
    )


def _counts(counts: Counts) -> Iterator[str]:
    for share in (counts.precision, counts.recall, counts.f1):
        yield "-" if share is None else f"[bold]{share:.4f}[/]"
    for number in (counts.true, counts.found, counts.right):
        yield f"{number:,}"
