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

from schemas.outcome import Outcome
from schemas.scorecard import Scorecard
from schemas.status import DigestResult, StatusCounts
from services.delivery.scorecard import median_in_words, share_in_words
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
        print_json({**counts, "messages": told})
        return
    for one in outcomes:
        if one.outcome == "refused":
            out.print(f"[red]refused[/]  {plain(one.place)}: {plain(one.said)}")
    out.print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))


def verdicts(found: Sequence[Any], json: bool) -> None:
    """What is wrong in each file, and where that is written."""
    told = [one.as_dict() for one in found]
    if json:
        for one in told:
            print(jsonlib.dumps(one, ensure_ascii=False))
        return
    for one in told:
        out.print(f"{'[green]valid    [/]' if one['ok'] else '[red]not valid[/]'}  {plain(one['file'])}")
        for issue in one["issues"]:
            section = f" [dim]{plain(issue['section'])}[/]" if issue["section"] else ""
            out.print(f"  [red]{issue['code']}[/]{_at(issue)}: {plain(issue['text'])}{section}")
        for note in one["notes"]:
            out.print(f"  [yellow]{note['kind']}[/]{_at(note)}: {plain(note['text'])}")
    valid = sum(one["ok"] for one in told)
    out.print(f"{valid:,} valid, {len(told) - valid:,} not valid")


def _at(told: Mapping[str, Any]) -> str:
    return f" at {plain(told['place'])}" if told["place"] else ""


def sheet(told: Mapping[str, Any], json: bool) -> None:
    """What would become of each row of an uploaded sheet, or what became of it once it is committed."""
    if json:
        print_json(told)
        return
    if told["committed_at"]:
        out.print(told["said"])
    else:
        for column in told["ignored_columns"]:
            out.print(f"[yellow]left out[/]  {plain(column)}")
        for notice in told["notices"]:
            out.print(plain(notice))
        for row in told["rows"]:
            _sheet_row(row)
        if told["left_alone"]:
            out.print(f"Rows of earlier sheets that are not in this one stay so: {told['left_alone']:,}.")
    out.print(", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in told["counts"].items()))


def _sheet_row(row: Mapping[str, Any]) -> None:
    colour = {"refused": "red", "changed": "yellow", "new": "green"}.get(row["fate"], "dim")
    said = plain("; ".join(part for part in (row["person"], row["entry"]) if part))
    out.print(f"[{colour}]{row['fate']:<9}[/]  row {row['row']}: {said}")
    for problem in row["problems"]:
        where = f"{plain(problem['column'])}: " if problem["column"] else ""
        out.print(f"           {where}{plain(problem['wrong'])} {plain(problem['right'])}")
    if not row["problems"]:
        for warning in row["warnings"]:
            out.print(f"           [dim]{plain(warning)}[/]")


def replayed(sent: Mapping[str, int], counts: StatusCounts, json: bool, *, waited: bool) -> None:
    """What a replay sent, and how the stack stands."""
    if json:
        print_json({**sent, "status": counts.model_dump()})
        return
    done = "all of it is accepted and applied, or quarantined with its reason" if waited else "not waited for"
    out.print(f"Sent {sent['sent']:,} records of {sent['distinct']:,} messages: {done}.")
    status(counts, json=False)


def status(counts: StatusCounts, json: bool) -> None:
    """The counts, which add up."""
    if json:
        print_json(counts.model_dump())
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, count in counts.model_dump().items():
        table.add_row(name.replace("_", " "), f"[bold]{count:,}[/]")
    out.print(table)


def digest(result: DigestResult, json: bool) -> None:
    """The digest of all records."""
    if json:
        print_json(result.model_dump())
    else:
        out.print(f"{result.records:,} records  {result.digest}")


def people(found: Sequence[tuple[bytes, str, int]], json: bool) -> None:
    """Everybody who has a record."""
    if json:
        print_json([{"person": id_.hex(), "name": name, "systems": systems} for id_, name, systems in found])
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


def outcomes(found: Sequence[Outcome], json: bool) -> None:
    """What became of messages, as their senders are told."""
    if json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    if not found:
        out.print("Nothing has become of any message yet.")
    for one in found:
        name = one.sender_id or one.message_key[:16]
        at = one.at.isoformat(sep=" ", timespec="seconds")
        out.print(f"{at}  {plain(one.sender or '-'):<6}  [bold]{one.status:<11}[/]  {plain(name)}")
        for words in _about(one):
            out.print(f"{'':29}[dim]{plain(words)}[/]")


def scorecards(cards: Sequence[Scorecard], json: bool) -> None:
    """How good what each partner sends is."""
    if json:
        print_json([card.model_dump(mode="json") for card in cards])
        return
    for card in cards:
        number, late = card.nhs_number, card.lateness
        out.print(f"[bold]{plain(card.name)}[/]  [dim]{plain(card.partner)}[/]")
        lines = {
            "messages": f"{card.messages:,}",
            "NHS number": f"{number.missing:,} missing ({share_in_words(number.missing_share)}), "
            f"{number.invalid:,} invalid ({share_in_words(number.invalid_share)}), "
            f"{number.unverified:,} unverified ({share_in_words(number.unverified_share)})",
            "late": f"{late.late:,} of {late.dated:,} by more than {late.threshold_hours:g} h",
            "median delay": median_in_words(late),
            "sent again": f"{card.duplicate_deliveries:,}",
            "repaired": _counts(card.repaired, card.repairs),
            "deviations": _counts(sum(card.deviations.values()), card.deviations),
            "quarantined": f"{card.quarantined.open:,} open, {card.quarantined.resolved:,} resolved",
            "refused": _counts(sum(card.refused.values()), card.refused),
            "superseded": f"{card.entries_superseded:,} versions of entries",
        }
        for name, words in lines.items():
            out.print(f"  {name:<12} {plain(words)}")


def _about(one: Outcome) -> Iterator[str]:
    yield from (f"{issue.text} {f'({issue.place})' if issue.place else ''}".strip() for issue in one.issues)
    for words, refs in (
        ("duplicate of", [one.duplicate_of]),
        ("superseded by", one.superseded_by or []),
        ("corrects", [one.corrects]),
        ("corrected by", [one.corrected_by]),
    ):
        yield from (f"{words} {ref.sender_id or ref.message_key[:16]}" for ref in refs if ref)
    yield from (f"repaired: {note.text}" for note in one.repairs)
    yield from (f"taken as it is: {note.text}" for note in one.deviations)


def _counts(total: int, by_name: Mapping[str, int]) -> str:
    named = ", ".join(f"{name} {count:,}" for name, count in by_name.items())
    return f"{total:,} ({named})" if named else f"{total:,}"


def bench(result: Mapping[str, Any], json: bool) -> None:
    """What the measurement found."""
    if json:
        print_json(result)
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


def _systems(count: int) -> str:
    return "1 system" if count == 1 else f"{count} systems"


def print_json(document: Any) -> None:
    """A document, for machines."""
    print(jsonlib.dumps(document, indent=2, ensure_ascii=False))
