"""The record of somebody in care for years, as three organisations tell of it: as many entries as are asked for."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count, islice

import orjson

from services.platform.postgres import Connection
from services.record.apply import apply
from tests.engines import accept
from tests.identities import AT, Sent
from tests.streams.fhir_builders import (
    HL7,
    Demographics,
    Organisation,
    Resource,
    SourceRecord,
    answer,
    answers,
    booking,
    concept,
    consent,
    contact,
    goal,
    known_to,
    note,
    plan,
    referral,
    safety_flag,
    score,
)
from tests.streams.message_lines import message, version
from tests.streams.norfolk_suffolk_partners import COUNCIL, SURGERY, TRUST

BEGAN = date(2006, 1, 2)
WORKERS = ("Sam Okafor", "Priya Nair", "Tom Brundish", "Ngozi Adeyemi", "Dawn Ferreira")
SERVICES = (
    "Talking therapy",
    "Befriending",
    "Housing advice",
    "Memory clinic",
    "Stop smoking",
    "Benefits advice",
)

WHY = "Low mood since the move"

Told = tuple[SourceRecord, Resource]
"""Who tells it, and what."""


class Person:
    """Somebody whom three systems know."""

    def __init__(self, local: str, who: Demographics) -> None:
        self.trust, self.surgery, self.council = (
            known_to(holder, local, who, AT) for holder in (TRUST, SURGERY, COUNCIL)
        )
        self.name = f"{who.given} {who.family}"


def entries_of(person: Person) -> Iterator[list[Told]]:
    """One entry after another without end, each with what every system tells of it; a round takes 19 days."""
    yield [(person.trust, _plan(person, 1, "Priya Nair, named social worker"))]
    bees = goal(person.trust, "g-0", "Keep bees", "in-progress", since="2006-01-09", by=person.name)
    yield [(person.trust, bees)]
    for number in count():
        day = BEGAN + timedelta(days=19 * number)
        who = WORKERS[number // 40 % len(WORKERS)]
        yield from _referral(person, number, day, who)
        for visit in range(9):
            yield from _met(person, f"{number}-{visit}", day + timedelta(days=2 * visit), who, visit)
        if number % 20 == 7:
            yield from _seldom(person, number, day)


def _referral(person: Person, number: int, day: date, who: str) -> Iterator[list[Told]]:
    """The surgery asks the trust, which has its own copy. It is taken on and completed, rejected or called off; the
    surgery closes one in three."""
    ubrn, what = f"{200000000000 + number}", SERVICES[number % len(SERVICES)]
    ends = ("completed", "rejected", "completed", "completed", "cancelled")[number % 5]
    asked, over = f"{day}T09:00:00Z", f"{day + timedelta(days=12)}T11:00:00Z"
    status = "completed" if number % 3 == 1 else "active"
    copies = [
        referral(one, f"r-{number}", TRUST, what, WHY, on=asked, ubrn=ubrn, by=SURGERY, status=status)
        for one in (person.surgery, person.trust)
    ]
    yield [
        (one, _at(copy, over if number % 3 == 1 else asked))
        for one, copy in zip((person.surgery, person.trust), copies, strict=True)
    ]
    trust, start = person.trust, f"{day + timedelta(days=5)}T10:00:00Z"
    if number % 100 == 9:
        return  # nobody ever answered
    about = {"type": "ServiceRequest", "identifier": copies[1]["identifier"][1]}
    if ends != "rejected":
        on = f"{day + timedelta(days=2)}T11:00:00Z"
        first = answer(trust, f"t-{number}", copies[1], "accepted", "Agreed together", on=on)
        yield [(trust, _at(first | {"focus": about}, on))]
    last = answer(trust, f"o-{number}", copies[1], ends, "As the person wished", on=over)
    yield [(trust, _at(last | {"focus": about}, over))]
    if ends == "completed":
        end = start.replace("T10", "T11")
        yield [
            (one, _at(_booked(one, f"b-{number}", what, start, end, who), start))
            for one in (person.surgery, trust)
        ]
        yield [(trust, _at(contact(trust, f"rc-{number}", what, start, end, who, ubrn=ubrn), end))]


def _booked(known: SourceRecord, name: str, what: str, start: str, end: str, who: str) -> Resource:
    return booking(known, name, what, start, end, shared_id=name, status="fulfilled", with_whom=who)


def _met(person: Person, name: str, day: date, who: str, visit: int) -> Iterator[list[Told]]:
    """A contact, one in three told by two; and, in turn, a note, a score or a form."""
    start, end = f"{day}T13:00:00Z", f"{day}T14:00:00Z"
    council, trust = person.council, person.trust
    tellers = (trust, council) if visit % 3 == 0 else (council,)
    yield [(one, _at(contact(one, f"c-{name}", "Home visit", start, end, who), end)) for one in tellers]
    if visit % 3 == 1:
        words = f"We walked as far as the staithe and back ({name})."
        yield [(council, _at(note(council, f"n-{name}", words, on=start, by=who), end))]
    measure, value = ("PHQ-9", "GAD-7", "ReQoL-10")[visit % 3], (visit * 7 + day.month) % 21
    yield [(trust, _at(score(trust, f"s-{name}", measure, value, on=start, by=who), end))]
    if visit == 4:
        asked = ("How was the week?", "Better than the last one"), ("And sleep?", "Four hours a night")
        yield [(council, _at(answers(council, f"q-{name}", "weekly", *asked, on=start), end))]


def _seldom(person: Person, number: int, day: date) -> Iterator[list[Told]]:
    """What comes once a year: a goal, a flag that is lifted again, a consent, a diagnosis."""
    council, trust = person.council, person.trust
    on, until = f"{day}T08:00:00Z", "" if number == 7 else str(day + timedelta(days=90))
    sea = goal(
        council, f"g-{number}", f"Get to the sea ({number})", "in-progress", since=str(day), by=person.name
    )
    yield [(council, _at(sea, on))]
    yield [(trust, _at(safety_flag(trust, f"f-{number}", "Ring first", since=str(day), until=until), on))]
    yield [(trust, _at(consent(trust, f"k-{number}", "permit", COUNCIL, on=on), on))]
    yield [
        (
            person.surgery,
            {
                "resourceType": "Condition",
                "id": f"d-{number}",
                "meta": {"lastUpdated": on},
                "clinicalStatus": concept("", (f"{HL7}/condition-clinical", "active", "")),
                "code": concept(f"Low mood ({number})"),
                "subject": person.surgery.reference,
                "recordedDate": str(day),
            },
        )
    ]


def _at(resource: Resource, instant: str) -> Resource:
    return resource | {"meta": {"lastUpdated": instant}}


def _plan(person: Person, number: int, by: str) -> Resource:
    told = plan(person.trust, "p-1", "Support plan", "A key of their own", since="2006-01-03", by=by)
    return version(told, number)


def messages(person: Person, entries: int) -> Iterator[Sent]:
    """All that is told of the person up to so many entries, forty things a message; then three versions of the plan."""
    waiting: dict[str, list[Told]] = {}
    for told in islice(entries_of(person), entries):
        for known, resource in told:
            some = waiting.setdefault(known.held_by.ods, [])
            some.append((known, resource))
            if len(some) == 40:
                yield _message(known.held_by, waiting.pop(known.held_by.ods), AT)
    for some in waiting.values():
        yield _message(some[0][0].held_by, some, AT)
    for number, by in enumerate(("Tom Brundish, named nurse", "Dawn Ferreira, named social worker"), start=2):
        yield _message(TRUST, [(person.trust, _plan(person, number, by))], f"2026-0{number + 3}-05T10:00:00Z")


def _message(holder: Organisation, told: Sequence[Told], at: str) -> Sent:
    known, first = told[0]
    parts = [known.patient, *(resource for _, resource in told[1:])]
    return holder.ods, 1, orjson.dumps(message(holder, at, first, parts))


async def fill(connection: Connection, person: Person, entries: int) -> None:
    """Put all that in, as the workers do."""
    sent = list(messages(person, entries))
    for place in range(0, len(sent), 10):
        await apply(connection, await accept(connection, sent[place : place + 10]))
