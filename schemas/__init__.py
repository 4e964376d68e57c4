"""What travels on the wire: stream lines, FHIR messages and what we answer. Knows no service."""
