"""What people may write of a person on the pages, and in which role: the table. What is not listed nobody writes."""

from collections.abc import Mapping
from enum import StrEnum

from services.domain.access.reader import Reader, Role


class Act(StrEnum):
    """One thing that somebody writes; its value stands in the address of its form."""

    ACCEPT = "accept"
    REJECT = "reject"
    HAND_OVER = "hand-over"
    CLOSE = "close"
    CONTACT = "contact"
    NOTE = "note"
    GOAL = "goal"
    MEETING = "meeting"
    NAMED_WORKER = "named-worker"
    REFER = "refer"


ANSWERS = (Act.ACCEPT, Act.REJECT, Act.HAND_OVER, Act.CLOSE)
"""What the holder of a referral answers."""
ON_A_REFERRAL = (*ANSWERS, Act.CONTACT, Act.NOTE, Act.MEETING)
"""What the holder of a referral does with it, in the order in which it is offered."""
OF_THE_PERSON = tuple(act for act in Act if act not in ANSWERS)
"""What is written of a person, whatever it belongs to."""

_PROFESSIONALS = frozenset({Role.CLINICIAN, Role.SOCIAL_WORKER})
_WORKERS = _PROFESSIONALS | {Role.PEER_WORKER}

WRITERS: Mapping[Act, frozenset[Role]] = {
    Act.ACCEPT: _WORKERS,
    Act.REJECT: _WORKERS,
    Act.HAND_OVER: _PROFESSIONALS,
    Act.CLOSE: _PROFESSIONALS,
    Act.CONTACT: _WORKERS,
    Act.NOTE: _WORKERS,
    Act.GOAL: _WORKERS,
    Act.MEETING: _WORKERS,
    Act.NAMED_WORKER: _PROFESSIONALS,
    Act.REFER: _PROFESSIONALS,
}
"""By act, the roles that may do it for their own organisation. Stewards and those who run the service write nothing."""


def may_write(reader: Reader, act: Act) -> bool:
    """Whether the reader may do this for their organisation; who acts for none writes nothing."""
    return bool(reader.organisation) and reader.role in WRITERS.get(act, frozenset())
