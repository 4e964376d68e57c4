"""What several organisations tell of one thing is one entry of the record, and what merely looks so is not lost."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace

import orjson
import pytest
from hypothesis import given

from services.platform.postgres import Connection, connect
from services.record.apply import apply
from services.viewer.reading import CareRecord, list_persons, read_record
from tests.engines import Engines, accept, clear
from tests.identities import AT, FERN, HOLDERS, LATER, WREN, Sent, record_id, ruled, standing, take_in
from tests.small_sets import ON_A_DATABASE, ComingIn, coming_in, some_copies
from tests.streams.fhir_builders import (
    Demographics,
    Organisation,
    Resource,
    contact,
    known_to,
    referral,
    score,
)
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import LANTERN, SURGERY, TRUST

pytestmark = pytest.mark.any_broker


def tell(holder: Organisation, local: str, who: Demographics, *resources: Resource, at: str = AT) -> Sent:
    """What a system says of a person that it knows under a local number."""
    known = known_to(holder, local, who, AT)
    bundle = message(holder, at, resources[0], [known.patient, *resources[1:]])
    return holder.ods, 1, orjson.dumps(bundle)


def asked(holder: Organisation, local: str, name: str, words: str, on: str, who: Demographics = WREN) -> Sent:
    """A system's copy of how the surgery referred somebody to the trust."""
    known = known_to(holder, local, who, AT)
    return tell(holder, local, who, referral(known, name, TRUST, words, "Low mood", on=on, by=SURGERY))


def met(holder: Organisation, local: str, name: str, start: str, who: Demographics = WREN) -> Sent:
    """A system's copy of a contact of an hour."""
    end = f"{start[:11]}{int(start[11:13]) + 1:02d}{start[13:]}"
    known = known_to(holder, local, who, AT)
    return tell(holder, local, who, contact(known, name, "Home visit", start, end, "Sam Okafor"))


THRICE = [
    asked(SURGERY, "1", "sr-1", "Talking therapy", "2026-03-02T10:00:00Z"),
    asked(TRUST, "77", "in-9", "Psychological therapies", "2026-03-02T10:40:00Z"),
    asked(LANTERN, "4", "heard-3", "Therapy at the trust", "2026-03-04"),
]
AGAIN = asked(SURGERY, "1", "sr-2", "Talking therapy", "2026-04-13T10:00:00Z")


async def the_record(connection: Connection) -> CareRecord:
    """The record of the one person there is."""
    ((person, _, _),) = await list_persons(connection, None)
    return await read_record(connection, person)


async def test_a_referral_told_by_three_systems_is_one_entry_with_three_sources(database: Engines) -> None:
    """Under three ids and in three wordings; a second, real one six weeks later is a second entry."""
    async with await connect(database.dsn) as connection:
        await take_in(connection, [*THRICE, AGAIN])
        later, first = (await the_record(connection)).entries
    assert [source.sender for source in later.sources] == [SURGERY.ods]
    assert {source.sender for source in first.sources} == {SURGERY.ods, TRUST.ods, LANTERN.ods}
    assert len({source.telling.title for source in first.sources}) == 3
    assert first.because == ["The same organisation asked the same organisation within a week."]
    assert not first.alike
    assert not later.alike


async def test_what_may_be_the_same_stands_as_two_each_naming_the_other(database: Engines) -> None:
    """Nothing is guessed: three weeks apart both are shown, with the reason to look."""
    sent = [THRICE[0], asked(TRUST, "77", "in-9", "Talking therapy", "2026-03-23T10:00:00Z")]
    async with await connect(database.dsn) as connection:
        await take_in(connection, sent)
        one, other = (await the_record(connection)).entries
    assert [alike.other for alike in one.alike] == [other.key]
    assert [alike.other for alike in other.alike] == [one.key]
    assert one.alike[0].reason == "The same organisation asked the same organisation within four weeks."


async def test_a_corrected_date_takes_an_entry_out_again(database: Engines) -> None:
    """And the record is that in which the first date was never told, but for the version that is kept."""
    known = known_to(TRUST, "77", WREN, AT)
    other_day = referral(known, "in-9", TRUST, "Therapy", "Low mood", on="2026-05-20", by=SURGERY)
    corrected = tell(TRUST, "77", WREN, other_day, at=LATER)
    async with await connect(database.dsn) as connection:
        await take_in(connection, THRICE)
        assert len((await the_record(connection)).entries) == 1
        await take_in(connection, [corrected])
        record = await the_record(connection)
    assert [len(entry.sources) for entry in record.entries] == [1, 2]
    assert record.entries[0].sources[0].versions == 2


