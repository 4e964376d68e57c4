"""What `carethread audit` and `carethread subject-access` print: sentences for people, JSON for machines."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from rich.text import Text

from services import show
from services.audit.events import Written
from services.audit.verify import Finding, Verification
from services.platform.access import Partner
from services.show import out, plain, print_json
from services.viewer.reading import CareRecord

_HEADINGS = {
    "messages": "What was sent about this person",
    "rulings": "What stewards ruled",
    "quarantined": "What could not be accepted",
    "held_back": "For what the record was or is withheld",
    "deliveries": "How often each message came",
    "outcomes": "What senders were told of them",
    "given": "Whose systems were given it, and how far",
    "notices": "Who was told to stop showing it",
    "requests": "Requests by which they came",
    "traces": "Questions to the Personal Demographics Service",
    "glass": "When somebody opened it although it was closed to them",
    "uploads": "Sheets that name this person, which others are in too",
}


def verified(walk: Verification, found: Sequence[Finding], *, json: bool) -> None:
    """Whether every chain is as it was written; what is wrong with it, and where."""
    if json:
        counts = {"events": walk.events, "writers": len(walk.heads), "after_anchors": walk.after_anchors}
        print_json(counts | {"findings": [one._asdict() for one in found]})
        return
    for one in found:
        where = f"{one.writer}, event {one.seq}" if one.writer and one.seq else one.writer
        where = where or (f"anchors, line {one.seq}" if one.seq else "anchors")
        out.print(f"[bold red]{plain(where)}[/]: {plain(one.words)}")
    chains = "one chain" if len(walk.heads) == 1 else f"{len(walk.heads):,} chains"
    said = f"{walk.events:,} events in {chains}"
    if found:
        out.print(f"{said}: [bold red]not as they were written[/].")
    else:
        out.print(f"{said}: [bold green]as they were written[/].")
    if walk.after_anchors:
        out.print(f"[dim]{walk.after_anchors:,} of them are not vouched for by an anchor yet.[/]")


def anchored(walk: Verification, *, json: bool) -> None:
    """How far each chain is."""
    if json:
        print_json({writer: head.seq for writer, head in sorted(walk.heads.items())})
        return
    for writer, head in sorted(walk.heads.items()):
        out.print(f"{plain(writer)}  [bold]{head.seq:,}[/]")


def events(found: Sequence[Written], *, json: bool) -> None:
    """The events, the newest first."""
    if json:
        print_json([{"writer": one.writer, "seq": one.seq, "event": one.event} for one in found])
        return
    if not found:
        out.print("Nothing is written of that.")
    for one in found:
        out.print(_line(one))


def _line(one: Written) -> str:
    at = one.event["recorded"][:19].replace("T", " ")
    acted = f" of {plain(one.organisation)}" if one.organisation else ""
    ended = {"0": "", "4": "  [yellow]refused[/]"}.get(one.event["outcome"], "  [yellow]failed[/]")
    who = f"{plain(one.who)} [dim]({plain(one.role) or 'not known'}{acted})[/]"
    return f"{at}  [bold]{plain(one.kind):<11}[/]  {who}  {plain(one.doing)}{ended}"


def subject_json(document: Mapping[str, Any]) -> None:
    """Everything, as one document."""
    sys.stdout.buffer.write(_dumped(document) + b"\n")


def subject(document: Mapping[str, Any], record: CareRecord, names: Mapping[str, Partner]) -> None:
    """Everything, as a person reads it."""
    show.care_record(record, names)
    for name, heading in _HEADINGS.items():
        out.print(f"\n[bold]{heading}[/]  [dim]{len(document[name]):,}[/]")
        for one in document[name]:
            out.print(f"  {_said(one, names)}")
    out.print(f"\n[bold]Who saw it, or did something to it[/]  [dim]{len(document['seen']):,}[/]")
    for one in document["seen"]:
        out.print(f"  {_line(Written(one['writer'], one['seq'], one['event']))}")
    out.print("\n[dim]All of it as it is kept: --json, or --out FOLDER.[/]")


def subject_folder(
    folder: Path, document: Mapping[str, Any], record: CareRecord, names: Mapping[str, Partner]
) -> None:
    """Everything as files: what a person reads, and one JSON file for each part."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, part in document.items():
        if name != "person":
            (folder / f"{name}.json").write_bytes(_dumped(part) + b"\n")
    with (folder / "everything.txt").open("w") as file:
        with out.capture() as captured:
            subject(document, record, names)
        file.write(Text.from_ansi(captured.get()).plain + "\n")
    out.print(f"Written to {plain(str(folder))}: begin with everything.txt.")


def _said(one: Mapping[str, Any], names: Mapping[str, Partner]) -> str:
    told = {
        name: value for name, value in one.items() if name not in ("body", "issues") and value is not None
    }
    if (partner := names.get(str(told.get("sender")))) is not None:
        told["sender"] = partner.name
    return plain("  ".join(f"{name.replace('_', ' ')} {value}" for name, value in told.items()))


def _dumped(document: Any) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)
