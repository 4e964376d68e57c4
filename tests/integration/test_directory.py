"""The directory of services: a file taken whole or not at all, in any order the same, and shown by name."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from schemas.fhir.listing import listing_bundle
from schemas.open_referral.page import NotOpenReferral
from services.domain.record.introductions import introductions
from services.domain.record.referrals.threads import threads
from services.intake.acceptance import Acceptance
from services.intake.directory_file import Imported, NotRegistered, import_services
from services.platform.access import Partner, issue_link, register_partner
from services.platform.postgres import Connection, connect, pool
from services.platform.publisher import Publisher
from services.record.apply import apply
from services.viewer.directory import list_assets
from services.viewer.reading import list_persons
from services.viewer.watching.partnership import everybody
from services.web import Web
from tests.engines import PARTNERSHIP_KEY, Engines, accept
from tests.identities import Sent, standing, take_in, take_in_one_by_one
from tests.integration.test_rebuild import rebuild
from tests.stack import RunningStack, wait_for
from tests.streams.community_builders import introduction
from tests.streams.fhir_builders import Resource, known_to
from tests.streams.lambeth_partners import CHOIR, FRONT_DOOR, WINIFRED
from tests.streams.message_lines import message
from tests.unit.test_open_referral import CHOIR as LISTED
from tests.unit.test_open_referral import ID, page

pytestmark = pytest.mark.any_broker

AT = "2026-03-02T10:00:00Z"
PLOT = LISTED | {"id": "9f0c1d9e-8c61-4b8e-9c06-6a8d6c7f1a02", "name": "Canal Meadow"}
BY_NUMBER = {
    "type": "HealthcareService",
    "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{ID}"},
}


@asynccontextmanager
async def taking(database: Engines) -> AsyncIterator[Acceptance]:
    """The acceptance path, with the front door registered."""
    publisher = Publisher(database.bootstrap)
    async with await connect(database.dsn) as connection:
        await register_partner(connection, Partner(FRONT_DOOR.ods, FRONT_DOOR.name, FRONT_DOOR.sector))
    try:
        async with pool(database.dsn, 2) as connections:
            yield Acceptance(connections, publisher, PARTNERSHIP_KEY)
    finally:
        await publisher.close()


async def apply_all(connection: Connection) -> None:
    """Apply whatever waits."""
    rows = await connection.execute("select message_key from intake.outbox", binary=True)
    await apply(connection, [key for (key,) in await rows.fetchall()])


async def names(connection: Connection) -> list[tuple[str, bool]]:
    """What is listed, and whether it is open."""
    return sorted((one.service["name"], one.service["active"]) for one in await list_assets(connection))


async def test_a_file_is_taken_and_a_later_one_changes_it(database: Engines) -> None:
    """The same again changes nothing, nor does an earlier one; what a file leaves out stays; nobody has a record."""
    sing = LISTED | {
        "name": "Wednesday Voices",
        "last_modified": "2026-05-01T10:00:00Z",
        "status": "inactive",
    }
    async with taking(database) as acceptance, await connect(database.dsn) as connection:
        for data, told in (
            (page(LISTED, PLOT), Imported(2, 2)),
            (page(LISTED, PLOT), Imported(2, 0)),
            (page(sing), Imported(1, 1)),
            (page(LISTED), Imported(1, 0)),
        ):
            assert await import_services(acceptance, data, FRONT_DOOR.ods, None) == told
            await apply_all(connection)
        assert await names(connection) == [("Canal Meadow", True), ("Wednesday Voices", False)]
        assert await list_persons(connection, None) == []


async def test_of_a_file_with_a_fault_nothing_is_taken(database: Engines) -> None:
    """Whoever finds it: the standard of directories, FHIR, or who may list."""
    nul = LISTED | {"id": PLOT["id"], "description": "A\x00B"}
    cases: list[tuple[bytes, str | None, str]] = [
        (page(LISTED, PLOT | {"name": 3}), None, "contents[1].name"),
        (page(LISTED, nul), None, "contents[1]"),
        (page(LISTED, PLOT | {"id": "17"}), None, "contents[1].id"),
        (page(LISTED), "not a uri", "--system"),
    ]
    async with taking(database) as acceptance, await connect(database.dsn) as connection:
        for data, system, path in cases:
            with pytest.raises(NotOpenReferral) as refused:
                await import_services(acceptance, data, FRONT_DOOR.ods, system)
            assert [one.path for one in refused.value.faults] == [path]
            assert all("A" not in one.text or "A\x00B" not in one.text for one in refused.value.faults)
        with pytest.raises(NotRegistered):
            await import_services(acceptance, page(LISTED), "ZZL99", None)
        rows = await connection.execute("select count(*) from intake.message")
        assert await rows.fetchone() == (0,)


def some_listings() -> list[Sent]:
    """Three services of two senders, told several times, two of them at one instant; and somebody introduced to one."""
    sent: list[Sent] = []
    for sender in ("ZZL01", "ZZL06"):
        for number in "123":
            for name, at in (
                ("A", AT),
                ("B", AT),
                ("C", "2026-04-02T10:00:00Z"),
                ("D", "2026-01-02T10:00:00Z"),
            ):
                service: Resource = {
                    "resourceType": "HealthcareService",
                    "identifier": [{"system": "https://directory.example/id", "value": number}],
                    "active": True,
                    "name": f"{name} {number}",
                }
                sent.append((sender, 1, orjson.dumps(listing_bundle(service, at))))
    return [*sent, *somebody_introduced()]


def somebody_introduced() -> list[Sent]:
    """Winifred's introduction, to a service that is named by its number alone."""
    known = known_to(FRONT_DOOR, "MR-0252", WINIFRED, AT)
    asked = introduction(known, "int-1", CHOIR, "To sing", on=AT, by="Bola Fashanu", words="Introduction")
    asked["performer"] = [BY_NUMBER]
    return [(FRONT_DOOR.ods, 1, orjson.dumps(message(FRONT_DOOR, AT, asked, [known.patient])))]


