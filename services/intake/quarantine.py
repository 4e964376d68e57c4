"""What could not be accepted and waits for a steward: in groups of one cause and sender, and one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.fhir.issue import Issue
from schemas.fhir.rules import RULES, Rule
from services.domain.record.instant import instant_text
from services.intake.hold import NOBODY
from services.platform.key_search import span_of
from services.platform.postgres import Connection
from services.platform.queries import load_queries

SQL = load_queries(__package__, "quarantine.sql")

_KEY_DIGITS = 64
_STEPS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


class NotThere(Exception):
    """No quarantined message, or more than one, has a key that starts so."""


@dataclass(frozen=True, slots=True)
class Group:
    """Quarantined messages of one cause and one sender."""

    cause: str
    sender: str
    resolution: str | None
    messages: int
    at_risk: int
    """How many of them withhold a record until they are resolved."""
    oldest: datetime
    newest: datetime
    example: bytes

    @property
    def rule(self) -> Rule | None:
        """The rule they break."""
        return rule_of(self.cause)

    @property
    def place(self) -> str:
        """Where they break it: a FHIRPath without numbers."""
        return self.cause.partition(" ")[2]

    def as_dict(self) -> dict[str, Any]:
        """As `carethread quarantine list --json` prints it."""
        return {
            "cause": self.cause,
            **_rule_words(self.rule),
            "sender": self.sender,
            "resolution": self.resolution,
            "messages": self.messages,
            "at_risk": self.at_risk,
            "oldest": _instant(self.oldest),
            "newest": _instant(self.newest),
            "example": self.example.hex(),
        }


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A message that could not be accepted, without its body, and what became of it."""

    key: bytes
    sender: str
    door: str
    received_at: datetime
    sent: int
    """Ticks at which the sender says it was sent; over repeated deliveries the least."""
    cause: str
    issues: list[Issue]
    size: int
    reasons: list[str]
    """Why it cannot wait, where it holds a withdrawn consent, a restriction or a safeguarding flag."""
    tokens: list[str]
    resolution: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    reason: str | None
    correction: bytes | None
    """The message that corrects it."""

    @property
    def is_open(self) -> bool:
        """Whether it waits for a steward."""
        return self.resolution is None

    @property
    def at_risk(self) -> bool:
        """Whether it withholds records until it is resolved."""
        return self.is_open and bool(self.reasons)

    @property
    def names_somebody(self) -> bool:
        """Whether a person can be found by what it says."""
        return any(token != NOBODY for token in self.tokens)

    def as_dict(self) -> dict[str, Any]:
        """As `carethread quarantine show --json` prints it."""
        return {
            "message_key": self.key.hex(),
            "sender": self.sender,
            "door": self.door,
            "received_at": _instant(self.received_at),
            "sent": instant_text(self.sent),
            "cause": self.cause,
            "issues": [one.as_dict() | _rule_words(RULES.get(one.rule)) for one in self.issues],
            "bytes": self.size,
            "at_risk": self.reasons,
            "resolution": self.resolution,
            "resolved_at": _instant(self.resolved_at) if self.resolved_at else None,
            "resolved_by": self.resolved_by,
            "reason": self.reason,
            "correction": self.correction.hex() if self.correction else None,
        }


async def groups(
    connection: Connection, *, cause: str | None = None, sender: str | None = None, resolved: bool = False
) -> list[Group]:
    """The groups, those that cannot wait first and then the oldest; with `resolved`, also what is done."""
    given = {"cause": cause, "sender": sender, "all": resolved}
    rows = await (await connection.execute(SQL["groups"], given)).fetchall()
    return [Group(*row) for row in rows]


async def messages(
    connection: Connection,
    *,
    cause: str | None = None,
    sender: str | None = None,
    resolved: bool = False,
    most: int | None = None,
) -> list[Quarantined]:
    """The messages one by one, in the same order, at most `most` where it is given."""
    return await _messages(connection, None, cause, sender, resolved, most)


async def find(connection: Connection, start: str) -> Quarantined:
    """The one message whose key starts with these hexadecimal digits.

    Raises:
        NotThere: there is none, or several.
    """
    span = span_of(start, _KEY_DIGITS)
    if span is None:
        raise NotThere("A message key is hexadecimal, as 'carethread quarantine list' shows it.")
    given = {"least": span.least, "greatest": span.greatest}
    rows = await (await connection.execute(SQL["keys_between"], given)).fetchall()
    if len(rows) != 1:
        how_many = "No" if not rows else "More than one"
        raise NotThere(f"{how_many} quarantined message has a key that starts with {span.digits}.")
    (one,) = await _messages(connection, rows[0][0], None, None, True, 1)
    return one


async def body_of(connection: Connection, key: bytes) -> bytes:
    """The bytes of a quarantined message, as they were received."""
    row = await (await connection.execute(SQL["body"], {"key": key}, binary=True)).fetchone()
    return bytes(row[0]) if row else b""


def rule_of(cause: str) -> Rule | None:
    """The rule that a cause starts with."""
    return RULES.get(cause.partition(" ")[0])


def age_in_words(then: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits: 'just now', '1 minute ago', '3 hours ago', '12 days ago'."""
    seconds = int((now - then).total_seconds())
    for length, unit in _STEPS:
        if seconds >= length:
            count = seconds // length
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


async def _messages(
    connection: Connection,
    key: bytes | None,
    cause: str | None,
    sender: str | None,
    resolved: bool,
    most: int | None,
) -> list[Quarantined]:
    given = {"key": key, "cause": cause, "sender": sender, "all": resolved, "most": most}
    rows = await (await connection.execute(SQL["messages"], given)).fetchall()
    found = []
    for key_, from_, door, received_at, sent, cause_, issues, *rest in rows:
        found.append(Quarantined(key_, from_, door, received_at, sent, cause_, _issues(issues), *rest))
    return found


def _issues(stored: Sequence[dict[str, str]]) -> list[Issue]:
    return [Issue(one["code"], one["text"], one.get("place", ""), one.get("rule", "")) for one in stored]


def _rule_words(rule: Rule | None) -> dict[str, str]:
    return {"says": rule.says, "section": rule.section} if rule else {"says": "", "section": ""}


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
