"""What the command line prints: plain sentences for people, JSON for machines, progress only on a terminal."""

import json as jsonlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich import markup
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from schemas.status import DigestResult, StatusCounts
from services.platform.access import Partner
from services.platform.embedded.address_book import AddressBook
from services.viewer.reading import CareRecord, Entry

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

_began = time.monotonic()
_CONTROLS = dict.fromkeys([*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0)], "\N{REPLACEMENT CHARACTER}")


def plain(text: str) -> str:
    """Words from outside as they may be printed: no markup, and no control character that a terminal obeys."""
    return markup.escape(text.translate(_CONTROLS))


def starting(folder: Path) -> None:
    """`up` begins."""
    out.print(f"[bold]Carethread[/] is starting on {plain(str(folder))}")


def step(words: str) -> None:
    """One thing that `up` did."""
    out.print(f"[dim]{time.monotonic() - _began:5.1f} s[/]  {plain(words)}")


def is_up(book: AddressBook, link: str, publish_demo: str | None) -> None:
    """`up` is ready: where it is, how to get in, how to stop."""
    out.print(f"\n[bold green]Ready[/] at {book.http}")
    out.print(f"  Sign in (this link works once):  [bold]{link}[/]")
    if publish_demo:
        out.print(f"  A person's page:                 [bold]{book.http}/person/{publish_demo}[/]")
    out.print("  Stop with Ctrl-C.\n")


def stopped() -> None:
    """`up` has ended."""
    out.print("Stopped. The records are kept; start again to go on.")


def hint(words: str) -> None:
    """Something to know, beside the result."""
    err.print(f"[dim]{plain(words)}[/]")


@contextmanager
def progress(words: str, total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A progress bar where a person watches; nothing where the output is piped or JSON."""
    if quiet or not err.is_terminal:
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as bar:
        task = bar.add_task(words, total=total)
        yield lambda count: bar.advance(task, count)


def publish_outcomes(outcomes: Sequence[Any], json: bool) -> None:
    """What became of each published message."""
    totals = Counter(one.outcome for one in outcomes)
    counts = {outcome: totals[outcome] for outcome in ("accepted", "duplicate", "refused")}
    if json:
        told = [
            {"place": one.place, "outcome": one.outcome, "said": one.said, "message_key": one.message_key}
            for one in outcomes
        ]
        _print_json({**counts, "messages": told})
        return
    for one in outcomes:
        if one.outcome == "refused":
            out.print(f"[red]refused[/]  {plain(one.place)}: {plain(one.said)}")
    out.print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))


def replayed(sent: Mapping[str, int], counts: StatusCounts, json: bool, *, waited: bool) -> None:
    """What a replay sent, and how the stack stands."""
    if json:
        _print_json({**sent, "status": counts.model_dump()})
        return
    done = "all of it is accepted and applied, or quarantined with its reason" if waited else "not waited for"
    out.print(f"Sent {sent['sent']:,} records of {sent['distinct']:,} messages: {done}.")
    status(counts, json=False)


def status(counts: StatusCounts, json: bool) -> None:
    """The counts, which add up."""
    if json:
        _print_json(counts.model_dump())
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, count in counts.model_dump().items():
        table.add_row(name.replace("_", " "), f"[bold]{count:,}[/]")
    out.print(table)


def digest(result: DigestResult, json: bool) -> None:
    """The digest of all records."""
    if json:
        _print_json(result.model_dump())
    else:
        out.print(f"{result.records:,} records  {result.digest}")


def people(found: Sequence[tuple[bytes, str, int]], json: bool) -> None:
    """Everybody who has a record."""
    if json:
        _print_json([{"person": id_.hex(), "name": name, "systems": systems} for id_, name, systems in found])
        return
    for id_, name, systems in found:
        out.print(f"{id_.hex()}  {plain(name)}  [dim]known to {_systems(systems)}[/]")


def care_record(record: CareRecord, names: Mapping[str, Partner]) -> None:
    """A person's record."""
    out.print(f"[bold]{plain(record.name)}[/]  [dim]{record.person.hex()}[/]")
    born = record.facts.get("birth_date")
    numbers = plain(", ".join(record.nhs_numbers)) or "not known"
    out.print(f"Born {born.value if born else 'not known'} · NHS number {numbers}")
    out.print(f"Known to {_systems(len(record.source_records))}\n")
    for entry in record.entries:
        _entry(entry, names)
    out.print(f"[dim]{len(record.context)} more things are kept as context.[/]")


def quarantined(found: Sequence[Mapping[str, Any]], json: bool) -> None:
    """What could not be accepted."""
    if json:
        _print_json(found)
        return
    if not found:
        out.print("Nothing is quarantined.")
    for one in found:
        out.print(
            f"[bold]{one['message_key'][:16]}[/]  {one['received_at']}  {plain(one['sender'] or '-')}  {one['door']}"
        )
        _issues(one["issues"])


def quarantined_message(one: Mapping[str, Any], json: bool) -> None:
    """One quarantined message, with its bytes."""
    if json:
        _print_json(one)
        return
    out.print(
        f"[bold]{one['message_key']}[/]\nfrom {plain(one['sender'] or 'nobody named')} at {one['received_at']}"
    )
    _issues(one["issues"])
    out.print(f"\n{plain(one['body'])}")


def bench(result: Mapping[str, Any], json: bool) -> None:
    """What the measurement found."""
    if json:
        _print_json(result)
        return
    stream = result["throughput_stream"]
    out.print(f"{stream['messages_per_s']:,.0f} messages/s, floor {stream['floor_per_s']:,.0f}/s: ", end="")
    out.print(f"[bold]{stream['ratio_to_floor']:.2f}[/] times the floor's time")
    for stage, microseconds in result["cpu_us_per_message"].items():
        out.print(f"  {stage:<10} {microseconds:>8,.0f} µs of CPU a message")


def _entry(entry: Entry, names: Mapping[str, Partner]) -> None:
    telling = entry.sources[0].telling
    status_words = f"  [dim]{plain(telling.status)}[/]" if telling.status else ""
    out.print(f"{telling.when[:10]}  [bold]{entry.kind}[/]  {plain(telling.title)}{status_words}")
    for source in entry.sources:
        partner = names.get(source.sender) or Partner(source.sender, source.sender, "sector not given")
        detail = f": {plain(source.telling.detail)}" if source.telling.detail else ""
        out.print(f"            {plain(partner.name)} [dim]({plain(partner.sector)})[/]{detail}")


def _issues(issues: Sequence[Mapping[str, str]]) -> None:
    for issue in issues:
        place = f" at {issue['place']}" if issue["place"] else ""
        out.print(f"  [red]{issue['code']}[/]{plain(place)}: {plain(issue['text'])}")


def _systems(count: int) -> str:
    return "1 system" if count == 1 else f"{count} systems"


def _print_json(document: Any) -> None:
    print(jsonlib.dumps(document, indent=2, ensure_ascii=False))
