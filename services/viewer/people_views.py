"""Who helps a person, and what matters to them, as the person's page shows it."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.domain.record.continuity.named_claims import Basis
from services.domain.record.continuity.named_worker import NamedWorker, NamedWorkers
from services.domain.record.continuity.team import Member
from services.domain.record.continuity.what_matters import Said
from services.domain.record.details import asked
from services.domain.record.spoken import spoken
from services.platform.access import Partner
from services.viewer.moments import plain_day

_WHY = {Basis.NAMED: "", Basis.MANAGES: "manages the care", Basis.PLANS: "leads the plan"}


@dataclass(frozen=True, slots=True)
class WorkerView:
    """Someone who answers for the person's care."""

    name: str
    role: str
    why: str
    """Why they count as named worker, where their role does not say it."""
    organisation: str
    sector: str
    since: str


@dataclass(frozen=True, slots=True)
class NamedView:
    """The named workers."""

    now: list[WorkerView]
    """The one to show first comes first."""
    past: str
    """How often that changed and who it was before; empty where nobody was."""


@dataclass(frozen=True, slots=True)
class MemberView:
    """Someone of the team."""

    name: str
    role: str
    organisation: str
    sector: str
    last_seen: str
    named_until: str
    """The day on which they ceased to be named worker; empty where they still are, or never were."""


@dataclass(frozen=True, slots=True)
class MattersView:
    """One thing that matters to the person."""

    words: str
    own: bool
    about: str
    """What was asked, who wrote it down, and when."""


def named_view(found: NamedWorkers, names: dict[str, Partner]) -> NamedView | None:
    """The named workers; None where there are none, and never were any but the authors of plans that are over."""
    if not found.now and all(one.basis is Basis.PLANS for one in found.before):
        return None
    return NamedView([_worker(one, names) for one in found.now], _past(found))


def team_view(team: Iterable[Member], found: NamedWorkers) -> list[MemberView]:
    """Everyone who takes part, as equals; who was the person's named worker before is still called so by many."""
    now = {(one.who.name, one.who.organisation) for one in found.now}
    until = {
        (one.who.name, one.who.organisation): plain_day(one.until)
        for one in reversed(found.before)
        if one.until is not None and one.basis is not Basis.PLANS
    }
    return [
        MemberView(
            one.name,
            _spoken(one.role),
            one.organisation_name if one.organisation_name != one.name else "",
            one.sector,
            plain_day(one.last_seen) if one.last_seen is not None else "",
            "" if (who := (one.name, one.organisation)) in now else until.get(who, ""),
        )
        for one in team
    ]


def matters_view(said: Iterable[Said], names: dict[str, Partner]) -> list[MattersView]:
    """What matters to the person, each with who wrote it down."""
    return [MattersView(one.words, one.own, _about(one, names)) for one in said]


def _worker(one: NamedWorker, names: dict[str, Partner]) -> WorkerView:
    partner = names.get(one.who.organisation)
    return WorkerView(
        one.who.name,
        _spoken(one.who.role),
        _WHY[one.basis],
        one.who.organisation_name,
        partner.sector if partner else "",
        plain_day(one.since),
    )


def _spoken(role: str) -> str:
    return spoken(role) if role else ""


def _past(found: NamedWorkers) -> str:
    """'Changed once. Before: Priya Nair, until 8 June 2026.' Each is named once, with the last day."""
    current = {one.who for one in found.now}
    ends: dict[str, str] = {}
    for one in found.before:
        if one.who not in current and one.until is not None:
            ends.setdefault(one.who.name, f"{one.who.name}, until {plain_day(one.until)}")
    times = len(found.changes)
    said = [f"Changed {({1: 'once', 2: 'twice'}).get(times, f'{times} times')}."] if times else []
    said += [f"Before: {'; '.join(ends.values())}."] if ends else []
    return " ".join(said)


def _about(one: Said, names: dict[str, Partner]) -> str:
    tellers = " and ".join(names[ods].name if ods in names else ods for ods in one.told_by)
    wrote = f"{one.written_by}, {tellers}" if one.written_by else tellers
    by = f"written down by {wrote}" if one.own else f"written about them by {wrote}"
    heading = f"{one.heading}, {spoken(one.state)}" if one.state else one.heading
    return f"{asked(heading)} {by}, {plain_day(one.at)}" if heading else f"{by}, {plain_day(one.at)}"
