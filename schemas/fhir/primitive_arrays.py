"""Arrays of primitives and their siblings, which nulls line up (FHIR R4 json.html#primitive).

`"given": ["Ann", null], "_given": [null, {"extension": [...]}]` tells of two given names.
"""

from itertools import zip_longest
from typing import Any

_STAND_IN = {"id": "stand-in"}


def without_nulls(node: Any) -> Any:
    """A copy in which a stand-in takes the place of every null that lines an array up, so that indices hold.

    A null stays where neither the array nor its sibling has a value, and anywhere else.
    """
    if isinstance(node, list):
        return [without_nulls(one) for one in node]
    if not isinstance(node, dict):
        return node
    filled = {name: without_nulls(value) for name, value in node.items()}
    for name in node:
        if name.startswith("_") and isinstance(node[name], list):
            _fill(filled, name[1:], name)
    return filled


def _fill(node: dict[str, Any], name: str, sibling: str) -> None:
    values = node.get(name, [])
    others = node[sibling]
    if not isinstance(values, list) or any(
        value is None and other is None for value, other in zip_longest(values, others)
    ):
        return
    node[sibling] = [_STAND_IN if other is None else other for other in others]
    known = next((value for value in values if value is not None), None)
    if known is not None:
        node[name] = [known if value is None else value for value in values]
    elif values:
        del node[name]
