"""What the holder of a referral may do with it, and how an answer points at what it answers."""

from collections.abc import Iterable

from services.domain.message import thing_reference
from services.domain.record.business_identity import SHARED_SYSTEMS, identifiers
from services.domain.record.duplicates.plain_words import plain
from services.domain.record.referrals.organisations import Organisation
from services.domain.record.referrals.referral import Referral
from services.domain.record.referrals.state import State
from services.domain.record.referrals.threads import Thread, each_referral
from services.domain.record.telling import WITHDRAWN
from services.domain.record.word import Word
from services.domain.record.words import Resource
from services.domain.writing.acts import ON_A_REFERRAL, Act

_URGENT = ("urgent", "asap", "stat")
"""Of FHIR's request-priority those above routine."""


def is_held_by(thread: Thread, own: Organisation) -> bool:
    """Whether this organisation has to act: by its ODS code, or where none is told by its name."""
    holder = thread.holder
    if holder is None:
        return False
    return holder.ods == own.ods if holder.ods else plain(holder.name) == plain(own.name)


def offered(thread: Thread, own: Organisation) -> frozenset[Act]:
    """What the organisation may do with the referral: nothing, unless it runs and is theirs to act on.

    It is accepted once; for as long as it runs it may be rejected, handed over or closed, and what is done for it told.
    """
    if not thread.state.is_open or thread.state is State.DRAFTED or not is_held_by(thread, own):
        return frozenset()
    running = frozenset(ON_A_REFERRAL)
    return running if thread.state.is_unanswered else running - {Act.ACCEPT}


def referral_held(words: Iterable[Word], thread: Thread, own: Organisation) -> Referral:
    """Of the referrals of a thread the one that an answer of this organisation answers.

    It is the latest that asks the organisation and runs, else the latest that runs, else the latest.
    """
    entries = {*thread.entries}
    found = [(one, state) for one, state in each_referral(words) if one.key in entries]

    def place(one: tuple[Referral, State]) -> tuple[bool, bool, int, bytes]:
        referral, state = one
        asks = referral.performer.ods == own.ods or plain(referral.performer.name) == plain(own.name)
        return state.is_open, asks, referral.asked.ticks, referral.key

    return max(found, key=place)[0]


def is_urgent(referral: Referral) -> bool:
    """Whether a system that has the referral, and does not say that it was an error, says that it is urgent."""
    standing = (word.resource for word in referral.words if word.resource.get("status") != WITHDRAWN)
    return any(one.get("priority") in _URGENT for one in standing)


def reference_to(referral: Referral) -> Resource:
    """The Reference by which another system's resource points at the referral, and its sender knows it again.

    By an identifier that every organisation shares, else by one of its sender's own, else by the thing's key.
    """
    named = [one for word in referral.words for one in identifiers(word.resource)]
    named.sort(key=lambda one: one[0] not in SHARED_SYSTEMS)
    if named:
        system, value = named[0]
        return {"type": "ServiceRequest", "identifier": {"system": system, "value": value}}
    return {"reference": thing_reference(referral.words[0].resource_key)}
