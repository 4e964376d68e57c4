"""Answers to searches: a FHIR searchset with its links, and what the reader should know of it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from schemas.fhir.issue import Issue, operation_outcome
from services.domain.access.sight import Hidden, Sight
from services.platform.access import Partner
from services.viewer.fhir.query import Given, Place

Resource = dict[str, Any]


class Base(NamedTuple):
    """The address at which this server was asked."""

    root: str
    """Of the FHIR door, with a slash at its end."""
    path: str
    """Below it, that was asked."""

    def link(self, given: Given, after: Place | None = None) -> str:
        """The address of the same search; with `after` of the page behind that place."""
        kept = [(name, value) for name, value in given if after is None or name != "_page"]
        page = [("_page", str(after))] if after else []
        query = urlencode([*kept, *page], safe=":|/,")
        return f"{self.root}{self.path}?{query}" if query else f"{self.root}{self.path}"


def matched(base: Base, resource: Resource, **search: Any) -> Resource:
    """An entry that answers the search."""
    url = f"{base.root}{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": url, "resource": resource, "search": {"mode": "match", **search}}


def included(resource: Resource) -> Resource:
    """An entry that tells of another one, and has no address of its own."""
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource, "search": {"mode": "include"}}


def searchset(
    base: Base,
    given: Given,
    entries: Sequence[Resource],
    told: Sequence[Issue] = (),
    after: Place | None = None,
    total: int | None = None,
) -> Resource:
    """The Bundle; `told` goes with it as an OperationOutcome, and `after` is where the next page begins.

    How many there are in all is said where that is known without counting.
    """
    links = [{"relation": "self", "url": base.link(given)}]
    if after:
        links.append({"relation": "next", "url": base.link(given, after)})
    bundle: Resource = {"resourceType": "Bundle", "type": "searchset"}
    if total is not None:
        bundle["total"] = total
    bundle["link"] = links
    outcome = [_outcome(told)] if told else []
    if entries or outcome:  # FHIR has no empty lists
        bundle["entry"] = [*entries, *outcome]
    return bundle


def hidden_issues(seen: Sight, names: Mapping[str, Partner]) -> list[Issue]:
    """What is withheld from the reader, as FHIR tells it."""
    return [Issue("suppressed", _withheld(one, names)) for one in seen.hidden]


def _withheld(one: Hidden, names: Mapping[str, Partner]) -> str:
    what = ", ".join(sorted(one.kinds)) if one.kinds else "Everything"
    teller = names[one.sender].name if one.sender in names else one.sender
    return f"Not shown of what {teller} told: {what}. {one.reason}"


def _outcome(told: Iterable[Issue]) -> Resource:
    outcome = operation_outcome([*told], severity="warning")
    for one in outcome["issue"]:
        if one["code"] == "informational":
            one["severity"] = "information"
    return {"resource": outcome, "search": {"mode": "outcome"}}
