"""A server that speaks the PDS API, and a trace beside it whose turns the test takes."""

from collections.abc import AsyncIterator, Iterator

import pytest

from services.platform.postgres import Connection, connect
from tests.engines import Engines
from tests.pds.emulator import PdsEmulator
from tests.pds.people import PEOPLE
from tests.pds.process import Process


@pytest.fixture(scope="module")
def server() -> Iterator[PdsEmulator]:
    """One server for all of these."""
    with PdsEmulator() as running:
        yield running


@pytest.fixture
def emulator(server: PdsEmulator) -> Iterator[PdsEmulator]:
    """The server, with nothing seen yet."""
    server.seen.clear()
    yield server
    server.forget_faults()
    server.people = list(PEOPLE)


@pytest.fixture
async def connection(database: Engines) -> AsyncIterator[Connection]:
    """A connection to empty tables."""
    made = await connect(database.dsn)
    async with made:
        await made.execute("truncate pds.trace")
        yield made


@pytest.fixture
async def process(database: Engines, emulator: PdsEmulator, connection: Connection) -> AsyncIterator[Process]:
    """A trace whose turns the test takes."""
    made = Process(database, emulator)
    yield made
    await made.close()
