"""How far a Patient's NHS number can be relied on: the first thing a partner's data quality is judged by."""

from typing import Any

from services.domain.identity.demographics import NHS_NUMBER_SYSTEMS, is_valid, nhs_numbers

VERIFICATION_EXTENSION = (
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
)
_VERIFIED = "01"  # UKCore-NHSNumberVerificationStatusEngland: number present and verified


def number_standing(patient: dict[str, Any]) -> str:
    """'verified', 'unverified' (a right check digit and no word of a trace), 'invalid' or 'missing'."""
    numbers = nhs_numbers(patient)
    if not numbers:
        return "missing"
    if not any(is_valid(number) for number in numbers):
        return "invalid"
    given = (one for one in patient.get("identifier", []) if one.get("system") in NHS_NUMBER_SYSTEMS)
    return "verified" if any(_is_verified(one) for one in given) else "unverified"


def _is_verified(identifier: dict[str, Any]) -> bool:
    return any(
        coding.get("code") == _VERIFIED
        for extension in identifier.get("extension", [])
        if extension.get("url") == VERIFICATION_EXTENSION
        for coding in extension.get("valueCodeableConcept", {}).get("coding", [])
    )
