"""A partner's system is told once to stop showing what it was given: for a consent, a label, a hold or a ruling."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest

from services.audit.subject import everything_held
from services.domain.access.reader import Reader, Role
from services.platform.access import Partner, issue_token, register_partner
from services.platform.audit import NotAudited
from services.platform.given import keep_given
from services.platform.postgres import TRANSIENT, Connection, DatabaseRole, connect
from services.viewer.seeing import seeing
from services.viewer.watching.given_watch import GivenWatch
from services.web import Web
from tests.engines import PARTNERSHIP_KEY, Engines
from tests.identities import NUMBERS, WREN, Sent, record_id, ruled, take_in, told
from tests.integration.test_outcomes_topic import TopicReader, in_effect
from tests.messages import fhir_client, send, settled, token
from tests.stack import RunningStack, wait_for
from tests.streams.fhir_builders import Organisation, consent, known_to, note
from tests.streams.message_lines import message, version
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, PARTNERS, SURGERY, TRUST
from tests.unit.access_people import of

pytestmark = pytest.mark.any_broker

WHO = replace(WREN, nhs_number=NUMBERS[0])
IRCP = {"coding": [{"code": "IRCP"}]}
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"

Notice = dict[str, Any]


@dataclass
class Place:
    """The partnership: who reads at its door, and what is told to stop."""

    database: Engines
    connection: Connection
    door: httpx.AsyncClient
    watch: GivenWatch

    async def hears(self, *sent: Sent) -> None:
        """Have it told, and looked at."""
        await take_in(self.connection, sent)
        await self.looks()

    async def looks(self) -> None:
        """Look at everything that came about."""
        async with await connect(self.database.dsn, DatabaseRole.SWEEPER) as connection:
            while await self.watch.turn(connection):
                pass

    async def reads(self, organisation: Organisation, person: str) -> httpx.Response:
        """The organisation's system reads the whole record."""
        return await self._get(organisation, f"/fhir/Patient/{person}/$everything")

    async def notices(self, organisation: Organisation) -> list[Notice]:
        """What the organisation was told to stop."""
        answer = await self._get(organisation, "/notices")
        assert answer.status_code == 200, answer.text
        assert answer.json()["complete"]
        found: list[Notice] = answer.json()["notices"]
        return found

    async def person(self) -> str:
        """The id of the one person."""
        rows = await self.connection.execute(
            "select distinct encode(person, 'hex') from record.source_record"
        )
        ((found,),) = await rows.fetchall()
        return str(found)

    async def _get(self, organisation: Organisation, address: str) -> httpx.Response:
        token = await issue_token(self.connection, organisation.ods)
        return await self.door.get(address, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
async def place(database: Engines) -> AsyncIterator[Place]:
    """A partnership in which the trust, the council, the surgery and a charity know somebody, and one watch."""
    async with (
        await connect(database.dsn) as connection,
        Web(database.settings).running() as app,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url="http://carethread.example",
        ) as door,
    ):
        for one in PARTNERS:
            await register_partner(connection, Partner(one.ods, one.name, one.sector))
        found = Place(database, connection, door, GivenWatch(database.settings))
        await found.looks()
        await found.hears(*(told(one, "1", WHO) for one in (TRUST, COUNCIL, SURGERY, LANTERN)))
        yield found
        await found.watch.close()


def agreed(
    decision: str, *others: Organisation, number: int = 1, day: int = 6, local: str = "1", **said: Any
) -> Sent:
    """What the trust says of what the person agreed to; each version of it with a number, on another day."""
    at = f"2026-05-{day:02}T10:00:00Z"
    who = known_to(TRUST, local, WHO, at)
    resource = version(consent(who, "con-1", decision, *others, on=at), number) | said
    return TRUST.ods, 1, orjson.dumps(message(TRUST, at, resource, [who.patient]))


def labelled(code: str) -> Sent:
    """What the trust says of how confidential it is to know the person, and where they live."""
    at = "2026-05-06T10:00:00Z"
    who = known_to(TRUST, "1", WHO, at)
    meta = {"lastUpdated": at, "security": [{"system": CONFIDENTIALITY, "code": code}]}
    said = note(who, "note-1", "We met again.", on=at, by="Sam Okafor")
    return TRUST.ods, 1, orjson.dumps(message(TRUST, at, said, [who.patient | {"meta": meta}]))


