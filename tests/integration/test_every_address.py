"""Every route for every role of two organisations: the one that knows a person, and one that does not."""

import re
from collections.abc import AsyncIterator
from enum import Enum, auto

import httpx
import orjson
import pytest

from schemas.stream import read_line
from services.domain.access.reader import Reader, Role
from services.domain.access.routes import PUBLIC, ROUTES
from services.domain.record.instant import instant_ticks
from services.platform.access import Partner, issue_link, issue_token, register_partner
from services.platform.postgres import connect
from services.viewer.reading import list_known
from services.web import Web
from tests.engines import Engines
from tests.identities import take_in
from tests.streams.every_scenario import EVERY
from tests.streams.norfolk_suffolk_partners import LANTERN, PARTNERS, TIDEWELL
from tests.uploads import contacts, wren

pytestmark = pytest.mark.any_broker

NAME = "Aisha Rahman"
"""Whom Tidewell Peers knows, and Marsh Lantern has nothing to do with."""
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
REASON = {"reason": "She is in our waiting room and cannot speak"}


class Whose(Enum):
    """Whose what an address is about, beside those who see all of its kind."""

    PERSON = auto()
    BOARD = auto()
    SHEET = auto()
    MESSAGE = auto()


SEE_ALL = {
    Whose.PERSON: {Role.STEWARD},
    Whose.BOARD: {Role.STEWARD, Role.OPS},
    Whose.SHEET: {Role.STEWARD},
    Whose.MESSAGE: set(),
}

ABOUT = {
    "GET /person/{id}": (Whose.PERSON, "/person/{person}"),
    "GET /person/{id}/changes": (Whose.PERSON, "/person/{person}/changes"),
    "GET /person/{id}/referral/{key}": (Whose.PERSON, "/person/{person}/referral/{referral}"),
    "GET /person/{id}/referral/{key}/{act}": (Whose.PERSON, "/person/{person}/referral/{referral}/note"),
    "POST /person/{id}/referral/{key}/{act}": (Whose.PERSON, "/person/{person}/referral/{referral}/note"),
    "GET /person/{id}/write/{act}": (Whose.PERSON, "/person/{person}/write/note"),
    "POST /person/{id}/write/{act}": (Whose.PERSON, "/person/{person}/write/note"),
    "GET /fhir/Patient/{id}": (Whose.PERSON, "/fhir/Patient/{person}"),
    "GET /fhir/Patient/{id}/$everything": (Whose.PERSON, "/fhir/Patient/{person}/$everything"),
    "GET /fhir/{type:searched}": (Whose.PERSON, "/fhir/Goal?patient={person}"),
    "GET /fhir/{type:resource}/{id}": (Whose.PERSON, "/fhir/Goal/{goal}"),
    "GET /services/{ods}": (Whose.BOARD, f"/services/{TIDEWELL.ods}"),
    "GET /services/{ods}/changes": (Whose.BOARD, f"/services/{TIDEWELL.ods}/changes"),
    "GET /uploads/{id}": (Whose.SHEET, "/uploads/{sheet}"),
    "POST /uploads/{id}/commit": (Whose.SHEET, "/uploads/{sheet}/commit"),
    "GET /outcomes/{id:path}": (Whose.MESSAGE, "/outcomes/{message}"),
}
"""The routes that are about something of one organisation, and an address of each."""

OPEN_TO_ANY_ORGANISATION = {
    # a glass is broken by whoever has nothing to do with the person
    "POST /person/{id}/break-glass": "/person/{person}/break-glass",
    # what stewards work on is the whole partnership's
    **{route: "" for route, roles in ROUTES.items() if roles == {Role.STEWARD}},
}


def test_each_route_with_something_in_it_says_whose_that_is() -> None:
    """A new one is looked at."""
    with_something = {route for route, roles in ROUTES.items() if "{" in route and roles != PUBLIC}
    stewards = {route for route, roles in ROUTES.items() if roles == {Role.STEWARD}}
    assert ABOUT.keys() | OPEN_TO_ANY_ORGANISATION.keys() == with_something | stewards


