"""An identity provider for the tests, and for trying things out by hand."""
