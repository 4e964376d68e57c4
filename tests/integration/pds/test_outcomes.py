"""About whom PDS is asked, what comes of each question, and that what it answers becomes a message."""

from dataclasses import replace

import orjson
import pytest

from services.pds.trace import PDS
from services.platform.access import partners
from services.platform.postgres import Connection
from services.record.apply import apply
from services.record.digest import compute_digest
from tests.engines import accept
from tests.messages import a_message
from tests.pds import faults
from tests.pds.emulator import PdsEmulator
from tests.pds.people import (
    ANNA,
    DECEASED,
    INVALIDATED,
    NEW_NUMBER,
    ROOK,
    SEALED,
    SUPERSEDED,
    TWINS,
    KnownPerson,
)
from tests.pds.process import Facts, Process, facts_of, keep, knows, outcomes
from tests.streams.norfolk_suffolk_partners import LANTERN

pytestmark = pytest.mark.any_broker


OUTCOMES: list[tuple[str, Facts, str, str]] = [
    ("who is known exactly is found", facts_of(ANNA), "found", ANNA.nhs_number),
    ("a short name and a former postcode are found", facts_of(ANNA, given="Ann", postcode="NR24BB"), "found",
     ANNA.nhs_number),
    ("a maiden name is found", facts_of(ANNA, family="Marsh"), "found", ANNA.nhs_number),
    ("small slips are found", facts_of(ANNA, family="Quilfeather", given="Anabel"), "found", ANNA.nhs_number),
    ("slips that leave little alike are doubtful", facts_of(ANNA, family="Quilfether", given="Isobel"), "doubtful", ""),
    ("another birth date is doubtful, however alike the rest", facts_of(ANNA, birth_date="1961-09-03"), "doubtful", ""),
    ("who has died is found", facts_of(DECEASED), "found", DECEASED.nhs_number),
    ("without a postcode an exact match is found", facts_of(ANNA, postcode=""), "found", ANNA.nhs_number),
    ("without a postcode nothing but an exact match is", facts_of(ANNA, postcode="", given="Ann"), "none", ""),
    ("whom PDS does not know is nobody", facts_of(ANNA, family="Zither", given="Orla", birth_date="2001-01-01"),
     "none", ""),
    ("several who match are nobody", facts_of(TWINS[0], given="Jacob"), "many", ""),
    ("one of two brothers is found by his whole name", facts_of(TWINS[0]), "found", TWINS[0].nhs_number),
    ("who was invalidated meanwhile is nobody", facts_of(INVALIDATED), "none", ""),
    ("whose whereabouts are restricted is found", facts_of(ROOK), "found", ROOK.nhs_number),
    ("who is very restricted is nobody", facts_of(SEALED), "none", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "outcome", "number"), [case[1:] for case in OUTCOMES], ids=[case[0] for case in OUTCOMES]
)
async def test_what_comes_of_a_question(
    facts: Facts, outcome: str, number: str, process: Process, connection: Connection
) -> None:
    """What is noted, and whose Patient was accepted."""
    await knows(connection, facts)
    assert await process.turn() == 1
    assert await outcomes(connection) == process.told == [outcome]
    assert [orjson.loads(body)["id"] for body in process.accepted] == ([number] if number else [])


async def test_the_answer_is_a_message_of_pds_and_a_rebuild_calls_nobody(
    process: Process, connection: Connection, emulator: PdsEmulator
) -> None:
    """From a charity's message to the record, and the same record again from the messages alone."""
    said = a_message(
        "L1", by=LANTERN, family=ANNA.family, given="Annabel", birth_date=ANNA.birth_date, nhs_number=""
    )
    await apply(connection, await accept(connection, [(LANTERN.ods, 10_000_000, orjson.dumps(said))]))
    assert await process.turn() == 1
    rows = await (
        await connection.execute("select message_key, body from intake.message where sender = 'X26'")
    ).fetchall()
    ((key, body),) = rows
    assert body == orjson.dumps(ANNA.patient()), "as PDS sent it"
    assert (await partners(connection))["X26"] == PDS
    await apply(connection, [key])
    numbers = "select demographics->'nhs_numbers'->>0 from record.source_record where sender = 'X26'"
    assert await (await connection.execute(numbers)).fetchall() == [(ANNA.nhs_number,)]

    digest, asked = await compute_digest(connection), len(emulator.seen)
    messages = await (
        await connection.execute("select sender, sent, body from intake.message order by body")
    ).fetchall()
    await connection.execute(
        "truncate intake.message, intake.outbox, intake.delivery, record.source_record cascade"
    )
    await apply(connection, await accept(connection, messages))
    assert await compute_digest(connection) == digest
    assert len(emulator.seen) == asked
    assert await process.turn() == 0, "the same source record was asked about before the rebuild"


