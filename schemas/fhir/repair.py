"""Known harmless slips of real senders, put right in reading; the received bytes stay as they are.

Most messages have none, so one scan over the document's compact JSON decides whether to walk through it.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import orjson

from schemas.fhir.note import Note
from schemas.fhir.slip_scan import TRIMMED, may_have_slips
from schemas.fhir.systems import (
    NHS_NUMBER,
    ODS_CODE,
    ODS_SITE_CODE,
    RETIRED_VERIFICATION,
    VERIFICATION_CODES,
    VERIFICATION_STATUS,
    misspellings,
)

Node = dict[str, Any]
Trail = tuple["Trail", str | int] | tuple[()]
"""Where a node stands: its parent's trail and the name or number under it, written out only for a note."""

REPAIRS = {
    "id-prefix": "An id starts with 'urn:uuid:'; it is read without, and references to it still resolve.",
    "whitespace": "A code, an identifier's value or a system has white space around it; it is read without.",
    "system-scheme": "A UK system is written with http; it is read with https.",
    "system-case": "A UK system has its '/Id/' or '/CodeSystem/' in another case; it is read in the right one.",
    "terminology-system": (
        "SNOMED CT, LOINC or UCUM is named with https, a slash at the end or as 'snomed.info/ict'; "
        "it is read by its URI."
    ),
    "verification-status": (
        "The status of an NHS number is of a retired code system; it is read as "
        "UKCore-NHSNumberVerificationStatusEngland, without the retired system's version."
    ),
    "nhs-number-format": "An NHS number is written with spaces or hyphens; it is read as ten digits.",
    "ods-code-case": "An ODS code is written in small letters; it is read in capitals.",
}
"""Every repair by its name, which never changes: partners count by it."""

_SPACE = " \t\r\n\u00a0"
_RIGHT = {sent: (right, name) for sent, right, name in misspellings()}
_RETIRED = frozenset(
    {*RETIRED_VERIFICATION, *(one.replace("https:", "http:") for one in RETIRED_VERIFICATION)}
)
_URN = "urn:uuid:"
_URN_ID = re.compile(rf"{_URN}([A-Za-z0-9\-.]{{1,64}})")
_SPACED_NUMBER = re.compile(r"[0-9](?:[ \u00a0–-]*[0-9]){9}")
_SMALL_ODS = re.compile(r"(?=.*[a-z])[A-Za-z0-9]{3,12}")


def repair(document: Any, written: bytes | None = None) -> list[Note]:
    """Put slips right in place, and name each repair that was made, with its first place.

    A pure function of the document, which is JSON as `parse` gives it: the same gives the same repairs, and a
    repaired one needs none. `written` is the document as orjson writes it, where that is known already.
    """
    text = orjson.dumps(document) if written is None else written
    return _Repairs(document).notes() if may_have_slips(text) else []


class _Repairs:
    """One walk over a document."""

    def __init__(self, document: Any) -> None:
        self._counts: Counter[str] = Counter()
        self._first: dict[str, Trail] = {}
        self._renamed: dict[str, str] = {}
        kind = document.get("resourceType") if isinstance(document, dict) else None
        self._root = kind if isinstance(kind, str) and kind.isalpha() else ""
        self._visit(document, ())
        if self._renamed:
            _each(document, self._follow)

    def notes(self) -> list[Note]:
        return [
            Note("repair", name, text, _place(self._root, self._first[name]), self._counts[name])
            for name, text in REPAIRS.items()
            if name in self._counts
        ]

    def _visit(self, node: Any, trail: Trail) -> None:
        if isinstance(node, list):
            for number, child in enumerate(node):
                if isinstance(child, dict | list):
                    self._visit(child, (trail, number))
        elif isinstance(node, dict):
            if "resourceType" in node:
                self._ids(node, trail)
            for name, value in node.items():
                if isinstance(value, dict | list):
                    self._visit(value, (trail, name))
                elif name in TRIMMED and isinstance(value, str) and (bare := value.strip(_SPACE)) != value:
                    node[name] = bare
                    self._made("whitespace", (trail, name))
            if isinstance(node.get("system"), str):
                self._system(node, trail)

    def _system(self, node: Node, trail: Trail) -> None:
        if right := _RIGHT.get(node["system"]):
            node["system"], name = right
            self._made(name, (trail, "system"))
        elif node["system"] in _RETIRED and (current := VERIFICATION_CODES.get(str(node.get("code")))):
            node["system"], node["code"] = VERIFICATION_STATUS, current
            node.pop("version", None)
            self._made("verification-status", (trail, "system"))
        value = node.get("value")
        if not isinstance(value, str):
            return
        if node["system"] == NHS_NUMBER and len(value) > 10 and _SPACED_NUMBER.fullmatch(value):
            node["value"] = re.sub("[^0-9]", "", value)
            self._made("nhs-number-format", (trail, "value"))
        elif node["system"] in (ODS_CODE, ODS_SITE_CODE) and _SMALL_ODS.fullmatch(value):
            node["value"] = value.upper()
            self._made("ods-code-case", (trail, "value"))

    def _ids(self, resource: Node, trail: Trail) -> None:
        """R4 datatypes.html#id has no colon, so 'urn:uuid:' belongs to the fullUrl and not to the id."""
        if resource["resourceType"] == "Bundle" and isinstance(resource.get("entry"), list):
            for entry in resource["entry"]:
                self._keep_resolving(entry)
        response = resource.get("response") if resource["resourceType"] == "MessageHeader" else None
        for holder, field, place in (
            (resource, "id", (trail, "id")),
            (response, "identifier", ((trail, "response"), "identifier")),
        ):
            if isinstance(holder, dict) and (bare := _bare_id(holder.get(field))):
                for before in ("#", f"{resource['resourceType']}/"):
                    self._renamed[before + holder[field]] = before + bare
                holder[field] = bare
                self._made("id-prefix", place)

    def _keep_resolving(self, entry: Any) -> None:
        """An entry known by its urn alone is still known by it."""
        resource = entry.get("resource") if isinstance(entry, dict) and "fullUrl" not in entry else None
        if isinstance(resource, dict) and "resourceType" in resource and _bare_id(resource.get("id")):
            entry["fullUrl"] = resource["id"]

    def _follow(self, node: Node) -> None:
        reference = node.get("reference")
        if isinstance(reference, str):
            node["reference"] = self._renamed.get(reference, reference)

    def _made(self, name: str, trail: Trail) -> None:
        self._counts[name] += 1
        self._first.setdefault(name, trail)


def _bare_id(given: Any) -> str | None:
    found = _URN_ID.fullmatch(given) if isinstance(given, str) else None
    return found[1] if found else None


def _each(node: Any, act: Callable[[Node], None]) -> None:
    if isinstance(node, dict):
        act(node)
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _each(child, act)


def _place(root: str, trail: Trail) -> str:
    steps: list[str] = []
    while trail:
        trail, step = trail
        steps.append(f"[{step}]" if isinstance(step, int) else f".{step}")
    return (root + "".join(reversed(steps))).removeprefix(".")
