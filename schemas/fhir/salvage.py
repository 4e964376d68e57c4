"""Whatever can still be read of a document that was not accepted: whole, in parts, or as text alone."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from schemas.fhir.parse import MAX_PARTS

_STARTS = re.compile(r'"resource"\s*:\s*(\{)|(\{)\s*"resourceType"')
"""Where a resource may begin in a document that does not parse."""

_TRIES = 8
"""How many times a broken document's length is read at most, so that none can keep a worker busy."""

_DEEPEST_STRING = 3
"""How many JSON texts inside the strings of others are opened."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What could be read. Numbers stay the text they were sent as."""

    parts: list[Any]
    """The whole document, or those of its resources that can be read; and the JSON texts in their strings."""
    whole: bool
    """Whether `parts` is all that the document says: it parses, and no object has a name twice."""
    text: str
    """All of it, as text."""


def salvage(body: bytes) -> Salvaged:
    """Read what can be read, in whatever encoding JSON may come; never fails. More parts than acceptance takes are
    left as text: reading them would keep a worker busy."""
    text = text_of(body)
    if max(text.count(":"), text.count(",")) > MAX_PARTS:
        return Salvaged([], False, text)
    reading = _Reading()
    parts = reading.read(text)
    return Salvaged(parts, reading.whole, text)


def text_of(body: bytes) -> str:
    """The text of a body in any encoding of JSON; what is in none of them is replaced."""
    return body.decode(json.detect_encoding(body), "replace").removeprefix("\ufeff")


def nodes(part: Any) -> Iterator[dict[str, Any]]:
    """Every object in `part`, itself first."""
    stack = [part]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield node
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def texts(part: Any) -> set[str]:
    """Every string in `part`, in small letters and without white space around it."""
    stack, found = [part], set()
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            found.add(node.strip().casefold())
        elif isinstance(node, dict | list):
            stack.extend(node.values() if isinstance(node, dict) else node)
    return found - {""}


class _Reading:
    """One reading, strict about nothing: NaN, lone surrogates and control characters pass."""

    def __init__(self) -> None:
        self.whole = True
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_int=str, parse_float=str, parse_constant=str, strict=False
        )

    def read(self, text: str, depth: int = 0) -> list[Any]:
        try:
            parts = [self._decoder.decode(text)]
        except (ValueError, RecursionError):
            self.whole = False
            parts = list(self._resources(text))
        return parts + [part for inner in self._inside(parts) for part in self._opened(inner, depth)]

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        self.whole = self.whole and len(found) == len(pairs)
        return found

    def _resources(self, text: str) -> Iterator[Any]:
        """The resources that can be read for themselves, though something is broken around or between them."""
        place, budget = 0, _TRIES * len(text)
        while budget > 0 and (found := _STARTS.search(text, place)):
            start = found.start(found.lastindex or 0)
            try:
                part, place = self._decoder.raw_decode(text, start)
                yield part
            except json.JSONDecodeError as fault:
                budget -= fault.pos - start + fault.pos // 32  # it counts the lines before it, too
                place = start + 1
            except (ValueError, RecursionError):
                budget -= len(text)
                place = start + 1

    def _inside(self, parts: list[Any]) -> Iterator[str]:
        stack = list(parts)
        while stack:
            node = stack.pop()
            if isinstance(node, dict | list):
                stack.extend(node.values() if isinstance(node, dict) else node)
            elif isinstance(node, str) and "resourceType" in node and node.lstrip()[:1] in ("{", "[", '"'):
                yield node

    def _opened(self, text: str, depth: int) -> list[Any]:
        return self.read(text, depth + 1) if depth < _DEEPEST_STRING else []
