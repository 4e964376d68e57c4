"""What is wrong, where and in which words: the FHIR OperationOutcome."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from schemas.fhir.http_errors import http_error_coding
from schemas.fhir.rules import RULES

RULE_SYSTEM = "https://carethread.example/rule"


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault. `code` is of the FHIR value set issue-type, `place` a FHIRPath into what was sent,
    `rule` a name in `schemas.fhir.rules`."""

    code: str
    text: str
    place: str = ""
    rule: str = ""

    def as_dict(self) -> dict[str, str]:
        """As it is stored and printed."""
        return asdict(self)


class Refused(Exception):
    """The message is not accepted; `issues` say why and `status` is the HTTP answer."""

    def __init__(self, issues: Sequence[Issue], status: int = 400) -> None:
        super().__init__("; ".join(sorted({issue.code for issue in issues})))
        self.issues = list(issues)
        self.status = status


def operation_outcome(
    issues: Sequence[Issue], severity: str = "error", status: int | None = None
) -> dict[str, Any]:
    """The issues as a FHIR OperationOutcome; with the HTTP `status` of a refusal, coded as BaRS codes it."""
    told = []
    for issue in issues:
        one: dict[str, Any] = {"severity": severity, "code": issue.code, "diagnostics": issue.text}
        codings = [http_error_coding(status)] if status else []
        if rule := RULES.get(issue.rule):
            codings.append({"system": RULE_SYSTEM, "code": issue.rule})
            one["details"] = {"coding": codings, "text": rule.section}
        elif codings:
            one["details"] = {"coding": codings}
        if issue.place:
            one["expression"] = [issue.place]
        told.append(one)
    return {"resourceType": "OperationOutcome", "issue": told}
