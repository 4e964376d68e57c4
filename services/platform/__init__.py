"""The ground floor: settings, topics, streams, PostgreSQL, metrics and the embedded engines.

Knows no domain: it moves bytes, keeps rows and watches, and never asks what a message means.
"""
