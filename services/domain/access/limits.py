"""Which of the listed routes a token opens that is limited: to scopes, or to one person."""

from collections.abc import Mapping

from services.domain.access.reader import Reader
from services.domain.access.scopes import EVERY_TYPE, Verb, permits

WEIGHED_THERE: frozenset[str] = frozenset(
    {
        "GET /fhir/Patient",
        "POST /fhir/Patient/$match",
        "GET /fhir/Patient/{id}",
        "GET /fhir/Patient/{id}/$everything",
        "GET /fhir/{type:searched}",
        "GET /fhir/{type:resource}/{id}",
        "POST /fhir/ServiceRequest/$check",
    }
)
"""Reads of one resource type or one person: whether the token reaches them is known when it is known what is asked."""

NEEDED: Mapping[str, Verb] = {
    "POST /fhir/$process-message": Verb.CREATE,
    "POST /uploads": Verb.CREATE,
    "GET /uploads/{id}": Verb.CREATE,
    "POST /uploads/{id}/commit": Verb.CREATE,
    "GET /outcomes": Verb.SEARCH,
    "GET /outcomes/{id:path}": Verb.READ,
    "GET /notices": Verb.SEARCH,
    "GET /scorecard": Verb.SEARCH,
}
"""What a token with scopes has to be allowed with every type, since a message or a sheet may hold any. A sheet that
waits is seen again by whoever may send it. What stands neither here nor above opens to no token with scopes."""


def is_within_limits(reader: Reader, route: str) -> bool:
    """Whether the limits of the reader's token let it come to a listed route, by method and path.

    A token of one person comes to nothing that is not about one. Whoever has no such limits is not held by them.
    """
    if route in WEIGHED_THERE:
        return True
    if reader.person is not None:
        return False
    if not reader.scopes:
        return True
    needed = NEEDED.get(route)
    return needed is not None and permits(reader, EVERY_TYPE, needed)


def is_limited(reader: Reader) -> bool:
    """Whether the reader's token is limited at all."""
    return bool(reader.scopes) or reader.person is not None
