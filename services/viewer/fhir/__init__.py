"""The FHIR read API: what is told of a person as resources, for partners' systems."""
