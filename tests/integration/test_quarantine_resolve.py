"""What stewards do with quarantined messages, at once, twice and in any order: exact, and without a trace too many."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import permutations
from typing import Any

import orjson
import pytest
from psycopg import sql

from services.domain.message import message_key
from services.intake import quarantine
from services.intake.accept import Delivery, accept, check, keep
from services.intake.acceptance import Acceptance
from services.intake.quarantine import Quarantined
from services.intake.resolve import (
    AlreadyResolved,
    CannotResolve,
    SaysLess,
    StillRefused,
    correct,
    dismiss,
    resubmit,
)
from services.platform.outbox import count, count_waiting
from services.platform.postgres import Connection, connect, pool
from services.platform.publisher import Publisher
from services.record.apply import apply
from services.record.digest import compute_digest
from services.viewer.reading import list_persons, read_record
from tests.engines import PARTNERSHIP_KEY, Engines
from tests.messages import AT, SOMEBODY, a_message, resources
from tests.streams.fhir_builders import Resource, consent, known_to
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import COUNCIL, TRUST

pytestmark = pytest.mark.any_broker

SENDER = "ZZT41"
NUMBER = "9991042172"


@pytest.fixture
async def path(database: Engines) -> AsyncIterator[Acceptance]:
    """The acceptance path on empty tables."""
    async with AsyncExitStack() as open_:
        publisher = Publisher(database.bootstrap)
        open_.push_async_callback(publisher.close)
        connections = await open_.enter_async_context(pool(database.dsn, 8))
        yield Acceptance(connections, publisher, PARTNERSHIP_KEY)


@pytest.fixture
async def database_itself(database: Engines) -> AsyncIterator[Connection]:
    """A connection to look at what became of it."""
    async with await connect(database.dsn) as connection:
        yield connection


def spoilt(local: str, text: str = "Came to the garden group") -> Resource:
    """A message that R4 does not allow."""
    bundle = a_message(local, text, nhs_number=NUMBER)
    resources(bundle)[1]["birthDate"] = "1990-13-40"
    return bundle


def mended(local: str, text: str = "Came to the garden group") -> bytes:
    """The same, corrected."""
    return orjson.dumps(a_message(local, text, nhs_number=NUMBER))


async def deliver(path: Acceptance, body: bytes, *, sent: int = 100, place: str = "") -> bytes:
    """Bring a message through a Kafka door; its key."""
    delivery = Delivery((place or random.randbytes(8).hex()).encode(), SENDER, sent, "test[0]@0", body)
    checked = check(delivery, PARTNERSHIP_KEY)
    async with path.pool.connection() as connection, connection.transaction():
        await keep(connection, [checked])
    return checked.key


async def quarantined_under_other_rules(
    path: Acceptance, body: bytes, cause: str, *, sent: int = 100
) -> bytes:
    """A message as rules quarantined it that refused what the present ones accept."""
    key = message_key(SENDER, body)
    issues = orjson.dumps([{"code": "value", "text": "Too strict", "place": "", "rule": ""}]).decode()
    async with path.pool.connection() as connection, connection.transaction():
        await connection.execute(
            "insert into intake.quarantine (message_key, sender, door, received_at, sent, cause, issues, body) "
            "values (%s, %s, 'test[0]@0', now(), %s, %s, %s, %s)",
            [key, SENDER, sent, cause, issues, body],
        )
        await connection.execute("insert into intake.delivery values (%s, %s)", [random.randbytes(16), key])
    return key


async def find(path: Acceptance, key: bytes) -> Quarantined:
    """The quarantined message."""
    async with path.pool.connection() as connection:
        return await quarantine.find(connection, key.hex())


async def rows(connection: Connection) -> dict[str, list[Any]]:
    """All that intake keeps of messages."""
    tables = ("message", "delivery", "quarantine", "hold", "outbox", "outcome")
    query = sql.SQL("select * from {} order by 1, 2")
    return {
        table: await (await connection.execute(query.format(sql.Identifier("intake", table)))).fetchall()
        for table in tables
    }


async def outcomes(connection: Connection) -> list[tuple[bytes, str]]:
    """What senders are told, in order."""
    return await (
        await connection.execute("select message_key, outcome from intake.outcome order by txid, seq")
    ).fetchall()


async def adds_up(connection: Connection) -> tuple[int, int, int, int, int]:
    """The counts, which have to."""
    found = await count(connection)
    assert found.accepted == found.applied + found.duplicate + found.quarantined + found.in_flight
    return found[:5]


async def applied(connection: Connection) -> str:
    """The digest once all that is accepted is in the record."""
    waiting = await (await connection.execute("select message_key from intake.outbox")).fetchall()
    await apply(connection, [key for (key,) in waiting])
    return (await compute_digest(connection)).digest


async def test_a_correction_stands_in_place_of_the_message(
    path: Acceptance, database_itself: Connection
) -> None:
    """It is a message of the original's sender at the original's instant; both are kept and the sender is told."""
    key = await deliver(path, orjson.dumps(spoilt("c-1")), sent=7)
    assert await adds_up(database_itself) == (1, 0, 0, 1, 0)
    done = await correct(path, await find(path, key), mended("c-1"), "Sam", "The month was wrong")
    one = await find(path, key)
    assert (one.resolution, one.resolved_by, one.reason) == ("corrected", "Sam", "The month was wrong")
    assert one.correction == done.key == message_key(SENDER, mended("c-1"), key)
    row = await database_itself.execute(
        "select sender, sent, corrects, body from intake.message where message_key = %s", [done.key]
    )
    assert await row.fetchone() == (SENDER, 7, key, mended("c-1"))
    assert await outcomes(database_itself) == [
        (key, "quarantined"), (done.key, "accepted"), (key, "corrected"),
    ]  # fmt: skip
    assert await adds_up(database_itself) == (2, 0, 0, 1, 1)
    assert (await count_waiting(database_itself)).open == 0
    await applied(database_itself)
    assert await adds_up(database_itself) == (2, 1, 0, 1, 0)


async def test_the_same_correction_again_changes_nothing(
    path: Acceptance, database_itself: Connection
) -> None:
    """Whoever makes it, and also when two make it at the same moment."""
    key = await deliver(path, orjson.dumps(spoilt("c-2")))
    one = await find(path, key)
    at_once = [correct(path, one, mended("c-2"), name) for name in ("Sam", "Ada", "Jo", "Kit")]
    done = await asyncio.gather(*at_once)
    before = await rows(database_itself)
    again = await correct(path, one, mended("c-2"), "Sam", "Because")
    assert {made.key for made in done} == {again.key}
    assert await rows(database_itself) == before
    assert await adds_up(database_itself) == (2, 0, 0, 1, 1)


async def test_of_two_corrections_at_once_one_wins_and_the_others_are_told(
    path: Acceptance, database_itself: Connection
) -> None:
    """Who was first, and that nothing was changed."""
    key = await deliver(path, orjson.dumps(spoilt("c-3")))
    one = await find(path, key)
    names = ["Sam", "Ada", "Jo", "Kit"]
    tried = await asyncio.gather(
        *(correct(path, one, mended("c-3", f"As {name} says"), name) for name in names),
        return_exceptions=True,
    )
    told = [fault for fault in tried if isinstance(fault, BaseException)]
    winner = (await find(path, key)).resolved_by
    assert winner in names
    assert len(told) == 3
    assert all(
        isinstance(fault, AlreadyResolved) and f"corrected by {winner}" in str(fault) for fault in told
    )
    assert await adds_up(database_itself) == (2, 0, 0, 1, 1)
    with pytest.raises(AlreadyResolved, match="corrected by"):
        await dismiss(path, one, "Jo", "A test")


async def test_a_correction_that_is_wrong_too_changes_nothing(
    path: Acceptance, database_itself: Connection
) -> None:
    """It is said what is still wrong; the document as it came is no correction, and neither is an empty one."""
    body = orjson.dumps(spoilt("c-4"))
    one = await find(path, await deliver(path, body))
    before = await rows(database_itself)
    with pytest.raises(StillRefused) as still:
        await correct(path, one, orjson.dumps(spoilt("c-4", "Another word")), "Sam")
    assert still.value.issues[0].place == "Bundle.entry[1].resource.birthDate"
    with pytest.raises(StillRefused):
        await correct(path, one, b"", "Sam")
    with pytest.raises(CannotResolve, match="as it was received"):
        await correct(path, one, body, "Sam")
    assert await rows(database_itself) == before


async def test_what_withholds_a_record_is_not_corrected_away(
    path: Acceptance, database_itself: Connection
) -> None:
    """A correction without the withdrawal, or about another number, is taken with a reason alone."""
    who = known_to(TRUST, "c-5", replace(SOMEBODY, nhs_number=NUMBER), AT)
    said = consent(who, "consent-5", "permit", COUNCIL, on="2026-05-04")

    def about(status: str, number: str = NUMBER) -> bytes:
        bundle = message(TRUST, AT, said | {"status": status}, [who.patient])
        return orjson.dumps(bundle).replace(NUMBER.encode(), number.encode())

    one = await find(path, await deliver(path, about("withdrawn")))
    assert one.reasons == ["consent"]
    before = await rows(database_itself)
    for less in (about("active"), about("inactive", "9990000018"), mended("c-5")):
        with pytest.raises(SaysLess, match="give the reason"):
            await correct(path, one, less, "Sam")
    assert await rows(database_itself) == before
    await correct(path, one, about("inactive"), "Sam")
    other = await find(path, await deliver(path, about("revoked")))
    await correct(path, other, about("active"), "Sam", "The trust rang: it was never withdrawn")


async def test_a_correction_ranks_below_the_senders_own_word(
    path: Acceptance, database_itself: Connection
) -> None:
    """At the same instant and version the sender's own message is what the record shows, in either order."""
    shown = []
    for first in ("own", "correction"):
        local = f"c-6-{first}"
        key = await deliver(path, orjson.dumps(spoilt(local)))
        own = mended(local, "What the sender says itself")
        if first == "own":
            await deliver(path, own)
            await applied(database_itself)
        await correct(path, await find(path, key), mended(local, "What the steward put"), "Sam")
        await applied(database_itself)
        if first == "correction":
            assert "What the steward put" in await _notes(database_itself)
            await deliver(path, own)
            await applied(database_itself)
        shown.append(await _notes(database_itself))
    assert [told.count("What the sender says itself") for told in shown] == [1, 2]
    assert "What the steward put" not in shown[-1]


