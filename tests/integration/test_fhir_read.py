"""What is told of a person, read over FHIR by type and by id: whole, valid, in pages, and by those alone who may."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from schemas.fhir.capability_reads import READ_ALONE, SEARCHED
from schemas.fhir.match_request import MOST as MOST_MATCHES
from schemas.fhir.validate import resource_issues
from services.domain.access.reader import Reader, Role
from services.platform.access import issue_link, issue_token
from services.platform.postgres import connect
from services.viewer.fhir.find import MOST_FOUND, MOST_NEAR
from services.viewer.fhir.query import MOST, USUAL
from services.viewer.reading import find_persons, list_persons
from services.web import Web
from tests.engines import Engines
from tests.messages import issue_of
from tests.scenario_records import tell
from tests.streams.every_scenario import EVERY
from tests.streams.norfolk_suffolk_partners import LANTERN, MAYA, TIDEWELL, TRUST

pytestmark = pytest.mark.any_broker

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
DOC = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
EXAMPLES = re.findall(r"```http\n(\w+) (\S+)\n\n?(.*?)```", DOC, re.DOTALL)
STRICT = {"Prefer": "handling=strict"}

Resource = dict[str, Any]


@pytest.fixture(scope="module")
def told(engines: Engines) -> Engines:
    """The engines with every shipped stream in them."""
    engines.empty()

    async def tell_all() -> None:
        async with await connect(engines.dsn) as connection:
            for one in EVERY:
                await tell(connection, one, one.partners)

    asyncio.run(tell_all())
    return engines


@pytest.fixture
async def client(told: Engines) -> AsyncIterator[httpx.AsyncClient]:
    """A steward's browser."""
    async with Web(told.settings).running() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://carethread.example") as found:
            async with await connect(told.dsn) as connection:
                link = await issue_link(connection)
            assert (await found.get(f"/sign-in/{link}")).status_code == 303
            yield found


async def as_partner(
    client: httpx.AsyncClient, told: Engines, ods: str, scopes: str = "", person: bytes | None = None
) -> None:
    """Makes the client that partner's system."""
    reader = Reader(Role.PARTNER_SYSTEM, ods, ods, "", frozenset(scopes.split()), person)
    async with await connect(told.dsn) as connection:
        client.headers["Authorization"] = f"Bearer {await issue_token(connection, ods, reader=reader)}"


async def person_named(told: Engines, nhs_number: str) -> bytes:
    """The one person with this number."""
    async with await connect(told.dsn) as connection:
        (found,) = await find_persons(connection, nhs_number)
    return found


async def everybody(told: Engines) -> list[str]:
    """The id of each person."""
    async with await connect(told.dsn) as connection:
        return [person.hex() for person, _, _ in await list_persons(connection, None)]


def matches(bundle: Resource) -> list[Resource]:
    """The resources that answer the search."""
    return [one["resource"] for one in bundle.get("entry", []) if one["search"]["mode"] == "match"]


async def test_every_answer_about_everybody_is_valid(client: httpx.AsyncClient, told: Engines) -> None:
    """Of each person of the six streams: who they are, each type, and the whole, in which each is as by itself."""
    people = await everybody(told)
    assert len(people) > 20
    seen = set[str]()
    for person in people:
        whole = (await client.get(f"/fhir/Patient/{person}/$everything?_count=500")).json()
        assert resource_issues(whole) == []
        parts = [(await client.get(f"/fhir/Patient/{person}")).json()]
        types = {one["resourceType"] for one in matches(whole)}
        for kind in types.intersection(SEARCHED):
            bundle = (await client.get(f"/fhir/{kind}?patient={person}&_count=500")).json()
            assert resource_issues(bundle) == []
            found = matches(bundle)
            assert {one["resourceType"] for one in found} <= {kind}
            assert bundle["total"] == len(found)
            parts += found
        expected = [one for one in matches(whole) if one["resourceType"] in SEARCHED or one["id"] == person]
        by_id = {one["id"]: one for one in parts}
        assert by_id == {one["id"]: one for one in expected}
        seen |= types
    assert seen >= {
        "Patient",
        "ServiceRequest",
        "Task",
        "Encounter",
        "CarePlan",
        "Goal",
        "Observation",
        "Consent",
    }
    assert seen <= {"Patient", *SEARCHED, *READ_ALONE}, (
        "what can be read is what the CapabilityStatement says"
    )


