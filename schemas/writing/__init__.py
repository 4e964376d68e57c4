"""What people write on the pages, as FHIR messages of their own organisations."""
