"""Finding people over FHIR: by identifier, by name and birth date, and by $match, which says how sure it is."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import orjson
import pytest

from schemas.fhir.validate import resource_issues
from services.domain.access.reader import Reader, Role
from services.platform.access import issue_link, issue_token
from services.platform.postgres import connect
from services.viewer.fhir import find as fhir_find
from services.web import Web
from tests.engines import Engines
from tests.identities import FERN, LATER, NUMBERS, WREN, Sent, record_id, take_in_one_by_one, told
from tests.messages import FHIR_JSON, a_message_with_document, issue_of
from tests.streams.fhir_builders import Demographics, Organisation
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TRUST

pytestmark = pytest.mark.any_broker

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"

NUMBERED = replace(WREN, nhs_number=NUMBERS[0])
SISTER = replace(WREN, given="Robin", birth_date="1992-11-30", nhs_number=NUMBERS[1], phone="")
O_NEILL = Demographics("Siân", "O'Neill-Ward", "female", "1979-12-01", NUMBERS[2])
PEOPLE: tuple[Sent, ...] = (
    told(TRUST, "1", NUMBERED),
    told(SURGERY, "9", NUMBERED),
    told(TRUST, "2", SISTER),
    told(COUNCIL, "3", replace(O_NEILL, family="Ward")),
    told(COUNCIL, "3", O_NEILL, LATER),
)

Resource = dict[str, Any]


@pytest.fixture
async def client(database: Engines) -> AsyncIterator[httpx.AsyncClient]:
    """A steward's browser, where these people are known."""
    async with await connect(database.dsn) as connection:
        await take_in_one_by_one(connection, PEOPLE)
        link = await issue_link(connection)
    async with Web(database.settings).running() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://carethread.example") as found:
            assert (await found.get(f"/sign-in/{link}")).status_code == 303
            yield found


async def as_partner(client: httpx.AsyncClient, database: Engines, partner: Organisation) -> None:
    """Makes the client that partner's system."""
    reader = Reader(Role.PARTNER_SYSTEM, partner.ods, partner.ods, "")
    async with await connect(database.dsn) as connection:
        token = await issue_token(connection, partner.ods, reader=reader)
    client.headers["Authorization"] = f"Bearer {token}"


async def search(client: httpx.AsyncClient, **asked: str) -> list[str]:
    """The given names of those that a search finds."""
    answer = await client.get("/fhir/Patient", params=asked)
    bundle = answer.json()
    assert answer.status_code == 200, bundle
    assert resource_issues(bundle) == []
    assert bundle["total"] == len(bundle.get("entry", []))
    return sorted(one["resource"]["name"][0]["given"][0] for one in bundle.get("entry", []))


async def match(client: httpx.AsyncClient, patient: Resource, **more: Any) -> httpx.Response:
    """The answer to $match for this Patient."""
    parameters = [{"name": "resource", "resource": {"resourceType": "Patient", **patient}}]
    parameters += [{"name": name, **value} for name, value in more.items()]
    body = orjson.dumps({"resourceType": "Parameters", "parameter": parameters})
    return await client.post("/fhir/Patient/$match", content=body, headers={"Content-Type": FHIR_JSON})


def patient(who: Demographics) -> Resource:
    """Somebody as they are asked for."""
    asked: Resource = {
        "name": [{"family": who.family, "given": [who.given]}],
        "birthDate": who.birth_date,
        "gender": who.gender,
    }
    if who.nhs_number:
        asked["identifier"] = [{"system": NHS_NUMBER, "value": who.nhs_number}]
    if who.phone:
        asked["telecom"] = [{"system": "phone", "value": who.phone}]
    if who.postcode:
        asked["address"] = [{"line": [who.street], "city": who.town, "postalCode": who.postcode}]
    return asked


def graded(answer: httpx.Response) -> list[tuple[str, str]]:
    """The given name and the grade of each answer; which are valid, and the surest first."""
    bundle = answer.json()
    assert answer.status_code == 200, bundle
    assert resource_issues(bundle) == []
    entries = bundle.get("entry", [])
    scores = [one["search"]["score"] for one in entries]
    assert all(0 <= score <= 1 for score in scores)
    found = []
    for one in entries:
        (extension,) = one["search"]["extension"]
        assert extension["url"] == GRADE
        found.append((one["resource"]["name"][0]["given"][0], extension["valueCode"]))
    return found


