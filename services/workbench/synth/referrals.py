"""Referrals: told by one system, two or three, answered, closed, and at times truly made a second time."""

from services.workbench.synth import resources, words
from services.workbench.synth.calendar import HOUR
from services.workbench.synth.options import Options
from services.workbench.synth.organisations import ORGANISATIONS, Organisation
from services.workbench.synth.patient import Resource
from services.workbench.synth.resources import Entry, Request, Teller
from services.workbench.synth.source_records import SourceRecord
from services.workbench.synth.telling import Known, Telling
from services.workbench.synth.truth import Truth

_UBRN_WITHIN_NHS, _UBRN_OTHERWISE = 0.55, 0.12
_FOLLOWS = 0.25
"""Of referrals that several systems tell of, those where the others name the first one's."""

_ANSWERED = 0.6
_CLOSED = 0.35
_MADE_AGAIN = 0.15


class Referrals:
    """Has people referred, and systems tell of it."""

    def __init__(self, options: Options, telling: Telling, truth: Truth) -> None:
        self._told_twice = options.told_twice
        self._telling = telling
        self._truth = truth

    def refer(self, known: Known, record: SourceRecord) -> None:
        """The record's organisation refers the person to another, to one that knows the person mostly."""
        dice, others = self._telling.dice, known.others(record)
        to = self._any_other(record.organisation)
        if others and dice.chance(0.75):
            to = dice.pick(others).organisation
        self._make(known, record, to, dice.between(0, len(words.REASONS) - 1))

    def _make(self, known: Known, record: SourceRecord, to: Organisation, reason: int) -> None:
        telling, dice, by = self._telling, self._telling.dice, record.organisation
        teller, event = telling.at_work(record), telling.event()
        within_nhs = by.in_nhs and to.in_nhs
        by_number = dice.chance(_UBRN_WITHIN_NHS if within_nhs else _UBRN_OTHERWISE)
        ubrn = f"{100_000_000_000 + 7 * event}" if by_number else ""
        request = Request(event, by, to, reason, ubrn, telling.day, teller.second)
        entry = self._tell(teller, request, teller.at, wording=0)
        others = sorted(known.others(record), key=lambda one: one.organisation is not to)
        if others and dice.chance(self._told_twice):
            copies = others[: 2 if dice.chance(self._told_twice / 2) else 1]
            self._tell_again(copies, request, entry["resource"] if dice.chance(_FOLLOWS) else None)
        if others and others[0].organisation is to and dice.chance(_ANSWERED):
            telling.later(dice.between(2, 9), self._answer, others[0], entry["resource"])
        if dice.chance(_CLOSED):
            changes = {"status": dice.pick(("completed", "completed", "revoked"))}
            telling.later(dice.between(3, 25), telling.revise, record, "referral", entry, changes)
        if dice.chance(_MADE_AGAIN):
            telling.later(dice.between(14, 42), self._make, known, record, to, reason)

    def _tell_again(self, copies: list[SourceRecord], request: Request, follows: Resource | None) -> None:
        """Others tell of it too: within two hours, or one to three days later."""
        telling, dice = self._telling, self._telling.dice
        for copy in copies:
            if dice.chance(0.5):
                second = request.second + dice.between(60, 2 * HOUR)
                self._copy(telling.teller(copy, second), request, follows)
            else:
                telling.later(dice.between(1, 3), self._copy_at_work, copy, request, follows)

    def _copy_at_work(self, record: SourceRecord, request: Request, follows: Resource | None) -> None:
        self._copy(self._telling.at_work(record), request, follows)

    def _copy(self, teller: Teller, request: Request, follows: Resource | None) -> None:
        """A system that was told has the instant or the day of the referral, or the instant at which it heard."""
        telling, dice = self._telling, self._telling.dice
        made = telling.calendar.instant(request.day, request.second, teller.organisation)
        made = dice.pick((made, made, made[:10], teller.at))
        self._tell(teller, request, made, dice.between(0, words.WORDINGS - 1), follows)

    def _tell(
        self, teller: Teller, request: Request, made: str, wording: int, follows: Resource | None = None
    ) -> Entry:
        serial = self._telling.serial(teller.organisation)
        self._truth.entry(teller.organisation, "ServiceRequest", serial, request.event)
        entry = resources.referral(teller, serial, request, made, wording, follows)
        self._telling.send(teller, "referral", entry)
        return entry

    def _answer(self, record: SourceRecord, request: Resource) -> None:
        telling, dice = self._telling, self._telling.dice
        accepted, teller = dice.chance(0.85), telling.at_work(record)
        said = dice.pick(words.ACCEPTED if accepted else words.REJECTED)
        serial = telling.serial(record.organisation)
        entry = resources.answer(teller, serial, request, accepted=accepted, words=said)
        telling.send(teller, "referral-answer", entry)

    def _any_other(self, organisation: Organisation) -> Organisation:
        place = self._telling.dice.between(1, len(ORGANISATIONS) - 1) + organisation.place
        return ORGANISATIONS[place % len(ORGANISATIONS)]
