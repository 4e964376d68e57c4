"""Partners' systems get their tokens with what they sign, once, for us, in time, by a key that is theirs today."""

import base64
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import orjson
import pytest

from services.domain.access.granted_scopes import NotAScope
from services.domain.access.reader import Reader, Role
from services.platform.access import token_reader
from services.platform.partner_keys import NotAKeySet, register_keys
from services.platform.postgres import connect
from services.web import Web
from tests.client_keys import AUDIENCE, claims, ec, form, jwks, rsa, signed
from tests.engines import Engines
from tests.messages import FHIR_JSON, a_message
from tests.streams.norfolk_suffolk_partners import TIDEWELL

pytestmark = pytest.mark.any_broker

TRUST, PEERS = "ZZT41", "ZZV58"
KEY, NEXT, ELLIPTIC, THEIRS = rsa("2026-01"), rsa("2026-02"), ec("2026-ec"), rsa("2026-01")


@pytest.fixture
async def client(database: Engines) -> AsyncIterator[httpx.AsyncClient]:
    """A partner's system, with the trust's and the peers' keys registered."""
    async with await connect(database.dsn) as connection:
        await register_keys(connection, TRUST, jwks(KEY, ELLIPTIC), "system/*.rs system/Task.c")
        await register_keys(connection, PEERS, jwks(THEIRS), "system/*.cruds")
    settings = database.settings.model_copy(update={"public_url": "https://carethread.example"})
    async with Web(settings).running() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://carethread.example") as found:
            yield found


async def asked(client: httpx.AsyncClient, assertion: str, **changes: str) -> httpx.Response:
    """The answer to an assertion."""
    answer = await client.post("/token", data=form(assertion, **changes))
    assert answer.headers["cache-control"] == "no-store"
    return answer


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(KEY, "RS384"), (KEY, "RS512"), (ELLIPTIC, "ES384")],
    ids=["RS384", "RS512", "ES384"],
)
async def test_a_signed_assertion_gets_a_token(
    key: Any, algorithm: str, client: httpx.AsyncClient, database: Engines
) -> None:
    """Of five minutes, for what is registered of the scopes asked for; it opens the doors of that partner."""
    assertion = signed(key, claims(TRUST), algorithm)
    answer = await asked(client, assertion, scope="system/Patient.rs system/Patient.d launch")
    given = answer.json()
    assert (answer.status_code, given["token_type"], given["expires_in"]) == (200, "bearer", 300)
    assert given["scope"] == "system/Patient.rs"
    async with await connect(database.dsn) as connection:
        held = await token_reader(connection, given["access_token"])
        assert held == Reader(Role.PARTNER_SYSTEM, TRUST, TRUST, "", frozenset({"system/Patient.rs"}))
        row = await (
            await connection.execute("select max(expires_at) - now() from access.partner_token")
        ).fetchone()
    assert row is not None
    assert 290 < row[0].total_seconds() <= 300


def _none(said: dict[str, Any]) -> str:
    return f"{_encoded({'alg': 'none', 'kid': KEY.kid})}.{_encoded(said)}."


def _hs256(said: dict[str, Any]) -> str:
    """Signed with the public key as if it were a secret that both sides know."""
    text = f"{_encoded({'alg': 'HS256', 'kid': KEY.kid})}.{_encoded(said)}"
    mac = hmac.digest(KEY.as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def _tampered(said: dict[str, Any]) -> str:
    head, _, signature = signed(KEY, said).split(".")
    return f"{head}.{_encoded({**said, 'jti': 'another'})}.{signature}"


def _with(**changes: Any) -> Callable[[], str]:
    return lambda: signed(KEY, claims(TRUST, **changes))


def _in(seconds: float) -> int:
    return int(time.time() + seconds)


BAD: dict[str, Callable[[], str]] = {
    "none": lambda: _none(claims(TRUST)),
    "HS256": lambda: _hs256(claims(TRUST)),
    "RS256": lambda: signed(KEY, claims(TRUST), "RS256"),
    "tampered": lambda: _tampered(claims(TRUST)),
    "not a JWT": lambda: "nothing",
    "empty": lambda: "",
    "another's key of the same kid": lambda: signed(THEIRS, claims(TRUST)),
    "unknown kid": lambda: signed(NEXT, claims(TRUST)),
    "no kid": lambda: signed(KEY, claims(TRUST), kid=None),
    "unknown client": _with(iss="ZZX99", sub="ZZX99"),
    "sub is another": _with(sub=PEERS),
    "iss is another": _with(iss=PEERS),
    "iss is none of text": _with(iss="\0", sub="\0"),
    "no sub": _with(sub=None),
    "aud of elsewhere": _with(aud="https://elsewhere.example/token"),
    "aud with a slash": _with(aud=f"{AUDIENCE}/"),
    "aud is the host": _with(aud="https://carethread.example"),
    "aud of us and elsewhere": _with(aud=[AUDIENCE, "https://elsewhere.example/token"]),
    "no aud": _with(aud=None),
    "expired": lambda: signed(KEY, claims(TRUST, exp=_in(-1))),
    "lives too long": lambda: signed(KEY, claims(TRUST, exp=_in(330))),
    "no exp": _with(exp=None),
    "exp is text": _with(exp="2099"),
    "exp is true": _with(exp=True),
    "issued by a fast clock": lambda: signed(KEY, claims(TRUST, iat=_in(60))),
    "not yet": lambda: signed(KEY, claims(TRUST, nbf=_in(60))),
    "no jti": _with(jti=None),
    "empty jti": _with(jti=""),
}


@pytest.mark.parametrize("fault", BAD)
async def test_what_proves_nothing_gets_nothing(
    fault: str, client: httpx.AsyncClient, database: Engines
) -> None:
    """401 invalid_client, and no token is made."""
    answer = await asked(client, BAD[fault]())
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    async with await connect(database.dsn) as connection:
        assert await (await connection.execute("select 1 from access.partner_token")).fetchone() is None


async def test_an_assertion_is_good_once(client: httpx.AsyncClient) -> None:
    """The second time it is refused; another client's of the same jti is another."""
    first = signed(KEY, claims(TRUST, jti="one"))
    assert (await asked(client, first)).status_code == 200
    again = await asked(client, first)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    assert "jti" in again.json()["error_description"]
    assert (await asked(client, signed(KEY, claims(TRUST, jti="one")))).status_code == 401
    assert (await asked(client, signed(THEIRS, claims(PEERS, jti="one")))).status_code == 200


async def test_what_was_used_is_forgotten_when_it_is_too_old_anyway(
    client: httpx.AsyncClient, database: Engines
) -> None:
    """The table does not grow for ever."""
    await asked(client, signed(KEY, claims(TRUST)))
    async with await connect(database.dsn) as connection:
        await connection.execute(
            "update access.used_assertion set expires_at = now() - interval '11 minutes'"
        )
        await asked(client, signed(KEY, claims(TRUST)))
        row = await (await connection.execute("select count(*) from access.used_assertion")).fetchone()
    assert row == (1,)


async def test_keys_change_without_a_gap_and_an_old_one_ends(
    client: httpx.AsyncClient, database: Engines
) -> None:
    """Both are good while both are registered; then the new one alone."""
    async with await connect(database.dsn) as connection:
        await register_keys(connection, TRUST, jwks(KEY, NEXT), "system/*.rs")
        for key in (KEY, NEXT):
            assert (await asked(client, signed(key, claims(TRUST)))).status_code == 200
        await register_keys(connection, TRUST, jwks(NEXT), "system/*.rs")
    assert (await asked(client, signed(NEXT, claims(TRUST)))).status_code == 200
    assert (await asked(client, signed(KEY, claims(TRUST)))).status_code == 401


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "secret"}, "invalid_client"),
        ({"client_id": PEERS}, "invalid_client"),
        ({"scope": "user/*.rs"}, "invalid_scope"),
        ({"scope": "system/Patient.d"}, "invalid_scope"),
    ],
)
async def test_a_request_that_is_wrong_is_told_what_is(
    changes: dict[str, str], error: str, client: httpx.AsyncClient
) -> None:
    """By the codes of OAuth 2, in JSON."""
    answer = await asked(client, signed(KEY, claims(TRUST)), **changes)
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert answer.json()["error"] == error