async def _notes(connection: Connection) -> str:
    """What the record shows of all notes."""
    persons = await list_persons(connection, None)
    records = [await read_record(connection, person) for person, _, _ in persons]
    return " ".join(
        source.telling.detail for record in records for entry in record.entries for source in entry.sources
    )


async def test_all_of_one_cause_are_checked_again(path: Acceptance, database_itself: Connection) -> None:
    """Accepted as if at first, in batches, without another delivery; what is still wrong stays, with its reason now."""
    keys = [await quarantined_under_other_rules(path, mended(f"r-{one}"), "old-rule") for one in range(230)]
    wrong = [
        await quarantined_under_other_rules(path, orjson.dumps(spoilt(f"w-{one}")), "old-rule")
        for one in range(3)
    ]
    other = await quarantined_under_other_rules(path, mended("other"), "another-rule")
    before = await adds_up(database_itself)
    assert before == (234, 0, 0, 234, 0)
    steps: list[int] = []
    done = await resubmit(path, "Sam", cause="old-rule", progress=steps.append)
    assert (done.accepted, done.stayed) == (230, 3)
    assert (sum(steps), max(steps)) == (233, 100)
    assert await adds_up(database_itself) == (234, 0, 0, 4, 230)
    assert {key for key, outcome in await outcomes(database_itself) if outcome == "accepted"} == set(keys)
    resolved = [await find(path, key) for key in keys[:5]]
    assert {(one.resolution, one.resolved_by) for one in resolved} == {("accepted", "Sam")}
    stayed = [await find(path, key) for key in wrong]
    assert {(one.resolution, one.cause) for one in stayed} == {
        (None, "r4-primitive Bundle.entry[].resource.birthDate")
    }
    assert (await find(path, other)).is_open
    published = await (
        await database_itself.execute("select count(*) from intake.outbox where published_at is not null")
    ).fetchone()
    assert published == (230,)
    state = await rows(database_itself)
    assert await resubmit(path, "Sam", cause="old-rule") == replace(done, accepted=0, stayed=0)
    assert await resubmit(path, "Sam", keys=keys[:3]) == replace(done, accepted=0, stayed=0)
    assert await rows(database_itself) == state
    await applied(database_itself)
    assert await adds_up(database_itself) == (234, 230, 0, 4, 0)


