"""What `carethread review` prints: plain sentences and two columns for people, JSON for machines."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from services.domain.identity.model import Model
from services.platform.access import Partner
from services.review.entry_queue import EntryItem
from services.review.facts import Said
from services.review.kinds import WORDS, Kind
from services.review.queue import Item, Side
from services.review.reading import Doubt
from services.review.views import (
    FactRow,
    SideView,
    fact_rows,
    item_view,
    obstacles,
    person_view,
    ruling_view,
    side_view,
    standing,
    verdict_view,
)
from services.show import hint, out, plain, print_json
from services.show_review_entries import entry_item, entry_item_json

_ID_DIGITS = 12
_PIPED_WIDTH = 200
"""Columns where no terminal says how many it has."""


def items(
    found: Sequence[Item | EntryItem],
    counts: Mapping[Kind, int],
    names: Mapping[str, Partner],
    *,
    more: bool,
    json: bool,
) -> None:
    """The pairs that wait, and how many there are of each kind."""
    following = found[-1].cursor if found and more else None
    if json:
        print_json(
            {
                "counts": {kind.value: count for kind, count in counts.items()},
                "items": [
                    entry_item_json(one, names) if isinstance(one, EntryItem) else _item_json(one, names)
                    for one in found
                ],
                "next": following,
            }
        )
        return
    if not any(counts.values()):
        out.print("Nothing waits for a ruling.")
    for kind in Kind:
        if listed := [one for one in found if one.kind is kind]:
            out.print(f"[bold]{WORDS[kind].title}[/]  [dim]{counts[kind]:,}[/]")
            for one in listed:
                if isinstance(one, EntryItem):
                    entry_item(one, names)
                else:
                    _item(one, names)
    if following:
        hint(f"More: carethread review list --after {following}")


def pair(doubt: Doubt, model: Model, names: Mapping[str, Partner], json: bool) -> None:
    """Two source records side by side."""
    if json:
        print_json(_doubt_json(doubt, model, names))
        return
    sides = [side_view(side, names) for side in (doubt.one, doubt.other)]
    verdict = verdict_view(doubt, model)
    out.print(f"[bold]{standing(doubt)}[/]")
    out.print(f"By the model they are {verdict['grade']}. {verdict['rule']}")
    for text in obstacles(doubt, model, names):
        out.print(f"  kept apart: {plain(text)}")
    out.print("")
    wide = out if out.is_terminal else Console(highlight=False, width=_PIPED_WIDTH)
    wide.print(_table(sides, fact_rows(doubt)))
    out.print("")
    against = "two people of one household" if verdict["of_a_household"] else "two strangers"
    out.print(
        f"Held against {against} it begins at {verdict['prior']}, and comes to [bold]{verdict['total']}[/] bits: "
        f"{verdict['odds']}, by this evidence alone. A steward decides from {verdict['review']}, one person from "
        f"{verdict['link']}. [dim]Model {plain(verdict['model'])}[/]"
    )
    for side in (doubt.one, doubt.other)[: 1 if doubt.is_one else 2]:
        person = person_view(side.person, doubt, side.id, names)
        out.print(f"Person {person.id}: {person.entries:,} entries, {len(person.records) + 1} source records")
    for ruling in (ruling_view(one) for one in doubt.made):
        pending = "  [yellow]on its way to the record[/]" if ruling.is_pending else ""
        out.print(
            f"{ruling.moment}  [bold]{ruling.words}[/]  {plain(ruling.by)}: {plain(ruling.reason)}{pending}"
        )


def came_of(doubt: Doubt) -> dict[str, Any]:
    """What came of a ruling on two source records that the record follows."""
    return {"one_person": doubt.is_one, "standing": standing(doubt)}


def ruled(key: bytes, came_of_it: Mapping[str, Any] | None, json: bool) -> None:
    """A ruling was accepted; and where the record follows it, what came of it."""
    if json:
        outcome = {"outcome": "accepted", "message_key": key.hex(), "followed": came_of_it is not None}
        print_json(outcome | dict(came_of_it or {}))
        return
    out.print(f"Accepted as message [bold]{key.hex()}[/].")
    if came_of_it is not None:
        out.print(came_of_it["standing"])
    else:
        hint("The record follows it shortly; --wait waits for that.")


def _item(item: Item, names: Mapping[str, Partner]) -> None:
    seen = item_view(item, names)
    ids = " ".join(side.id[:_ID_DIGITS] for side in (seen.one, seen.other))
    out.print(f"  [bold]{ids}[/]  {seen.grade}{f', {seen.weight}' if seen.weight else ''}")
    for side in (seen.one, seen.other):
        born = f", born {side.born}" if side.born else ""
        out.print(f"    {plain(side.name)}{plain(born)}  [dim]{plain(side.partner.name)}[/]")


def _table(sides: Sequence[SideView], rows: Sequence[FactRow]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("")
    for side in sides:
        table.add_column(f"{plain(side.partner.name)}\n[dim]{side.id[:_ID_DIGITS]}[/]")
    table.add_column("How far they agree")
    for row in rows:
        evidence = [f"{one.field}: {one.level}  {one.bits}" for one in row.evidence]
        table.add_row(row.label, _sayings(row.one), _sayings(row.other), "\n".join(evidence))
    return table


def _sayings(said: Sequence[Said]) -> str:
    told = [f"{plain(one.words)}{f' [dim]({one.note})[/]' if one.note else ''}" for one in said]
    return "\n".join(told) or "[dim]-[/]"


def _item_json(item: Item, names: Mapping[str, Partner]) -> dict[str, Any]:
    return {
        "kind": item.kind.value,
        "why": WORDS[item.kind].why,
        "grade": item.grade or None,
        "rule": item.rule or None,
        "weight": item.weight if item.grade else None,
        "records": [_side_json(side, names) for side in (item.one, item.other)],
    }


def _side_json(side: Side, names: Mapping[str, Partner]) -> dict[str, Any]:
    seen = side_view(side, names)
    return {
        "id": seen.id,
        "sender": side.sender,
        "organisation": seen.partner.name,
        "person": seen.person,
        "name": None if seen.is_withheld else seen.name,
        "born": None if seen.is_withheld else seen.born or None,
        "withheld": seen.is_withheld,
    }


def _doubt_json(doubt: Doubt, model: Model, names: Mapping[str, Partner]) -> dict[str, Any]:
    explanation = doubt.explanation
    return {
        "records": [_side_json(side, names) for side in (doubt.one, doubt.other)],
        "one_person": doubt.is_one,
        "standing": standing(doubt),
        "grade": explanation.decision.grade.value,
        "rule": explanation.decision.rule.value,
        "weight": explanation.decision.weight,
        "prior": explanation.prior,
        "of_a_household": explanation.of_a_household,
        "evidence": [one._asdict() for one in explanation.evidence],
        "thresholds": {"review": model.review, "link": model.link},
        "model": model.fingerprint,
        "kept_apart": obstacles(doubt, model, names),
        "facts": [
            {"what": row.label, "says": [[one._asdict() for one in side] for side in (row.one, row.other)]}
            for row in fact_rows(doubt)
        ],
        "rulings": [
            {
                "message_key": one.key.hex(),
                "verdict": one.verdict.value,
                "at": ruling_view(one).moment,
                "by": one.by,
                "reason": one.reason,
                "pending": one.is_pending,
            }
            for one in doubt.made
        ],
    }
