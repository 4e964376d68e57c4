"""Whom plans, care teams and episodes of care name as answering for the person's care, version by version."""

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, NamedTuple

from services.domain.record.continuity.parties import Mention, Nature, Parties, Sure
from services.domain.record.continuity.tenures import Held, Told
from services.domain.record.continuity.things import Resource, kind_of, moment, part, status_of
from services.domain.record.duplicates.plain_words import plain
from services.domain.record.word import Word
from services.domain.record.words import contained, objects, words

_NAMED = re.compile(
    r"\bnamed (\w+ ){0,3}(worker|nurse|practitioner|professional|clinician|coordinator)\b"
    r"|\bcare co ?ordinator\b|\bkey ?worker\b"
)
_CARE_COORDINATOR = "768820003"
"""SNOMED CT: Care coordinator (occupation)."""
AUTHOR, TEAM, MANAGER = "author", "team", "manager"
"""The slots in which a worker is named."""
KINDS = ("CarePlan", "CareTeam", "EpisodeOfCare")
"""The resource types that name a worker."""
_NOT_BEGUN = frozenset({"draft", "proposed", "planned", "waitlist", "entered-in-error"})
_OVER = frozenset({"revoked", "completed", "inactive", "finished", "cancelled"})


class Basis(IntEnum):
    """Why someone counts as named worker; the least is the plainest."""

    NAMED = 0
    """Their role says so: named worker, named social worker, care coordinator, key worker."""
    MANAGES = 1
    """They are the care manager of an episode of care."""
    PLANS = 2
    """They are the author of a plan, and answer for it."""


class Claim(NamedTuple):
    """One version's naming of one worker."""

    slot: str
    """In what the worker is named: as author of a plan, in a team, or as care manager."""
    mention: Mention
    basis: Basis
    at: int
    """The version's instant, in ticks."""
    held: Held
    sender: str


def told_of(word: Word, found: list[Claim]) -> Told:
    """What one version tells of the holders of one slot, by its claims on it."""
    status = status_of(word)
    held: dict[str, Held] = {}
    for one in found if status not in _NOT_BEGUN else ():
        held[one.mention.key] = _joined(held.get(one.mention.key, one.held), one.held)
    return Told(word.instant, held, ended=status in _OVER)


def claims(word: Word, parties: Parties) -> Iterator[Claim]:
    """Whom one version of a plan, a team or an episode of care names."""
    resource = word.resource
    kind = kind_of(word)
    if kind == "CarePlan":
        author = parties.mention(resource.get("author"), word, sure=Sure.WROTE)
        yield from _claim(AUTHOR, author, Basis.PLANS, word, resource)
        for team in objects(resource.get("careTeam")):
            shown = parties.mention(team, word)
            if shown and _is_naming(shown.role):
                yield from _claim(TEAM, shown, Basis.NAMED, word, resource)
            if str(team.get("reference")).startswith("#"):
                yield from _participants(contained(resource, team), word, parties)
    elif kind == "CareTeam":
        yield from _participants(resource, word, parties)
    elif kind == "EpisodeOfCare":
        manages = parties.organisation(resource.get("managingOrganization"), word)
        manager = parties.mention(resource.get("careManager"), word, organisation=manages)
        yield from _claim(MANAGER, manager, Basis.MANAGES, word, resource)


def _participants(team: Resource, word: Word, parties: Parties) -> Iterator[Claim]:
    """Those of a care team whose role there, or of themselves, is to answer for the person's care."""
    for one in objects(team.get("participant")):
        acts_for = parties.organisation(one.get("onBehalfOf"), word)
        role = next(_naming_roles(one.get("role")), "")
        mention = parties.mention(one.get("member"), word, role=role, organisation=acts_for)
        if mention and _is_naming(mention.role):
            yield from _claim(TEAM, mention, Basis.NAMED, word, team, one)


def _claim(
    slot: str, mention: Mention | None, basis: Basis, word: Word, *holders: Resource
) -> Iterator[Claim]:
    """A worker's claim, held for the period that the last of `holders` tells, else the one before."""
    if mention is None or mention.nature is not Nature.WORKER:
        return
    since = next((at for one in reversed(holders) if (at := moment(one, "period.start")) is not None), None)
    until = next((at for one in reversed(holders) if (at := moment(one, "period.end")) is not None), None)
    named = Basis.NAMED if _is_naming(mention.role) else basis
    yield Claim(slot, mention, named, word.instant, Held(since, until), word.sender)


def _joined(one: Held, other: Held) -> Held:
    """The time that two namings of one worker in one version take up together."""
    starts = [held.since for held in (one, other) if held.since is not None]
    ends = [held.until for held in (one, other) if held.until is not None]
    return Held(min(starts, default=None), max(ends) if len(ends) == 2 else None)


def _naming_roles(concepts: Any) -> Iterator[str]:
    for concept in objects(concepts):
        yield from (text for text in words(concept) if _is_naming(text))
        if any(part(one, "code") == _CARE_COORDINATOR for one in objects(concept.get("coding"))):
            yield "Care coordinator"


def _is_naming(role: str) -> bool:
    return _NAMED.search(plain(role)) is not None
