"""What the web door writes to the audit, and that it shows nothing where it cannot."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import orjson
import psycopg
import pytest
from fhir.resources.R4B.auditevent import AuditEvent
from prometheus_client import REGISTRY

from services.audit.subject import everything_held
from services.audit.verify import Verification
from services.domain.access.audited import WATCHING
from services.domain.access.reader import Reader, Role
from services.domain.access.routes import PUBLIC, ROUTES
from services.platform.access import issue_link, issue_token, open_session_for
from services.platform.audit_chain import Anchors
from services.platform.partner_keys import register_keys
from services.platform.postgres import connect
from services.platform.settings import Settings
from services.web import Web
from tests.client_keys import claims, form, jwks, rsa, signed
from tests.engines import PARTNERSHIP_KEY, Engines
from tests.identities import NUMBERS, WREN, Sent, record_id, take_in, told
from tests.streams.norfolk_suffolk_partners import COUNCIL, SURGERY, TRUST

pytestmark = pytest.mark.any_broker

NUMBER = NUMBERS[0]
KNOWN: list[Sent] = [told(one, "1", replace(WREN, nhs_number=NUMBER)) for one in (SURGERY, TRUST)]


@asynccontextmanager
async def door(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The web process, and somebody at it."""
    async with Web(settings).running() as app:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://carethread.example") as found:
            yield found


async def sign_in(client: httpx.AsyncClient, database: Engines, role: Role) -> None:
    """Make the client somebody of this role."""
    async with await connect(database.dsn) as connection:
        link = await issue_link(connection, Reader(role, "ZZT41", "u-1", "Asha Example"))
    assert (await client.get(f"/sign-in/{link}")).status_code == 303


async def person(database: Engines) -> str:
    """Somebody whom two systems know; the id of their record."""
    async with await connect(database.dsn) as connection:
        await take_in(connection, KNOWN)
        row = await (await connection.execute("select min(person) from record.source_record")).fetchone()
    assert row is not None
    return bytes(row[0]).hex()


def last(database: Engines, number: int = 1) -> list[dict[str, Any]]:
    """The latest events, the oldest of them first; each is a sound FHIR resource."""
    with psycopg.connect(database.dsn) as connection:
        rows = connection.execute(
            "select event from audit.event order by recorded_at desc, seq desc limit %s", [number]
        ).fetchall()
    events: list[dict[str, Any]] = [event for (event,) in reversed(rows)]
    for event in events:
        AuditEvent.model_validate(event)
    return events


def kind(event: dict[str, Any]) -> str:
    """Which kind of event it is."""
    return str(event["subtype"][0]["code"])


def about(event: dict[str, Any]) -> set[str]:
    """The ids of what it is about."""
    return {one["what"]["identifier"]["value"] for one in event["entity"] if "what" in one}


async def test_a_read_says_who_saw_whom(database: Engines) -> None:
    """By record ids: of the person, and of each source record."""
    found = await person(database)
    async with door(database.settings) as client:
        await sign_in(client, database, Role.CLINICIAN)
        assert (await client.get(f"/person/{NUMBER}")).status_code == 200
        signing, reading = last(database, 2)
    assert (kind(signing), kind(reading)) == ("sign-in", "read")
    assert about(reading) == {found} | {record_id(one, "1").hex() for one in (SURGERY, TRUST)}
    agent = reading["agent"][0]
    assert agent["role"][0]["coding"][0]["code"] == "clinician"
    assert agent["who"]["identifier"]["value"] == "u-1"
    assert agent["who"]["identifier"]["assigner"]["identifier"]["value"] == "ZZT41"
    assert (reading["action"], reading["outcome"]) == ("R", "0")


async def test_nothing_of_the_person_and_no_words_are_in_it(database: Engines) -> None:
    """A search is kept as a keyed hash, the same for the same words."""
    await person(database)
    async with door(database.settings) as client:
        await sign_in(client, database, Role.STEWARD)
        for asked in (NUMBER, NUMBER, "Quillfeather"):
            await client.get("/person", params={"q": asked})
        await client.get(f"/person/{NUMBER}")
        first, second, other, _ = events = last(database, 4)
    hashes = [event["entity"][-1]["query"] for event in (first, second, other)]
    assert hashes[0] == hashes[1] != hashes[2]
    assert kind(first) == "search"
    for word in (NUMBER, "Quillfeather", WREN.birth_date, WREN.given, "We met"):
        assert word.encode() not in orjson.dumps(events)


async def test_every_way_in_is_written(database: Engines) -> None:
    """Whoever signs in at a demo, and a partner's system that gets a token."""
    demo = database.settings.model_copy(
        update={"demo_sign_in": True, "public_url": "https://carethread.example"}
    )
    key = rsa("2026-01")
    async with await connect(database.dsn) as connection:
        await register_keys(connection, TRUST.ods, jwks(key), "system/*.rs")
    async with door(demo) as client:
        given = {"who": "demo-clinician"}
        own = {"Sec-Fetch-Site": "same-origin"}
        assert (await client.post("/sign-in/demo", data=given, headers=own)).status_code == 303
        assert (await client.post("/token", data=form(signed(key, claims(TRUST.ods))))).status_code == 200
    person, system = last(database, 2)
    assert (kind(person), kind(system)) == ("sign-in", "sign-in")
    assert person["agent"][0]["who"]["identifier"]["value"] == "demo-clinician"
    assert system["agent"][0]["who"]["identifier"]["value"] == TRUST.ods


