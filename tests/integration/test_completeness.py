"""A record says what it lacks: messages about the person that wait in quarantine, and when each system was heard."""

import json
from dataclasses import replace
from typing import Any

import httpx
import orjson
import psycopg
import pytest

from services.platform.access import Partner, issue_link, register_partner
from services.platform.postgres import Connection, connect
from services.viewer.completeness import completeness, waiting_words
from services.viewer.reading import Known, list_known
from services.web import Web
from tests.engines import Engines, accept
from tests.identities import AT, FERN, NUMBERS, WREN, Sent, take_in, told
from tests.streams.fhir_builders import known_to, note
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import COUNCIL, SURGERY, TRUST

pytestmark = pytest.mark.any_broker

NUMBERED = replace(WREN, nhs_number=NUMBERS[0])


def faulty(local: str, *, number: bool = True) -> Sent:
    """A note with an element that R4 does not have, about Wren by number or by the trust's own id."""
    holder = SURGERY if number else TRUST
    known = known_to(holder, local, NUMBERED if number else WREN, AT)
    said = note(known, f"odd-{local}", "We met.", on=AT, by="Sam Okafor") | {"noSuchElement": True}
    return holder.ods, 1, orjson.dumps(message(holder, AT, said, [known.patient]))


async def wren(connection: Connection) -> Known:
    """Who is known by that name."""
    return next(one for one in await list_known(connection, None) if "Wren" in one.name)


async def test_what_waits_is_counted_and_each_is_heard(database: Engines) -> None:
    """By number and by the sender's own id, each message once, until a steward has done with it."""
    async with await connect(database.dsn) as connection:
        await take_in(
            connection, [told(TRUST, "1", NUMBERED), told(COUNCIL, "2", NUMBERED), told(COUNCIL, "9", FERN)]
        )
        known = await wren(connection)
        before = await completeness(connection, known)
        assert before.waiting == 0
        assert {ods for ods, _ in before.heard} == {TRUST.ods, COUNCIL.ods}
        bad = [faulty("7"), faulty("1", number=False)]
        await accept(connection, [*bad, bad[0]])
        assert (await completeness(connection, known)).waiting == 2
        (other,) = [one for one in await list_known(connection, None) if one.person != known.person]
        assert (await completeness(connection, other)).waiting == 0
        with psycopg.connect(database.dsn, autocommit=True) as steward:
            steward.execute("update intake.quarantine set resolution = 'dismissed', resolved_at = now()")
        assert (await completeness(connection, known)).waiting == 0


async def test_the_page_and_the_bundle_say_so(database: Engines) -> None:
    """In words on the page, and as an OperationOutcome that is no match and is not counted in the total."""
    async with await connect(database.dsn) as connection:
        await register_partner(connection, Partner(TRUST.ods, TRUST.name, TRUST.sector))
        await take_in(connection, [told(TRUST, "1", NUMBERED)])
        person = (await wren(connection)).person.hex()
        quiet = await asked(database, connection, person)
        await accept(connection, [faulty("7"), faulty("1", number=False)])
        page, bundle = await asked(database, connection, person)
    assert "held" not in quiet[0]
    assert [(one["severity"], one["code"]) for one in outcome_of(quiet[1])["issue"]] == [
        ("information", "informational")
    ]
    assert waiting_words(2) in page
    assert f"<li>{TRUST.name}: <time" in page
    assert bundle["total"] == sum(one["search"] == {"mode": "match"} for one in bundle["entry"])
    first, second = outcome_of(bundle)["issue"]
    assert (first["severity"], first["code"], first["diagnostics"]) == (
        "warning",
        "incomplete",
        waiting_words(2),
    )
    assert second["diagnostics"].startswith(f"{TRUST.name} was last heard at 20")


def outcome_of(bundle: dict[str, Any]) -> dict[str, Any]:
    """The one entry that is no match."""
    (found,) = [one for one in bundle["entry"] if one.get("search") == {"mode": "outcome"}]
    outcome: dict[str, Any] = found["resource"]
    return outcome


async def asked(database: Engines, connection: Connection, person: str) -> tuple[str, dict[str, Any]]:
    """The person's page, and their record as FHIR."""
    link = await issue_link(connection)
    async with Web(database.settings).running() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://carethread.example") as client:
            await client.get(f"/sign-in/{link}")
            page = await client.get(f"/person/{person}")
            bundle = await client.get(f"/fhir/Patient/{person}/$everything")
    assert (page.status_code, bundle.status_code) == (200, 200)
    return page.text, json.loads(bundle.content)
