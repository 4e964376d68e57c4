"""An invented referral in the form of a BaRS message: 25 entries, 25 kB, as a sender's system writes it.

Like the validation request that the BaRS specification publishes, it has 30 bytes for each value, one and a
quarter references for each entry, and most of its text in the CarePlan.
"""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

Resource = dict[str, Any]

AT = "2026-05-04T10:15:30.1234567+01:00"
NHS = "https://fhir.nhs.uk"
UKCORE = "https://fhir.hl7.org.uk/StructureDefinition"
V3 = "http://terminology.hl7.org/CodeSystem"
SNOMED = "http://snomed.info/sct"
STORY = (
    "Came with a link worker from the allotment group. Sleeps badly since the move, keeps up with the choir, "
    "would like company on Tuesdays and somebody to go with to the first appointment. Prefers a text message "
    "to a call; mornings are hard."
)


def bars_like_message() -> bytes:
    """The message, compact."""
    return orjson.dumps(_bundle())


def _bundle() -> Resource:
    resources = [_header(), *_request(), *_person(), *_organisations(), *_people(), *_findings()]
    return {
        "resourceType": "Bundle",
        "id": "6f1f4a52-6a0e-4a54-9a5c-0f3f6f1d7c21",
        "meta": {
            "versionId": "1.5.0",
            "lastUpdated": AT,
            "profile": [f"{NHS}/StructureDefinition/BARSBundleMessage"],
        },
        "identifier": {"system": "https://tools.ietf.org/html/rfc4122", "value": "ZZT41-20260504-0001"},
        "type": "message",
        "timestamp": AT,
        "entry": [{"fullUrl": _url(one["id"]), "resource": one} for one in resources],
    }


def _url(local: str) -> str:
    return uuid5(NAMESPACE_URL, f"https://bars-like.example/{local}").urn


def _ref(local: str, display: str = "") -> Resource:
    return {"reference": _url(local)} | ({"display": display} if display else {})


def _resource(kind: str, local: str, **elements: Any) -> Resource:
    meta = {"lastUpdated": AT, "profile": [f"{UKCORE}/UKCore-{kind}"]}
    return {"resourceType": kind, "id": local, "meta": meta, **elements}


