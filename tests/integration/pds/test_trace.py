"""The trace among others: nobody is asked about twice, whatever dies, hangs or refuses meanwhile."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from services.pds.due import PAGE, claim, look
from services.pds.errors import PdsAway, PdsRefused
from services.platform.postgres import Connection, connect
from tests.engines import Engines
from tests.pds import faults
from tests.pds.emulator import PdsEmulator
from tests.pds.people import (
    ANNA,
    ROOK,
    SEALED,
    TWINS,
)
from tests.pds.process import LEASE, Process, count, facts_of, keep, knows, let_time_pass, outcomes

pytestmark = pytest.mark.any_broker


async def test_nobody_is_asked_about_twice(
    process: Process, connection: Connection, emulator: PdsEmulator
) -> None:
    """Found or not; nor after a change of what is not asked with."""
    stranger = facts_of(ANNA, family="Zither", given="Orla", birth_date="2001-01-01")
    await knows(connection, facts_of(ANNA), stranger)
    assert await process.turn() == 2
    asked = len(emulator.seen)
    await knows(connection, facts_of(ANNA, gender="other"), {**stranger, "phone": "07700 900155"})
    assert await process.turn() == 0
    assert len(emulator.seen) == asked


async def test_changed_demographics_are_asked_about_at_once(process: Process, connection: Connection) -> None:
    """What was nobody is somebody with the birth date put right."""
    await knows(connection, facts_of(ANNA, given="Isobel", family="Zither"))
    await process.turn()
    await knows(connection, facts_of(ANNA))
    assert await process.turn() == 1
    assert process.told == ["none", "found"]


async def test_nobody_may_be_somebody_after_thirty_days(
    process: Process, connection: Connection, emulator: PdsEmulator
) -> None:
    """Not before; and who was found is not asked about again at all."""
    await knows(connection, facts_of(ANNA), facts_of(ROOK))
    emulator.people = [ROOK]
    await process.turn()
    await let_time_pass(connection, 30 * 24 * 3600 - 60)
    assert await process.turn() == 0
    await let_time_pass(connection, 60)
    emulator.people = [ANNA, ROOK]
    assert await process.turn() == 1
    assert process.told == ["none", "found", "found"]
    await let_time_pass(connection, 3650 * 24 * 3600)
    assert await process.turn() == 0


async def test_two_processes_at_once_ask_once(
    database: Engines, emulator: PdsEmulator, connection: Connection
) -> None:
    """Whatever each of them saw before the other claimed it."""
    people = [facts_of(ANNA, family=f"Zither{number:02}", postcode="") for number in range(40)]
    await knows(connection, *people)
    both = [Process(database, emulator) for _ in range(2)]
    for _ in range(6):
        await asyncio.gather(*(one.turn() for one in both))
    families = [one["family"] for one in emulator.searches]
    assert sorted(families) == [f"Zither{number:02}" for number in range(40)]
    assert await outcomes(connection) == ["none"] * 40
    for one in both:
        await one.close()


async def test_a_claim_is_nobody_elses_until_it_lapses(
    database: Engines, emulator: PdsEmulator, process: Process, connection: Connection
) -> None:
    """A question under way is left alone, even when the demographics change meanwhile."""
    await knows(connection, facts_of(ANNA))
    during: list[int] = []
    other = Process(database, emulator)

    async def another_looks() -> None:
        await knows(connection, facts_of(ANNA, given="Rose"))
        during.append(await other.turn())

    process.after_accepting = another_looks
    assert await process.turn() == 1
    assert during == [0]
    assert await other.turn() == 1, "the changed question, once the first is noted"
    await other.close()


async def test_what_was_claimed_since_it_was_looked_at_is_left(
    database: Engines, connection: Connection
) -> None:
    """Two processes look, then one asks, then the other would."""
    await knows(connection, facts_of(ANNA), facts_of(ROOK))
    async with await connect(database.dsn) as mine, await connect(database.dsn) as theirs:
        due = (await look(mine, b"")).due
        assert len(due) == 2
        assert (await look(theirs, b"")).due == due
        assert await claim(theirs, due, LEASE) == due
        assert await claim(mine, due, LEASE) == []


async def test_a_death_between_acceptance_and_the_note_asks_again_and_changes_nothing(
    database: Engines, emulator: PdsEmulator, process: Process, connection: Connection
) -> None:
    """The second answer is a duplicate of the first."""
    await knows(connection, facts_of(ANNA))

    async def die() -> None:
        raise RuntimeError("killed")

    process.after_accepting = die
    with pytest.raises(RuntimeError, match="killed"):
        await process.turn()
    assert await outcomes(connection) == ["asking"]
    assert await count(connection, b"intake.message") == 1
    after = Process(database, emulator)
    assert await after.turn() == 0, "the claim holds"
    await let_time_pass(connection, LEASE)
    assert await after.turn() == 1
    assert await outcomes(connection) == ["found"]
    assert (await count(connection, b"intake.message"), await count(connection, b"intake.delivery")) == (1, 2)
    await after.close()


async def test_nothing_is_noted_while_acceptance_is_away(process: Process, connection: Connection) -> None:
    """What was found and could not be accepted is asked about again."""
    await knows(connection, facts_of(ANNA))

    async def away() -> None:
        raise psycopg.OperationalError

    process.after_accepting = away
    with pytest.raises(psycopg.OperationalError):
        await process.turn()
    assert await outcomes(connection) == ["asking"]


async def test_pds_away_ends_the_turn_and_does_not_hold_up_the_others(
    process: Process, connection: Connection, emulator: PdsEmulator
) -> None:
    """The one whose question got no answer waits 5 minutes, the rest until their claims lapse."""
    await knows(connection, facts_of(ANNA), facts_of(ROOK))
    emulator.then(faults.status(503), times=2)
    with pytest.raises(PdsAway):
        await process.turn()
    assert await outcomes(connection) == ["away", "asking"]
    await let_time_pass(connection, LEASE)
    assert await process.turn() == 1
    assert await outcomes(connection) == ["away", "found"]
    await let_time_pass(connection, 300 - LEASE)
    assert await process.turn() == 1
    assert await outcomes(connection) == ["found", "found"]


async def test_what_pds_cannot_work_with_does_not_hold_up_the_others(
    process: Process, connection: Connection, emulator: PdsEmulator
) -> None:
    """A name that PDS rejects is that person's matter."""
    await knows(connection, facts_of(ANNA), facts_of(ROOK))
    emulator.then(faults.body(b'{"resourceType": "OperationOutcome"}', 400))
    assert await process.turn() == 2
    assert await outcomes(connection) == ["rejected", "found"]


