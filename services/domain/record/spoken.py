"""Words as they stand within a sentence."""

import re

_PLAIN = re.compile(r"(?:A|[^\W\d_][^\W\d_A-Z]+(?:['’-]\w+)*)(?:\W*$|\W+[^\WA-Z])")
"""A first word that is all small but for its first letter, and no second word with a capital."""


def spoken(text: str) -> str:
    """The words as they stand within a sentence: without a capital, unless they begin with a name or letters."""
    return text[0].lower() + text[1:] if _PLAIN.match(text) else text
