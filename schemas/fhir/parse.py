"""From received bytes to JSON, within stated limits.

orjson takes I-JSON's strictness over (no NaN, no lone surrogate, no invalid UTF-8); what it lets through is
caught here: names that occur twice in an object, U+0000 in strings, and nesting that later readers cannot take.
"""

import json
import re
import threading
from collections.abc import Sequence
from itertools import takewhile
from typing import Any

import orjson

from schemas.fhir.issue import Issue, Refused
from schemas.fhir.resource_tree import Path, fhirpath

MAX_MESSAGE_BYTES = 8 * 1024 * 1024
"""The largest message taken through either door: published UK bundles reach 1.6 MB."""

MAX_PARTS = 300_000
"""The most colons, and the most commas, in a message: with them grows what reading it costs, and as many come
with 7.5 MB of the densest published FHIR."""

MAX_DEPTH = 64
"""The deepest nesting taken; readers recurse, and the deepest published UK message has 14 levels."""

_WRAPPINGS = 254 - MAX_DEPTH
"""Lists around a document, so that orjson's own limit (RECURSION_LIMIT in its serializer) is the one stated."""


class _Wrapped(threading.local):
    """The lists, made once a thread: `whole` is the outermost, and the innermost, `core`, holds the document."""

    def __init__(self) -> None:
        self.core: list[Any] = [None]
        self.whole = self.core
        for _ in range(_WRAPPINGS - 1):
            self.whole = [self.whole]


_WRAPPED = _Wrapped()

_HIDING = re.compile(rb"\\u00(?:00|3[aA])")
"""An escape that hides U+0000 or a colon, or what looks like one."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
"""What may be the name of an element: others are not repeated."""


def parse(body: bytes) -> Any:
    """The JSON in `body`.

    Raises:
        Refused: see `parse_and_write`.
    """
    return parse_and_write(body)[0]


def parse_and_write(body: bytes) -> tuple[Any, bytes]:
    """The JSON in `body`, and its text as orjson writes it, for who would write it again to search it.

    Raises:
        Refused: too large (413), not JSON, nested too deeply, with a name twice in an object, or with a
            character that cannot be stored.
    """
    if len(body) > MAX_MESSAGE_BYTES:
        text = f"The message has {len(body):,} bytes; at most {MAX_MESSAGE_BYTES:,} are taken."
        raise Refused([Issue("too-long", text, rule="size")], status=413)
    if len(body) > MAX_PARTS and max(body.count(b":"), body.count(b",")) > MAX_PARTS:
        text = f"The message has more than {MAX_PARTS:,} names or values; send it in parts."
        raise Refused([Issue("too-long", text, rule="size")], status=413)
    document = _load(body)
    written = _write(document)
    hiding = b"u00" in body and _HIDING.search(body) is not None
    if hiding or not _lost_no_name(body, written):
        _find_name_twice(body, document)
    if hiding and _has_nul(document):
        text = "The message holds the character U+0000, which FHIR strings may not."
        raise Refused([Issue("value", text, rule="no-nul")])
    return document, written


def _load(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        if fault.msg.startswith("depth limit"):
            raise _too_deep() from None
        where = f"line {fault.lineno}, column {fault.colno}"
        raise Refused(
            [Issue("structure", f"This is not JSON: {fault.msg} at {where}.", rule="json")]
        ) from None


def _too_deep() -> Refused:
    text = f"The message nests more than {MAX_DEPTH} levels deep."
    return Refused([Issue("structure", text, rule="depth")])


def _write(document: Any) -> bytes:
    """The document as orjson writes it, which goes 254 levels deep and no deeper: wrapped, it may have MAX_DEPTH.

    Raises:
        Refused: it nests more than MAX_DEPTH levels deep.
    """
    _WRAPPED.core[0] = document
    try:
        return orjson.dumps(_WRAPPED.whole)[_WRAPPINGS:-_WRAPPINGS]
    except TypeError:
        raise _too_deep() from None
    finally:
        _WRAPPED.core[0] = None


def _lost_no_name(body: bytes, written: bytes) -> bool:
    """Whether surely no object has a name twice, of which orjson silently keeps the last; no is only perhaps.

    What is written again as it was received has lost nothing. Nor has what has as many colons: none is escaped
    in writing, so each is one that was received, and a lost name would have taken its own along. Only an
    escaped colon could make up for that.
    """
    return body == written or body.count(b":") == written.count(b":")


def _find_name_twice(body: bytes, document: Any) -> None:
    """Read every object with all its names.

    Raises:
        Refused: an object has a name twice.
    """
    found = json.loads(
        body, object_pairs_hook=_twice, parse_int=_nothing, parse_float=_nothing, parse_constant=_nothing
    )
    if (path := _path_of(found)) is not None:
        text = "An object has this name twice; which of the two is meant, nobody can tell."
        kind = document.get("resourceType") if isinstance(document, dict) else None
        shown = takewhile(lambda step: isinstance(step, int) or _NAME.fullmatch(step), path)
        raise Refused([Issue("structure", text, fhirpath(kind, [*shown]), rule="unique-names")])


def _twice(pairs: Sequence[tuple[str, Any]]) -> Path | None:
    """In place of an object: the path from it to a name that is there twice."""
    seen = set()
    for name, value in pairs:
        if name in seen:
            return (name,)
        seen.add(name)
        if (below := _path_of(value)) is not None:
            return (name, *below)
    return None


def _path_of(value: Any) -> Path | None:
    """The path that `_twice` found at or in a value; nothing else in JSON is a tuple."""
    if isinstance(value, list):
        for place, one in enumerate(value):
            if (below := _path_of(one)) is not None:
                return (place, *below)
    return value if isinstance(value, tuple) else None


def _nothing(_: str) -> None:
    """No number is needed, and Python refuses to read very long ones."""


def _has_nul(node: Any) -> bool:
    if isinstance(node, str):
        return "\0" in node
    if isinstance(node, dict):
        return any("\0" in name or _has_nul(value) for name, value in node.items())
    return isinstance(node, list) and any(map(_has_nul, node))