async def test_a_refusal_is_written_and_counted(database: Engines) -> None:
    """Of somebody whose role has no business there; nobody's knocking is counted alone."""
    found = await person(database)
    async with door(database.settings) as client:
        before = len(last(database, 10_000))
        assert (await client.get(f"/person/{found}")).status_code == 401
        assert len(last(database, 10_000)) == before
        await sign_in(client, database, Role.OPS)
        assert (await client.get(f"/person/{found}")).status_code == 403
        (event,) = last(database)
    assert (kind(event), event["outcome"]) == ("refusal", "4")
    assert about(event) == {found}


async def test_a_system_that_may_not_read_is_written_too(database: Engines) -> None:
    """It is told that there is nobody, and the audit knows better."""
    found = await person(database)
    async with await connect(database.dsn) as connection:
        bearer = await issue_token(connection, "ZZB99")
    async with door(database.settings) as client:
        client.headers["Authorization"] = f"Bearer {bearer}"
        assert (await client.get(f"/fhir/Patient/{found}/$everything")).status_code == 404
        (event,) = last(database)
    assert (kind(event), event["outcome"]) == ("refusal", "4")
    assert found in about(event)


async def test_whoever_a_search_shows_is_in_it_and_whoever_it_hides_apart(database: Engines) -> None:
    """Over FHIR: a steward is shown the person; a clinician with whom they have nothing to do is told why not; and a
    system that never told of them learns nothing, so that nothing but its search is written."""
    found = await person(database)
    search = f"/fhir/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|{NUMBER}"
    async with await connect(database.dsn) as connection:
        bearer = await issue_token(connection, "ZZB99")
        stranger = await open_session_for(
            connection, Reader(Role.CLINICIAN, COUNCIL.ods, "u-2", "Bo Example")
        )
    async with door(database.settings) as client:
        await sign_in(client, database, Role.STEWARD)
        assert (await client.get(search)).json()["total"] == 1
        (shown,) = last(database)
        client.cookies.set("carethread", stranger, domain="carethread.example", path="/")
        assert (await client.get(search)).json()["total"] == 0
        refusal, hidden = last(database, 2)
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {bearer}"
        assert (await client.get(search)).json()["total"] == 0
        (empty,) = last(database)
    assert [kind(one) for one in (shown, refusal, hidden, empty)] == ["search", "refusal", "search", "search"]
    assert [one["outcome"] for one in (shown, refusal, hidden, empty)] == ["0", "4", "0", "0"]
    assert [found in about(one) for one in (shown, refusal, hidden, empty)] == [True, True, False, False]


async def test_a_broken_glass_is_written_before_and_after_and_counted_once(database: Engines) -> None:
    """That it was asked for, then whose it was; without a reason it came to nothing. The person is told of it."""
    found = await person(database)

    def counted() -> float:
        return REGISTRY.get_sample_value("care_break_glass_total") or 0

    async with door(database.settings) as client:
        async with await connect(database.dsn) as connection:
            link = await issue_link(connection, Reader(Role.CLINICIAN, COUNCIL.ods, "u-2", "Bo Example"))
        assert (await client.get(f"/sign-in/{link}")).status_code == 303
        before = counted()
        own, address = {"Sec-Fetch-Site": "same-origin"}, f"/person/{found}/break-glass"
        assert (await client.post(address, data={"reason": ""}, headers=own)).status_code == 422
        assert [event["outcome"] for event in last(database, 2)] == ["0", "8"]
        assert counted() == before
        given = {"reason": "They cannot speak for themselves"}
        assert (await client.post(address, data=given, headers=own)).status_code == 303
        assert counted() == before + 1
        events = last(database, 2)
    assert [kind(event) for event in events] == ["break-glass"] * 2
    assert all(event["subtype"][1]["code"] == "110127" for event in events)
    assert all(found in about(event) for event in events)
    async with await connect(database.dsn) as connection:
        held = await everything_held(connection, bytes.fromhex(found), PARTNERSHIP_KEY)
    assert [one["reason"] for one in held["glass"]] == [given["reason"]]


async def test_without_audit_there_is_no_access(database: Engines) -> None:
    """A database that takes no event: 503 at every address that shows or does anything, and nothing is shown."""
    found = await person(database)
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        async with door(database.settings) as client:
            await sign_in(client, database, Role.STEWARD)
            assert (await client.get(f"/person/{found}")).status_code == 200
            connection.execute("revoke execute on function audit.append from carethread_web")
            try:
                for route, roles in ROUTES.items():
                    if Role.STEWARD not in roles or roles == PUBLIC or route in WATCHING:
                        continue  # a stream tells that a page has changed, and nothing of what is on it
                    method, _, path = route.partition(" ")
                    address = re.sub(r"\{[^}]*\}", found, re.sub(r"\{type:\w+\}", "Observation", path))
                    answer = await client.request(method, address)
                    assert answer.status_code == 503, route
                    assert "Quillfeather" not in answer.text
                assert "written down" in answer.text
            finally:
                connection.execute("grant execute on function audit.append to carethread_web")


async def test_several_processes_are_anchored_when_they_stop(database: Engines, tmp_path: Path) -> None:
    """And what they wrote verifies."""
    file = tmp_path / "anchors.ndjson"
    settings = database.settings.model_copy(update={"audit_anchors": file})
    await person(database)
    async with door(settings) as one, door(settings) as other:
        for client in (one, other):
            await sign_in(client, database, Role.STEWARD)
            for _ in range(5):
                assert (await client.get(f"/person/{NUMBER}")).status_code == 200
    walk = Verification(Anchors(file, PARTNERSHIP_KEY))
    async with await connect(database.dsn) as connection:
        assert [one async for one in walk.findings(connection)] == []
    assert walk.events > 10
    assert walk.after_anchors == 0