async def test_whatever_is_told_is_read_by_its_id(client: httpx.AsyncClient, told: Engines) -> None:
    """Each resource of the whole at its fullUrl, as it stands there; and every reference to one leads to it."""
    person = (await person_named(told, MAYA.nhs_number)).hex()
    whole = (await client.get(f"/fhir/Patient/{person}/$everything?_count=500")).json()
    for entry in whole["entry"]:
        if entry["search"]["mode"] == "match":
            answer = await client.get(entry["fullUrl"])
            assert answer.json() == entry["resource"]
            assert answer.headers["etag"] == f'W/"{entry["resource"]["meta"]["versionId"]}"'
    encounter = next(one for one in matches(whole) if one["resourceType"] == "Encounter")
    subject = (await client.get(f"/fhir/{encounter['subject']['reference']}")).json()
    assert subject["resourceType"] == "Patient"
    found = await client.get(f"/fhir/Encounter?patient={encounter['subject']['reference']}&_count=500")
    assert encounter in matches(found.json()), "the person is found by what their things refer to"


async def test_a_version_that_is_there_already_is_not_sent(client: httpx.AsyncClient, told: Engines) -> None:
    """304 for the ETag of before, weak or not, among others; the whole for another."""
    person = (await person_named(told, MAYA.nhs_number)).hex()
    address = f"/fhir/Patient/{person}"
    tag = (await client.get(address)).headers["etag"]
    for had in (tag, tag.removeprefix("W/"), f'W/"other", {tag}'):
        again = await client.get(address, headers={"If-None-Match": had})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await client.get(address, headers={"If-None-Match": 'W/"other"'})).status_code == 200


async def test_pages_make_up_the_whole(client: httpx.AsyncClient, told: Engines) -> None:
    """By links alone, each once, newest first; where all is on one page its total is told."""
    person = (await person_named(told, MAYA.nhs_number)).hex()
    whole = (await client.get(f"/fhir/Encounter?patient={person}&_count=500")).json()
    address, found = (
        f"/fhir/Encounter?patient:identifier={NHS_NUMBER}|{MAYA.nhs_number}&_count=2",
        list[Resource](),
    )
    while address:
        assert MAYA.nhs_number not in address or not found, "no link has the number in it"
        page = (await client.get(address)).json()
        assert len(matches(page)) <= 2
        found += matches(page)
        address = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")
    assert found == matches(whole)
    assert whole["total"] == len(found) > 4


