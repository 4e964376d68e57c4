"""Every Kafka topic and consumer group by name: the one place that spells them."""

import re
from dataclasses import dataclass

TOOLS_IN = "partner.message.v1"
"""Messages from our own tools, each naming its sender and sent instant in headers; theirs alone to write."""

CARE_MESSAGE = "care.message.v1"
"""Accepted messages on their way to the record: key is the source record, value the message key."""

CORE_TOPICS = (TOOLS_IN, CARE_MESSAGE)
INTAKE_GROUP = "carethread-intake"
RECORD_GROUP = "carethread-record"

HEADER_SENDER = "sender"
HEADER_SENT = "sent"

PARTNERSHIP = "CARETHREAD"
"""The sender of what the partnership itself says: its stewards' rulings. No partner is registered under it, no token
names it and no topic is its own, so that nobody outside can speak as the partnership."""

_ODS_CODE = re.compile(r"[A-Z0-9]{2,12}")
_PARTNER_IN = re.compile(r"partner\.([A-Za-z0-9]{2,12})\.in\.v1")
_PARTNER_OUT = re.compile(r"partner\.[A-Za-z0-9]{2,12}\.out\.v1")


class NotAnOdsCode(ValueError):
    """An ODS code is 2 to 12 letters and digits, such as RMY or G6V2S, and not the partnership's own name."""


@dataclass(frozen=True, slots=True)
class InboundTopic:
    """A topic that intake reads; its owner, where it has one, is the sender of all it carries."""

    name: str
    owner: str | None


def ods_code(text: str) -> str:
    """The ODS code in `text`, in upper case.

    Raises:
        NotAnOdsCode: it cannot be one.
    """
    code = text.strip().upper()
    if not _ODS_CODE.fullmatch(code):
        raise NotAnOdsCode(
            f"{text[:20]!r} is not an ODS code: 2 to 12 letters and digits, such as RMY or G6V2S."
        )
    if code == PARTNERSHIP:
        raise NotAnOdsCode(f"{PARTNERSHIP} is the partnership itself, and no partner's ODS code.")
    return code


def sender_code(text: str) -> str:
    """The sender that our own tools name: a partner's ODS code, or the partnership itself.

    Raises:
        NotAnOdsCode: it is neither.
    """
    return PARTNERSHIP if text.strip().upper() == PARTNERSHIP else ods_code(text)


def partner_in(ods: str) -> str:
    """The topic that partner `ods`, and nobody else, writes its messages to."""
    return f"partner.{ods}.in.v1"


def partner_out(ods: str) -> str:
    """The topic on which partner `ods` reads what became of its messages."""
    return f"partner.{ods}.out.v1"


def partner_topics(ods: str) -> tuple[str, str]:
    """The topics of partner `ods`: the one it writes to, and the one it reads."""
    return partner_in(ods), partner_out(ods)


def partitions_of(name: str, usual: int) -> int:
    """How many partitions a topic has: outcomes are one sequence a partner, the others are shared out."""
    return 1 if _PARTNER_OUT.fullmatch(name) else usual


def inbound(names: set[str]) -> list[InboundTopic]:
    """Those of `names` that intake reads, in name order; nobody's topic speaks for the partnership."""
    found = [InboundTopic(TOOLS_IN, None)] if TOOLS_IN in names else []
    for name in sorted(names):
        owner = _PARTNER_IN.fullmatch(name)
        if owner and owner.group(1).upper() != PARTNERSHIP:
            found.append(InboundTopic(name, owner.group(1).upper()))
    return found
