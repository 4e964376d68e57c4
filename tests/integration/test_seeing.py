"""What a sight opens is all that the database gives, whatever is asked, and every count follows."""

from collections.abc import AsyncIterator

import orjson
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.stream import read_line
from services.domain.access.label import label_of
from services.domain.access.reader import Reader, Role
from services.domain.access.sight import Label, Opened, Sight
from services.domain.record.instant import instant_ticks
from services.domain.record.kinds import CONTEXT
from services.platform.access import Partner, register_partner
from services.platform.postgres import Connection, connect, snapshot
from services.viewer.moments import now_ticks
from services.viewer.outline import read_outline
from services.viewer.person_page import read_page
from services.viewer.reading import CareRecord, Source, list_persons, read_record
from services.viewer.seeing import open_to, seeing, seeing_why
from tests.engines import Engines
from tests.identities import AT, WREN, Sent, take_in
from tests.identities import told as told_by
from tests.streams.every_scenario import EVERY
from tests.streams.fhir_builders import known_to, note, referral
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import LANTERN, TIDEWELL, TRUST

pytestmark = pytest.mark.any_broker

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
KINDS = ("Contact", "Note", "Goal", "Referral", "Assessment score", "Flag", "Family or carer", "Plan")


def told() -> list[Sent]:
    """A scenario in which meetings and referrals are told by two systems and by three."""
    (wigan,) = (one for one in EVERY if one.name == "wigan")
    lines = map(read_line, wigan.stream.read_bytes().splitlines())
    return [(line.sender, instant_ticks(line.sent) or 1, bytes(line.message)) for line in lines]


@pytest.fixture
async def reading(database: Engines) -> AsyncIterator[Connection]:
    """A connection to what the scenario comes to."""
    async with await connect(database.dsn) as connection:
        await take_in(connection, told())
        yield connection


def sights(records: list[bytes]) -> st.SearchStrategy[Sight]:
    """Some systems, each whole or in part, with what is confidential or without."""
    kinds = st.none() | st.frozensets(st.sampled_from(KINDS), max_size=4)
    each = st.builds(Opened, st.sampled_from(records), kinds, st.sampled_from(list(Label)))
    some = st.lists(each, min_size=1, max_size=len(records), unique_by=lambda one: one.source_record)
    return st.builds(
        Sight,
        some.map(lambda found: tuple(sorted(found, key=lambda one: one.source_record))),
        st.just(()),
        st.just(True),
    )


def is_open(sight: Sight, source: Source) -> bool:
    """What the sight says of one word, as plainly as it can be said."""
    return any(
        one.source_record == source.source_record
        and (one.kinds is None or source.kind in one.kinds or source.kind == CONTEXT)
        and label_of(source.resource) <= one.label
        for one in sight.opened
    )


def seen(record: CareRecord, sight: Sight) -> dict[bytes, list[bytes]]:
    """The entries that are left of a record, each with the things that are."""
    found = {
        entry.key: [source.resource_key for source in entry.sources if is_open(sight, source)]
        for entry in record.entries
    }
    return {key: things for key, things in found.items() if things}


async def test_a_record_is_what_the_sight_opens_of_it(reading: Connection) -> None:
    """Whole or a page at a time: its entries, their sources, its context, its counts."""
    people = [person for person, *_ in await list_persons(reading, None)]
    whole = {person: await read_record(reading, person) for person in people}

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def draws(data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(people))
        cases.append((person, data.draw(sights([one.id for one in whole[person].source_records]))))

    cases: list[tuple[bytes, Sight]] = []
    draws()
    for person, sight in cases:
        expected = seen(whole[person], sight)
        async with snapshot(reading):
            await open_to(reading, sight)
            record = await read_record(reading, person)
            page = await read_page(reading, person, None, now_ticks())
        assert {
            entry.key: [one.resource_key for one in entry.sources] for entry in record.entries
        } == expected
        context = [one.resource_key for one in whole[person].context if is_open(sight, one)]
        assert sorted(one.resource_key for one in record.context) == sorted(context)
        assert page.total == len(expected)
        assert [entry.key for entry in page.entries] == [entry.key for entry in record.entries][:25]
        assert {one.id for one in page.known.source_records} == {one.source_record for one in sight.opened}


@pytest.mark.parametrize(("of_patient", "of_report"), [("R", "N"), ("V", "R"), ("N", "V")])
async def test_a_patient_alone_says_how_confidential_the_person_is(
    of_patient: str, of_report: str, database: Engines
) -> None:
    """Not what is told with it, which is as confidential as it says itself."""
    known = known_to(TRUST, "1", WREN, AT)
    report = {
        "resourceType": "DiagnosticReport",
        "id": "dr-1",
        "status": "final",
        "code": {"text": "Bloods"},
        "subject": known.reference,
    }
    for resource, code in ((known.patient, of_patient), (report, of_report)):
        resource["meta"] = {"lastUpdated": AT, "security": [{"system": CONFIDENTIALITY, "code": code}]}
    seen_by = note(known, "n-1", "We met.", on=AT, by="Jo Marsh")
    body = orjson.dumps(message(TRUST, AT, seen_by, [known.patient, report]))
    async with await connect(database.dsn) as connection:
        await take_in(connection, [(TRUST.ods, 1, body)])
        ((person, *_),) = await list_persons(connection, None)
        own = Reader(Role.CLINICIAN, TRUST.ods, "c-1", "Chris Clinician")
        async with seeing_why(connection, own, person) as (_, facts):
            pass
    assert [one.label for one in facts.systems] == [label_of(known.patient)]


