"""Whom a source record is about: demographics, exclusions and the clustering of records into persons."""
