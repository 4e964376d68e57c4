"""Markup, script and template text that somebody planted in every field that holds words: all of it is text, on every
kind of page, which is also for every reader with it."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import orjson
import pytest
from playwright.sync_api import Browser, Page, StorageState, StorageStateCookie

from services.platform.postgres import connect
from tests.e2e.browser import find_chromium, readable, sends_by_enter, skips, visit
from tests.e2e.every_page import KINDS, Elements, Found, every_page
from tests.e2e.test_watching_pages import counted
from tests.messages import AT, SOMEBODY, fhir_client, logs_of, metrics_of, send, settled, token
from tests.scenario_records import register
from tests.stack import RunningStack
from tests.streams.every_scenario import EVERY
from tests.streams.fhir_builders import known_to, referral
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import COUNCIL, SURGERY
from tests.uploads import contacts, upload, wren

pytestmark = [
    pytest.mark.any_broker,
    pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium on this machine"),
]

ELEMENTS = "<b>bold</b><script>planted()</script><img src=x onerror=planted()>"
PLANTED = ELEMENTS + " \"'&amp; {{ 7 * 7 }} ${7*7} "
"""Before the words of every field."""

_WORDS = frozenset(
    {"text", "display", "title", "description", "contentString", "valueString", "comment", "city", "unit"}
    | {"family", "patientInstruction"}
)
"""The elements of FHIR R4 in these streams that hold words which people wrote, and no code, id or address."""
_LISTS = frozenset({"given", "line"})

NOBODY_IS_NAMED = frozenset(
    {"/", "/partnership", "/partners", "/quarantine", "/uploads", "/sign-in", "/sign-out"}
)
"""The kinds of page that show nothing of what was told: they count it, or say what to do."""

READERS = {
    "steward": ("--role", "steward"),
    "worker": ("--role", "social-worker", "--organisation", COUNCIL.ods),
}
"""Who comes to every kind of page between them, and the options that sign them in."""

AT_MOST = 4
"""Pages of a kind that links lead to, beside everybody's own."""


def planted(node: Any) -> Any:
    """The same with something planted before the words of every such element."""
    if isinstance(node, list):
        return [planted(one) for one in node]
    if not isinstance(node, dict):
        return node
    found: dict[str, Any] = {}
    for name, told in node.items():
        if name in _WORDS and isinstance(told, str):
            found[name] = PLANTED + told
        elif name in _LISTS:
            found[name] = [PLANTED + one if isinstance(one, str) else one for one in told]
        elif name == "name" and isinstance(told, str):
            found[name] = PLANTED + told
        else:
            found[name] = planted(told)
    return found


def lines_of(stream: Path) -> Iterator[dict[str, Any]]:
    """A scenario's lines, and one more that no record can take: a birth date is none, and something planted in it."""
    lines = [orjson.loads(line) for line in stream.read_bytes().splitlines()]
    yield from (line | {"message": planted(line["message"])} for line in lines)
    wrong: dict[str, Any] = planted(lines[0]["message"])
    patients = (one["resource"] for one in wrong["entry"] if one["resource"]["resourceType"] == "Patient")
    next(patients)["birthDate"] = PLANTED
    yield lines[0] | {"message": wrong}


async def registered(stack: RunningStack) -> None:
    """The organisations of all scenarios, as an operator registers them."""
    async with await connect(stack.book.postgres.get_secret_value()) as connection:
        for scenario in EVERY:
            await register(connection, scenario.partners)


def waiting() -> dict[str, Any]:
    """A referral that nobody has answered: in the scenarios somebody has answered each."""
    who = known_to(SURGERY, "planted-1", SOMEBODY, AT)
    asked = referral(who, "planted-1", COUNCIL, "Befriending", "Alone", on=AT)
    return {"sender": SURGERY.ods, "sent": AT, "message": planted(message(SURGERY, AT, asked, [who.patient]))}


