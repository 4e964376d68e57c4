"""The FHIR door: who a person is, what systems told of them, and what there is already for a proposed referral."""

import asyncio
from collections.abc import Iterator, Mapping

from psycopg_pool import AsyncConnectionPool
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.fhir.issue import Issue, Refused
from schemas.fhir.proposed_referral import read_proposed_referral
from services.domain.access.reader import Reader
from services.domain.access.scopes import EVERY_TYPE, Verb
from services.domain.identity.demographics import NHS_NUMBER_SYSTEMS
from services.domain.record.kinds import KINDS
from services.platform.access import Partner, partners
from services.platform.postgres import Connection
from services.viewer.completeness import completeness, lacking_issues
from services.viewer.fhir.access import nobody, opened, person_asked, require_scope
from services.viewer.fhir.answer import answer, base_of, for_readers, version_answer
from services.viewer.fhir.bundle import Base, Resource, hidden_issues, included, matched, searchset
from services.viewer.fhir.patient import patient
from services.viewer.fhir.provenance import provenance
from services.viewer.fhir.query import Given, ignored_issues, once, read_query
from services.viewer.fhir.small_body import read_small_body
from services.viewer.fhir.things import (
    ALL_KINDS,
    Thing,
    key_of,
    read_page,
    read_page_of_type,
    read_thing,
    settle,
    shown,
)
from services.viewer.moments import now_ticks
from services.viewer.reading import read_known
from services.viewer.recent import read_recent
from services.viewer.referral_check import check_parameters

_BY_IDENTIFIER = ("patient:identifier", "patient.identifier")
"""As BaRS asks (BaRS API 1.4.0), and as FHIR chains it."""
_WHOSE = ("patient", *_BY_IDENTIFIER)


class _SearchedType(Convertor[str]):
    """A resource type that is searched by person."""

    regex = "|".join(sorted(KINDS))

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _ResourceType(_SearchedType):
    """What may be the name of a resource type."""

    regex = "[A-Z][A-Za-z]+"


register_url_convertor("searched", _SearchedType())
register_url_convertor("resource", _ResourceType())


