"""Contacts: told by one system or by two, corrected at times, and not to be taken one for another."""

from typing import Any, NamedTuple

from services.workbench.synth import resources, words
from services.workbench.synth.calendar import HOUR
from services.workbench.synth.options import Options
from services.workbench.synth.source_records import SourceRecord
from services.workbench.synth.telling import Known, Telling
from services.workbench.synth.truth import Truth

_ANOTHER_THAT_DAY = 0.06
"""Of contacts, those after which the person sees another organisation on the same day: not the same contact."""

_CORRECTED = 0.07
_BY_TELEPHONE = 2


_TRIES = 8


def _around(start: int) -> tuple[int, int]:
    """What a contact that begins then takes up at most, however another system has it."""
    return start - HOUR // 4, start + HOUR + HOUR // 2


class _Meeting(NamedTuple):
    """A contact as one system has it."""

    event: int
    kind: int
    """The place in `words.CONTACTS`."""

    start: int
    """The second of the day."""

    minutes: int
    where: int
    """The place in `resources.CLASSES`."""


class Contacts:
    """Has people met, and systems tell of it."""

    def __init__(self, options: Options, telling: Telling, truth: Truth) -> None:
        self._told_twice = options.told_twice / 4
        self._telling = telling
        self._truth = truth

    def meet(self, known: Known, record: SourceRecord) -> None:
        """A contact with the record's organisation: another may tell of it too, or meet the person as well."""
        telling, dice = self._telling, self._telling.dice
        kind = dice.between(0, len(words.CONTACTS) - 1)
        start = self._free_time(known, record)
        if start is None:
            teller = telling.at_work(record)
            telling.send(teller, "note", telling.note(teller))
            return
        where = _BY_TELEPHONE if kind == words.TELEPHONE_CALL else dice.pick((0, 0, 1))
        meeting = _Meeting(telling.event(), kind, start, dice.pick((20, 30, 45, 60)), where)
        self._tell(record, meeting, wording=0)
        if not (others := known.others(record)):
            return
        if dice.chance(self._told_twice):
            wording = dice.between(0, words.WORDINGS - 1)
            self._tell(dice.pick(others), self._as_another_has_it(meeting), wording, also=True)
        elif dice.chance(_ANOTHER_THAT_DAY):
            another = self._another(meeting)
            if known.is_free(telling.day, *_around(another.start)):
                self._tell(dice.pick(others), another, wording=1)

    def _free_time(self, known: Known, record: SourceRecord) -> int | None:
        """A second of the working day, on five minutes, at which the person meets nobody else; None on a full day."""
        for _ in range(_TRIES):
            start = self._telling.working_time(record.organisation) // 300 * 300
            if known.is_free(self._telling.day, *_around(start)):
                return start
        return None

    def _as_another_has_it(self, meeting: _Meeting) -> _Meeting:
        dice = self._telling.dice
        start = meeting.start + 60 * dice.pick((-5, 0, 0, 0, 5, 10))
        return meeting._replace(start=start, minutes=meeting.minutes + dice.pick((-10, 0, 0, 15)))

    def _another(self, meeting: _Meeting) -> _Meeting:
        """Within the working day, but never at the same time."""
        apart = 2 * HOUR if meeting.start < 13 * HOUR else -3 * HOUR
        kind = self._telling.dice.between(0, len(words.CONTACTS) - 1)
        return meeting._replace(event=self._telling.event(), kind=kind, start=meeting.start + apart)

    def _tell(self, record: SourceRecord, meeting: _Meeting, wording: int, *, also: bool = False) -> None:
        """Tell of a contact, with a score unless another tells of it already, or with a note."""
        telling, dice, organisation = self._telling, self._telling.dice, record.organisation
        end = meeting.start + 60 * meeting.minutes
        teller = telling.teller(record, end + dice.between(60, HOUR))
        start, until = (
            telling.calendar.instant(telling.day, at, organisation) for at in (meeting.start, end)
        )
        titles, serial = words.CONTACTS[meeting.kind], telling.serial(organisation)
        self._truth.entry(organisation, "Encounter", serial, meeting.event)
        entry = resources.contact(teller, serial, titles[wording], meeting.where, start, until)
        if not also and dice.chance(0.35):
            telling.send(teller, "contact", entry, telling.score(teller, entry))
        elif dice.chance(0.8):
            telling.send(teller, "contact", entry, telling.note(teller))
        else:
            telling.send(teller, "contact", entry)
        if dice.chance(_CORRECTED):
            changes: dict[str, Any] = {"type": [{"text": dice.pick(titles)}]}
            if dice.chance(0.2):
                changes = {"status": "entered-in-error"}
            telling.later(dice.between(1, 5), telling.revise, record, "contact", entry, changes)
