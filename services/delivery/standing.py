"""How a message stands in the record: what it shows, what took its place, and whether it said anything new."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.domain.record.kinds import CONTEXT
from services.domain.record.version import Rank, Version


@dataclass(frozen=True, slots=True)
class Found:
    """What the record has for one version of a resource."""

    told_first_by: bytes | None
    """The message that told this very version first; None where no message is known for it."""
    head: Rank
    """The rank of the version that the record shows."""
    head_told_by: bytes | None
    """The message that told that one first, where it is another version."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one applied message stands, as of one moment."""

    shown: int
    superseded: int
    kept: int
    superseded_by: tuple[bytes, ...]
    duplicate_of: bytes | None


VersionKey = tuple[bytes, Rank]


def standing(
    key: bytes, header: Version | None, said: Sequence[Version], found: Mapping[VersionKey, Found]
) -> Standing | None:
    """How the message `key` that says this under its header stands; None where it is not wholly applied.

    What takes its place are the messages that tell the versions shown instead of its own entries, or, where it
    tells of no entry, instead of what else it says: a later word on the person alone supersedes no note about
    them. Its header is its own envelope and says nothing that another could supersede or repeat.
    """
    told = [(one, found.get((one.resource_key, one.rank))) for one in said]
    if any(state is None for _, state in told):
        return None
    entries = [(one, state) for one, state in told if one.kind != CONTEXT]
    outranked = [state for one, state in entries or told if state and one.rank < state.head]
    superseded = sum(1 for one, state in entries if state and one.rank < state.head)
    by = (state.head_told_by for state in outranked if state.head_told_by not in (None, key))
    return Standing(
        shown=len(entries) - superseded,
        superseded=superseded,
        kept=len(told) - len(entries) + (header is not None),
        superseded_by=tuple(dict.fromkeys(one for one in by if one is not None)),
        duplicate_of=_told_before(key, told),
    )


def _told_before(key: bytes, told: Sequence[tuple[Version, Found | None]]) -> bytes | None:
    """The message that had told all of this: where several had, the one that had told most of the entries."""
    firsts = [(one.kind, state.told_first_by if state else None) for one, state in told]
    if not firsts or any(first in (None, key) for _, first in firsts):
        return None
    entries = [first for kind, first in firsts if kind != CONTEXT] or [first for _, first in firsts]
    counts = Counter(first for first in entries if first is not None)
    return min(counts, key=lambda first: (-counts[first], first))
