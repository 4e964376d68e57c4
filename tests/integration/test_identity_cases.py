"""Cases of who is who that the record is asked about most, each in every order in which it may be told."""

from dataclasses import replace
from itertools import permutations

import pytest

from services.domain.identity.demographics import is_valid
from services.platform.postgres import Connection, connect
from services.record.digest import compute_digest
from services.viewer.reading import find_persons
from tests.engines import Engines
from tests.identities import (
    AT,
    LATER,
    NOBODY,
    NUMBERS,
    WREN,
    Sent,
    persons,
    persons_at_once,
    record_id,
    ruled,
    standing,
    take_in,
    take_in_one_by_one,
    told,
)
from tests.streams.fhir_builders import Demographics
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TRUST

pytestmark = pytest.mark.any_broker

NUMBER, OTHER_NUMBER = NUMBERS[:2]
A, B, C = record_id(TRUST, "1"), record_id(SURGERY, "2"), record_id(LANTERN, "3")

NAMED = Demographics("Wren", "Quillfeather", "female", "1990-04-02")
"""By name and birth date alone."""
REACHED = Demographics(
    "Wren", "", "", "1990-04-02", "", "07700 900101", "4 Reed Lane", "Salthouse", "NR98 4QF"
)
"""As a charity knows her: no family name, but a phone and a home."""


def test_the_numbers_are_valid() -> None:
    assert all(map(is_valid, NUMBERS))


def groups(found: dict[bytes, bytes]) -> set[frozenset[bytes]]:
    """The source records of each person."""
    return {frozenset(id_ for id_, of in found.items() if of == person) for person in found.values()}


async def in_every_order(database: Engines, sent: list[Sent], expected: set[frozenset[bytes]]) -> None:
    """Told one by one in every order, and all at once: these persons each time, and all else the same."""
    async with await connect(database.dsn) as connection:
        await take_in(connection, sent)
        found = await standing(connection)
        assert groups(await persons(connection)) == expected
        assert await persons(connection) == await persons_at_once(connection)
        for order in permutations(sent):
            database.empty()
            await take_in_one_by_one(connection, order)
            assert await standing(connection) == found


async def test_one_in_the_middle_joins_two_who_have_nothing_in_common(database: Engines) -> None:
    """A is known by name, C by phone and home, B by all of it: one person, whoever comes first."""
    sent = [told(TRUST, "1", NAMED), told(SURGERY, "2", WREN), told(LANTERN, "3", REACHED)]
    await in_every_order(database, sent, {frozenset({A, B, C})})


async def test_who_is_known_by_a_number_alone_joins_the_one_who_has_it(database: Engines) -> None:
    """Such as a notice of a death."""
    sent = [
        told(TRUST, "1", replace(WREN, nhs_number=NUMBER)),
        told(SURGERY, "2", replace(NOBODY, nhs_number=NUMBER)),
    ]
    await in_every_order(database, sent, {frozenset({A, B})})


async def test_a_number_on_two_people_is_never_bridged_by_a_third(database: Engines) -> None:
    """Father and son on one number: a record of the number alone joins neither, and does not make them one."""
    father = Demographics("Thomas", "Gage", "male", "1958-02-11", NUMBER)
    son = Demographics("Peter", "Gage", "male", "1989-11-27", NUMBER)
    sent = [
        told(TRUST, "1", father),
        told(SURGERY, "2", son),
        told(LANTERN, "3", replace(NOBODY, nhs_number=NUMBER)),
    ]
    await in_every_order(database, sent, {frozenset({A}), frozenset({B}), frozenset({C})})


async def test_two_numbers_are_never_bridged_by_one_who_has_none(database: Engines) -> None:
    """Two with different numbers, alike in all else; a third, alike too, belongs to neither more than the other."""
    sent = [
        told(TRUST, "1", replace(WREN, nhs_number=NUMBER)),
        told(SURGERY, "2", replace(WREN, nhs_number=OTHER_NUMBER)),
        told(LANTERN, "3", WREN),
    ]
    await in_every_order(database, sent, {frozenset({A}), frozenset({B}), frozenset({C})})


async def test_a_replaced_number_and_the_new_one_are_one_person(database: Engines) -> None:
    """Told before, between or after those who know her by the old number and by the new one."""
    sent = [
        told(TRUST, "1", replace(WREN, nhs_number=NUMBER)),
        told(SURGERY, "2", replace(WREN, nhs_number=OTHER_NUMBER)),
        told(COUNCIL, "4", replace(WREN, nhs_number=OTHER_NUMBER), replaces=NUMBER),
    ]
    await in_every_order(database, sent, {frozenset({A, B, record_id(COUNCIL, "4")})})


