"""The record: identity, duplicates and assembly, one PostgreSQL transaction a batch."""
