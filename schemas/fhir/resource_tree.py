"""The resources within a document: itself, the entries of Bundles, contained ones, and those in Parameters."""

from collections.abc import Iterable, Sequence
from typing import Any

Path = tuple[str | int, ...]
"""Element names and list positions, from the document down."""

Placed = tuple[Path, dict[str, Any]]
"""A resource, after its path."""


def resources_in(document: dict[str, Any]) -> list[Placed]:
    """Every resource in a document, outermost first, with its path; what is not where it belongs is passed over."""
    found: list[Placed] = []
    _add(found, (), document)
    return found


def fhirpath(kind: object, path: Sequence[str | int]) -> str:
    """The path as a FHIRPath expression on a document of this resource type."""
    place = kind if isinstance(kind, str) and kind.isascii() and kind.isalnum() else ""
    for step in path:
        place += f"[{step}]" if isinstance(step, int) else f".{step}"
    return place.removeprefix(".")


def _add(found: list[Placed], path: Path, resource: Any) -> None:
    if not isinstance(resource, dict):
        return
    found.append((path, resource))
    if "contained" in resource:
        for number, one in _numbered(resource["contained"]):
            _add(found, (*path, "contained", number), one)
    kind = resource.get("resourceType")
    if kind == "Bundle":
        for number, entry in _numbered(resource.get("entry")):
            if isinstance(entry, dict):
                _add(found, (*path, "entry", number, "resource"), entry.get("resource"))
                if "response" in entry and isinstance(entry["response"], dict):
                    outcome = entry["response"].get("outcome")
                    _add(found, (*path, "entry", number, "response", "outcome"), outcome)
    elif kind == "Parameters":
        _add_parameters(found, (*path, "parameter"), resource.get("parameter"))


def _add_parameters(found: list[Placed], path: Path, parameters: Any) -> None:
    for number, one in _numbered(parameters):
        if isinstance(one, dict):
            _add(found, (*path, number, "resource"), one.get("resource"))
            _add_parameters(found, (*path, number, "part"), one.get("part"))


def _numbered(node: Any) -> Iterable[tuple[int, Any]]:
    return enumerate(node) if isinstance(node, list) else ()