async def test_a_ruling_holds_whether_it_comes_before_or_after_those_it_names(database: Engines) -> None:
    """Two that nothing but a steward takes for one."""
    somebody = Demographics("Maya", "Fenn", "female", "1962-11-30")
    sent = [told(TRUST, "1", WREN), told(SURGERY, "2", somebody), ruled(A, B, "same")]
    await in_every_order(database, sent, {frozenset({A, B})})


async def test_two_who_are_ruled_apart_are_not_joined_by_a_third(database: Engines) -> None:
    """All three are alike; the third is joined to one of the two at most."""
    sent = [
        told(TRUST, "1", WREN),
        told(SURGERY, "2", WREN),
        told(LANTERN, "3", WREN),
        ruled(A, B, "not-same"),
    ]
    async with await connect(database.dsn) as connection:
        await take_in(connection, sent)
        found = await persons(connection)
        assert found[A] != found[B]
        await in_every_order(database, sent, groups(found))


async def test_a_ruling_that_is_undone_was_never_made(database: Engines) -> None:
    """But for the row that says so, the record is as without it; the latest word counts, in whatever order it comes."""
    sent = [told(TRUST, "1", WREN), told(SURGERY, "2", WREN)]
    rulings = [ruled(A, B, "not-same", AT), ruled(A, B, "undo", LATER)]
    await in_every_order(database, [*sent, *rulings], {frozenset({A, B})})


async def test_a_ruling_alone_has_nobody_to_join(database: Engines) -> None:
    """It waits for those that it names, and is applied."""
    async with await connect(database.dsn) as connection:
        await take_in(connection, [ruled(A, B, "same")])
        assert await persons(connection) == {}
        assert await _count(connection, "select count(*) from intake.outbox") == 0
        assert await _count(connection, "select count(*) from record.source_record") == 0
        await take_in(connection, [ruled(A, C, "same"), told(LANTERN, "3", WREN)])
        assert groups(await persons(connection)) == {frozenset({C})}


async def test_joined_told_of_and_parted_is_as_if_never_joined(database: Engines) -> None:
    """What was told meanwhile is with whom it was told of."""
    somebody = Demographics("Maya", "Fenn", "female", "1962-11-30")
    before = [told(TRUST, "1", WREN), told(SURGERY, "2", somebody)]
    between = [told(TRUST, "1", WREN, LATER, text="A."), told(SURGERY, "2", somebody, LATER, text="B.")]
    async with await connect(database.dsn) as connection:
        await take_in_one_by_one(connection, [*before, *between])
        never_joined = await compute_digest(connection)
        database.empty()
        await take_in_one_by_one(connection, [*before, ruled(A, B, "same", AT), *between])
        assert groups(await persons(connection)) == {frozenset({A, B})}
        assert await compute_digest(connection) != never_joined
        await take_in(connection, [ruled(A, B, "undo", LATER)])
        assert await compute_digest(connection) == never_joined


async def test_a_correction_parts_who_was_joined_in_error(database: Engines) -> None:
    """A number that was somebody else's is taken back by a later version; the old one still finds both."""
    other = Demographics("Maya", "Fenn", "female", "1962-11-30")
    wrong = told(SURGERY, "2", replace(WREN, nhs_number=NUMBER))
    right = told(SURGERY, "2", replace(other, nhs_number=OTHER_NUMBER), LATER)
    sent = [told(TRUST, "1", replace(WREN, nhs_number=NUMBER)), wrong, right]
    async with await connect(database.dsn) as connection:
        await take_in_one_by_one(connection, sent[:2])
        assert groups(await persons(connection)) == {frozenset({A, B})}
        await take_in(connection, sent[2:])
        after = groups(await persons(connection))
        assert sorted(await find_persons(connection, NUMBER)) == sorted(
            set((await persons(connection)).values())
        )
    await in_every_order(database, sent, after)


async def test_more_locks_than_one_transaction_takes_make_a_batch_two(
    database: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Halves, and halves of these, down to single messages: the record is the same."""
    sent = [
        told(TRUST, "1", NAMED),
        told(SURGERY, "2", WREN),
        told(LANTERN, "3", REACHED),
        ruled(A, B, "same"),
    ]
    async with await connect(database.dsn) as connection:
        await take_in(connection, sent)
        expected = await standing(connection)
        database.empty()
        monkeypatch.setattr("services.record.apply.MOST_LOCKED", 1)
        before = await _count(connection, "select pg_current_xact_id()::text::bigint")
        await take_in(connection, sent)
        assert await standing(connection) == expected
        assert await _count(connection, "select pg_current_xact_id()::text::bigint") - before > 2 * len(sent)


async def _count(connection: Connection, query: str) -> int:
    row = await (await connection.execute(query.encode())).fetchone()
    assert row is not None
    return int(row[0])