async def test_the_record_is_as_if_it_had_been_accepted_at_first(database: Engines, path: Acceptance) -> None:
    """The least `sent` of all deliveries counts, in whatever order they came, before and after the resubmission."""
    bundle = a_message("s-1")
    del bundle["timestamp"]
    for resource in resources(bundle):
        resource.pop("meta", None)
    body = orjson.dumps(bundle)

    async def quarantined(sent: int) -> None:
        await quarantined_under_other_rules(path, body, "old-rule", sent=sent)

    async def delivered(sent: int) -> None:
        await deliver(path, body, sent=sent)

    digests = set()
    for sents in permutations((30, 20, 10)):
        for times_before in (0, 1, 3):
            database.empty()
            async with await connect(database.dsn) as connection:
                if times_before:
                    await quarantined(sents[0])
                for sent in sents[1:times_before]:
                    await _lowered(path, body, sent)
                if times_before == 3:
                    await resubmit(path, "Sam", cause="old-rule")
                for sent in sents[times_before:]:
                    await delivered(sent)
                digests.add(await applied(connection))
                assert (await adds_up(connection))[1] == 1
    assert len(digests) == 1


async def _lowered(path: Acceptance, body: bytes, sent: int) -> None:
    """Another delivery of what the old rules refuse: refused again, as it would have been then."""
    delivery = Delivery(random.randbytes(8), SENDER, sent, "test[0]@1", body)
    one = check(delivery, PARTNERSHIP_KEY)
    refused = check(replace(delivery, body=orjson.dumps(spoilt("any"))), PARTNERSHIP_KEY).refused
    async with path.pool.connection() as connection, connection.transaction():
        await keep(connection, [replace(one, refused=refused)])


