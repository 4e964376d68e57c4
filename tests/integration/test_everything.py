"""GET /fhir/Patient/{id}/$everything: one person's whole record as FHIR, for those who may read it."""

from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest
from fhir.resources.R4B.bundle import Bundle

from tests.messages import fhir_client, issue_of, resources, token
from tests.stack import RunningStack
from tests.streams.norfolk_suffolk_partners import MAYA, PARTNERS

pytestmark = pytest.mark.any_broker

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
    return client.get(f"/fhir/Patient/{person}/$everything")


def test_it_is_a_sound_searchset_that_holds_together(browser: httpx.Client, maya: dict[str, Any]) -> None:
    """R4 throughout, each fullUrl once, and each reference to another part of the record leads to it."""
    answer = everything(browser, maya["person"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.headers["cache-control"] == "no-store"
    bundle = answer.json()
    Bundle.model_validate(bundle)
    assert (bundle["type"], bundle["total"]) == ("searchset", len(bundle["entry"]))
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(urls) == len(set(urls))
    references = [one for one in _references(bundle) if one.startswith("urn:uuid:")]
    assert len(references) > 50
    assert set(references) <= set(urls)


def test_it_begins_with_the_person(browser: httpx.Client, maya: dict[str, Any]) -> None:
    """The first resource is who the person is, linked to every system's own Patient."""
    bundle = everything(browser, maya["person"]).json()
    person = resources(bundle)[0]
    assert (person["resourceType"], person["id"]) == ("Patient", maya["person"])
    assert person["birthDate"] == MAYA.birth_date
    assert {one["value"] for one in person["identifier"]} == {MAYA.nhs_number}
    kinds = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert len(person["link"]) == len(maya["source_records"]) == 4
    assert {kinds[link["other"]["reference"]] for link in person["link"]} == {"Patient"}


def test_it_holds_what_each_organisation_said(browser: httpx.Client, maya: dict[str, Any]) -> None:
    """Every source of every entry, and all the context, is there as it was told, tagged with who told it."""
    bundle = everything(browser, maya["person"]).json()
    said = {_whose(one): _untagged(one) for one in resources(bundle)[1:]}
    sources = [source for entry in maya["entries"] for source in entry["sources"]] + maya["context"]
    expected = {(one["sender"], *_name(one["resource"])): one["resource"] for one in sources}
    assert said == expected
    assert {sender for sender, *_ in said} == {"ZZT41", "ZZG07", "ZZC12", "ZZV58"}
    names = {partner.ods: partner.name for partner in PARTNERS}
    tags = [one["meta"]["tag"][-1] for one in resources(bundle)[1:]]
    assert all(tag["display"] == names[tag["code"]] for tag in tags)


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


def _whose(resource: dict[str, Any]) -> tuple[str, str, str]:
    tag = resource["meta"]["tag"][-1]
    assert tag["system"] == ODS
    return (tag["code"], *_name(resource))


def _name(resource: dict[str, Any]) -> tuple[str, str]:
    return resource["resourceType"], resource.get("id", "")


def _untagged(resource: dict[str, Any]) -> dict[str, Any]:
    copy: dict[str, Any] = orjson.loads(orjson.dumps(resource))
    copy["meta"]["tag"].pop()
    if not copy["meta"]["tag"]:
        del copy["meta"]["tag"]
    return copy
