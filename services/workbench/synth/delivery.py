"""How messages arrive: most at once, some days late and out of order, some twice."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from services.workbench.synth.calendar import HOUR, Calendar
from services.workbench.synth.dice import Dice
from services.workbench.synth.options import Options
from services.workbench.synth.organisations import ORGANISATIONS, Organisation

LATEST = 6
"""Days at most that a batch is late."""

END_OF_LINE = b"}\n"
_LAST_SECOND = 24 * HOUR - 1
_A_SECOND = 20
"""Messages of a late batch sent in each second."""


class Told(NamedTuple):
    """A message that a system has ready to send, and the second of the day at which it has."""

    second: int
    organisation: Organisation
    rest_of_line: bytes
    """The message, and what stands after it in its line."""


class Delivery:
    """Puts messages into the lines of a stream, in the order in which they arrive."""

    def __init__(self, options: Options, calendar: Calendar) -> None:
        self._options = options
        self._calendar = calendar
        self._dice = Dice(f"delivery {options.seed}")
        self._held: dict[int, list[list[Told]]] = defaultdict(list)
        self._arrivals: list[tuple[int, int, bytes]] = []

    @property
    def waiting(self) -> bool:
        """Whether a late batch is still to come."""
        return bool(self._held)

    def deliver(self, day: int, told: Sequence[Told]) -> list[bytes]:
        """The lines that arrive on a day, of what was told on it and of the late batches that it brings."""
        self._arrivals = []
        batches: dict[Organisation, list[Told]] = {
            one: [] for one in ORGANISATIONS if self._dice.chance(self._options.late)
        }
        for one in told:
            if (batch := batches.get(one.organisation)) is not None:
                batch.append(one)
            else:
                self._arrive(day, one.second + self._dice.between(1, 5), one)
        for batch in filter(None, batches.values()):
            self._held[day + self._dice.between(1, LATEST)].append(batch)
        for batch in self._held.pop(day, ()):
            began = self._dice.between(3 * HOUR, 5 * HOUR)
            for place, one in enumerate(self._dice.shuffled(batch)):
                self._arrive(day, min(began + place // _A_SECOND, _LAST_SECOND), one)
        return [line for _, _, line in sorted(self._arrivals)]

    def _arrive(self, day: int, second: int, one: Told) -> None:
        sent = self._calendar.instant(day, second, one.organisation)
        head = f'{{"sender":"{one.organisation.ods}","sent":"{sent}","message":'
        line = head.encode() + one.rest_of_line
        self._arrivals.append((second, len(self._arrivals), line))
        if self._dice.chance(self._options.redelivered):
            again = min(second + self._dice.between(30, 3 * HOUR), _LAST_SECOND)
            self._arrivals.append((again, len(self._arrivals), line))
