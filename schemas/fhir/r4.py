"""FHIR R4 4.0.1, which the UK rails speak, where R4B 4.3.0, which fhir.resources models, says otherwise.

Found by comparing every element of the R4 4.0.1 definitions (cardinality, type, required value set,
reference targets) with the R4B models. For the resource types that the partnership uses, what follows is all.
Beyond them R4B differs in definitional resources alone: Evidence and EvidenceVariable were rewritten (they
count as not modelled), DeviceDefinition, MarketingStatus and ElementDefinition by an element or two.
"""

RESOURCE_TYPES = frozenset({
    "Account", "ActivityDefinition", "AdverseEvent", "AllergyIntolerance", "Appointment",
    "AppointmentResponse", "AuditEvent", "Basic", "Binary", "BiologicallyDerivedProduct", "BodyStructure",
    "Bundle", "CapabilityStatement", "CarePlan", "CareTeam", "CatalogEntry", "ChargeItem",
    "ChargeItemDefinition", "Claim", "ClaimResponse", "ClinicalImpression", "CodeSystem", "Communication",
    "CommunicationRequest", "CompartmentDefinition", "Composition", "ConceptMap", "Condition", "Consent",
    "Contract", "Coverage", "CoverageEligibilityRequest", "CoverageEligibilityResponse", "DetectedIssue",
    "Device", "DeviceDefinition", "DeviceMetric", "DeviceRequest", "DeviceUseStatement",
    "DiagnosticReport", "DocumentManifest", "DocumentReference", "EffectEvidenceSynthesis", "Encounter",
    "Endpoint", "EnrollmentRequest", "EnrollmentResponse", "EpisodeOfCare", "EventDefinition", "Evidence",
    "EvidenceVariable", "ExampleScenario", "ExplanationOfBenefit", "FamilyMemberHistory", "Flag", "Goal",
    "GraphDefinition", "Group", "GuidanceResponse", "HealthcareService", "ImagingStudy", "Immunization",
    "ImmunizationEvaluation", "ImmunizationRecommendation", "ImplementationGuide", "InsurancePlan",
    "Invoice", "Library", "Linkage", "List", "Location", "Measure", "MeasureReport", "Media",
    "Medication", "MedicationAdministration", "MedicationDispense", "MedicationKnowledge",
    "MedicationRequest", "MedicationStatement", "MedicinalProduct", "MedicinalProductAuthorization",
    "MedicinalProductContraindication", "MedicinalProductIndication", "MedicinalProductIngredient",
    "MedicinalProductInteraction", "MedicinalProductManufactured", "MedicinalProductPackaged",
    "MedicinalProductPharmaceutical", "MedicinalProductUndesirableEffect", "MessageDefinition",
    "MessageHeader", "MolecularSequence", "NamingSystem", "NutritionOrder", "Observation",
    "ObservationDefinition", "OperationDefinition", "OperationOutcome", "Organization",
    "OrganizationAffiliation", "Parameters", "Patient", "PaymentNotice", "PaymentReconciliation",
    "Person", "PlanDefinition", "Practitioner", "PractitionerRole", "Procedure", "Provenance",
    "Questionnaire", "QuestionnaireResponse", "RelatedPerson", "RequestGroup", "ResearchDefinition",
    "ResearchElementDefinition", "ResearchStudy", "ResearchSubject", "RiskAssessment",
    "RiskEvidenceSynthesis", "Schedule", "SearchParameter", "ServiceRequest", "Slot", "Specimen",
    "SpecimenDefinition", "StructureDefinition", "StructureMap", "Subscription", "Substance",
    "SubstanceNucleicAcid", "SubstancePolymer", "SubstanceProtein", "SubstanceReferenceInformation",
    "SubstanceSourceMaterial", "SubstanceSpecification", "SupplyDelivery", "SupplyRequest", "Task",
    "TerminologyCapabilities", "TestReport", "TestScript", "ValueSet", "VerificationResult",
    "VisionPrescription",
})  # fmt: skip
"""The concrete resource types of R4 4.0.1 (resourcelist.html). R4B's own, such as Citation, are not R4."""

NOT_MODELLED = frozenset({
    "EffectEvidenceSynthesis", "Evidence", "EvidenceVariable", "MedicinalProduct",
    "MedicinalProductAuthorization", "MedicinalProductContraindication", "MedicinalProductIndication",
    "MedicinalProductIngredient", "MedicinalProductInteraction", "MedicinalProductManufactured",
    "MedicinalProductPackaged", "MedicinalProductPharmaceutical", "MedicinalProductUndesirableEffect",
    "RiskEvidenceSynthesis", "SubstanceNucleicAcid", "SubstancePolymer", "SubstanceProtein",
    "SubstanceReferenceInformation", "SubstanceSourceMaterial", "SubstanceSpecification",
})  # fmt: skip
"""R4 types that R4B dropped or rewrote: they may be referred to, but cannot be checked and are not taken."""

NOT_R4_ELEMENTS = {
    "ActivityDefinition": {"subjectCanonical"},
    "Extension": {"valueCodeableReference", "valueRatioRange"},
    "PlanDefinition": {"subjectCanonical"},
    "PlanDefinitionAction": {"subjectCanonical"},
}
"""Elements that R4B added, by model."""

