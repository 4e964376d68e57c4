"""What R4 and we ask of a message Bundle as a whole."""

from collections.abc import Iterator
from typing import Any

from schemas.fhir.issue import Issue

_SUBJECT_FIELDS = ("subject", "patient", "for", "beneficiary")


def message_issues(bundle: dict[str, Any]) -> list[Issue]:
    """What keeps a valid Bundle from being a message about one person."""
    return [*_issues(bundle)]


def _issues(bundle: dict[str, Any]) -> Iterator[Issue]:
    if bundle.get("type") != "message":
        yield Issue("value", "Bundle.type must be 'message'.", "Bundle.type")
    resources = [entry["resource"] for entry in bundle["entry"]]
    if resources[0]["resourceType"] != "MessageHeader":
        yield Issue(
            "required", "The first entry of a message is its MessageHeader.", "Bundle.entry[0].resource"
        )
    patients = [place for place, one in enumerate(resources) if one["resourceType"] == "Patient"]
    if not patients:
        yield Issue("required", "The message is about nobody: it needs one Patient.", "Bundle.entry")
    for place in patients[1:]:
        text = "A message is about one person, and this is a second Patient."
        yield Issue("business-rule", text, f"Bundle.entry[{place}].resource")
    if len(patients) == 1:
        yield from _foreign_subjects(bundle, patients[0])


def _foreign_subjects(bundle: dict[str, Any], patient: int) -> Iterator[Issue]:
    """What is said to be about somebody else: filing it here would put it in the wrong person's record."""
    entry = bundle["entry"][patient]
    own = {entry.get("fullUrl")} | (
        {f"Patient/{logical}"} if (logical := entry["resource"].get("id")) else set()
    )
    for place, other in enumerate(bundle["entry"]):
        for field in _SUBJECT_FIELDS:
            said = other["resource"].get(field)
            reference = said.get("reference") if isinstance(said, dict) else None
            if isinstance(reference, str) and "Patient/" in reference and reference not in own:
                text = "This is about another Patient than the message's."
                yield Issue("business-rule", text, f"Bundle.entry[{place}].resource.{field}")