FOUND = {
    "by the NHS number": ({"identifier": f"{NHS_NUMBER}|{NUMBERS[0]}"}, ["Wren"]),
    "by the NHS number with gaps": ({"identifier": f"{NHS_NUMBER}|999 000 0018"}, ["Wren"]),
    "by a number that is no other": ({"identifier": NUMBERS[1]}, ["Robin"]),
    "by nobody's number": ({"identifier": f"{NHS_NUMBER}|{NUMBERS[3]}"}, []),
    "by a number that fails its check": ({"identifier": f"{NHS_NUMBER}|9990000019"}, []),
    "by a browser that knows no local number": ({"identifier": f"{TRUST.home}/person-id|1"}, []),
    "by name and birth date": ({"family": "Quillfeather", "birthdate": "1990-04-02"}, ["Wren"]),
    "with the given name": ({"family": "Quillfeather", "given": "Wren", "birthdate": "1990-04-02"}, ["Wren"]),
    "with another given name": ({"family": "Quillfeather", "given": "Ann", "birthdate": "1990-04-02"}, []),
    "with another birth date": ({"family": "Quillfeather", "birthdate": "1990-04-03"}, []),
    "however it is written": ({"family": " quillFEATHER ", "birthdate": "eq1992-11-30"}, ["Robin"]),
    "without its accents and signs": (
        {"family": "oneill ward", "given": "SIAN", "birthdate": "1979-12-01"},
        ["Siân"],
    ),
    "by an earlier name": ({"family": "Ward", "given": "Siân", "birthdate": "1979-12-01"}, ["Siân"]),
}


@pytest.mark.parametrize(("asked", "expected"), FOUND.values(), ids=list(FOUND))
async def test_who_is_found(client: httpx.AsyncClient, asked: dict[str, str], expected: list[str]) -> None:
    """Exactly, but for how it is written."""
    assert await search(client, **asked) == expected


REFUSED = {
    "nothing": ({}, "required"),
    "a family name alone": ({"family": "Quillfeather"}, "required"),
    "a birth date alone": ({"birthdate": "1990-04-02"}, "required"),
    "a first name and a birth date": ({"given": "Wren", "birthdate": "1990-04-02"}, "required"),
    "a year": ({"family": "Quillfeather", "birthdate": "1990"}, "invalid"),
    "a range": ({"family": "Quillfeather", "birthdate": "gt1990-04-02"}, "invalid"),
    "no day": ({"family": "Quillfeather", "birthdate": "1990-02-30"}, "invalid"),
    "no name": ({"family": "unknown", "birthdate": "1990-04-02"}, "invalid"),
    "only what is not known": ({"phone": "07700900101"}, "required"),
}


@pytest.mark.parametrize(("asked", "code"), REFUSED.values(), ids=list(REFUSED))
async def test_nobody_is_listed_for_less(client: httpx.AsyncClient, asked: dict[str, str], code: str) -> None:
    """400, with what is enough."""
    answer = await client.get("/fhir/Patient", params=asked)
    assert answer.status_code == 400
    assert issue_of(answer)["code"] == code


async def test_a_partner_finds_those_of_whom_it_told(client: httpx.AsyncClient, database: Engines) -> None:
    """By its own local number too; never by another's, nor anybody of whom it may not know."""
    await as_partner(client, database, SURGERY)
    assert await search(client, identifier=f"{NHS_NUMBER}|{NUMBERS[0]}") == ["Wren"]
    assert await search(client, identifier=f"{NHS_NUMBER}|{NUMBERS[1]}") == []
    assert await search(client, identifier=f"{SURGERY.home}/person-id|9") == ["Wren"]
    assert await search(client, identifier=f"{TRUST.home}/person-id|1") == []
    assert await search(client, family="Quillfeather", birthdate="1992-11-30") == []
    assert graded(await match(client, patient(NUMBERED))) == [("Wren", "certain")]
    assert graded(await match(client, patient(SISTER))) == []
    await as_partner(client, database, LANTERN)
    assert await search(client, identifier=f"{NHS_NUMBER}|{NUMBERS[0]}") == []
    assert graded(await match(client, patient(NUMBERED))) == []


MATCHED = {
    "the number and the rest": (patient(NUMBERED), [("Wren", "certain")]),
    "all but the number": (patient(WREN), [("Wren", "probable")]),
    "the number alone": (
        {"identifier": [{"system": NHS_NUMBER, "value": NUMBERS[0]}]},
        [("Wren", "probable")],
    ),
    "the number of one and the rest of another": (
        patient(O_NEILL) | {"identifier": [{"system": NHS_NUMBER, "value": NUMBERS[0]}]},
        [("Wren", "possible")],
    ),
    "a name and a birth date": (
        {"name": [{"family": "Quillfeather", "given": ["Wren"]}], "birthDate": "1990-04-02"},
        [("Wren", "probable")],
    ),
    "a slip in the birth date": (
        patient(replace(WREN, birth_date="1990-04-03", phone="", postcode="")),
        [("Wren", "probable")],
    ),
    "somebody else": (patient(Demographics("Maud", "Tindle", "female", "1974-08-30")), []),
}