async def test_a_wrong_token_stops_the_work_and_is_said(
    database: Engines, emulator: PdsEmulator, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    """Counted and logged; not ready; nobody is marked as asked about."""
    await knows(connection, facts_of(ANNA))
    wrong = Process(database, emulator, token="wrong")
    with pytest.raises(PdsRefused):
        await wrong.turn()
    assert await outcomes(connection) == ["asking"]
    await let_time_pass(connection, LEASE)
    stop = asyncio.Event()
    running = asyncio.create_task(wrong.trace.run(stop))
    await until(lambda: wrong.told == ["refused"])
    assert not wrong.trace.ready
    stop.set()
    await running
    assert "PDS answered 401: its address, token or permission is wrong" in caplog.text


async def until(condition: Callable[[], bool], within: float = 10.0) -> None:
    """Wait for the condition.

    Raises:
        TimeoutError: it does not hold in time.
    """
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 # what it waits for happens on another thread, or in the trace
            await asyncio.sleep(0.01)


async def test_it_goes_on_until_it_is_stopped_even_while_pds_hangs(
    process: Process, connection: Connection, emulator: PdsEmulator
) -> None:
    """People who come later are found; a stop does not wait for PDS."""
    stop = asyncio.Event()
    running = asyncio.create_task(process.trace.run(stop))
    await until(lambda: process.trace.ready)
    await knows(connection, facts_of(ANNA))
    await until(lambda: process.told == ["found"])
    emulator.then(faults.hang)
    before = len(emulator.seen)
    await keep(connection, (2, facts_of(ROOK), 2))
    await until(lambda: len(emulator.seen) > before)
    stop.set()
    async with asyncio.timeout(0.9):
        await running
    assert await outcomes(connection) == ["found", "asking"]


async def test_a_large_table_is_looked_through_page_by_page(
    process: Process, connection: Connection, emulator: PdsEmulator
) -> None:
    """Somebody in each page, and more than a batch in the last: each is asked about once."""
    numbered = facts_of(ANNA, number=ANNA.nhs_number)
    last = 2 * PAGE + 100
    new = {5, PAGE, PAGE + 1, *range(last - 24, last)}
    await keep(
        connection,
        *(
            (n, facts_of(ANNA, family=f"Zither{n}", postcode="") if n in new else numbered, n)
            for n in range(1, last + 1)
        ),
    )
    assert [await process.turn() for _ in range(6)] == [2, 1, 10, 10, 4, 0]
    families = sorted(one["family"] for one in emulator.searches)
    assert families == sorted(f"Zither{n}" for n in new)


async def test_no_log_line_tells_a_person(
    process: Process, connection: Connection, emulator: PdsEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Found, not found, rejected, away: the lines have counts alone."""
    caplog.set_level(logging.DEBUG)
    await knows(connection, facts_of(ANNA), facts_of(SEALED), facts_of(ROOK, given="Jo"), facts_of(TWINS[0]))
    emulator.then(faults.body(b'{"resourceType": "OperationOutcome"}', 400))
    assert await process.turn() == 4
    await let_time_pass(connection, 24 * 3600)
    emulator.then(faults.status(503), times=2)
    with pytest.raises(PdsAway) as raised:
        await process.turn()
    lines = [str(vars(one)) for one in caplog.records if not one.name.startswith("uvicorn")] + [
        repr(raised.value)
    ]
    asked = "Asked the Personal Demographics Service: {'rejected': 1, 'none': 1, 'doubtful': 1, 'found': 1}"
    assert asked in caplog.messages
    for one in (ANNA, SEALED, ROOK, TWINS[0]):
        words: list[Any] = [one.family, one.given[0], one.birth_date, one.postcode, one.nhs_number]
        assert not any(word in line for line in lines for word in words)