async def test_in_any_order_the_directory_is_the_same_and_a_rebuild_makes_it_again(database: Engines) -> None:
    """At once, one by one, repeated and shuffled; and what is altered by other means a rebuild finds."""
    sent = some_listings()
    found: list[dict[str, Any]] = []
    for seed in range(4):
        database.empty()
        dice = random.Random(seed)
        shuffled = dice.sample(sent, len(sent)) + dice.choices(sent, k=5)
        async with await connect(database.dsn) as connection:
            await (take_in if seed % 2 else take_in_one_by_one)(connection, shuffled)
            found.append(await standing(connection))
            assert len(found[-1]["assets"]) == 6
            assert {name[0] for name, _ in await names(connection)} == {"C"}
    assert all(one == found[0] for one in found)
    again = await rebuild(database)
    assert again.comparison.differing == 0
    async with await connect(database.dsn) as connection:
        await connection.execute("update record.asset set content = content || ' '")
    spoilt = await rebuild(database, swap=True)
    assert {kind for one in spoilt.comparison.differences for kind in one.kinds} == {"asset"}
    async with await connect(database.dsn) as connection:
        assert await standing(connection) == found[0]


async def test_a_referral_shows_the_service_that_it_names_by_its_name(database: Engines) -> None:
    """On the page, and in the count of introductions; before it is listed by its number."""
    async with taking(database) as acceptance, await connect(database.dsn) as connection:
        await apply(connection, await accept(connection, somebody_introduced()))
        ((_, words),) = [one async for one in everybody(connection)]
        assert threads(words)[0].performer.name == f"urn:uuid:{ID}"
        await import_services(acceptance, page(LISTED), FRONT_DOOR.ods, None)
        await apply_all(connection)
        ((person, words),) = [one async for one in everybody(connection)]
        assert threads(words)[0].performer.name == "Tuesday Voices"
        assert [one.asset.name for one in introductions(words, {})] == ["Tuesday Voices"]
        link = await issue_link(connection)
    async with Web(database.settings).running() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://carethread.example") as client:
            await client.get(f"/sign-in/{link}")
            shown = (await client.get(f"/person/{person.hex()}")).text
    assert "With Tuesday Voices since 2 March 2026" in shown


def test_the_commands_import_and_list(shared_stack: RunningStack, tmp_path: Path) -> None:
    """In words and as JSON; a fault ends with status 1 and its path; who is no partner with status 2."""
    file = tmp_path / "services.json"
    file.write_bytes(page(LISTED, PLOT))
    unknown = shared_stack.run("directory", "import", str(file), "--organisation", "ZZL99", check=False)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "register it with 'carethread token" in unknown.stderr
    shared_stack.run("token", "--partner", FRONT_DOOR.ods, "--name", FRONT_DOOR.name)
    told = shared_stack.json("directory", "import", str(file), "--organisation", FRONT_DOOR.ods)
    assert told == {"listed": 2, "new": 2, "faults": []}
    wait_for(lambda: shared_stack.in_flight() == 0, "the services are in the directory")
    listed = shared_stack.json("directory", "list")
    assert sorted(one["service"]["name"] for one in listed) == ["Canal Meadow", "Tuesday Voices"]
    shown = shared_stack.run("directory", "list").stdout
    assert "Tuesday Voices  Bell Yard Hall, 2 Bell Yard, LW91 4QT" in shown
    assert f"listed by {FRONT_DOOR.name}" in shown
    file.write_bytes(page(LISTED | {"name": None, "status": "open"}))
    refused = shared_stack.run(
        "directory", "import", str(file), "--organisation", FRONT_DOOR.ods, check=False
    )
    assert refused.returncode == 1
    assert refused.stdout.splitlines() == [
        "wrong  contents[0].name: It has to be text.",
        "wrong  contents[0].status: It has to be one of 'active', 'inactive', 'defunct' or 'temporarily closed'.",
        "Nothing was taken: 2 faults.",
    ]
