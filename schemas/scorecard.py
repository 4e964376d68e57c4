"""How good what a partner sends is: counts over its messages, for the partner itself and its partnership."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class _Card(BaseModel):
    model_config = ConfigDict(frozen=True)


class NumberStanding(_Card):
    """Messages by how far their NHS number can be relied on; the shares are of all messages, 0 to 1."""

    verified: int
    unverified: int
    """A right check digit, and no word of a trace."""
    invalid: int
    """A wrong check digit."""
    missing: int
    verified_share: float
    unverified_share: float
    invalid_share: float
    missing_share: float


class Lateness(_Card):
    """How long messages take from being told to being received, of those that say when they were told."""

    threshold_hours: float
    late: int
    """Messages that took longer than the threshold."""
    dated: int
    """Messages that say when they were told."""
    median_seconds: float | None
    """Null where no message says it."""


class QuarantineCount(_Card):
    """Messages that could not be accepted."""

    open: int
    resolved: int


class Scorecard(_Card):
    """One partner's messages, since a moment or since the beginning. Corrections by others are not counted."""

    partner: str
    """ODS code; empty for records that named no sender."""
    name: str
    sector: str
    since: datetime | None
    messages: int
    """Different messages accepted."""
    nhs_number: NumberStanding
    lateness: Lateness
    duplicate_deliveries: int
    repaired: int
    """Messages in which something was repaired."""
    repairs: dict[str, int]
    """Messages by the name of what was repaired in them."""
    deviations: dict[str, int]
    """Messages by the name of the deviation."""
    quarantined: QuarantineCount
    refused: dict[str, int]
    """Refusals over HTTP by rule: those messages were not kept."""
    entries_superseded: int
    """Versions of entries that a later version of the partner's own has replaced."""
