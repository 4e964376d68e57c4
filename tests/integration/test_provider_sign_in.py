"""Signing in at an identity provider: who comes in, who does not, and nothing that is forged, replayed or planted."""

import base64
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import psycopg
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from pydantic import SecretStr

from services.domain.access.reader import Reader, Role
from services.platform.access import issue_link, session_reader
from services.platform.oidc import NotAProvider
from services.platform.postgres import connect
from services.platform.safe_address import NotAnAddress
from services.platform.settings import Settings
from services.web import Web
from tests.engines import Engines
from tests.provider.emulator import CIS2, CLIENT_ID, CLIENT_SECRET, Key, ProviderEmulator
from tests.provider.people import CLINICIAN, PEOPLE, SOCIAL_WORKER, Claims

pytestmark = pytest.mark.any_broker

OWN = "https://carethread.example"
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "k-1", "use": "sig"})
"""Of the same id as the provider's own."""


@pytest.fixture
def provider() -> Iterator[ProviderEmulator]:
    """A provider."""
    with ProviderEmulator() as found:
        yield found


def settings_for(database: Engines, provider: ProviderEmulator, **changes: Any) -> Settings:
    """The settings of a deployment that has people sign in there."""
    given = {
        "public_url": OWN,
        "oidc_issuer": provider.url,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": SecretStr(CLIENT_SECRET),
        "oidc_claims": CIS2,
        "oidc_assurance": 3,
    }
    return database.settings.model_copy(update={**given, **changes})


@asynccontextmanager
async def pages(settings: Settings) -> AsyncIterator[Callable[[], httpx.AsyncClient]]:
    """Makes browsers that see the pages."""
    async with Web(settings).running() as app:
        yield lambda: httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=OWN)


@pytest.fixture
async def browser(database: Engines, provider: ProviderEmulator) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on nobody's behalf yet."""
    async with pages(settings_for(database, provider)) as new, new() as found:
        yield found


async def go(browser: httpx.AsyncClient) -> str:
    """Begin to sign in; the address at the provider."""
    answer = await browser.get("/oidc/start")
    assert answer.status_code == 303
    return answer.headers["location"]


async def choose(address: str, who: str) -> str:
    """Be somebody at the provider; the address to which it sends the browser back."""
    async with httpx.AsyncClient(trust_env=False) as there:
        page = await there.get(address)
        assert "Who are you?" in page.text
        answer = await there.get(
            f"{address.replace('/authorize?', '/authorize/as?')}&{urlencode({'who': who})}"
        )
    return answer.headers["location"]


async def sign_in(browser: httpx.AsyncClient, who: str) -> httpx.Response:
    """There and back."""
    return await browser.get(await choose(await go(browser), who))


async def whose(database: Engines, browser: httpx.AsyncClient) -> Reader | None:
    """Whose session the browser has."""
    async with await connect(database.dsn) as connection:
        return await session_reader(connection, browser.cookies.get("carethread") or "")


async def is_refused(
    browser: httpx.AsyncClient, database: Engines, answer: httpx.Response, status: int = 403
) -> str:
    """The words of a page that lets nobody in."""
    assert answer.status_code == status, answer.text
    assert "You are not signed in" in answer.text
    assert await whose(database, browser) is None
    async with await connect(database.dsn) as connection:
        row = await (await connection.execute("select count(*) from access.sign_in")).fetchone()
    assert row == (0,)
    return answer.text


@pytest.mark.parametrize(
    ("who", "role", "organisation"),
    [(CLINICIAN, Role.CLINICIAN, "ZZT41"), (SOCIAL_WORKER, Role.SOCIAL_WORKER, "ZZC12")],
)
async def test_somebody_comes_in_as_who_they_are_there(
    who: str, role: Role, organisation: str, browser: httpx.AsyncClient, database: Engines
) -> None:
    """In the role that they selected; the session's cookie goes over TLS alone and to no script."""
    answer = await sign_in(browser, who)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert await whose(database, browser) == Reader(role, organisation, PEOPLE[who]["sub"], who)
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("carethread="))
    assert {"HttpOnly", "Secure", "SameSite=lax"} <= {one.strip() for one in cookie.split(";")}
    async with await connect(database.dsn) as connection:
        last = "select event from audit.event order by recorded_at desc limit 1"
        written = await (await connection.execute(last)).fetchone()
    assert written is not None
    assert written[0]["subtype"][0]["code"] == "sign-in"
    assert written[0]["agent"][0]["who"]["identifier"]["value"] == PEOPLE[who]["sub"]


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("Clerk Alone", "None of your roles"),
        ("Weak Way", "weaker way"),
        ("No Level", "how surely it knows you"),
        ("None Selected", "None of your roles"),
        ("No Organisation", "for which organisation"),
    ],
)
async def test_who_is_known_too_little_stays_outside(
    who: str, words: str, browser: httpx.AsyncClient, database: Engines
) -> None:
    """And reads what to do. The userinfo's word on the assurance does not count: the token's does."""
    assert words in await is_refused(browser, database, await sign_in(browser, who))


