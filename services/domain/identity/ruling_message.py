"""A steward's ruling as its message tells it: a FHIR R4 Linkage of two source records."""

from typing import Any

from services.domain.identity.rulings import Ruled, Verdict, pair
from services.domain.record.instant import instant_ticks

_ENTRIES = ["MessageHeader", "Linkage"]

_VERDICTS = {"certain": Verdict.SAME, "certainly-not": Verdict.NOT_SAME}
"""By code of the FHIR value set match-grade."""


def ruling_in(bundle: dict[str, Any]) -> Ruled | None:
    """What a checked message Bundle rules; None where it rules nothing and is about one person, as all others are.

    Of what is accepted, a ruling alone has a MessageHeader and a Linkage and no Patient.

    Raises:
        ValueError: its timestamp is no instant that can be ranked, or it names something else than source records.
    """
    entries = bundle["entry"]
    if len(entries) != len(_ENTRIES) or [one["resource"]["resourceType"] for one in entries] != _ENTRIES:
        return None
    linkage = entries[1]["resource"]
    instant = instant_ticks(bundle["timestamp"])
    if instant is None:
        raise ValueError("the timestamp of a ruling is no instant")
    one, other = (bytes.fromhex(item["resource"]["identifier"]["value"]) for item in linkage["item"])
    return Ruled(pair(one, other), _verdict(linkage), instant)


def _verdict(linkage: dict[str, Any]) -> Verdict:
    """A linkage that is not in effect undoes what was ruled."""
    if not linkage["active"]:
        return Verdict.UNDO
    (grade,) = (one["valueCoding"]["code"] for one in linkage["extension"])
    return _VERDICTS[grade]
