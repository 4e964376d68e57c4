"""Examples that the NHS publishes with its API specifications, read where they lie beside the project.

They are other people's: none is kept here, and what uses them is skipped where they are not there.
"""

from dataclasses import dataclass
from pathlib import Path

from schemas.fhir.issue import Refused
from schemas.fhir.message import read_message_bytes
from schemas.fhir.rules import RULES

FOLDER = Path(__file__).parents[3] / "shared" / "fixtures"
SETS = {
    "bars": "Booking and Referral Standard, API specification 1.4.0",
    "pds": "Personal Demographics Service, sandbox",
    "eps": "Electronic Prescription Service, message Bundles",
    "immunisation": "Immunisation API specification",
}


@dataclass(frozen=True, slots=True)
class Example:
    """One published file."""

    set_name: str
    name: str
    """Its path within the set."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of an example."""

    accepted: bool
    path: str = ""
    rule: str = ""
    section: str = ""
    text: str = ""
    notes: tuple[str, ...] = ()


def examples() -> list[Example]:
    """Every example of every set, in order; none where the folder is not there."""
    return [
        Example(name, str(file.relative_to(FOLDER / name)), file.read_bytes())
        for name in SETS
        for file in sorted((FOLDER / name).rglob("*.json"))
    ]


def fate(example: Example) -> Fate:
    """What intake makes of it."""
    try:
        reading = read_message_bytes(example.body)
    except Refused as refused:
        first = refused.issues[0]
        return Fate(False, first.place, first.rule, RULES[first.rule].section, first.text)
    return Fate(True, notes=tuple(f"{note.kind}: {note.name}" for note in reading.notes))
