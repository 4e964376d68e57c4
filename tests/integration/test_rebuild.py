"""The record made again from its messages: the same where nothing else touched it, found where something did."""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest

from services import show_rebuild
from services.domain.identity.model import Model
from services.domain.identity.rulings import pair
from services.platform.postgres import TRANSIENT, Connection, OtherRules, connect
from services.record import rebuild as rebuilding
from services.record.apply import apply
from services.record.digest import compute_digest
from services.record.model import load_model, records_version
from services.record.rebuild import Rebuilt, RulingsWait
from services.record.rebuild_place import AnotherRebuild, led_beside, make_place, shape_of
from services.record.store import SQL
from services.show import progress
from tests.engines import Engines, accept
from tests.identities import HOLDERS, NUMBERS, WREN, Sent, record_id, ruled, told
from tests.integration.test_apply_laws import a_set_of_messages
from tests.integration.test_duplicates import THRICE, a_doubled_muddle
from tests.messages import a_message
from tests.ruled_entries import entries_ruled, some_rulings, things_told

pytestmark = pytest.mark.any_broker

TWICE = [told(holder, "1", WREN) for holder in HOLDERS[:2]]
"""One person whom two systems know, joined by what the model makes of their names and addresses."""

DOUBTING = replace(load_model(), version="one that joins nobody", link=10**9)


async def rebuild(database: Engines, *, swap: bool = False, model: Model | None = None) -> Rebuilt:
    """As the command does it, without a word."""

    def quietly(words: str, count: int) -> Any:
        return progress(words, count, quiet=True)

    return await rebuilding.rebuild(database.dsn, model or load_model(), swap=swap, progress=quietly)


async def read(connection: Connection, query: str) -> list[Any]:
    """The rows of a query."""
    return await (await connection.execute(query.encode())).fetchall()


async def live_rows(connection: Connection) -> dict[str, list[Any]]:
    """Which transaction wrote each row last, in every table there is."""
    tables = await read(
        connection,
        "select oid::regclass::text from pg_class where relkind = 'r' "
        "and relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)",
    )
    return {
        table: await read(connection, f"select xmin::text, ctid::text from {table} order by ctid")  # noqa: S608
        for (table,) in tables
    }


async def apply_until_done(connection: Connection, keys: Sequence[bytes]) -> None:
    """As a worker does: what another try can mend is tried again."""
    while True:
        try:
            await apply(connection, keys)
        except TRANSIENT:
            continue
        return


async def muddle(connection: Connection, sent: Sequence[Sent], dice: random.Random) -> None:
    """Accept and apply in batches of any size."""
    left = list(sent)
    while left:
        size = dice.randint(1, 4)
        now, left = left[:size], left[size:]
        await apply_until_done(connection, await accept(connection, now))


def a_crowd(dice: random.Random) -> list[Sent]:
    """Few people under several names and numbers, what is told of them, and rulings that join and part them."""
    sent: list[Sent] = [*a_set_of_messages(dice), *a_doubled_muddle(dice)]
    for holder in HOLDERS:
        for local in "12":
            sent.append(told(holder, local, replace(WREN, nhs_number=dice.choice(("", *NUMBERS[:2])))))
    known = [record_id(holder, local) for holder in HOLDERS for local in "12"]
    sent += some_rulings(dice, sent)
    for hour in range(3):
        one, other = pair(*dice.sample(known, 2))
        verdict = dice.choice(("same", "not-same", "undo"))
        sent.append(ruled(one, other, verdict, f"2026-05-06T{hour:02d}:00:00Z"))
    return dice.sample(sent, len(sent))