async def test_a_parameter_comes_once_and_in_a_form(client: httpx.AsyncClient) -> None:
    """Anything else is no request."""
    said = form(signed(KEY, claims(TRUST)))
    twice = await client.post("/token", data={**said, "scope": ["system/*.rs", "system/*.cruds"]})
    for answer in (twice, await client.post("/token", json=said), await client.post("/token")):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "given",
    [
        b"no JSON",
        b"[]",
        b'{"keys": []}',
        b'{"keys": [{"kid": "a", "kty": "RSA"}]}',
        b'{"keys": [{"kid": "a", "kty": "oct", "k": "c2VjcmV0"}]}',
        jwks(rsa("a"), private=True),
        jwks(ec("a", "P-256")),
        jwks(rsa("a"), rsa("a")),
        jwks(rsa("a"), rsa("b"), rsa("c")),
        jwks(rsa("a")).replace(b'"sig"', b'"enc"'),
        jwks(rsa("a")).replace(b'"kid": "a"', b'"kid": 7'),
    ],
)
async def test_keys_that_must_not_be_used_are_not_registered(given: bytes, database: Engines) -> None:
    """Private ones, shared ones, weak ones, and what is no key set."""
    async with await connect(database.dsn) as connection:
        with pytest.raises(NotAKeySet):
            await register_keys(connection, TRUST, given, "system/*.rs")


@pytest.mark.parametrize("scopes", ["", "user/*.rs", "system/*.", "system/*.sr", "system/patient.r"])
async def test_scopes_that_no_system_has_are_not_registered(scopes: str, database: Engines) -> None:
    """Nor none at all: a token without any would be limited to nothing."""
    async with await connect(database.dsn) as connection:
        with pytest.raises(NotAScope):
            await register_keys(connection, TRUST, jwks(KEY), scopes)


async def test_the_token_sends_messages(client: httpx.AsyncClient) -> None:
    """Where a partner's own token does; one that reads alone does not, nor one that sends alone read."""
    statuses: dict[str, tuple[int, int]] = {}
    for scope in ("system/*.cruds", "system/*.c", "system/*.rs"):
        given = (await asked(client, signed(THEIRS, claims(PEERS)), scope=scope)).json()
        bearer = {"Authorization": f"Bearer {given['access_token']}"}
        sent = await client.post(
            "/fhir/$process-message",
            content=orjson.dumps(a_message(f"t-{len(statuses)}", by=TIDEWELL)),
            headers={**bearer, "Content-Type": FHIR_JSON},
        )
        statuses[scope] = sent.status_code, (await client.get("/outcomes", headers=bearer)).status_code
    assert statuses == {"system/*.cruds": (200, 200), "system/*.c": (200, 403), "system/*.rs": (403, 200)}


async def test_clients_are_told_where_and_how(client: httpx.AsyncClient) -> None:
    """As SMART has it."""
    told = (await client.get("/fhir/.well-known/smart-configuration")).json()
    assert (await client.get("/.well-known/smart-configuration")).json() == told
    assert told["token_endpoint"] == AUDIENCE
    assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert "none" not in told["token_endpoint_auth_signing_alg_values_supported"]