@pytest.fixture(scope="module")
def stack(shared_stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> RunningStack:
    """A stack that was told the streams of all scenarios with something planted in them, and counted what they say."""
    stream: Path = tmp_path_factory.mktemp("planted") / "planted.ndjson"
    lines = [line for scenario in EVERY for line in lines_of(scenario.stream)] + [waiting()]
    stream.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    asyncio.run(registered(shared_stack))
    shared_stack.replay(stream)
    settled(shared_stack)
    refused = sum(1 + len(scenario.about_nobody) for scenario in EVERY)
    assert shared_stack.status()["quarantined"] == refused, "the words are as good as any"
    asyncio.run(counted(shared_stack))
    return shared_stack


@pytest.fixture(scope="module")
def clients(stack: RunningStack) -> Iterator[dict[str, httpx.Client]]:
    """Two who come to every kind of page between them, signed in, and where a page's form is sent from."""
    with ExitStack() as open_ones:
        found = {}
        for who, role in READERS.items():
            client = found[who] = open_ones.enter_context(fhir_client(stack, ""))
            client.headers.update({"Sec-Fetch-Site": "same-origin", "Accept": "text/html"})
            client.get(stack.run("sign-in", *role).stdout.strip())
        yield found


@pytest.fixture(scope="module")
def pages(stack: RunningStack, clients: dict[str, httpx.Client]) -> list[tuple[str, Found]]:
    """For each of the two everybody's page, a board, a sheet, and what links lead to from there and the first."""
    people = [f"/person/{one['person']}" for one in stack.json("people")]
    assert len(people) > 30
    sheet = contacts(wren("A-1", what=PLANTED, note=PLANTED))
    taken = upload(clients["steward"], sheet, organisation=COUNCIL.ods)
    board = f"/services/{COUNCIL.ods}"
    first = ["/", "/sign-in", f"/person?q={quote(PLANTED)}", taken.headers["location"], board, *people]
    return [(who, one) for who, client in clients.items() for one in every_page(client, first, AT_MOST)]


def session_of(client: httpx.Client) -> StorageState:
    """What a browser keeps that is signed in as the client is."""
    kept = [
        StorageStateCookie(
            name=one.name, value=one.value or "", domain=one.domain, path=one.path, expires=-1, httpOnly=True,
            secure=False, sameSite="Lax",
        )
        for one in client.cookies.jar
    ]  # fmt: skip
    return StorageState(cookies=kept, origins=[])


def is_page(answer: httpx.Response) -> None:
    """A page that runs our own script at most, and that no browser takes for anything else: what was planted is no part
    of it."""
    told = Elements(answer.text)
    assert not told.names & {"script", "b", "img", "style", "iframe"}, answer.url
    assert not [name for name in told.attributes if name.startswith("on") or name == "style"], answer.url
    assert not [link for link in told.links if not link.startswith(("/", "#", "?"))], answer.url
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def shows_it_as_text(page: Page) -> None:
    """As a browser sees it: no element, and the very words."""
    assert page.locator(":is(script:not([src='/static/live.js']), b, img, [onerror])").count() == 0
    shown = page.locator("main").inner_text()
    assert "<b>bold</b><script>planted()</script>" in shown
    assert "{{ 7 * 7 }} ${7*7}" in shown
    assert "&amp;" in shown, "what was escaped before is not unescaped"


def test_links_lead_to_every_kind_of_page(pages: list[tuple[str, Found]]) -> None:
    """For one of the two at least; and on each that is about somebody, what was planted is shown."""
    assert {one.kind for _, one in pages if one.answer.is_success} == set(KINDS)
    shown = {one.kind for _, one in pages if ELEMENTS in one.page.words}
    assert shown >= set(KINDS) - NOBODY_IS_NAMED


def test_on_every_page_it_is_text(pages: list[tuple[str, Found]]) -> None:
    """Each page of each timeline, what is folded away too, and all the others; no browser guesses what they are."""
    for _, one in pages:
        is_page(one.answer)
        assert one.answer.status_code in (200, 403), one.address


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_is_for_every_reader(
    stack: RunningStack,
    browser: Browser,
    clients: dict[str, httpx.Client],
    pages: list[tuple[str, Found]],
    kind: str,
) -> None:
    """The longest of each kind: by the keyboard alone, at 320 px, and for axe; what was planted is text there too."""
    its_own = [(who, one) for who, one in pages if one.kind == kind]
    who, longest = max(its_own, key=lambda found: len(found[1].answer.content))
    with visit(browser, session_of(clients[who])) as found:
        page = found.page
        page.goto(stack.book.http + longest.address)
        if kind not in NOBODY_IS_NAMED:
            shows_it_as_text(page)
        readable(page)
        skips(page)
        sends_by_enter(page)
        assert found.complaints == []


LOST = [
    "/person/{}", "/person/{}/referral/{}", "/person?q={}", "/services/{}", "/uploads/{}", "/quarantine/{}",
    "/quarantine?cause={}&sender={}", "/review/{}/{}", "/review?after={}", "/review/entries/{}/{}", "/sign-in/{}",
]  # fmt: skip
"""Addresses at which there is nothing, or nothing like that."""


@pytest.mark.parametrize("place", LOST)
def test_what_is_asked_for_and_not_there_is_text(clients: dict[str, httpx.Client], place: str) -> None:
    """On the page that says so."""
    in_an_address = PLANTED.replace("/", "")
    answer = clients["steward"].get(place.replace("{}", quote(in_an_address)), follow_redirects=True)
    is_page(answer)


def test_over_fhir_it_is_json(stack: RunningStack, clients: dict[str, httpx.Client]) -> None:
    """Which no browser takes for anything else: records, outcomes, the scorecard, and what is refused."""
    steward, person = clients["steward"], stack.json("people")[0]["person"]
    told, known = (steward.get(f"/fhir/Patient/{person}{more}") for more in ("/$everything", ""))
    lost = steward.get(f"/fhir/Patient/{quote(PLANTED.replace('/', ''))}")
    with fhir_client(stack, token(stack, COUNCIL.ods)) as client:
        outcomes, scorecard = client.get("/outcomes"), client.get("/scorecard")
        refused = send(client, {"resourceType": PLANTED, "id": PLANTED})
        broken = send(client, PLANTED.encode())
    for answer in (told, known, lost, refused, broken, outcomes, scorecard):
        assert answer.headers["content-type"].partition(";")[0] in (
            "application/fhir+json",
            "application/json",
        )
        assert answer.headers["x-content-type-options"] == "nosniff", answer.url
    for answer in (told, known):
        assert orjson.dumps(PLANTED)[1:-1] in answer.content
    for answer in (lost, refused, broken):
        assert answer.status_code in (400, 404, 422)
        assert "planted" not in answer.text


def test_no_log_or_metric_tells_it(stack: RunningStack) -> None:
    """What people wrote is in the records alone, and so are their numbers."""
    numbers = {
        one["value"]
        for scenario in EVERY
        for line in scenario.stream.read_bytes().splitlines()
        for entry in orjson.loads(line)["message"]["entry"]
        if entry["resource"]["resourceType"] == "Patient"
        for one in entry["resource"].get("identifier", ())
        if one["value"].startswith("999")
    }
    assert len(numbers) > 20
    for place, words in (logs_of(stack) | metrics_of(stack)).items():
        for canary in ("planted", *numbers):
            assert canary not in words, f"{canary} is in {place}"