def noted(code: str, text: str, day: int = 7) -> Sent:
    """The trust's note about the person, as confidential as it is by now."""
    at = f"2026-05-{day:02}T10:00:00Z"
    who = known_to(TRUST, "1", WHO, at)
    said = note(who, "note-1", text, on=at, by="Sam Okafor")
    meta = {"lastUpdated": at, "security": [{"system": CONFIDENTIALITY, "code": code}]}
    return TRUST.ods, 1, orjson.dumps(message(TRUST, at, said | {"meta": meta}, [who.patient]))


def is_note_of(organisation: Organisation, resource: dict[str, Any]) -> bool:
    """Whether this is what the organisation noted."""
    tags = [one["code"] for one in resource.get("meta", {}).get("tag", ())]
    return resource["resourceType"] == "Communication" and organisation.ods in tags


async def test_a_refusal_stops_what_that_organisation_was_given(place: Place) -> None:
    """Whoever read, and to whom it is closed now: that one alone, once, however often it is said and looked at."""
    person = await place.person()
    assert "We met." in (await place.reads(COUNCIL, person)).text
    assert "We met." in (await place.reads(SURGERY, person)).text
    await place.looks()
    await place.hears(agreed("deny", COUNCIL))
    (notice,) = await place.notices(COUNCIL)
    assert notice["receiver"] == COUNCIL.ods
    assert notice["person"]["id"] == person
    (identifier,) = notice["person"]["identifiers"]
    assert identifier["value"] == "1"
    assert notice["notice"] == "stop-showing"
    assert not notice["everything"], "what the surgery and the charity told is open"
    (part,) = notice["parts"]
    assert (part["sender"], part["kinds"]) == (TRUST.ods, [])
    assert f"{TRUST.name} was asked not to share with {COUNCIL.name}." in notice["text"]
    assert [await place.notices(one) for one in (TRUST, SURGERY, LANTERN)] == [[], [], []]
    again = agreed("deny", COUNCIL, number=2, day=7)
    await place.hears(agreed("deny", COUNCIL), again)
    async with await connect(place.database.dsn, DatabaseRole.SWEEPER) as connection:
        await place.watch.round(connection, asyncio.Event())
    assert len(await place.notices(COUNCIL)) == 1


async def test_what_was_not_read_is_not_told(place: Place) -> None:
    """Nor is it told where nothing that was read is closed, or where more is open."""
    await place.hears(agreed("deny", COUNCIL))
    assert (await place.reads(COUNCIL, await place.person())).status_code == 200
    await place.hears(agreed("permit", COUNCIL, number=2, day=7))
    assert [await place.notices(one) for one in PARTNERS] == [[]] * len(PARTNERS)


async def test_what_is_given_again_and_withdrawn_again_is_told_again(place: Place) -> None:
    """Once for each time that it was read in between."""
    person = await place.person()
    await place.reads(COUNCIL, person)
    for times in range(1, 4):
        await place.hears(agreed("deny", COUNCIL, number=2 * times, day=2 * times))
        assert len(await place.notices(COUNCIL)) == times
        await place.hears(agreed("permit", COUNCIL, number=2 * times + 1, day=2 * times + 1))
        assert len(await place.notices(COUNCIL)) == times, "that it may be read again is not told"
        await place.reads(COUNCIL, person)
    await place.hears(
        agreed("deny", COUNCIL, number=10, day=10), agreed("permit", COUNCIL, number=11, day=11)
    )
    assert len(await place.notices(COUNCIL)) == 3, (
        "what was open again before anybody looked was never closed"
    )


async def test_a_refusal_to_a_sector_names_the_sector(place: Place) -> None:
    """And a kind that is refused the kind; neither stops what others told."""
    await place.reads(COUNCIL, await place.person())
    to_councils = {"type": "deny", "actor": [{"role": IRCP, "reference": {"display": "Council"}}]}
    await place.hears(agreed("deny", provision=to_councils | {"class": [{"code": "Communication"}]}))
    (notice,) = await place.notices(COUNCIL)
    ((sender, kinds, reason),) = ((one["sender"], one["kinds"], one["reason"]) for one in notice["parts"])
    assert (sender, kinds) == (TRUST.ods, ["Note"])
    assert "the sector Council" in reason
    assert not notice["whereabouts"]


