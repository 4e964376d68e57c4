"""What is told of somebody with a long record takes as long as of somebody with a short one."""

import time
from collections.abc import Iterator
from itertools import count, islice

import orjson
import pytest

from services.platform.postgres import Connection, connect
from services.record.apply import apply
from tests.engines import Engines, accept
from tests.identities import AT, Sent
from tests.streams.fhir_builders import Demographics, Organisation, Resource, contact, known_to, note, score
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import COUNCIL, TRUST

pytestmark = [pytest.mark.alone, pytest.mark.any_broker]

SHORT, LONG = 10, 10_000
"""Entries of the records."""

MOST_RATIO = 1.5
ROUNDS = 30

SOMEBODY = {
    SHORT: Demographics("Wren", "Quillfeather", "female", "1990-04-02", "9990000018"),
    LONG: Demographics("Fern", "Ollerby", "female", "1961-11-23", "9990000026"),
}


def told(holder: Organisation, entries: int, resources: list[Resource]) -> Sent:
    """A message of a system about one of the two."""
    known = known_to(holder, str(entries), SOMEBODY[entries], AT)
    return holder.ods, 1, orjson.dumps(message(holder, AT, resources[0], [known.patient, *resources[1:]]))


def things(holder: Organisation, entries: int) -> Iterator[Resource]:
    """Contacts, notes and scores without end, two of each a day."""
    known = known_to(holder, str(entries), SOMEBODY[entries], AT)
    minute = 0 if holder is TRUST else 40
    for number in count():
        day, hour = divmod(number, 2)
        year, rest = divmod(day // 3, 336)
        on = f"{1990 + year}-{1 + rest // 28:02d}-{1 + rest % 28:02d}"
        start, end = f"{on}T{9 + 4 * hour:02d}:{minute:02d}:00Z", f"{on}T{11 + 4 * hour:02d}:00:00Z"
        if day % 3 == 0:
            yield contact(known, f"c-{number}", "Session", start, end, "Sam Okafor")
        elif day % 3 == 1:
            yield note(known, f"n-{number}", f"We met for the {number}th time.", on=start, by="Sam Okafor")
        else:
            yield score(known, f"s-{number}", "PHQ-9", number % 28, on=on, by="Sam Okafor")


async def fill(connection: Connection, entries: int) -> None:
    """Two systems tell of it all, fifty things a message."""
    for holder in (TRUST, COUNCIL):
        endless = things(holder, entries)
        left = entries // 2
        sent = []
        while left:
            some = list(islice(endless, min(50, left)))
            left -= len(some)
            sent.append(told(holder, entries, some))
        await apply(connection, await accept(connection, sent))


async def update(connection: Connection, entries: int, number: int) -> float:
    """Milliseconds to apply a message with a new contact, that another has too, and a changed note."""
    known = known_to(TRUST, str(entries), SOMEBODY[entries], AT)
    start = f"2026-{1 + number // 28:02d}-{1 + number % 28:02d}T10:00:00Z"
    new = contact(known, f"new-{number}", "Session", start, start.replace("T10", "T11"), "Sam Okafor")
    changed = note(known, "n-2", f"We met, in the {number}th wording.", on=AT, by="Sam Okafor")
    keys = await accept(connection, [told(TRUST, entries, [new, changed])])
    began = time.perf_counter()
    assert len(await apply(connection, keys)) == 1
    return (time.perf_counter() - began) * 1e3


async def test_an_update_takes_as_long_whatever_is_there(
    database: Engines, capsys: pytest.CaptureFixture[str]
) -> None:
    """The least of many rounds of each, taken by turns."""
    taken: dict[int, list[float]] = {SHORT: [], LONG: []}
    async with await connect(database.dsn) as connection:
        for entries in taken:
            await fill(connection, entries)
        await connection.execute("analyze")
        for number in range(ROUNDS):
            for entries, times in taken.items():
                times.append(await update(connection, entries, number))
        told_of = await connection.execute("select count(*) from record.entry where kind <> 'context'")
        ((stored,),) = await told_of.fetchall()
    least = {entries: min(times[3:]) for entries, times in taken.items()}
    with capsys.disabled():
        for entries, milliseconds in least.items():
            print(f"\n{entries:6,} entries: {milliseconds:.2f} ms an update", end="")
        print(f"\nratio {least[LONG] / least[SHORT]:.2f}, at most {MOST_RATIO}")
    assert stored == SHORT + LONG + 2 * ROUNDS
    assert least[LONG] <= MOST_RATIO * least[SHORT]
