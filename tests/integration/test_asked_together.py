"""What is asked together answers, and fails, as one after the other does; a pool gives out connections that live."""

import asyncio

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from services.platform.postgres import Asked, Connection, connect, pool, snapshot, together
from tests.engines import Engines

pytestmark = pytest.mark.any_broker

ONE, TWO = Asked(b"select 1"), Asked(b"select %(two)s::int, 'b'", {"two": 2})
WRONG = Asked(b"select 1 / 0")
RUNS = Asked(
    b"select count(*) from pg_stat_activity where wait_event = 'PgSleep' and pid <> pg_backend_pid()"
)
IDLE = psycopg.pq.TransactionStatus.IDLE


async def test_each_statement_has_its_own_rows(database: Engines) -> None:
    async with await connect(database.dsn) as connection:
        asked = ONE, Asked(b"set application_name = 'together'"), TWO
        assert await together(connection, *asked) == [[(1,)], [], [(2, "b")]]
        assert await together(connection) == []


async def test_the_statement_that_fails_is_told_by_its_own_fault(database: Engines) -> None:
    async with await connect(database.dsn) as connection:
        with pytest.raises(psycopg.errors.DivisionByZero):
            await together(connection, ONE, WRONG, TWO)
        assert await together(connection, TWO) == [[(2, "b")]]


async def test_a_snapshot_reads_alone_and_as_of_one_moment(database: Engines) -> None:
    async with await connect(database.dsn) as connection, await connect(database.dsn) as other:
        registered = Asked(b"select count(*) from access.partner")
        async with snapshot(connection, registered, ONE) as (before, one):
            await other.execute("insert into access.partner values ('ZZ901', 'A new one', 'VCSE')")
            async with snapshot(connection, registered) as (after,):
                assert (after, one) == (before, [(1,)])
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                async with snapshot(connection):
                    await connection.execute("delete from access.partner")
        assert connection.info.transaction_status is IDLE
        assert await together(connection, registered) != [before]


@pytest.mark.parametrize("first", [[WRONG], []], ids=["at once", "within"])
async def test_a_snapshot_in_which_something_fails_is_over(database: Engines, first: list[Asked]) -> None:
    async with await connect(database.dsn) as connection:
        with pytest.raises(psycopg.errors.DivisionByZero):
            async with snapshot(connection, *first):
                await together(connection, WRONG)
        assert connection.info.transaction_status is IDLE


async def test_a_connection_that_ended_is_not_given_out_again(database: Engines) -> None:
    """Even right after it was found to live."""
    async with await connect(database.dsn) as owner, pool(database.dsn, 1) as one_alone:
        async with one_alone.connection() as given:
            backend = given.info.backend_pid
        await owner.execute("select pg_terminate_backend(%s, 5000)", [backend])
        async with one_alone.connection() as given:
            assert await together(given, ONE) == [[(1,)]]
            assert given.info.backend_pid != backend


@pytest.mark.parametrize("is_first", [True, False], ids=["at once", "within"])
async def test_who_waits_no_more_leaves_no_snapshot_behind(database: Engines, is_first: bool) -> None:
    lasting = Asked(b"select pg_sleep(600)")

    async def ask(asks: AsyncConnectionPool[Connection]) -> None:
        async with asks.connection() as given, snapshot(given, *[lasting] * is_first):
            await together(given, ONE, lasting)

    async with await connect(database.dsn) as owner, pool(database.dsn, 1) as one_alone:
        asking = asyncio.create_task(ask(one_alone))
        while await together(owner, RUNS) != [[(1,)]]:
            assert not asking.done()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        async with one_alone.connection() as given:
            assert given.info.transaction_status is IDLE
            assert await together(given, ONE, RUNS) == [[(1,)], [(0,)]]
