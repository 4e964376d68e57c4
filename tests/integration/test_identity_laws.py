"""Who is who is a function of what was told: order, batches, repetition and workers never show."""

import asyncio
import random

import pytest

from services.platform.postgres import connect
from tests.engines import Engines
from tests.identities import a_muddle, persons, persons_at_once, standing, take_in, take_in_somehow

pytestmark = pytest.mark.any_broker


@pytest.mark.parametrize("seed", range(4))
async def test_order_batches_and_repetition_never_show(seed: int, database: Engines) -> None:
    """The persons are those that all pairs decided at once give; links, keys and digest are the same each time."""
    dice = random.Random(seed)
    sent = a_muddle(dice)
    async with await connect(database.dsn) as connection:
        await take_in(connection, sent)
        expected = await standing(connection)
        assert await persons(connection) == await persons_at_once(connection)
        assert not any(pending for *_, pending in expected["records"])
        for _ in range(2):
            database.empty()
            again = [*sent, *dice.sample(sent, dice.randint(0, len(sent)))]
            dice.shuffle(again)
            await take_in_somehow(connection, again, dice)
            assert await standing(connection) == expected


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
