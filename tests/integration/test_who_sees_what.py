"""Who sees what of the people of a stream: by role, relationship, consent, and through a broken glass."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import orjson
import pytest

from schemas.stream import read_line
from services.audit.events import latest_events
from services.domain.access.audited import Kind
from services.domain.access.reader import Reader, Role
from services.domain.record.instant import instant_ticks
from services.platform.access import Partner, issue_link, register_partner
from services.platform.postgres import connect
from services.record.model import load_model
from services.viewer.finding import find
from services.viewer.reading import list_known
from services.web import Web
from tests.engines import Engines
from tests.identities import FERN, NUMBERS, WREN, Sent, take_in, told
from tests.streams.every_scenario import EVERY
from tests.streams.fhir_builders import Demographics
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, MAYA, PARTNERS, TIDEWELL, TRUST

pytestmark = pytest.mark.any_broker

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def people(database: Engines) -> dict[str, str]:
    """The ids of the people of the stream, by name."""
    (scenario,) = (one for one in EVERY if one.name == "norfolk-suffolk")
    lines = map(read_line, scenario.stream.read_bytes().splitlines())
    sent = [(one.sender, instant_ticks(one.sent) or 1, bytes(one.message)) for one in lines]
    async with await connect(database.dsn) as connection:
        for one in PARTNERS:
            await register_partner(connection, Partner(one.ods, one.name, one.sector))
        await take_in(connection, sent)
        return {one.name: one.person.hex() for one in await list_known(connection, None)}


@pytest.fixture
async def browser(database: Engines) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that nobody has signed in with."""
    async with Web(database.settings).running() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://carethread.example") as found:
            yield found


async def be(browser: httpx.AsyncClient, database: Engines, role: Role, organisation: str) -> None:
    """Sign in as somebody else."""
    async with await connect(database.dsn) as connection:
        link = await issue_link(connection, Reader(role, organisation, f"{role}@{organisation}", "Somebody"))
    browser.cookies.clear()
    assert (await browser.get(f"/sign-in/{link}")).status_code == 303


SEES = {
    # role, organisation, whom: what the page says, and what it does not
    "a clinician sees what others told of somebody whom the trust knows": (
        (Role.CLINICIAN, TRUST, "Maya Holloway"),
        ("PHQ-9", "Broad beans in", "Home visit about rent arrears", "22 entries"),
        ("Some of this record is not shown",),
    ),
    "a peer worker sees who is involved, what matters, contacts, and what their own organisation wrote": (
        (Role.PEER_WORKER, TIDEWELL, "Aisha Rahman"),
        ("Sleep while Idris sleeps", "Ngozi Adeyemi", "Home visit", "Aisha told the circle about the nights"),
        ("GAD-7", "11 entries"),
    ),
    "a peer worker sees the referral to their own organisation and not the one to another": (
        (Role.PEER_WORKER, TIDEWELL, "Aisha Rahman"),
        ("Aisha asked to come along with Idris", "Some of this record is not shown"),
        ("Idris is nine weeks old",),
    ),
    "a peer worker sees all that the person agreed to share with their organisation": (
        (Role.PEER_WORKER, TIDEWELL, "Maya Holloway"),
        ("PHQ-9", "Low since redundancy"),
        (),
    ),
    "an organisation that a referral asked may see, though it has told nothing yet": (
        (Role.SOCIAL_WORKER, LANTERN, "Eva Kowalczyk"),
        ("Bereavement counselling",),
        (),
    ),
}


@pytest.mark.parametrize("sentence", SEES)
async def test_what_a_page_shows(
    sentence: str, people: dict[str, str], browser: httpx.AsyncClient, database: Engines
) -> None:
    """As the table has it."""
    (role, organisation, whom), said, unsaid = SEES[sentence]
    await be(browser, database, role, organisation.ods)
    page = await browser.get(f"/person/{people[whom]}")
    assert page.status_code == 200
    assert [words for words in said if words not in page.text] == []
    assert [words for words in unsaid if words in page.text] == []


