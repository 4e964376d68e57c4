"""From what was filled in to the message that tells it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from schemas.uploads.resources import Resource
from schemas.writing import entries, referrals
from schemas.writing.messages import Writer, message
from services.domain.writing.acts import Act
from services.writing.fields import Filled


class Referred(NamedTuple):
    """The referral that is answered, or to which what is written belongs, and whom else it may ask."""

    reference: Resource
    """To it, as whoever made it knows it; empty where there is none."""
    service: str
    """What it asks for."""
    urgent: bool
    """Whether it is: whoever it is handed over to is asked as urgently."""
    organisations: Mapping[str, Resource]
    """References to those that may be asked, by ODS code."""


def build(act: Act, writer: Writer, filled: Filled, referred: Referred) -> bytes:
    """The message."""
    return message(writer, act, _BUILDERS[act](writer, filled, referred))


def proposed(filled: Filled, referred: Referred) -> Resource:
    """The referral that is only thought of yet, as far as likeness is read from it."""
    return {
        "resourceType": "ServiceRequest",
        "code": {"text": filled.told["what"]},
        "performer": [referred.organisations[filled.told["to"]]],
        "reasonCode": [{"text": filled.told["why"]}],
    }


def _answered(status: str) -> Callable[[Writer, Filled, Referred], list[Resource]]:
    def answer(writer: Writer, filled: Filled, referred: Referred) -> list[Resource]:
        return referrals.answer(writer, referred.reference, status, filled.told["said"])

    return answer


def _handed_over(writer: Writer, filled: Filled, referred: Referred) -> list[Resource]:
    told = filled.told
    to = referred.organisations[told["to"]]
    what = referred.service or "Referral"
    return referrals.request(writer, to, what, told["why"], urgent=referred.urgent, onward=referred.reference)


def _referred(writer: Writer, filled: Filled, referred: Referred) -> list[Resource]:
    told = filled.told
    to = referred.organisations[told["to"]]
    return referrals.request(writer, to, told["what"], told["why"], urgent=told["urgency"] == "urgent")


def _met(writer: Writer, filled: Filled, referred: Referred) -> list[Resource]:
    date, how, what, note = (filled.told[name] for name in ("date", "how", "what", "note"))
    return entries.meeting(writer, date, how, what, filled.people, note, referral=referred.reference)


_BUILDERS: Mapping[Act, Callable[[Writer, Filled, Referred], list[Resource]]] = {
    Act.ACCEPT: _answered("accepted"),
    Act.REJECT: _answered("rejected"),
    Act.HAND_OVER: _handed_over,
    Act.CLOSE: lambda writer, filled, of: referrals.close(writer, of.reference, filled.told["outcome"]),
    Act.CONTACT: lambda writer, filled, of: entries.contact(
        writer, *(filled.told[name] for name in ("date", "how", "what", "note")), referral=of.reference
    ),
    Act.NOTE: lambda writer, filled, of: entries.note(
        writer, filled.told["about"], filled.told["words"], referral=of.reference
    ),
    Act.GOAL: lambda writer, filled, _: entries.goal(writer, filled.told["words"]),
    Act.MEETING: _met,
    Act.NAMED_WORKER: lambda writer, filled, _: entries.named_worker(
        writer, *(filled.told[name] for name in ("worker", "role", "since"))
    ),
    Act.REFER: _referred,
}
