"""GET /fhir/Patient/{id}/$everything: one person's whole record as FHIR, for those who may read it."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from fhir.resources.R4B.bundle import Bundle

from schemas.fhir.validate import resource_issues
from tests.messages import fhir_client, issue_of, resources, sender_of, token
from tests.stack import RunningStack
from tests.streams.norfolk_suffolk_partners import MAYA, PARTNERS

pytestmark = pytest.mark.any_broker

_REFERENCE = re.compile(r"^(?:urn:uuid:|[A-Za-z]+/)(?=[0-9a-f-]{36}$)")
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"


@pytest.fixture(scope="module")
def told(shared_stack: RunningStack) -> RunningStack:
    """The stack, with the bundled stream in it."""
    shared_stack.replay()
    return shared_stack


@pytest.fixture(scope="module")
def maya(told: RunningStack) -> dict[str, Any]:
    """Maya's record, as the command line prints it."""
    found: dict[str, Any] = told.json("record", MAYA.nhs_number)
    return found


@pytest.fixture(scope="module")
def browser(told: RunningStack) -> Iterator[httpx.Client]:
    """A client that signed in with a one-time link."""
    with fhir_client(told, "") as client:
        assert client.get(told.run("sign-in").stdout.strip()).status_code == 303
        yield client


def everything(client: httpx.Client, person: str) -> httpx.Response:
    """Ask for the person's record."""
    return client.get(f"/fhir/Patient/{person}/$everything?_count=500")