async def test_a_very_restricted_person_is_stopped_without_a_word(place: Place) -> None:
    """Not whose system says so, and not that one does."""
    await place.reads(COUNCIL, await place.person())
    await place.hears(labelled("V"))
    (notice,) = await place.notices(COUNCIL)
    assert notice["everything"]
    assert notice["whereabouts"]
    assert notice["parts"] == []
    assert notice["text"] == "Stop showing everything that others told of this person."
    assert TRUST.ods not in str(notice)
    await place.reads(COUNCIL, await place.person())
    await place.looks()
    assert len(await place.notices(COUNCIL)) == 1, "what is read then is open"


async def test_a_restricted_person_is_no_longer_shown_to_live_anywhere(place: Place) -> None:
    """The rest is shown."""
    await place.reads(COUNCIL, await place.person())
    await place.hears(labelled("R"))
    (notice,) = await place.notices(COUNCIL)
    assert (notice["everything"], notice["whereabouts"], notice["parts"]) == (False, True, [])
    assert TRUST.ods not in str(notice)
    assert TRUST.name not in notice["text"]


async def test_a_thing_that_is_made_confidential_is_named_to_whoever_could_read_it(place: Place) -> None:
    """Once, and to nobody who could not; the rest stays open."""
    person = await place.person()
    bundle = (await place.reads(COUNCIL, person)).json()
    (read,) = [one["resource"] for one in bundle["entry"] if is_note_of(TRUST, one["resource"])]
    await place.reads(LANTERN, person)
    await place.hears(noted("R", "We met."), told(SURGERY, "1", WHO, "2026-05-06T10:00:00Z"))
    (notice,) = await place.notices(COUNCIL)
    assert notice["things"] == [f"Communication/{read['id']}"]
    assert read["id"] in notice["text"]
    assert (notice["everything"], notice["whereabouts"], notice["parts"]) == (False, False, [])
    assert await place.notices(LANTERN) == [], "notes were never open to it"
    await place.hears(noted("R", "We met in the garden.", day=8))
    assert len(await place.notices(COUNCIL)) == 1


async def test_a_withdrawal_that_cannot_be_read_stops_everything(place: Place) -> None:
    """Until a steward has put it right, with the reason that whoever reads is told."""
    await place.reads(COUNCIL, await place.person())
    await place.hears(agreed("deny", COUNCIL, status="withdrawn"))
    assert (await place.reads(COUNCIL, await place.person())).status_code == 403
    (notice,) = await place.notices(COUNCIL)
    assert notice["everything"]
    assert "being put right by a steward" in notice["text"]


async def test_two_who_are_not_one_person_are_told_apart(place: Place) -> None:
    """What was read of the other one is not this person's."""
    await place.reads(COUNCIL, await place.person())
    await place.hears(
        *(
            ruled(record_id(one, "1"), record_id(TRUST, "1"), "not-same")
            for one in (COUNCIL, SURGERY, LANTERN)
        )
    )
    (notice,) = await place.notices(COUNCIL)
    assert [(one["sender"], one["kinds"]) for one in notice["parts"]] == [(TRUST.ods, [])]
    assert "not known to be about the same person" in notice["text"]


async def test_what_closes_while_it_is_being_read_is_told(place: Place) -> None:
    """The answer was decided before the refusal was applied, and written after it was looked at."""
    person = bytes.fromhex(await place.person())
    async with seeing(
        place.connection, Reader(Role.PARTNER_SYSTEM, COUNCIL.ods, COUNCIL.ods, ""), person
    ) as seen:
        pass
    await place.hears(agreed("deny", COUNCIL))
    assert await place.notices(COUNCIL) == []
    await keep_given(place.connection, COUNCIL.ods, {person: seen})
    await place.looks()
    assert len(await place.notices(COUNCIL)) == 1


async def test_a_permission_ends_by_itself(place: Place) -> None:
    """Nobody says anything: whoever goes round sees it."""
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat(timespec="milliseconds")
    lasting = {"type": "permit", "actor": of(LANTERN), "period": {"end": soon}}
    await place.hears(agreed("permit", LANTERN, provision=lasting))
    await place.reads(LANTERN, await place.person())
    await place.looks()
    assert await place.notices(LANTERN) == []
    async with await connect(place.database.dsn, DatabaseRole.SWEEPER) as connection, asyncio.timeout(20):
        while not (found := await place.notices(LANTERN)):
            await place.watch.round(connection, asyncio.Event())
    assert "no longer, agreed to it" in found[0]["text"]


