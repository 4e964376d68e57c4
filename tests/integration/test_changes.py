"""What open pages hear, and when: that their record, or their sight of it, has changed, and nothing of how."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import httpx
import orjson
import pytest

from services.domain.access.reader import Reader, Role
from services.domain.record.referrals.boards import OnBoard, Why
from services.platform import metrics
from services.platform.access import Partner, issue_link, register_partner
from services.platform.embedded.stack import choose_port
from services.platform.postgres import Connection, connect
from services.platform.serving import serve
from services.viewer.live import changes
from services.viewer.watching.boards import place_of
from services.web import Web
from tests.engines import Engines
from tests.identities import AT, LATER, WREN, Sent, record_id, take_in
from tests.streams.fhir_builders import Organisation, Resource, consent, goal, known_to, note, referral, score
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, PARTNERS, TRUST

pytestmark = pytest.mark.any_broker

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
WITHIN = 1.0
"""Seconds from what changed to the event."""

SOME_SECONDS = 8.0
"""That a board may be behind, with as long again for a machine that has other work."""

KNOWN = known_to(TRUST, "1", WREN, AT)
PERSON = record_id(TRUST, "1").hex()


def says(thing: Resource, at: str = AT) -> Sent:
    """What the trust tells of the person."""
    resource = thing | {"meta": {"lastUpdated": at}}
    return TRUST.ods, 1, orjson.dumps(message(TRUST, at, resource, [KNOWN.patient]))


ASKED = says(referral(KNOWN, "r-1", LANTERN, "Befriending", "Alone", on=AT))
NEWS = says(note(KNOWN, "n-2", "They are home again.", on=LATER, by="Sam Okafor"), LATER)
REFUSED = says(consent(KNOWN, "c-1", "deny", LANTERN, on=LATER), LATER)


@dataclass
class Serving:
    """The web process over HTTP, in this one."""

    database: Engines
    address: str
    stop: asyncio.Event
    served: asyncio.Task[None]
    browsers: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def browser(self, role: Role, organisation: Organisation) -> httpx.AsyncClient:
        """A browser that somebody has signed in with."""
        client = httpx.AsyncClient(base_url=self.address, timeout=10)
        found = await self.browsers.enter_async_context(client)
        async with await connect(self.database.dsn) as connection:
            reader = Reader(role, organisation.ods, f"{role}@{organisation.ods}", "Somebody")
            link = await issue_link(connection, reader)
        assert (await found.get(f"/sign-in/{link}")).status_code == 303
        return found


@pytest.fixture
async def told(database: Engines) -> AsyncIterator[Connection]:
    """A connection to a database in which the trust has referred somebody to the charity."""
    async with await connect(database.dsn) as connection:
        for one in PARTNERS:
            await register_partner(connection, Partner(one.ods, one.name, one.sector))
        await take_in(connection, [ASKED])
        yield connection


@pytest.fixture
async def web(database: Engines) -> AsyncIterator[Serving]:
    """The pages, on a port."""
    process, stop, port = Web(database.settings), asyncio.Event(), choose_port(0)
    async with process.running() as app, AsyncExitStack() as browsers:
        served = asyncio.create_task(serve(app, "127.0.0.1", port, stop, process.end_streams))
        found = Serving(database, f"http://127.0.0.1:{port}", stop, served, browsers)
        await until(lambda: listens(port), "the pages are served")
        yield found
        stop.set()
        await served


async def listens(port: int) -> bool:
    """Whether anybody does."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def until(condition: Callable[[], Awaitable[object]], what: str, within: float = 10.0) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + within
    while not await condition():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.02)


async def address_of(browser: httpx.AsyncClient, path: str = f"/person/{PERSON}") -> str:
    """Where a page, as it is now, hears of changes."""
    page = await browser.get(path)
    assert page.status_code == 200, page.status_code
    (address,) = re.findall(r'data-changes="([^"]+)"', page.text)
    return str(address)


@dataclass
class Heard:
    """What an open stream has said so far."""

    events: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    said: list[str] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def next(self, within: float = WITHIN) -> str:
        """The name of the next event, which comes in time."""
        async with asyncio.timeout(within):
            return await self.events.get()


