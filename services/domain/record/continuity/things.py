"""The words on one person, found by the references that name them and gathered into entries."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import Any

from services.domain.record.instant import moment_ticks
from services.domain.record.kinds import at_path
from services.domain.record.telling import WITHDRAWN
from services.domain.record.version import canonical, version_id
from services.domain.record.word import Word
from services.domain.record.words import contained

Resource = dict[str, Any]
Rank = tuple[int, int, bytes]
"""The order of versions of one thing: instant, version id, content hash; see services.domain.record.version."""

_URN = "urn:uuid:"


class Things:
    """What all systems currently say of one person, context such as practitioners and organisations too."""

    def __init__(self, words: Iterable[Word]) -> None:
        current: dict[bytes, Word] = {}
        for word in words:
            held = current.setdefault(word.resource_key, word)
            if held is not word and _order(held) < _order(word):
                current[word.resource_key] = word
        self._by_key = current
        self._by_id = {
            (word.source_record, kind, logical_id): word
            for word in sorted(current.values(), key=_resource_key)
            if (kind := kind_of(word)) and isinstance(logical_id := word.resource.get("id"), str)
        }
        self._by_kind: dict[str, list[Word]] = {}
        for word in sorted(
            current.values(), key=lambda word: (word.entry_key, -word.instant, word.resource_key)
        ):
            if status_of(word) != WITHDRAWN:
                self._by_kind.setdefault(kind_of(word), []).append(word)

    @classmethod
    def of(cls, told: "Iterable[Word] | Things") -> "Things":
        """What is told, gathered already or not."""
        return told if isinstance(told, Things) else cls(told)

    def of_kind(self, *kinds: str) -> list[Word]:
        """The words of these resource types that are not withdrawn, in the order of their entries."""
        return [word for kind in kinds for word in self._by_kind.get(kind, [])]

    def entries(self, kind: str) -> list[list[Word]]:
        """The words of one resource type by entry, in each the latest word first; none that are withdrawn."""
        return [[*group] for _, group in groupby(self.of_kind(kind), key=lambda word: word.entry_key)]

    def named(self, reference: Any, source_record: bytes) -> Word | None:
        """The word on the thing that a literal reference in `source_record` names; None where there is none."""
        text = part(reference, "reference")
        if not isinstance(text, str):
            return None
        if text.startswith(_URN):
            return self._by_key.get(_thing_key(text))
        return self._by_id.get((source_record, *_type_and_id(text)))

    def target(self, reference: Any, word: Word) -> Resource:
        """The resource that a reference in `word` names, contained or told beside it; empty where there is none."""
        if inside := contained(word.resource, reference):
            return inside
        found = self.named(reference, word.source_record)
        return found.resource if found else {}


_resource_key = attrgetter("resource_key")


def part(node: Any, name: str) -> Any:
    """What stands under `name` in an object; None where nothing does, or `node` is no object."""
    return node.get(name) if isinstance(node, dict) else None


def kind_of(word: Word) -> str:
    """The resource type of what is told."""
    return str(word.resource.get("resourceType", ""))


def type_named(reference: Any) -> str:
    """The resource type that a reference itself tells, by its `type` or its path; empty where it tells none."""
    for field in ("type", "reference"):
        text = part(reference, field)
        if isinstance(text, str) and not text.startswith(("urn:", "#")):
            return text if field == "type" else _type_and_id(text)[0]
    return ""


def status_of(word: Word) -> str:
    """The status of what is told, of a Goal its lifecycleStatus; empty where it has none."""
    is_goal = word.resource.get("resourceType") == "Goal"
    told = word.resource.get("lifecycleStatus" if is_goal else "status")
    return told if isinstance(told, str) else ""


def rank(word: Word) -> Rank:
    """Where the word stands among the versions of its thing."""
    return word.instant, version_id(word.resource.get("meta", {})), canonical(word.resource)[1]


def _order(word: Word) -> tuple[Rank, bytes, bytes, str]:
    """Total: of two words that differ only in whose they are, the same one counts in whatever order they come."""
    return rank(word), word.entry_key, word.source_record, word.sender


def moment(resource: Resource, *paths: str) -> int | None:
    """The first of these dates or dateTimes that can be read, in ticks; None where there is none."""
    for path in paths:
        text = at_path(resource, path)
        if isinstance(text, str) and (ticks := moment_ticks(text)) is not None:
            return ticks
    return None


def _thing_key(urn: str) -> bytes:
    try:
        return bytes.fromhex(urn.removeprefix(_URN).replace("-", ""))
    except ValueError:
        return b""


def _type_and_id(text: str) -> tuple[str, str]:
    steps = text.partition("/_history/")[0].split("/")
    return (steps[-2], steps[-1]) if steps[1:] else ("", "")