async def test_what_comes_again_after_a_rule_was_put_right_is_resolved(
    path: Acceptance, database_itself: Connection
) -> None:
    """Kafka brings it again and it is accepted: nothing is left to do, also where it was dismissed."""
    open_ = await quarantined_under_other_rules(path, mended("a-1"), "old-rule")
    dismissed = await quarantined_under_other_rules(path, mended("a-2"), "old-rule")
    await dismiss(path, await find(path, dismissed), "Sam", "A test")
    assert await adds_up(database_itself) == (2, 0, 0, 2, 0)
    for local in ("a-1", "a-2"):
        await deliver(path, mended(local))
    for key in (open_, dismissed):
        one = await find(path, key)
        assert (one.resolution, one.resolved_by) == ("accepted", None)
    assert await adds_up(database_itself) == (4, 0, 2, 0, 2)


async def test_a_dismissed_message_stays_counted(path: Acceptance, database_itself: Connection) -> None:
    """With its reason; its sender is told, and the same bytes again are a duplicate."""
    body = orjson.dumps(spoilt("d-1"))
    key = await deliver(path, body)
    await dismiss(path, await find(path, key), "Sam", "A test")
    one = await find(path, key)
    assert (one.resolution, one.reason, one.resolved_by) == ("dismissed", "A test", "Sam")
    await deliver(path, body)
    assert await adds_up(database_itself) == (2, 0, 1, 1, 0)
    assert [outcome for _, outcome in await outcomes(database_itself)] == [
        "quarantined",
        "dismissed",
        "duplicate",
    ]
    assert (await find(path, key)).resolution == "dismissed"
    async with path.pool.connection() as connection:
        assert await quarantine.groups(connection) == []
        (group,) = await quarantine.groups(connection, resolved=True)
    assert (group.resolution, group.messages) == ("dismissed", 1)


async def test_stewards_and_kafka_at_once_leave_everything_exact(
    path: Acceptance, database_itself: Connection
) -> None:
    """Checked again, corrected, dismissed and brought again at the same moment: each is resolved once, none is lost."""
    for round_ in range(15):
        locals_ = [f"z-{round_}-{one}" for one in range(6)]
        keys = [await quarantined_under_other_rules(path, mended(local), "old-rule") for local in locals_]
        found = [await find(path, key) for key in keys]
        fixes = [mended(local, "As corrected") for local in locals_]
        work = [
            resubmit(path, "Sam", cause="old-rule"),
            resubmit(path, "Ada", keys=list(reversed(keys))),
            *(deliver(path, mended(local)) for local in reversed(locals_)),
            *(correct(path, one, fix, "Jo") for one, fix in zip(found[:3], fixes, strict=False)),
            *(dismiss(path, one, "Kit", "A test") for one in found[2:]),
        ]
        random.Random(round_).shuffle(work)
        results = await asyncio.gather(*work, return_exceptions=True)
        failed = [one for one in results if isinstance(one, BaseException)]
        assert all(isinstance(fault, AlreadyResolved) for fault in failed), failed
        states = Counter([(await find(path, key)).resolution for key in keys])
        assert None not in states
        assert states["dismissed"] == 0, "each came again, and is accepted"
    await adds_up(database_itself)
    await applied(database_itself)
    messages = await (
        await database_itself.execute("select count(*) from intake.message where corrects is null")
    ).fetchone()
    assert messages == (15 * 6,)


async def test_whoever_resolves_a_message_and_whoever_brings_it_again_wait_in_line(
    path: Acceptance, database_itself: Connection
) -> None:
    """Both take the quarantined row first, so neither waits for the other in a ring."""
    key = await quarantined_under_other_rules(path, mended("q-1"), "old-rule")
    checked = check(Delivery(b"", SENDER, 100, "test", mended("q-1")), PARTNERSHIP_KEY)
    async with path.pool.connection() as steward, steward.transaction():
        await steward.execute("select from intake.quarantine where message_key = %s for update", [key])
        kafka = asyncio.create_task(deliver(path, mended("q-1")))
        async with asyncio.timeout(10):
            while not await _somebody_waits(database_itself):
                continue
        assert await accept(steward, [checked]) == {key}
    await kafka
    assert (await find(path, key)).resolution == "accepted"
    assert await adds_up(database_itself) == (2, 0, 1, 0, 1)


async def _somebody_waits(watcher: Connection) -> bool:
    row = await watcher.execute("select exists (select from pg_stat_activity where wait_event_type = 'Lock')")
    return bool((await row.fetchone() or (False,))[0])
