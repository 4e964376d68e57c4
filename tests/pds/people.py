"""The invented people of the PDS emulator, and how each is written as the Patient that PDS answers with."""

from dataclasses import dataclass, replace
from typing import Any

Resource = dict[str, Any]

_LABELS = {"U": "unrestricted", "R": "restricted", "V": "very restricted", "REDACTED": "redacted"}
_VERIFIED = {
    "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
    "valueCodeableConcept": {
        "coding": [
            {
                "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland",
                "code": "01",
                "display": "Number present and verified",
            }
        ]
    },
}


@dataclass(frozen=True)
class KnownPerson:
    """A person as PDS knows them; what is empty it does not know."""

    nhs_number: str
    family: str
    given: tuple[str, ...]
    birth_date: str
    gender: str
    postcode: str
    phone: str = ""
    email: str = ""
    former_family: str = ""
    former_postcode: str = ""
    deceased: str = ""
    label: str = "U"
    superseded_by: str = ""
    """The number that took this one's place: a search finds that one alone."""
    invalidated: bool = False
    """Found by a search that was just in time, and gone when it is read."""
    version: int = 1

    def outline(self) -> Resource:
        """What a search tells: not the former names and addresses."""
        return replace(self, former_family="", former_postcode="").patient()

    def patient(self) -> Resource:
        """What a read tells, less what the label forbids."""
        identifier = {
            "system": "https://fhir.nhs.uk/Id/nhs-number",
            "value": self.nhs_number,
            "extension": [_VERIFIED],
        }
        known: Resource = {
            "resourceType": "Patient",
            "id": self.nhs_number,
            "identifier": [identifier],
            "meta": {"versionId": str(self.version), "security": [_label(self.label)]},
        }
        if self.label in ("V", "REDACTED"):
            return known
        known |= {"name": self._names(), "gender": self.gender, "birthDate": self.birth_date}
        if self.deceased:
            known["deceasedDateTime"] = self.deceased
        return known if self.label == "R" else known | self._whereabouts()

    def _names(self) -> list[Resource]:
        now = {"id": "1", "use": "usual", "family": self.family, "given": list(self.given)}
        former = {"id": "2", "use": "old", "family": self.former_family, "given": list(self.given)}
        return [now, *([former] if self.former_family else [])]

    def _whereabouts(self) -> Resource:
        homes = [("home", self.postcode), ("old", self.former_postcode)]
        contacts = [("phone", self.phone), ("email", self.email)]
        told: Resource = {
            "address": [
                {"id": use, "use": use, "line": ["1 Rookery Lane", "Larkham"], "postalCode": postcode}
                for use, postcode in homes
                if postcode
            ],
            "telecom": [
                {"id": system, "system": system, "value": value, "use": "home"}
                for system, value in contacts
                if value
            ],
            "generalPractitioner": [
                {
                    "id": "gp",
                    "type": "Organization",
                    "identifier": {
                        "system": "https://fhir.nhs.uk/Id/ods-organization-code",
                        "value": "ZZT42",
                    },
                }
            ],
        }
        return {name: value for name, value in told.items() if value}


def _label(code: str) -> Resource:
    return {
        "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
        "code": code,
        "display": _LABELS[code],
    }


ANNA = KnownPerson(
    "9990010005",
    "Quillfeather",
    ("Annabel", "Rose"),
    "1961-03-09",
    "female",
    "NR1 1AA",
    phone="07700900101",
    email="anna.quillfeather@mail.example",
    former_family="Marsh",
    former_postcode="NR2 4BB",
)
"""Lives in Norwich; was called Marsh and lived elsewhere there."""
ROOK = KnownPerson("9990010013", "Rook", ("Tobias",), "1985-11-30", "male", "IP1 2CC", label="R")
"""Whose whereabouts are restricted."""
SEALED = KnownPerson("9990010021", "Hollis", ("Marguerite",), "1972-07-14", "female", "IP3 3DD", label="V")
"""Of whom not even that PDS knows them may be shown."""
REDACTED = replace(SEALED, nhs_number="9990010048", given=("Lucinda",), label="REDACTED")
TWINS = tuple(
    KnownPerson(number, "Fenwright", (given,), "1994-02-28", "male", "NR3 3EE")
    for number, given in (("9990010056", "Jack"), ("9990010064", "Jackson"))
)
"""Two brothers: one name begins with the other."""
OLD_NUMBER = KnownPerson("9990010072", "Sparrow", ("Idris",), "1950-05-05", "male", "NR4 4FF")
NEW_NUMBER = replace(OLD_NUMBER, nhs_number="9990010080", version=3)
SUPERSEDED = replace(OLD_NUMBER, superseded_by=NEW_NUMBER.nhs_number)
INVALIDATED = KnownPerson(
    "9990010099", "Teasel", ("Nobody",), "1940-01-02", "female", "NR5 5GG", invalidated=True
)
DECEASED = KnownPerson(
    "9990010102",
    "Wagtail",
    ("Elspeth",),
    "1931-12-24",
    "female",
    "M1 1AE",
    deceased="2026-02-03T00:00:00+00:00",
)

PEOPLE = (ANNA, ROOK, SEALED, REDACTED, *TWINS, SUPERSEDED, NEW_NUMBER, INVALIDATED, DECEASED)
