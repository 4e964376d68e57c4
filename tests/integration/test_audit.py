"""The audit against a real database: it verifies as it was written, and whatever is done to it is found and named."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from services.audit.verify import Finding, Verification
from services.domain.access.audited import Kind
from services.domain.access.reader import Reader, Role
from services.platform.audit import Audit
from services.platform.audit_chain import Anchors
from services.platform.audit_event import Event, Outcome, Purpose
from services.platform.postgres import Connection, connect
from tests.engines import PARTNERSHIP_KEY, Engines

pytestmark = pytest.mark.any_broker

READER = Reader(Role.CLINICIAN, "ZZT41", "u-1", "Asha Example")


@pytest.fixture
async def connection(engines: Engines) -> AsyncIterator[Connection]:
    """A connection to a database whose audit is empty."""
    async with await connect(engines.dsn) as found:
        await tampered(found, "delete from audit.event")
        yield found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the anchors are."""
    return tmp_path / "anchors.ndjson"


async def tampered(connection: Connection, *statements: str) -> None:
    """Do what whoever owns the database can: take the guard off, and put it on again."""
    async with connection.transaction():
        await connection.execute("alter table audit.event disable trigger user")
        for one in statements:
            await connection.execute(one.encode())
        await connection.execute("alter table audit.event enable trigger user")


async def written(connection: Connection, file: Path | None, process: str = "web", events: int = 6) -> Audit:
    """A chain of events, anchored."""
    audit = Audit(process, PARTNERSHIP_KEY, file)
    for number in range(events):
        await audit.audited(connection, Event(Kind.READ, READER, "GET /person/{id}", (bytes([number] * 16),)))
    audit.anchor()
    return audit


async def findings(connection: Connection, file: Path | None) -> list[Finding]:
    """What a verification finds."""
    walk = Verification(Anchors(file, PARTNERSHIP_KEY) if file else None)
    return [one async for one in walk.findings(connection)]


async def test_what_was_written_verifies(connection: Connection, file: Path) -> None:
    """All of it, over several chains."""
    await written(connection, file)
    await written(connection, file, "command", 1)
    walk = Verification(Anchors(file, PARTNERSHIP_KEY))
    assert [one async for one in walk.findings(connection)] == []
    assert (walk.events, len(walk.heads), walk.after_anchors) == (7, 2, 0)


SWAP = """
update audit.event set seq = -seq where seq in (3, 4);
update audit.event set seq = 7 + seq where seq < 0
"""
CLOSED = """
delete from audit.event where seq = 3;
update audit.event set seq = seq - 1 where seq > 3
"""
DONE = {
    "edited": ("update audit.event set event = jsonb_set(event, '{action}', '\"U\"') where seq = 3", [3]),
    "time": ("update audit.event set recorded_at = recorded_at - interval '1 day' where seq = 3", [3]),
    "agent": ("update audit.event set event = event - 'agent' where seq = 6", [6]),
    "deleted": ("delete from audit.event where seq = 3", [4]),
    "first deleted": ("delete from audit.event where seq = 1", [2]),
    "last deleted": ("delete from audit.event where seq = 6", [6]),
    "last three deleted": ("delete from audit.event where seq > 3", [4]),
    "swapped": (SWAP, [3, 3, 4, 4, 5]),
    "renumbered": (CLOSED, None),
    "whole writer": ("delete from audit.event where writer like 'web@%'", [0]),
    "moved to another": (
        "update audit.event set writer = 'other' where writer like 'web@%' and seq = 6",
        None,
    ),
    "put in": (
        "insert into audit.event select writer, 7, recorded_at, event, previous, hash from audit.event where seq = 6",
        [7, 7],
    ),
}


@pytest.mark.parametrize("done", DONE)
async def test_what_is_done_to_it_is_found_and_named(done: str, connection: Connection, file: Path) -> None:
    """Which writer, and which event."""
    web = await written(connection, file)
    await written(connection, file, "command", 2)
    statement, places = DONE[done]
    statement = statement.replace("where seq", f"where writer = '{web.writer}' and seq")
    await tampered(connection, *statement.split(";"))
    found = await findings(connection, file)
    assert found
    if places is not None:
        assert [one.seq for one in found] == places
        assert {one.writer for one in found} == {web.writer}


async def test_a_chain_that_was_written_anew_is_found(connection: Connection, file: Path) -> None:
    """Whoever owns the database can make a sound chain of other events, and cannot sign it."""
    await written(connection, file)
    await tampered(connection, "delete from audit.event")
    await written(connection, None, events=7)
    found = await findings(connection, file)
    assert [one.seq for one in found] == [6]
    assert "anew" in found[0].words


