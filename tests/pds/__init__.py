"""The Personal Demographics Service for tests: an HTTP server that speaks its API over invented people."""