async def test_only_what_was_updated_since(client: httpx.AsyncClient, told: Engines) -> None:
    """The same bound, written three ways, leaves out what is older and nothing else."""
    person = (await person_named(told, MAYA.nhs_number)).hex()
    whole = matches((await client.get(f"/fhir/Encounter?patient={person}&_count=500")).json())
    updated = sorted(one["meta"]["lastUpdated"] for one in whole)
    middle = updated[len(updated) // 2]
    later = [one for one in whole if one["meta"]["lastUpdated"] >= middle]
    assert 0 < len(later) < len(whole)
    for bound in (f"_since={middle}", f"_lastUpdated=ge{middle}"):
        bundle = (await client.get(f"/fhir/Encounter?patient={person}&_count=500&{bound}")).json()
        assert matches(bundle) == later
    bundle = (await client.get(f"/fhir/Patient/{person}/$everything?_count=500&_since={middle}")).json()
    assert [one for one in matches(bundle) if one["resourceType"] == "Encounter"] == later
    nothing = (await client.get(f"/fhir/Encounter?patient={person}&_since=2100-01-01")).json()
    assert (nothing["total"], "entry" in nothing, resource_issues(nothing)) == (0, False, [])


async def test_who_told_it_is_told_where_it_is_asked(client: httpx.AsyncClient, told: Engines) -> None:
    """With _revinclude, a Provenance for each."""
    person = (await person_named(told, MAYA.nhs_number)).hex()
    bundle = (await client.get(f"/fhir/Goal?patient={person}&_revinclude=Provenance:target")).json()
    assert resource_issues(bundle) == []
    told_by = [one["resource"] for one in bundle["entry"] if one["search"]["mode"] == "include"]
    targets = [one["target"][0]["reference"] for one in told_by]
    assert targets == [f"Goal/{one['id']}" for one in matches(bundle)]
    assert targets


REFUSED: Mapping[str, tuple[str, dict[str, str], int, str]] = {
    "nobody is named": ("/fhir/Encounter", {}, 400, "required"),
    "an empty name": ("/fhir/Encounter?patient=", {}, 400, "required"),
    "two people": ("/fhir/Encounter?patient={0}&patient={0}", {}, 400, "invalid"),
    "one person by two names": (
        f"/fhir/Encounter?patient={{0}}&patient:identifier={NHS_NUMBER}|9990000018",
        {},
        400,
        "required",
    ),
    "an identifier of another kind": ("/fhir/Encounter?patient:identifier=a|1", {}, 400, "not-supported"),
    "somebody unknown": ("/fhir/Encounter?patient=00000000000000000000000000000000", {}, 404, "not-found"),
    "no id": ("/fhir/Encounter?patient=maya", {}, 404, "not-found"),
    "an include": ("/fhir/Encounter?patient={0}&_include=Encounter:subject", {}, 400, "not-supported"),
    "an unknown parameter, strictly": (
        "/fhir/Encounter?patient={0}&colour=red",
        STRICT,
        400,
        "not-supported",
    ),
    "a broken link": ("/fhir/Encounter?patient={0}&_page=zzz", {}, 400, "invalid"),
    "another format": ("/fhir/Encounter?patient={0}&_format=xml", {}, 406, "not-supported"),
    "no resource id": ("/fhir/Encounter/1", {}, 404, "not-found"),
    "no such resource": ("/fhir/Encounter/00000000-0000-0000-0000-000000000000", {}, 404, "not-found"),
    "no such type": ("/fhir/Spaceship/00000000-0000-0000-0000-000000000000", {}, 404, "not-found"),
    "a type that is not searched": ("/fhir/Practitioner?patient={0}", {}, 404, "not-found"),
    "everything, with an unknown parameter": (
        "/fhir/Patient/{0}/$everything?colour=red",
        STRICT,
        400,
        "not-supported",
    ),
}


@pytest.mark.parametrize(("address", "headers", "status", "code"), REFUSED.values(), ids=list(REFUSED))
async def test_what_cannot_be_answered_is_refused(
    client: httpx.AsyncClient, told: Engines, address: str, headers: dict[str, str], status: int, code: str
) -> None:
    """As an OperationOutcome, which is valid."""
    person = (await person_named(told, MAYA.nhs_number)).hex()
    answer = await client.get(address.format(person), headers=headers)
    assert answer.status_code == status
    assert issue_of(answer)["code"] == code
    assert resource_issues(answer.json()) == []


async def test_an_unknown_parameter_is_named(client: httpx.AsyncClient, told: Engines) -> None:
    """In an entry of its own, beside the answer."""
    person = (await person_named(told, MAYA.nhs_number)).hex()
    bundle = (await client.get(f"/fhir/Goal?patient={person}&colour=red")).json()
    assert resource_issues(bundle) == []
    *found, outcome = bundle["entry"]
    assert found
    assert outcome["search"]["mode"] == "outcome"
    assert "'colour'" in outcome["resource"]["issue"][0]["diagnostics"]


async def test_a_resource_is_of_the_type_in_its_address(client: httpx.AsyncClient, told: Engines) -> None:
    """At another type's address there is nothing."""
    person = (await person_named(told, MAYA.nhs_number)).hex()
    (goal, *_) = matches((await client.get(f"/fhir/Goal?patient={person}")).json())
    assert (await client.get(f"/fhir/CarePlan/{goal['id']}")).status_code == 404
    assert (await client.get(f"/fhir/Patient/{goal['id']}")).status_code == 404


async def test_nobody_learns_of_whom_they_may_not_know(client: httpx.AsyncClient, told: Engines) -> None:
    """A partner that told nothing of somebody is answered as of one that is not there, word for word."""
    person = (await person_named(told, MAYA.nhs_number)).hex()
    (goal, *_) = matches((await client.get(f"/fhir/Goal?patient={person}")).json())
    await as_partner(client, told, LANTERN.ods)
    for address, unknown in (
        (f"/fhir/Patient/{person}", f"/fhir/Patient/{'0' * 32}"),
        (f"/fhir/Patient/{person}/$everything", f"/fhir/Patient/{'0' * 32}/$everything"),
        (f"/fhir/Goal?patient={person}", f"/fhir/Goal?patient={'0' * 32}"),
        (f"/fhir/Goal/{goal['id']}", "/fhir/Goal/00000000-0000-0000-0000-000000000000"),
    ):
        answer, other = await client.get(address), await client.get(unknown)
        assert (answer.status_code, answer.content) == (404, other.content)
    del client.headers["Authorization"]
    client.cookies.clear()
    for path in ("/fhir/Patient", f"/fhir/Patient/{person}", "/fhir/Goal", f"/fhir/Goal/{goal['id']}"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_a_token_reaches_as_far_as_its_scopes(client: httpx.AsyncClient, told: Engines) -> None:
    """By type and verb; the whole record asks for every type; who told it is a type too."""
    maya = await person_named(told, MAYA.nhs_number)
    person = maya.hex()
    (goal, *_) = matches((await client.get(f"/fhir/Goal?patient={person}")).json())
    addresses = {
        "Patient.r": f"/fhir/Patient/{person}",
        "Patient.s": f"/fhir/Patient?identifier={NHS_NUMBER}|{MAYA.nhs_number}",
        "Goal.s": f"/fhir/Goal?patient={person}",
        "Goal.r": f"/fhir/Goal/{goal['id']}",
        "Goal.s Provenance.s": f"/fhir/Goal?patient={person}&_revinclude=Provenance:target",
        "*.r": f"/fhir/Patient/{person}/$everything",
    }
    for scopes, opened in {
        "": set(addresses),
        "system/*.rs": set(addresses),
        "system/*.read": set(addresses),
        "system/Patient.rs": {"Patient.r", "Patient.s"},
        "system/Goal.r": {"Goal.r"},
        "system/Goal.s system/Provenance.s": {"Goal.s", "Goal.s Provenance.s"},
        "system/*.cud": set[str](),
        "user/*.cruds": set[str](),
    }.items():
        await as_partner(client, told, TRUST.ods, scopes)
        statuses = {needed: (await client.get(address)).status_code for needed, address in addresses.items()}
        assert statuses == {needed: 200 if needed in opened else 403 for needed in addresses}, scopes


async def test_a_token_of_one_person_opens_nobody_else(client: httpx.AsyncClient, told: Engines) -> None:
    """Whatever its organisation told of others."""
    maya = await person_named(told, MAYA.nhs_number)
    await as_partner(client, told, TRUST.ods)
    others = [
        person
        for person in await everybody(told)
        if person != maya.hex() and (await client.get(f"/fhir/Patient/{person}")).status_code == 200
    ]
    assert others
    await as_partner(client, told, TRUST.ods, "patient/*.rs", maya)
    assert (await client.get(f"/fhir/Patient/{maya.hex()}")).status_code == 200
    for person in others:
        assert (await client.get(f"/fhir/Patient/{person}")).status_code == 404
        assert (await client.get(f"/fhir/Goal?patient={person}")).status_code == 404
    everybodys = await client.get("/fhir/Patient?family=Larter&birthdate=1949-08-08")
    assert matches(everybodys.json()) == []


@pytest.mark.parametrize(("method", "address", "body"), EXAMPLES, ids=[one[1] for one in EXAMPLES])
async def test_the_examples_of_the_docs_work(
    client: httpx.AsyncClient, method: str, address: str, body: str
) -> None:
    """Each finds something, and its answer is valid."""
    headers = {"Content-Type": "application/fhir+json"} if body else {}
    answer = await client.request(method, address, content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert resource_issues(answer.json()) == []
    assert matches(answer.json())


def test_the_docs_tell_of_every_type() -> None:
    """And of no other; and of the limits."""
    told_of = re.search(r"AllergyIntolerance, .*? and Task", DOC, re.DOTALL)
    assert told_of
    assert re.findall(r"[A-Z]\w+", told_of[0]) == [*SEARCHED]
    assert f"{USUAL} unless it is said, {MOST} at most" in DOC
    assert f"`count` is at most {MOST_MATCHES}" in DOC
    assert f"more than {MOST_FOUND}" in DOC
    assert f"more than {MOST_NEAR}" in DOC


async def test_what_is_kept_from_a_reader_is_told(client: httpx.AsyncClient, told: Engines) -> None:
    """A peer worker's page is valid, lacks what is clinical, and says of which organisation and kinds; a steward's has
    all."""
    maya = await person_named(told, MAYA.nhs_number)
    address = f"/fhir/Patient/{maya.hex()}/$everything?_count=500"
    whole = {one["id"] for one in matches((await client.get(address)).json())}
    async with await connect(told.dsn) as connection:
        link = await issue_link(connection, Reader(Role.PEER_WORKER, TIDEWELL.ods, "u-1", "Sam Okafor"))
    assert (await client.get(f"/sign-in/{link}")).status_code == 303
    bundle = (await client.get(address)).json()
    assert resource_issues(bundle) == []
    assert {one["id"] for one in matches(bundle)} < whole
    (outcome,) = [one["resource"] for one in bundle["entry"] if one["search"]["mode"] == "outcome"]
    assert "suppressed" in {issue["code"] for issue in outcome["issue"]}
    for kind in SEARCHED:
        answer = await client.get(f"/fhir/{kind}?patient={maya.hex()}&_count=500")
        assert {one["id"] for one in matches(answer.json())} <= {one["id"] for one in matches(bundle)}
    for hidden in sorted(whole - {one["id"] for one in matches(bundle)}):
        for kind in ("Encounter", "Observation", "Communication", "Practitioner", "Patient"):
            assert (await client.get(f"/fhir/{kind}/{hidden}")).status_code == 404
