"""A JSON document laid out in lines for people's eyes, each line with the place of what it holds.

Only the white space between tokens changes: every string and number stands as it was sent, digit for digit,
and a name that an object has twice is there twice. What a JSON library reads and writes again would not be.
"""

import re
from typing import NamedTuple

import orjson

Place = tuple[str | int, ...]
"""The names and list positions that lead to a value from the document's root."""

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_INDENT = "  "


class Line(NamedTuple):
    """One line of the document."""

    text: str
    place: Place | None
    """Of the value that begins here; None where the line only closes one."""


def lay_out(text: str) -> list[Line]:
    """The lines of a text that is JSON, with two more spaces for each level."""
    tokens = _TOKEN.findall(text)
    lines: list[Line] = []
    step: list[str | int] = []
    words, place = "", None
    for number, token in enumerate(tokens):
        before, after = tokens[number - 1] if number else "", tokens[number + 1 : number + 2]
        if token in ("}", "]"):
            if before not in ("{", "["):
                lines.append(Line(words, place))
                step.pop()
                words, place = _INDENT * len(step), None
            words += token
            continue
        if not words:
            words, place = _INDENT * len(step), tuple(step)
        if token == ",":
            lines.append(Line(words + token, place))
            words = ""
            if isinstance(step[-1], int):
                step[-1] += 1
        elif token in ("{", "[") and after not in (["}"], ["]"]):
            lines.append(Line(words + token, place))
            words = ""
            step.append(0 if token == "[" else "")
        elif after == [":"]:
            step[-1] = orjson.loads(token)
            words, place = f"{_INDENT * len(step)}{token}: ", tuple(step)
        elif token != ":":
            words += token
    return [*lines, Line(words, place)]
