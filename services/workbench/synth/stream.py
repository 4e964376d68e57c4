"""Writes the stream of a synthetic partnership, its truth, and its source records as rows."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from services.workbench.synth.calendar import Calendar
from services.workbench.synth.care import Care
from services.workbench.synth.delivery import LATEST, Delivery
from services.workbench.synth.options import Options
from services.workbench.synth.resources import BOOKED_AHEAD
from services.workbench.synth.source_records import SourceRecord, source_records
from services.workbench.synth.truth import Truth

COLUMNS = (
    "id", "sender", "given_name", "surname", "dob", "gender", "postcode", "address", "phone", "email", "nhs_number",
    "truth",
)  # fmt: skip
"""Of a source record as a row."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written."""

    people: int
    source_records: int
    messages: int
    """Different ones."""

    deliveries: int
    """Lines of the stream: messages delivered twice are two."""


def write_stream(
    options: Options, out: BinaryIO, truth: TextIO, progress: Callable[[int], None] = lambda lines: None
) -> Summary:
    """Write the stream to `out` and its truth, as CSV, to `truth`.

    Memory grows with the people, by about 6 kB each in a stream of 30 days, and more in one of few days: the
    messages of a day are held until it is over. `progress` hears how many more lines are written, after each day.
    """
    calendar = Calendar(options.days + max(LATEST, BOOKED_AHEAD))
    told_truth = Truth()
    care, delivery = Care(options, calendar, told_truth), Delivery(options, calendar)
    known = messages = deliveries = 0
    for _, records in source_records(options):
        known += len(records)
        for record in records:
            told_truth.person(record)
        care.know(records)
    day = 0
    while day < options.days or delivery.waiting:
        told = care.tell(day) if day < options.days else []
        lines = delivery.deliver(day, told)
        out.writelines(lines)
        messages += len(told)
        deliveries += len(lines)
        progress(len(lines))
        day += 1
    told_truth.write(truth)
    return Summary(options.people, known, messages, deliveries)


def people_rows(options: Options) -> Iterator[dict[str, str]]:
    """The source records as the systems hold them when the stream begins, each with its person as `truth`.

    `id` is the person's identifier in the sender's system, as in the stream.
    """
    for _, records in source_records(options):
        for record in records:
            yield _row(record)


def write_people(options: Options, out: TextIO) -> int:
    """Write `people_rows` as CSV and say how many there are."""
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    count = 0
    for count, row in enumerate(people_rows(options), 1):  # noqa: B007
        writer.writerow(row)
    return count


def _row(record: SourceRecord) -> dict[str, str]:
    line, town, postcode = record.address
    return {
        "id": record.local,
        "sender": record.organisation.ods,
        "given_name": record.given,
        "surname": record.family,
        "dob": record.born,
        "gender": record.gender,
        "postcode": postcode,
        "address": f"{line}, {town}",
        "phone": record.phone,
        "email": record.email,
        "nhs_number": record.nhs_number,
        "truth": str(record.person),
    }
