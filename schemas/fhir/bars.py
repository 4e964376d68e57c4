"""The Booking and Referral Standard (BaRS Core 1.5.0): what it asks of its messages.

What can be understood as one of its interactions is taken, and what is off the guide's text is named as a
deviation; what can be understood as none is refused. Only the message itself is looked at: whether a
cancelled referral is current, or an answered one known, is settled by the record.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from schemas.fhir.bars_tables import (
    CATEGORY_SYSTEM,
    COMPANION_DEVIATIONS,
    COMPANION_STATUSES,
    COMPANIONS,
    DEVIATIONS,
    EVENT_SYSTEM,
    EVENTS,
    MAJOR_VERSION,
    REASON_SYSTEM,
    REASONS,
    WITHDRAWN,
    Event,
)
from schemas.fhir.issue import Issue, Refused
from schemas.fhir.note import Note

Resource = dict[str, Any]

_HEADER = "Bundle.entry[0].resource"
_REFUSING_RULES = {"new": "bars-new", "update": "bars-update", "delete": "bars-cancel"}


def is_bars(bundle: Resource) -> bool:
    """Whether the message says that it is one of BaRS."""
    if bundle.get("type") != "message":
        return False
    coding = bundle["entry"][0]["resource"].get("eventCoding")
    return coding is not None and coding.get("system") == EVENT_SYSTEM


def bars_notes(bundle: Resource) -> list[Note]:
    """The deviations from BaRS that are taken as they are; nothing where the message is none of BaRS.

    Raises:
        Refused: the message breaks a rule by which BaRS refuses (400 value or invariant, 422 not-supported).
    """
    if not is_bars(bundle):
        return []
    header = bundle["entry"][0]["resource"]
    event = EVENTS.get(header["eventCoding"].get("code", ""))
    if event is None:
        text = f"BaRS has no such event; it has {_either(EVENTS)}."
        raise Refused([Issue("not-supported", text, f"{_HEADER}.eventCoding.code", "bars-event")], status=422)
    taken = [deviation(name, place) for name, place in _version(bundle)]
    reason, off = _reason(header)
    if off:
        taken.append(deviation(off, f"{_HEADER}.reason"))
    places, undated = _places(bundle["entry"], event.root)
    if undated:
        place = f"Bundle.entry[{undated[0]}].resource.meta"
        taken.append(deviation("bars-last-updated", place, len(undated)))
    if event.answers and "response" not in header:
        taken.append(deviation("bars-response-missing", f"{_HEADER}.response"))
    if not places[event.root]:
        return [*taken, _without_root(event, header)]
    root = _focused(bundle["entry"], header, places[event.root])
    if root is None:
        root = places[event.root][0]
        if not event.answers:  # a response's focus may as well be the Encounter in which it was decided
            taken.append(deviation("bars-focus", f"{_HEADER}.focus"))
    return taken + _interaction_notes(event, reason, root, places, bundle["entry"])


def deviation(name: str, place: str = "", count: int = 1) -> Note:
    """The note on a deviation that is taken."""
    return Note("deviation", name, DEVIATIONS[name].says, place, count)


def _version(bundle: Resource) -> list[tuple[str, str]]:
    meta = bundle.get("meta", {})
    if "versionId" not in meta:
        return [("bars-version-missing", "Bundle.meta.versionId")]
    version = meta["versionId"]
    if version is None:
        text = "versionId is null: name the version of the standard, such as 1.1.0, or leave it out."
        raise Refused([Issue("invariant", text, "Bundle.meta.versionId", "bars-version")])
    if version.split(".")[0] != MAJOR_VERSION:
        text = f"This version of BaRS is not spoken here; versions {MAJOR_VERSION}.x are."
        raise Refused([Issue("not-supported", text, "Bundle.meta.versionId", "bars-version")], status=422)
    return []


def _reason(header: Resource) -> tuple[str, str]:
    """The reason, of the BaRS code system or else of any other, and the deviation in how it is given."""
    codings = header.get("reason", {}).get("coding", [])
    own = [coding for coding in codings if coding.get("system") == REASON_SYSTEM]
    given: list[str] = [coding["code"] for coding in own or codings if "code" in coding]
    if not given:
        return "", "bars-reason-missing"
    if known := next((code for code in given if code in REASONS), None):
        return known, "" if own else "bars-reason-system"
    text = f"BaRS has no such reason; it has {_either(REASONS)}."
    raise Refused([Issue("value", text, f"{_HEADER}.reason.coding[0].code", "bars-event")])


def _places(entries: Sequence[Resource], root: str) -> tuple[dict[str, list[int]], list[int]]:
    """The places of what the interactions ask about, and of resources that do not say when they changed."""
    places: dict[str, list[int]] = {root: [], **{kind: [] for kind in COMPANION_DEVIATIONS}}
    undated = []
    for place, entry in enumerate(entries):
        resource = entry["resource"]
        if (kind := resource["resourceType"]) in places:
            places[kind].append(place)
        if "lastUpdated" not in resource.get("meta", ()):
            undated.append(place)
    return places, undated


def _focused(entries: Sequence[Resource], header: Resource, roots: list[int]) -> int | None:
    """The place of the root resource that the header's focus names."""
    names = {focus.get("reference") for focus in header.get("focus", [])}
    for place in roots:
        resource = entries[place]["resource"]
        if (
            entries[place].get("fullUrl") in names
            or f"{resource['resourceType']}/{resource.get('id')}" in names
        ):
            return place
    return None


