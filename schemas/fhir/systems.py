"""The system URIs that UK messages name, and the spellings of them that real senders use."""

from collections.abc import Iterator

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ODS_CODE = "https://fhir.nhs.uk/Id/ods-organization-code"
ODS_SITE_CODE = "https://fhir.nhs.uk/Id/ods-site-code"
VERIFICATION_STATUS = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland"

UK_SYSTEMS = (
    # identifiers: PDS, ODS, SDS, e-RS, BaRS Core 1.5.0, Electronic Prescription Service, professional bodies
    NHS_NUMBER,
    ODS_CODE,
    ODS_SITE_CODE,
    "https://fhir.nhs.uk/Id/sds-role-profile-id",
    "https://fhir.nhs.uk/Id/sds-user-id",
    "https://fhir.nhs.uk/Id/UBRN",
    "https://fhir.nhs.uk/Id/BaRS-Identifier",
    "https://fhir.nhs.uk/Id/dos-service-id",
    "https://fhir.nhs.uk/Id/prescription",
    "https://fhir.nhs.uk/Id/prescription-order-number",
    "https://fhir.nhs.uk/Id/prescription-order-item-number",
    "https://fhir.hl7.org.uk/Id/gmc-number",
    "https://fhir.hl7.org.uk/Id/gphc-number",
    "https://fhir.hl7.org.uk/Id/nmc-number",
    # code systems: BaRS Core 1.5.0, UK Core
    "https://fhir.nhs.uk/CodeSystem/message-events-bars",
    "https://fhir.nhs.uk/CodeSystem/message-reason-bars",
    "https://fhir.nhs.uk/CodeSystem/message-category-servicerequest",
    "https://fhir.nhs.uk/CodeSystem/usecases-categories-bars",
    "https://fhir.nhs.uk/CodeSystem/rejected-reasons-bars",
    "https://fhir.nhs.uk/CodeSystem/dos-rejected-reasons-bars",
    "https://fhir.nhs.uk/CodeSystem/flag-categories-bars",
    "https://fhir.nhs.uk/CodeSystem/consent-categories-bars",
    VERIFICATION_STATUS,
)
"""The known UK systems, in the spelling their standards give them."""

TERMINOLOGIES = {
    "http://snomed.info/sct": ("snomed.info/sct", "snomed.info/ict"),
    "http://loinc.org": ("loinc.org",),
    "http://unitsofmeasure.org": ("unitsofmeasure.org",),
}
"""FHIR R4 terminologies-systems.html: the URI of each terminology, and what stands after the scheme where it
is misspelt; `ict` is in published BaRS examples."""

RETIRED_VERIFICATION = (
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus",
    "https://fhir.hl7.org.uk/CareConnect-NHSNumberVerificationStatus-1",
    "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-NHSNumberVerificationStatus-1",
)
"""The code systems that UKCore-NHSNumberVerificationStatusEngland replaced, here in their https spelling."""

VERIFICATION_CODES = {
    "number-present-and-verified": "01",
    "number-present-but-not-traced": "02",
    "trace-required": "03",
    "trace-attempted-no-match-or-multiple-match-found": "04",
    "trace-needs-to-be-resolved": "05",
    "trace-in-progress": "06",
    "number-not-present-and-trace-not-required": "07",
    "trace-postponed": "08",
} | {code: code for code in ("01", "02", "03", "04", "05", "06", "07", "08")}
"""The codes of the retired systems as the current one has them."""

_SEGMENTS = {"/Id/": ("/id/", "/ID/"), "/CodeSystem/": ("/Codesystem/", "/codesystem/")}


def misspellings() -> Iterator[tuple[str, str, str]]:
    """Every spelling that is put right: (as sent, the right URI, the name of the repair)."""
    for right in UK_SYSTEMS:
        for sent in _other_cases(right):
            yield sent, right, "system-case"
            yield _http(sent), right, "system-scheme"
        yield _http(right), right, "system-scheme"
    for right, places in TERMINOLOGIES.items():
        spelt = [
            f"{scheme}://{place}{slash}" for scheme in _SCHEMES for place in places for slash in ("", "/")
        ]
        yield from ((sent, right, "terminology-system") for sent in spelt if sent != right)


_SCHEMES = ("http", "https")


def _other_cases(right: str) -> Iterator[str]:
    for segment, others in _SEGMENTS.items():
        if segment in right:
            yield from (right.replace(segment, other) for other in others)


def _http(uri: str) -> str:
    return uri.replace("https://", "http://", 1)
