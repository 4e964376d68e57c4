"""From one record of a family to the others': a way there, and nothing of the other's in this one."""

import re

import httpx
import orjson
import pytest

from services.domain.access.reader import Reader, Role
from services.platform.access import STEWARD, issue_link
from services.platform.postgres import connect
from services.viewer.reading import list_persons
from services.web import Web
from tests.engines import Engines
from tests.identities import Sent, take_in
from tests.scenario_records import tell
from tests.streams.fhir_builders import known_to, note, safety_flag
from tests.streams.message_lines import message
from tests.streams.wigan import WIGAN
from tests.streams.wigan_partners import COUNCIL, COUNCIL_NUMBERS, HEALTH, PARTNERS
from tests.streams.wigan_partners import KELLY as KELLY_OF_COUNCIL
from tests.streams.wigan_people.louie import AT_COUNCIL

pytestmark = pytest.mark.any_broker

ERIN, LOUIE, KELLY, MAUREEN = "Erin Fearnley", "Louie Fearnley", "Kelly Fearnley", "Maureen Platt"


async def test_each_is_led_to_the_others_that_their_record_names(database: Engines) -> None:
    """By the number that one system has for both; a page that somebody else's record is on says nothing of it."""
    async with await connect(database.dsn) as connection:
        await tell(connection, WIGAN, PARTNERS)
        people = {name: person.hex() for person, name, _ in await list_persons(connection, None)}
    pages = await read_pages(database, people)
    ways = {name: ways_from(page) & {*people.values()} for name, page in pages.items()}
    assert ways[ERIN] == {people[name] for name in (LOUIE, KELLY, MAUREEN)}
    for name, others in ways.items():
        assert others
        assert people[name] not in others
    assert "Sad and watchful" in pages[LOUIE]
    assert "Sad and watchful" not in pages[ERIN]
    assert '<h2 id="agreed">' in pages[ERIN]
    assert re.search("did not agree on 23 April 2026: We stand by the worry", pages[ERIN])


async def test_there_is_no_way_to_a_record_that_is_withheld(database: Engines) -> None:
    """A safeguarding flag of Louie that cannot be accepted keeps his record shut, from his sister's too."""
    async with await connect(database.dsn) as connection:
        await tell(connection, WIGAN, PARTNERS)
        people = {name: person.hex() for person, name, _ in await list_persons(connection, None)}
        await take_in(connection, [cannot_be_read()])
    pages = await read_pages(database, people)
    assert people[LOUIE] not in ways_from(pages[ERIN])
    assert people[KELLY] in ways_from(pages[ERIN])


async def test_there_is_a_way_to_those_alone_whom_the_reader_may_open(database: Engines) -> None:
    """To Kelly, of whom the council says that nobody may know, there is one for the council's own workers alone."""
    async with await connect(database.dsn) as connection:
        await tell(connection, WIGAN, PARTNERS)
        people = {name: person.hex() for person, name, _ in await list_persons(connection, None)}
        await take_in(connection, [must_not_be_known_of()])
        readers = {
            (role, one.ods): Reader(role, one.ods, "w", "Worker")
            for role, one in ((Role.SOCIAL_WORKER, COUNCIL), (Role.CLINICIAN, HEALTH), (Role.STEWARD, HEALTH))
        }
        found = {who: await read_pages(database, people, reader) for who, reader in readers.items()}
    family = {people[name] for name in (LOUIE, KELLY, MAUREEN)}
    opened = {
        who: {people[name] for name, page in pages.items() if f"{name}</h1>" in page}
        for who, pages in found.items()
    }
    ways = {who: ways_from(pages[ERIN]) for who, pages in found.items()}
    assert {who: one & family for who, one in ways.items()} == {
        who: one & family for who, one in opened.items()
    }
    assert {who for who, one in ways.items() if people[KELLY] in one} == {(Role.SOCIAL_WORKER, COUNCIL.ods)}
    assert ways[Role.STEWARD, HEALTH.ods] & family == family - {people[KELLY]}
    assert ways[Role.CLINICIAN, HEALTH.ods] & family < family - {people[KELLY]}


def must_not_be_known_of() -> Sent:
    """The council's word that Kelly is very restricted."""
    at = "2026-10-01T09:00:00Z"
    known = known_to(COUNCIL, COUNCIL_NUMBERS["Kelly"], KELLY_OF_COUNCIL, at)
    known.patient["meta"]["security"] = [
        {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "V"}
    ]
    said = note(known, "n-secret", "Moved.", on=at, by="Hannah Birchall")
    return COUNCIL.ods, 1, orjson.dumps(message(COUNCIL, at, said, [known.patient]))


def cannot_be_read() -> Sent:
    """A flag of no such status."""
    at = "2026-10-01T09:00:00Z"
    flag = safety_flag(AT_COUNCIL, "f-odd", "Ask first", since="2026-10-01") | {"status": "of no such word"}
    return COUNCIL.ods, 1, orjson.dumps(message(COUNCIL, at, flag, [AT_COUNCIL.patient]))


async def read_pages(database: Engines, people: dict[str, str], reader: Reader = STEWARD) -> dict[str, str]:
    """Everybody's page, as a browser that is signed in gets it."""
    async with await connect(database.dsn) as connection:
        link = await issue_link(connection, reader)
    async with Web(database.settings).running() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://carethread.example") as client:
            assert (await client.get(f"/sign-in/{link}")).status_code == 303
            return {name: (await client.get(f"/person/{id_}")).text for name, id_ in people.items()}


def ways_from(page: str) -> set[str]:
    """The records that a page leads to."""
    return set(re.findall(r'<a href="/person/([0-9a-f]{32})"', page))
