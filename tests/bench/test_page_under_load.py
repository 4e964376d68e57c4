"""A person's page and answers over FHIR stay quick among many people, of a long record, while messages come in."""

import asyncio
import os
import statistics
import time
from pathlib import Path

import httpx
import pytest

from services.platform.postgres import connect
from services.viewer.reading import find_persons
from tests.bench.long_record import Person, fill
from tests.bench.many_people import load
from tests.faults.replays import Replay, write_stream
from tests.identities import record_id
from tests.messages import fhir_client
from tests.stack import RunningStack, data_folder
from tests.streams.fhir_builders import Demographics
from tests.streams.norfolk_suffolk_partners import TRUST

pytestmark = [
    pytest.mark.alone,
    pytest.mark.any_broker,
    pytest.mark.skipif(
        "CARETHREAD_BENCH_PERSONS" not in os.environ, reason="takes minutes: asked for by name"
    ),
]

PERSONS = int(os.environ.get("CARETHREAD_BENCH_PERSONS", "0"))
SYSTEMS_OF_ONE = 2.6
"""Source records of one synthetic person, about."""
ENTRIES = 10_000
RATE = 100
"""Messages a second that come in meanwhile."""
SECONDS = 40
MOST_MS = 100.0
PAUSE = 0.1
"""Between two looks: somebody reads."""


async def filled(stack: RunningStack) -> str:
    """The id of the person with the long record, among so many others."""
    dsn = stack.book.postgres.get_secret_value()
    load(dsn, int(PERSONS * SYSTEMS_OF_ONE))
    async with await connect(dsn) as connection:
        who = Demographics("Fern", "Ollerby", "female", "1961-11-23", "9990000026")
        await fill(connection, Person("long", who), ENTRIES)
        await connection.execute("vacuum analyze")
        (person,) = await find_persons(connection, record_id(TRUST, "long").hex())
        return person.hex()


def test_a_page_is_quick_while_messages_come_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """p95 of the first page of the long record, and over FHIR of its contacts and of $everything, a page of each."""
    with data_folder() as folder, RunningStack(folder) as stack:
        person = asyncio.run(filled(stack))
        stream = write_stream(tmp_path, RATE * (SECONDS + 20), 5_000)
        addresses = {
            "page": f"/person/{person}",
            "contacts": f"/fhir/Encounter?patient={person}",
            "everything": f"/fhir/Patient/{person}/$everything",
        }
        took: dict[str, list[float]] = {name: [] for name in addresses}
        with fhir_client(stack, "") as client, Replay(stack, stream, "--rate", str(RATE)):
            assert client.get(stack.run("sign-in").stdout.strip()).status_code == 303
            before = stack.status()["applied"]
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                for name, address in addresses.items():
                    took[name].append(asked(client, address))
                    time.sleep(PAUSE)
            applied = stack.status()["applied"] - before
    with capsys.disabled():
        print(
            f"\n{PERSONS:,} persons, {ENTRIES:,} entries, {applied / SECONDS:.0f} messages applied a second"
        )
        for name, times in took.items():
            p95 = statistics.quantiles(times, n=20)[-1]
            print(f"  {name}: {statistics.median(times):.0f} ms middling, {p95:.0f} at p95 of {len(times)}")
    assert applied > RATE * SECONDS * 0.8
    for times in took.values():
        assert statistics.quantiles(times, n=20)[-1] < MOST_MS


def asked(client: httpx.Client, address: str) -> float:
    """Milliseconds that an address takes."""
    began = time.perf_counter()
    answer = client.get(address)
    taken = (time.perf_counter() - began) * 1e3
    assert answer.status_code == 200, answer.text[:200]
    return taken
