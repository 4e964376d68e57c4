"""A token that is bound to a client certificate is nothing without it: at every door, and whatever is said of it."""

import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from services.platform.certificate_bound import MARK, joined, thumbprint
from services.platform.partner_keys import register_keys
from services.platform.postgres import connect
from services.web import Web
from tests.client_keys import claims, form, jwks, rsa, signed
from tests.engines import Engines

pytestmark = pytest.mark.any_broker

HEADER = "X-Client-Cert-Sha256"
THEIRS, ANOTHER = "ab" * 32, "cd" * 32
KEY = rsa("k")
DOORS = (
    ("GET", "/outcomes"),
    ("GET", "/scorecard"),
    ("POST", "/fhir/$process-message"),
    ("GET", "/fhir/Patient/f/$everything"),
)


@asynccontextmanager
async def system(database: Engines, header: str) -> AsyncIterator[httpx.AsyncClient]:
    """A partner's system, behind a TLS terminator that tells its certificate in `header`."""
    given = {"public_url": "https://carethread.example", "client_certificate_header": header}
    async with Web(database.settings.model_copy(update=given)).running() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://carethread.example") as found:
            yield found


async def token(client: httpx.AsyncClient, database: Engines, **headers: str) -> str:
    """A token that is asked for with these headers."""
    async with await connect(database.dsn) as connection:
        await register_keys(connection, "ZZT41", jwks(KEY), "system/*.cruds")
    answer = await client.post("/token", data=form(signed(KEY, claims("ZZT41"))), headers=headers)
    assert answer.status_code == 200
    return str(answer.json()["access_token"])


async def opened(client: httpx.AsyncClient, token: str, *headers: tuple[str, str]) -> set[bool]:
    """Whether it opens doors, each of them."""
    given = [("Authorization", f"Bearer {token}"), *headers]
    answers = [await client.request(method, path, headers=given) for method, path in DOORS]
    return {answer.status_code != 401 for answer in answers}


async def test_a_bound_token_is_good_with_its_certificate_alone(database: Engines) -> None:
    """Not with another, with none, with two, nor where somebody joins to it what they know of the certificate."""
    async with system(database, HEADER) as client:
        bound = await token(client, database, **{HEADER: THEIRS})
        assert await opened(client, bound, (HEADER, THEIRS)) == {True}
        assert await opened(client, bound, (HEADER, ":".join(["AB"] * 32))) == {True}
        assert await opened(client, bound, (HEADER, thumbprint(THEIRS))) == {True}
        for headers in ((HEADER, ANOTHER),), (), ((HEADER, ""),), ((HEADER, THEIRS), (HEADER, ANOTHER)):
            assert await opened(client, bound, *headers) == {False}
        claimed = joined(bound, thumbprint(THEIRS))
        assert await opened(client, claimed) == {False}
        assert await opened(client, claimed, (HEADER, ANOTHER)) == {False}
    async with system(database, "") as client:
        assert await opened(client, bound, (HEADER, THEIRS)) == {False}
        assert await opened(client, claimed) == {False}


def test_no_token_looks_bound_by_chance() -> None:
    """What is drawn for a token never begins with what marks a bound one, however it is drawn."""
    drawn = base64.urlsafe_b64encode(bytes(range(256)) * 3).decode().rstrip("=")
    assert not set(MARK) <= set(drawn)
    assert re.fullmatch(r"[A-Za-z0-9._~+/-]+", MARK), "RFC 6750 (2.1) has no other characters for a token"


async def test_a_token_that_is_not_bound_needs_no_certificate(database: Engines) -> None:
    """And while no header is named, none is believed."""
    async with system(database, HEADER) as client:
        assert await opened(client, await token(client, database)) == {True}
    async with system(database, "") as client:
        assert await opened(client, await token(client, database, **{HEADER: THEIRS})) == {True}


@pytest.mark.parametrize("told", ["", "no hash", "ab" * 31, "ab" * 33, "A" * 42, "A" * 44, "é" * 43])
def test_what_is_no_hash_is_no_certificate(told: str) -> None:
    """It binds nothing and opens nothing."""
    assert thumbprint(told) == ""
