"""How each referral was answered, as far as continuity needs it: by whom, and whether it was taken on."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from services.domain.record.business_identity import SHARED_SYSTEMS
from services.domain.record.continuity.things import Things, kind_of, part, status_of
from services.domain.record.kinds import occurred
from services.domain.record.word import Word
from services.domain.record.words import objects

_TAKEN_ON = frozenset({"accepted", "in-progress", "on-hold", "completed"})
_TURNED_DOWN = frozenset({"rejected", "cancelled", "failed"})
"""States of a Gravity closed-loop Task (SDOH Clinical Care 2.x); those before them, as 'requested', answer nothing."""


class Answer(NamedTuple):
    """The latest answer to a referral."""

    at: int
    """In ticks."""
    taken_on: bool
    task: Word


def answers(things: Things) -> dict[bytes, Answer]:
    """The latest answer to each referral that has one, by the referral's entry."""
    by_identifier = _by_identifier(things)
    latest: dict[bytes, Answer] = {}
    for task in things.of_kind("Task"):
        status = status_of(task)
        if status in _TAKEN_ON or status in _TURNED_DOWN:
            answer = Answer(occurred(task.resource, task.instant), status in _TAKEN_ON, task)
            for referral in _asked_for(task, things, by_identifier):
                held = latest.setdefault(referral, answer)
                latest[referral] = max(
                    held, answer, key=lambda one: (one.at, one.task.instant, one.task.resource_key)
                )
    return latest


def _asked_for(task: Word, things: Things, by_identifier: dict[tuple[Any, ...], bytes]) -> Iterator[bytes]:
    """The entries of the referrals that a Task answers, by its focus or by what it is based on."""
    for reference in [task.resource.get("focus"), *objects(task.resource.get("basedOn"))]:
        found = things.named(reference, task.source_record)
        if found and kind_of(found) == "ServiceRequest":
            yield found.entry_key
        elif (name := _name(part(reference, "identifier"), task)) in by_identifier:
            yield by_identifier[name]


def _by_identifier(things: Things) -> dict[tuple[Any, ...], bytes]:
    """The referrals by their identifiers: one of a shared system names the same in every system."""
    return {
        _name(identifier, word): word.entry_key
        for word in things.of_kind("ServiceRequest")
        for identifier in objects(word.resource.get("identifier"))
    }


def _name(identifier: Any, word: Word) -> tuple[Any, ...]:
    system, value = str(part(identifier, "system")), str(part(identifier, "value"))
    return system, value, b"" if system in SHARED_SYSTEMS else word.source_record
