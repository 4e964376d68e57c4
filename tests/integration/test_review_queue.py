"""What waits for a steward: every pair in doubt once, the most important first, and flat however many there are."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from statistics import median

import pytest

from services.domain.identity.rulings import Verdict, pair
from services.platform import metrics
from services.platform.outbox import is_applied
from services.platform.postgres import Connection, connect, pool
from services.record.apply import apply
from services.record.model import load_model
from services.review.kinds import Kind
from services.review.queue import SQL, Item, NotACursor, count_items, items, keep_gauge
from services.review.reading import NotThere, find_pair, find_record, read_doubt
from services.review.rulings import CannotRule, made_on, rule, two_records
from services.review.views import obstacles, standing
from tests.doubts import ALIKE, CLASH, CLOSE, EVERYBODY, HELD, TWINS, Teller
from tests.engines import Engines, accept
from tests.identities import Sent, record_id, ruled, take_in, take_in_one_by_one

pytestmark = pytest.mark.any_broker

MODEL = load_model()


@pytest.fixture
async def connection(database: Engines) -> AsyncIterator[Connection]:
    """A connection to empty tables."""
    async with await connect(database.dsn) as found:
        yield found


def ids(*tellers: Teller) -> tuple[bytes, ...]:
    """The ids of their source records, the least first."""
    return tuple(sorted(record_id(one.holder, one.local) for one in tellers))


def pairs(found: Sequence[Item]) -> list[tuple[str, bytes, bytes]]:
    """The items as kind and ids."""
    return [(one.kind.value, one.one.id, one.other.id) for one in found]


def rules(tellers: Sequence[Teller], verdict: str, at: str = "2026-06-01T10:00:00Z") -> Sent:
    """A ruling on the first two of these."""
    one, other = ids(*tellers[:2])
    return ruled(one, other, verdict, at)


async def all_pages(connection: Connection, size: int, kind: Kind | None = None) -> list[Item]:
    """The whole list, page by page."""
    found: list[Item] = []
    while page := await items(connection, kind=kind, after=found[-1].cursor if found else "", most=size):
        assert len(page) <= size
        found += page
    return found


async def agrees(connection: Connection) -> dict[str, int]:
    """The counts that are not 0, which must be those of the list."""
    counts = await count_items(connection)
    listed = await all_pages(connection, 3)
    assert len(pairs(listed)) == len(set(pairs(listed)))
    assert counts == {kind: sum(one.kind is kind for one in listed) for kind in Kind}
    return {kind.value: count for kind, count in counts.items() if count}


async def test_every_doubt_waits_for_its_reason(connection: Connection) -> None:
    """Of nine people and more, those in doubt; nobody who is certainly one or certainly two."""
    await take_in(connection, [one.sent for one in EVERYBODY])
    listed = await items(connection)
    found = pairs(listed)
    assert found[0][0] == found[1][0] == "held-apart"
    assert {one[1:] for one in found[:2]} == {ids(HELD[0], HELD[2]), ids(HELD[1], HELD[2])}
    assert found[2:] == [
        ("number-clash", *ids(*CLASH)), ("twins", *ids(*TWINS)), ("close", *ids(*CLOSE)),
    ]  # fmt: skip
    assert await agrees(connection) == {"held-apart": 2, "number-clash": 1, "twins": 1, "close": 1}
    one = listed[2].one if listed[2].one.sender == "ZZT41" else listed[2].other
    assert one.facts["family"].value == "Hazelgrove"
    for kind in Kind:
        only = await items(connection, kind=kind)
        assert pairs(only) == [item for item in found if item[0] == kind.value]
        assert pairs(await all_pages(connection, 1, kind)) == pairs(only)


async def test_the_queue_follows_rulings_and_what_is_told(connection: Connection) -> None:
    """A ruled pair leaves it, an undone one returns, one that cannot be followed waits; a better word settles it."""
    await take_in(connection, [one.sent for one in (*TWINS, *CLASH, *CLOSE)])
    await take_in_one_by_one(
        connection, [rules(TWINS, "not-same"), rules(CLASH, "same"), rules(CLOSE, "same")]
    )
    assert await agrees(connection) == {}
    await take_in_one_by_one(
        connection,
        [rules(each, "undo", "2026-06-02T10:00:00Z") for each in (TWINS, CLASH, CLOSE)],
    )
    assert await agrees(connection) == {"number-clash": 1, "twins": 1, "close": 1}
    late = rules(TWINS, "not-same", "2026-06-01T11:00:00Z")
    await take_in_one_by_one(connection, [late, late])
    assert await agrees(connection) == {"number-clash": 1, "twins": 1, "close": 1}
    better = Teller(CLOSE[1].holder, CLOSE[1].local, CLOSE[0].who)
    sender, sent, body = better.sent
    await take_in(connection, [(sender, sent, body.replace(b"2026-05-04", b"2026-05-06"))])
    assert await agrees(connection) == {"number-clash": 1, "twins": 1}


async def test_a_ruling_that_cannot_be_followed_waits_first(connection: Connection) -> None:
    """Two valid numbers are two people, whatever is ruled; and the third of them is still in doubt."""
    await take_in(connection, [one.sent for one in HELD])
    await take_in(connection, [rules(HELD, "same")])
    assert pairs(await items(connection))[0] == ("not-followed", *ids(*HELD[:2]))
    assert (await agrees(connection))["not-followed"] == 1
    doubt = await read_doubt(connection, pair(*ids(*HELD[:2])), MODEL)
    assert standing(doubt) == "A steward ruled that they are one person, and they are still apart."
    assert obstacles(doubt, MODEL, {}) == ["these have different valid NHS numbers"]
    await take_in(connection, [rules(HELD, "undo", "2026-06-02T10:00:00Z")])
    assert "not-followed" not in await agrees(connection)


async def test_what_keeps_others_apart_is_told_on_their_pair(connection: Connection) -> None:
    """The record in the way is named; where none is, that the third could be either."""
    await take_in(connection, [one.sent for one in HELD])
    doubt = await read_doubt(connection, pair(*ids(HELD[0], HELD[2])), MODEL)
    assert obstacles(doubt, MODEL, {}) == [
        "one of them could as well belong to a third, whom the other cannot be"
    ]
    await take_in(connection, [rules((HELD[0], HELD[2]), "same")])
    other = await read_doubt(connection, pair(*ids(HELD[1], HELD[2])), MODEL)
    (said,) = obstacles(other, MODEL, {})
    assert said.startswith("these have different valid NHS numbers: the record ")
    joined = await read_doubt(connection, pair(*ids(HELD[0], HELD[2])), MODEL)
    assert (joined.is_one, obstacles(joined, MODEL, {})) == (True, [])


@pytest.mark.parametrize("seed", range(6))
async def test_the_mark_on_a_link_is_what_the_persons_say(seed: int, database: Engines) -> None:
    """Whatever the order, the batches and the workers: no link is marked apart that is not, nor the other way round."""
    dice = random.Random(seed)
    sent = [one.sent for one in EVERYBODY] + [
        rules(each, dice.choice([one.value for one in Verdict]), f"2026-06-0{day}T10:00:00Z")
        for each in (CLOSE, TWINS, CLASH, HELD, HELD[1:], ALIKE)
        for day in (1, 2)
    ]
    dice.shuffle(sent)
    workers = [await connect(database.dsn) for _ in range(3)]
    try:

        async def work(worker: Connection, share: list[Sent]) -> None:
            for place in range(0, len(share), 2):
                await apply(worker, await accept(worker, share[place : place + 2]))

        await asyncio.gather(*(work(worker, sent[n::3]) for n, worker in enumerate(workers)))
        rows = await workers[0].execute(
            "select l.apart, a.person <> b.person from record.link l "
            "join record.source_record a on a.id = l.one join record.source_record b on b.id = l.other"
        )
        marks = await rows.fetchall()
        assert marks
        assert all(marked == apart for marked, apart in marks)
        await agrees(workers[0])
    finally:
        for one in workers:
            await one.close()


async def test_a_pair_says_all_that_a_steward_asks(connection: Connection) -> None:
    """Who says what, how much each person holds, and what was ruled: from the messages, the latest word first."""
    await take_in(connection, [one.sent for one in (*ALIKE, *TWINS)])
    both = pair(*ids(*TWINS))
    doubt = await read_doubt(connection, both, MODEL)
    assert (doubt.is_one, doubt.made, doubt.held) == (False, [], {})
    assert {len(members) for members in doubt.people.values()} == {1}
    assert {known.entries for members in doubt.people.values() for known in members} == {1}
    joined = await read_doubt(connection, pair(*ids(*ALIKE)), MODEL)
    assert joined.is_one
    assert [known.entries for known in joined.members(joined.one.person)] == [1, 1]
    assert joined.apart is None
    keys = await accept(connection, [rules(TWINS, "same"), rules(TWINS, "undo", "2026-06-02T10:00:00Z")])
    pending = await made_on(connection, two_records(both))
    assert [(one.verdict, one.by, one.reason, one.is_pending) for one in pending] == [
        (Verdict.UNDO, "Ash Lowe", "Spoke to both.", True),
        (Verdict.SAME, "Ash Lowe", "Spoke to both.", True),
    ]
    await apply(connection, keys)
    assert not any(one.is_pending for one in await made_on(connection, two_records(both)))
    assert (await read_doubt(connection, both, MODEL)).ruling is None


async def test_what_is_withheld_is_marked(connection: Connection) -> None:
    """While a message in quarantine names the person; and their name is not in the list."""
    await take_in(connection, [one.sent for one in CLASH])
    number = CLASH[0].who.nhs_number
    await connection.execute(
        "insert into intake.quarantine (message_key, sender, door, received_at, issues, body) "
        "values ('\\x01', 'ZZT41', 'test', now(), '[]', '')"
    )
    await connection.execute("insert into intake.hold values ('\\x01', %s, 'consent')", [number])
    (item,) = await items(connection)
    assert (item.one.is_withheld, item.other.is_withheld) == (True, True)
    doubt = await read_doubt(connection, pair(*ids(*CLASH)), MODEL)
    assert set(doubt.held) == {doubt.one.person, doubt.other.person}
    assert {key for keys in doubt.held.values() for key in keys} == {b"\x01"}
    await connection.execute("update intake.quarantine set resolution = 'dismissed', resolved_at = now()")
    (item,) = await items(connection)
    assert not item.one.is_withheld


async def test_a_ruling_is_later_than_those_before_it(database: Engines, connection: Connection) -> None:
    """Though the clock of whoever ruled before was ahead; and whoever did not see the latest word is told of it."""
    await take_in(connection, [one.sent for one in TWINS])
    both = pair(*ids(*TWINS))
    await take_in(connection, [rules(TWINS, "not-same", "2999-01-01T00:00:00Z")])
    (first,) = await made_on(connection, two_records(both))

    async def accept_and_apply(body: bytes) -> bytes:
        (key,) = await accept(connection, [("CARETHREAD", 1, body)])
        await apply(connection, [key])
        return key

    async with pool(database.dsn, 2) as connections:
        with pytest.raises(CannotRule, match="Ash Lowe has ruled on these two since"):
            await rule(
                connections, accept_and_apply, two_records(both), Verdict.SAME, by="Jo", reason="x", seen=b""
            )
        key = await rule(
            connections,
            accept_and_apply,
            two_records(both),
            Verdict.SAME,
            by=" Jo ",
            reason=" They rang ",
            seen=first.key,
        )
        assert await is_applied(connections, key, 0)
        assert (await read_doubt(connection, both, MODEL)).is_one
        made = await made_on(connection, two_records(both))
        assert (made[0].key, made[0].by, made[0].reason) == (key, "Jo", "They rang")
        assert made[0].instant == first.instant + 1
        await rule(
            connections, accept_and_apply, two_records(both), Verdict.UNDO, by="Jo", reason="I mistook them"
        )
        with pytest.raises(CannotRule, match="none to undo"):
            await rule(
                connections, accept_and_apply, two_records(both), Verdict.UNDO, by="Jo", reason="Again"
            )
        for by, reason in (("", "x"), ("Jo", " "), ("x" * 501, "x")):
            with pytest.raises(CannotRule, match="nothing was changed"):
                await rule(
                    connections, accept_and_apply, two_records(both), Verdict.SAME, by=by, reason=reason
                )
    assert len(await made_on(connection, two_records(both))) == 3
    assert not (await read_doubt(connection, both, MODEL)).is_one


async def test_source_records_are_found_by_the_start_of_their_ids(connection: Connection) -> None:
    """One that has told something; not several, not none, not one twice."""
    await take_in(connection, [one.sent for one in (*TWINS, *ALIKE)])
    one, other = ids(*TWINS)
    assert await find_record(connection, one.hex()) == one
    assert await find_pair(connection, other.hex()[:12], f" {one.hex()[:12].upper()} ") == (one, other)
    for start in ("", "xyz", "f" * 33, "\u0661"):
        with pytest.raises(NotThere, match="hexadecimal"):
            await find_record(connection, start)
    with pytest.raises(NotThere, match="No source record"):
        await find_record(connection, "0" * 32)
    with pytest.raises(NotThere, match="one source record"):
        await find_pair(connection, one.hex(), one.hex())
    by_digit = [
        start for start in "0123456789abcdef" if sum(id_.hex()[0] == start for id_ in ids(*TWINS, *ALIKE)) > 1
    ]
    for start in by_digit:
        with pytest.raises(NotThere, match="More than one"):
            await find_record(connection, start)
    with pytest.raises(NotThere):
        await read_doubt(connection, (b"\0" * 16, one), MODEL)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "close",
        "close.1.00",
        "close.x.00.00",
        "maybe.1.00.00",
        "close.1.0g.00",
        f"close.{2**31}.00.00",
        f"close.-{2**40}.00.00",
    ],
)
async def test_what_is_no_place_in_the_list_is_said(cursor: str, connection: Connection) -> None:
    """Nothing of it reaches the database."""
    with pytest.raises(NotACursor):
        await items(connection, after=cursor)


async def test_a_place_of_another_kind_ends_the_list(connection: Connection) -> None:
    """A filter and a place that lies after it have nothing in common."""
    await take_in(connection, [one.sent for one in (*CLASH, *CLOSE)])
    last = (await items(connection))[-1]
    assert await items(connection, kind=Kind.NUMBER_CLASH, after=last.cursor) == []


async def test_the_gauge_counts_each_kind(connection: Connection) -> None:
    """Those that are there, and 0 for the others."""
    await take_in(connection, [one.sent for one in (*CLASH, *TWINS)])
    await keep_gauge(connection)
    shown = {
        sample.labels["kind"]: sample.value
        for family in metrics.REVIEW_OPEN.collect()
        for sample in family.samples
    }
    assert shown == {kind.value: float(kind in (Kind.NUMBER_CLASH, Kind.TWINS)) for kind in Kind}


_MANY = """
    insert into record.source_record (id, sender, person, demographics, pending)
    select sha256(i::text::bytea), 'ZZT41', sha256((i - i %% %(size)s)::text::bytea), '{}', false
    from generate_series(%(first)s::int, %(last)s::int) i
