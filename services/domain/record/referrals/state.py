"""The one state of a referral inside, read from what systems say of it outside."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from services.domain.record.referrals.moments import happened
from services.domain.record.referrals.referral import Referral
from services.domain.record.referrals.ties import answers
from services.domain.record.telling import WITHDRAWN
from services.domain.record.word import Word
from services.domain.record.words import Resource, first


class State(StrEnum):
    """How far a referral is: as long as it runs from the least to the most, then how it can end."""

    DRAFTED = "drafted"
    """Written, and not yet sent."""
    ASKED = "asked"
    IN_TRIAGE = "in triage"
    """The one who was asked looks at whether it is for them: BaRS calls that validation."""
    ACCEPTED = "accepted"
    BOOKED = "booked"
    IN_PROGRESS = "in progress"
    """A contact took place."""
    REJECTED = "rejected"
    """Returned by the one who was asked: not for them, or it could not be done."""
    WITHDRAWN = "withdrawn"
    """Called off by the one who asked, or by the person."""
    COMPLETED = "completed"
    ENTERED_IN_ERROR = "entered in error"
    """Taken back by every system that told of it: it never was."""

    @property
    def is_open(self) -> bool:
        """Whether somebody has yet to do something before it ends."""
        return _ORDER[self] < _ORDER[State.REJECTED]

    @property
    def is_unanswered(self) -> bool:
        """Whether it was asked, and neither accepted nor rejected."""
        return self in (State.ASKED, State.IN_TRIAGE)


_ORDER = {state: place for place, state in enumerate(State)}

_SAYS: dict[str, dict[str, State]] = {
    # What each status says, FHIR R4 value sets request-status, task-status, appointmentstatus, encounter-status
    # and episode-of-care-status; BaRS Core 1.5.0 for what on-hold and revoked mean of a referral. A status
    # that is not here says nothing of the referral.
    "ServiceRequest": {
        "draft": State.DRAFTED,
        "active": State.ASKED,
        "unknown": State.ASKED,
        "on-hold": State.IN_TRIAGE,
        "revoked": State.WITHDRAWN,
        "completed": State.COMPLETED,
    },
    "Task": {
        "requested": State.ASKED,
        "received": State.IN_TRIAGE,
        "accepted": State.ACCEPTED,
        "ready": State.ACCEPTED,
        "on-hold": State.ACCEPTED,
        "in-progress": State.IN_PROGRESS,
        "rejected": State.REJECTED,
        "failed": State.REJECTED,
        "cancelled": State.WITHDRAWN,
        "completed": State.COMPLETED,
    },
    "Appointment": {
        "waitlist": State.ACCEPTED,
        "noshow": State.ACCEPTED,
        "booked": State.BOOKED,
        "arrived": State.IN_PROGRESS,
        "checked-in": State.IN_PROGRESS,
        "fulfilled": State.IN_PROGRESS,
    },
    "Encounter": {
        "planned": State.BOOKED,
        "triaged": State.IN_TRIAGE,
        "arrived": State.IN_PROGRESS,
        "in-progress": State.IN_PROGRESS,
        "onleave": State.IN_PROGRESS,
        "finished": State.IN_PROGRESS,
    },
    "EpisodeOfCare": {
        "waitlist": State.ACCEPTED,
        "active": State.ACCEPTED,
        "onhold": State.ACCEPTED,
        "cancelled": State.WITHDRAWN,
        "finished": State.COMPLETED,
    },
}


class Sign(NamedTuple):
    """What one word says of a referral's state."""

    ticks: int
    """When that came about, never before the referral was made."""
    state: State
    word: Word


class Outside(NamedTuple):
    """A status as a system told it, from which the state inside comes."""

    instant: int
    """Of the version, in ticks."""
    resource_key: bytes
    sender: str
    """The ODS code of the organisation whose system says it."""
    said: str
    """The resource type and its status, and a Task's businessStatus: 'Task rejected'."""


class Standing(NamedTuple):
    """How a referral stands."""

    state: State
    since: int
    """In ticks."""
    latest: int
    """When the last thing of it that tells of its state came about, in ticks."""


def signs(referral: Referral, belonging: Iterable[Word]) -> list[Sign]:
    """What everything that belongs to a referral says of its state, in order.

    That a ServiceRequest is active or on hold holds from when it was asked; every other status from the moment
    its resource gives, or from its version's. What is entered in error says nothing.
    """
    told = [*_of_request(referral), *_of_others(referral, belonging)]
    found = [Sign(max(one.ticks, referral.asked.ticks), one.state, one.word) for one in told]
    return sorted(found, key=lambda one: (one.ticks, _ORDER[one.state], one.word.resource_key))