@pytest.fixture
async def client(database: Engines) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a session or a token."""
    async with Web(database.settings).running() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://carethread.example", headers=OWN_PAGE
        ) as found:
            yield found


@pytest.fixture
async def things(database: Engines, client: httpx.AsyncClient) -> dict[str, str]:
    """What the addresses are of: the person, a referral and a goal of theirs, a message, and a sheet that waits."""
    (scenario,) = (one for one in EVERY if one.name == "norfolk-suffolk")
    lines = [read_line(line) for line in scenario.stream.read_bytes().splitlines()]
    async with await connect(database.dsn) as connection:
        for one in PARTNERS:
            await register_partner(connection, Partner(one.ods, one.name, one.sector))
        await take_in(
            connection, [(one.sender, instant_ticks(one.sent) or 1, bytes(one.message)) for one in lines]
        )
        (person,) = [one.person.hex() for one in await list_known(connection, None) if one.name == NAME]
        token = {"Authorization": f"Bearer {await issue_token(connection, TIDEWELL.ods)}"}
    goals = (await client.get(f"/fhir/Goal?patient={person}", headers=token)).json()
    sheet = await client.post(
        "/uploads",
        files={"file": ("sheet.csv", contacts(wren("B-1")))},
        data={"kind": "contacts"},
        headers=token,
    )
    await become(client, database, Role.PEER_WORKER, TIDEWELL.ods)
    page = (await client.get(f"/person/{person}")).text
    message = next(orjson.loads(bytes(one.message)) for one in lines if one.sender == TIDEWELL.ods)
    referral = re.search(r"/referral/([\w-]+)", page)
    assert referral is not None
    return {
        "person": person,
        "goal": goals["entry"][0]["resource"]["id"],
        "sheet": sheet.json()["id"],
        "referral": referral[1],
        "message": message["id"],
    }


async def become(client: httpx.AsyncClient, database: Engines, role: Role, ods: str) -> None:
    """Makes the client somebody else, in a browser or with a token as the role has it."""
    client.cookies.clear()
    async with await connect(database.dsn) as connection:
        if role is Role.PARTNER_SYSTEM:
            client.headers["Authorization"] = f"Bearer {await issue_token(connection, ods)}"
            return
        link = await issue_link(connection, Reader(role, ods, f"{role}@{ods}", "Somebody"))
    assert (await client.get(f"/sign-in/{link}")).status_code == 303


async def asked(client: httpx.AsyncClient, route: str, things: dict[str, str]) -> httpx.Response:
    """What a route answers, where it sends the browser to; of a stream, whether there would be one.

    No browser takes any of it for another sort of thing than it says it is.
    """
    method, _, path = route.partition(" ")
    address = ABOUT[route][1] if route in ABOUT else OPEN_TO_ANY_ORGANISATION.get(route) or path
    of = address.format(**things) if route in ABOUT or "break-glass" in route else address
    method = "HEAD" if of.endswith("/changes") else method
    of = re.sub(r"\{[^}]*\}", "f" * 32, of)
    data = REASON if method == "POST" else None
    answer = await client.request(method, of, data=data, follow_redirects=True)
    assert answer.headers["x-content-type-options"] == "nosniff", route
    return answer


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("organisation", [TIDEWELL.ods, LANTERN.ods], ids=["own", "other"])
async def test_it_opens_by_role_and_organisation(
    role: Role, organisation: str, things: dict[str, str], client: httpx.AsyncClient, database: Engines
) -> None:
    """What is another organisation's is not there, or closed, and names nobody; to another role nothing opens."""
    await become(client, database, role, organisation)
    for route, roles in sorted(ROUTES.items(), key=lambda one: "break-glass" in one[0]):
        if roles == PUBLIC:
            continue
        answer = await asked(client, route, things)
        is_theirs = True
        if route in ABOUT:
            whose, _ = ABOUT[route]
            is_theirs = organisation == TIDEWELL.ods or role in SEE_ALL[whose]
        told = (route, answer.status_code)
        if role in roles and is_theirs:
            assert answer.status_code not in ((401, 403, 404) if route in ABOUT else (401, 403)), told
        else:
            assert answer.status_code in ((401, 403) if role not in roles else (403, 404)), told
            assert NAME.split()[1] not in answer.text, told
