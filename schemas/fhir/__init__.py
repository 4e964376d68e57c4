"""The FHIR R4 messages that Carethread accepts, and how it says what is wrong with the others."""
