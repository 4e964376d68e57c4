"""Survivorship: where several systems tell of one thing, which value of each field shows, and whose it is.

By field, never by arrival: `docs/duplicates.md` has the rules in one table, and why.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from services.domain.record.business_identity import identifiers, ods_code
from services.domain.record.instant import moment_ticks
from services.domain.record.kinds import at_path
from services.domain.record.taking_part import each_adds, is_met, listed, where, who
from services.domain.record.telling import WITHDRAWN, status_of, title_of, when_of
from services.domain.record.word import Word
from services.domain.record.words import Resource, objects


class Survivor(NamedTuple):
    """The value of a field that shows."""

    value: str
    """Empty where no system tells one."""
    senders: tuple[str, ...]
    """The ODS codes of the organisations whose systems tell it; several where each names somebody of its own."""


class Survivors(NamedTuple):
    """The values that show of one entry."""

    title: Survivor
    status: Survivor
    when: Survivor
    where: Survivor
    who: Survivor


def survivors(words: Iterable[Word]) -> Survivors:
    """What shows of an entry that these words, at least one, tell of; the same in whatever order they stand.

    What its system has taken back shows only where all have.
    """
    told = sorted((_Told(word) for word in words), key=lambda one: (-one.word.instant, one.word.resource_key))
    stands = [one for one in told if one.status != WITHDRAWN] or told
    return Survivors(
        title=_first(stands, lambda one: one.title, lambda one: (not one.own, -len(one.title))),
        status=_first(stands, lambda one: one.status, lambda one: ()),
        when=_first(stands, lambda one: one.when, lambda one: (not one.own, *_exactness(one))),
        where=_first(stands, lambda one: one.where, lambda one: (not one.own, not one.place_is_named)),
        who=_everyone(stands),
    )


class _Told:
    """A word, and what it says of each field."""

    def __init__(self, word: Word) -> None:
        self.word = word
        self.title = title_of(word.resource)
        self.status = status_of(word.resource)
        self.when = when_of(word.resource, word.instant)
        self.own = word.sender in _does(word.resource)
        named = where(word.resource)
        self.place_is_named = bool(named)
        self.where = named or _way_of_meeting(word.resource)
        self.who = who(word.resource)


def _first(
    told: Sequence[_Told], value: Callable[[_Told], str], place: Callable[[_Told], tuple[Any, ...]]
) -> Survivor:
    """The value that stands first; of equals the latest word's, for `told` has the latest first."""
    found = [one for one in told if value(one)]
    if not found:
        return Survivor("", ())
    best = min(found, key=place)
    return Survivor(value(best), (best.word.sender,))


def _everyone(told: Sequence[_Told]) -> Survivor:
    """Of a contact or a booking also those whom only a copy names: each system may name its own worker alone."""
    found = sorted((one for one in told if one.who), key=lambda one: (not one.own, -len(one.who)))
    if not all(is_met(one.word.resource) for one in found):
        found = found[:1]
    added = each_adds(one.who for one in found)
    tellers = dict.fromkeys(one.word.sender for one, names in zip(found, added, strict=True) if names)
    return Survivor(listed([name for names in added for name in names]), tuple(tellers))


def _exactness(one: _Told) -> tuple[bool, int]:
    """A time of day before a day alone; then the earlier, for a copy is written down later."""
    return "T" not in one.when, moment_ticks(one.when) or one.word.instant


def _does(resource: Resource) -> set[str]:
    """The ODS codes of the organisations whose own doing it is: their system knows it first hand."""
    fields = _DOES.get(resource["resourceType"], ())
    nodes = [at_path(resource, field) for field in fields]
    references = [one for node in nodes for one in (node if isinstance(node, list) else [node])]
    return {ods_code(identifiers(one)) for one in objects(references)} - {""}


_DOES = {
    "CarePlan": ("author",),
    "Consent": ("organization",),
    "DocumentReference": ("custodian",),
    "Encounter": ("serviceProvider",),
    "EpisodeOfCare": ("managingOrganization",),
    "Observation": ("performer",),
    "ServiceRequest": ("requester",),
    "Task": ("owner",),
}
"""By resource type, the references to whoever does it: who asks, who provides the contact, who answers."""

_WAYS = {
    "AMB": "where the service is",
    "FLD": "out and about",
    "HH": "at home",
    "VR": "by telephone or online",
}
"""HL7 v3 ActCode, the class of an encounter."""


def _way_of_meeting(resource: Resource) -> str:
    is_contact = resource["resourceType"] == "Encounter"
    return _WAYS.get(str(at_path(resource, "class.code")), "") if is_contact else ""
