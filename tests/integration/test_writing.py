"""Writing back through the web door: answers to a referral, what is written of a person, and who may do neither."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import httpx
import orjson
import pytest

from services.domain.access.reader import Reader, Role
from services.domain.record.referrals.threads import Thread, threads
from services.domain.writing.acts import Act
from services.platform.access import Partner, issue_link, register_partner
from services.platform.postgres import Connection, connect
from services.record.apply import apply
from services.viewer.reading import CareRecord, list_persons, read_record
from services.web import Web
from tests.engines import Engines
from tests.identities import NUMBERS, take_in
from tests.streams.fhir_builders import Demographics, Resource, answer, consent, known_to, note, referral
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import LANTERN, SURGERY, TRUST
from tests.unit.writing_forms import FILLED

pytestmark = pytest.mark.any_broker

WREN = Demographics(
    "Wren",
    "Quillfeather",
    "female",
    "1990-04-02",
    NUMBERS[0],
    "07700 900101",
    "4 Reed Lane",
    "Salthouse",
    "NR98 4QF",
)
AT = "2026-03-02T10:00:00Z"
WHY = "Alone since the move"
SURGERYS, TRUSTS = (known_to(one, "1", WREN, AT) for one in (SURGERY, TRUST))
ASKED = referral(SURGERYS, "sr-1", LANTERN, "Befriending", WHY, on=AT, ubrn="100200300401", urgent=True)
KNOWN = note(TRUSTS, "note-1", "We met.", on=AT, by="Ngozi Adeyemi, mental health nurse")
PEER = Reader(Role.PEER_WORKER, LANTERN.ods, "sam", "Sam Okafor")
WORKER = Reader(Role.SOCIAL_WORKER, LANTERN.ods, "priya", "Priya Nair")
HOME = "http://carethread.example"


@pytest.fixture
async def connection(database: Engines) -> AsyncIterator[Connection]:
    """A connection to a partnership in which the surgery has referred somebody to the charity."""
    async with await connect(database.dsn) as found:
        for one in (SURGERY, TRUST, LANTERN):
            await register_partner(found, Partner(one.ods, one.name, one.sector))
        sent = [(SURGERYS, ASKED), (TRUSTS, KNOWN)]
        await take_in(
            found,
            [
                (who.held_by.ods, 1, orjson.dumps(message(who.held_by, AT, told, [who.patient])))
                for who, told in sent
            ],
        )
        yield found


@asynccontextmanager
async def browsing(database: Engines, reader: Reader) -> AsyncIterator[httpx.AsyncClient]:
    """The reader's browser, while somebody applies what is accepted."""
    async with await connect(database.dsn) as connection:
        link = await issue_link(connection, reader)
    applying = asyncio.create_task(_apply_all(database))
    try:
        async with Web(database.settings).running() as app:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(
                transport=transport, base_url=HOME, headers={"Origin": HOME}
            ) as client:
                assert (await client.get(f"/sign-in/{link}")).status_code == 303
                yield client
    finally:
        applying.cancel()
        with suppress(asyncio.CancelledError):
            await applying


async def _apply_all(database: Engines) -> None:
    async with await connect(database.dsn) as connection:
        while True:
            rows = await connection.execute("select message_key from intake.outbox", binary=True)
            if keys := [key for (key,) in await rows.fetchall()]:
                await apply(connection, keys)
            await asyncio.sleep(0.02)


async def the_record(connection: Connection) -> CareRecord:
    """Of the one person there is."""
    ((person, _, _),) = await list_persons(connection, None)
    return await read_record(connection, person)


async def the_thread(connection: Connection) -> Thread:
    """Their one referral."""
    (thread,) = threads((await the_record(connection)).words)
    return thread


async def address_of(connection: Connection, act: Act | None = None) -> str:
    """The page of the referral, or of a form on it."""
    record, thread = await the_record(connection), await the_thread(connection)
    return f"/person/{record.person.hex()}/referral/{thread.key.hex()}" + (f"/{act}" if act else "")


