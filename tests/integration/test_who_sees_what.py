"""Who sees what of the people of a stream: by role, relationship, consent, and through a broken glass."""

from collections.abc import AsyncIterator

import httpx
import pytest

from schemas.stream import read_line
from services.domain.access.reader import Reader, Role
from services.domain.record.instant import instant_ticks
from services.platform.access import Partner, issue_link, register_partner
from services.platform.postgres import connect
from services.viewer.reading import list_known
from services.web import Web
from tests.engines import Engines
from tests.identities import take_in
from tests.streams.every_scenario import EVERY
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, PARTNERS, TIDEWELL, TRUST

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
