"""What is written down of a request, by its route: which kind of thing it is to whoever looks at it later."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What somebody did."""

    READ = "read"
    SEARCH = "search"
    REFUSAL = "refusal"
    """They were refused because of who they are."""
    DELIVERY = "delivery"
    """A partner's system was told what became of its messages, or to stop showing what it was given."""
    RULING = "ruling"
    """A steward settled something: who is who, which entries are one, what becomes of a message."""
    CHANGE = "change"
    EXPORT = "export"
    """Something left the service as a whole, on the command line."""
    BREAK_GLASS = "break-glass"
    SIGN_IN = "sign-in"


ELSEWHERE: frozenset[str] = frozenset({"POST /fhir/$process-message"})
"""Routes of which nothing is written, since each message that comes in is kept whole, with its sender."""

WATCHING: frozenset[str] = frozenset({"GET /person/{id}/changes", "GET /services/{ods}/changes"})
"""Routes that tell a page which was read, and is written down, that it has changed, and show nothing of how: that
somebody listens is not written, and that they could not is."""

_NOT_BY_METHOD: Mapping[str, Kind] = {
    "GET /": Kind.SEARCH,
    "GET /person": Kind.SEARCH,
    "GET /fhir/Patient": Kind.SEARCH,
    "POST /fhir/Patient/$match": Kind.SEARCH,
    "GET /outcomes": Kind.DELIVERY,
    "GET /outcomes/{id:path}": Kind.DELIVERY,
    "GET /notices": Kind.DELIVERY,
    "GET /scorecard": Kind.DELIVERY,
    "POST /fhir/ServiceRequest/$check": Kind.READ,
    "POST /quarantine/resubmit": Kind.RULING,
    "POST /quarantine/{key}/correct": Kind.RULING,
    "POST /quarantine/{key}/resubmit": Kind.RULING,
    "POST /quarantine/{key}/dismiss": Kind.RULING,
    "POST /review/{one}/{other}": Kind.RULING,
    "POST /review/entries/{one}/{other}": Kind.RULING,
}


def kind_of(route: str) -> Kind:
    """What a request to a route is, by method and path: a new route is written down too, as a read or a change."""
    told = _NOT_BY_METHOD.get(route)
    if told is not None:
        return told
    if route.endswith("/break-glass"):
        return Kind.BREAK_GLASS
    return Kind.READ if route.startswith("GET ") else Kind.CHANGE


def changes_something(kind: Kind) -> bool:
    """Whether it is to be written before it is done, since it cannot be held back afterwards."""
    return kind in (Kind.RULING, Kind.CHANGE, Kind.BREAK_GLASS)