async def form_key(client: httpx.AsyncClient, address: str) -> str:
    """The one-time key of a form."""
    shown = await client.get(address)
    assert shown.status_code == 200, shown.text
    found = re.search(r'name="key" value="([0-9a-f]{32})"', shown.text)
    assert found
    return found[1]


async def send(client: httpx.AsyncClient, address: str, **told: str) -> httpx.Response:
    """Open a form, fill it in and send it."""
    return await client.post(address, data={"key": await form_key(client, address), **told})


async def messages(connection: Connection) -> int:
    """How many are accepted."""
    row = await (await connection.execute("select count(*) from intake.message")).fetchone()
    assert row
    return int(row[0])


async def test_a_referral_is_accepted_and_then_closed_by_who_holds_it(
    database: Engines, connection: Connection
) -> None:
    """The thread's page shows both, with what was said; nobody else is asked for anything any more."""
    page = await address_of(connection)
    async with browsing(database, WORKER) as client:
        assert f'href="{page}/accept"' in (await client.get(page)).text
        assert f'href="{page}"' in (await client.get(page.partition("/referral")[0])).text
        answer = await send(client, f"{page}/accept", said="Sam <b>rings</b> on Monday")
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            f"{await address_of(connection)}?written=done",
        )
        shown = (await client.get(answer.headers["location"])).text
        assert "It is in the record" in shown
        assert "Accepted: Sam &lt;b&gt;rings&lt;/b&gt; on Monday" in shown
        assert "/accept" not in shown
        thread = await the_thread(connection)
        assert (thread.state, thread.holder and thread.holder.ods) == ("accepted", LANTERN.ods)
        assert (await send(client, f"{page}/contact", **FILLED[Act.CONTACT])).status_code == 303
        assert (await send(client, f"{page}/note", **FILLED[Act.NOTE])).status_code == 303
        thread = await the_thread(connection)
        assert thread.state == "in progress"
        shown = (await client.get(page)).text
        for words in ("Met", "Walk and talk", "She rang, and we talked of the move."):
            assert words in shown, words
        late = await client.post(f"{page}/accept", data={"key": "ab" * 16, "said": ""})
        assert (late.status_code, "in progress already" in late.text) == (409, True)
        answer = await send(client, f"{page}/close", outcome="She has friends now")
        assert answer.status_code == 303
        shown = (await client.get(page)).text
        assert "Completed: She has friends now" in shown
        assert "It has ended" in shown
    assert (await the_thread(connection)).state == "completed"


async def test_a_rejection_needs_a_reason_and_goes_back(database: Engines, connection: Connection) -> None:
    """Said beside the field; with it the one who asked holds the referral again."""
    page = await address_of(connection)
    async with browsing(database, PEER) as client:
        empty = await send(client, f"{page}/reject", said=" ")
        assert empty.status_code == 422
        assert 'id="said-error">Say why it is not for you.' in empty.text
        assert 'aria-describedby="said-hint said-error"' in empty.text
        assert (await the_thread(connection)).state == "asked"
        answer = await send(client, f"{page}/reject", said="Too far for us")
        assert answer.status_code == 303
        shown = (await client.get(page)).text
        assert "Back with Reedmere Surgery" in shown
        assert "Rejected: Too far for us" in shown
        for act in (Act.HAND_OVER, Act.CLOSE):
            assert (await client.get(f"{page}/{act}")).status_code == 403
    assert (await the_thread(connection)).state == "rejected"


async def test_the_same_form_sent_twice_is_one_message(database: Engines, connection: Connection) -> None:
    """At once, or again once it is applied: the same page, and one step."""
    page = await address_of(connection)
    before = await messages(connection)
    async with browsing(database, WORKER) as client:
        given = {"key": await form_key(client, f"{page}/accept"), "said": "Yes"}
        both = await asyncio.gather(*(client.post(f"{page}/accept", data=given) for _ in range(4)))
        again = await client.post(f"{page}/accept", data={**given, "said": "Something else"})
    assert {(one.status_code, one.headers["location"]) for one in (*both, again)} == {
        (303, f"{await address_of(connection)}?written=done")
    }
    assert await messages(connection) == before + 1
    assert [one.words for one in (await the_thread(connection)).steps][1:] == ["accepted: Yes"]