"""
_LINKS = """
    insert into record.link (one, other, grade, rule, weight)
    select least(a, b), greatest(a, b), %(grade)s,
           case when %(grade)s = 'possible' then (array['weight', 'number-clash', 'twins'])[1 + i %% 3]
                else 'weight' end,
           3000 + i %% 4000
    from generate_series(%(first)s::int, %(last)s::int, %(step)s::int) i
    cross join lateral (select sha256(i::text::bytea) a, sha256((i + %(away)s)::text::bytea) b) ends
    on conflict do nothing
"""


async def _fill(connection: Connection, first: int, last: int) -> None:
    """Records in persons of two, linked; every pair in doubt with another person's record."""
    span = {"first": first, "last": last}
    await connection.execute(_MANY, span | {"size": 2})
    await connection.execute(_LINKS, span | {"step": 2, "away": 1, "grade": "probable"})
    await connection.execute(_LINKS, span | {"step": 1, "away": 2, "grade": "possible"})
    await connection.execute("analyze record.link, record.source_record")


async def _milliseconds(connection: Connection, after: str) -> float:
    took = []
    for _ in range(7):
        began = time.perf_counter()
        assert len(await items(connection, after=after, most=25)) == 25
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


async def _rule_on_the_first(connection: Connection, most: int) -> None:
    """Not the same, for the heaviest pairs of the first kind."""
    first = await items(connection, most=most)
    rows = [(random.randbytes(32), item.one.id, item.other.id) for item in first]
    await connection.cursor().executemany(
        "insert into record.ruling values (%s, %s, %s, 1, 'not-same')", rows
    )


