"""What a steward rules of two entries holds, in whatever order it comes, and can be taken back."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given

from services.domain.record.duplicates.doubts import Seen, is_doubtful
from services.domain.record.duplicates.rulings import RULED
from services.platform.postgres import Connection, connect
from services.record.apply import apply
from services.viewer.reading import list_persons, read_record
from services.viewer.record_json import canonical_json
from tests.engines import Engines, accept, clear
from tests.identities import (
    AT,
    FERN,
    LATER,
    WREN,
    Sent,
    record_id,
    ruled,
    standing,
    take_in,
    take_in_one_by_one,
)
from tests.integration.test_duplicates import THRICE, a_doubled_muddle, asked, met, tell, the_record
from tests.message_values import Rules, RulesEntries
from tests.ruled_entries import entries_at_once, entries_ruled, entry_keys, groups, some_rulings, things_told
from tests.small_sets import ON_A_DATABASE, ComingIn, Overruled, coming_in, overruled, ruled_copies
from tests.streams.fhir_builders import goal, known_to, note
from tests.streams.norfolk_suffolk_partners import LANTERN, SURGERY, TRUST

pytestmark = pytest.mark.any_broker

LATEST = "2026-05-06T10:00:00Z"
THREE_WEEKS_LATER = asked(TRUST, "77", "in-9", "Talking therapy", "2026-03-23T10:00:00Z")
DOUBTFUL = [THRICE[0], THREE_WEEKS_LATER]
(FIRST,), (SECOND,), (THIRD,) = map(things_told, (*DOUBTFUL, THRICE[2]))


@pytest.fixture
async def connection(database: Engines) -> AsyncIterator[Connection]:
    """A connection to empty tables."""
    async with await connect(database.dsn) as found:
        yield found


async def tellers(connection: Connection) -> list[int]:
    """How many systems tell of each entry of the one person there is."""
    return sorted(len(entry.sources) for entry in (await the_record(connection)).entries)


async def test_two_that_may_be_one_are_one_once_that_is_ruled(connection: Connection) -> None:
    """With who ruled it and when as the reason; undone, the record is as if nobody had ruled."""
    await take_in(connection, DOUBTFUL)
    before = await standing(connection)
    await take_in(connection, [entries_ruled(FIRST, SECOND, "same")])
    (entry,) = (await the_record(connection)).entries
    assert [source.sender for source in entry.sources] == [TRUST.ods, SURGERY.ods]
    assert entry.because == ["Ruled to be one by Ash Lowe on 5 May 2026"]
    assert entry.alike == []
    await take_in(connection, [entries_ruled(FIRST, SECOND, "undo", LATEST)])
    after = await standing(connection)
    assert after.pop("entry rulings") != before.pop("entry rulings")
    assert after == before


async def test_two_that_rules_fold_are_two_once_that_is_ruled(connection: Connection) -> None:
    """And neither is said to be perhaps the other any more."""
    await take_in(connection, THRICE)
    assert await tellers(connection) == [3]
    (told,) = things_told(THRICE[1])
    await take_in(connection, [entries_ruled(FIRST, told, "not-same")])
    assert await tellers(connection) == [1, 2]
    await take_in(
        connection, [entries_ruled(FIRST, THIRD, "not-same"), entries_ruled(told, THIRD, "not-same")]
    )
    entries = (await the_record(connection)).entries
    assert [entry.alike for entry in entries] == [[], [], []]
    await take_in(connection, [entries_ruled(FIRST, THIRD, "undo", LATEST)])
    assert await tellers(connection) == [1, 2]


async def test_what_two_systems_ask_for_is_ruled_one_though_no_rule_compares_it(
    database: Engines, connection: Connection
) -> None:
    """Two goals: as any two things of one kind, whatever comes first; a goal and a note are two, whatever is ruled."""
    sent = []
    for holder, local in ((TRUST, "77"), (SURGERY, "1")):
        known = known_to(holder, local, WREN, AT)
        aim = goal(known, "g", "Walk twice a week", "in-progress", since="2026-05-04")
        sent += [tell(holder, local, WREN, aim)]
    wrote = note(known_to(LANTERN, "4", WREN, AT), "n", "We walked.", on=AT, by="Sam Okafor")
    sent.append(tell(LANTERN, "4", WREN, wrote))
    (one,), (other,), (words,) = map(things_told, sent)
    met_before = [met(TRUST, "77", "c-1", AT), met(SURGERY, "1", "c-2", "2026-04-07T10:00:00Z")]
    rulings = [entries_ruled(one, other, "same"), entries_ruled(other, words, "same")]
    for order in ([*rulings, *sent], [*sent, *rulings], [sent[0], *rulings, *sent[1:]]):
        database.empty()
        await take_in_one_by_one(connection, [*met_before, *order])
        assert groups(await entry_keys(connection), [one, other, words]).count({one, other}) == 1
        assert await tellers(connection) == [1, 1, 1, 2]


async def test_a_ruling_is_kept_for_what_is_told_later(database: Engines, connection: Connection) -> None:
    """The things, or one of them, or their persons come after it: the record is the same."""
    ruling = entries_ruled(FIRST, SECOND, "same")
    await take_in_one_by_one(connection, [*DOUBTFUL, ruling])
    expected = await standing(connection)
    for order in (
        [ruling, *DOUBTFUL],
        [DOUBTFUL[1], ruling, DOUBTFUL[0]],
        [ruling, ruling, *DOUBTFUL[::-1], ruling],
    ):
        database.empty()
        await take_in_one_by_one(connection, order)
        assert await standing(connection) == expected


async def test_the_latest_word_on_two_holds(database: Engines, connection: Connection) -> None:
    """By its own instant and never by when it comes; of one instant the greater message key."""
    rulings = [
        entries_ruled(FIRST, SECOND, "same", "2026-06-03T10:00:00Z"),
        entries_ruled(SECOND, FIRST, "not-same", "2026-06-02T10:00:00Z"),
        entries_ruled(FIRST, SECOND, "undo", "2026-06-01T10:00:00Z"),
        entries_ruled(FIRST, SECOND, "same", "2026-06-02T10:00:00Z", by="Jo Marsh"),
    ]
    for dice in map(random.Random, range(3)):
        database.empty()
        await take_in_one_by_one(connection, dice.sample([*DOUBTFUL, *rulings, *rulings], 10))
        assert await tellers(connection) == [2]
        assert (await the_record(connection)).entries[0].because == [
            "Ruled to be one by Ash Lowe on 3 June 2026"
        ]


async def test_a_ruling_holds_while_the_two_are_of_one_person(connection: Connection) -> None:
    """Parted, each person has their own entry; joined again, they have one; as if never parted."""
    one, other = record_id(SURGERY, "1"), record_id(TRUST, "77")
    await take_in(connection, [*DOUBTFUL, entries_ruled(FIRST, SECOND, "same")])
    together = await standing(connection)
    await take_in(connection, [ruled(one, other, "not-same")])
    assert len(groups(await entry_keys(connection), [FIRST, SECOND])) == 2
    persons = await list_persons(connection, None)
    found = [await read_record(connection, person) for person, _, _ in persons]
    assert [entry.because for record in found for entry in record.entries] == [[], []]
    await take_in(connection, [ruled(one, other, "undo", LATER)])
    again = await standing(connection)
    for name in ("entries", "duplicates", "facet tokens", "digest"):
        assert again[name] == together[name], name


async def test_merging_two_people_and_undoing_it_leaves_no_trace(connection: Connection) -> None:
    """What was ruled of both their things meanwhile, and before, comes to what it had come to had they never met."""
    hers, his = asked(SURGERY, "1", "sr-1", "Talking therapy", "2026-03-02"), met(TRUST, "8", "c-1", AT, FERN)
    theirs = asked(TRUST, "8", "in-9", "Talking therapy", "2026-03-03", FERN)
    (first,), (second,) = map(things_told, (hers, theirs))
    apart = entries_ruled(first, second, "same")
    await take_in(connection, [hers, his, theirs, apart])
    never_met = await standing(connection)
    pair_ = record_id(SURGERY, "1"), record_id(TRUST, "8")
    await take_in(connection, [ruled(*pair_, "same")])
    assert len(await list_persons(connection, None)) == 1
    assert groups(await entry_keys(connection), [first, second]) == [{first, second}]
    await take_in(connection, [ruled(*pair_, "undo", LATER)])
    after = await standing(connection)
    for name in never_met.keys() - {"rulings"}:
        assert after[name] == never_met[name], name


async def test_what_names_a_thing_under_anothers_record_rules_nothing(connection: Connection) -> None:
    """Nor does it stand in the way of one that names it rightly, however late it is."""
    wrong = entries_ruled(FIRST._replace(source_record=THIRD.source_record), SECOND, "not-same", LATEST)
    await take_in_one_by_one(connection, [*DOUBTFUL, entries_ruled(FIRST, SECOND, "same"), wrong, THRICE[2]])
    assert {FIRST, SECOND} <= groups(await entry_keys(connection), [FIRST, SECOND])[0]


async def take_in_somehow(connection: Connection, sent: Sequence[Sent], dice: random.Random) -> None:
    """In batches of any size, and some of it again."""
    left, applied = list(sent), list[bytes]()
    while left:
        size = dice.randint(1, 4)
        now, left = left[:size], left[size:]
        keys = await accept(connection, now)
        await apply(connection, [*keys, *dice.sample(applied, min(2, len(applied)))])
        applied += keys


async def records(connection: Connection) -> list[bytes]:
    """Each record, as it is read."""
    persons = await list_persons(connection, None)
    return [canonical_json(await read_record(connection, person)) for person, _, _ in persons]


async def marked_wrongly(connection: Connection) -> list[tuple[bytes, bytes]]:
    """Pairs that are marked as in doubt and are not, or the other way round."""
    rows = await connection.execute(
        "select e.resource_key, e.entry_key, s.sender "
        "from record.entry e join record.source_record s on s.id = e.source_record",
        binary=True,
    )
    entry: dict[bytes, bytes] = {}
    tell: defaultdict[bytes, set[str]] = defaultdict(set)
    for key, entry_key, sender in await rows.fetchall():
        entry[key] = entry_key
        tell[entry_key].add(sender)
    rows = await connection.execute("select one, other, rule, in_doubt from record.duplicate", binary=True)

    def in_doubt(one: bytes, other: bytes, rule: str) -> bool:
        seen = [Seen(tell[entry[key]], withdrawn=False) for key in (one, other)]
        return entry[one] != entry[other] and (rule == RULED or is_doubtful(*seen))

    return [
        (one, other)
        for one, other, rule, marked in await rows.fetchall()
        if marked != in_doubt(one, other, rule)
    ]


def a_ruled_muddle(dice: random.Random) -> list[Sent]:
    """What several systems tell of two people, rulings on what is told, and on who they are."""
    sent = [*a_doubled_muddle(dice), *a_doubled_muddle(dice)]
    rulings = some_rulings(dice, sent)
    for hour in range(dice.randint(0, 2)):
        one, other = (
            record_id(holder, local) for holder, local in (dice.choice(_KNOWN), dice.choice(_KNOWN))
        )
        if one != other:
            verdict = dice.choice(("same", "not-same", "undo"))
            rulings.append(ruled(one, other, verdict, f"2026-05-06T{hour:02d}:00:00Z"))
    return [*sent, *rulings]


_KNOWN = [(holder, local) for holder in (TRUST, SURGERY, LANTERN) for local in "12"]


@ON_A_DATABASE
@given(coming_in(ruled_copies()))
async def test_order_batches_and_repetition_never_show(database: Engines, coming: ComingIn) -> None:
    """The entries are those that all things and rulings give at once, and the digest is one, whatever the way in."""
    async with await connect(database.dsn) as connection:
        await clear(connection)
        await take_in(connection, coming.sent)
        expected = await standing(connection), await records(connection)
        assert await entry_keys(connection) == await entries_at_once(connection)
        assert await marked_wrongly(connection) == []
        await clear(connection)
        await coming.take_in(connection)
        assert (await standing(connection), await records(connection)) == expected
        assert await marked_wrongly(connection) == []


@pytest.mark.parametrize("seed", range(6))
async def test_workers_at_the_same_time_never_show(seed: int, database: Engines) -> None:
    """Three connections on the same people and rulings come to what one comes to alone."""
    dice = random.Random(seed)
    sent = a_ruled_muddle(dice)
    async with await connect(database.dsn) as connection:
        await take_in(connection, sent)
        expected = await standing(connection)
        database.empty()
        again = dice.sample([*sent, *sent[-4:]], len(sent) + 4)
        workers = [await connect(database.dsn) for _ in range(3)]
        try:
            shares = (take_in_somehow(one, again[n::3], dice) for n, one in enumerate(workers))
            await asyncio.gather(*shares)
        finally:
            for one in workers:
                await one.close()
        assert await standing(connection) == expected
        assert await marked_wrongly(connection) == []


async def comes_to_the_same(connection: Connection, ruled: Overruled) -> None:
    """All that is held and read but for the rulings themselves, with those that were overruled and without."""
    await clear(connection)
    await take_in(connection, [one.sent for one in ruled.without])
    never = await standing(connection), await records(connection)
    await clear(connection)
    await ruled.coming.take_in(connection)
    after = await standing(connection), await records(connection)
    for found, _ in (never, after):
        del found["rulings"], found["entry rulings"]
    assert after == never


@ON_A_DATABASE
@given(overruled(ruled_copies(), Rules))
async def test_joining_two_people_and_taking_it_back_shows_nowhere(
    database: Engines, ruled: Overruled
) -> None:
    """Whoever the two are, and whenever the words come: the record is the one in which nobody had joined them."""
    async with await connect(database.dsn) as connection:
        await comes_to_the_same(connection, ruled)


@ON_A_DATABASE
@given(overruled(ruled_copies(), RulesEntries))
async def test_joining_two_entries_and_taking_it_back_shows_nowhere(
    database: Engines, ruled: Overruled
) -> None:
    """Nor parting them: the latest word on two things is the only one that counts."""
    async with await connect(database.dsn) as connection:
        await comes_to_the_same(connection, ruled)


async def test_the_muddles_hold_what_they_are_for(database: Engines) -> None:
    """Rulings that count and that do not, both ways, and some that cannot be followed for another."""
    counts = {"certain": 0, "certainly-not": 0, "apart": 0, "kept": 0}
    async with await connect(database.dsn) as connection:
        for seed in range(6):
            database.empty()
            await take_in(connection, a_ruled_muddle(random.Random(seed)))
            rows = await connection.execute(
                "select grade, in_doubt from record.duplicate where rule = 'ruled'"
            )
            for grade, is_apart in await rows.fetchall():
                counts[grade] += 1
                counts["apart"] += is_apart and grade == "certain"
            rows = await connection.execute(
                "select count(*) from record.entry_ruling where verdict <> 'undo'"
            )
            counts["kept"] += (await rows.fetchall())[0][0]
    assert min(counts["certain"], counts["certainly-not"]) > 5
    assert counts["apart"] > 0
    assert counts["kept"] > counts["certain"] + counts["certainly-not"] + 5