async def test_parting_two_people_parts_their_entries(database: Engines) -> None:
    """Ruled to be two, each has their own referral; ruled one again, they have one: as if never parted."""
    one, other = record_id(SURGERY, "1"), record_id(TRUST, "77")
    async with await connect(database.dsn) as connection:
        await take_in(connection, THRICE[:2])
        together = await standing(connection)
        await take_in(connection, [ruled(one, other, "not-same")])
        persons = await list_persons(connection, None)
        records = [await read_record(connection, person) for person, _, _ in persons]
        assert [[len(entry.sources) for entry in record.entries] for record in records] == [[1], [1]]
        await take_in(connection, [ruled(one, other, "undo", LATER)])
        again = await standing(connection)
    for name in ("entries", "duplicates", "facet tokens", "digest"):
        assert again[name] == together[name], name


def a_doubled_muddle(dice: random.Random) -> list[Sent]:
    """Two people, their referrals, contacts and scores, told by up to four systems at times near each other."""
    sent: list[Sent] = []
    for _ in range(dice.randint(6, 14)):
        holder, who = dice.choice(HOLDERS), dice.choice((WREN, FERN))
        local, number = ("1" if who is WREN else "2"), dice.randint(1, 3)
        day = dice.choice((2, 3, 4, 9, 20))
        known = known_to(holder, local, who, AT)
        at = dice.choice((AT, LATER))
        told = dice.choice(("referral", "contact", "score"))
        if dice.random() < 0.15:  # the two are taken for one for a while
            who = replace(FERN, given=WREN.given, family=WREN.family, birth_date=WREN.birth_date)
        resource: Resource
        if told == "referral":
            day_ = f"2026-03-{day:02d}"
            resource = referral(known, f"sr-{number}", TRUST, "Talking therapy", "Low", on=day_, by=SURGERY)
        elif told == "contact":
            start = f"2026-03-{day:02d}T10:{dice.choice((0, 5, 10, 20)):02d}:00Z"
            end = f"{start[:11]}11:00:00Z"
            resource = contact(known, f"c-{number}", "Home visit", start, end, "Sam Okafor")
        else:
            value = dice.choice((9, 10))
            resource = score(known, f"s-{number}", "PHQ-9", value, on=f"2026-03-{day:02d}", by="Sam Okafor")
        sent.append(tell(holder, local, who, resource, at=at))
    return sent


async def _take_in_somehow(connection: Connection, sent: Sequence[Sent], dice: random.Random) -> None:
    left = list(sent)
    while left:
        size = dice.randint(1, 4)
        now, left = left[:size], left[size:]
        await apply(connection, await accept(connection, now))


@ON_A_DATABASE
@given(coming_in(some_copies(8)))
async def test_order_batches_and_repetition_never_show(database: Engines, coming: ComingIn) -> None:
    """The entries, what may be the same, and the digest are those of all that was told at once."""
    async with await connect(database.dsn) as connection:
        await clear(connection)
        await take_in(connection, coming.sent)
        expected = await standing(connection)
        await clear(connection)
        await coming.take_in(connection)
        assert await standing(connection) == expected


@pytest.mark.parametrize("seed", range(6))
async def test_workers_at_the_same_time_never_show(seed: int, database: Engines) -> None:
    """Three connections on the same people come to what one comes to alone."""
    dice = random.Random(seed)
    sent = a_doubled_muddle(dice)
    async with await connect(database.dsn) as connection:
        await take_in(connection, sent)
        expected = await standing(connection)
        database.empty()
        again = dice.sample([*sent, *sent[:4]], len(sent) + 4)
        workers = [await connect(database.dsn) for _ in range(3)]
        try:
            shares = (_take_in_somehow(one, again[n::3], dice) for n, one in enumerate(workers))
            await asyncio.gather(*shares)
        finally:
            for one in workers:
                await one.close()
        assert await standing(connection) == expected


async def test_the_muddles_hold_what_they_are_for(database: Engines) -> None:
    """Entries of several systems, pairs to judge, and both kinds gone again."""
    folded = doubtful = 0
    async with await connect(database.dsn) as connection:
        for seed in range(6):
            database.empty()
            await take_in(connection, a_doubled_muddle(random.Random(seed)))
            for person, _, _ in await list_persons(connection, None):
                entries = (await read_record(connection, person)).entries
                folded += sum(len(entry.sources) > 1 for entry in entries)
                doubtful += sum(bool(entry.alike) for entry in entries)
    assert folded > 3
    assert doubtful > 3
