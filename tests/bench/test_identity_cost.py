"""The cost of telling who somebody is does not grow with how many are known.

10,000 source records are held against as many as `CARETHREAD_BENCH_RECORDS=1000000` asks for.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from statistics import median

import orjson
import pytest

from services.platform.postgres import Connection, connect
from services.record.apply import apply
from services.workbench.synth.patient import patient
from services.workbench.synth.source_records import SourceRecord
from tests.bench.many_people import Population, load
from tests.engines import Engines, accept, running_engines
from tests.identities import Sent
from tests.streams.fhir_builders import Organisation, note
from tests.streams.fhir_builders import SourceRecord as Known
from tests.streams.message_lines import message

pytestmark = [
    pytest.mark.alone,
    pytest.mark.any_broker,
    pytest.mark.skipif(
        "CARETHREAD_BENCH_RECORDS" not in os.environ, reason="takes minutes: asked for by name"
    ),
]

FEW, MANY = 10_000, int(os.environ.get("CARETHREAD_BENCH_RECORDS", "0"))
MOST_RATIO = 1.3
"""Of the time a message takes among MANY to that among FEW."""

BATCH, ROUNDS = 40, 4
"""Messages applied at once, and how often; of each round the kinds below make up a quarter each."""

AT = "2026-07-01T10:00:00Z"

Tell = Callable[[SourceRecord], Sent]


def told(record: SourceRecord, text: str) -> Sent:
    """What a system says of somebody, with a note."""
    holder = record.organisation
    by = Organisation(holder.ods, holder.name, holder.sector, holder.home)
    resource = patient(record) | {"meta": {"lastUpdated": AT}}
    known = Known(by, resource)
    said = note(known, f"note-{text}", "We met.", on=AT, by="Sam Okafor")
    return holder.ods, 1, orjson.dumps(message(by, AT, said, [resource]))


def moved(record: SourceRecord, number: int) -> Sent:
    """The same, of somebody who lives where nobody else does now, with a telephone of their own."""
    address = record.address._replace(line=f"{number} Otter Wharf", postcode="")
    return told(replace(record, address=address, phone=f"07700 900{number % 1000:03d}"), "moved")


def kinds(people: Population) -> dict[str, Iterator[Sent]]:
    """Messages without end, by what they bring."""
    half = len(people.loaded) // 2
    return {
        "first sight of somebody new": (told(one, "first") for one in people.unknown_people),
        "first sight by another system": (told(one, "first") for one in people.known_people),
        "other demographics": (moved(one, number) for number, one in enumerate(people.loaded[:half])),
        "demographics as they were": (told(one, "again") for one in people.loaded[half:]),
    }


async def measure(engines: Engines, people: Population) -> dict[str, float]:
    """Milliseconds a message, by kind: the median of the rounds after the first, which warms up."""
    taken: dict[str, list[float]] = {}
    async with await connect(engines.dsn) as connection:
        for name, told_now in kinds(people).items():
            for _ in range(ROUNDS + 1):
                sent = [one for one, _ in zip(told_now, range(BATCH), strict=False)]
                taken.setdefault(name, []).append(await _apply(connection, sent))
    return {name: median(times[1:]) for name, times in taken.items()}


async def _apply(connection: Connection, sent: Sequence[Sent]) -> float:
    keys = await accept(connection, sent)
    began = time.perf_counter()
    ages = await apply(connection, keys)
    took = time.perf_counter() - began
    assert len(ages) == len(keys) == BATCH
    return took / BATCH * 1e3


async def test_a_message_takes_as_long_among_many_as_among_few(capsys: pytest.CaptureFixture[str]) -> None:
    """A quarter each of four kinds of messages; the time of each is printed."""
    found: dict[int, dict[str, float]] = {}
    for count in (FEW, MANY):
        with running_engines(apache=False) as engines:
            began = time.monotonic()
            people = load(engines.dsn, count)
            loading = time.monotonic() - began
            found[count] = await measure(engines, people)
        with capsys.disabled():
            print(f"\n{count:,} source records, loaded in {loading:.0f} s")
            for name, milliseconds in found[count].items():
                print(f"  {milliseconds:7.2f} ms a message: {name}")
    few, many = (sum(found[count].values()) for count in (FEW, MANY))
    with capsys.disabled():
        print(f"ratio {many / few:.2f}, at most {MOST_RATIO}")
    assert many <= MOST_RATIO * few