@pytest.mark.parametrize("seed", range(3))
async def test_a_record_that_grew_in_a_muddle_is_what_its_messages_make_of_it(
    seed: int, database: Engines
) -> None:
    """Two workers, any order and batches: rebuilt in one go it is the same, and not one live row is touched."""
    sent = a_crowd(random.Random(seed))
    async with await connect(database.dsn) as first, await connect(database.dsn) as second:
        await asyncio.gather(
            muddle(first, sent[::2], random.Random(seed)), muddle(second, sent[1::2], random.Random(-seed))
        )
        before, digest = await live_rows(first), await compute_digest(first)
        comparison = (await rebuild(database)).comparison
        assert comparison.passed
        assert (comparison.differing, comparison.differences) == (0, [])
        assert comparison.rebuilt_digest == digest.digest
        assert comparison.shifts.persons == comparison.shifts.rebuilt_persons == digest.records
        assert await live_rows(first) == before


ALTERATIONS = {
    "update record.version set content = content || ' '": {"version"},
    "update record.version set instant = instant + 1": {"version"},
    "update record.entry set entry_key = 'x'": {"entry", "duplicate"},
    "update record.entry set occurred = 0": {"entry"},
    "update record.source_record set demographics = '{}'": {"facts"},
    "update record.source_record set profile = '[]'": {"facts"},
    "update record.source_record set sum = null": {"sum"},
    "update record.source_record set person = id": {"person", "link"},
    "update record.source_record set person = null": {"person", "facts", "sum"},
    "delete from record.link": {"link"},
    "delete from record.number": {"number"},
    "delete from record.blocking": {"key"},
    "delete from record.ruling": {"ruling"},
    "update record.entry_ruling set verdict = 'not-same'": {"ruling"},
    "delete from record.entry_ruling": {"ruling"},
    "delete from record.facet_token": {"facet"},
    "delete from record.duplicate": {"duplicate"},
}
"""What may be done to a record behind its messages, and in what of it that shows."""


