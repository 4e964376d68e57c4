"""Dates and numbers as people read them."""

from datetime import datetime


def plain_day(text: str) -> str:
    """A FHIR date or dateTime: 4 May 2026, 2:30pm; May 2026; 2026."""
    if len(text) == len("2026"):
        return text
    if len(text) == len("2026-05"):
        return f"{datetime.strptime(text, '%Y-%m'):%B %Y}"
    moment = datetime.fromisoformat(text)
    shown = f"{moment.day} {moment:%B %Y}"
    if "T" in text:
        shown += f", {moment.hour % 12 or 12}:{moment:%M}{'am' if moment.hour < 12 else 'pm'}"
    return shown


def spaced(nhs_number: str) -> str:
    """An NHS number in its usual groups."""
    return f"{nhs_number[:3]} {nhs_number[3:6]} {nhs_number[6:]}"