async def test_a_notice_is_a_delivery_in_the_audit(place: Place) -> None:
    """Written about the person, of the organisation that is told."""
    await place.reads(COUNCIL, await place.person())
    await place.hears(agreed("deny", COUNCIL))
    written = "select event from audit.event order by recorded_at desc, seq desc limit 1"
    ((event,),) = await (await place.connection.execute(written)).fetchall()
    assert event["entity"][0]["name"] == "stop-showing"
    assert record_id(COUNCIL, "1").hex() in str(event), "it is about the person, by every id of theirs"
    assert event["subtype"][0]["code"] == "delivery"
    assert event["agent"][0]["who"]["identifier"]["value"] == COUNCIL.ods


async def test_a_person_who_asks_is_told_who_was_given_what_and_who_is_to_stop(place: Place) -> None:
    """With everything else that is held on them."""
    person = bytes.fromhex(await place.person())
    await place.reads(COUNCIL, person.hex())
    await place.hears(agreed("deny", COUNCIL))
    held = await everything_held(place.connection, person, PARTNERSHIP_KEY)
    assert {(one["organisation"], one["words_of"]) for one in held["given"]} == {
        (COUNCIL.ods, SURGERY.ods),
        (COUNCIL.ods, LANTERN.ods),
    }
    ((told_to, what),) = ((one["organisation"], one["told"]) for one in held["notices"])
    assert told_to == COUNCIL.ods
    assert what["person"]["id"] == person.hex()


async def test_where_it_cannot_be_audited_it_waits(place: Place) -> None:
    """And is told once when it can."""
    await place.reads(COUNCIL, await place.person())
    await place.connection.execute("alter table audit.event rename to away")
    try:
        with pytest.raises(NotAudited):
            await place.hears(agreed("deny", COUNCIL))
    finally:
        await place.connection.execute("alter table audit.away rename to event")
    assert await place.notices(COUNCIL) == []
    await place.looks()
    assert len(await place.notices(COUNCIL)) == 1


async def test_several_who_look_at_once_tell_once(place: Place) -> None:
    """Whoever has the turn; another begins again, as where PostgreSQL was away."""
    await place.reads(COUNCIL, await place.person())
    await take_in(place.connection, [agreed("deny", COUNCIL)])
    others = [GivenWatch(place.database.settings) for _ in range(3)]

    async def look(one: GivenWatch) -> None:
        async with await connect(place.database.dsn, DatabaseRole.SWEEPER) as connection:
            for act in (one.follow, one.round) * 2:
                with suppress(*TRANSIENT):
                    await act(connection, asyncio.Event())

    await asyncio.gather(*map(look, others))
    await place.looks()
    for one in others:
        await one.close()
    assert len(await place.notices(COUNCIL)) == 1


async def test_where_it_cannot_be_kept_nothing_is_given(place: Place) -> None:
    """As where it cannot be audited."""
    person = await place.person()
    await place.connection.execute("alter table delivery.given rename to away")
    try:
        answer = await place.reads(COUNCIL, person)
    finally:
        await place.connection.execute("alter table delivery.away rename to given")
    assert answer.status_code >= 500
    assert "We met." not in answer.text


@pytest.mark.alone
def test_who_read_is_told_over_kafka_within_two_seconds(shared_stack: RunningStack) -> None:
    """On a whole stack, from the refusal at one partner's door to the notice on another's topic, and over HTTP."""
    found = shared_stack
    with (
        fhir_client(found, token(found, TRUST.ods)) as trust,
        fhir_client(found, token(found, COUNCIL.ods)) as council,
    ):
        for client, (_, _, body) in ((trust, told(TRUST, "k-1", WHO)), (council, told(COUNCIL, "k-1", WHO))):
            assert send(client, body).status_code == 200
        settled(found)
        number = f"https://fhir.nhs.uk/Id/nhs-number|{WHO.nhs_number}"
        answer = council.get("/fhir/Communication", params={"patient:identifier": number})
        assert TRUST.ods in answer.text
        began = time.monotonic()
        *_, refusal = agreed("deny", COUNCIL, local="k-1")
        assert send(trust, refusal).status_code == 200
        with TopicReader(found, COUNCIL.ods) as reader:
            wait_for(lambda: any("notice" in one for one in reader.told()), "the council is told")
            assert time.monotonic() - began < 3
            (notice,) = [one for one in reader.told() if "notice" in one]
            assert [one["event_id"] for one in reader.told()] == in_effect(reader.told()), "in one order"
        assert council.get("/notices").json()["notices"] == [notice]
        assert council.get("/notices", params={"since": notice["event_id"]}).json()["notices"] == []
        assert trust.get("/notices").json() == {"notices": [], "next": "0" * 32, "complete": True}
