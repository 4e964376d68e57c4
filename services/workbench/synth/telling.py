"""Has the systems tell what happens, one day after the other, and keeps what is to happen later."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from services.workbench.synth import resources, words
from services.workbench.synth.calendar import HOUR, Calendar
from services.workbench.synth.delivery import END_OF_LINE, Told
from services.workbench.synth.dice import Dice
from services.workbench.synth.organisations import ORGANISATIONS, Organisation
from services.workbench.synth.resources import Entry, Teller
from services.workbench.synth.source_records import SourceRecord

Act = Callable[..., None]


@dataclass(slots=True)
class Known:
    """Somebody as the systems know them; the first `begun` of these have begun to tell."""

    records: Sequence[SourceRecord]
    begun: int = 0
    busy_day: int = -1
    busy: list[tuple[int, int]] = field(default_factory=list)
    """When they met somebody on `busy_day`: from one second of the day to another."""

    def is_free(self, day: int, start: int, end: int) -> bool:
        """Whether nobody is met then, who is not yet known to be: nobody is in two places."""
        if day != self.busy_day:
            self.busy_day, self.busy = day, []
        if any(start < until and since < end for since, until in self.busy):
            return False
        self.busy.append((start, end))
        return True

    def others(self, record: SourceRecord) -> list[SourceRecord]:
        """Those of other organisations."""
        return [one for one in self.records if one is not record]


class Telling:
    """The days of the stream. What is held between them grows with the people, not with the messages."""

    def __init__(self, days: int, calendar: Calendar, dice: Dice) -> None:
        self.calendar = calendar
        self.dice = dice
        self.day = 0
        self._days = days
        self._due: list[list[tuple[Act, tuple[Any, ...]]]] = [[] for _ in range(days)]
        self._told: list[Told] = []
        self._serials = [0] * len(ORGANISATIONS)
        self._events = 0

    def tell(self, day: int) -> list[Told]:
        """What is told on a day. Days are told one after the other."""
        self.day, self._told = day, []
        due, self._due[day] = self._due[day], []
        for act, given in due:
            act(*given)
        return self._told

    def on(self, day: int, act: Act, *given: Any) -> None:
        """Let it happen on a day, which is not over."""
        self._due[day].append((act, given))

    def later(self, days: int, act: Act, *given: Any) -> None:
        """Let it happen after so many days, on a weekday mostly, if the stream goes on for so long."""
        day = self.day + days
        if day < self._days and self.calendar.is_weekend(day) and self.dice.chance(0.85):
            day += 2
        if day < self._days:
            self.on(day, act, *given)

    def teller(self, record: SourceRecord, second: int) -> Teller:
        """Who tells at a second of the day; one who has moved may have said so, before the day's work began."""
        organisation = record.organisation
        if record.next_address and self.dice.chance(0.3):
            record.address, record.next_address = record.next_address, None
            record.updated = self.calendar.instant(self.day, 7 * HOUR, organisation)
        at = self.calendar.instant(self.day, second, organisation)
        return Teller(record, second, at, self.dice.pick(organisation.workers), resources.subject(record))

    def at_work(self, record: SourceRecord) -> Teller:
        """Who tells at some time of the working day."""
        return self.teller(record, self.working_time(record.organisation))

    def working_time(self, organisation: Organisation) -> int:
        """A second of the working day, which is longer where volunteers work."""
        ends = 20 if organisation.sector == "Charity" else 17
        return self.dice.between(8 * HOUR + HOUR // 2, ends * HOUR)

    def send(self, teller: Teller, event: str, *entries: Entry) -> None:
        """Have a message sent."""
        bundle = resources.message(teller, self.serial(teller.organisation), event, entries)
        # a copy, for what orjson gives takes three times its length until it is freed
        rest_of_line = orjson.dumps(bundle) + END_OF_LINE
        self._told.append(Told(teller.second, teller.organisation, rest_of_line))

    def revise(self, record: SourceRecord, event: str, entry: Entry, changes: dict[str, Any]) -> None:
        """Have the next version of an entry sent."""
        teller = self.at_work(record)
        self.send(teller, event, resources.revised(entry, teller.at, changes))

    def score(self, teller: Teller, during: Entry | None = None) -> Entry:
        """The total of some questionnaire."""
        measure = self.dice.pick(resources.MEASURES)
        points = self.dice.between(0, measure.most)
        return resources.score(teller, self.serial(teller.organisation), measure, points, during)

    def note(self, teller: Teller) -> Entry:
        """A note of a few sentences."""
        sentences = (self.dice.pick(words.SENTENCES) for _ in range(self.dice.between(3, 8)))
        text = " ".join(dict.fromkeys(sentences))
        return resources.note(teller, self.serial(teller.organisation), text)

    def serial(self, organisation: Organisation) -> int:
        """The next number in the organisation's system."""
        self._serials[organisation.place] += 1
        return self._serials[organisation.place]

    def event(self) -> int:
        """The next true event."""
        self._events += 1
        return self._events