async def test_a_page_costs_the_same_however_long_the_queue_is(connection: Connection) -> None:
    """A page of a thousand pairs and one of a hundred thousand, the first and a later one; and the counts are quick."""
    await _fill(connection, 0, 999)
    few = await _pages(connection)
    await _fill(connection, 1_000, 99_999)
    assert sum((await count_items(connection)).values()) > 99_990
    many = await _pages(connection)
    await _rule_on_the_first(connection, 300)
    ruled_on = await _pages(connection)
    began = time.perf_counter()
    await count_items(connection)
    counting = (time.perf_counter() - began) * 1000
    print(
        f"ms a page, of 1,000: {few}; of 100,000: {many}; 300 ruled on: {ruled_on}; counting: {counting:.0f} ms"
    )
    assert max(many + ruled_on) < 3 * max(few) + 20
    assert counting < 2_000


async def _pages(connection: Connection) -> list[float]:
    after = (await items(connection, most=300))[-1].cursor
    return [round(await _milliseconds(connection, place), 1) for place in ("", after)]


@pytest.mark.parametrize("query", ["possible", "held_apart"])
async def test_the_plan_of_a_page_is_the_index(query: str, connection: Connection) -> None:
    """In its order, so that nothing is sorted and no table is read from end to end."""
    await _fill(connection, 0, 9_999)
    given = {"weight": -9_999, "one": b"", "other": b"", "most": 25, "rule": "weight"}
    rows = await connection.execute(b"explain " + SQL[query], given, prepare=False)
    plan = "\n".join(line for (line,) in await rows.fetchall())
    assert "Seq Scan on link" not in plan, plan
    assert "Sort" not in plan, plan
