"""What is counted over a whole partnership: all persons in one pass, as their own records say."""

import asyncio
import json
from collections import Counter
from typing import Any

import pytest

from services.domain.record.introductions import introductions
from services.domain.record.partnership import Sums
from services.domain.record.referrals.counting import Counts, count
from services.domain.record.referrals.stalling import StalledDays
from services.domain.record.referrals.threads import threads
from services.platform import metrics
from services.platform.access import partners
from services.platform.postgres import connect
from services.viewer.moments import now_ticks
from services.viewer.reading import list_persons, read_record
from services.viewer.watching.boards import read_round
from services.viewer.watching.partnership import everybody
from services.viewer.watching.partnership_watch import ROUND, PartnershipWatch
from services.viewer.watching.referral_watch import ReferralWatch
from tests.engines import Engines
from tests.scenario_records import register, tell
from tests.stack import RunningStack
from tests.streams.lambeth import LAMBETH
from tests.streams.lambeth_partners import PARTNERS

pytestmark = pytest.mark.any_broker

REGISTERED = {one.ods: (one.name, one.sector) for one in PARTNERS}


async def test_everybody_is_read_once_and_as_their_record_is(database: Engines) -> None:
    """Threads and introductions are the same, though other kinds are left out; however few are read at once."""
    async with await connect(database.dsn) as connection:
        await tell(connection, LAMBETH, PARTNERS)
        whole = {}
        for person, _, _ in await list_persons(connection, None):
            words = (await read_record(connection, person)).words
            whole[person] = threads(words), introductions(words, REGISTERED)
        assert all(found for found, _ in whole.values()), "of everybody in Lambeth a referral is told"
        for at_once in (1, 4, 200):
            read = [(person, words) async for person, words in everybody(connection, at_once)]
            assert [person for person, _ in read] == sorted(whole)
            for person, words in read:
                assert (threads(words), introductions(words, REGISTERED)) == whole[person]


async def test_the_gauges_are_those_of_a_whole_round(database: Engines) -> None:
    """By partner; with nothing set by a round that is stopped; a partner that has none any more has 0."""
    async with await connect(database.dsn) as connection:
        await tell(connection, LAMBETH, PARTNERS)
        watch = ReferralWatch(database.settings)
        stop = asyncio.Event()
        stop.set()
        metrics.REFERRALS.clear()  # other tests of this process count too
        metrics.REFERRALS_COUNTED_AT.set(0)
        await watch.round(connection, stop)
        assert metrics.REFERRALS_COUNTED_AT._value.get() == 0
        await watch.round(connection, asyncio.Event())
        assert metrics.REFERRALS_COUNTED_AT._value.get() > 0
        expected: Counts = Counter()
        names = await partners(connection)
        async for _, words in everybody(connection):
            expected += count(threads(words), now_ticks(), StalledDays(14), names)
        assert expected
        assert gauges() == {(ods or "other", what.value): number for (ods, what), number in expected.items()}
        database.empty()
        await watch.round(connection, asyncio.Event())
        assert gauges() == {}


async def test_the_partnership_is_counted_as_each_record_says(database: Engines) -> None:
    """Named workers, measures, introductions and foldings of everybody, read whole, come to the same."""
    async with await connect(database.dsn) as connection:
        await tell(connection, LAMBETH, PARTNERS)
        await PartnershipWatch(database.settings).round(connection, asyncio.Event())
        ended, found = await read_round(connection, ROUND)
        expected = Sums(now_ticks(), REGISTERED)
        tellings, entries = 0, 0
        for person, _, _ in await list_persons(connection, None):
            record = await read_record(connection, person)
            expected.add(record.words, record.earlier)
            entries += len(record.entries)
            tellings += sum(len(one.sources) for one in record.entries)
    assert ended is not None
    told = found.pop("tellings")
    assert (sum(one for one, _ in told.values()), sum(one for _, one in told.values())) == (tellings, entries)
    assert found == json.loads(json.dumps(expected.as_json()))
    assert (found["introductions"]["made"], found["persons"]) == (13, 6)
    assert tellings > entries


def gauges() -> dict[tuple[str, str], float]:
    """What they show, but for what is 0."""
    (family,) = metrics.REFERRALS.collect()
    return {
        (one.labels["organisation"], one.labels["counted"]): one.value for one in family.samples if one.value
    }


async def registered(dsn: str) -> None:
    """The same on a connection of its own."""
    async with await connect(dsn) as connection:
        await register(connection, PARTNERS)


@pytest.fixture(scope="module")
def told(shared_stack: RunningStack) -> RunningStack:
    """A stack with Lambeth's stream in it."""
    asyncio.run(registered(shared_stack.book.postgres.get_secret_value()))
    shared_stack.replay(LAMBETH.stream)
    return shared_stack


def test_introductions_are_counted(told: RunningStack) -> None:
    """Eleven of thirteen ended, and no referral to secondary care followed."""
    found: dict[str, Any] = told.json("introductions", "--as-of", "2027-06-01")
    assert (found["introductions"], found["ended_without_secondary_care"]) == (13, 11)
    assert (found["persons"], found["persons_referred"]) == (6, 1)
    assert found["outcomes"]["went"] == {"followed": 1, "not followed": 9, "not followed so far": 0}
    assert {one["name"]: one["introductions"] for one in found["assets"]}["Tuesday Voices"] == 3
    shown = told.run("introductions", "--as-of", "2027-06-01").stdout
    assert "11 of 13 introductions ended, and no referral to secondary care followed." in shown
    early = told.run("introductions", "--as-of", "2026-06-01").stdout
    assert "introductions they are not over yet" in early


def test_referrals_are_counted_by_who_has_to_act(told: RunningStack) -> None:
    """As of a day; the columns add up."""
    found: dict[str, Any] = told.json("referrals", "--as-of", "2026-12-01")
    door = next(one for one in found["organisations"] if one["ods"] == "ZZL01")
    assert door["name"] == "Marigold Row Front Door"
    assert door["open"] > 0
    for name, number in found["all"].items():
        assert number == sum(one[name] for one in found["organisations"])
    shown = told.run("referrals", "--as-of", "2026-12-01").stdout
    told_of_door = shown.partition("Marigold Row Front Door\n")[2].split("\n")
    assert told_of_door[0].split() == [str(door["open"]), "open"]
    assert f"{found['all']['stalled']}  stalled" in shown.partition("All\n")[2]


@pytest.mark.parametrize("command", ["introductions", "referrals"])
def test_a_day_that_is_none_is_said_to_be_so(told: RunningStack, command: str) -> None:
    """Exit status 2, with how to write it."""
    done = told.run(command, "--as-of", "yesterday", check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr == "carethread: --as-of is a date or an instant: 2026-06-30, or 2026-06-30T09:00:00Z.\n"
    )
