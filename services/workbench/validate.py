"""`carethread validate`: what intake would say of files, without a stack."""

from dataclasses import dataclass
from typing import Any

from schemas.fhir.issue import Issue, Refused
from schemas.fhir.message import read_message_bytes
from schemas.fhir.note import Note
from schemas.fhir.parse import parse_and_write
from schemas.fhir.repair import repair
from schemas.fhir.rules import RULES
from schemas.fhir.validate import check_resource
from services.workbench.publish import Found


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong in one file, or line of an NDJSON file, and what is taken though it should not be so."""

    file: str
    issues: list[Issue]
    notes: list[Note]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.issues

    def as_dict(self) -> dict[str, Any]:
        """As it is printed: each issue with the section of the standard that says so, where one does."""
        issues = [
            one.as_dict() | {"section": RULES[one.rule].section if one.rule in RULES else ""}
            for one in self.issues
        ]
        return {
            "file": self.file,
            "ok": self.ok,
            "issues": issues,
            "notes": [one.as_dict() for one in self.notes],
        }


def judge(found: Found) -> Verdict:
    """Hold a resource or Bundle to R4, and a message to what intake asks of messages as well."""
    try:
        document, written = parse_and_write(found.body)
        if _is_message(document):
            return Verdict(found.place, [], read_message_bytes(found.body).notes)
        repairs = repair(document, written)
        issues, notes = check_resource(document)
        return Verdict(found.place, issues, repairs + notes)
    except Refused as refused:
        return Verdict(found.place, refused.issues, [])


def _is_message(document: Any) -> bool:
    """Whether it says that it is a message: a Bundle of that type, or a CloudEvent."""
    if not isinstance(document, dict):
        return False
    if "resourceType" not in document:
        return "specversion" in document
    return document["resourceType"] == "Bundle" and document.get("type") == "message"
