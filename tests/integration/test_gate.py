"""To whom each address opens: every route for every role and for nobody, as the table of routes has it."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Host, Mount, WebSocketRoute

from services.domain.access.limits import NEEDED, WEIGHED_THERE
from services.domain.access.reader import Reader, Role
from services.domain.access.routes import PUBLIC, ROUTES
from services.platform.access import issue_link, issue_token
from services.platform.gate import Gate, NotListed
from services.platform.postgres import connect
from services.web import Web
from tests.engines import Engines

pytestmark = pytest.mark.any_broker

_SYSTEMS = frozenset({Role.PARTNER_SYSTEM})


@pytest.fixture
async def client(database: Engines) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a session or a token."""
    async with Web(database.settings).running() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://carethread.example") as found:
            yield found


async def signed_in(client: httpx.AsyncClient, database: Engines, role: Role) -> None:
    """Makes the client somebody of this role at the trust, in a browser or with a token as the role has it."""
    reader = Reader(role, "ZZT41", "u-1", "Somebody")
    async with await connect(database.dsn) as connection:
        if role is Role.PARTNER_SYSTEM:
            client.headers["Authorization"] = f"Bearer {await issue_token(connection, 'ZZT41')}"
        else:
            link = await issue_link(connection, reader)
            assert (await client.get(f"/sign-in/{link}")).status_code == 303


async def asked(client: httpx.AsyncClient, route: str) -> int:
    """The status with which a route answers."""
    method, _, path = route.partition(" ")
    address = re.sub(r"\{[^}]*\}", "f" * 32, re.sub(r"\{type:\w+\}", "Observation", path))
    return (await client.request(method, address)).status_code


@pytest.mark.parametrize("role", [*Role, None])
async def test_a_route_opens_to_its_roles_alone(
    role: Role | None, client: httpx.AsyncClient, database: Engines
) -> None:
    """401 for nobody, 403 for another role; a door for systems alone knows no browser, and says 401 to it."""
    if role:
        await signed_in(client, database, role)
    for route, roles in sorted(ROUTES.items(), key=lambda one: one[0] == "POST /sign-out"):
        status = await asked(client, route)
        if roles == PUBLIC or (role and role in roles):
            assert status != 401, route
            assert status != 403 or roles == PUBLIC or not route.startswith("GET "), route
        elif role is None or roles == _SYSTEMS:
            assert status == 401, route
        else:
            assert status == 403, route


async def with_token(client: httpx.AsyncClient, database: Engines, reader: Reader) -> None:
    """Gives the client a token of this reader."""
    async with await connect(database.dsn) as connection:
        token = await issue_token(connection, reader.organisation, reader=reader)
    client.headers["Authorization"] = f"Bearer {token}"


@pytest.mark.parametrize("role", Role)
async def test_a_token_of_one_person_opens_reads_over_fhir_alone(
    role: Role, client: httpx.AsyncClient, database: Engines
) -> None:
    """Every page, list, sheet and ruling is refused to it: none of them is about one person."""
    await with_token(client, database, Reader(role, "ZZT41", "u-1", "Somebody", person=b"p" * 16))
    for route, roles in sorted(ROUTES.items()):
        if role in roles and route not in WEIGHED_THERE:
            assert await asked(client, route) == 403, route


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("verbs", ["rs", "r", "s", "c", "cruds"])
async def test_a_token_with_scopes_opens_what_they_reach(
    role: Role, verbs: str, client: httpx.AsyncClient, database: Engines
) -> None:
    """Every page is refused to it; messages, sheets and outcomes where it may do that with resources of all types."""
    context = "system" if role is Role.PARTNER_SYSTEM else "user"
    scopes = frozenset({f"{context}/*.{verbs}"})
    await with_token(client, database, Reader(role, "ZZT41", "u-1", "Somebody", scopes))
    for route, roles in sorted(ROUTES.items()):
        if role in roles and route not in WEIGHED_THERE:
            needed = NEEDED.get(route)
            is_open = needed is not None and needed.value in verbs
            assert (await asked(client, route) != 403) is is_open, route


async def test_a_scope_of_one_type_is_not_one_of_all(client: httpx.AsyncClient, database: Engines) -> None:
    """A message or a sheet may hold any type; and another context's scopes are none."""
    for scope in ("system/Task.cruds", "user/*.cruds", "patient/*.cruds", "launch"):
        reader = Reader(Role.PARTNER_SYSTEM, "ZZT41", "ZZT41", "", frozenset({scope}))
        await with_token(client, database, reader)
        assert {route: await asked(client, route) for route in NEEDED} == dict.fromkeys(NEEDED, 403), scope


def test_limits_are_of_routes_that_there_are() -> None:
    """One that is renamed is looked at again."""
    assert NEEDED.keys() | WEIGHED_THERE <= ROUTES.keys()


async def test_a_session_beside_a_token_opens_nothing(client: httpx.AsyncClient, database: Engines) -> None:
    """Who asks is who the token says: pages for browsers are not opened to one by the session of another."""
    pages = {
        Role.CLINICIAN: ["GET /person/{id}", "GET /uploads"],
        Role.STEWARD: ["GET /quarantine", "GET /review", "GET /partners"],
    }
    for role, opened in pages.items():
        await signed_in(client, database, role)
        assert 401 not in [await asked(client, route) for route in opened]
        await with_token(client, database, Reader(role, "ZZV58", "u-2", "Somebody else"))
        assert {route: await asked(client, route) for route in opened} == dict.fromkeys(opened, 401)
        del client.headers["Authorization"]


async def test_a_route_that_is_not_listed_is_not_served(database: Engines) -> None:
    """The process does not start."""
    web = Web(database.settings)
    listed = dict(ROUTES)
    del listed["GET /person/{id}"]
    gate = Gate(web._pool, listed, lambda _, __: pytest.fail("nobody is asked"), web._audit)
    with pytest.raises(NotListed, match=re.escape("GET /person/{id}")):
        gate.guarded(web._routes)


def test_what_is_no_route_with_a_method_and_a_path_is_not_served(database: Engines) -> None:
    """But for files: another application or a socket would stand before the gate, open to anybody."""
    web = Web(database.settings)

    async def endpoint(*_: object) -> None:
        pytest.fail("nobody comes so far")

    for route in (
        Mount("/person", Starlette()),
        WebSocketRoute("/person", endpoint),
        Host("a.example", Starlette()),
    ):
        gate = Gate(web._pool, ROUTES, lambda _, __: pytest.fail("nobody is asked"), web._audit)
        with pytest.raises(NotListed):
            gate.guarded([route])


def test_every_listed_route_is_served(database: Engines) -> None:
    """The table names nothing that there is not."""
    served = {
        f"{method} {route.path}"  # type: ignore[attr-defined]
        for route in Web(database.settings)._routes
        for method in getattr(route, "methods", None) or ()
    }
    assert ROUTES.keys() == {one for one in served if not one.startswith("HEAD ")}
