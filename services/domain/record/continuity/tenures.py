"""Who held a role from when to when, read from the versions of plans, teams and episodes; and the changes between."""

from collections.abc import Iterable
from typing import NamedTuple

NEVER = (1 << 62, 0)
"""The end of a tenure that has not ended."""

Moment = tuple[int, int]
"""Ticks, and the step among versions of one thing that are told of the same instant."""


class Held(NamedTuple):
    """When one version says that one holder holds the role."""

    since: int | None
    """Since when as it tells itself, in ticks; None where it does not."""
    until: int | None
    """Until when as it tells itself; None where it does not, or they still hold it."""


class Told(NamedTuple):
    """One version of one thing: by key, whom it names."""

    instant: int
    claims: dict[str, Held]
    ended: bool
    """Whether it tells that the thing is over, and with it the role."""


class Tenure(NamedTuple):
    """One holder from `since` until `until`, which is NEVER where they hold it still."""

    since: Moment
    until: Moment
    holder: str


class Turn(NamedTuple):
    """One holder in another's place."""

    at: Moment
    before: str
    after: str


def tenures(versions: list[Told]) -> list[Tenure]:
    """Who held the role in one thing, by its versions in their order.

    A holder begins when the version that first names them says, else at its instant; never before the version
    that did not name them yet. They end when they are named no more, when the thing ends, or when it says.
    """
    found: list[Tenure] = []
    running: dict[str, Moment] = {}
    before: Told | None = None
    step = 0
    for version in versions:
        step = step + 1 if before and before.instant == version.instant else 0
        at = version.instant, step
        for holder, claim in version.claims.items():
            ended_already = before is not None and holder in before.claims and _is_over(version, holder)
            if holder not in running and not ended_already:
                running[holder] = _begin(claim, at, before)
        for holder in [one for one in running if _is_over(version, one)]:
            since = running.pop(holder)
            found.append(Tenure(since, max(since, _end(version, holder, at)), holder))
        before = version
    return sorted([*found, *(Tenure(since, NEVER, holder) for holder, since in running.items())])


def united(found: Iterable[Tenure]) -> list[Tenure]:
    """The tenures, in order, once those of one holder that overlap or touch are made one."""
    kept: dict[str, list[Tenure]] = {}
    for one in sorted(found):
        own = kept.setdefault(one.holder, [])
        if own and one.since <= own[-1].until:
            own[-1] = own[-1]._replace(until=max(own[-1].until, one.until))
        else:
            own.append(one)
    return sorted(one for own in kept.values() for one in own)


def turns(found: list[Tenure]) -> list[Turn]:
    """Each time one holder came in the place of another who had gone; `found` is united.

    A second holder beside the first is no change, and neither is one who returns before another came.
    """
    events = sorted(event for one in found for event in _events(one))
    gone: dict[str, None] = {}
    made: list[Turn] = []
    for at, event, holder in events:
        if event != _COMES:
            gone[holder] = None
        elif holder in gone:
            del gone[holder]
        elif gone:
            made.append(Turn(at, gone.popitem()[0], holder))
    return made


_GOES, _COMES, _GOES_AT_ONCE = range(3)
"""What happens first of what happens at one moment; one who comes and goes at one moment does so in this order."""


def _events(one: Tenure) -> list[tuple[Moment, int, str]]:
    goes = _GOES if one.since < one.until else _GOES_AT_ONCE
    ends = [(one.until, goes, one.holder)] if one.until < NEVER else []
    return [(one.since, _COMES, one.holder), *ends]


def _is_over(version: Told, holder: str) -> bool:
    claim = version.claims.get(holder)
    return claim is None or version.ended or (claim.until is not None and claim.until <= version.instant)


def _begin(claim: Held, at: Moment, before: Told | None) -> Moment:
    earliest = before.instant if before else -1
    return (claim.since, 0) if claim.since is not None and earliest < claim.since <= at[0] else at


def _end(version: Told, holder: str, at: Moment) -> Moment:
    claim = version.claims.get(holder)
    told = claim.until if claim else None
    return (told, 0) if told is not None and told <= at[0] else at
