"""The cost of a message does not grow with how many people are known.

10,000 source records are held against as many as `CARETHREAD_BENCH_RECORDS=1000000` asks for, both on a server that
has the memory for the million (the records and their indexes take 4 GB), and both in the middle of their work: messages
have been told before, and no checkpoint begins meanwhile. After one, the first change of a page puts all 8 kB of it
into the log, some twenty pages for somebody new among a million; at the rate that is measured here nearly every page
has been changed once within five minutes, of the thirty between two checkpoints.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

import orjson
import pytest

from services.platform.postgres import Connection, connect
from services.record.apply import apply
from services.workbench.synth.patient import patient
from services.workbench.synth.source_records import SourceRecord
from tests.bench.many_people import Population, load
from tests.engines import accept, running_engines
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

BATCH, ROUNDS = 25, 8
"""Messages accepted and applied at once, and how often of each kind."""

WARM = 800
"""Before that, of each kind, one message for so many records."""

SERVER = {"shared_buffers": "4GB", "max_wal_size": "40GB", "checkpoint_timeout": "1d"}

MIX = {
    "first sight of somebody new": 0.08,
    "first sight by another system": 0.14,
    "other demographics": 0.005,
    "demographics as they were": 0.775,
}
"""The share of each kind in what `carethread synth --days 90` has a partnership tell."""

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


class Took(NamedTuple):
    """Milliseconds a message."""

    whole: float
    """From its bytes to the record: validated, accepted, applied."""
    applied: float
    """Of that, from where it was accepted."""


def kinds(people: Population) -> dict[str, Iterator[Sent]]:
    """Messages without end, by what they bring."""
    half = len(people.loaded) // 2
    return {
        "first sight of somebody new": (told(one, "first") for one in people.unknown_people),
        "first sight by another system": (told(one, "first") for one in people.known_people),
        "other demographics": (moved(one, number) for number, one in enumerate(people.loaded[:half])),
        "demographics as they were": (told(one, "again") for one in people.loaded[half:]),
    }


async def measure(
    few: tuple[Connection, Population], many: tuple[Connection, Population]
) -> tuple[dict[str, Took], dict[str, Took]]:
    """What a message takes, by kind: the least of the rounds after those that warm up, for what more another took is
    the machine's other work; among few and among many by turns, for a machine is not always as quick."""
    taken: tuple[dict[str, Took], dict[str, Took]] = ({}, {})
    told = [kinds(people) for _, people in (few, many)]
    for name in MIX:
        for (connection, _), count, each in zip((few, many), (FEW, MANY), told, strict=True):
            for _ in range(max(1, count // WARM // BATCH)):
                await _take_in(connection, each[name])
        rounds = [
            [
                await _take_in(connection, each[name])
                for (connection, _), each in zip((few, many), told, strict=True)
            ]
            for _ in range(ROUNDS)
        ]
        for found, of_one in zip(taken, zip(*rounds, strict=True), strict=True):
            found[name] = Took(*(min(times) for times in zip(*of_one, strict=True)))
    return taken


async def _take_in(connection: Connection, told_now: Iterator[Sent]) -> Took:
    sent = list(islice(told_now, BATCH))
    began = time.perf_counter()
    keys = await accept(connection, sent)
    accepted = time.perf_counter()
    ages = await apply(connection, keys)
    ended = time.perf_counter()
    assert len(ages) == len(keys) == BATCH
    return Took((ended - began) / BATCH * 1e3, (ended - accepted) / BATCH * 1e3)


async def test_a_message_takes_as_long_among_many_as_among_few(capsys: pytest.CaptureFixture[str]) -> None:
    """Of four kinds of messages, in the shares that they have; the time of each is printed."""
    async with AsyncExitStack() as running:
        loaded: list[tuple[Connection, Population]] = []
        for count in (FEW, MANY):
            engines = running.enter_context(running_engines(apache=False, postgres_settings=SERVER))
            people = load(engines.dsn, count)
            loaded.append((await running.enter_async_context(await connect(engines.dsn)), people))
        found = await measure(*loaded)
    with capsys.disabled():
        for count, taken in zip((FEW, MANY), found, strict=True):
            print(f"\n{count:,} source records")
            for name, took in taken.items():
                print(f"  {took.whole:7.2f} ms a message, of that {took.applied:.2f} ms applied: {name}")
        whole, applied = (
            [sum(MIX[name] * took[part] for name, took in taken.items()) for taken in found]
            for part in (0, 1)
        )
        ratio = whole[1] / whole[0]
        print(f"ratio {ratio:.2f}, at most {MOST_RATIO}; of applying alone {applied[1] / applied[0]:.2f}")
    assert ratio <= MOST_RATIO
