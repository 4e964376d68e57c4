"""Who took part in what a resource tells, and where it was: workers, family and peers in one list, as equals."""

from collections.abc import Iterable, Iterator
from typing import Any

from services.domain.record.kinds import at_path
from services.domain.record.spoken import spoken
from services.domain.record.words import Resource, first, objects

_WHO = {
    "Appointment": ("With", ("participant.actor",)),
    "CarePlan": ("Made by", ("author", "contributor")),
    "Communication": ("Written by", ("sender",)),
    "DocumentReference": ("Written by", ("author",)),
    "Encounter": ("Taking part:", ("participant.individual",)),
    "ServiceRequest": ("Asked by", ("requester",)),
}
"""By resource type, how those who took part are told, and the references to them."""

_PLACES = ("HealthcareService", "Location")


def who(resource: Resource) -> list[str]:
    """The names of all who took part, in the order in which they are told, what each is behind the name."""
    if _asks_for_themself(resource):
        return ["the person"]
    _, paths = _WHO.get(resource["resourceType"], ("", ()))
    found = (name for path in paths for one in _parts(resource, path) for name in _named(*one))
    return [*dict.fromkeys(found)]


def is_met(resource: Resource) -> bool:
    """Whether it tells of a meeting, that was or is to be: whoever takes part in it is somebody more."""
    return resource["resourceType"] in ("Appointment", "Encounter")


def each_adds(told: Iterable[list[str]]) -> list[list[str]]:
    """Of several lists of those who took part, the names in each of people whom none before it names."""
    found: list[list[str]] = []
    known: set[str] = set()
    for names in told:
        found.append([name for name in names if not _people(name) <= known])
        known.update(one for name in names for one in _people(name))
    return found


def whom(resource: Resource) -> list[str]:
    """Whom a referral asks."""
    if resource["resourceType"] != "ServiceRequest":
        return []
    return [name for one in _references(resource, "performer") for name in first(one.get("display"))]


def where(resource: Resource) -> str:
    """The place of a contact or a booking; empty where none is told by name."""
    kind = resource["resourceType"]
    if kind == "Encounter":
        places = _references(resource, "location.location")
    elif kind == "Appointment":
        places = [one for one in _references(resource, "participant.actor") if _is_place(one)]
    else:
        places = []
    return next((name for one in places for name in first(one.get("display"))), "")


def listed(names: list[str]) -> str:
    """The names in one line: 'Ruth, Hanna and Izzy'; empty where there are none."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if names[1:] else "".join(names)


def told_in_words(resource: Resource, names: list[str] | None = None) -> Iterator[str]:
    """Sentences of who took part and where; of `names`, where others are told to have than it says itself."""
    opening, _ = _WHO.get(resource["resourceType"], ("", ()))
    names, asked = who(resource) if names is None else names, whom(resource)
    if names and names == asked:
        yield f"Opened by {listed(names)}."
    elif names:
        yield f"{opening} {listed(names)}{f', of {listed(asked)}' if asked else ''}."
    elif asked:
        yield f"Asked of {listed(asked)}."
    if place := where(resource):
        yield f"At {place}."


def _asks_for_themself(resource: Resource) -> bool:
    if resource["resourceType"] != "ServiceRequest":
        return False
    asks, subject = (at_path(resource, f"{field}.reference") for field in ("requester", "subject"))
    return asks is not None and asks == subject


def _references(resource: Resource, path: str) -> list[Resource]:
    return [reference for reference, _ in _parts(resource, path)]


def _parts(resource: Resource, path: str) -> list[tuple[Resource, str]]:
    """The references at a path, each with what its type says in words that they are."""
    field, _, part = path.partition(".")
    told = resource.get(field)
    parts = objects(told if isinstance(told, list) else [told])
    if not part:
        return [(one, "") for one in parts]
    return [(one[part], _role(one.get("type"))) for one in parts if isinstance(one.get(part), dict)]


def _role(types: Any) -> str:
    """A type that is coded alone says how somebody takes part, and not what they are."""
    told = (one.get("text") for one in objects(types))
    return next((text for text in told if isinstance(text, str)), "")


def _named(reference: Resource, role: str) -> Iterator[str]:
    if not _is_place(reference):
        yield from (spoken_name(name, role) for name in first(reference.get("display")) if name.strip())


def _is_place(reference: Resource) -> bool:
    kind, literal = reference.get("type"), at_path(reference, "reference")
    steps = literal.split("/") if isinstance(literal, str) else []
    return kind in _PLACES or (len(steps) > 1 and steps[-2] in _PLACES)


def _people(name: str) -> set[str]:
    """Who is meant, whatever they are: two in 'Bev Hallam and Gurdeep Sohal (resident coaches)'."""
    return set(" ".join(name.partition(" (")[0].casefold().split()).split(" and "))


def spoken_name(display: str, role: str = "") -> str:
    """'Sam Okafor (peer worker)' of 'Sam Okafor, peer worker'; 'NAIR, Priya' is a name alone."""
    name, _, behind = display.partition(", ")
    if behind[:1].islower() or (behind.isupper() and not name.isupper()):
        return f"{name} ({behind})"
    return f"{display} ({spoken(role)})" if role and not behind else display
