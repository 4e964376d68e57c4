"""Who a person is, in a line or two."""

from typing import Any

from services.viewer.moments import plain_date
from services.viewer.reading import Known


def summary(record: Known) -> dict[str, Any]:
    """What a template shows of who the person is."""
    told = record.facts.get("birth_date")
    return {
        "id": record.person.hex(),
        "name": record.name,
        "birth_date": plain_date(told.value) if told else "",
        "died": _died(record),
        "nhs_numbers": [_grouped(number) for number in record.nhs_numbers],
        "replaced_by": [_grouped(number) for number in _told(record, "superseded_by").split()],
        "systems": len(record.source_records),
    }


def _died(record: Known) -> str:
    """The day of the person's death as people write it; 'Date not known' where only the death is told."""
    told = _told(record, "deceased")
    if told in ("", "false"):
        return ""
    return "Date not known" if told == "true" else plain_date(told[:10])


def _told(record: Known, fact: str) -> str:
    return record.facts[fact].value if fact in record.facts else ""


def _grouped(nhs_number: str) -> str:
    return f"{nhs_number[:3]} {nhs_number[3:6]} {nhs_number[6:]}"
