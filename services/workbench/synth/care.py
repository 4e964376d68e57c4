"""What happens to people, day by day, and which of the systems that know them tells of it."""

from collections.abc import Callable, Sequence

from services.workbench.synth import resources, words
from services.workbench.synth.calendar import HOUR, Calendar
from services.workbench.synth.contacts import Contacts
from services.workbench.synth.delivery import Told
from services.workbench.synth.dice import Dice, Weighted
from services.workbench.synth.options import Options
from services.workbench.synth.referrals import Referrals
from services.workbench.synth.source_records import SourceRecord
from services.workbench.synth.telling import Known, Telling
from services.workbench.synth.truth import Truth

_GAPS = Weighted((1, 2, 3, 5, 7, 14, 21, 28), (5, 6, 8, 10, 36, 20, 8, 7))
"""Days from one occasion to the next: mostly a week or two, ten on average."""

_FIRST_BEGINS = 0.7
"""The part of the stream in which the first source record of each person begins to be told of."""


class Care:
    """The care of everybody who is known."""

    def __init__(self, options: Options, calendar: Calendar, truth: Truth) -> None:
        self._days = options.days
        self._dice = Dice(f"care {options.seed}")
        self._calendar = calendar
        self._telling = Telling(options.days, calendar, self._dice)
        contacts = Contacts(options, self._telling, truth)
        referrals = Referrals(options, self._telling, truth)
        occasions = (contacts.meet, referrals.refer, self._book, self._note, self._plan, self._consent)
        self._occasions: Weighted[Callable[[Known, SourceRecord], None]] = Weighted(
            occasions, (52, 16, 12, 11, 6, 3)
        )

    def know(self, records: Sequence[SourceRecord]) -> None:
        """Somebody is known: each of the source records will be told of, from a day of its own on."""
        known = Known(self._dice.shuffled(records))
        for place in range(len(records)):
            day = int(self._dice.random() * self._days * (1.0 if place else _FIRST_BEGINS))
            if self._calendar.is_weekend(day) and day >= 2:
                day -= 2
            self._telling.on(day, self._begin, known)

    def tell(self, day: int) -> list[Told]:
        """What is told on a day. Days are told one after the other."""
        return self._telling.tell(day)

    def _begin(self, known: Known) -> None:
        record = known.records[known.begun]
        known.begun += 1
        self._occasions.pick(self._dice)(known, record)
        if known.begun == 1:
            self._telling.later(_GAPS.pick(self._dice), self._go_on, known)

    def _go_on(self, known: Known) -> None:
        record = known.records[self._dice.between(0, known.begun - 1)]
        self._occasions.pick(self._dice)(known, record)
        self._telling.later(_GAPS.pick(self._dice), self._go_on, known)

    def _book(self, known: Known, record: SourceRecord) -> None:
        telling, organisation = self._telling, record.organisation
        teller = telling.at_work(record)
        day = telling.day + self._dice.between(1, resources.BOOKED_AHEAD)
        start = telling.working_time(organisation) // 900 * 900
        times = [self._calendar.instant(day, at, organisation) for at in (start, start + HOUR)]
        title = self._dice.pick(words.BOOKINGS)
        entry = resources.booking(teller, telling.serial(organisation), title, times[0], times[1])
        telling.send(teller, "booking", entry)

    def _note(self, known: Known, record: SourceRecord) -> None:
        telling = self._telling
        teller = telling.at_work(record)
        score = [telling.score(teller)] if self._dice.chance(0.3) else []
        telling.send(teller, "note", telling.note(teller), *score)

    def _plan(self, known: Known, record: SourceRecord) -> None:
        telling = self._telling
        teller = telling.at_work(record)
        steps = [*dict.fromkeys(self._dice.pick(words.STEPS) for _ in range(4))]
        telling.send(teller, "plan", resources.plan(teller, telling.serial(record.organisation), steps))

    def _consent(self, known: Known, record: SourceRecord) -> None:
        telling = self._telling
        teller = telling.at_work(record)
        telling.send(teller, "consent", resources.consent(teller, telling.serial(record.organisation)))