def _without_root(event: Event, header: Resource) -> Note:
    """A response may speak of what came of a request without repeating it; a request may not."""
    if event.answers and (event.root != "Appointment" or "response" in header):
        return deviation("bars-root-missing", "Bundle.entry")
    text = (
        f"Event {event.code} is about an {event.root}".replace("an S", "a S") + ", and the message has none."
    )
    raise Refused(
        [Issue("invariant", text, "Bundle.entry", "bars-response" if event.answers else "bars-new")]
    )


def _interaction_notes(
    event: Event, reason: str, root: int, places: dict[str, list[int]], entries: Sequence[Resource]
) -> list[Note]:
    resource = entries[root]["resource"]
    status = resource.get("status", "")  # R4 lets an extension stand in for it
    reason = reason or ("update" if status in WITHDRAWN else "new")
    row = event.interaction(reason, status)
    if row is None:
        rule = "bars-response" if event.answers else _REFUSING_RULES[reason]
        text = (
            f"No interaction of BaRS has event {event.code}, reason {reason} and a root resource with this "
            f"status. {_what_would_be_right(event, reason)}"
        )
        raise Refused([Issue("invariant", text, f"Bundle.entry[{root}].resource.status", rule)])
    notes = [deviation(row.deviation, f"Bundle.entry[{root}].resource.status")] if row.deviation else []
    if row.is_a == "new request":
        notes += _new_request_notes(resource, root, places, entries)
    return notes


def _new_request_notes(
    request: Resource, root: int, places: dict[str, list[int]], entries: Sequence[Resource]
) -> list[Note]:
    notes = []
    category = _category(request)
    if category is None:
        notes.append(deviation("bars-category", f"Bundle.entry[{root}].resource.category"))
    for kind, right in COMPANIONS[category or "referral"].items():
        found = {entries[place]["resource"].get("status"): place for place in reversed(places[kind])}
        if not found:
            notes.append(deviation(COMPANION_DEVIATIONS[kind], "Bundle.entry"))
        elif found.keys().isdisjoint(right):
            place = f"Bundle.entry[{places[kind][0]}].resource.status"
            if found.keys().isdisjoint(COMPANION_STATUSES[kind]):
                text = f"The {kind} of a new {category or 'referral'} is {_either(right)}."
                raise Refused([Issue("invariant", text, place, "bars-new")])
            notes.append(deviation(COMPANION_DEVIATIONS[kind], place))
    return notes


def _category(request: Resource) -> str | None:
    for concept in request.get("category", []):
        for coding in concept.get("coding", []):
            if coding.get("system") == CATEGORY_SYSTEM and coding.get("code") in COMPANIONS:
                return str(coding["code"])
    return None


def _what_would_be_right(event: Event, reason: str) -> str:
    rows = [row for row in event.interactions if row.reason == reason]
    usual = [status for row in rows if not row.deviation for status in row.statuses.split()]
    if usual:
        return f"With reason {reason} it is {_either(usual)}."
    withdrawn = [status for row in rows for status in row.statuses.split()]
    return f"What is withdrawn is {_either(withdrawn)}, with reason update."


def _either(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else str(last)
