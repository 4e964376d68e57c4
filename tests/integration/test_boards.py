"""Services' boards: filled by a round over everybody, open to those who work there, and without names for ops."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import orjson
import pytest

from services.domain.access.reader import Reader, Role
from services.domain.record.referrals.boards import OnBoard, Why, on_boards
from services.domain.record.referrals.counting import Counted, Counts, count
from services.domain.record.referrals.stalling import StalledDays
from services.domain.record.referrals.threads import threads
from services.platform.access import STEWARD, Partner, issue_link, partners, register_partner
from services.platform.postgres import Connection, DatabaseRole, connect
from services.viewer.moments import now_ticks
from services.viewer.reading import list_persons
from services.viewer.watching.boards import read_board, read_counts
from services.viewer.watching.partnership import everybody
from services.viewer.watching.referral_watch import ReferralWatch
from services.web import Web
from tests.engines import Engines
from tests.identities import AT, FERN, WREN, Sent, record_id, ruled, take_in
from tests.streams.fhir_builders import Resource, SourceRecord, answer, known_to, referral
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TRUST

pytestmark = pytest.mark.any_broker

DAYS = StalledDays(14)


def days_ago(days: int) -> str:
    """The instant so many days before this one: who waits is a matter of the clock."""
    return f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def said(by: SourceRecord, at: str, thing: Resource, label: str = "N") -> Sent:
    """A message of one thing, and how confidential it is."""
    security = [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": label}]
    meta = {"lastUpdated": at} | ({"security": security} if label != "N" else {})
    body = message(by.held_by, at, thing | {"meta": meta}, [by.patient])
    return by.held_by.ods, 1, orjson.dumps(body)


def told() -> list[Sent]:
    """A surgery asks a trust that does not answer, a council that has days left, and a charity that rejects it."""
    surgery, lantern = known_to(SURGERY, "1", WREN, AT), known_to(LANTERN, "2", WREN, AT)
    asked = [
        (TRUST, "Talking therapy", 40, "200000000001"),
        (COUNCIL, "Housing advice", 3, "200000000002"),
        (LANTERN, "Befriending", 10, "200000000003"),
    ]
    made = [
        said(
            surgery,
            days_ago(ago),
            referral(surgery, f"r-{ubrn}", to, what, "Low mood", on=days_ago(ago), ubrn=ubrn),
        )
        for to, what, ago, ubrn in asked
    ]
    copy = referral(
        lantern, "r", LANTERN, "Befriending", "Low mood", on=days_ago(10), ubrn="200000000003", by=SURGERY
    )
    no = answer(lantern, "t", copy, "rejected", "Nobody free", on=days_ago(2))
    no["focus"] = {"type": "ServiceRequest", "identifier": copy["identifier"][1]}
    return [*made, said(lantern, days_ago(10), copy), said(lantern, days_ago(2), no)]


def told_of_another() -> list[Sent]:
    """A council asks a surgery for somebody else; a steward rules that they are one person, and that they are not."""
    council = known_to(COUNCIL, "9", FERN, AT)
    asked = referral(council, "r-9", SURGERY, "Health check", "Tired", on=days_ago(30), ubrn="200000000009")
    one, other = record_id(SURGERY, "1"), record_id(COUNCIL, "9")
    return [
        said(council, days_ago(30), asked),
        ruled(one, other, "same", days_ago(2)),
        ruled(one, other, "not-same", days_ago(1)),
    ]


async def filled(database: Engines, connection: Connection) -> None:
    """What is told, and one whole round over everybody."""
    for one in (TRUST, COUNCIL, LANTERN, SURGERY):
        await register_partner(connection, Partner(one.ods, one.name, one.sector))
    await take_in(connection, told())
    async with await connect(database.dsn, DatabaseRole.SWEEPER) as sweeper:
        await ReferralWatch(database.settings).round(sweeper, asyncio.Event())


async def test_a_board_is_what_the_threads_say(database: Engines) -> None:
    """Whatever is counted as stalled, back again or asked nowhere stands there, by who has to act."""
    async with await connect(database.dsn) as connection:
        await filled(database, connection)
        names = await partners(connection)
        expected: set[tuple[bytes, OnBoard]] = set()
        counted: Counts = Counter()
        async for person, words in everybody(connection):
            found = threads(words)
            expected |= {(person, one) for one in on_boards(found, now_ticks(), DAYS, names)}
            counted += count(found, now_ticks(), DAYS, names)
        stored = {placed for ods in names for placed in (await read_board(connection, ods)).placed}
        counts = await read_counts(connection)
    assert stored == expected
    assert {(one.organisation, one.why, one.service) for _, one in stored} == {
        (TRUST.ods, Why.STALLED, "Talking therapy"),
        (COUNCIL.ods, Why.WAITING, "Housing advice"),
        (SURGERY.ods, Why.ASKED_NOWHERE, "Befriending"),
    }
    for why, what in (
        (Why.STALLED, Counted.STALLED),
        (Why.BACK_AGAIN, Counted.BACK_AGAIN),
        (Why.ASKED_NOWHERE, Counted.ASKED_NOWHERE),
    ):
        assert {ods: counts[ods, why] for ods in names} == {ods: counted[ods, what] for ods in names}
    assert counts.total() == len(expected)


async def stand(connection: Connection) -> set[tuple[bytes, OnBoard]]:
    """What stands on all boards."""
    return {one for ods in await partners(connection) for one in (await read_board(connection, ods)).placed}


async def test_a_board_follows_what_changes(database: Engines) -> None:
    """What a whole round would leave stands there a moment after each message, also where it says who is who."""
    watch, never = ReferralWatch(database.settings), asyncio.Event()
    async with await connect(database.dsn) as connection:
        for one in (TRUST, COUNCIL, LANTERN, SURGERY):
            await register_partner(connection, Partner(one.ods, one.name, one.sector))
        sweeper = await connect(database.dsn, DatabaseRole.SWEEPER)
        await watch.round(sweeper, never)
        sizes = []
        for sent in [*told(), *told_of_another()]:
            await take_in(connection, [sent])
            await watch.follow(sweeper, never)
            followed = await stand(connection)
            await ReferralWatch(database.settings).round(connection, never)
            assert followed == await stand(connection)
            sizes.append(len(followed))
        await sweeper.close()
    assert max(sizes) > sizes[-1] >= 3


async def test_who_works_there_sees_names_and_who_runs_it_sees_counts(database: Engines) -> None:
    """To a reader of another organisation it is as a place that is none."""
    async with await connect(database.dsn) as connection:
        await filled(database, connection)
        busiest = TRUST.ods
        people = [name for _, name, _ in await list_persons(connection, None)]
        board = await read_board(connection, busiest)
        other = COUNCIL.ods
        readers = {
            "steward": STEWARD,
            "worker": Reader(Role.CLINICIAN, busiest, "w", "Worker"),
            "other": Reader(Role.CLINICIAN, other, "o", "Other"),
            "ops": Reader(Role.OPS, "", "ops", "Ops"),
        }
        links = {name: await issue_link(connection, one) for name, one in readers.items()}
    async with Web(database.settings).running() as app:
        pages = {name: await asked(app, link, f"/services/{busiest}") for name, link in links.items()}
        async with await connect(database.dsn) as connection:
            link = await issue_link(connection)
            wren = (await list_persons(connection, None))[0][0].hex()
        assert (await asked(app, link, "/services/ZZ000")).status_code == 404
        async with await connect(database.dsn) as connection:
            ways = {
                name: await asked(app, await issue_link(connection, one), f"/person/{wren}")
                for name, one in readers.items()
                if name in ("steward", "worker")
            }
    assert {name: page.status_code for name, page in pages.items()} == {
        "steward": 200,
        "worker": 200,
        "other": 404,
        "ops": 200,
    }
    assert f'href="/services/{TRUST.ods}"' in ways["steward"].text
    assert f'href="/services/{COUNCIL.ods}"' in ways["steward"].text
    assert f'href="/services/{COUNCIL.ods}"' not in ways["worker"].text
    named = {name for name in people if name in pages["steward"].text}
    assert named
    assert named == {name for name in people if name in pages["worker"].text}
    assert not any(name in pages[one].text for name in people for one in ("ops", "other"))
    for page in (pages["steward"], pages["ops"]):
        for why in Why:
            number = sum(one.why is why for _, one in board.placed)
            assert f": {number}</h2>" in page.text
        assert "just now." in page.text or "ago." in page.text


async def test_a_board_shows_no_more_than_its_reader_may_see(database: Engines) -> None:
    """A restricted referral is counted and no more; one of a person who must not be known of is not even counted."""
    async with await connect(database.dsn) as connection:
        await filled(database, connection)
        await take_in(connection, confidential())
        await ReferralWatch(database.settings).round(connection, asyncio.Event())
        assert (await read_counts(connection))[TRUST.ods, Why.STALLED] == 4
        readers = {"worker": Reader(Role.CLINICIAN, TRUST.ods, "w", "Worker"), "steward": STEWARD}
        links = {name: await issue_link(connection, one) for name, one in readers.items()}
    async with Web(database.settings).running() as app:
        pages = {
            name: (await asked(app, link, f"/services/{TRUST.ods}")).text for name, link in links.items()
        }
    for page in pages.values():
        assert "Wren Quillfeather" in page
        assert "Talking therapy" in page
        assert "Waiting too long: 3</h2>" in page
        assert "1 referral is not shown" in page
        assert [words for words in CONFIDENTIAL if words in page] == []
        assert page.count('<span class="secondary">Referral</span>') == 1, (
            "what a restricted copy says is not said"
        )
        assert "Twice told" not in page


CONFIDENTIAL = ("Fern Ollerby", "Sexual health", "Sparrow", "Hidden help", "31 days", "32 days")
SPARROW = replace(FERN, given="Sparrow", family="Undertree", birth_date="1985-07-09", phone="07700 900133")
HERON = replace(FERN, given="Heron", family="Bothways", birth_date="1973-01-20", phone="07700 900144")


def confidential() -> list[Sent]:
    """The trust is asked once more for Fern, confidentially; for Sparrow, of whom nobody may know; and for Heron, of
    which the surgery's copy is restricted, and that of the charity is not."""
    fern, sparrow, heron = (known_to(SURGERY, one.given, one, AT) for one in (FERN, SPARROW, HERON))
    sparrow.patient["meta"]["security"] = [{"code": "V"}]
    copy = known_to(LANTERN, "Heron", HERON, AT)
    return [
        said(by, days_ago(ago), referral(by, name, TRUST, what, "Asked", on=days_ago(ago), ubrn=ubrn), label)
        for by, name, what, ago, ubrn, label in (
            (fern, "r-fern", "Sexual health", 31, "200000000011", "R"),
            (sparrow, "r-sparrow", "Hidden help", 32, "200000000012", "N"),
            (heron, "r-heron", "Twice told", 33, "200000000013", "R"),
            (copy, "r-heron", "Twice told", 33, "200000000013", "N"),
        )
    ]


async def asked(app: object, link: str, path: str) -> httpx.Response:
    """The page, for whoever the link signs in."""
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://carethread.example") as client:
        await client.get(f"/sign-in/{link}")
        return await client.get(path)