async def test_a_superseded_number_is_answered_with_the_new_one(
    process: Process, connection: Connection, emulator: PdsEmulator
) -> None:
    """A search that still told the old number: the read tells the one that took its place."""
    await knows(connection, facts_of(SUPERSEDED))
    emulator.then(faults.body(found(SUPERSEDED)))
    await process.turn()
    assert [orjson.loads(body)["id"] for body in process.accepted] == [NEW_NUMBER.nhs_number]
    assert emulator.seen[-1].path.endswith(SUPERSEDED.nhs_number)


async def test_whose_whereabouts_are_restricted_is_accepted_without_them(
    process: Process, connection: Connection
) -> None:
    """As PDS sends it, with its label."""
    await knows(connection, facts_of(ROOK))
    await process.turn()
    (body,) = process.accepted
    assert b'"R"' in body
    assert not any(word in body for word in (b"address", b"telecom", b"generalPractitioner"))


async def test_a_sealed_person_looks_like_nobody_wherever_one_looks(
    process: Process, connection: Connection, emulator: PdsEmulator
) -> None:
    """The note, its terms, the count, the number of requests: nothing tells the two apart."""
    await knows(
        connection, facts_of(SEALED), facts_of(SEALED, family="Zither", given="Orla", birth_date="2001-01-01")
    )
    await process.turn()
    noted = "select outcome, next_at - asked_at from pds.trace order by source_record"
    sealed, nobody = await (await connection.execute(noted)).fetchall()
    assert sealed == nobody
    assert process.told == ["none", "none"]
    requests = [
        len([one for one in emulator.searches if one["family"] == family]) for family in ("Hollis", "Zither")
    ]
    assert requests == [3, 3]
    assert {one.path for one in emulator.seen} == {"/FHIR/R4/Patient"}, "nobody is read"
    assert process.accepted == []


def found(one: KnownPerson) -> bytes:
    """A searchset with this person, exactly found."""
    entry = {"resource": one.outline(), "search": {"score": 1}}
    return orjson.dumps({"resourceType": "Bundle", "entry": [entry]})


async def test_who_was_born_on_another_day_is_not_read(
    process: Process, connection: Connection, emulator: PdsEmulator
) -> None:
    """Whatever the score; nor accepted when it is the read that tells the other day."""
    other_day = replace(ANNA, birth_date="1961-03-19")
    await knows(connection, facts_of(ANNA), facts_of(ANNA, given="Annabel Rose"))
    emulator.people = [other_day]
    emulator.then(faults.body(found(other_day)), faults.body(found(ANNA)))
    assert await process.turn() == 2
    assert (process.told, process.accepted) == (["doubtful", "doubtful"], [])
    assert [one.path.rpartition("/")[2] for one in emulator.seen] == ["Patient", "Patient", ANNA.nhs_number]


async def test_nobody_is_taken_for_a_sealed_person(
    process: Process, connection: Connection, emulator: PdsEmulator
) -> None:
    """A looser search that finds somebody else after a sealed answer."""
    somebody = replace(ANNA, birth_date=SEALED.birth_date)
    emulator.then(faults.body(found(SEALED)), faults.body(found(somebody)))
    await knows(connection, facts_of(SEALED))
    await process.turn()
    assert (process.told, process.accepted) == (["none"], [])


NOT_ASKED: list[tuple[str, Facts]] = [
    ("whose number is valid", facts_of(ANNA, number=ANNA.nhs_number)),
    ("without a day of birth", facts_of(ANNA, birth_date="1961")),
    ("without a family name", {"given": "Annabel", "birth_date": "1961-03-09"}),
]


@pytest.mark.parametrize("facts", [case[1] for case in NOT_ASKED], ids=[case[0] for case in NOT_ASKED])
async def test_nobody_is_asked_about(
    facts: Facts, process: Process, connection: Connection, emulator: PdsEmulator
) -> None:
    """Nor noted."""
    await knows(connection, facts)
    assert await process.turn() == 0
    assert emulator.seen == []
    assert await outcomes(connection) == []


async def test_a_person_whose_number_another_system_told_is_not_asked_about(
    process: Process, connection: Connection, emulator: PdsEmulator
) -> None:
    """Two source records of one person: one without a number, one with. A number that fails the check is none."""
    with_number, with_wrong_number = (
        facts_of(ANNA, number=ANNA.nhs_number),
        facts_of(ROOK, number="1234567890"),
    )
    await keep(
        connection,
        (1, facts_of(ANNA), 1),
        (2, with_number, 1),
        (3, facts_of(ROOK), 3),
        (4, with_wrong_number, 3),
    )
    assert await process.turn() == 2
    assert {one["family"] for one in emulator.searches} == {ROOK.family}


async def test_what_is_still_in_flight_is_not_asked_about(process: Process, connection: Connection) -> None:
    """Its person is not known yet, so neither is whether their number is."""
    await knows(connection, facts_of(ANNA))
    await connection.execute("update record.source_record set person = null")
    assert await process.turn() == 0
