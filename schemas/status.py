"""What became of everything accepted: the counts that always add up."""

from pydantic import BaseModel, ConfigDict


class StatusCounts(BaseModel):
    """Deliveries by what became of them: accepted = applied + duplicate + quarantined + in_flight, exactly."""

    model_config = ConfigDict(frozen=True)

    accepted: int
    applied: int
    duplicate: int
    quarantined: int
    in_flight: int


class DigestResult(BaseModel):
    """The digest of all records: equal digests are equal records."""

    model_config = ConfigDict(frozen=True)

    records: int
    digest: str