@asynccontextmanager
async def listening(browser: httpx.AsyncClient, address: str) -> AsyncIterator[Heard]:
    """The stream at this address, from its first words on."""
    heard, begun = Heard(), asyncio.Event()

    async def listen() -> None:
        async with browser.stream("GET", address, timeout=30) as answer:
            assert answer.status_code == 200, answer.status_code
            assert answer.headers["content-type"].startswith("text/event-stream")
            async for line in answer.aiter_lines():
                begun.set()
                heard.said.append(line)
                if line.startswith("event: "):
                    heard.events.put_nowait(line.removeprefix("event: "))
        heard.ended.set()

    task = asyncio.create_task(listen())
    waiting = asyncio.create_task(begun.wait())
    await asyncio.wait({task, waiting}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        yield heard
        assert task.done() is heard.ended.is_set()
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_a_note_is_heard_of_within_a_second(told: Connection, web: Serving) -> None:
    """That there is something; what, the page says, which is read anew."""
    browser = await web.browser(Role.CLINICIAN, TRUST)
    async with listening(browser, await address_of(browser)) as heard:
        await take_in(told, [NEWS])
        assert await heard.next() == "changed"
        assert await address_of(browser)
        assert heard.events.empty(), "it is said once"
    for line in heard.said:
        assert re.fullmatch(r"(id: [0-9a-f]{48}|event: changed|data: changed|retry: \d+|)", line), line


async def test_only_a_page_that_listens_may_run_the_script(told: Connection, web: Serving) -> None:
    """Our own file, and ask nobody but us."""
    browser = await web.browser(Role.CLINICIAN, TRUST)
    listens_itself = (await browser.get(f"/person/{PERSON}")).headers["content-security-policy"]
    assert listens_itself.endswith("; script-src 'self'; connect-src 'self'")
    assert "unsafe" not in listens_itself
    for path in ("/", "/sign-out", "/uploads"):
        policy = (await browser.get(path)).headers["content-security-policy"]
        assert "script" not in policy, path
        assert "connect" not in policy, path
    assert (await browser.get("/static/live.js")).headers["content-type"].startswith("text/javascript")


async def test_a_withdrawn_consent_closes_the_page_within_a_second(told: Connection, web: Serving) -> None:
    """Nothing of the person is open to the charity any more; the stream ends, and cannot be had again."""
    browser = await web.browser(Role.SOCIAL_WORKER, LANTERN)
    address = await address_of(browser)
    async with listening(browser, address) as heard:
        await take_in(told, [REFUSED])
        assert await heard.next() == "closed"
        await asyncio.wait_for(heard.ended.wait(), WITHIN)
    assert (await browser.get(address)).status_code == 403
    assert (await browser.head(address)).status_code == 403


async def test_a_board_hears_who_comes_and_who_withdraws(told: Connection, web: Serving) -> None:
    """Those who work there see the referral, and then no name of who asked not to be told of to them."""
    browser = await web.browser(Role.SOCIAL_WORKER, LANTERN)
    address = await address_of(browser, f"/services/{LANTERN.ods}")
    rows = await told.execute(
        "select person, entry_key from record.entry e join record.source_record s"
        " on s.id = e.source_record where kind = 'Referral'",
        binary=True,
    )
    ((person, thread),) = await rows.fetchall()
    async with listening(browser, address) as heard:
        await place_of(
            told, [person], [(person, OnBoard(LANTERN.ods, Why.WAITING, thread, 1, 0, "Befriending"))]
        )
        assert await heard.next(SOME_SECONDS) == "changed"
        assert WREN.family in (await browser.get(f"/services/{LANTERN.ods}")).text
        await take_in(told, [REFUSED])
        assert await heard.next(SOME_SECONDS) == "changed"
        assert WREN.family not in (await browser.get(f"/services/{LANTERN.ods}")).text
        assert heard.events.empty()
    elsewhere = await web.browser(Role.SOCIAL_WORKER, COUNCIL)
    assert (await elsewhere.get(address)).status_code == 404


async def test_what_is_not_shown_is_not_heard_of(told: Connection, web: Serving) -> None:
    """A peer worker hears of a goal, and not of a score, of which a clinician hears."""
    peer = await web.browser(Role.PEER_WORKER, LANTERN)
    clinician = await web.browser(Role.CLINICIAN, TRUST)
    hidden = says(score(KNOWN, "s-1", "PHQ-9", 14, on=LATER, by="Sam Okafor"), LATER)
    shown = says(goal(KNOWN, "g-1", "Keep bees", "in-progress", since="2026-05-05"), LATER)
    before = await address_of(peer)
    async with (
        listening(peer, before) as theirs,
        listening(clinician, await address_of(clinician)) as all_of_it,
    ):
        await take_in(told, [hidden])
        assert await all_of_it.next() == "changed"
        async with listening(peer, before) as connected_again:
            await take_in(told, [shown])
            assert await connected_again.next() == "changed"
            assert await all_of_it.next() == "changed"
            assert await theirs.next() == "changed"
            assert theirs.events.empty()
            assert connected_again.events.empty()
    one, other = await address_of(peer), await address_of(peer)
    assert one != other, "two pages of one state say nothing by their addresses"


async def test_signing_out_ends_the_stream(told: Connection, web: Serving) -> None:
    """The page that is open somewhere still goes too."""
    browser = await web.browser(Role.CLINICIAN, TRUST)
    address = await address_of(browser)
    async with listening(browser, address) as heard:
        await browser.post("/sign-out", headers=OWN_PAGE)
        assert await heard.next() == "closed"
        await asyncio.wait_for(heard.ended.wait(), WITHIN)
    assert (await browser.get(address)).status_code == 401


async def test_a_glass_that_closes_closes_the_page(told: Connection, web: Serving) -> None:
    """When its time is over, though nothing was told."""
    browser = await web.browser(Role.CLINICIAN, COUNCIL)
    given = {"reason": "She is in our waiting room and cannot speak"}
    opened = await browser.post(f"/person/{PERSON}/break-glass", data=given, headers=OWN_PAGE)
    assert opened.status_code == 303
    async with listening(browser, await address_of(browser)) as heard:
        await told.execute("update access.broken_glass set closes_at = now()")
        assert await heard.next() == "closed"


async def test_a_consent_that_waits_in_quarantine_closes_the_page(told: Connection, web: Serving) -> None:
    """As it withholds the record from whoever opens it then."""
    browser = await web.browser(Role.CLINICIAN, TRUST)
    async with listening(browser, await address_of(browser)) as heard:
        async with told.transaction():
            await told.execute(
                "insert into intake.quarantine (message_key, sender, door, received_at, issues, body)"
                " values ('m', %s, 'test', now(), '[]', '')",
                [TRUST.ods],
            )
            await told.execute(
                "insert into intake.named values ('m', %(token)s)", {"token": f"source-record:{PERSON}"}
            )
            await told.execute(
                "insert into intake.hold values ('m', %(token)s, 'consent')",
                {"token": f"source-record:{PERSON}"},
            )
        assert await heard.next() == "closed"


async def test_a_page_that_was_loaded_before_hears_at_once(told: Connection, web: Serving) -> None:
    """What came between the page and its stream is not lost, nor what came while the connection was."""
    browser = await web.browser(Role.CLINICIAN, TRUST)
    address = await address_of(browser)
    await take_in(told, [NEWS])
    async with listening(browser, address) as heard:
        assert await heard.next() == "changed"
    (id_,) = (line.removeprefix("id: ") for line in heard.said if line.startswith("id: "))
    browser.headers["Last-Event-ID"] = id_
    async with listening(browser, address) as heard:
        assert (await browser.get(f"/person/{PERSON}")).status_code == 200
        assert heard.events.empty(), "it has heard of that"


async def test_who_may_not_see_the_page_has_no_stream(told: Connection, web: Serving) -> None:
    """They are answered as the page answers them, and it is written down; who listens reads nothing more."""
    address = f"/person/{PERSON}/changes"
    async with httpx.AsyncClient(base_url=web.address) as nobody:
        assert (await nobody.get(address)).status_code == 401
    for role, organisation in ((Role.OPS, TRUST), (Role.CLINICIAN, COUNCIL), (Role.PEER_WORKER, COUNCIL)):
        browser = await web.browser(role, organisation)
        before = await written(told)
        assert (await browser.get(address)).status_code == 403, role
        assert (await written(told))[len(before) :] == ["refusal"]
    browser = await web.browser(Role.CLINICIAN, TRUST)
    assert (await browser.get(f"/person/{'f' * 32}/changes")).status_code == 404
    shown = await address_of(browser)
    before = await written(told)
    async with listening(browser, shown):
        assert await written(told) == before
    assert (await browser.head(shown)).status_code == 200


async def written(connection: Connection) -> list[str]:
    """The kinds of the events in the audit, the oldest first."""
    rows = await connection.execute(
        "select event -> 'subtype' -> 0 ->> 'code' from audit.event order by recorded_at, seq"
    )
    return [kind for (kind,) in await rows.fetchall()]


@pytest.mark.parametrize("cap", ["MOST_OPEN", "MOST_OF_ONE"])
async def test_no_more_are_open_than_there_is_room_for(
    cap: str, told: Connection, web: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next is told to come again later; one that leaves makes room."""
    monkeypatch.setattr(changes, cap, 1)
    browser = await web.browser(Role.CLINICIAN, TRUST)
    address = await address_of(browser)
    async with listening(browser, address):
        assert open_streams() == 1
        refused = await browser.get(address)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")

    async def is_left() -> bool:
        return open_streams() == 0

    await until(is_left, "the stream that was left is let go of")
    async with listening(browser, address):
        assert open_streams() == 1


def open_streams() -> float:
    """As the metrics say."""
    (found,) = (sample.value for one in metrics.OPEN_STREAMS.collect() for sample in one.samples)
    return found


async def test_a_process_that_stops_waits_for_no_stream(told: Connection, web: Serving) -> None:
    """It has ended within a second of being asked to, and the stream with it."""
    browser = await web.browser(Role.CLINICIAN, TRUST)
    async with listening(browser, await address_of(browser)) as heard:
        web.stop.set()
        await asyncio.wait_for(heard.ended.wait(), WITHIN)
        await asyncio.wait_for(asyncio.shield(web.served), WITHIN)
        assert heard.events.empty(), "nothing has changed"
