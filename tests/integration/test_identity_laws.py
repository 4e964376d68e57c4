"""Who is who is a function of what was told: order, batches, repetition and workers never show."""

import asyncio
import random

import pytest
from hypothesis import given

from services.platform.postgres import connect
from tests.engines import Engines, clear
from tests.identities import a_muddle, persons, persons_at_once, standing, take_in, take_in_somehow
from tests.message_values import Rules
from tests.small_sets import ON_A_DATABASE, ComingIn, Overruled, coming_in, overruled, ruled_people

pytestmark = pytest.mark.any_broker


@ON_A_DATABASE
@given(coming_in(ruled_people()))
async def test_order_batches_and_repetition_never_show(database: Engines, coming: ComingIn) -> None:
    """The persons are those that all pairs decided at once give; links, keys and digest are the same each time."""
    async with await connect(database.dsn) as connection:
        await clear(connection)
        await take_in(connection, coming.sent)
        expected = await standing(connection)
        assert await persons(connection) == await persons_at_once(connection)
        assert not any(pending for *_, pending in expected["records"])
        await clear(connection)
        await coming.take_in(connection)
        assert await standing(connection) == expected


@ON_A_DATABASE
@given(overruled(ruled_people(), Rules))
async def test_a_ruling_that_was_overruled_shows_nowhere(database: Engines, ruled: Overruled) -> None:
    """Joined and that undone, in whatever order the words come: who is who is as if nobody had joined them."""
    async with await connect(database.dsn) as connection:
        await clear(connection)
        await take_in(connection, [one.sent for one in ruled.without])
        never = await standing(connection)
        await clear(connection)
        await ruled.coming.take_in(connection)
        after = await standing(connection)
        assert after.pop("rulings") >= never.pop("rulings")
        assert after == never


@pytest.mark.parametrize("seed", range(4))
async def test_workers_at_the_same_time_never_show(seed: int, database: Engines) -> None:
    """Three connections on the same people come to what one comes to alone."""
    dice = random.Random(1000 + seed)
    sent = a_muddle(dice)
    async with await connect(database.dsn) as connection:
        await take_in(connection, sent)
        expected = await standing(connection)
        database.empty()
        shuffled = dice.sample(sent, len(sent))
        workers = [await connect(database.dsn) for _ in range(3)]
        try:
            shares = (take_in_somehow(one, shuffled[n::3], dice) for n, one in enumerate(workers))
            await asyncio.gather(*shares)
        finally:
            for one in workers:
                await one.close()
        assert await standing(connection) == expected
