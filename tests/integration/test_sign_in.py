"""Coming in and leaving in a browser: sessions, the demo's people, and tokens for trying things out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from services.domain.access.reader import Reader, Role
from services.platform.access import issue_link, issue_token, session_reader, token_reader
from services.platform.demo_people import DEMO_PEOPLE
from services.platform.postgres import connect
from services.platform.settings import LOCAL_PARTNERSHIP_KEY, Settings
from services.processes import CannotRun, run_named
from services.web import Web
from tests.engines import Engines

pytestmark = pytest.mark.any_broker

OWN = {"Sec-Fetch-Site": "same-origin"}


def demo_settings(database: Engines, **given: object) -> Settings:
    """The settings with which `up --demo` runs the pages."""
    values = {"postgres": SecretStr(database.dsn), "kafka": database.bootstrap, "demo_sign_in": True}
    return Settings(**{**values, "partnership_key": SecretStr(LOCAL_PARTNERSHIP_KEY), **given})  # type: ignore[arg-type]


@asynccontextmanager
async def browser(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without a session, and the pages."""
    async with Web(settings).running() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://carethread.example") as found:
            yield found


async def whose(database: Engines, secret: str) -> Reader | None:
    """Whose session it is."""
    async with await connect(database.dsn) as connection:
        return await session_reader(connection, secret)


@pytest.mark.parametrize("person", DEMO_PEOPLE, ids=lambda one: str(one.reader.role))
async def test_the_demo_signs_in_each_of_its_people(person: object, database: Engines) -> None:
    """As who they are, and nobody by another name; the page that offers them says that it is a demo."""
    reader = person.reader  # type: ignore[attr-defined]
    async with browser(demo_settings(database)) as client:
        refused = await client.get("/")
        assert refused.status_code == 401
        assert "This is a demo" in refused.text
        assert f'value="{reader.user}"' in refused.text
        unknown = await client.post("/sign-in/demo", data={"who": "demo-nobody"}, headers=OWN)
        assert (unknown.status_code, dict(client.cookies)) == (403, {})
        elsewhere = {"Sec-Fetch-Site": "cross-site"}
        foreign = await client.post("/sign-in/demo", data={"who": reader.user}, headers=elsewhere)
        assert (foreign.status_code, dict(client.cookies)) == (403, {})
        answer = await client.post("/sign-in/demo", data={"who": reader.user}, headers=OWN)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert await whose(database, client.cookies["carethread"]) == reader


async def test_without_a_demo_nobody_is_signed_in_by_name(database: Engines) -> None:
    """The address answers, and lets nobody in; the page offers nobody."""
    async with browser(database.settings) as client:
        assert "demo" not in (await client.get("/sign-in")).text
        for person in DEMO_PEOPLE:
            answer = await client.post("/sign-in/demo", data={"who": person.reader.user}, headers=OWN)
            assert (answer.status_code, dict(client.cookies)) == (403, {})


@pytest.mark.parametrize(
    "given", [{"partnership_key": SecretStr("a deployment's own key")}, {"http_host": "0.0.0.0"}]
)
def test_no_deployment_can_be_a_demo(given: dict[str, object], database: Engines) -> None:
    """With a key that keeps something secret, or open to other machines, the settings are refused."""
    with pytest.raises(ValidationError, match="carethread up --demo"):
        demo_settings(database, **given)


def test_run_refuses_to_be_a_demo(database: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where all else is as on the local stack."""
    for name, value in database.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CARETHREAD_PARTNERSHIP_KEY", LOCAL_PARTNERSHIP_KEY)
    monkeypatch.setenv("CARETHREAD_DEMO_SIGN_IN", "true")
    with pytest.raises(CannotRun, match="up --demo"):
        run_named("web")


async def test_a_session_that_was_planted_is_never_anybodys(database: Engines) -> None:
    """Signing in gives a secret of its own; what the browser came with, known to another or not, opens nothing."""
    planted = Reader(Role.PEER_WORKER, "ZZV58", "u-9", "Somebody else")
    async with await connect(database.dsn) as connection:
        link = await issue_link(connection, planted)
    async with browser(demo_settings(database)) as client:
        await client.get(f"/sign-in/{link}")
        known = client.cookies["carethread"]
        await client.post("/sign-in/demo", data={"who": "demo-steward"}, headers=OWN)
        assert client.cookies["carethread"] != known
        assert await whose(database, known) is None
        client.cookies.clear()
        client.cookies.set("carethread", "made-up")
        await client.post("/sign-in/demo", data={"who": "demo-steward"}, headers=OWN)
        assert await whose(database, "made-up") is None


async def test_whoever_signs_out_is_out(database: Engines) -> None:
    """The button ends the session; the link to its page does not, nor does another site's form."""
    async with browser(demo_settings(database)) as client:
        await client.post("/sign-in/demo", data={"who": "demo-steward"}, headers=OWN)
        secret = client.cookies["carethread"]
        assert (await client.get("/sign-out")).status_code == 200
        for elsewhere in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {}):
            refused = await client.post("/sign-out", headers=elsewhere)
            assert (refused.status_code, "You are signed out" in refused.text) == (403, False)
        assert await whose(database, secret) is not None
        answer = await client.post("/sign-out", headers=OWN)
        assert "You are signed out" in answer.text
        assert await whose(database, secret) is None
        assert "carethread" not in client.cookies


async def test_a_stewards_token_names_no_organisation(database: Engines) -> None:
    """A person's token is theirs, limited as it says; a carer's has to name whom they act for."""
    steward = Reader(Role.STEWARD, "", "steward", "Steward")
    carer = Reader(Role.CLINICIAN, "ZZT41", "clinician", "Clinician", person=b"p" * 16)
    async with await connect(database.dsn) as connection:
        for holder in (steward, carer):
            token = await issue_token(connection, holder.organisation, reader=holder)
            assert await token_reader(connection, token) == holder
        with pytest.raises(ValueError, match="ODS code"):
            await issue_token(connection, "", reader=carer._replace(organisation=""))
