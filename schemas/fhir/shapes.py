"""The shapes in which partners send events, each brought into that of a message Bundle about one person."""

from typing import Any

from schemas.fhir.issue import Issue, Refused


def as_message(document: Any) -> dict[str, Any]:
    """The document as a message Bundle.

    Raises:
        Refused: it has none of the shapes that are taken.
    """
    if isinstance(document, dict) and document.get("resourceType") == "Bundle":
        return document
    text = "This is neither a FHIR message Bundle nor another shape that is taken."
    raise Refused([Issue("structure", text, rule="message-shape")], status=422)