async def test_the_provider_is_asked_as_the_protocol_has_it(browser: httpx.AsyncClient) -> None:
    """A state, a nonce and a challenge that are new each time, and what the table adds."""
    first, second = [parse_qs(urlsplit(await go(browser)).query) for _ in range(2)]
    assert first["redirect_uri"] == [f"{OWN}/oidc/callback"]
    assert first["code_challenge_method"] == ["S256"]
    assert first["acr_values"] == ["AAL3_ANY"]
    assert first["scope"] == ["openid profile nationalrbacaccess selectedrole"]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name][0]) >= 43


Change = Callable[[str], str]


def _other(name: str, value: str) -> Change:
    """The address back with another value."""

    def changed(back: str) -> str:
        parts = urlsplit(back)
        return f"{parts.path}?{urlencode({**dict(parse_qsl(parts.query)), name: value})}"

    return changed


@pytest.mark.parametrize(
    "change", [_other("state", "another"), _other("state", ""), _other("iss", "https://elsewhere.example")]
)
async def test_an_answer_to_another_question_signs_nobody_in(
    change: Change, browser: httpx.AsyncClient, database: Engines, provider: ProviderEmulator
) -> None:
    """Another state, none, or another provider's answer: its code is not even sent on."""
    back = await choose(await go(browser), CLINICIAN)
    await is_refused(browser, database, await browser.get(change(back)))
    assert "/token" not in provider.asked


async def test_a_browser_comes_back_once(browser: httpx.AsyncClient, database: Engines) -> None:
    """What it came back with is used up."""
    back = await choose(await go(browser), CLINICIAN)
    assert (await browser.get(back)).status_code == 303
    again = await browser.get(back)
    assert again.status_code == 403
    assert "done already" in again.text


async def test_nobody_comes_back_for_another(database: Engines, provider: ProviderEmulator) -> None:
    """An address sent by somebody who began to sign in elsewhere signs nobody in as them."""
    async with pages(settings_for(database, provider)) as new, new() as theirs, new() as mine:
        back = await choose(await go(theirs), CLINICIAN)
        await is_refused(mine, database, await mine.get(back))
        await go(mine)
        await is_refused(mine, database, await mine.get(back))
        assert "/token" not in provider.asked
        assert (await theirs.get(back)).status_code == 303


async def test_a_browser_that_was_away_too_long_begins_again(
    browser: httpx.AsyncClient, database: Engines
) -> None:
    """Ten minutes are enough for anybody."""
    back = await choose(await go(browser), CLINICIAN)
    async with await connect(database.dsn) as connection:
        await connection.execute("update access.provider_sign_in set expires_at = now()")
    await is_refused(browser, database, await browser.get(back))


async def test_a_code_without_its_verifier_is_worth_nothing(
    browser: httpx.AsyncClient, database: Engines
) -> None:
    """The provider refuses a code that somebody else asked for (PKCE)."""
    back = await choose(await go(browser), CLINICIAN)
    async with await connect(database.dsn) as connection:
        await connection.execute("update access.provider_sign_in set verifier = %s", ["v" * 43])
    await is_refused(browser, database, await browser.get(back))


async def test_a_session_that_was_planted_is_never_anybodys(
    browser: httpx.AsyncClient, database: Engines
) -> None:
    """Neither one that another knows, which ends, nor a made-up one."""
    planted = Reader(Role.PEER_WORKER, "ZZV58", "u-9", "Somebody else")
    async with await connect(database.dsn) as connection:
        await browser.get(f"/sign-in/{await issue_link(connection, planted)}")
        known = browser.cookies["carethread"]
        await sign_in(browser, CLINICIAN)
        assert browser.cookies["carethread"] != known
        assert await session_reader(connection, known) is None
        assert await session_reader(connection, browser.cookies["carethread"]) is not None


async def test_who_stops_at_the_provider_is_told_so(browser: httpx.AsyncClient, database: Engines) -> None:
    """With the way to begin again."""
    state = parse_qs(urlsplit(await go(browser)).query)["state"][0]
    answer = await browser.get(f"/oidc/callback?error=access_denied&state={state}")
    assert "did not sign you in" in await is_refused(browser, database, answer)


