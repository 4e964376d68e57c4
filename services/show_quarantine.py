"""What `carethread quarantine` prints: plain sentences and marked lines for people, JSON for machines."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from schemas.fhir.issue import Issue
from schemas.fhir.rules import RULES
from services.intake.mark_fault import Gap, MarkedDocument, MarkedLine
from services.intake.quarantine import Group, Quarantined, age_in_words
from services.intake.resolve import Resubmitted, StillRefused
from services.show import hint, out, plain, print_json

_AROUND, _WHOLE_UP_TO, _WIDTH = 3, 60, 160
"""Lines shown on either side of a fault, the longest document shown whole, and columns of a line."""

_KEY_DIGITS = 16


def groups(found: Sequence[Group], json: bool) -> None:
    """What waits, by cause and sender."""
    if json:
        print_json([one.as_dict() for one in found])
        return
    waiting = [one for one in found if one.resolution is None]
    if not found:
        out.print("Nothing is quarantined.")
    if waiting:
        total = sum(one.messages for one in waiting)
        oldest = _age(min(one.oldest for one in waiting))
        out.print(f"{_count(total, 'message')} in {_count(len(waiting), 'group')}; the oldest came {oldest}.")
    if at_risk := sum(one.at_risk for one in waiting):
        out.print(
            f"[bold red]{_count(at_risk, 'message')} cannot wait: the records they concern are withheld.[/]"
        )
    for group in found:
        _group(group)


def messages(found: Sequence[Quarantined], json: bool) -> None:
    """One line for each message."""
    if json:
        print_json([one.as_dict() for one in found])
        return
    if not found:
        out.print("Nothing is quarantined.")
    for one in found:
        state = f"[bold red]{', '.join(one.reasons)}[/]  " if one.at_risk else ""
        done = f"  [green]{one.resolution}[/]" if one.resolution else ""
        out.print(
            f"[bold]{one.key.hex()[:_KEY_DIGITS]}[/]  {_age(one.received_at):>14}  "
            f"{plain(one.sender or '-'):<6}  {state}{plain(one.cause or '-')}{done}"
        )


def message(one: Quarantined, body: bytes, document: MarkedDocument, *, whole: bool, json: bool) -> None:
    """One message: why, from whom, and the document with its faults marked."""
    shown = document.excerpt(_AROUND, len(document.lines) if whole else _WHOLE_UP_TO, _WIDTH)
    if json:
        told = {"body": body.decode("utf-8", "replace"), "document": [_line_json(line) for line in shown]}
        print_json(one.as_dict() | told)
        return
    came = f"{one.received_at.isoformat(timespec='seconds')} ({_age(one.received_at)})"
    out.print(f"[bold]{one.key.hex()}[/]")
    out.print(
        f"from {plain(one.sender or 'nobody named')} at {came} through {plain(one.door)}, {one.size:,} bytes"
    )
    if one.at_risk:
        whose = (
            "the records of whom it names are withheld"
            if one.names_somebody
            else "it names nobody who can be found"
        )
        out.print(f"[bold red]Cannot wait[/] ({', '.join(one.reasons)}): {whose}.")
    _resolution(one)
    out.print("")
    _issues(one.issues)
    out.print("")
    _document(document, shown, one.issues)


def as_received(body: bytes) -> None:
    """The bytes, untouched; on a terminal, without what could command it."""
    if sys.stdout.isatty():
        out.print(plain(body.decode("utf-8", "replace")))
    else:
        sys.stdout.buffer.write(body)


def still_refused(fault: StillRefused, document: MarkedDocument, json: bool) -> None:
    """What is still wrong with a correction."""
    if json:
        print_json({"outcome": "refused", "issues": [issue.as_dict() for issue in fault.issues]})
        return
    out.print(plain(str(fault)))
    _issues(fault.issues)
    out.print("")
    _document(document, document.excerpt(_AROUND, _WHOLE_UP_TO, _WIDTH), fault.issues)


def corrected(one: Quarantined, correction: bytes, json: bool) -> None:
    """A correction was accepted."""
    if json:
        print_json({"outcome": "corrected", "message_key": correction.hex(), "corrects": one.key.hex()})
        return
    out.print(f"Corrected: message [bold]{correction.hex()}[/] of {plain(one.sender)} stands in its place.")


def resubmitted(result: Resubmitted, json: bool) -> None:
    """What checking again came to."""
    if json:
        print_json({"accepted": result.accepted, "stayed": result.stayed})
        return
    out.print(
        f"{_count(result.accepted, 'message')} accepted, {result.stayed:,} stay with what is wrong now."
    )


def dismissed(one: Quarantined, json: bool) -> None:
    """A message was dismissed."""
    if json:
        print_json({"outcome": "dismissed", "message_key": one.key.hex()})
        return
    out.print(f"Dismissed: {one.key.hex()}. It is kept, and stays counted as quarantined.")


def _group(group: Group) -> None:
    mark = f"  [bold red]{_count(group.at_risk, 'message')} cannot wait[/]" if group.at_risk else ""
    done = f"  [green]{group.resolution}[/]" if group.resolution else ""
    out.print(f"\n[bold]{plain(group.cause or '-')}[/]{mark}{done}")
    if group.rule:
        out.print(f"  {plain(group.rule.says)} [dim]({plain(group.rule.section)})[/]")
    ages = _age(group.oldest)
    if group.messages > 1:
        ages = f"the oldest {ages}, the newest {_age(group.newest)}"
    sender = plain(group.sender or "nobody named")
    out.print(f"  {_count(group.messages, 'message')} from {sender}: {ages}")
    out.print(f"  for example [bold]{group.example.hex()[:_KEY_DIGITS]}[/]")


def _issues(issues: Sequence[Issue]) -> None:
    for issue in issues:
        place = f" at {issue.place}" if issue.place else ""
        out.print(f"[red]{issue.code}[/]{plain(place)}: {plain(issue.text)}")
        if rule := RULES.get(issue.rule):
            out.print(f"  [dim]{issue.rule}: {plain(rule.says)} ({plain(rule.section)})[/]")


def _document(document: MarkedDocument, shown: Sequence[MarkedLine | Gap], issues: Sequence[Issue]) -> None:
    digits = len(str(len(document.lines)))
    for line in shown:
        if isinstance(line, Gap):
            out.print(f"[dim]{'':>{digits}} ┆ {_count(line.lines, 'line')} not shown[/]")
            continue
        out.print(f"[dim]{line.number:>{digits}} │[/] {plain(line.text)}")
        for mark in line.marks:
            under = " " * mark.start + "^" * (mark.end - mark.start)
            out.print(f"{'':>{digits}} [dim]│[/] [red]{under} {plain(issues[mark.issue].text)}[/]")
    if any(isinstance(line, Gap) for line in shown):
        hint("Print every line with --whole, or the bytes as they were received with --body.")


def _resolution(one: Quarantined) -> None:
    if one.resolved_at is None:
        return
    by = f" by {plain(one.resolved_by)}" if one.resolved_by else ""
    why = f": {plain(one.reason)}" if one.reason else ""
    into = f", as message {one.correction.hex()}" if one.correction else ""
    out.print(f"[green]{one.resolution}[/] at {one.resolved_at.isoformat(timespec='seconds')}{by}{into}{why}")


def _line_json(line: MarkedLine | Gap) -> dict[str, object]:
    if isinstance(line, Gap):
        return {"not_shown": line.lines}
    return {"line": line.number, "text": line.text, "marks": [mark._asdict() for mark in line.marks]}


def _age(then: datetime) -> str:
    return age_in_words(then, datetime.now(UTC))


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
