"""The record as a function of the set of messages: any order, repetition, batching and concurrency."""

import asyncio
import random
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.platform.postgres import Connection, connect
from services.record.apply import apply
from services.record.digest import compute_digest
from services.viewer.reading import list_persons, read_record
from services.viewer.record_json import canonical_json
from tests.engines import Engines, accept, clear
from tests.identities import Sent, take_in, take_in_somehow
from tests.messages import resources
from tests.small_sets import ON_A_DATABASE, ComingIn, comes, coming_in, versions
from tests.streams.fhir_builders import Demographics, SourceRecord, goal, known_to, note
from tests.streams.message_lines import message, version
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TRUST

pytestmark = pytest.mark.any_broker

_HOLDERS = (TRUST, SURGERY, COUNCIL, LANTERN)
_NUMBERS = ("", "9990000018", "9990000026")
_BORN = ("1990-04-02", "1990-04", "1991-05-03")
_INSTANTS = tuple(f"2026-05-0{day}T10:00:00Z" for day in (4, 5, 6))
_STATES = ("in-progress", "improving", "achieved")
EXAMPLES = range(30)


def a_set_of_messages(dice: random.Random) -> list[Sent]:
    """Deliveries about few people: clashing numbers and birth dates, equal instants, none at all, repeats."""
    sent: list[Sent] = []
    for _ in range(dice.randint(4, 12)):
        holder, local, at = dice.choice(_HOLDERS), str(dice.randint(1, 2)), dice.choice(_INSTANTS)
        who = Demographics("Wren", "Fenn", "female", dice.choice(_BORN), nhs_number=dice.choice(_NUMBERS))
        focus, timed = _told(dice, known_to(holder, local, who, at)), dice.random() < 0.6
        bundle = message(holder, at, focus, [known_to(holder, local, who, at).patient], timed=timed)
        if not timed:
            for resource in resources(bundle):
                resource.pop("meta", None)
        body = orjson.dumps(bundle)
        sent += [(holder.ods, dice.randint(1, 9) * 10_000_000, body) for _ in range(dice.randint(1, 3))]
    return sent


def _told(dice: random.Random, who: SourceRecord) -> dict[str, Any]:
    local, at = f"thing-{dice.randint(1, 2)}", _INSTANTS[0]
    if dice.random() < 0.5:
        told = goal(who, local, "Walk twice a week", dice.choice(_STATES), since="2026-05-04")
    else:
        told = note(who, local, dice.choice(("We walked.", "We talked.")), on=at, by="Sam Okafor")
    return version(told, dice.randint(1, 3)) if dice.random() < 0.5 else told


async def outcome(connection: Connection) -> tuple[Any, list[bytes]]:
    """The digest, and every record as it is read."""
    persons = await list_persons(connection, None)
    records = [canonical_json(await read_record(connection, person)) for person, _, _ in persons]
    return await compute_digest(connection), records


@ON_A_DATABASE
@given(coming_in(st.lists(comes(versions()), min_size=1, max_size=8)))
async def test_order_repetition_and_batching_never_show(database: Engines, coming: ComingIn) -> None:
    """Whatever the way in, the same set of deliveries gives the same digest and the same records."""
    async with await connect(database.dsn) as connection:
        await clear(connection)
        await take_in(connection, coming.sent)
        expected = await outcome(connection)
        await clear(connection)
        await coming.take_in(connection)
        assert await outcome(connection) == expected


@pytest.mark.parametrize("seed", EXAMPLES)
async def test_two_workers_on_the_same_people_never_show(seed: int, database: Engines) -> None:
    """Two connections that accept and apply at the same time come to what one comes to alone."""
    dice = random.Random(1000 + seed)
    sent = a_set_of_messages(dice)
    async with await connect(database.dsn) as first, await connect(database.dsn) as second:
        await apply(first, await accept(first, sent))
        expected = await outcome(first)
        database.empty()
        shuffled = dice.sample(sent, len(sent))
        await asyncio.gather(
            take_in_somehow(first, shuffled[::2], random.Random(seed)),
            take_in_somehow(second, shuffled[1::2], random.Random(seed + 1)),
        )
        assert await outcome(first) == expected


async def test_a_person_of_whom_nothing_is_told_but_a_local_number_has_a_record(database: Engines) -> None:
    """What was accepted is shown, even where the sender gave no name, number or birth date."""
    who = known_to(TRUST, "7", Demographics("", "", "", ""), _INSTANTS[0])
    for field in ("name", "gender", "birthDate"):
        del who.patient[field]
    bundle = message(TRUST, _INSTANTS[0], note(who, "n", "We met.", on=_INSTANTS[0], by="Sam"), [who.patient])
    async with await connect(database.dsn) as connection:
        await apply(connection, await accept(connection, [(TRUST.ods, 1, orjson.dumps(bundle))]))
        digest, records = await outcome(connection)
    assert digest.records == len(records) == 1
    assert b"We met." in records[0]
