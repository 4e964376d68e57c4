"""What is known of a version without reading its resource: enough to choose what a page has to read."""

from typing import NamedTuple

from services.domain.access.label import label_of
from services.domain.record.continuity.things import moment
from services.domain.record.continuity.what_matters import may_matter
from services.domain.record.instant import DAY
from services.domain.record.kinds import CONTEXT, kind_of
from services.domain.record.measures.series import measure_of
from services.domain.record.referrals.traces import trace_row
from services.domain.record.word import Word

_LASTING = frozenset({"CarePlan", "CareTeam", "EpisodeOfCare", "Goal", "RelatedPerson"})
"""Resource types of which a person has few, and each may say who helps or what matters, however old it is."""


class Gist(NamedTuple):
    """What is kept of the current version of a thing, beside when it happened."""

    lasting: bool
    """Whether the story needs it however old it is, or however much else there is."""
    measure: str
    """The measure of which it is a score (measures.series.measure_of); empty where it is none."""
    label: int
    """How confidential it is (access.label.label_of)."""
    trace: bytes
    """What it says of referrals (referrals.traces.trace_row)."""


def gist_of(word: Word) -> Gist:
    """The gist of a checked resource."""
    resource = word.resource
    kind = resource["resourceType"]
    return Gist(
        lasting=_is_lasting(word),
        measure=measure_of(resource) if kind == "Observation" else "",
        label=label_of(resource),
        trace=trace_row(word),
    )


def _is_lasting(word: Word) -> bool:
    kind = word.resource["resourceType"]
    if kind_of(kind) == CONTEXT:
        return bool(kind != "MessageHeader")
    if kind == "Flag":
        return bool(word.resource.get("status") == "active")
    if kind == "Appointment":
        start, end = (moment(word.resource, path) for path in ("start", "end"))
        return start is not None and end is not None and end - start > DAY
    return kind in _LASTING or may_matter(word.resource)