def _in(seconds: float) -> int:
    return int(time.time() + seconds)


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", lambda: "https://elsewhere.example"),
        ("iss", lambda: None),
        ("aud", lambda: "another-client"),
        ("aud", lambda: ["another-client"]),
        ("aud", lambda: [CLIENT_ID, "another-client"]),
        ("aud", lambda: None),
        ("azp", lambda: "another-client"),
        ("exp", lambda: _in(-90)),
        ("exp", lambda: None),
        ("exp", lambda: "2099"),
        ("iat", lambda: _in(120)),
        ("iat", lambda: None),
        ("nbf", lambda: _in(120)),
        ("nonce", lambda: "another"),
        ("nonce", lambda: None),
        ("at_hash", lambda: "another"),
        ("sub", lambda: None),
    ],
)
async def test_a_token_that_is_not_for_this_sign_in_signs_nobody_in(
    claim: str,
    value: Callable[[], Any],
    browser: httpx.AsyncClient,
    database: Engines,
    provider: ProviderEmulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each claim is looked at; the log says which, and of whom nothing."""
    provider.changes = {claim: value()}
    answer = await sign_in(browser, CLINICIAN)
    words = await is_refused(browser, database, answer)
    assert "could not be believed" in words
    assert "if that does not help, ask whoever keeps the accounts of your partnership." in words
    assert claim in caplog.text
    assert PEOPLE[CLINICIAN]["sub"] not in caplog.text


@pytest.mark.parametrize("skew", [-50, 50])
async def test_clocks_may_differ_by_a_minute(
    skew: int, browser: httpx.AsyncClient, provider: ProviderEmulator
) -> None:
    """And by no more: the table above."""
    provider.changes = {"iat": _in(skew), "exp": _in(skew if skew < 0 else 300)}
    assert (await sign_in(browser, CLINICIAN)).status_code == 303


def _encoded(part: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def _none(said: Claims, key: Key) -> str:
    return f"{_encoded({'alg': 'none', 'kid': key.kid})}.{_encoded(said)}."


def _hs256(said: Claims, key: Key, secret: bytes = b"") -> str:
    text = f"{_encoded({'alg': 'HS256', 'kid': key.kid})}.{_encoded(said)}"
    mac = hmac.digest(secret or key.as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def _shared(said: Claims, key: Key) -> str:
    return _hs256(said, key, CLIENT_SECRET.encode())


def _by_another(said: Claims, _: Key) -> str:
    return jwt.encode({"alg": "RS256", "kid": "k-1"}, said, OTHER_KEY)


def _with_its_own_key(said: Claims, _: Key) -> str:
    header = {"alg": "RS256", "kid": "k-1", "jwk": OTHER_KEY.as_dict(private=False)}
    return jwt.encode(header, said, OTHER_KEY)


def _without_kid(said: Claims, key: Key) -> str:
    return jwt.encode({"alg": "RS256"}, said, key)


def _tampered(said: Claims, key: Key) -> str:
    head, _, signature = jwt.encode({"alg": "RS256", "kid": key.kid}, said, key).split(".")
    return f"{head}.{_encoded({**said, 'sub': 'another'})}.{signature}"


def _nothing(_: Claims, __: Key) -> str:
    return "no token"


@pytest.mark.parametrize(
    "forge", [_none, _hs256, _shared, _by_another, _with_its_own_key, _without_kid, _tampered, _nothing]
)
async def test_a_forged_token_signs_nobody_in(
    forge: Callable[[Claims, Key], str],
    browser: httpx.AsyncClient,
    database: Engines,
    provider: ProviderEmulator,
) -> None:
    """Not signed, signed with what everybody knows, or with a key that is not the provider's."""
    provider.forge = forge
    await is_refused(browser, database, await sign_in(browser, CLINICIAN))


async def test_the_userinfo_has_to_be_about_the_same_person(
    browser: httpx.AsyncClient, database: Engines, provider: ProviderEmulator
) -> None:
    """Or the roles would be another's."""
    provider.said_of_another = True
    await is_refused(browser, database, await sign_in(browser, CLINICIAN))


async def test_a_new_key_is_found_and_an_old_one_ends(
    database: Engines, provider: ProviderEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the first token that it signed; the old key is not asked for again and again."""
    monkeypatch.setattr("services.platform.provider_http.PAUSE_SECONDS", 0.0)
    async with pages(settings_for(database, provider)) as new, new() as browser:
        assert (await sign_in(browser, CLINICIAN)).status_code == 303
        old = provider.key
        provider.rotate(ECKey.generate_key("P-384", {"kid": "k-2", "use": "sig"}))
        assert (await sign_in(browser, CLINICIAN)).status_code == 303
        provider.forge = lambda said, _: jwt.encode({"alg": "RS256", "kid": old.kid}, said, old)
        assert (await sign_in(browser, CLINICIAN)).status_code == 403


async def test_unknown_keys_have_the_provider_asked_once_in_a_while(
    browser: httpx.AsyncClient, provider: ProviderEmulator
) -> None:
    """Whoever sends tokens of made-up keys does not make this service ask without end."""
    provider.forge = lambda said, key: jwt.encode({"alg": "RS256", "kid": "made-up"}, said, key)
    for _ in range(5):
        assert (await sign_in(browser, CLINICIAN)).status_code == 403
    assert provider.asked["/jwks"] == 1


async def test_people_come_in_while_the_keys_are_not_to_be_had(
    browser: httpx.AsyncClient, provider: ProviderEmulator
) -> None:
    """Those that are known serve on, and the addresses too."""
    assert (await sign_in(browser, CLINICIAN)).status_code == 303
    provider.is_down = {"/jwks", "/.well-known/openid-configuration"}
    assert (await sign_in(browser, SOCIAL_WORKER)).status_code == 303


@pytest.mark.parametrize("path", ["/jwks", "/token", "/userinfo"])
async def test_without_an_answer_nobody_comes_in(
    path: str, browser: httpx.AsyncClient, database: Engines, provider: ProviderEmulator
) -> None:
    """503, and words that say to try again."""
    provider.is_down = {path}
    answer = await sign_in(browser, CLINICIAN)
    assert "does not answer just now" in await is_refused(browser, database, answer, 503)


async def test_a_provider_that_is_away_is_said_to_be(
    browser: httpx.AsyncClient, database: Engines, provider: ProviderEmulator
) -> None:
    """Before anybody is sent there."""
    provider.is_down = {"/.well-known/openid-configuration"}
    await is_refused(browser, database, await browser.get("/oidc/start"), 503)


async def test_a_key_may_take_the_secrets_place(database: Engines, provider: ProviderEmulator) -> None:
    """private_key_jwt, as NHS CIS2 and NHS login have it."""
    key = RSAKey.generate_key(2048, {"kid": "c-1", "use": "sig"})
    provider.clients["c-1"] = RSAKey.import_key(key.as_dict(private=False))
    told = SecretStr(json.dumps(key.as_dict(private=True)))
    settings = settings_for(database, provider, oidc_client_secret=SecretStr(""), oidc_client_key=told)
    async with pages(settings) as new, new() as browser:
        assert (await sign_in(browser, CLINICIAN)).status_code == 303


async def test_whoever_signs_out_may_sign_out_there_too(
    browser: httpx.AsyncClient, provider: ProviderEmulator
) -> None:
    """The page has the address."""
    await sign_in(browser, CLINICIAN)
    answer = await browser.post("/sign-out", headers={"Origin": OWN})
    assert f'href="{provider.url}/logout?client_id={CLIENT_ID}' in answer.text
    assert (await browser.get("/")).status_code == 401


async def test_whoever_signs_out_is_out_before_the_provider_answers(
    browser: httpx.AsyncClient, provider: ProviderEmulator, database: Engines
) -> None:
    """However long it takes, and whatever it says: here it is asked where its pages are for the first time."""
    sessions: list[int] = []

    def count(_: str) -> None:
        with psycopg.connect(database.dsn) as connection:
            row = connection.execute("select count(*) from access.sign_in").fetchone()
        sessions.append(row[0] if row else -1)

    async with await connect(database.dsn) as connection:
        link = await issue_link(connection)
    assert (await browser.get(f"/sign-in/{link}")).status_code == 303
    provider.meanwhile, provider.is_down = count, {"/.well-known/openid-configuration"}
    answer = await browser.post("/sign-out", headers={"Origin": OWN})
    assert "You are signed out" in answer.text
    assert sessions == [0]
    assert "carethread" not in browser.cookies


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"oidc_client_id": ""}, NotAProvider),
        ({"oidc_client_secret": SecretStr("")}, NotAProvider),
        ({"oidc_client_key": SecretStr("{}")}, NotAProvider),
        (
            {"oidc_client_key": SecretStr(json.dumps(KeySet([OTHER_KEY]).as_dict(private=False)["keys"][0]))},
            NotAProvider,
        ),
        ({"oidc_claims": None}, NotAProvider),
        ({"oidc_claims": Path("nowhere.toml")}, NotAProvider),
        ({"oidc_issuer": "http://provider.example"}, NotAnAddress),
        ({"public_url": "http://carethread.example"}, NotAnAddress),
        ({"public_url": "", "http_host": "0.0.0.0"}, NotAnAddress),
    ],
)
def test_half_a_provider_is_refused_at_the_start(
    changes: dict[str, Any], fault: type[Exception], database: Engines, provider: ProviderEmulator
) -> None:
    """Before anybody finds out at the door."""
    with pytest.raises(fault):
        Web(settings_for(database, provider, **changes))