def told_in(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    """What systems told: the person is first, and who told it comes behind each."""
    matches = [entry["resource"] for entry in bundle["entry"] if entry["search"]["mode"] == "match"]
    return matches[1:]


def test_it_is_a_sound_searchset_that_holds_together(browser: httpx.Client, maya: dict[str, Any]) -> None:
    """R4 throughout, each fullUrl once, and each reference to another part of the record leads to it."""
    answer = everything(browser, maya["person"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.headers["cache-control"] == "no-store"
    bundle = answer.json()
    Bundle.model_validate(bundle)
    assert resource_issues(bundle) == []
    assert (bundle["type"], bundle["total"]) == ("searchset", 1 + len(told_in(bundle)))
    told_base = f"{browser.base_url}/fhir/"
    assert bundle["entry"][-1]["search"] == {"mode": "outcome"}
    urls = [entry["fullUrl"] for entry in bundle["entry"][:-1]]
    assert len(urls) == len(set(urls))
    references = {*_references(bundle)}
    assert len(references) > 50
    assert {f"{told_base}{one}" for one in references} <= set(urls)


def test_it_begins_with_the_person(browser: httpx.Client, maya: dict[str, Any]) -> None:
    """The first resource is who the person is, linked to every system's own Patient."""
    bundle = everything(browser, maya["person"]).json()
    person = resources(bundle)[0]
    assert (person["resourceType"], person["id"]) == ("Patient", maya["person"])
    assert person["birthDate"] == MAYA.birth_date
    assert {one["value"] for one in person["identifier"]} == {MAYA.nhs_number}
    kinds = {one["fullUrl"]: one["resource"]["resourceType"] for one in bundle["entry"] if "fullUrl" in one}
    assert len(person["link"]) == len(maya["source_records"]) == 4
    base = f"{browser.base_url}/fhir/"
    assert {kinds[base + link["other"]["reference"]] for link in person["link"]} == {"Patient"}


def test_it_holds_what_each_organisation_said(browser: httpx.Client, maya: dict[str, Any]) -> None:
    """Every source of every entry, and all the context, is there as it was told but for its id and what it refers to,
    tagged with who told it."""
    bundle = everything(browser, maya["person"]).json()
    said = {UUID(one["id"]).hex: _as_told(one) for one in told_in(bundle)}
    sources = [source for entry in maya["entries"] for source in entry["sources"]] + maya["context"]
    assert said == {one["thing"]: _as_told(_tagged(one)) for one in sources}
    assert {sender for sender, _ in said.values()} == {"ZZT41", "ZZG07", "ZZC12", "ZZV58"}
    names = {partner.ods: partner.name for partner in PARTNERS}
    tags = [one["meta"]["tag"][-1] for one in told_in(bundle)]
    assert all(tag["display"] == names[tag["code"]] and tag["system"] == ODS for tag in tags)


def test_each_resource_has_who_told_it(
    browser: httpx.Client, maya: dict[str, Any], told: RunningStack
) -> None:
    """A Provenance behind each: its organisation, when, the message, and what that organisation calls it itself."""
    bundle = everything(browser, maya["person"]).json()
    entries = bundle["entry"][1:-1]
    own_ids = {
        one["thing"]: f"{one['resource']['resourceType']}/{one['resource'].get('id')}"
        for one in [source for entry in maya["entries"] for source in entry["sources"]] + maya["context"]
    }
    for thing, source in zip(entries[::2], entries[1::2], strict=True):
        resource, provenance = thing["resource"], source["resource"]
        assert source["search"]["mode"] == "include"
        assert provenance["target"] == [{"reference": f"{resource['resourceType']}/{resource['id']}"}]
        assert provenance["recorded"] == resource["meta"]["lastUpdated"]
        (who,) = [agent["who"]["identifier"]["value"] for agent in provenance["agent"]]
        assert who == resource["meta"]["tag"][-1]["code"]
        message, *own = [one["what"]["identifier"]["value"] for one in provenance["entity"]]
        assert sender_of(told, bytes.fromhex(message)) == who
        assert [one.partition("/_history/")[0] for one in own] == [own_ids[UUID(resource["id"]).hex]]


def test_pages_make_up_the_whole(browser: httpx.Client, maya: dict[str, Any]) -> None:
    """Following the links tells each entry of the whole once, in the same order; the last page has no link."""
    whole = everything(browser, maya["person"]).json()
    address, found = f"/fhir/Patient/{maya['person']}/$everything?_count=7", list[dict[str, Any]]()
    while address:
        page = browser.get(address).json()
        assert resource_issues(page) == []
        assert sum(one["search"]["mode"] == "include" for one in page["entry"]) <= 7
        found += page["entry"]
        address = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")
    assert [one["search"]["mode"] for one in found].count("outcome") == 1, (
        "what is lacking is told once, and at first"
    )
    found.sort(key=lambda one: one["search"]["mode"] == "outcome")
    assert found == whole["entry"]


def test_any_members_id_or_the_nhs_number_finds_it(browser: httpx.Client, maya: dict[str, Any]) -> None:
    """The id of a source record keeps leading to the person that it belongs to."""
    whole = everything(browser, maya["person"]).content
    for one in maya["source_records"]:
        assert everything(browser, one["id"]).content == whole
    assert everything(browser, MAYA.nhs_number).content == whole


def test_a_partner_reads_those_it_told_of_and_nobody_else(told: RunningStack, maya: dict[str, Any]) -> None:
    """200 for each partner that told of the person, 404 for the others, and as for a person unknown."""
    tellers = {one["sender"] for one in maya["source_records"]}
    for partner in PARTNERS:
        with fhir_client(told, token(told, partner.ods)) as client:
            answer = everything(client, maya["person"])
            assert answer.status_code == (200 if partner.ods in tellers else 404), partner
            unknown = everything(client, "0" * 32)
            assert unknown.status_code == 404
            if partner.ods not in tellers:
                assert answer.content == unknown.content, "not even that there is such a person"
    with fhir_client(told, token(told, "ZZX99")) as stranger:
        assert issue_of(everything(stranger, maya["person"]))["code"] == "not-found"


def test_nobody_reads_without_signing_in(told: RunningStack, maya: dict[str, Any]) -> None:
    """401 without a session or token, with a wrong one, and with a wrong token beside a session."""
    with fhir_client(told, "") as client:
        assert everything(client, maya["person"]).status_code == 401
        client.cookies.set("carethread", "wrong")
        assert issue_of(everything(client, maya["person"]))["code"] == "login"
    with fhir_client(told, "wrong") as client:
        assert everything(client, maya["person"]).status_code == 401


def test_what_is_no_id_finds_nobody(browser: httpx.Client) -> None:
    """404 for text that is no id, and for a number that is no NHS number."""
    for asked in ("maya", "9991042173", "%00", "'; drop table", "0" * 31):
        assert everything(browser, asked).status_code == 404, asked


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _as_told(resource: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Who told it, and what: without what is of this server alone."""
    copy: dict[str, Any] = orjson.loads(orjson.dumps(resource))
    sender: str = copy["meta"].pop("tag")[-1]["code"]
    copy.pop("id", None)
    copy["meta"].pop("versionId", None)
    return sender, _without_references(copy)


def _tagged(source: dict[str, Any]) -> dict[str, Any]:
    meta = source["resource"]["meta"] | {"tag": [{"code": source["sender"]}]}
    return {**source["resource"], "meta": meta}


def _without_references(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            name: _REFERENCE.sub("", value)
            if name == "reference" and isinstance(value, str)
            else _without_references(value)
            for name, value in node.items()
        }
    return [_without_references(one) for one in node] if isinstance(node, list) else node
