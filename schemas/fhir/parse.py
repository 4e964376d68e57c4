"""From received bytes to JSON, within stated limits."""

import re
from typing import Any

import orjson

from schemas.fhir.issue import Issue, Refused

MAX_MESSAGE_BYTES = 8 * 1024 * 1024
"""The largest message taken through either door: published UK bundles reach 1.6 MB."""

MAX_DEPTH = 64
"""The deepest nesting taken; validators recurse, and the deepest published UK message has 14 levels."""

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def parse(body: bytes) -> Any:
    """The JSON in `body`.

    Raises:
        Refused: too long (413), not JSON, nested too deeply, or with a character that cannot be stored.
    """
    if len(body) > MAX_MESSAGE_BYTES:
        text = f"The message has {len(body):,} bytes; at most {MAX_MESSAGE_BYTES:,} are taken."
        raise Refused([Issue("too-long", text)], status=413)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        where = f"line {fault.lineno}, column {fault.colno}"
        raise Refused([Issue("structure", f"This is not JSON: {fault.msg} at {where}.")]) from None
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _deeper_than(document, MAX_DEPTH):
        raise Refused([Issue("structure", f"The message nests more than {MAX_DEPTH} levels deep.")])
    if _NUL.search(body):
        raise Refused([Issue("value", "The message holds the character U+0000, which FHIR strings may not.")])
    return document


def _deeper_than(document: Any, limit: int) -> bool:
    level = [document]
    for _ in range(limit + 1):
        if not level:
            return False
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
    return bool(level)
