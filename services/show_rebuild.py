"""What `carethread rebuild` prints: what differs by ids and digests, and never what is told of anybody."""

from services.record.rebuild import Rebuilt
from services.record.rebuild_difference import Comparison, Difference, Shifts
from services.show import hint, out, plain, print_json

_MOST_SHOWN = 20
_DIGEST_DIGITS = 16


def rebuilt(result: Rebuilt, json: bool) -> None:
    """What came of a rebuild."""
    told = result.comparison
    if json:
        outcome = {"swapped": result.swapped, "caught_up": result.caught_up}
        print_json(told.as_dict() | outcome)
        return
    records, messages = _count(told.shifts.rebuilt_persons, "record"), _count(told.messages, "message")
    out.print(f"{records} of {messages}  {told.rebuilt_digest}")
    if not told.same_version:
        _shifts(told)
    elif told.passed:
        out.print("[bold green]The same[/]: the live record is what its messages make of it, byte for byte.")
    else:
        out.print(f"[bold red]Not the same[/]: {_count(told.differing, 'source record')} differ.")
        if any(_moved(told.shifts)):
            _persons(told.shifts)
    for one in told.differences[:_MOST_SHOWN]:
        _difference(one)
    if told.differing > _MOST_SHOWN:
        hint(f"{told.differing - _MOST_SHOWN:,} more: --json lists the first {len(told.differences):,}.")
    if result.swapped:
        meanwhile = (
            f", with {_count(result.caught_up, 'message')} applied meanwhile" if result.caught_up else ""
        )
        out.print(f"[bold]Swapped[/]: the rebuilt record is the live one now{meanwhile}.")
        if not told.same_version:
            out.print(
                "Start every process again with these rules and this model: record workers stop until then."
            )


def _shifts(told: Comparison) -> None:
    out.print(f"  now      {plain(told.version)}\n  rebuilt  {plain(told.rebuilt_version)}")
    _persons(told.shifts)
    out.print(f"{_count(told.differing, 'source record')} would be shown otherwise.")


def _persons(shifts: Shifts) -> None:
    merges, splits, refolded = _moved(shifts)
    out.print(
        f"Persons: {shifts.persons:,} now, {shifts.rebuilt_persons:,} rebuilt; "
        f"{_count(merges, 'merge')}, {_count(splits, 'split')}."
    )
    out.print(
        f"Entries: {shifts.entries:,} now, {shifts.rebuilt_entries:,} rebuilt; "
        f"{_count(refolded, 'thing')} in another entry."
    )


def _moved(shifts: Shifts) -> tuple[int, int, int]:
    return shifts.merges, shifts.splits, shifts.refolded


def _difference(one: Difference) -> None:
    out.print(f"[bold]{one.source_record}[/]  {', '.join(one.kinds)}")
    out.print(f"  now      person {one.person or '-'}  [dim]{_digest(one.digest)}[/]")
    out.print(f"  rebuilt  person {one.rebuilt_person or '-'}  [dim]{_digest(one.rebuilt_digest)}[/]")


def _digest(digest: str | None) -> str:
    return digest[:_DIGEST_DIGITS] if digest else "nothing"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