REFUSED = {
    "a clinician whose organisation has nothing to do with the person": (
        Role.CLINICIAN,
        LANTERN,
        "Maya Holloway",
        True,
    ),
    "a peer worker likewise, who may not break the glass": (
        Role.PEER_WORKER,
        LANTERN,
        "Maya Holloway",
        False,
    ),
    "somebody whom the person asked not to be told": (Role.CLINICIAN, TRUST, "Bee Sallow", True),
    "whoever runs the service": (Role.OPS, TRUST, "Maya Holloway", False),
}


@pytest.mark.parametrize("sentence", REFUSED)
async def test_who_is_refused(
    sentence: str, people: dict[str, str], browser: httpx.AsyncClient, database: Engines
) -> None:
    """With a reason, and nothing about the person; over FHIR too."""
    role, organisation, whom, may_break = REFUSED[sentence]
    await be(browser, database, role, organisation.ods)
    page = await browser.get(f"/person/{people[whom]}")
    assert page.status_code == 403
    assert whom.split()[1] not in page.text
    assert ("Break the glass" in page.text) == may_break
    answer = await browser.get(f"/fhir/Patient/{people[whom]}/$everything")
    assert answer.status_code == 403
    assert answer.json()["resourceType"] == "OperationOutcome"


async def test_a_broken_glass_opens_the_record_for_an_hour(
    people: dict[str, str], browser: httpx.AsyncClient, database: Engines
) -> None:
    """To the one who gave a reason, of that person alone; then a reason is asked for again."""
    address = f"/person/{people['Maya Holloway']}"
    await be(browser, database, Role.CLINICIAN, LANTERN.ods)
    for reason in ("", "because"):
        refused = await browser.post(f"{address}/break-glass", data={"reason": reason}, headers=OWN_PAGE)
        assert refused.status_code == 422
    given = {"reason": "She is in our waiting room and cannot speak"}
    assert (await browser.post(f"{address}/break-glass", data=given)).status_code == 403, "from elsewhere"
    assert (await browser.get(address)).status_code == 403
    assert (await browser.post(f"{address}/break-glass", data=given, headers=OWN_PAGE)).status_code == 303
    assert "PHQ-9" in (await browser.get(address)).text
    maya = {"family": MAYA.family, "given": MAYA.given, "birthdate": MAYA.birth_date}
    found = (await browser.get("/fhir/Patient", params=maya)).json()
    assert [one["resource"]["id"] for one in found["entry"]] == [people["Maya Holloway"]], (
        "a search finds her too"
    )
    assert (await browser.get(f"/person/{people['Joan Larter']}")).status_code == 200, (
        "whom Marsh Lantern knows"
    )
    assert (await browser.get(f"/person/{people['Callum Thirkettle']}")).status_code == 403
    async with await connect(database.dsn) as connection:
        told = await connection.execute("select reason, user_id from access.broken_glass")
        assert await told.fetchall() == [(given["reason"], f"clinician@{LANTERN.ods}")]
        await connection.execute("update access.broken_glass set closes_at = now()")
    assert (await browser.get(address)).status_code == 403


@pytest.mark.parametrize("role", [Role.PEER_WORKER, Role.STEWARD, Role.OPS])
async def test_nobody_else_breaks_the_glass(
    role: Role, people: dict[str, str], browser: httpx.AsyncClient, database: Engines
) -> None:
    """The address is not for them."""
    await be(browser, database, role, COUNCIL.ods)
    given = {"reason": "Something that would be good to know"}
    address = f"/person/{people['Bee Sallow']}/break-glass"
    assert (await browser.post(address, data=given, headers=OWN_PAGE)).status_code == 403


