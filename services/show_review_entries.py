"""What `carethread review` prints of entries that may be one: plain sentences and two columns, JSON for machines."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from services.platform.access import Partner
from services.review.entry_queue import EntryItem
from services.review.entry_reading import EntryDoubt
from services.review.entry_views import (
    ThingView,
    WordingRow,
    by_rules,
    entry_item_view,
    entry_standing,
    thing_view,
    wording_rows,
)
from services.review.rulings import ENTRY_WORDS
from services.review.views import ruling_view
from services.show import out, plain, print_json

_KEY_DIGITS = 12
_PIPED_WIDTH = 200
"""Columns where no terminal says how many it has."""


def entry_item(item: EntryItem, names: Mapping[str, Partner]) -> None:
    """A pair as it is listed."""
    seen = entry_item_view(item, names)
    keys = " ".join(side.key[:_KEY_DIGITS] for side in (seen.one, seen.other))
    out.print(f"  [bold]{keys}[/]  {plain(seen.why)}")
    for side in (seen.one, seen.other):
        when = f", {side.when}" if side.when else ""
        out.print(f"    {side.kind}: {plain(side.title)}{plain(when)}  [dim]{plain(side.partner.name)}[/]")


def entry_item_json(item: EntryItem, names: Mapping[str, Partner]) -> dict[str, Any]:
    """A pair as machines read it."""
    return {
        "kind": item.kind.value,
        "why": item.why,
        "grade": item.grade,
        "rule": item.rule,
        "things": [_side_json(thing_view(side, names), side.sender) for side in (item.one, item.other)],
    }


def pair(doubt: EntryDoubt, names: Mapping[str, Partner], json: bool) -> None:
    """Two wordings side by side."""
    sides = [thing_view(one, names) for one in (doubt.one, doubt.other)]
    rows = wording_rows(doubt, names)
    made = [ruling_view(one, ENTRY_WORDS) for one in doubt.made]
    if json:
        document = {
            "things": [
                _side_json(side, told.sender)
                for side, told in zip(sides, (doubt.one, doubt.other), strict=True)
            ],
            "one_entry": doubt.is_one,
            "standing": entry_standing(doubt),
            "by_rules": by_rules(doubt),
            "wordings": [{"what": row.label, "says": [row.one, row.other]} for row in rows],
            "rulings": [
                {
                    "message_key": ruling.key.hex(),
                    "verdict": ruling.verdict.value,
                    "at": view.moment,
                    "by": ruling.by,
                    "reason": ruling.reason,
                    "pending": ruling.is_pending,
                }
                for ruling, view in zip(doubt.made, made, strict=True)
            ],
        }
        print_json(document)
        return
    out.print(f"[bold]{entry_standing(doubt)}[/]\n{plain(by_rules(doubt))}\n")
    wide = out if out.is_terminal else Console(highlight=False, width=_PIPED_WIDTH)
    wide.print(_table(sides, rows))
    out.print("")
    for ruling in made:
        pending = "  [yellow]on its way to the record[/]" if ruling.is_pending else ""
        out.print(
            f"{ruling.moment}  [bold]{ruling.words}[/]  {plain(ruling.by)}: {plain(ruling.reason)}{pending}"
        )


def came_of(doubt: EntryDoubt) -> dict[str, Any]:
    """What came of a ruling on two things that the record follows."""
    return {"one_entry": doubt.is_one, "standing": entry_standing(doubt)}


def _table(sides: Sequence[ThingView], rows: Sequence[WordingRow]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("")
    for side in sides:
        table.add_column(f"{plain(side.partner.name)}\n[dim]{side.key[:_KEY_DIGITS]}[/]")
    for row in rows:
        table.add_row(
            row.label, *("\n".join(map(plain, said)) or "[dim]-[/]" for said in (row.one, row.other))
        )
    return table


def _side_json(side: ThingView, sender: str) -> dict[str, Any]:
    return {
        "key": side.key,
        "source_record": side.record,
        "person": side.person,
        "sender": sender,
        "organisation": side.partner.name,
        "entry_kind": side.kind,
        "when": None if side.is_withheld else side.when,
        "title": None if side.is_withheld else side.title,
        "detail": None if side.is_withheld else side.detail,
        "withheld": side.is_withheld,
    }