async def test_a_referral_is_handed_over_and_stays_one_thread(
    database: Engines, connection: Connection
) -> None:
    """The other service holds it then, and the first can do nothing with it any more."""
    page = await address_of(connection)
    async with browsing(database, WORKER) as client:
        answer = await send(client, f"{page}/hand-over", to=TRUST.ods, why="She asked for a nurse")
        assert answer.headers["location"] == f"{await address_of(connection)}?written=done"
        shown = (await client.get(page)).text
        assert f"{TRUST.name} holds it, and can answer it." in shown
        assert (await client.get(f"{page}/close")).status_code == 403
    thread = await the_thread(connection)
    assert [one.organisation.ods for one in thread.held] == [LANTERN.ods, TRUST.ods]
    words = (await the_record(connection)).words
    asked = [one.resource for one in words if one.resource["resourceType"] == "ServiceRequest"]
    assert [one["priority"] for one in asked] == ["urgent", "urgent"]


async def test_what_is_written_of_a_person_is_in_their_record(
    database: Engines, connection: Connection
) -> None:
    """Each once, of the organisation, in the same person's record."""
    person = (await the_record(connection)).person.hex()
    acts = [Act.CONTACT, Act.NOTE, Act.GOAL, Act.MEETING, Act.NAMED_WORKER]
    async with browsing(database, WORKER) as client:
        for act in acts:
            answer = await send(client, f"/person/{person}/write/{act}", **FILLED[act])
            assert (answer.status_code, answer.headers["location"][-12:]) == (303, "written=done"), act
        shown = (await client.get(answer.headers["location"])).text
    for words in (
        "It is in the record",
        "Walk and talk",
        "Tea by the water.",
        "She rang, and we talked of the move.",
        "<blockquote>Keep bees again</blockquote>",
        "Taking part: Wren Quillfeather, Ruth Fenn (sister) and Sam Okafor (peer worker).",
        '<span class="named-name">Priya Nair</span>, named social worker',
    ):
        assert words in shown, words
    record = await the_record(connection)
    own = {
        source.source_record
        for entry in record.entries
        for source in entry.sources
        if source.sender == LANTERN.ods
    }
    assert len(own) == 1


async def test_who_writes_of_a_restricted_person_hides_nothing_from_who_restricted_them(
    database: Engines, connection: Connection
) -> None:
    """The trust goes on seeing where the person lives, and when it takes the label away everybody does."""
    restricted: Resource = TRUSTS.patient | {
        "meta": {
            "lastUpdated": "2026-03-03T10:00:00Z",
            "security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}],
        }
    }
    told = note(TRUSTS, "note-2", "We met again.", on="2026-03-03T10:00:00Z", by="Ngozi Adeyemi")
    body = orjson.dumps(message(TRUST, "2026-03-03T10:00:00Z", told, [restricted]))
    await take_in(connection, [(TRUST.ods, 1, body)])
    id_ = (await the_record(connection)).person.hex()
    form = f"/person/{id_}/write/note"
    clinician = Reader(Role.CLINICIAN, TRUST.ods, "ngozi", "Ngozi Adeyemi")

    async def is_shown(reader: Reader) -> bool:
        async with browsing(database, reader) as client:
            return WREN.street in (await client.get(f"/fhir/Patient/{id_}")).text

    async with browsing(database, WORKER) as client:
        assert (await send(client, form, **FILLED[Act.NOTE])).status_code == 303
    assert (await is_shown(clinician), await is_shown(WORKER)) == (True, False)
    lifted = known_to(TRUST, "1", WREN, "2026-03-04T10:00:00Z").patient
    body = orjson.dumps(message(TRUST, "2026-03-04T10:00:00Z", told, [lifted]))
    await take_in(connection, [(TRUST.ods, 1, body)])
    async with browsing(database, WORKER) as client:
        assert (await send(client, form, **FILLED[Act.NOTE])).status_code == 303
    assert (await is_shown(clinician), await is_shown(WORKER)) == (True, True)


