"""The plain words in parts of a FHIR resource. Total: whatever stands there, it gives the words it can find."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

Resource = dict[str, Any]

_SCORE = frozenset({"score", "scores", "1"})


def words(node: Any) -> Iterator[str]:
    """The words of a text, Coding, CodeableConcept, Reference or a list of them, best first."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for one in node:
            yield from words(one)
    elif isinstance(node, dict):
        for field in ("text", "display"):
            if isinstance(told := node.get(field), str):
                yield told
        if (coding := node.get("coding")) is not None:
            yield from words(coding)
        if isinstance(code := node.get("code"), str):
            yield code


def first(node: Any) -> Iterator[str]:
    """The best words of `node`, if it has any."""
    if node is not None:
        yield from islice(words(node), 1)


def values(holder: Resource) -> Iterator[str]:
    """The words of each value[x] that `holder` has: an answer, a score, what came of a task."""
    for name, node in holder.items():
        if name.startswith("value") and name[5:6].isupper():
            yield from _value(node)


def is_score(unit: str) -> bool:
    """Whether a unit says no more than that the number is a score; UCUM writes such units in braces."""
    return unit.startswith("{") or unit.lower() in _SCORE


def names(node: Any) -> Iterator[str]:
    """The names of people in a list of HumanName, as they are spoken."""
    for name in objects(node):
        if isinstance(name.get("text"), str):
            yield name["text"]
        elif parts := [*words(name.get("given")), *words(name.get("family"))]:
            yield " ".join(parts)


def contained(resource: Resource, reference: Any) -> Resource:
    """The contained resource that a Reference '#id' names; empty where there is none."""
    target = reference.get("reference") if isinstance(reference, dict) else None
    if not isinstance(target, str) or not target.startswith("#"):
        return {}
    found = (one for one in objects(resource.get("contained")) if target == f"#{one.get('id')}")
    return next(found, {})


def objects(node: Any) -> list[Resource]:
    """The objects in what should be a list of them."""
    return [one for one in node if isinstance(one, dict)] if isinstance(node, list) else []


def sentence(parts: list[str]) -> Iterator[str]:
    """The parts as one sentence, if there are any."""
    if text := ", ".join(part for part in parts if part):
        yield text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _value(node: Any) -> Iterator[str]:
    if isinstance(node, bool):
        yield "Yes" if node else "No"
    elif isinstance(node, int | float):
        yield str(node)
    elif isinstance(node, dict) and isinstance(node.get("value"), int | float):
        unit = str(node.get("unit") or node.get("code") or "")
        yield str(node["value"]) if is_score(unit) else f"{node['value']} {unit}".strip()
    elif isinstance(node, dict) and any(end in node for end in ("low", "high", "start", "end")):
        ends = [*_ends(node, "low", "start")], [*_ends(node, "high", "end")]
        yield " to ".join(words for words in ("".join(ends[0]), "".join(ends[1])) if words)
    else:
        yield from first(node)


def _ends(node: Resource, *fields: str) -> Iterator[str]:
    for field in fields:
        if field in node:
            yield from _value(node[field])
