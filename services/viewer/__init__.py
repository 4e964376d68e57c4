"""The record in front of people: the FHIR read API and the pages. Reads PostgreSQL, and writes nothing to it."""
