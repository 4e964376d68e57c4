"""Entries in doubt wait for a steward: each pair once, the likeliest first, until it is ruled on or settled."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.domain.identity.rulings import Verdict, pair
from services.domain.record.duplicates.rulings import Thing
from services.platform import metrics
from services.platform.access import Partner
from services.platform.postgres import Connection, connect, pool
from services.record.apply import apply
from services.review.entry_queue import EntryItem, all_items, entry_items
from services.review.entry_reading import find_thing, find_things, read_entry_doubt
from services.review.entry_rulings import rule_on_entries
from services.review.entry_views import by_rules, entry_item_view, entry_standing, wording_rows
from services.review.kinds import Kind
from services.review.queue import NotACursor, count_items, items, keep_gauge
from services.review.reading import NotThere
from services.review.rulings import CannotRule, made_on, two_things
from services.review.things import SQL
from tests.doubts import TWINS
from tests.engines import Engines, accept
from tests.identities import FERN, LATER, Sent, record_id, ruled, take_in
from tests.integration.test_duplicates import THRICE, asked, met
from tests.ruled_entries import entries_ruled, entry_keys, groups, things_told
from tests.streams.norfolk_suffolk_partners import LANTERN, SURGERY, TRUST

pytestmark = pytest.mark.any_broker

LATEST = "2026-05-06T10:00:00Z"
DOUBTFUL = [THRICE[0], asked(TRUST, "77", "in-9", "Talking therapy", "2026-03-23T10:00:00Z")]
TORN = [
    met(SURGERY, "1", "c-1", "2026-03-02T10:00:00Z"),
    met(TRUST, "77", "c-2", "2026-03-02T10:03:00Z"),
    met(TRUST, "77", "c-3", "2026-03-02T10:03:00Z"),
]
"""Two of one sender that are as near to a third."""


@pytest.fixture
async def connection(database: Engines) -> AsyncIterator[Connection]:
    """A connection to empty tables."""
    async with await connect(database.dsn) as found:
        yield found


def thing(sent: Sent) -> Thing:
    """The one that a message tells of."""
    (found,) = things_told(sent)
    return found


def keys(*sent: Sent) -> tuple[bytes, bytes]:
    """The resource keys of two, the lesser first."""
    one, other = (thing(each).resource_key for each in sent)
    return pair(one, other)


def pairs(found: list[EntryItem]) -> set[tuple[bytes, bytes]]:
    """The items by their keys."""
    return {(one.one.key, one.other.key) for one in found}


async def test_what_is_doubtful_waits_and_what_is_clear_does_not(connection: Connection) -> None:
    """What is certain and torn first, with both wordings and the reason; counted as it is listed."""
    await take_in(connection, [*DOUBTFUL, *TORN, *(one.sent for one in TWINS)])
    found = await entry_items(connection)
    assert [(one.grade, one.rule) for one in found] == [
        ("certain", "same-time"),
        ("certain", "same-time"),
        ("possible", "same-parties-lately"),
    ]
    assert pairs(found[:2]) == {keys(TORN[0], TORN[1]), keys(TORN[0], TORN[2])}
    assert pairs(found[2:]) == {keys(*DOUBTFUL)}
    view = entry_item_view(found[2], {TRUST.ods: Partner(TRUST.ods, "The trust", "NHS")})
    assert {view.one.title, view.other.title} == {"Talking therapy"}
    assert {view.one.when, view.other.when} == {"2 March 2026, 10:00am", "23 March 2026, 10:00am"}
    assert "The trust" in {view.one.partner.name, view.other.partner.name}
    assert view.why == "The same organisation asked the same organisation within four weeks."
    assert (await count_items(connection))[Kind.ENTRIES] == 3
    await keep_gauge(connection)
    shown = {
        sample.labels["kind"]: sample.value
        for family in metrics.REVIEW_OPEN.collect()
        for sample in family.samples
    }
    assert (shown["entries"], shown["twins"]) == (3.0, 1.0)


async def test_people_come_before_entries_page_by_page(connection: Connection) -> None:
    """Each once, whatever the size of a page; of one kind alone where that is asked for."""
    await take_in(connection, [*DOUBTFUL, *TORN, *(one.sent for one in TWINS)])
    whole = await all_items(connection)
    assert [one.kind for one in whole] == [Kind.TWINS, *[Kind.ENTRIES] * 3]
    for size in (1, 2, 3):
        paged: list[Any] = []
        while page := await all_items(connection, after=paged[-1].cursor if paged else "", most=size):
            paged += page
        assert paged == whole
    assert await all_items(connection, kind=Kind.ENTRIES) == whole[1:] == await entry_items(connection)
    assert await all_items(connection, kind=Kind.TWINS) == whole[:1] == await items(connection)
    assert await items(connection, kind=Kind.ENTRIES) == []


@pytest.mark.parametrize(
    "cursor", ["entries.x", "entries.maybe.1.00.00", "entries.possible.x.00.00", "entries.possible.1.0g.00",
               f"entries.possible.{2**31}.00.00", "close.possible.1.00.00"],
)  # fmt: skip
async def test_what_is_no_place_in_the_list_is_said(cursor: str, connection: Connection) -> None:
    """Nothing of it reaches the database."""
    with pytest.raises(NotACursor):
        await all_items(connection, after=cursor)
    with pytest.raises(NotACursor):
        await entry_items(connection, after=cursor)


async def test_the_queue_follows_rulings_and_what_is_told(connection: Connection) -> None:
    """A ruled pair leaves it, an undone one returns; a better word settles it, and so does parting the two people."""
    one, other = map(thing, DOUBTFUL)
    await take_in(connection, DOUBTFUL)
    for number, verdict in enumerate(("same", "undo", "not-same", "undo")):
        await take_in(connection, [entries_ruled(one, other, verdict, f"2026-06-0{number + 1}T10:00:00Z")])
        waits = pairs(await entry_items(connection))
        assert waits == ({keys(*DOUBTFUL)} if verdict == "undo" else set()), verdict
    parted = ruled(record_id(SURGERY, "1"), record_id(TRUST, "77"), "not-same")
    await take_in(connection, [parted])
    assert await entry_items(connection) == []
    await take_in(connection, [ruled(record_id(SURGERY, "1"), record_id(TRUST, "77"), "undo", LATER)])
    assert pairs(await entry_items(connection)) == {keys(*DOUBTFUL)}


async def test_a_ruling_that_another_stands_in_the_way_of_waits_first(connection: Connection) -> None:
    """It says so, on its page and in the list, until one of the two is undone."""
    one, other, third = map(thing, (*DOUBTFUL, THRICE[2]))
    rulings = [
        entries_ruled(one, other, "same"),
        entries_ruled(other, third, "same"),
        entries_ruled(one, third, "not-same"),
    ]
    await take_in(connection, [*DOUBTFUL, THRICE[2], *rulings])
    (item,) = await entry_items(connection)
    assert (item.grade, item.rule) == ("certain", "ruled")
    assert item.why == "A steward ruled that they are one, and another ruling keeps them two."
    doubt = await read_entry_doubt(connection, (item.one.key, item.other.key))
    assert (
        entry_standing(doubt) == "A steward ruled that they are one entry, and another ruling keeps them two."
    )
    await take_in(connection, [entries_ruled(one, third, "undo", LATEST)])
    assert await entry_items(connection) == []


async def test_a_pair_says_all_that_a_steward_asks(connection: Connection) -> None:
    """Both wordings, what else is in their entries, what rules make of them, and what was ruled, the latest first."""
    await take_in(connection, [*DOUBTFUL, THRICE[2]])
    doubt = await read_entry_doubt(connection, keys(*DOUBTFUL))
    assert (doubt.is_one, doubt.made, doubt.held) == (False, [], {})
    assert by_rules(doubt).startswith("By a rule they may be one: The same organisation asked")
    assert entry_standing(doubt) == "They are two entries now."
    rows = {row.label: sorted((*row.one, *row.other)) for row in wording_rows(doubt, {})}
    assert rows["When"] == ["2 March 2026, 10:00am", "23 March 2026, 10:00am"]
    assert rows["What"] == ["Talking therapy"] * 2
    assert rows["In one entry with"] == [f"{LANTERN.ods}: Therapy at the trust, 4 March 2026"]
    one, other = map(thing, DOUBTFUL)
    waiting = await accept(
        connection, [entries_ruled(one, other, "same"), entries_ruled(other, one, "undo", LATEST)]
    )
    pending = await made_on(connection, two_things(one, other))
    assert [(each.verdict, each.by, each.reason, each.is_pending) for each in pending] == [
        (Verdict.UNDO, "Ash Lowe", "Rang both.", True),
        (Verdict.SAME, "Ash Lowe", "Rang both.", True),
    ]
    await apply(connection, waiting)
    assert (await read_entry_doubt(connection, keys(*DOUBTFUL))).ruling is None


async def test_of_two_entries_the_pair_that_is_in_doubt_is_found(connection: Connection) -> None:
    """Whichever of their things is named: on the others neither a rule nor a steward said a word."""
    fourth = met(LANTERN, "4", "c-9", "2026-03-02T10:20:00Z")
    near = [met(SURGERY, "1", "c-1", "2026-03-02T10:00:00Z"), met(TRUST, "77", "c-2", "2026-03-02T10:08:00Z")]
    await take_in(connection, [*near, fourth])
    (item,) = await entry_items(connection)
    in_doubt = (item.one.key, item.other.key)
    assert in_doubt == keys(near[1], fourth)
    assert (await read_entry_doubt(connection, keys(near[0], fourth))).nearest == in_doubt
    assert (await read_entry_doubt(connection, in_doubt)).nearest is None
    assert (await read_entry_doubt(connection, keys(*near))).nearest is None


async def test_things_of_two_people_are_told_to_wait(connection: Connection) -> None:
    """What is ruled of them has no effect until they are one person, and the page says so."""
    hers, his = DOUBTFUL[0], asked(TRUST, "8", "in-9", "Talking therapy", "2026-03-03", FERN)
    await take_in(connection, [hers, his, entries_ruled(thing(hers), thing(his), "same")])
    doubt = await read_entry_doubt(connection, keys(hers, his))
    assert not doubt.is_one
    assert entry_standing(doubt).endswith("which waits until the two are of one person.")
    assert by_rules(doubt).startswith("They are of two people")
    assert await entry_items(connection) == []


async def test_what_is_withheld_is_marked(connection: Connection) -> None:
    """While a message in quarantine names the person: neither words nor dates are in the list."""
    await take_in(connection, DOUBTFUL)
    await connection.execute(
        "insert into intake.quarantine (message_key, sender, door, received_at, issues, body) "
        "values ('\\x01', 'ZZT41', 'test', now(), '[]', '')"
    )
    token = f"source-record:{record_id(TRUST, '77').hex()}"
    await connection.execute("insert into intake.hold values ('\\x01', %s, 'consent')", [token])
    (item,) = await entry_items(connection)
    view = entry_item_view(item, {})
    assert {view.one.title, view.other.title} == {"Withheld just now"}
    assert {view.one.when, view.one.detail, view.one.status} == {""}
    doubt = await read_entry_doubt(connection, keys(*DOUBTFUL))
    assert list(doubt.held.values()) == [[b"\x01"]]


async def test_who_rules_two_is_asked_of_no_other_pair_of_the_two_entries(
    database: Engines, connection: Connection
) -> None:
    """To undo it undoes all of it; one word that they are one joins both entries; and whoever did not see the latest
    word is told of it."""
    late = asked(TRUST, "77", "in-9", "Talking therapy", "2026-03-23T10:00:00Z")
    heard = asked(LANTERN, "4", "heard-3", "Therapy at the trust", "2026-03-24")
    await take_in(connection, [THRICE[0], late, heard])
    assert groups(await entry_keys(connection), map(thing, (late, heard))) == [{thing(late), thing(heard)}]
    waits = await entry_items(connection)
    assert pairs(waits) == {keys(THRICE[0], late), keys(THRICE[0], heard)}

    async def accept_and_apply(body: bytes) -> bytes:
        (key,) = await accept(connection, [("CARETHREAD", 1, body)])
        await apply(connection, [key])
        return key

    async with pool(database.dsn, 2) as connections:

        async def rules(verdict: Verdict, seen: bytes | None = None) -> bytes:
            doubt = await read_entry_doubt(connection, keys(THRICE[0], late))
            return await rule_on_entries(
                connections, accept_and_apply, doubt, verdict, by="Jo", reason="Asked twice", seen=seen
            )

        first = await rules(Verdict.NOT_SAME, b"")
        assert await entry_items(connection) == []
        with pytest.raises(
            CannotRule, match="Jo has ruled on these two since this page was opened: two entries"
        ):
            await rules(Verdict.SAME, b"")
        await rules(Verdict.UNDO, first)
        assert pairs(await entry_items(connection)) == pairs(waits)
        with pytest.raises(CannotRule, match="none to undo"):
            await rules(Verdict.UNDO)
        await rules(Verdict.NOT_SAME)
        await rules(Verdict.SAME)
    assert len(groups(await entry_keys(connection), map(thing, (THRICE[0], late, heard)))) == 1


async def test_things_are_found_by_the_start_of_their_keys(connection: Connection) -> None:
    """One that is told and is an entry; not several, not none, not one twice."""
    await take_in(connection, DOUBTFUL)
    one, other = keys(*DOUBTFUL)
    assert await find_thing(connection, one.hex()) == one
    assert await find_things(connection, other.hex()[:12], f" {one.hex()[:12].upper()} ") == (one, other)
    for start in ("", "xyz", "f" * 33, "\u0661"):
        with pytest.raises(NotThere, match="hexadecimal"):
            await find_thing(connection, start)
    with pytest.raises(NotThere, match="Nothing told"):
        await find_thing(connection, "0" * 32)
    with pytest.raises(NotThere, match="one thing"):
        await find_things(connection, one.hex(), one.hex())
    with pytest.raises(NotThere):
        await read_entry_doubt(connection, (b"\0" * 16, one))


_FILL = """
    insert into record.duplicate (one, other, grade, rule, nearness)
    select sha256(i::text::bytea), '\\xff'::bytea || sha256(i::text::bytea), 'possible', 'asked-twice', i %% 9000
    from generate_series(1, 20000) i where sha256(i::text::bytea) < '\\xff'
"""


async def test_the_plan_of_a_page_is_the_index(connection: Connection) -> None:
    """In its order, so that nothing is sorted and no table is read from end to end."""
    await connection.execute(_FILL, {})
    await connection.execute("update record.duplicate set in_doubt = true")
    await connection.execute("analyze record.duplicate")
    given = {"grade": "possible", "nearness": -8000, "one": b"", "other": b"", "most": 25}
    rows = await connection.execute(b"explain " + SQL["doubtful"], given, prepare=False)
    plan = "\n".join(line for (line,) in await rows.fetchall())
    assert "Index Scan" in plan, plan
    assert "Seq Scan" not in plan, plan
    assert "Sort" not in plan, plan