class FhirDoor:
    """Reads, for people who are signed in and for partners' systems, of what they may see."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool
        self.routes = [
            Route("/fhir/Patient/{id}", for_readers(self.person), methods=["GET"]),
            Route("/fhir/Patient/{id}/$everything", for_readers(self.everything), methods=["GET"]),
            Route("/fhir/ServiceRequest/$check", for_readers(self.check), methods=["POST"]),
            Route("/fhir/{type:searched}", for_readers(self.search), methods=["GET"]),
            Route("/fhir/{type:resource}/{id}", for_readers(self.read), methods=["GET"]),
        ]

    async def person(self, request: Request, reader: Reader) -> Response:
        """Who the person is that any of their ids names; of the id of a system's own Patient, that one."""
        asked = request.path_params["id"]
        if key_of(asked):
            return await self._read(request, reader, "Patient", asked)
        require_scope(reader, "Patient", Verb.READ)
        async with self._pool.connection() as connection:
            person = await person_asked(connection, reader, asked)
            async with opened(connection, reader, person) as seen:
                found = patient(await read_known(connection, person), seen)
        return version_answer(request, found)

    async def read(self, request: Request, reader: Reader) -> Response:
        """One thing that a system told, by its id."""
        return await self._read(request, reader, request.path_params["type"], request.path_params["id"])

    async def search(self, request: Request, reader: Reader) -> Response:
        """What was told of a person, of one resource type, newest first."""
        kind = request.path_params["type"]
        require_scope(reader, kind, Verb.SEARCH)
        given = request.query_params.multi_items()
        query = read_query(given, _WHOSE, request.headers.get("prefer", ""))
        if query.provenance:
            require_scope(reader, "Provenance", Verb.SEARCH)
        async with self._pool.connection() as connection:
            person = await person_asked(connection, reader, _whose(given))
            names = await partners(connection)
            async with opened(connection, reader, person) as seen:
                page = await read_page_of_type(connection, person, kind, query)
                await settle(connection, page.things, names, seen)
        base, kept = base_of(request, kind), _about(given, person)
        entries = [*_entries(base, page.things, names, query.provenance)]
        total = len(page.things) if query.is_first and not page.next else None
        told = [*ignored_issues(query), *hidden_issues(seen, names)]
        return answer(searchset(base, kept, entries, told, page.next, total))

    async def everything(self, request: Request, reader: Reader) -> Response:
        """The whole record of the person that any of its ids names, a page at a time."""
        require_scope(reader, EVERY_TYPE, Verb.READ)
        given = request.query_params.multi_items()
        query = read_query(given, (), request.headers.get("prefer", ""))
        async with self._pool.connection() as connection:
            person = await person_asked(connection, reader, request.path_params["id"])
            names = await partners(connection)
            async with opened(connection, reader, person) as seen:
                known = await read_known(connection, person)
                page = await read_page(connection, person, ALL_KINDS, query)
                page = page._replace(things=shown(page.things, seen))
                await settle(connection, page.things, names, seen)
            lacks = lacking_issues(await completeness(connection, known), names) if query.is_first else []
        base = base_of(request, f"Patient/{person.hex()}/$everything")
        who = [matched(base, patient(known, seen))] if query.is_first else []
        entries = [*who, *_entries(base, page.things, names, with_provenance=True)]
        total = len(who) + len(page.things) if query.is_first and not page.next else None
        told = [*ignored_issues(query), *hidden_issues(seen, names), *lacks]
        return answer(searchset(base, given, entries, told, page.next, total))

    async def check(self, request: Request, reader: Reader) -> Response:
        """What there is already for something like the referral in the body: asked before referring."""
        require_scope(reader, "ServiceRequest", Verb.SEARCH)
        proposed = await asyncio.to_thread(read_proposed_referral, await read_small_body(request))
        as_of = now_ticks()
        async with self._pool.connection() as connection:
            person = await person_asked(connection, reader, proposed.person)
            names = await partners(connection)
            async with opened(connection, reader, person):
                record, _ = await read_recent(connection, person, as_of)
        return answer(await asyncio.to_thread(check_parameters, record, names, proposed.resource, as_of))

    async def _read(self, request: Request, reader: Reader, kind: str, asked: str) -> Response:
        require_scope(reader, kind, Verb.READ)
        key = key_of(asked)
        if key is None:
            raise nobody()
        async with self._pool.connection() as connection:
            person = await person_asked(connection, reader, asked)
            names = await partners(connection)
            async with opened(connection, reader, person) as seen:
                thing = await read_thing(connection, person, key)
                if thing is None or thing.resource["resourceType"] != kind or not shown([thing], seen):
                    raise nobody()
                await settle(connection, [thing], names, seen)
        return version_answer(request, thing.resource)


def _entries(
    base: Base, things: list[Thing], names: Mapping[str, Partner], with_provenance: bool
) -> Iterator[Resource]:
    """Each thing and, right behind it, who told it."""
    for thing in things:
        yield matched(base, thing.resource)
        if with_provenance:
            yield included(provenance(thing, names))


def _whose(given: Given) -> str:
    """The id or NHS number of the person whose things are asked for.

    Raises:
        Refused: 400, none is given, or several.
    """
    once(given, *_WHOSE)
    asked = [(name, value) for name, value in given if name in _WHOSE and value]
    if len(asked) != 1:
        text = "Say once whose: patient=[id], or patient:identifier=https://fhir.nhs.uk/Id/nhs-number|[NHS number]."
        raise Refused([Issue("required", text, "patient")])
    ((name, value),) = asked
    if name == "patient":
        return value.removeprefix("Patient/")
    system, _, number = value.rpartition("|")
    if system not in NHS_NUMBER_SYSTEMS:
        text = (
            "A person is named by the NHS number here, with its system: https://fhir.nhs.uk/Id/nhs-number|..."
        )
        raise Refused([Issue("not-supported", text, name)])
    return number


def _about(given: Given, person: bytes) -> list[tuple[str, str]]:
    """The parameters as links have them: the person by their id, so that no NHS number stands in a log."""
    return [("patient", person.hex()), *((name, value) for name, value in given if name not in _WHOSE)]
