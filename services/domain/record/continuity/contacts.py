"""Contacts: every time someone met the person, told as an encounter, or by what they wrote down of it."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from services.domain.record.continuity.parties import Mention, Nature, Parties, Sure, each, folded, listed
from services.domain.record.continuity.things import Resource, Things, kind_of, moment, status_of
from services.domain.record.instant import DAY
from services.domain.record.kinds import occurred
from services.domain.record.word import Word
from services.domain.record.words import first, objects
from services.domain.record.words import words as words_of

_TOOK_PLACE = frozenset({"arrived", "triaged", "in-progress", "onleave", "finished"})
"""States of a FHIR R4 Encounter in which the person has been met."""

_WRITTEN = {
    "Communication": ("sender", frozenset({"completed"})),
    "Observation": ("performer", frozenset({"preliminary", "final", "amended", "corrected"})),
    "QuestionnaireResponse": ("author", frozenset({"completed", "amended"})),
}
"""What is written down of a contact: where its author stands, and in which states it has been written."""


class Contact(NamedTuple):
    """One contact, folded from all systems that tell of it."""

    entry_key: bytes
    since: int
    until: int
    """In ticks, as `since`; equal to it where no end is told."""
    organisation: str
    """Where it took place: ODS code, else name."""
    people: tuple[Mention, ...]
    noted: bool
    """Whether it is told by a note, a score or a form alone."""


def contacts(things: Things, parties: Parties) -> list[Contact]:
    """Encounters that took place, and notes, scores and forms by those who met the person, the earliest first.

    A peer worker or a friend keeps notes and no diary of encounters, and many a session is told by its score
    alone: were they left out, there would seem to be no contact. A note to a worker or an organisation is a letter
    about the person, and no contact.
    """
    told = [_encounter(words, parties) for words in things.entries("Encounter")]
    for kind in _WRITTEN:
        told += [_written(words, parties) for words in things.entries(kind)]
    found = _one_by_one([one for one in told if one is not None])
    return sorted(found, key=lambda one: (one.since, one.until, one.entry_key))


def how_many(found: list[Contact]) -> int:
    """How many meetings these contacts are that have someone in common, the person or who met them.

    What overlaps is one meeting that two systems tell of, for nobody is in two at a time; what was written on a
    day of another contact (UTC) tells of that one.
    """
    met = sorted((one.since, one.until) for one in found if not one.noted)
    meetings, began, ended = 0, -1, -1
    for since, until in met:
        meetings += since >= ended and since != began
        began, ended = since, max(ended, until)
    days = {at // DAY for ends in met for at in ends}
    return meetings + len({one.since // DAY for one in found if one.noted} - days)


def _one_by_one(found: list[Contact]) -> list[Contact]:
    """The contacts, with two people for 'Denise Tansley and Winston Clarke' where either is told of alone too.

    Else that might be 'Community Health and Social Care', which is one.
    """
    alone = {one.key for contact in found for one in contact.people}

    def each_of(mention: Mention) -> list[Mention]:
        names = mention.name.split(" and ")
        known = names[1:] and all(folded(name) in alone for name in names)
        return [mention._replace(name=name) for name in names] if known else [mention]

    return [
        contact._replace(people=tuple(who for one in contact.people for who in each_of(one)))
        for contact in found
    ]


def ending_last(periods: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The periods by their start, each with the latest end so far."""
    last = 0
    return [(since, last := max(last, until)) for since, until in sorted(periods)]


def _encounter(words: list[Word], parties: Parties) -> Contact | None:
    latest = words[0]
    if status_of(latest) not in _TOOK_PLACE:
        return None
    since = occurred(latest.resource, latest.instant)
    until = moment(latest.resource, "period.end")
    return Contact(
        latest.entry_key,
        since,
        since if until is None else max(since, until),
        _place(latest, parties),
        _once(one for word in words for one in _participants(word, parties)),
        noted=False,
    )


def _once(told: Iterable[Mention]) -> tuple[Mention, ...]:
    """Each once, who leads in any telling as one that leads."""
    leads: dict[Mention, bool] = {}
    for one in told:
        alike = one._replace(leads=False)
        leads[alike] = leads.get(alike, False) or one.leads
    return tuple(one._replace(leads=first_of_all) for one, first_of_all in leads.items())


def _participants(word: Word, parties: Parties) -> Iterator[Mention]:
    leads = True
    for one in objects(word.resource.get("participant")):
        role = next((role for kind in objects(one.get("type")) for role in first(kind)), "")
        mention = parties.mention(one.get("individual"), word, place=_place(word, parties))
        if mention:
            works = mention.nature is Nature.WORKER
            told = mention._replace(role=mention.role or role, leads=leads and works)
            leads = leads and not works
            yield from each(told)


def _written(words: list[Word], parties: Parties) -> Contact | None:
    latest = words[0]
    field, states = _WRITTEN[kind_of(latest)]
    told = [parties.mention(one, latest, sure=Sure.WROTE) for one in listed(latest.resource.get(field))]
    authors = tuple(who for one in told if one and one.nature is not Nature.GROUP for who in each(one))
    if not authors or status_of(latest) not in states:
        return None
    if any(parties.mention(one, latest) for one in objects(latest.resource.get("recipient"))):
        return None
    if kind_of(latest) == "Observation" and not _is_survey(latest.resource):
        return None
    at = occurred(latest.resource, latest.instant)
    place = authors[0].organisation or latest.sender
    return Contact(latest.entry_key, at, at, place, authors, noted=True)


def _is_survey(observation: Resource) -> bool:
    """Whether the person answered questions for it; a laboratory's result says nothing of a meeting."""
    return "survey" in (text.lower() for text in words_of(observation.get("category")))


def _place(word: Word, parties: Parties) -> str:
    return parties.organisation(word.resource.get("serviceProvider"), word) or word.sender
