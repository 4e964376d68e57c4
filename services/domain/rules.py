"""The version of the rules: with the accepted messages it decides every record."""

RULES_VERSION = "2026-11-27.9"
"""Changes whenever the same messages would give another record; a record schema holds one version alone."""
