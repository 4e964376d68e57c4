"""A steward's ruling as its message tells it: a FHIR R4 Linkage of two source records."""

from typing import Any

from services.domain.identity.rulings import Ruled, Verdict, pair
from services.domain.record.instant import instant_ticks

EVENT = "identity-ruling"

Resource = dict[str, Any]

_ENTRIES = ["MessageHeader", "Linkage"]

_VERDICTS = {"certain": Verdict.SAME, "certainly-not": Verdict.NOT_SAME}
"""By code of the FHIR value set match-grade."""


def ruling_in(bundle: Resource) -> Ruled | None:
    """What a checked message Bundle rules of two source records; None where it rules nothing of any.

    Raises:
        ValueError: its timestamp is no instant that can be ranked, or it names something else than source records.
    """
    linkage = linkage_in(bundle, EVENT)
    if linkage is None:
        return None
    one, other = (bytes.fromhex(name) for name in names_in(linkage))
    return Ruled(pair(one, other), verdict_in(linkage), ruled_at(bundle))


def linkage_in(bundle: Resource, event: str) -> Resource | None:
    """The Linkage of a checked message Bundle that is a ruling of this event; None where it is none.

    Of what is accepted, a ruling alone has a MessageHeader and a Linkage and no Patient.
    """
    entries = bundle["entry"]
    if len(entries) != len(_ENTRIES) or [one["resource"]["resourceType"] for one in entries] != _ENTRIES:
        return None
    header, linkage = (one["resource"] for one in entries)
    return linkage if header["eventCoding"]["code"] == event else None


def names_in(linkage: Resource) -> list[str]:
    """What the Linkage of a ruling names."""
    return [item["resource"]["identifier"]["value"] for item in linkage["item"]]


def verdict_in(linkage: Resource) -> Verdict:
    """What the Linkage of a ruling says. One that is not in effect undoes what was ruled."""
    if not linkage["active"]:
        return Verdict.UNDO
    (grade,) = (one["valueCoding"]["code"] for one in linkage["extension"])
    return _VERDICTS[grade]


def ruled_at(bundle: Resource) -> int:
    """The instant of a ruling, in ticks.

    Raises:
        ValueError: it has none that can be ranked.
    """
    instant = instant_ticks(bundle["timestamp"])
    if instant is None:
        raise ValueError("the timestamp of a ruling is no instant")
    return instant