R4_ONLY_ELEMENTS = {"Extension": {"valueMeta": "Meta"}}
"""Elements of R4 that R4B lacks, by model, with their datatype."""

OBSERVATION_STATUS = (
    "registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown",
)  # fmt: skip
ENCOUNTER_STATUS = (
    "planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "entered-in-error",
    "unknown",
)  # fmt: skip
COMPARATOR = ("<", "<=", ">=", ">")
_RESOURCE = (*sorted(RESOURCE_TYPES), "DomainResource", "Resource")

REQUIRED_CODES: dict[tuple[str, str], tuple[str, ...]] = {
    # What fhir.resources cuts short at a '+'.
    ("DetectedIssue", "status"): OBSERVATION_STATUS,
    ("DeviceUdiCarrier", "entryType"): ("barcode", "rfid", "manual", "card", "self-reported", "unknown"),
    ("DeviceUseStatement", "status"): (
        "active", "completed", "entered-in-error", "intended", "stopped", "on-hold",
    ),
    ("DiagnosticReport", "status"): (
        "registered", "partial", "preliminary", "final", "amended", "corrected", "appended", "cancelled",
        "entered-in-error", "unknown",
    ),
    ("Encounter", "status"): ENCOUNTER_STATUS,
    ("EncounterStatusHistory", "status"): ENCOUNTER_STATUS,
    ("Observation", "status"): OBSERVATION_STATUS,
    ("QuestionnaireItem", "type"): (
        "group", "display", "question", "boolean", "decimal", "integer", "date", "dateTime", "time", "string",
        "text", "url", "choice", "open-choice", "attachment", "reference", "quantity",
    ),
    ("RiskAssessment", "status"): OBSERVATION_STATUS,
    ("StructureMapGroupRuleTarget", "transform"): (
        "create", "copy", "truncate", "escape", "cast", "append", "translate", "reference", "dateOp", "uuid",
        "pointer", "evaluate", "cc", "c", "qty", "id", "cp",
    ),
    ("SupplyRequest", "status"): (
        "draft", "active", "suspended", "cancelled", "completed", "entered-in-error", "unknown",
    ),
    ("Task", "status"): (
        "draft", "requested", "received", "accepted", "rejected", "ready", "cancelled", "in-progress", "on-hold",
        "failed", "completed", "entered-in-error",
    ),
    # Not a list of codes, or not a required binding: any code.
    ("CapabilityStatement", "format"): (),
    ("Expression", "language"): (),
    # Required bindings that fhir.resources leaves out. What is still any code: all-types, defined-types,
    # FHIR-version, SPDX licences and request types, all of them in definitional resources alone.
    **{(quantity, "comparator"): COMPARATOR for quantity in ("Age", "Count", "Distance", "Duration", "Quantity")},
    ("AuditEvent", "action"): ("C", "R", "U", "D", "E"),
    ("AuditEvent", "outcome"): ("0", "4", "8", "12"),
    ("AuditEventAgentNetwork", "type"): ("1", "2", "3", "4", "5"),
    ("Composition", "confidentiality"): ("U", "L", "M", "N", "R", "V"),
    ("OperationOutcomeIssue", "code"): (
        "invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired",
        "forbidden", "suppressed", "processing", "not-supported", "duplicate", "multiple-matches", "not-found",
        "deleted", "too-long", "code-invalid", "extension", "too-costly", "business-rule", "conflict",
        "transient", "lock-error", "no-store", "exception", "timeout", "incomplete", "throttled",
        "informational",
    ),
    ("TimingRepeat", "when"): (
        "MORN", "MORN.early", "MORN.late", "NOON", "AFT", "AFT.early", "AFT.late", "EVE", "EVE.early",
        "EVE.late", "NIGHT", "PHS", "HS", "WAKE", "C", "CM", "CD", "CV", "AC", "ACM", "ACD", "ACV", "PC", "PCM",
        "PCD", "PCV",
    ),
    ("CapabilityStatementRestResource", "type"): _RESOURCE,
    ("CompartmentDefinitionResource", "code"): _RESOURCE,
    ("ExampleScenarioInstance", "resourceType"): _RESOURCE,
    ("GraphDefinition", "start"): _RESOURCE,
    ("GraphDefinitionLinkTarget", "type"): _RESOURCE,
    ("ImplementationGuideGlobal", "type"): _RESOURCE,
    ("MessageDefinitionFocus", "code"): _RESOURCE,
    ("OperationDefinition", "resource"): _RESOURCE,
    ("Questionnaire", "subjectType"): _RESOURCE,
    ("SearchParameter", "base"): _RESOURCE,
    ("SearchParameter", "target"): _RESOURCE,
}  # fmt: skip
"""Codes of required value sets by (model, element), from R4 4.0.1; they win over fhir.resources' own lists."""

REFERENCE_TARGETS = {
    ("ActivityDefinition", "productReference"): frozenset({"Medication", "Substance"}),
    ("DiagnosticReport", "subject"): frozenset({"Patient", "Group", "Device", "Location"}),
    ("GroupMember", "entity"): frozenset(
        {"Patient", "Practitioner", "PractitionerRole", "Device", "Medication", "Substance", "Group"}
    ),
    ("Observation", "subject"): frozenset({"Patient", "Group", "Device", "Location"}),
}
"""Reference targets by (model, element) where R4B allows more than R4."""