@pytest.mark.parametrize(("asked", "expected"), MATCHED.values(), ids=list(MATCHED))
async def test_how_sure_it_is(
    client: httpx.AsyncClient, asked: Resource, expected: list[tuple[str, str]]
) -> None:
    """As the records themselves would be joined."""
    assert graded(await match(client, asked)) == expected


async def test_only_one_of_whom_it_is_certain(client: httpx.AsyncClient) -> None:
    """Nobody where it is less; and a Patient alone is a question too."""
    only = {"onlyCertainMatches": {"valueBoolean": True}}
    assert graded(await match(client, patient(NUMBERED), **only)) == [("Wren", "certain")]
    assert graded(await match(client, patient(WREN), **only)) == []
    body = orjson.dumps({"resourceType": "Patient", **patient(NUMBERED)})
    answer = await client.post("/fhir/Patient/$match", content=body, headers={"Content-Type": FHIR_JSON})
    assert graded(answer) == [("Wren", "certain")]


async def test_no_more_answers_than_are_wanted(client: httpx.AsyncClient, database: Engines) -> None:
    """The surest of them; where twins are meant alike, both."""
    twin = replace(WREN, given="Tamsin", phone="", nhs_number=NUMBERS[3])
    async with await connect(database.dsn) as connection:
        await take_in_one_by_one(connection, [told(LANTERN, "7", twin)])
    asked = patient(WREN) | {"name": [{"family": WREN.family}]}
    both = graded(await match(client, asked))
    assert sorted(name for name, _ in both) == ["Tamsin", "Wren"]
    assert both[0][0] == "Wren", "the telephone is hers"
    assert graded(await match(client, asked, count={"valueInteger": 1})) == both[:1]


