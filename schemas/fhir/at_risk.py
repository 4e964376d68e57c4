"""What cannot wait for a correction: a withdrawn consent, a restriction or a safeguarding flag in a document
that was not accepted.

The document is faulty, perhaps in the very element that says so; so this reads leniently, and where it cannot
tell it holds that it is so. A hold too many is lifted by a steward; one too few shows what must not be shown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from schemas.fhir.salvage import Salvaged, nodes, salvage, text_of, texts

Reason = Literal["consent", "restriction", "safeguarding"]
REASONS: tuple[Reason, ...] = ("safeguarding", "restriction", "consent")
"""The gravest first."""

_STANDING = {"active", "draft", "proposed"}
"""The codes of R4 consent-state-codes that withdraw nothing. Any other word in their place may."""

_RESTRICTED = {"r", "v", "restricted", "very restricted"}
"""meta.security of v3-Confidentiality, as PDS uses it: R restricted, V very restricted."""

_FLAG_CATEGORIES = "flag-categories-bars"
_SAFEGUARDING = ("safeguard", "child protection", "protection plan", "adult at risk", "vulnerable adult")
"""Words of SNOMED CT concepts and of senders for a safeguarding concern."""

_DIGITS = re.compile(r"[0-9]{10}")
_SPACING = re.compile(r"[\s\-\u2010-\u2015]")
_PDS_PATIENT = re.compile(r"personal-demographics/FHIR/R4/Patient/([0-9]{10})(?![0-9])", re.IGNORECASE)

# What a scan looks for where nothing can be parsed: JSON, JSON in a string (\"), or XML (value="...").
_IS = r"\W{1,12}(?:value\W{1,4})?"
_SCANS: dict[Reason, tuple[tuple[str, ...], ...]] = {
    "consent": (
        (
            rf"\bresourceType{_IS}Consent\b|<Consent\b",
            rf"\bstatus{_IS}(?:inactive|rejected|entered-in-error|withdrawn|revoked|refused)\b"
            rf"|\btype{_IS}deny\b|\bcode{_IS}OPTOUT",
        ),
    ),
    "restriction": ((rf"\bcode{_IS}[RV]\b", rf"\bsecurity\b[^\]]{{0,300}}?\bcode{_IS}[RV]\b"),),
    "safeguarding": (
        (_FLAG_CATEGORIES, rf"\bcode{_IS}SG\b"),
        (rf"\bresourceType{_IS}Flag\b|<Flag\b", "|".join(_SAFEGUARDING)),
    ),
}
_NUMBER_SYSTEM = re.compile(r"nhs[-_ ]?number(?!-?verification)", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![0-9])[0-9]{3}[ \-]?[0-9]{3}[ \-]?[0-9]{4}(?![0-9])")
_WORDS = (b"consent", b"deny", b"security", b"flag")
"""Without one of these no reason holds, whatever else a document says."""

_ESCAPED = re.compile(rb"u[0-9a-f]{4}")
"""A character written by its number, or what looks like one, without its backslash."""

_NEXT_TO = 200
"""Characters between the NHS number's system and its value, at most, in a document that cannot be parsed."""


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Why a document cannot wait, and whom it names."""

    reasons: tuple[Reason, ...]
    nhs_numbers: frozenset[str]
    """Ten digits each; their check digit is not looked at."""
    patients: list[dict[str, Any]]
    """The Patients that could be read, with whatever faults they have."""


def find_at_risk(body: bytes) -> AtRisk | None:
    """Why this document, which was not accepted, cannot wait; None where nothing in it says so."""
    if not _may_be_at_risk(text_of(body)):
        return None
    found = salvage(body)
    everything = [node for part in found.parts for node in nodes(part)]
    reasons = set(_reasons(everything)) | (set() if found.whole else set(_scanned_reasons(found)))
    if not reasons:
        return None
    numbers = set(_nhs_numbers(everything)) | set(_PDS_PATIENT.findall(found.text))
    if not found.whole:
        numbers |= set(_scanned_numbers(found))
    patients = [node for node in everything if _is(node, "patient")]
    return AtRisk(tuple(one for one in REASONS if one in reasons), frozenset(numbers), patients)


class Named(NamedTuple):
    """Whom a document names, as far as it can be read."""

    nhs_numbers: frozenset[str]
    """Ten digits each; their check digit is not looked at."""
    patients: list[dict[str, Any]]


def find_named(document: Any) -> Named:
    """Whom the JSON of a document that was not accepted names; of another shape nobody is looked for."""
    everything = list(nodes(document))
    return Named(frozenset(_nhs_numbers(everything)), [node for node in everything if _is(node, "patient")])


def _may_be_at_risk(text: str) -> bool:
    """A look at the words alone, for most of what is refused has none of these; an escaped one cannot be seen."""
    # Without backslashes, for a search among nothing else is slow, and a message may have them by the million.
    bare = text.casefold().encode(errors="replace").translate(None, b"\\")
    return any(word in bare for word in _WORDS) or _ESCAPED.search(bare) is not None


def _reasons(everything: list[dict[str, Any]]) -> Iterator[Reason]:
    for node in everything:
        if _withdraws(node):
            yield "consent"
        if "security" in node and texts(node["security"]) & _RESTRICTED:
            yield "restriction"
        if _safeguards(node):
            yield "safeguarding"


def _withdraws(node: dict[str, Any]) -> bool:
    if "deny" in texts(node.get("provision")):
        return True
    if not _is(node, "consent"):
        return False
    opted_out = any(text.startswith("optout") for text in texts(node.get("policyRule")))
    return opted_out or bool(texts(node.get("status")) - _STANDING)


def _safeguards(node: dict[str, Any]) -> bool:
    """Whether it is BaRS's category SG, or a Flag that speaks of safeguarding or says nothing that can be read.

    A Flag with a bare SNOMED code, or none, has no words to tell that it is about something else.
    """
    if "sg" in texts(node.get("code")) and any(_FLAG_CATEGORIES in one for one in texts(node.get("system"))):
        return True
    if not _is(node, "flag"):
        return False
    said = [node.get("category"), node.get("code")]
    words = texts(said)
    if "sg" in words or any(word in text for word in _SAFEGUARDING for text in words):
        return True
    readable = [one for one in said if isinstance(one, str)]
    readable += [one for inner in nodes(said) for one in texts([inner.get("display"), inner.get("text")])]
    return not readable and not any(_FLAG_CATEGORIES in text for text in words)


def _is(node: dict[str, Any], kind: str) -> bool:
    """Whether it says it is of this resource type, in any case, or names a profile of it."""
    meta = node.get("meta")
    profiles = texts(meta.get("profile")) if isinstance(meta, dict) else set()
    return kind in texts(node.get("resourceType")) or any(
        re.search(rf"\b{kind}(?:\b|_)", one) for one in profiles
    )


def _nhs_numbers(everything: list[dict[str, Any]]) -> Iterator[str]:
    for node in everything:
        given = node.get("value") if _NUMBER_SYSTEM.search(str(node.get("system", ""))) else None
        unnamed = [one.get("value") for one in nodes(node.get("identifier")) if not one.get("system")]
        subject = node.get("subject") if isinstance(node.get("subject"), str) else None  # a CloudEvent of MNS
        for text in texts([given, unnamed, subject]):
            if _DIGITS.fullmatch(digits := _SPACING.sub("", text)):
                yield digits


def _scanned_reasons(found: Salvaged) -> Iterator[Reason]:
    for reason, ways in _SCANS.items():
        if any(all(re.search(sign, found.text, re.IGNORECASE) for sign in way) for way in ways):
            yield reason


def _scanned_numbers(found: Salvaged) -> Iterator[str]:
    for system in _NUMBER_SYSTEM.finditer(found.text):
        near = found.text[max(0, system.start() - _NEXT_TO) : system.end() + _NEXT_TO]
        yield from (_SPACING.sub("", number) for number in _NUMBER.findall(near))
