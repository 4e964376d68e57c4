"""What of a referral's life is known without reading it, as a row beside each thing tells it."""

import hashlib
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple

import orjson

from services.domain.record.introductions import is_introduction
from services.domain.record.referrals.moments import asked, asked_by, happened
from services.domain.record.referrals.state import says
from services.domain.record.referrals.ties import (
    TIED,
    answers,
    groups_of,
    names_of,
    points_at,
    references,
    shared_identifiers,
)
from services.domain.record.telling import WITHDRAWN
from services.domain.record.word import Word

_TOKEN_BYTES = 6
"""Of the hash of a token: what JSON numbers hold. Two of one person's hardly ever share it."""


class Move(IntEnum):
    """What one word says of how far a referral is."""

    NOTHING = 0
    RUNS = 1
    ENDS = 2
    NEVER = 3
    """Entered in error."""


class Trace(NamedTuple):
    """One thing that is a referral or may belong to one, by hashed tokens."""

    resource_key: bytes
    entry_key: bytes
    is_request: bool
    is_contact: bool
    """Whether it is a contact or a note: of these a referral may have any number."""
    is_plan: bool
    """Whether it is a plan, to which people may have agreed."""
    is_booking: bool
    introduces: bool
    """Whether it is a referral that introduces somebody: of it is told what was asked for afterwards."""
    move: int
    """A Move."""
    ticks: int
    """When that came about."""
    asked: int
    """When a referral was asked for, in ticks; 0 of all else."""
    names: Sequence[int]
    """What it is known by."""
    points: Sequence[int]
    """What it refers to."""
    groups: Sequence[int]
    """The groups that a referral was asked for in."""
    journeys: Sequence[int]
    """The journeys that a contact is on; of a journey all its names."""
    answers: Sequence[int]
    """What it brings to an end, if it does."""


def trace_row(word: Word) -> bytes:
    """The trace as a row keeps it; empty for what is no referral or journey, and refers to nothing."""
    kind = word.resource["resourceType"]
    is_request, is_plan, is_booking = (kind == one for one in ("ServiceRequest", "CarePlan", "Appointment"))
    if not is_request and not is_plan and kind not in TIED:
        return b""
    points = points_at(word) | (shared_identifiers(word.resource) if kind in TIED else frozenset())
    if not (points or is_request or is_plan or is_booking or kind == "EpisodeOfCare"):
        return b""
    move, ticks = _move(word)
    at = (asked(word) or asked_by(word)).ticks if is_request else 0
    names = names_of(word)
    journeys = {"Encounter": references(word, "episodeOfCare"), "EpisodeOfCare": names}.get(kind, ())
    told = (
        names,
        points,
        groups_of(word) if is_request else (),
        journeys,
        _about(word, points) if move is Move.ENDS else (),
    )
    is_contact = kind in ("Encounter", "Communication")
    kinds = (is_request, is_contact, is_plan, is_booking, is_introduction(word.resource))
    return orjson.dumps([*kinds, move.value, ticks, at, *map(_hashed, told)])


def from_row(resource_key: bytes, entry_key: bytes, row: bytes) -> Trace:
    """The trace that `trace_row` wrote."""
    return Trace(resource_key, entry_key, *orjson.loads(row))


def _about(word: Word, points: frozenset[str]) -> frozenset[str]:
    """The referrals that it ends, if it does; what is told of a whole group may be about none of them."""
    if word.resource["resourceType"] == "Task":
        return answers(word) - groups_of(word)
    return points


def _move(word: Word) -> tuple[Move, int]:
    if word.resource.get("status") == WITHDRAWN:
        return (
            Move.NEVER if word.resource["resourceType"] == "ServiceRequest" else Move.NOTHING
        ), word.instant
    state = says(word)
    if word.resource["resourceType"] == "ServiceRequest":
        if state is not None and not state.is_open:
            return Move.ENDS, word.instant
        return Move.RUNS, (asked(word) or asked_by(word)).ticks
    if state is None:
        return Move.NOTHING, happened(word).ticks
    return (Move.RUNS if state.is_open else Move.ENDS), happened(word).ticks


def _hashed(tokens: Iterable[str]) -> list[int]:
    return sorted(
        int.from_bytes(hashlib.blake2b(one.encode(), digest_size=_TOKEN_BYTES).digest()) for one in tokens
    )