def standing(referral: Referral, told: list[Sign]) -> Standing:
    """The state that signs, in order, amount to.

    1. Taken back by all: entered in error.
    2. The last ending there is decides, unless something that shows it to run came about after it.
    3. Else, of what came about after the last ending, the furthest it got.

    Of what came about at one moment an ending outranks the rest. Once it is rejected, only the one who asked
    closes it: that the one who rejected it has closed its own copy too says nothing new. What the one who asked has
    taken back is withdrawn, and another's answer to it says nothing new either.
    """
    if referral.taken_back or not told:
        state = State.ENTERED_IN_ERROR if referral.taken_back else State.ASKED
        instant = max(word.instant for word in referral.words)
        return Standing(state, max(instant, referral.asked.ticks), instant)
    last = _last_ending(referral, told)
    running = [one for one in told if one.state.is_open and (last is None or one.ticks > last.ticks)]
    if not running and last:
        return Standing(last.state, last.ticks, last.ticks)
    state = max((one.state for one in running), key=lambda one: _ORDER[one])
    since = min(one.ticks for one in running if one.state is state)
    return Standing(state, since, running[-1].ticks)


def _last_ending(referral: Referral, told: list[Sign]) -> Sign | None:
    last, running = None, False
    for sign in told:
        if sign.state.is_open:
            running = True
        elif running or last is None or _may_follow(referral, last, sign):
            last, running = sign, False
    return last


def _may_follow(referral: Referral, last: Sign, sign: Sign) -> bool:
    """Whether an ending after another, with nothing between that shows it to run, says something new."""
    if takes_back(referral, last.word):
        return False
    is_request = sign.word.resource["resourceType"] == "ServiceRequest"
    return last.state is not State.REJECTED or not is_request or sign.word.sender == referral.requester.ods


def outside(words: Iterable[Word]) -> tuple[Outside, ...]:
    """The statuses that these words tell, in order of their versions."""
    return tuple(
        sorted(
            Outside(word.instant, word.resource_key, word.sender, _said(word.resource))
            for word in words
            if word.resource["resourceType"] in _SAYS
        )
    )


def says(word: Word) -> State | None:
    """What the status of one resource says of a referral."""
    status = word.resource.get("status")
    return _SAYS.get(word.resource["resourceType"], {}).get(status) if isinstance(status, str) else None


def says_of(referral: Referral, word: Word) -> State | None:
    """What the status of one of its ServiceRequests says of a referral.

    Where the system of the one who was asked has revoked it, and that of the one who asked still has it, it
    was not withdrawn: it came back (BaRS tells in this way that somebody did not attend). What an organisation asks of
    itself it has accepted.
    """
    state = says(word)
    if takes_back(referral, word):
        return State.WITHDRAWN
    if state is State.ASKED and referral.opened_by_itself:
        return State.ACCEPTED
    if state is State.WITHDRAWN and word.sender == referral.performer.ods and _still_asks(referral):
        return State.REJECTED
    return state


def takes_back(referral: Referral, word: Word) -> bool:
    """Whether by this word the one who asked says that the referral was an error; others may have it still."""
    return word.sender == referral.requester.ods and word.resource.get("status") == WITHDRAWN


def _still_asks(referral: Referral) -> bool:
    own = (says(word) for word in referral.words if word.sender == referral.requester.ods)
    return any(state is not None and state.is_open for state in own)


def _of_request(referral: Referral) -> Iterator[Sign]:
    for word in referral.words:
        if state := says_of(referral, word):
            yield Sign(referral.asked.ticks if state.is_open else word.instant, state, word)


def _of_others(referral: Referral, belonging: Iterable[Word]) -> Iterator[Sign]:
    for word in belonging:
        state = says(word)
        about = answers(word) if word.resource["resourceType"] == "Task" else None
        if state and (about is None or about & (referral.names | referral.groups)):
            yield Sign(happened(word).ticks, state, word)


def _said(resource: Resource) -> str:
    status = resource.get("status")
    business = [*first(resource.get("businessStatus"))] if resource["resourceType"] == "Task" else []
    told = [resource["resourceType"], status if isinstance(status, str) else "", *business]
    return " ".join(one for one in told if one)
