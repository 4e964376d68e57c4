"""The FHIR door: a person's whole record as a Bundle, and what there is already for a proposed referral."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.fhir.issue import Issue, Refused, operation_outcome
from schemas.fhir.proposed_referral import read_proposed_referral
from services.domain.access.reader import Reader
from services.domain.access.sight import Sight
from services.domain.identity.demographics import NHS_NUMBER_SYSTEMS, Demographics, is_valid
from services.domain.message import thing_reference
from services.platform.access import Partner, partners
from services.platform.postgres import Connection
from services.viewer.held import holds
from services.viewer.moments import now_ticks
from services.viewer.reading import CareRecord, Source, find_persons, read_record
from services.viewer.recent import read_recent
from services.viewer.referral_check import ODS_SYSTEM, check_parameters
from services.viewer.seeing import NotSeen, seeing
from services.viewer.small_body import read_small_body

_NHS_NUMBER_SYSTEM = min(
    NHS_NUMBER_SYSTEMS, key=lambda system: (not system.startswith("https"), "/id/" in system)
)
_WITHHELD = Issue(
    "suppressed",
    "The record is withheld just now: a message about this person's consent, a restriction or safeguarding "
    "could not be read and is being put right by a steward. Ask again later.",
)


_NOT_FOUND = Issue("not-found", "No record with this id that you may read.")


class FhirDoor:
    """Reads for signed-in browsers, and for partner systems of the people they have themselves told of."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool
        self.routes = [
            Route("/fhir/Patient/{id}/$everything", self.everything, methods=["GET"]),
            Route("/fhir/ServiceRequest/$check", self.check, methods=["POST"]),
        ]

    async def everything(self, request: Request) -> Response:
        """The record of the person that any of its ids names, as far as the reader may see it."""
        try:
            async with self._pool.connection() as connection:
                reader = _reader(request)
                person = await _person_asked(connection, request.path_params["id"])
                async with _seeing(connection, reader, person) as sight:
                    record = await read_record(connection, person)
                names = await partners(connection)
        except Refused as refused:
            return _refusal(refused)
        return _answer(everything_bundle(record, names, sight.whereabouts))

    async def check(self, request: Request) -> Response:
        """What there is already for something like the referral in the body: asked before referring."""
        try:
            reader = _reader(request)
            proposed = await asyncio.to_thread(read_proposed_referral, await read_small_body(request))
            as_of = now_ticks()
            async with self._pool.connection() as connection:
                person = await _person_asked(connection, proposed.person)
                async with _seeing(connection, reader, person):
                    record, _ = await read_recent(connection, person, as_of)
                names = await partners(connection)
        except Refused as refused:
            return _refusal(refused)
        return _answer(await asyncio.to_thread(check_parameters, record, names, proposed.resource, as_of))


def everything_bundle(
    record: CareRecord, names: dict[str, Partner], whereabouts: bool = True
) -> dict[str, Any]:
    """The record as a searchset: the person, then what each system says, as it said it.

    Each resource keeps the id its source gave it; its fullUrl names the thing, and references between
    resources use it. meta.tag says which organisation told it.
    """
    sources = [source for entry in record.entries for source in entry.sources] + record.context
    entries = [{"fullUrl": thing_reference(record.person), "resource": _person(record)}]
    entries += [
        {"fullUrl": thing_reference(source.resource_key), "resource": _told(source, names, whereabouts)}
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


_WHEREABOUTS = frozenset({"address", "telecom", "contact", "generalPractitioner", "managingOrganization"})
"""What of a Patient says where they are, or leads there (PDS, restricted records: address, telecom and GP)."""


def _told(source: Source, names: dict[str, Partner], whereabouts: bool) -> dict[str, Any]:
    meta = source.resource["meta"]
    hides = not whereabouts and source.resource["resourceType"] == "Patient"
    told = {name: node for name, node in source.resource.items() if not hides or name not in _WHEREABOUTS}
    tag = {"system": ODS_SYSTEM, "code": source.sender}
    if source.sender in names:
        tag["display"] = names[source.sender].name
    return {**told, "meta": {**meta, "tag": [*meta.get("tag", []), tag]}}


def _reader(request: Request) -> Reader:
    """Who reads.

    Raises:
        Refused: 401, nobody.
    """
    reader: Reader | None = request.state.reader
    if reader is None:
        raise Refused([Issue("login", "Sign in, or send a partner's bearer token.")], status=401)
    return reader


async def _person_asked(connection: Connection, asked: str) -> bytes:
    """The one person that `asked` names.

    Raises:
        Refused: 404, there is none.
    """
    persons = await find_persons(connection, asked)
    if len(persons) != 1:
        raise Refused([_NOT_FOUND], status=404)
    return persons[0]


@asynccontextmanager
async def _seeing(connection: Connection, reader: Reader, person: bytes) -> AsyncIterator[Sight]:
    """As `seeing`; what may not be seen at all is not there.

    Raises:
        Refused: 404, the reader may see nothing; 403, the record is withheld just now.
    """
    is_held = bool(await holds(connection, person))
    try:
        async with seeing(connection, reader, person) as sight:
            if is_held:
                raise Refused([_WITHHELD], status=403)
            yield sight
    except NotSeen as refused:
        if refused.refusal.is_secret:
            raise Refused([_NOT_FOUND], status=404) from None
        raise Refused([Issue("forbidden", refused.refusal.reason)], status=403) from None


def _answer(resource: dict[str, Any], status: int = 200) -> Response:
    return Response(
        orjson.dumps(resource),
        status,
        {"Content-Type": "application/fhir+json", "Cache-Control": "no-store"},
    )


def _refusal(refused: Refused) -> Response:
    return _answer(operation_outcome(refused.issues, status=refused.status), refused.status)