async def test_what_was_changed_by_other_means_than_a_message_is_found_and_made_good(
    database: Engines, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named by id and kind; a swap makes it good, so that the next rebuild finds only what is altered next."""
    numbered = [told(holder, "2", replace(WREN, nhs_number=NUMBERS[0])) for holder in HOLDERS[:2]]
    rulings = [ruled(*pair(record_id(HOLDERS[0], "1"), record_id(HOLDERS[1], "2")), "same")]
    (one,), (other,), (third,) = map(things_told, THRICE)
    rulings += [entries_ruled(one, other, "same"), entries_ruled(one, third, "not-same")]
    async with await connect(database.dsn) as connection:
        await apply(connection, await accept(connection, [*TWICE, *THRICE, *numbered, *rulings]))
        digest = await compute_digest(connection)
        for alteration, kinds in ALTERATIONS.items():
            await connection.execute(alteration.encode())
            made = await rebuild(database, swap=True)
            found = made.comparison
            show_rebuild.rebuilt(made, json=False)
            assert f"Not the same: {found.differing} source record" in capsys.readouterr().out
            assert (found.passed, made.swapped) == (False, True), alteration
            assert found.differing == len(found.differences) > 0
            assert {kind for one in found.differences for kind in one.kinds} == kinds, alteration
            assert all(one.digest != one.rebuilt_digest for one in found.differences)
        assert (await rebuild(database)).comparison.differing == 0
        assert await compute_digest(connection) == digest


async def test_a_new_model_is_told_of_and_takes_the_records_place_where_that_is_asked(
    database: Engines, capsys: pytest.CaptureFixture[str]
) -> None:
    """Workers of the old one apply nothing any more; swapped back, the record is as it was, and so is its schema."""
    async with await connect(database.dsn) as connection:
        await apply(connection, await accept(connection, TWICE))
        digest, shape = await compute_digest(connection), await shape_of(connection)
        other = (await rebuild(database, model=DOUBTING)).comparison
        assert (other.same_version, other.passed) == (False, True)
        assert (other.version, other.rebuilt_version) == (
            records_version(load_model()),
            records_version(DOUBTING),
        )
        assert (other.shifts.merges, other.shifts.splits) == (0, 1)
        assert (other.shifts.persons, other.shifts.rebuilt_persons) == (1, 2)
        assert {kind for one in other.differences for kind in one.kinds} == {"person"}
        assert await compute_digest(connection) == digest

        swapped = await rebuild(database, swap=True, model=DOUBTING)
        show_rebuild.rebuilt(swapped, json=False)
        said = capsys.readouterr().out
        assert "Persons: 1 now, 2 rebuilt; 0 merges, 1 split." in said
        assert "Swapped: the rebuilt record is the live one now." in said
        assert "Wren" not in said
        try:
            assert await read(connection, "select version from record.rules") == [(other.rebuilt_version,)]
            assert (await compute_digest(connection)).digest == other.rebuilt_digest
            more = await accept(connection, [told(HOLDERS[2], "1", WREN)])
            before = await live_rows(connection)
            with pytest.raises(OtherRules, match="one that joins nobody"):
                await apply(connection, more)
            assert await live_rows(connection) == before
            assert len(await apply(connection, more, DOUBTING)) == 1
        finally:
            back = (await rebuild(database, swap=True)).comparison
        assert (back.shifts.merges, back.shifts.splits) == (2, 0)
        assert await shape_of(connection) == shape
        database.empty()
        await apply(connection, await accept(connection, TWICE))
        assert await compute_digest(connection) == digest


async def test_workers_that_apply_meanwhile_lose_nothing_by_a_swap(database: Engines) -> None:
    """Rebuilt and swapped again and again under two workers: each time the same, and in the end what it has to be."""
    sent = [one for seed in range(3) for one in a_crowd(random.Random(seed))]
    async with await connect(database.dsn) as first, await connect(database.dsn) as second:
        workers = asyncio.gather(
            muddle(first, sent[::2], random.Random(1)), muddle(second, sent[1::2], random.Random(2))
        )
        swaps = 0
        while not workers.done():
            assert (await rebuild(database, swap=True)).comparison.differing == 0
            swaps += 1
        await workers
        assert swaps > 1
        digest = await compute_digest(first)
        twice = (
            "select 1 from intake.outcome where outcome = 'applied' group by message_key having count(*) > 1"
        )
        assert await read(first, twice) == []
        untold = (
            "select 1 from intake.message where message_key not in (select message_key from intake.outcome)"
        )
        assert await read(first, untold) == []
        database.empty()
        await apply(first, await accept(first, sent))
        assert await compute_digest(first) == digest


def undated(name: str) -> bytes:
    """A message that has no instant but its `sent`."""
    bundle = a_message(name)
    del bundle["timestamp"]
    for entry in bundle["entry"]:
        entry["resource"].pop("meta", None)
    return orjson.dumps(bundle)


@pytest.mark.parametrize("swap", [False, True])
async def test_what_waits_is_not_in_it_and_what_waits_anew_is_as_it_was(
    swap: bool, database: Engines
) -> None:
    """Accepted and not applied; and applied, with a lower `sent` since: the live record does not have either yet."""
    later = [("ZZT41", 50, undated("A")), ("ZZT41", 70, undated("B"))]
    async with await connect(database.dsn) as connection:
        await apply(connection, await accept(connection, [("ZZT41", 100, undated("A"))]))
        waiting = await accept(connection, later)
        comparison = (await rebuild(database, swap=swap)).comparison
        assert (comparison.differing, comparison.messages) == (0, 1)
        assert len(await apply(connection, waiting)) == 2
        digest = await compute_digest(connection)
        assert (await rebuild(database)).comparison.rebuilt_digest == digest.digest
        database.empty()
        await apply(connection, await accept(connection, later))
        assert await compute_digest(connection) == digest


async def test_a_swap_keeps_which_message_told_something_first(database: Engines) -> None:
    """So that a sender who was told that its message is a duplicate of another is told so still."""
    body = told(HOLDERS[0], "1", WREN)[2]
    same = [
        (HOLDERS[0].ods, 1, body),
        (HOLDERS[0].ods, 1, orjson.dumps(orjson.loads(body) | {"id": "again"})),
    ]
    query = "select resource_key, message_key from record.version order by resource_key"
    async with await connect(database.dsn) as connection:
        tellers = []
        for order in (same, same[::-1]):
            database.empty()
            for one in order:
                await apply(connection, await accept(connection, [one]))
            before = await read(connection, query)
            await rebuild(database, swap=True)
            assert await read(connection, query) == before
            tellers.append(before)
        assert tellers[0] != tellers[1]


async def test_a_ruling_that_others_see_before_it_is_applied_is_waited_for(
    database: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker was killed over it: of which messages the record is made cannot be said until it is applied."""
    ruling = ruled(*pair(record_id(HOLDERS[0], "1"), record_id(HOLDERS[1], "1")), "not-same")
    async with await connect(database.dsn) as connection:
        await apply(connection, await accept(connection, TWICE))
        keys = await accept(connection, [ruling])
        await connection.execute(
            "insert into record.ruling select message_key, '\\x01', '\\x02', 1, 'same' from intake.outbox"
        )
        monkeypatch.setattr(rebuilding, "_RULINGS_WITHIN", 0.3)
        with pytest.raises(RulingsWait, match="record worker"):
            await rebuild(database)
        await connection.execute("delete from record.ruling")
        monkeypatch.setattr(rebuilding, "_RULINGS_WITHIN", 30)
        await apply(connection, keys)
        assert (await rebuild(database)).comparison.differing == 0


async def test_one_rebuild_at_a_time_and_what_a_killed_one_left_is_dropped(database: Engines) -> None:
    """The second says so; once the first is gone, its place is made anew."""
    async with await connect(database.dsn) as first:
        await make_place(first, "any")
        with pytest.raises(AnotherRebuild):
            await rebuild(database)
    assert (await rebuild(database)).comparison.passed
    async with await connect(database.dsn) as connection:
        left = "select nspname from pg_namespace where nspname like '%reb%'"
        assert await read(connection, left) == []


@pytest.mark.parametrize("query", SQL)
def test_no_query_of_the_record_reads_or_writes_the_live_one_when_it_is_led_beside(query: str) -> None:
    """Its tables and functions, the outbox and the messages: none is named any more."""
    led = led_beside(SQL[query]).replace(b"record_rebuilt.", b"").replace(b"source_record.", b"")
    assert not any(live in led for live in (b"record.", b"intake.outbox", b"intake.message"))


def run(database: Engines, *options: str) -> "subprocess.CompletedProcess[str]":
    """`carethread rebuild` as a deployment runs it: where PostgreSQL is, it finds in its environment."""
    return subprocess.run(
        [sys.executable, "-m", "services", "rebuild", *options],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **database.environment},
        check=False,
    )


async def test_the_command_says_what_it_found_and_nothing_of_anybody(database: Engines) -> None:
    """Exit status 0 where the record is as it has to be, 1 where it is not; ids and digests, no name."""
    async with await connect(database.dsn) as connection:
        await apply(connection, await accept(connection, TWICE))
        digest = (await compute_digest(connection)).digest
        good = run(database)
        assert (good.returncode, good.stderr) == (0, "")
        assert good.stdout == (
            f"1 record of 2 messages  {digest}\n"
            "The same: the live record is what its messages make of it, byte for byte.\n"
        )
        await connection.execute("update record.source_record set person = id")
        bad = run(database, "--json")
        assert (bad.returncode, bad.stderr) == (1, "")
        found = json.loads(bad.stdout)
        assert (found["differing"], found["passed"], found["swapped"]) == (2, False, False)
        moved = next(one for one in found["differences"] if "person" in one["kinds"])
        assert moved["person"] == moved["source_record"] != moved["rebuilt_person"]
        assert not any(word in bad.stdout for word in ("Wren", "Quillfeather", "1990"))
