"""Reading on from where one was, while others write: no outcome is missed and none comes twice."""

from collections.abc import Sequence
from contextlib import AsyncExitStack

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.delivery.events import START, Position, pending, read_since
from services.delivery.reading import outcomes_since
from services.intake.accept import Delivery, check, keep
from services.platform.postgres import Connection, connect
from tests.engines import PARTNERSHIP_KEY, Engines
from tests.messages import a_message

pytestmark = pytest.mark.any_broker

WRITERS = 4


async def write(connection: Connection, number: int) -> str:
    """Accept a message in whatever transaction is open; its id."""
    body = orjson.dumps(a_message(f"w-{number}") | {"id": f"w-{number}"})
    await keep(connection, [check(Delivery(b"%d" % number, "ZZT41", 100, "test", body), PARTNERSHIP_KEY)])
    return f"w-{number}"


async def read_on(
    connection: Connection, since: Position | str, limit: int = 100
) -> tuple[list[str | None], str]:
    """The ids of the messages in all that there is after `since`, and where to go on."""
    place = since if isinstance(since, Position) else read_since(since)
    found: list[str | None] = []
    while True:
        page = await outcomes_since(connection, "ZZT41", place, limit)
        found += [one.sender_id for one in page.outcomes]
        place = read_since(page.next or "")
        if page.complete:
            return found, page.next or ""


async def test_an_earlier_transaction_that_is_still_open_holds_the_later_ones_back(database: Engines) -> None:
    """A reader that took the later one's outcome would never come back for the earlier one's."""
    async with (
        await connect(database.dsn) as slow,
        await connect(database.dsn) as quick,
        await connect(database.dsn) as reader,
    ):
        async with slow.transaction():
            await write(slow, 1)
            async with quick.transaction():
                await write(quick, 2)
            nothing, cursor = await read_on(reader, START)
            assert (nothing, await pending(reader, 9)) == ([], [])
        assert await read_on(reader, cursor) == (["w-1", "w-2"], (await read_on(reader, START))[1])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ends=st.permutations(range(WRITERS)),
    rolled_back=st.sets(st.integers(0, WRITERS - 1), max_size=1),
    limit=st.integers(1, 3),
)
async def test_whatever_order_they_commit_in(
    database: Engines, ends: Sequence[int], rolled_back: set[int], limit: int
) -> None:
    """A reader that looks after every commit has in the end read each committed outcome once, in one order."""
    database.empty()
    async with AsyncExitStack() as opened, await connect(database.dsn) as reader:
        writers = [await opened.enter_async_context(await connect(database.dsn)) for _ in range(WRITERS)]
        for number, writer in enumerate(writers):
            await writer.execute("begin")
            await write(writer, number)
        seen: list[str | None] = []
        cursor = ""
        for number in ends:
            await writers[number].execute("rollback" if number in rolled_back else "commit")
            found, cursor = await read_on(reader, cursor, limit)
            seen += found
        everything, _ = await read_on(reader, START)
    assert seen == everything
    assert sorted(map(str, seen)) == [f"w-{number}" for number in range(WRITERS) if number not in rolled_back]
