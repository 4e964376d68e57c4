"""Finding people over FHIR: GET /fhir/Patient by identifier or name, and POST /fhir/Patient/$match."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.fhir.issue import Issue, Refused
from schemas.fhir.match_request import read_match_request
from services.domain.access.reader import Reader
from services.domain.access.scopes import Verb
from services.domain.access.sight import Sight
from services.domain.identity.decision import Grade
from services.domain.identity.demographics import profile_of, read_demographics
from services.domain.identity.profile import Profile
from services.domain.record.version import NO_VERSION_ID, OWN, Rank
from services.platform.postgres import Connection
from services.viewer.fhir.access import opened, require_scope
from services.viewer.fhir.answer import answer, base_of, for_readers
from services.viewer.fhir.bundle import Resource, matched, searchset
from services.viewer.fhir.find import (
    MOST_FOUND,
    SEARCHED,
    Finder,
    Likeness,
    asked_by_name,
    is_named_so,
    known_to,
    rank,
)
from services.viewer.fhir.patient import patient
from services.viewer.fhir.query import first, ignored_issues, read_query
from services.viewer.fhir.small_body import read_small_body
from services.viewer.reading import Known, read_known
from services.viewer.seeing import seen_of

_GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
_ASKED = Rank(0, NO_VERSION_ID, OWN, b"")


class FhirPeople:
    """Looks for people, and tells of those alone whom the reader may know of."""

    def __init__(self, pool: AsyncConnectionPool[Connection], finder: Finder) -> None:
        self._pool = pool
        self._finder = finder
        self.routes = [
            Route("/fhir/Patient", for_readers(self.search), methods=["GET"]),
            Route("/fhir/Patient/$match", for_readers(self.match), methods=["POST"]),
        ]

    async def search(self, request: Request, reader: Reader) -> Response:
        """Everybody with an identifier, or with a name and a birth date."""
        require_scope(reader, "Patient", Verb.SEARCH)
        given = request.query_params.multi_items()
        query = read_query(given, SEARCHED, request.headers.get("prefer", ""))
        told = ignored_issues(query)
        base = base_of(request, "Patient")
        identifier = first(given, "identifier")
        asked = None if identifier else asked_by_name(given)
        entries = []
        async with self._pool.connection() as connection:
            if asked is None:
                near = await self._finder.by_identifier(connection, reader, identifier)
            else:
                near = await asyncio.to_thread(_named_so, asked, await self._finder.near(connection, asked))
            likely = await known_to(connection, reader, near, told)
            if len(likely) > MOST_FOUND:
                raise Refused(
                    [Issue("too-costly", f"More than {MOST_FOUND} people answer to this: say more.")]
                )
            for one in likely:
                found = await _seen(connection, reader, one.person, told)
                if found and (asked is None or is_named_so(seen_of(*found), asked)):
                    entries.append(matched(base, patient(*found)))
        return answer(searchset(base, given, entries, told, total=len(entries)))

    async def match(self, request: Request, reader: Reader) -> Response:
        """Whoever may be the Patient in the body, the surest first, each with how sure it is."""
        require_scope(reader, "Patient", Verb.SEARCH)
        wanted = await asyncio.to_thread(read_match_request, await read_small_body(request))
        asked = profile_of(read_demographics(wanted.patient, _ASKED))
        base = base_of(request, "Patient/$match")
        told: list[Issue] = []
        found: list[_Match] = []
        async with self._pool.connection() as connection:
            near = await self._finder.near(connection, asked)
            alikes = await asyncio.to_thread(self._alikes, asked, near)
            likely = [one for one in near if one.person in alikes]
            allowed = await known_to(
                connection, reader, likely, told, lambda one: self._finder.finds(asked, one) is not None
            )
            # Anew by what may be told: else who comes before whom would confirm a guess at the rest.
            alikes = await asyncio.to_thread(self._alikes, asked, allowed)
            allowed = [one for one in allowed if one.person in alikes]
            for one in sorted(allowed, key=lambda one: rank(alikes[one.person]), reverse=True):
                if len(found) == wanted.most:
                    break
                seen = await _seen(connection, reader, one.person, told)
                if seen and (alike := self._finder.finds(asked, seen_of(*seen))):
                    found.append(_Match(alike, patient(*seen)))
        found.sort(key=lambda one: rank(one.likeness), reverse=True)
        if wanted.only_certain:
            certain = [one for one in found if one.likeness.grade is Grade.CERTAIN]
            found = certain if len(certain) == 1 else []
        entries = [matched(base, one.patient, **one.search) for one in found]
        return answer(searchset(base, (), entries, told, total=len(entries)))

    def _alikes(self, asked: Profile, near: Sequence[Known]) -> dict[bytes, Likeness]:
        alikes = ((one.person, self._finder.likeness(asked, one)) for one in near)
        return {person: alike for person, alike in alikes if alike}


def _named_so(asked: Profile, near: Sequence[Known]) -> list[Known]:
    return [one for one in near if is_named_so(one, asked)]


class _Match(NamedTuple):
    likeness: Likeness
    patient: Resource

    @property
    def search(self) -> dict[str, Any]:
        """How sure it is, as FHIR says it."""
        return {
            "extension": [{"url": _GRADE, "valueCode": self.likeness.grade.value}],
            "score": self.likeness.score,
        }


async def _seen(
    connection: Connection, reader: Reader, person: bytes, told: list[Issue]
) -> tuple[Known, Sight] | None:
    """The person as the reader may see them, or None; why not is added to `told` where they may know of the person."""
    try:
        async with opened(connection, reader, person) as seen:
            return await read_known(connection, person), seen
    except Refused as refused:
        if refused.status != 404:
            told += refused.issues
        return None
