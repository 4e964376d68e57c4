"""The FHIR door: a person's whole record as a Bundle, and what there is already for a proposed referral."""

import asyncio
from typing import Any

import orjson
from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.fhir.issue import Issue, Refused, operation_outcome
from schemas.fhir.proposed_referral import read_proposed_referral
from services.domain.identity.demographics import NHS_NUMBER_SYSTEMS, Demographics, is_valid
from services.domain.message import thing_reference
from services.platform.access import Partner, partners, sender_of
from services.platform.postgres import Connection
from services.platform.sign_in import signed_in
from services.viewer.held import holds
from services.viewer.moments import now_ticks
from services.viewer.reading import CareRecord, Source, find_persons, is_told_of_by, read_record
from services.viewer.recent import read_recent
from services.viewer.referral_check import ODS_SYSTEM, check_parameters
from services.viewer.small_body import read_small_body

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
        self.routes = [
            Route("/fhir/Patient/{id}/$everything", self.everything, methods=["GET"]),
            Route("/fhir/ServiceRequest/$check", self.check, methods=["POST"]),
        ]

    async def everything(self, request: Request) -> Response:
        """The whole record of the person that any of its ids names."""
        try:
            async with self._pool.connection() as connection:
                reader = await _reader(connection, request)
                person = await _person_asked(connection, reader, request.path_params["id"])
                record = await read_record(connection, person)
                names = await partners(connection)
        except Refused as refused:
            return _refusal(refused)
        return _answer(everything_bundle(record, names))

    async def check(self, request: Request) -> Response:
        """What there is already for something like the referral in the body: asked before referring."""
        try:
            async with self._pool.connection() as connection:
                reader = await _reader(connection, request)
            proposed = await asyncio.to_thread(read_proposed_referral, await read_small_body(request))
            as_of = now_ticks()
            async with self._pool.connection() as connection:
                person = await _person_asked(connection, reader, proposed.person)
                record, _ = await read_recent(connection, person, as_of)
                names = await partners(connection)
        except Refused as refused:
            return _refusal(refused)
        return _answer(await asyncio.to_thread(check_parameters, record, names, proposed.resource, as_of))


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
    tag = {"system": ODS_SYSTEM, "code": source.sender}
    if source.sender in names:
        tag["display"] = names[source.sender].name
    return {**source.resource, "meta": {**meta, "tag": [*meta.get("tag", []), tag]}}


async def _reader(connection: Connection, request: Request) -> str:
    """Who reads: a partner's ODS code, or the empty string for a signed-in browser.

    Raises:
        Refused: 401, nobody.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        reader = await sender_of(connection, token.strip())
    else:
        reader = "" if await signed_in(connection, request) else None
    if reader is None:
        raise Refused([Issue("login", "Sign in, or send a partner's bearer token.")], status=401)
    return reader


async def _person_asked(connection: Connection, reader: str, asked: str) -> bytes:
    """The one person that `asked` names, where `reader` may see the record.

    Raises:
        Refused: 404, there is none that they may read; 403, it is withheld just now.
    """
    persons = await find_persons(connection, asked)
    if len(persons) != 1 or not (reader == "" or await is_told_of_by(connection, persons[0], reader)):
        raise Refused([Issue("not-found", "No record with this id that you may read.")], status=404)
    if await holds(connection, persons[0]):
        raise Refused([_WITHHELD], status=403)
    return persons[0]


def _answer(resource: dict[str, Any], status: int = 200) -> Response:
    return Response(
        orjson.dumps(resource),
        status,
        {"Content-Type": "application/fhir+json", "Cache-Control": "no-store"},
    )


def _refusal(refused: Refused) -> Response:
    return _answer(operation_outcome(refused.issues, status=refused.status), refused.status)