def labelled(code: str, who: Demographics = WREN) -> list[Sent]:
    """What the trust and the council tell of somebody, of whom the trust says how confidential it is to know them."""
    sent = [told(TRUST, "1", who), told(COUNCIL, "1", who)]
    sender, at, body = sent[0]
    message = orjson.loads(body)
    for entry in message["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            entry["resource"].setdefault("meta", {})["security"] = [{"system": CONFIDENTIALITY, "code": code}]
    return [(sender, at, orjson.dumps(message)), *sent[1:]]


CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
WHEREABOUTS = (WREN.phone, WREN.street, WREN.town, WREN.postcode)


async def test_where_a_restricted_person_lives_is_told_to_nobody_else(
    browser: httpx.AsyncClient, database: Engines
) -> None:
    """Not by the council's own word either, which says the same and has no label; on no page and in no answer."""
    async with await connect(database.dsn) as connection:
        for one in PARTNERS:
            await register_partner(connection, Partner(one.ods, one.name, one.sector))
        await take_in(connection, labelled("R"))
        (person,) = [one.person.hex() for one in await list_known(connection, None)]
    for organisation, role, knows in (
        (TRUST, Role.CLINICIAN, True),
        (COUNCIL, Role.SOCIAL_WORKER, False),
        (COUNCIL, Role.PEER_WORKER, False),
        (COUNCIL, Role.STEWARD, False),
    ):
        await be(browser, database, role, organisation.ods)
        answers = [
            await browser.get(f"/person/{person}"),
            await browser.get(f"/fhir/Patient/{person}/$everything"),
            await browser.get(f"/fhir/Patient/{person}"),
        ]
        assert [one.status_code for one in answers] == [200] * 3, (role, organisation)
        shown = [words for words in WHEREABOUTS if any(words in one.text for one in answers)]
        assert bool(shown) == knows, (role, organisation, shown)


async def test_nobody_else_finds_a_restricted_person_by_where_they_live(database: Engines) -> None:
    """Nor is it said that a postcode or telephone that was guessed is theirs; to the trust, which told it, it is."""
    async with await connect(database.dsn) as connection:
        for one in PARTNERS:
            await register_partner(connection, Partner(one.ods, one.name, one.sector))
        await take_in(connection, labelled("R"))
        for organisation, role, knows in (
            (TRUST, Role.CLINICIAN, True),
            (COUNCIL, Role.SOCIAL_WORKER, False),
            (LANTERN, Role.CLINICIAN, False),
            (COUNCIL, Role.STEWARD, False),
        ):
            reader = Reader(role, organisation.ods, "r", "Reader")
            why = {
                asked: [one.why for one in await find(connection, asked, load_model(), reader)]
                for asked in (WREN.phone, WREN.postcode, f"Wren Quillfeather {WREN.postcode}", "Wren NR98")
            }
            theirs = ("postcode",), ("telephone",)
            assert why[WREN.phone] == ([theirs[1]] if knows else []), (role, organisation)
            assert why[WREN.postcode] == ([theirs[0]] if knows else []), (role, organisation)
            named = ("first name", "last name")
            assert why[f"Wren Quillfeather {WREN.postcode}"] == [(*named, *theirs[0]) if knows else named]
            assert why["Wren NR98"] == [(named[0], "lives in NR98") if knows else (named[0],)]


async def test_a_hidden_person_keeps_nobody_else_from_being_found(database: Engines) -> None:
    """A question with their number in it finds whoever answers to the rest, as if nobody had that number."""
    hidden, smith = replace(WREN, nhs_number=NUMBERS[0]), replace(FERN, family="Smith")
    async with await connect(database.dsn) as connection:
        for one in PARTNERS:
            await register_partner(connection, Partner(one.ods, one.name, one.sector))
        await take_in(connection, [*labelled("V", hidden), told(LANTERN, "9", smith)])
        reader = Reader(Role.CLINICIAN, LANTERN.ods, "r", "Reader")
        for number in NUMBERS[:2]:
            found = await find(connection, f"Smith {number}", load_model(), reader)
            assert [one.known.name for one in found] == ["Fern Smith"], number


async def test_of_a_person_who_must_not_be_known_of_nothing_is_told(
    browser: httpx.AsyncClient, database: Engines
) -> None:
    """The same answer as of somebody who is not there, but to the organisation that told of them."""
    async with await connect(database.dsn) as connection:
        await take_in(connection, labelled("V")[:1])
        (person,) = [one.person.hex() for one in await list_known(connection, None)]
    nobody = "f" * len(person)
    for organisation, role, status in (
        (TRUST, Role.CLINICIAN, 200),
        (COUNCIL, Role.CLINICIAN, 404),
        (LANTERN, Role.SOCIAL_WORKER, 404),
        (COUNCIL, Role.STEWARD, 404),
    ):
        await be(browser, database, role, organisation.ods)
        for address in ("/person/{}", "/fhir/Patient/{}/$everything", "/fhir/Patient/{}"):
            there = await browser.get(address.format(person))
            assert there.status_code == status, (role, organisation, address)
            if status == 404:
                absent = await browser.get(address.format(nobody))
                assert there.text.replace(person, "") == absent.text.replace(nobody, ""), address
        found = await browser.get("/person", params={"q": f"{WREN.given} {WREN.family}"})
        assert (person in found.text) == (
            status == 200 and found.status_code == 200
        ) or found.status_code == 303


async def test_the_glass_says_nothing_of_a_person_who_must_not_be_known_of(
    browser: httpx.AsyncClient, database: Engines
) -> None:
    """It answers as of somebody who is not there, whether by id or NHS number, and nothing is kept but that it was
    refused."""
    numbered = labelled("V", replace(WREN, nhs_number=NUMBERS[0]))[:1]
    async with await connect(database.dsn) as connection:
        await take_in(connection, numbered)
        (person,) = [one.person.hex() for one in await list_known(connection, None)]
    await be(browser, database, Role.CLINICIAN, COUNCIL.ods)
    given = {"reason": "She is in our waiting room and cannot speak"}
    answers = [
        await browser.post(f"/person/{asked}/break-glass", data=given, headers=OWN_PAGE)
        for asked in (person, NUMBERS[0], "f" * len(person), NUMBERS[1])
    ]
    assert [one.status_code for one in answers] == [404] * 4
    assert len({one.text for one in answers}) == 1
    async with await connect(database.dsn) as connection:
        kept = await connection.execute("select count(*) from access.broken_glass")
        assert await kept.fetchone() == (0,)
        written = await latest_events(connection, about=[person], kind=Kind.REFUSAL, most=None)
    assert [one.doing for one in written].count("POST /person/{id}/break-glass") == 2


async def test_the_list_of_a_demo_is_of_those_of_whom_the_reader_may_know(database: Engines) -> None:
    """Somebody very restricted stands on it for the organisation that told of them alone."""
    async with await connect(database.dsn) as connection:
        await take_in(connection, [*labelled("V")[:1], told(COUNCIL, "2", FERN)])
        people = {one.name: one.person.hex() for one in await list_known(connection, None)}
    wren, fern = (people[f"{who.given} {who.family}"] for who in (WREN, FERN))
    demo = database.settings.model_copy(
        update={"demo_sign_in": True, "public_url": "https://carethread.example"}
    )
    listed = {}
    async with Web(demo).running() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://carethread.example") as browser:
            for organisation, role in (
                (TRUST, Role.CLINICIAN),
                (COUNCIL, Role.SOCIAL_WORKER),
                (COUNCIL, Role.STEWARD),
            ):
                await be(browser, database, role, organisation.ods)
                page = (await browser.get("/")).text
                listed[role] = [one for one in (wren, fern) if one in page]
    assert listed == {Role.CLINICIAN: [wren, fern], Role.SOCIAL_WORKER: [fern], Role.STEWARD: [fern]}