async def test_before_a_referral_it_is_said_what_there_is(database: Engines, connection: Connection) -> None:
    """Nothing is sent until then; it may be all the same."""
    person = (await the_record(connection)).person.hex()
    form = f"/person/{person}/write/refer"
    before = await messages(connection)
    async with browsing(database, WORKER) as client:
        told = FILLED[Act.REFER] | {"key": await form_key(client, form)}
        asked = await client.post(form, data=told)
        assert asked.status_code == 200
        assert "There is something like it already" in asked.text
        assert "with Marsh Lantern" in asked.text
        assert await messages(connection) == before
        other = await client.post(form, data=told | {"what": "Debt advice", "why": "Owes rent"})
        assert "There is nothing like it yet" in other.text
        done = await client.post(form, data=told | {"step": "refer"})
        assert done.status_code == 303
    found = threads((await the_record(connection)).words)
    assert [one.performer.ods for one in found] == [LANTERN.ods, TRUST.ods]


@pytest.mark.parametrize(
    "reader",
    [
        Reader(Role.STEWARD, "", "steward", "Steward"),
        Reader(Role.STEWARD, LANTERN.ods, "steward", "Steward"),
        Reader(Role.OPS, "", "ops", "Ops"),
        Reader(Role.CLINICIAN, "", "c", "Clinician"),
        Reader(Role.CLINICIAN, "ZZX99", "c", "Clinician"),
        Reader(Role.CLINICIAN, TRUST.ods, "c", "Clinician"),
    ],
)
async def test_who_does_not_hold_a_referral_changes_nothing_of_it(
    reader: Reader, database: Engines, connection: Connection
) -> None:
    """Nor does who works for nobody, or only keeps the records."""
    page = await address_of(connection)
    before = await messages(connection)
    async with browsing(database, reader) as client:
        for act in (Act.ACCEPT, Act.REJECT, Act.HAND_OVER, Act.CLOSE):
            assert (await client.get(f"{page}/{act}")).status_code in (403, 404)
            answer = await client.post(f"{page}/{act}", data={"key": "ab" * 16, **FILLED[act]})
            assert answer.status_code in (403, 404)
        if reader.role is not Role.OPS:
            assert f'href="{page}/accept"' not in (await client.get(page)).text
    assert await messages(connection) == before


async def test_what_there_is_not_is_not_found(database: Engines, connection: Connection) -> None:
    """No such form, referral or person; and another site's form is refused."""
    page = await address_of(connection)
    person = page.partition("/referral")[0]
    async with browsing(database, WORKER) as client:
        for address in (
            f"{page}/goal",
            f"{page}/eat",
            f"{person}/write/accept",
            f"{person}/referral/{'0' * 32}/accept",
            f"/person/{'0' * 32}/write/note",
            f"{person}/referral/{'0' * 32}",
            f"/person/{'0' * 32}/referral/{'0' * 32}",
        ):
            assert (await client.get(address, follow_redirects=True)).status_code == 404, address
        elsewhere = {"Origin": "https://elsewhere.example"}
        form = {"key": "ab" * 16, **FILLED[Act.NOTE]}
        answer = await client.post(f"{person}/write/note", data=form, headers=elsewhere)
        assert (answer.status_code, "Nothing was changed" in answer.text) == (403, True)


async def test_somebody_known_without_a_number_is_known_again(database: Engines) -> None:
    """By name, birth date and address; and the second time under the same number of the pages."""
    who = known_to(LANTERN, "1", replace(WREN, nhs_number=""), AT)
    told = note(who, "note-1", "We met.", on=AT, by="Sam Okafor, peer worker")
    async with await connect(database.dsn) as connection:
        await register_partner(connection, Partner(LANTERN.ods, LANTERN.name, LANTERN.sector))
        await take_in(connection, [(LANTERN.ods, 1, orjson.dumps(message(LANTERN, AT, told, [who.patient])))])
        person = (await the_record(connection)).person.hex()
        async with browsing(database, PEER) as client:
            for words in ("One", "Two"):
                answer = await send(client, f"/person/{person}/write/note", about="Tea", words=words)
                assert answer.headers["location"][-12:] == "written=done"
        record = await the_record(connection)
    assert len(record.source_records) == 2


