"""Carethread's capabilities: each folder below is one, and deploys on its own."""
