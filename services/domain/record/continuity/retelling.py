"""How often the person had to tell their story: to how many workers, and in how many assessments."""

import re
from bisect import bisect_right
from typing import NamedTuple

from services.domain.record.continuity.contacts import Contact, ending_last, how_many
from services.domain.record.continuity.homes import FAMILY_HOME, Homes
from services.domain.record.continuity.parties import Nature
from services.domain.record.continuity.things import Things
from services.domain.record.duplicates.plain_words import plain
from services.domain.record.kinds import occurred
from services.domain.record.word import Word
from services.domain.record.words import words

_ASSESSING = re.compile(r"\b(re ?)?assess|\btriage\b")


class Retelling(NamedTuple):
    """How often the story was told."""

    workers: int
    """Workers who met the person, each once."""
    assessments: int
    """Assessments and questionnaires; one that was filled in during an assessment is told with it."""


def retelling(things: Things, found: list[Contact], homes: Homes) -> Retelling:
    """How often the person had to tell it.

    An assessment is an encounter that is called one, or a triage; those at one time are one that two systems tell of.
    """
    named = [one for contact in found for one in contact.people if one.nature is Nature.WORKER]
    workers = {(one.key, homes.of(one)) for one in named} - {(one.key, FAMILY_HOME) for one in named}
    took_place = {contact.entry_key: contact for contact in found}
    assessing = [
        told
        for told in things.entries("Encounter")
        if told[0].entry_key in took_place and any(_is_assessing(word) for word in told)
    ]
    during = _During(assessing, took_place)
    alone = [
        told
        for told in things.entries("QuestionnaireResponse")
        if not any(during.holds(word, things) for word in told)
    ]
    assessments = how_many([took_place[told[0].entry_key] for told in assessing])
    return Retelling(len(workers), assessments + len(alone))


class _During:
    """The assessments, to ask whether a questionnaire belongs to one."""

    def __init__(self, assessing: list[list[Word]], took_place: dict[bytes, Contact]) -> None:
        self._entries = {told[0].entry_key for told in assessing}
        self._periods: dict[bytes, list[tuple[int, int]]] = {}
        for told in assessing:
            contact = took_place[told[0].entry_key]
            for word in told:
                self._periods.setdefault(word.source_record, []).append((contact.since, contact.until))
        for record, periods in self._periods.items():
            self._periods[record] = ending_last(periods)

    def holds(self, word: Word, things: Things) -> bool:
        """Whether it says that it was filled in there, or its own system tells of an assessment at the time."""
        meeting = things.named(word.resource.get("encounter"), word.source_record)
        if meeting:
            return meeting.entry_key in self._entries
        at = occurred(word.resource, word.instant)
        periods = self._periods.get(word.source_record, [])
        place = bisect_right(periods, (at, 1 << 62))
        return place > 0 and at <= periods[place - 1][1]


def _is_assessing(encounter: Word) -> bool:
    named = words([encounter.resource.get("type"), encounter.resource.get("serviceType")])
    return any(_ASSESSING.search(plain(text)) for text in named)