async def test_of_whom_too_little_is_known_a_steward_decides(database: Engines) -> None:
    """A name alone could be two people: what is written is kept apart, and whoever wrote it is told so."""
    who = known_to(LANTERN, "1", replace(WREN, nhs_number="", phone="", postcode=""), AT)
    for field in ("birthDate", "gender"):
        del who.patient[field]
    told = note(who, "note-1", "We met.", on=AT, by="Sam Okafor, peer worker")
    async with await connect(database.dsn) as connection:
        await register_partner(connection, Partner(LANTERN.ods, LANTERN.name, LANTERN.sector))
        await take_in(connection, [(LANTERN.ods, 1, orjson.dumps(message(LANTERN, AT, told, [who.patient])))])
        person = (await the_record(connection)).person.hex()
        async with browsing(database, PEER) as client:
            answer = await send(client, f"/person/{person}/write/note", about="Tea", words="Two")
            assert answer.headers["location"] == f"/person/{person}?written=apart"
            assert "not in this record" in (await client.get(answer.headers["location"])).text
        assert len(await list_persons(connection, None)) == 2


async def test_a_peer_worker_sees_the_referrals_of_their_own_organisation_alone(
    database: Engines, connection: Connection
) -> None:
    """Whoever looked before, at the same record: one to another service they learn nothing of, and can answer none."""
    other = referral(SURGERYS, "sr-2", TRUST, "Talking therapy", WHY, on=AT, ubrn="100200300402")
    copy = referral(TRUSTS, "in-2", TRUST, "Talking therapy", WHY, on=AT, by=SURGERY, ubrn="100200300402")
    no = answer(TRUSTS, "no-2", copy, "rejected", "Lonely rather than unwell", on="2026-03-05T09:00:00Z")
    await take_in(
        connection,
        [
            (SURGERY.ods, 1, orjson.dumps(message(SURGERY, AT, other, [SURGERYS.patient]))),
            (TRUST.ods, 1, orjson.dumps(message(TRUST, AT, no, [TRUSTS.patient, copy]))),
        ],
    )
    person = f"/person/{(await the_record(connection)).person.hex()}"
    told = {one.service: one.key.hex() for one in threads((await the_record(connection)).words)}
    for _ in range(2):
        async with browsing(database, PEER) as client:
            shown = (await client.get(person)).text
            assert ("Befriending" in shown, "Talking therapy" in shown) == (True, False)
            for act in (Act.ACCEPT, Act.REJECT):
                assert (await client.get(f"{person}/referral/{told['Befriending']}/{act}")).status_code == 200
                assert (
                    await client.get(f"{person}/referral/{told['Talking therapy']}/{act}")
                ).status_code == 404
        async with browsing(database, WORKER) as client:
            shown = (await client.get(person)).text
            assert ("Befriending" in shown, "Talking therapy" in shown) == (True, True)
            assert "Rejected on 5 March 2026: Lonely rather than unwell" in shown


async def test_who_may_no_longer_be_seen_by_consent_is_not_begun_anew(
    database: Engines, connection: Connection
) -> None:
    """The pages go on calling the person as before, though what they were called by is not seen any more."""
    record = await the_record(connection)
    least = min(record.source_records, key=lambda one: one.id)
    who = next(one for one in (SURGERYS, TRUSTS) if one.held_by.ods == least.sender)
    form = f"/person/{record.person.hex()}/write/note"
    async with browsing(database, WORKER) as client:
        assert (await send(client, form, **FILLED[Act.NOTE])).headers["location"][-12:] == "written=done"
        refused = consent(who, "consent-1", "deny", LANTERN, on="2026-03-03T10:00:00Z")
        body = orjson.dumps(message(who.held_by, "2026-03-03T10:00:00Z", refused, [who.patient]))
        await take_in(connection, [(who.held_by.ods, 1, body)])
        assert (await send(client, form, **FILLED[Act.NOTE])).headers["location"][-12:] == "written=done"
    after = await the_record(connection)
    assert [one.sender for one in after.source_records].count(LANTERN.ods) == 1
