"""Hand-overs: care passing from one organisation to another, and the days in which neither met the person."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from services.domain.record.continuity.answers import Answer
from services.domain.record.continuity.contacts import Contact, ending_last
from services.domain.record.continuity.homes import Homes
from services.domain.record.continuity.named_worker import Change
from services.domain.record.continuity.parties import Parties
from services.domain.record.continuity.things import Things
from services.domain.record.instant import DAY
from services.domain.record.kinds import occurred
from services.domain.record.word import Word
from services.domain.record.words import objects


@dataclass(frozen=True, slots=True, order=True)
class HandOver:
    """Care passed from one organisation to another. Both are ODS codes, else names."""

    passed_on: int
    """When the referral was made, or the named worker changed, in ticks."""
    giver: str
    receiver: str
    last_contact: int | None
    """The end of the giver's last contact before the receiver's first; None where it had none."""
    first_contact: int | None
    """The receiver's first contact once it was passed on; None where there is none yet."""

    @property
    def days(self) -> int | None:
        """Whole days between the two contacts; None unless both took place."""
        if self.last_contact is None or self.first_contact is None:
            return None
        return max(0, self.first_contact - self.last_contact) // DAY


def hand_overs(
    things: Things,
    answered: dict[bytes, Answer],
    parties: Parties,
    found: list[Contact],
    homes: Homes,
    changes: tuple[Change, ...],
) -> list[HandOver]:
    """The hand-overs of one person, in order; `answered` are the answers to referrals (answers.answers).

    Care passes when a referral from one organisation to another is taken on, from when it was asked for; and when
    a plan's named worker makes way for one of another organisation. The giver may go on seeing the person: the
    days tell how long it took until the receiver did. A contact is of the organisation where it took place and of
    those of everyone who took part, so a first meeting held together is a hand-over of no days.
    """
    passed = {*_by_referral(things, answered, parties), *_by_named_worker(changes)}
    seen = _Contacts(found, homes)
    return sorted(_hand_over(*one, seen) for one in passed if one[1] != one[2])


class _Contacts:
    """The contacts of each organisation, in order."""

    def __init__(self, found: list[Contact], homes: Homes) -> None:
        ends: dict[str, list[tuple[int, int]]] = {}
        for contact in found:
            for organisation in {contact.organisation, *(homes.of(one) for one in contact.people)}:
                ends.setdefault(organisation, []).append((contact.since, contact.until))
        self._of = {organisation: ending_last(own) for organisation, own in ends.items()}

    def first_from(self, organisation: str, at: int) -> int | None:
        """When the organisation's first contact from `at` on began."""
        own = self._of.get(organisation, [])
        place = bisect_left(own, (at, at))
        return own[place][0] if place < len(own) else None

    def last_until(self, organisation: str, at: int | None) -> int | None:
        """When the organisation's contacts that began by `at`, or all of them, had ended."""
        own = self._of.get(organisation, [])
        place = len(own) if at is None else bisect_right(own, (at, 1 << 62))
        return own[place - 1][1] if place else None


def _hand_over(passed_on: int, giver: str, receiver: str, seen: _Contacts) -> HandOver:
    first = seen.first_from(receiver, passed_on)
    return HandOver(passed_on, giver, receiver, seen.last_until(giver, first), first)


def _by_referral(
    things: Things, answered: dict[bytes, Answer], parties: Parties
) -> Iterator[tuple[int, str, str]]:
    for words in things.entries("ServiceRequest"):
        answer = answered.get(words[0].entry_key)
        if answer and answer.taken_on:
            asked = occurred(words[0].resource, words[0].instant)
            yield asked, _requester(words, parties), _taker(answer, words, parties)


def _requester(words: list[Word], parties: Parties) -> str:
    told = (parties.organisation_behind(word.resource.get("requester"), word) for word in words)
    return next((one for one in told if one), words[-1].sender)


def _taker(answer: Answer, words: list[Word], parties: Parties) -> str:
    """Who took it on: the task's owner, else the performer asked, else who answered."""
    owner = parties.organisation_behind(answer.task.resource.get("owner"), answer.task)
    asked = (
        parties.organisation_behind(one, word)
        for word in words
        for one in objects(word.resource.get("performer"))
    )
    return owner or next((one for one in asked if one), answer.task.sender)


def _by_named_worker(changes: tuple[Change, ...]) -> Iterator[tuple[int, str, str]]:
    for change in changes:
        yield change.at, change.before.organisation, change.after.organisation
