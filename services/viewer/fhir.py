"""GET /fhir/Patient/{id}/$everything: the record as a FHIR Bundle."""

from typing import Any

import orjson
from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.fhir.issue import Issue, operation_outcome
from services.domain.identity.demographics import NHS_NUMBER_SYSTEMS, Demographics, is_valid
from services.domain.message import thing_reference
from services.platform.access import Partner, partners, sender_of
from services.platform.postgres import Connection
from services.platform.sign_in import signed_in
from services.viewer.held import holds
from services.viewer.reading import CareRecord, Source, find_persons, is_told_of_by, read_record

_ODS_SYSTEM = "https://fhir.nhs.uk/Id/ods-organization-code"
_NHS_NUMBER_SYSTEM = min(
    NHS_NUMBER_SYSTEMS, key=lambda system: (not system.startswith("https"), "/id/" in system)
)
_WITHHELD = Issue(
    "suppressed",
    "The record is withheld just now: a message about this person's consent, a restriction or safeguarding "
    "could not be read and is being put right by a steward. Ask again later.",
)


class FhirDoor:
    """Reads for signed-in browsers, and for partner systems of the people they have themselves told of."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool
        self.routes = [Route("/fhir/Patient/{id}/$everything", self.everything, methods=["GET"])]

    async def everything(self, request: Request) -> Response:
        """The whole record of the person that any of its ids names."""
        async with self._pool.connection() as connection:
            reader = await _reader(connection, request)
            if reader is None:
                return _refused(401, Issue("login", "Sign in, or send a partner's bearer token."))
            persons = await find_persons(connection, request.path_params["id"])
            if len(persons) != 1 or not (reader == "" or await is_told_of_by(connection, persons[0], reader)):
                return _refused(404, Issue("not-found", "No record with this id that you may read."))
            if await holds(connection, persons[0]):
                return _refused(403, _WITHHELD)
            record = await read_record(connection, persons[0])
            names = await partners(connection)
        return Response(
            orjson.dumps(everything_bundle(record, names)),
            headers={"Content-Type": "application/fhir+json", "Cache-Control": "no-store"},
        )


def everything_bundle(record: CareRecord, names: dict[str, Partner]) -> dict[str, Any]:
    """The record as a searchset: the person, then what each system says, as it said it.

    Each resource keeps the id its source gave it; its fullUrl names the thing, and references between
    resources use it. meta.tag says which organisation told it.
    """
    sources = [source for entry in record.entries for source in entry.sources] + record.context
    entries = [{"fullUrl": thing_reference(record.person), "resource": _person(record)}]
    entries += [
        {"fullUrl": thing_reference(source.resource_key), "resource": _told(source, names)}
        for source in sources
    ]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}


def _person(record: CareRecord) -> dict[str, Any]:
    facts = record.facts
    patient: dict[str, Any] = {"resourceType": "Patient", "id": record.person.hex()}
    if valid := [number for number in record.nhs_numbers if is_valid(number)]:
        patient["identifier"] = [{"system": _NHS_NUMBER_SYSTEM, "value": number} for number in valid]
    if name := _human_name(facts):
        patient["name"] = [name]
    for field, element in (("birth_date", "birthDate"), ("gender", "gender")):
        if field in facts:
            patient[element] = facts[field].value
    patients = (one for one in record.context if one.resource["resourceType"] == "Patient")
    patient["link"] = [
        {"other": {"reference": thing_reference(one.resource_key)}, "type": "seealso"} for one in patients
    ]
    return patient


def _human_name(facts: Demographics) -> dict[str, Any]:
    name: dict[str, Any] = {}
    if "family" in facts:
        name["family"] = facts["family"].value
    if "given" in facts:
        name["given"] = facts["given"].value.split()
    return name


def _told(source: Source, names: dict[str, Partner]) -> dict[str, Any]:
    meta = source.resource["meta"]
    tag = {"system": _ODS_SYSTEM, "code": source.sender}
    if source.sender in names:
        tag["display"] = names[source.sender].name
    return {**source.resource, "meta": {**meta, "tag": [*meta.get("tag", []), tag]}}


async def _reader(connection: Connection, request: Request) -> str | None:
    """Who reads: a partner's ODS code, the empty string for a signed-in browser, None for nobody."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await sender_of(connection, token.strip())
    return "" if await signed_in(connection, request) else None


def _refused(status: int, issue: Issue) -> Response:
    return Response(
        orjson.dumps(operation_outcome([issue], status=status)),
        status,
        {"Content-Type": "application/fhir+json", "Cache-Control": "no-store"},
    )
