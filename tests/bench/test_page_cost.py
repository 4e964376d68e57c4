"""Reading a person's page takes as long of somebody with a long record as of anybody who fills the page."""

import statistics
import time

import httpx
import pytest

from services.platform.access import issue_link
from services.platform.postgres import connect
from services.viewer.moments import now_ticks
from services.viewer.person_page import read_page
from services.viewer.reading import find_persons, read_record
from services.viewer.timeline_filter import Filter
from services.web import Web
from tests.bench.long_record import Person, fill
from tests.engines import Engines
from tests.identities import record_id
from tests.streams.fhir_builders import Demographics
from tests.streams.norfolk_suffolk_partners import COUNCIL, TRUST

pytestmark = [pytest.mark.alone, pytest.mark.any_broker]

SHORT, FULL, LONG = 10, 1_000, 10_000
"""Entries of the records: the second has enough of every kind to fill the page."""

MOST_OF_FULL = 1.5
"""That the longest may take of what the one that fills the page takes."""
MOST_OF_SHORT = 2.3
"""That the first page of the longest may take of that of ten entries: about twice is reached, for it shows far more."""
MOST_FILTERED_MS = 30.0
"""That reading some entries alone may take, and counting what else could be chosen."""
ROUNDS = 40

SOMEBODY = {
    SHORT: Demographics("Wren", "Quillfeather", "female", "1990-04-02", "9990000018"),
    FULL: Demographics("Maud", "Tindle", "female", "1974-08-30", "9990000034"),
    LONG: Demographics("Fern", "Ollerby", "female", "1961-11-23", "9990000026"),
}


async def measured(database: Engines, link: str, addresses: dict[int, str]) -> dict[int, list[float]]:
    """Milliseconds that the address of each record took, by turns."""
    taken: dict[int, list[float]] = {entries: [] for entries in addresses}
    async with Web(database.settings).running() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://carethread.example") as client:
            assert (await client.get(f"/sign-in/{link}")).status_code == 303
            for _ in range(ROUNDS):
                for entries, address in addresses.items():
                    began = time.perf_counter()
                    answer = await client.get(address)
                    taken[entries].append((time.perf_counter() - began) * 1e3)
                    assert answer.status_code == 200
    return taken


async def test_a_page_takes_as_long_whatever_is_there(
    database: Engines, capsys: pytest.CaptureFixture[str]
) -> None:
    """The least of many rounds of each: of the first page, with the story, and of the one in the middle."""
    first: dict[int, str] = {}
    middle: dict[int, str] = {}
    async with await connect(database.dsn) as connection:
        for entries, who in SOMEBODY.items():
            await fill(connection, Person(str(entries), who), entries)
        await connection.execute("vacuum analyze")
        for entries in SOMEBODY:
            (person,) = await find_persons(connection, record_id(TRUST, str(entries)).hex())
            page = await read_page(connection, person, None, now_ticks())
            assert 0.99 * entries <= page.total <= entries, "two of a day may fold that were meant as two"
            first[entries] = f"/person/{person.hex()}"
            if entries != SHORT:
                half = (await read_record(connection, person)).entries[entries // 2]
                middle[entries] = f"{first[entries]}?from={half.occurred}-{half.key.hex()}"
        links = [await issue_link(connection) for _ in range(2)]
    least: dict[str, dict[int, float]] = {}
    with capsys.disabled():
        for name, link, addresses in zip(("first", "middle"), links, (first, middle), strict=True):
            taken = await measured(database, link, addresses)
            least[name] = {entries: min(times) for entries, times in taken.items()}
            for entries, times in taken.items():
                p95 = statistics.quantiles(times, n=20)[-1]
                words = f"{entries:6,} entries, {name} page: {min(times):6.1f} ms at least"
                middling = statistics.median(times)
                print(
                    f"\n{words}, {middling:6.1f} middling, {p95:6.1f} at p95, {times[0]:6.1f} at first",
                    end="",
                )
        to_full, to_short = (least["first"][LONG] / least["first"][one] for one in (FULL, SHORT))
        print(f"\nlong to full {to_full:.2f}, at most {MOST_OF_FULL}", end="")
        print(f"; long to short {to_short:.2f}, at most {MOST_OF_SHORT}")
    for page_of in least.values():
        assert page_of[LONG] <= MOST_OF_FULL * page_of[FULL]
    assert to_short <= MOST_OF_SHORT


FILTERS = {
    "a common kind": Filter(kind="Contact"),
    "a rare kind": Filter(kind="Flag"),
    "an organisation that tells much": Filter(by=TRUST.ods),
    "one that tells little": Filter(by=COUNCIL.ods),
    "one that tells nothing": Filter(by="ZZ999"),
    "a kind, a sector and a year": Filter(
        kind="Referral", sector="NHS", since="2010-01-01", until="2010-12-31"
    ),
}


async def test_some_entries_alone_are_read_at_once(
    database: Engines, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the longest record, whatever is asked for."""
    taken: dict[str, list[float]] = {name: [] for name in FILTERS}
    async with await connect(database.dsn) as connection:
        await fill(connection, Person(str(LONG), SOMEBODY[LONG]), LONG)
        await connection.execute("vacuum analyze")
        (person,) = await find_persons(connection, record_id(TRUST, str(LONG)).hex())
        for _ in range(ROUNDS):
            for name, only in FILTERS.items():
                began = time.perf_counter()
                await read_page(connection, person, None, now_ticks(), only=only)
                taken[name].append((time.perf_counter() - began) * 1e3)
    with capsys.disabled():
        for name, times in taken.items():
            print(f"\n{name}: {min(times):.1f} ms at least, {statistics.median(times):.1f} middling", end="")
        print()
    assert all(min(times) < MOST_FILTERED_MS for times in taken.values())
