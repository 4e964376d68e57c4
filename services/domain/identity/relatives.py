"""Which source record a relative has of their own, where one record names them by their number."""

from typing import Any

from services.domain.identity.demographics import NHS_NUMBER_SYSTEMS
from services.domain.identity.source_record import local_identity, source_record_id


def own_record(relative: dict[str, Any], sender: str, partnership_key: bytes) -> bytes | None:
    """The id that the source record of a RelatedPerson's own number has, if the sender has one.

    Systems give a relative who is known to them the number that they know them by. An NHS number leads nowhere:
    it is no system's own, and one that is mistyped names a stranger. None where the relative has no number.
    """
    given = relative.get("identifier")
    numbers = [
        one
        for one in (given if isinstance(given, list) else [])
        if isinstance(one, dict)
        and all(isinstance(one.get(part, ""), str) for part in ("system", "value"))
        and one.get("value")
        and one.get("system") not in NHS_NUMBER_SYSTEMS
    ]
    if not numbers:
        return None
    return source_record_id(partnership_key, sender, local_identity({"identifier": numbers}))
