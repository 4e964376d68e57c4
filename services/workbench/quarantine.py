"""`carethread quarantine`: what could not be accepted, from whom, and why."""

from typing import Any

import psycopg

_LIST = """
    select message_key, sender, door, received_at, issues
    from intake.quarantine order by received_at, message_key
"""
_SHOW = """
    select message_key, sender, door, received_at, issues, body from intake.quarantine
    where encode(message_key, 'hex') like %(start)s || '%%' limit 2
"""


class NotThere(Exception):
    """No quarantined message, or more than one, has a key that starts so."""


def list_quarantined(dsn: str) -> list[dict[str, Any]]:
    """Every quarantined message, oldest first, without its body."""
    with psycopg.connect(dsn, connect_timeout=5) as connection:
        return [_told(row) for row in connection.execute(_LIST)]


def show_quarantined(dsn: str, start: str) -> dict[str, Any]:
    """The one quarantined message whose key starts with `start`, with the bytes as they were received.

    Raises:
        NotThere: there is none, or several.
    """
    if not start or not all(digit in "0123456789abcdef" for digit in start):
        raise NotThere("A message key is hexadecimal, as 'carethread quarantine list' shows it.")
    with psycopg.connect(dsn, connect_timeout=5) as connection:
        rows = connection.execute(_SHOW, {"start": start}).fetchall()
    if len(rows) != 1:
        how_many = "No" if not rows else "More than one"
        raise NotThere(f"{how_many} quarantined message has a key that starts with {start}.")
    return _told(rows[0]) | {"body": rows[0][5].decode("utf-8", "replace")}


def _told(row: tuple[Any, ...]) -> dict[str, Any]:
    key, sender, door, received_at, issues = row[:5]
    return {
        "message_key": key.hex(),
        "sender": sender,
        "door": door,
        "received_at": received_at.isoformat(timespec="seconds"),
        "issues": issues,
    }