async def test_where_too_many_may_be_meant_nobody_is_left_out_unseen(
    client: httpx.AsyncClient, database: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as are compared, or a refusal."""
    twin = replace(WREN, given="Tamsin", phone="", nhs_number=NUMBERS[3])
    async with await connect(database.dsn) as connection:
        await take_in_one_by_one(connection, [told(LANTERN, "7", twin)])
    by_name = {"family": WREN.family, "birthdate": WREN.birth_date}
    asked = patient(WREN) | {"name": [{"family": WREN.family}]}
    monkeypatch.setattr(fhir_find, "MOST_NEAR", 2)
    assert await search(client, **by_name) == ["Tamsin", "Wren"]
    monkeypatch.setattr(fhir_find, "MOST_NEAR", 3)  # the sister lives there too
    assert len(graded(await match(client, asked))) == 2
    monkeypatch.setattr(fhir_find, "MOST_NEAR", 1)
    for answer in (await client.get("/fhir/Patient", params=by_name), await match(client, asked)):
        assert (answer.status_code, issue_of(answer)["code"]) == (400, "too-costly")


MALFORMED = {
    "no JSON": (b"{", 400),
    "another resource": (b'{"resourceType": "Goal"}', 400),
    "nobody": (b'{"resourceType": "Parameters", "parameter": [{"name": "count", "valueInteger": 3}]}', 422),
    "too little to go by": (b'{"resourceType": "Patient", "name": [{"family": "Smith"}]}', 400),
    "a count that is none": (
        orjson.dumps(
            {
                "resourceType": "Parameters",
                "parameter": [
                    {"name": "resource", "resource": {"resourceType": "Patient", **patient(WREN)}},
                    {"name": "count", "valueInteger": 0},
                ],
            }
        ),
        422,
    ),
    "a text for a choice": (
        orjson.dumps(
            {
                "resourceType": "Parameters",
                "parameter": [
                    {"name": "resource", "resource": {"resourceType": "Patient", **patient(WREN)}},
                    {"name": "onlyCertainMatches", "valueString": "yes"},
                ],
            }
        ),
        422,
    ),
    "something else to look for": (
        orjson.dumps(
            {
                "resourceType": "Parameters",
                "parameter": [{"name": "resource", "resource": {"resourceType": "Practitioner"}}],
            }
        ),
        422,
    ),
}


@pytest.mark.parametrize(("body", "status"), MALFORMED.values(), ids=list(MALFORMED))
async def test_a_question_that_is_none_is_refused(
    client: httpx.AsyncClient, body: bytes, status: int
) -> None:
    """With what is wrong."""
    answer = await client.post("/fhir/Patient/$match", content=body, headers={"Content-Type": FHIR_JSON})
    assert answer.status_code == status
    issue_of(answer)
    wrong = await client.post("/fhir/Patient/$match", content=body, headers={"Content-Type": "text/plain"})
    assert wrong.status_code == 415


async def test_who_was_looked_for_and_seen_is_written_down(
    client: httpx.AsyncClient, database: Engines
) -> None:
    """A search as a search, a read as a read, each of them with the person; not who was near and was not told."""
    (found,) = (await client.get("/fhir/Patient", params={"identifier": NUMBERS[0]})).json()["entry"]
    person = found["resource"]["id"]
    await match(client, patient(NUMBERED))
    await client.get(f"/fhir/Communication?patient={person}")
    async with await connect(database.dsn) as connection:
        rows = await connection.execute(
            "select event -> 'subtype' -> 0 ->> 'code', event ->> 'entity' from audit.event"
            " order by recorded_at desc, seq desc limit 3"
        )
        events = await rows.fetchall()
    assert [kind for kind, _ in events] == ["read", "search", "search"]
    sister = record_id(TRUST, "2").hex()
    assert all(person in entities and sister not in entities for _, entities in events)


async def test_of_whom_one_may_know_and_see_nothing_the_reason_is_told(
    client: httpx.AsyncClient, database: Engines
) -> None:
    """A clinician whose organisation has nothing to do with the person: no Patient, why, and a refusal in the audit."""
    async with await connect(database.dsn) as connection:
        link = await issue_link(connection, Reader(Role.CLINICIAN, LANTERN.ods, "u-1", "Asha Example"))
    assert (await client.get(f"/sign-in/{link}")).status_code == 303
    for answer in (
        await client.get("/fhir/Patient", params={"identifier": NUMBERS[0]}),
        await match(client, patient(NUMBERED)),
    ):
        bundle = answer.json()
        assert resource_issues(bundle) == []
        (outcome,) = bundle["entry"]
        assert (bundle["total"], outcome["search"]["mode"]) == (0, "outcome")
        assert [issue["code"] for issue in outcome["resource"]["issue"]] == ["forbidden"]
    async with await connect(database.dsn) as connection:
        rows = await connection.execute(
            "select count(*) from audit.event where event -> 'subtype' -> 0 ->> 'code' = 'refusal'"
        )
        assert await rows.fetchone() == (2,)


async def test_a_match_does_not_confirm_where_somebody_lives(
    client: httpx.AsyncClient, database: Engines
) -> None:
    """Not of a restricted person, whether the reader may see their record or not; of anybody else it does."""
    sender, at, body = told(TRUST, "12", replace(FERN, given=""))
    message = orjson.loads(body)
    for entry in message["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            entry["resource"]["meta"]["security"] = [{"code": "R"}]
    async with await connect(database.dsn) as connection:
        await take_in_one_by_one(connection, [(sender, at, orjson.dumps(message))])
        who = {
            organisation.ods: await issue_link(
                connection, Reader(Role.CLINICIAN, organisation.ods, organisation.ods, "Asha Example")
            )
            for organisation in (TRUST, LANTERN)
        }
        who["steward"] = await issue_link(connection)
    told_of = {}
    for name, link in who.items():
        client.cookies.clear()
        assert (await client.get(f"/sign-in/{link}")).status_code == 303
        for guessed in (FERN, WREN):
            asked = patient(guessed) | {"name": [{"family": guessed.family}]}
            del asked["birthDate"]
            entries = (await match(client, asked)).json().get("entry", [])
            told_of[name, guessed.family] = entries[0]["search"]["mode"] if entries else ""
    assert told_of == {
        (TRUST.ods, FERN.family): "match",
        (LANTERN.ods, FERN.family): "",
        ("steward", FERN.family): "",
        (TRUST.ods, WREN.family): "match",
        (LANTERN.ods, WREN.family): "outcome",
        ("steward", WREN.family): "match",
    }


async def test_a_page_of_long_documents_ends_early(client: httpx.AsyncClient, database: Engines) -> None:
    """However many are asked for; each is told once all the same."""
    sent: list[Sent] = []
    for number in range(5):
        bundle = orjson.loads(a_message_with_document("d", bytes([65 + number]) * 3_000_000))
        bundle["entry"][-1]["resource"]["id"] = f"document-{number}"
        sent.append((TRUST.ods, number, orjson.dumps(bundle)))
    async with await connect(database.dsn) as connection:
        await take_in_one_by_one(connection, sent)
    address = f"/fhir/DocumentReference?patient={record_id(TRUST, 'd').hex()}&_count=100"
    sizes, ids = list[int](), set[str]()
    while address:
        bundle = (await client.get(address)).json()
        sizes.append(len(bundle["entry"]))
        ids |= {one["resource"]["id"] for one in bundle["entry"]}
        address = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
    assert (sizes, len(ids)) == ([3, 2], 5)
