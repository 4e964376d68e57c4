"""What the steward's pages show: values in words, and lines in parts, ready for the templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from schemas.fhir.at_risk import REASONS
from schemas.fhir.issue import Issue
from schemas.fhir.rules import RULES, Rule
from services.intake.mark_fault import Gap, MarkedDocument, MarkedLine
from services.intake.quarantine import Group, Quarantined, age_in_words, rule_of
from services.platform.access import Partner

LARGEST_EDITED = 200_000
"""Bytes of the largest document that the page's editor takes; a larger one is corrected in a file."""

_AROUND, _WHOLE_UP_TO, _WIDTH = 3, 60, 200
"""Lines shown on either side of a fault, the longest document shown whole, and columns of a line."""

_HOUR, _DAY = 3_600, 86_400

_HOLDS = {
    "safeguarding": "a safeguarding flag",
    "restriction": "a restriction on who may see the record",
    "consent": "a refused or withdrawn consent",
}


class Age(NamedTuple):
    """How long something has waited: in words, as a moment, and how bad that is."""

    words: str
    moment: str
    level: str
    """'fresh' within the hour, 'waiting' within the day, else 'old'."""


class Fault(NamedTuple):
    """One thing that is wrong, and who says so."""

    number: int
    text: str
    place: str
    rule: Rule | None
    line: int | None
    """The first line it is marked in; None where it is of the whole document or its line is not shown."""


class LineView(NamedTuple):
    """A line in parts, each marked or not, and what is said under it; or so many lines that are not shown."""

    number: int
    parts: list[tuple[str, bool]]
    notes: list[str]
    left_out: int = 0


@dataclass(slots=True)
class CorrectionForm:
    """What the steward has filled in, and what is said of it."""

    text: str = ""
    by: str = ""
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    """By field: document, by, reason, again or dismiss."""
    is_sound: bool = False
    """Whether the correction was checked and can be accepted."""
    faults: list[Fault] = field(default_factory=list)
    lines: list[LineView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group of one cause and sender."""

    title: str
    section: str
    place: str
    sender: Partner
    messages: int
    at_risk: int
    oldest: Age
    resolution: str
    address: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """A quarantined message."""

    key: str
    title: str
    place: str
    sender: Partner
    door: str
    size: int
    came: Age
    at_risk: bool
    holds: str
    names_somebody: bool
    resolution: str
    resolved: str
    resolved_by: str
    reason: str
    correction: str
    cause_address: str


def group_view(group: Group, names: Mapping[str, Partner]) -> GroupView:
    """A group as it is listed."""
    return GroupView(
        title=_title(group.rule, group.cause),
        section=group.rule.section if group.rule else "",
        place=group.place,
        sender=partner(group.sender, names),
        messages=group.messages,
        at_risk=group.at_risk,
        oldest=age(group.oldest),
        resolution=group.resolution or "",
        address=address(group.cause, group.sender),
    )


def message_view(one: Quarantined, names: Mapping[str, Partner]) -> MessageView:
    """A message as it is listed and shown."""
    rule = rule_of(one.cause)
    return MessageView(
        key=one.key.hex(),
        title=_title(rule, one.cause),
        place=one.issues[0].place if one.issues else "",
        sender=partner(one.sender, names),
        door=one.door,
        size=one.size,
        came=age(one.received_at),
        at_risk=one.at_risk,
        holds=_and([_HOLDS[reason] for reason in REASONS if reason in one.reasons]),
        names_somebody=one.names_somebody,
        resolution=one.resolution or "",
        resolved=_moment(one.resolved_at) if one.resolved_at else "",
        resolved_by=one.resolved_by or "",
        reason=one.reason or "",
        correction=one.correction.hex() if one.correction else "",
        cause_address=address(one.cause, one.sender),
    )


def faults(issues: Sequence[Issue], lines: Sequence[LineView], document: MarkedDocument) -> list[Fault]:
    """What is wrong, each with the line it leads to."""
    shown = {line.number for line in lines}
    first: dict[int, int] = {}
    for line in document.lines:
        for mark in line.marks:
            if line.number in shown:
                first.setdefault(mark.issue, line.number)
    return [
        Fault(number, one.text, one.place, RULES.get(one.rule), first.get(number))
        for number, one in enumerate(issues)
    ]


def line_views(document: MarkedDocument, issues: Sequence[Issue]) -> list[LineView]:
    """The lines around the faults, or all of a short document."""
    found = document.excerpt(_AROUND, _WHOLE_UP_TO, _WIDTH)
    return [LineView(0, [], [], one.lines) if isinstance(one, Gap) else _line(one, issues) for one in found]


def partner(sender: str, names: Mapping[str, Partner]) -> Partner:
    """The sender as the partnership registered it."""
    return names.get(sender) or Partner(sender, sender or "Nobody named", "Sector not given")


def address(cause: str, sender: str) -> str:
    """Of the page of a group."""
    return f"/quarantine?{urlencode({'cause': cause, 'sender': sender})}"


def age(then: datetime) -> Age:
    """How long ago that was."""
    now = datetime.now(UTC)
    seconds = (now - then).total_seconds()
    level = "fresh" if seconds < _HOUR else "waiting" if seconds < _DAY else "old"
    return Age(age_in_words(then, now), then.isoformat(timespec="seconds"), level)


def _title(rule: Rule | None, cause: str) -> str:
    return (rule.says if rule else cause or "No cause was noted").removesuffix(".")


def _line(line: MarkedLine, issues: Sequence[Issue]) -> LineView:
    parts: list[tuple[str, bool]] = []
    reached = 0
    for start, end in sorted({(mark.start, mark.end) for mark in line.marks}):
        if start > reached or not parts:
            parts.append((line.text[reached:start], False))
        parts.append((line.text[max(start, reached) : max(end, reached)], True))
        reached = max(end, reached)
    parts.append((line.text[reached:], False))
    return LineView(line.number, parts, [issues[mark.issue].text for mark in line.marks])


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}, {at:%H:%M} UTC"


def _and(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if words[1:] else "".join(words)
