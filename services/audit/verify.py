"""Whether the audit is as it was written: every chain is walked once, in order, a few rows at a time."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from services.platform.audit_chain import START, Anchors, Head, canonical, link
from services.platform.postgres import Connection, snapshot
from services.platform.queries import load_queries

SQL = load_queries(__package__)

_AT_ONCE = 500


class Finding(NamedTuple):
    """Something that is wrong, and where."""

    writer: str
    """Empty where it is about the anchors."""
    seq: int
    """The number of the event, or of the line of anchors; 0 for a whole chain."""
    words: str


class Row(NamedTuple):
    """An event as the table has it."""

    writer: str
    seq: int
    recorded_at: datetime
    event: dict[str, Any]
    previous: bytes
    hash: bytes


class Verification:
    """One walk over all chains. What was found comes as it is found; the counts hold once it has ended."""

    def __init__(self, anchors: Anchors | None) -> None:
        self._anchors = anchors
        self.heads: dict[str, Head] = {}
        """How far each chain is, once the walk has ended."""
        self.events = 0
        self.after_anchors = 0
        """Events that no anchor vouches for yet: of these, the last ones may be gone and it cannot be seen."""

    async def findings(self, connection: Connection) -> AsyncIterator[Finding]:
        """Whatever is wrong: an event edited, gone, moved or put in, at the end of a chain too."""
        ends: Mapping[str, Head] = {}
        if self._anchors is not None and self._anchors.file.exists():
            with self._anchors.file.open("rb") as lines:  # before the table: that can only be ahead
                ends, wrong = self._anchors.latest(lines)
            for number in wrong:
                yield Finding(
                    "", number, "this line of the anchors was not signed with the partnership's key"
                )
        chain = _Chain("", None)
        async for row in _rows(connection):
            if row.writer != chain.writer:
                for finding in self._ended(chain):
                    yield finding
                chain = _Chain(row.writer, ends.get(row.writer))
            self.events += 1
            self.heads[row.writer] = Head(row.seq, row.hash)
            for finding in chain.followed_by(row):
                yield finding
        for finding in self._ended(chain):
            yield finding
        for writer in sorted(ends.keys() - self.heads.keys()):
            yield Finding(writer, 0, f"the whole chain is gone: {ends[writer].seq} events were anchored")
        if self.events and self._anchors is not None and not self._anchors.file.exists():
            yield Finding("", 0, f"the file of anchors is gone: {self._anchors.file}")

    def _ended(self, chain: "_Chain") -> list[Finding]:
        self.after_anchors += chain.after_anchor
        return chain.ended()


class _Chain:
    """The chain of one writer, as far as it was walked."""

    def __init__(self, writer: str, anchor: Head | None) -> None:
        self.writer = writer
        self._anchor = anchor
        self._seq = 0
        self._hash = START

    def followed_by(self, row: Row) -> list[Finding]:
        """What is wrong with the next row; where it stands for more, that is said once."""
        found = []
        if row.seq == self._seq + 1 and row.previous != self._hash:
            found.append("the event before it is not the one that it followed")
        elif row.seq != self._seq + 1:
            found.append(_gone(self._seq + 1, row.seq - 1))
        if link(row.previous, row.writer, row.seq, canonical(row.event)) != row.hash:
            found.append("it is not the event that was written here: edited, or moved from another place")
        elif row.recorded_at != datetime.fromisoformat(row.event["recorded"]):
            found.append("its time is not the one that was written")
        if self._anchor is not None and row.seq == self._anchor.seq and row.hash != self._anchor.hash:
            found.append("it is not the event that was anchored: the chain was written anew")
        self._seq, self._hash = row.seq, row.hash
        return [Finding(row.writer, row.seq, words) for words in found]

    def ended(self) -> list[Finding]:
        """What is wrong with where it ends."""
        if self._anchor is None or self._seq >= self._anchor.seq:
            return []
        return [
            Finding(self.writer, self._seq + 1, f"{_gone(self._seq + 1, self._anchor.seq)}, the last ones")
        ]

    @property
    def after_anchor(self) -> int:
        return max(0, self._seq - (self._anchor.seq if self._anchor else 0))


def _gone(first: int, last: int) -> str:
    if last < first:
        return "its number is no number of an event"
    return f"event {first} is gone" if first == last else f"events {first} to {last} are gone"


async def _rows(connection: Connection) -> AsyncIterator[Row]:
    async with snapshot(connection), connection.cursor("audit", withhold=False) as cursor:
        cursor.itersize = _AT_ONCE
        await cursor.execute(SQL["everything"])
        async for writer, seq, recorded_at, event, previous, hash_ in cursor:
            at = recorded_at.astimezone(UTC)
            yield Row(writer, seq, at, event, bytes(previous), bytes(hash_))