async def test_the_sector_of_a_partner_that_has_told_nothing_is_known(database: Engines) -> None:
    """As the partnership has it: what a person agreed to for its whole sector is about it too."""
    async with await connect(database.dsn) as connection:
        await register_partner(connection, Partner(LANTERN.ods, LANTERN.name, LANTERN.sector))
        await take_in(connection, [told_by(TRUST, "1", WREN)])
        ((person, *_),) = await list_persons(connection, None)
        sectors = []
        for ods in (LANTERN.ods, "ZZX99"):
            async with seeing_why(connection, Reader(Role.STEWARD, ods, "s-1", "Sam Steward"), person) as (
                _,
                facts,
            ):
                sectors.append(facts.sector)
    assert sectors == [LANTERN.sector, ""]


async def test_a_peer_worker_sees_the_referrals_to_their_own_organisation(database: Engines) -> None:
    """Told by the trust; not one that is restricted, and not one to somebody else."""
    known = known_to(TRUST, "1", WREN, AT)
    to_them, in_confidence, to_others = (
        referral(known, name, to, "Peer support", "Alone", on=AT)
        for name, to in (("r-1", TIDEWELL), ("r-2", TIDEWELL), ("r-3", LANTERN))
    )
    in_confidence["meta"] = {"security": [{"system": CONFIDENTIALITY, "code": "R"}]}
    body = orjson.dumps(message(TRUST, AT, to_them, [known.patient, in_confidence, to_others]))
    async with await connect(database.dsn) as connection:
        await take_in(connection, [(TRUST.ods, 1, body)])
        ((person, *_),) = await list_persons(connection, None)
        for role, seen_by_them in ((Role.PEER_WORKER, {"r-1"}), (Role.CLINICIAN, {"r-1", "r-3"})):
            async with seeing(connection, Reader(role, TIDEWELL.ods, "p-1", "Pat Peer"), person):
                record = await read_record(connection, person)
            told = {source.resource["id"] for entry in record.entries for source in entry.sources}
            assert told == seen_by_them, role


async def test_an_outline_is_that_of_each_organisations_own_referrals(database: Engines) -> None:
    """Two peer workers to whom the same kinds are open, one after the other, each see the referral to their own."""
    known = known_to(TRUST, "1", WREN, AT)
    to_one, to_other, to_nobody = (
        referral(known, name, to, "Peer support", "Alone", on=AT)
        for name, to in (("r-1", TIDEWELL), ("r-2", LANTERN), ("r-3", TRUST))
    )
    to_one["meta"] = to_other["meta"] = to_nobody["meta"] = {"lastUpdated": AT}
    body = orjson.dumps(message(TRUST, AT, to_one, [known.patient, to_other, to_nobody]))
    async with await connect(database.dsn) as connection:
        await take_in(connection, [(TRUST.ods, 1, body)])
        ((person, *_),) = await list_persons(connection, None)
        found = {}
        for organisation in (TIDEWELL, LANTERN):
            reader = Reader(Role.PEER_WORKER, organisation.ods, "p-1", "Pat Peer")
            async with seeing(connection, reader, person):
                record = await read_record(connection, person)
                outline = await read_outline(connection, person)
            found[organisation.ods] = {one.place.key for one in outline}
            assert found[organisation.ods] == {entry.key for entry in record.entries}
    assert len({frozenset(keys) for keys in found.values()}) == len(found)


async def test_without_a_sight_nothing_is_there(reading: Connection) -> None:
    """A role that reads and was opened nothing."""
    async with snapshot(reading):
        await open_to(reading, Sight((), (), whereabouts=False))
        counted = await reading.execute(
            "select (select count(*) from record.source_record), (select count(*) from record.entry),"
            " (select count(*) from record.version)"
        )
        assert await counted.fetchone() == (0, 0, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from record.number",
        "select * from record.ruling",
        "select * from record.blocking",
        "select * from intake.message",
        "select * from access.partner_token",
        "update record.entry set label = 0",
        "delete from record.version",
        "insert into record.rules values ('mine')",
    ],
)
async def test_the_role_that_reads_may_read_no_more_and_write_nothing(
    statement: str, database: Engines
) -> None:
    """Who is whom, what came in and the tokens are for others."""
    async with await connect(database.dsn) as connection, connection.transaction(force_rollback=True):
        await connection.execute("set local role carethread_viewer")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await connection.execute(statement.encode())
