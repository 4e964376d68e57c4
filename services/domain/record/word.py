"""What one system currently says of one thing: what referral threads, continuity and measures are read from."""

from typing import Any, NamedTuple


class Word(NamedTuple):
    """One version of one resource, with the keys that say which thing, entry and system it belongs to."""

    resource_key: bytes
    """The thing this is a version of, within one source record."""
    entry_key: bytes
    """The entry it tells of: equal for the words of several systems that fold into one entry."""
    source_record: bytes
    """The source record whose system says it."""
    sender: str
    """The ODS code of the organisation whose system says it."""
    resource: dict[str, Any]
    """The FHIR R4 resource, accepted already; what is optional may be missing or odd."""
    instant: int
    """The version's instant, in ticks of 100 ns (services.domain.record.instant)."""
