"""Sheets of contacts, referrals and introductions, and how each row becomes a FHIR message. Pure."""