def _coded(system: str, code: str, display: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def _header() -> Resource:
    return _resource(
        "MessageHeader",
        "header",
        eventCoding={
            "system": f"{NHS}/CodeSystem/message-events-bars",
            "code": "servicerequest-request",
            "display": "ServiceRequest - Request",
        },
        destination=[{"endpoint": f"{NHS}/Id/dos-service-id|2000099999", "receiver": _ref("organization-2")}],
        sender=_ref("organization-1"),
        source={
            "name": "Broadland Triage",
            "software": "Broadland Triage",
            "version": "4.2.1",
            "contact": {"system": "phone", "value": "07700900111"},
            "endpoint": f"{NHS}/Id/dos-service-id|2000088888",
        },
        reason=_coded(f"{NHS}/CodeSystem/message-reason-bars", "new", "New"),
        focus=[_ref("request")],
        definition=f"{NHS}/MessageDefinition/bars-message-servicerequest-request-referral",
    )


def _request() -> list[Resource]:
    request = _resource(
        "ServiceRequest",
        "request",
        identifier=[{"system": f"{NHS}/Id/UBRN", "value": "000049998887"}],
        basedOn=[_ref("plan")],
        status="active",
        intent="plan",
        category=[
            _coded(f"{NHS}/CodeSystem/message-category-servicerequest", "referral", "Transfer of Care"),
            _coded(f"{NHS}/CodeSystem/usecases-categories-bars", "a4t2", "111 to Community"),
        ],
        priority="routine",
        code=_coded(SNOMED, "871731000000106", "Referral to service"),
        subject=_ref("person"),
        encounter=_ref("encounter"),
        occurrencePeriod={"start": "2026-05-05T09:00:00+01:00", "end": "2026-05-12T17:00:00+01:00"},
        authoredOn=AT,
        requester=_ref("role-1", "Sam Okafor"),
        performer=[_ref("service-1", "Garden Group")],
        locationReference=[_ref("location-1")],
        note=[{"authorReference": _ref("practitioner-1"), "time": AT, "text": STORY}],
    )
    encounter = _resource(
        "Encounter",
        "encounter",
        identifier=[{"system": "https://broadland.example/case", "value": "BT-2026-04471"}],
        status="triaged",
        **{"class": {"system": f"{V3}/v3-ActCode", "code": "AMB", "display": "ambulatory"}},
        subject=_ref("person"),
        participant=[{"individual": _ref("role-1")}],
        period={"start": "2026-05-04T09:50:00+01:00", "end": AT},
        reasonCode=[_coded(SNOMED, "422650009", "Social isolation")],
    )
    plan = _resource(
        "CarePlan",
        "plan",
        status="completed",
        intent="plan",
        title="What was agreed at triage",
        subject=_ref("person"),
        encounter=_ref("encounter"),
        period={"start": "2026-05-04", "end": "2026-05"},
        author=_ref("role-1"),
        activity=[
            {"outcomeCodeableConcept": [_coded(SNOMED, "183524004", "Referral to community service")]},
            {"outcomeCodeableConcept": [{"text": " ".join([STORY] * 21)}]},
        ],
    )
    return [request, encounter, plan]


def _person() -> list[Resource]:
    verified = _coded(f"{UKCORE}/NHSNumberVerificationStatusEngland", "01", "Number present and verified")
    verification = f"{UKCORE}/Extension-UKCore-NHSNumberVerificationStatus"
    patient = _resource(
        "Patient",
        "person",
        identifier=[
            {
                "extension": [{"url": verification, "valueCodeableConcept": verified}],
                "system": f"{NHS}/Id/nhs-number",
                "value": "9991042172",
            },
            {"system": "https://broadland.example/person-id", "value": "44712"},
        ],
        active=True,
        name=[
            {"use": "official", "family": "Quillfeather", "given": ["Wren", "Isolde"], "prefix": ["Ms"]},
            {"use": "nickname", "text": "Wren"},
        ],
        telecom=[
            {"system": "phone", "value": "07700900112", "use": "mobile", "rank": 1},
            {"system": "email", "value": "wren@quillfeather.example"},
        ],
        gender="female",
        birthDate="1990-04-02",
        address=[
            {"use": "home", "line": ["1 Reed Lane"], "city": "Norwich", "postalCode": "ZZ99 3WZ"},
            {"use": "old", "line": ["9 Fen Row"], "postalCode": "ZZ99 3CZ", "period": {"end": "2026-02"}},
        ],
        contact=[
            {
                "relationship": [_coded(f"{V3}/v2-0131", "N", "Next-of-Kin")],
                "name": {"family": "Quillfeather", "given": ["Lark"]},
                "telecom": [{"system": "phone", "value": "07700900113"}],
            }
        ],
        communication=[{"language": _coded("urn:ietf:bcp:47", "en-GB", "English"), "preferred": True}],
        generalPractitioner=[_ref("organization-3", "Fen Surgery")],
    )
    consent = _resource(
        "Consent",
        "consent",
        status="active",
        scope=_coded(f"{V3}/consentscope", "patient-privacy", "Privacy Consent"),
        category=[_coded(f"{NHS}/CodeSystem/consent-categories-bars", "DRC", "Direct care")],
        patient=_ref("person"),
        dateTime=AT,
        organization=[_ref("organization-1")],
        policyRule=_coded(f"{V3}/v3-ActCode", "OPTIN", "opt-in"),
        provision={
            "type": "permit",
            "actor": [
                {
                    "role": _coded(f"{V3}/v3-ParticipationType", "IRCP", "information recipient"),
                    "reference": _ref("organization-2"),
                }
            ],
        },
    )
    return [patient, consent]


def _organisations() -> list[Resource]:
    names = ("Broadland Wellbeing Trust", "Norwich Garden Group", "Fen Surgery", "Waveney Council")
    organisations = [
        _resource(
            "Organization",
            f"organization-{number}",
            identifier=[{"system": f"{NHS}/Id/ods-organization-code", "value": f"ZZT{40 + number}"}],
            active=True,
            name=name,
            telecom=[{"system": "phone", "value": f"0770090012{number}", "use": "work"}],
            address=[{"line": [f"{number} Quay Street"], "city": "Norwich", "postalCode": "ZZ99 2VZ"}],
        )
        for number, name in enumerate(names, 1)
    ]
    services = [
        _resource(
            "HealthcareService",
            f"service-{number}",
            identifier=[{"system": f"{NHS}/Id/dos-service-id", "value": f"200009999{number}"}],
            active=True,
            providedBy=_ref(f"organization-{number + 1}"),
            type=[_coded(SNOMED, "1078501000000104", "General mental health service")],
            name=f"Garden Group {number}",
        )
        for number in (1, 2)
    ]
    locations = [
        _resource(
            "Location",
            f"location-{number}",
            status="active",
            name=f"The allotments, plot {number}",
            address={"line": ["Riverside Allotments"], "city": "Norwich", "postalCode": "ZZ99 4QZ"},
            position={"longitude": 1.2974 + number / 1000, "latitude": 52.6309},
        )
        for number in (1, 2)
    ]
    return [*organisations, *services, *locations]


def _people() -> list[Resource]:
    names = (("Okafor", "Sam"), ("Lindqvist", "Asta"), ("Marsh", "Rowan"))
    practitioners = [
        _resource(
            "Practitioner",
            f"practitioner-{number}",
            identifier=[{"system": f"{NHS}/Id/sds-user-id", "value": f"99900000{number:04}"}],
            name=[{"use": "usual", "family": family, "given": [given]}],
            telecom=[{"system": "phone", "value": f"0770090013{number}", "use": "work"}],
        )
        for number, (family, given) in enumerate(names, 1)
    ]
    roles = [
        _resource(
            "PractitionerRole",
            f"role-{number}",
            identifier=[{"system": f"{NHS}/Id/sds-role-profile-id", "value": f"99900001{number:04}"}],
            practitioner=_ref(f"practitioner-{number}"),
            organization=_ref(f"organization-{number}"),
            code=[_coded(f"{UKCORE}/SDSJobRoleName", "R0260", "Support worker")],
        )
        for number in (1, 2, 3)
    ]
    return [*practitioners, *roles]


def _findings() -> list[Resource]:
    scores = (("720433000", "PHQ-9 score", 14), ("445455005", "GAD-7 score", 11), ("718438001", "ReQoL", 17))
    observations = [
        _resource(
            "Observation",
            f"score-{number}",
            status="final",
            category=[_coded(f"{V3}/observation-category", "survey", "Survey")],
            code=_coded(SNOMED, code, name),
            subject=_ref("person"),
            encounter=_ref("encounter"),
            effectiveDateTime=AT,
            valueQuantity={
                "value": value,
                "unit": "score",
                "system": "http://unitsofmeasure.org",
                "code": "1",
            },
        )
        for number, (code, name, value) in enumerate(scores, 1)
    ]
    flags = [
        _resource(
            "Flag",
            f"flag-{number}",
            status="active",
            category=[_coded(f"{NHS}/CodeSystem/flag-categories-bars", code, name)],
            code={"text": text},
            subject=_ref("person"),
            period={"start": "2026-05-04"},
            author=_ref("organization-1"),
        )
        for number, (code, name, text) in enumerate(
            (
                ("RA", "Reasonable adjustment", "Needs step-free access"),
                ("CW", "Contact", "Text before calling"),
            ),
            1,
        )
    ]
    return [*observations, *flags]
