"""What one system says of an entry, in words a person reads. Total: any accepted resource can be told."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.domain.record.details import PLAN_ANSWERS, details
from services.domain.record.instant import instant_text
from services.domain.record.kinds import KINDS, answers_a_plan, at_path, entry_kind, said_when
from services.domain.record.words import Resource, contained, first, words

WITHDRAWN = "entered-in-error"
"""The status by which a FHIR source takes back what it said."""

_NOT_ANSWERED = ("draft", "requested")
_STATUS_FIELDS = ("status", "lifecycleStatus", "clinicalStatus")
_PLAIN = {"noshow": "did not attend", "onhold": "on hold"}


@dataclass(frozen=True, slots=True)
class Telling:
    """The words for one system's current version of an entry."""

    when: str
    """The moment as its source gave it, or the version's own instant where it gave none."""
    title: str
    status: str
    """WITHDRAWN, or plain words."""
    detail: str


def tell(resource: Resource, instant: int) -> Telling:
    """The words of a resource whose type is in KINDS; `instant` is that of its version, in ticks."""
    return Telling(
        when=when_of(resource, instant),
        title=title_of(resource),
        status=status_of(resource),
        detail=details(resource),
    )


def when_of(resource: Resource, instant: int) -> str:
    """The moment as `tell` has it."""
    return said_when(resource) or instant_text(instant)


def title_of(resource: Resource) -> str:
    """The title as `tell` has it."""
    return next(_titles(resource), entry_kind(resource))


def is_withdrawn(resource: Resource) -> bool:
    """Whether its source takes back what it said."""
    return status_of(resource) == WITHDRAWN


def news(kind: str, status: str) -> str:
    """What `status`, of an entry of this kind, says that is not said by its being told; empty where it says nothing.

    That a referral is active says how its sender keeps it, and not how it stands: that is told of its thread.
    """
    return "" if status in _NO_NEWS.get(kind, ()) else _NEWS.get((kind, status), status)


_NO_NEWS = {
    "Assessment score": ("final",),
    "Consent": ("active",),
    "Contact": ("finished",),
    "Document": ("current",),
    "Immunisation": ("completed",),
    "Note": ("completed",),
    "Procedure": ("completed",),
    "Questionnaire": ("completed",),
    "Referral": ("active",),
}
"""By kind, what most of them are."""
_NEWS = {
    ("Referral", "completed"): "closed",
    ("Referral", "revoked"): "withdrawn",
    ("Referral answer", "failed"): "could not be done",
    ("Plan", "revoked"): "withdrawn",
}


def _titles(resource: Resource) -> Iterator[str]:
    """An answer to a plan goes by the plan's name, one to a referral by whose it is: its code is of no more use."""
    if answers_a_plan(resource):
        yield from words(at_path(resource, "focus.display"))
    elif resource["resourceType"] == "Task" and resource.get("status") not in _NOT_ANSWERED:
        yield from (f"Answer of {owner}" for owner in first(at_path(resource, "owner.display")))
    for path in KINDS[resource["resourceType"]].what:
        told = at_path(resource, path)
        yield from words(told)
        yield from words(contained(resource, told).get("code"))


def status_of(resource: Resource) -> str:
    """The status as `tell` has it.

    A diagnosis or an allergy is withdrawn or refuted by its verificationStatus, beside which no other counts.
    """
    verified = [*words(resource.get("verificationStatus"))]
    for ruling in (WITHDRAWN, "refuted") if verified else ():
        if any(one.lower().replace(" ", "-") == ruling for one in verified):
            return ruling
    if resource.get("active") is False:
        return "inactive"
    told = next((one for field in _STATUS_FIELDS for one in words(resource.get(field))), "")
    if answers_a_plan(resource):
        told = PLAN_ANSWERS.get(told, told)
    return told if told == WITHDRAWN else _PLAIN.get(told, told.replace("-", " "))