def forge(file: Path, *, gone: bool = False) -> None:
    """Do what whoever holds the file can."""
    if gone:
        file.unlink()
    else:
        file.write_bytes(file.read_bytes().replace(b'"seq":6', b'"seq":5'))


async def test_an_anchor_that_is_not_signed_is_found(connection: Connection, file: Path) -> None:
    """Nor one that was signed with another key, or is gone altogether."""
    audit = await written(connection, file)
    forge(file)
    assert [(one.writer, one.seq) for one in await findings(connection, file)] == [("", 1)]
    forge(file, gone=True)
    assert [one.writer for one in await findings(connection, file)] == [""]
    other = Anchors(file, b"another key altogether")
    assert audit._head
    other.add(audit.writer, audit._head, "2026-03-02T10:30:00+00:00")
    assert [one.seq for one in await findings(connection, file)] == [1]


@pytest.mark.parametrize(
    "statement",
    ["update audit.event set writer = writer", "delete from audit.event", "truncate audit.event"],
)
async def test_it_is_only_ever_added_to(statement: str, connection: Connection, file: Path) -> None:
    """By the owner of the table too."""
    await written(connection, file)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await connection.execute(statement.encode())
    assert await findings(connection, file) == []


async def test_a_broken_glass_and_a_refusal_are_counted(connection: Connection) -> None:
    """An alert watches the first; both say what they are in DICOM's words."""

    def counted() -> tuple[float | None, float | None]:
        refused = REGISTRY.get_sample_value("care_access_denied_total", {"role": "ops"})
        return REGISTRY.get_sample_value("care_break_glass_total"), refused

    audit = Audit("web", PARTNERSHIP_KEY, None)
    ops = READER._replace(role=Role.OPS)
    glass, refused = counted()
    broken = Event(Kind.BREAK_GLASS, READER, "POST /person/{id}/break-glass", (bytes(16),))
    await audit.audited(connection, broken)
    await audit.audited(connection, Event(Kind.REFUSAL, ops, "GET /person/{id}", outcome=Outcome.REFUSED))
    assert counted() == ((glass or 0) + 1, (refused or 0) + 1)
    rows = await (await connection.execute("select event from audit.event order by seq")).fetchall()
    codes = [[one["code"] for one in event["subtype"]] for (event,) in rows]
    assert codes == [["break-glass", "110127"], ["refusal"]]


async def test_two_processes_may_write_one_chain(
    connection: Connection, engines: Engines, file: Path
) -> None:
    """And several writers beside each other."""

    async def write(audit: Audit) -> None:
        async with await connect(engines.dsn) as own:
            for _ in range(20):
                await audit.audited(
                    own, Event(Kind.SEARCH, READER, "GET /person", searched=audit.hashed("a"))
                )

    audits = [Audit(process, PARTNERSHIP_KEY, file) for process in ("web", "web", "record")]
    await asyncio.gather(*map(write, audits))
    for one in audits:
        one.anchor()
    assert await findings(connection, file) == []
    row = await (
        await connection.execute("select count(*), count(distinct writer) from audit.event")
    ).fetchone()
    assert row == (60, 2)


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
readers = st.none() | st.builds(Reader, st.sampled_from(Role), words, words, words)
happenings = st.builds(
    Event,
    st.sampled_from(Kind),
    readers,
    words,
    st.lists(st.binary(min_size=16, max_size=16), max_size=3).map(tuple),
    st.lists(words, max_size=3).map(tuple),
    st.sampled_from(Outcome),
    st.sampled_from(Purpose),
    st.binary(max_size=32),
)


@given(happened=st.lists(happenings, min_size=1, max_size=8), spoilt=st.integers(0, 7))
def test_exactly_what_was_written_verifies(
    happened: list[Event], spoilt: int, engines: Engines, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever it says; and with nobody in any one of them it does not."""
    file = tmp_path_factory.mktemp("anchors") / "anchors.ndjson"

    async def write_and_verify() -> tuple[list[Finding], list[Finding]]:
        async with await connect(engines.dsn) as connection:
            await tampered(connection, "delete from audit.event")
            audit = Audit("web", PARTNERSHIP_KEY, file)
            for one in happened:
                await audit.audited(connection, one)
            audit.anchor()
            sound = await findings(connection, file)
            seq = spoilt % len(happened) + 1
            change = f"update audit.event set event = event || '{{\"agent\": []}}' where seq = {seq}"  # noqa: S608
            await tampered(connection, change)
            return sound, await findings(connection, file)

    sound, broken = asyncio.run(write_and_verify())
    assert sound == []
    assert [one.seq for one in broken] == [spoilt % len(happened) + 1]
