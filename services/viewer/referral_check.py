"""What is already open, or was lately turned down or completed, for something like a proposed referral, as FHIR."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.domain.record.instant import instant_text
from services.domain.record.referrals.organisations import Organisation
from services.domain.record.referrals.same_need import Found, like
from services.domain.record.referrals.threads import threads
from services.platform.access import Partner
from services.viewer.reading import CareRecord

ODS_SYSTEM = "https://fhir.nhs.uk/Id/ods-organization-code"


def check_parameters(
    record: CareRecord, names: Mapping[str, Partner], proposed: dict[str, Any], as_of: int
) -> dict[str, Any]:
    """The answer to a proposed ServiceRequest at `as_of`, in ticks, as a FHIR Parameters.

    `record` holds at least what is open or ended lately (recent.choose).

    `result` is whether something like it is open; a part `referral` follows for each thread that is, or was
    rejected or completed lately (same_need.like).
    """
    named = {ods: one.name for ods, one in names.items()}
    return _answer(like(proposed, threads(record.words, named), as_of))


def _answer(found: Sequence[Found]) -> dict[str, Any]:
    is_open = any(one.thread.state.is_open for one in found)
    result: dict[str, Any] = {"name": "result", "valueBoolean": is_open}
    return {"resourceType": "Parameters", "parameter": [result, *(_referral(one) for one in found)]}


def _referral(found: Found) -> dict[str, Any]:
    thread = found.thread
    told: list[dict[str, Any]] = [
        {"name": "state", "valueCode": thread.state.value},
        {"name": "since", "valueInstant": instant_text(thread.since)},
        {"name": "why", "valueString": found.why},
        {"name": "thread", "valueId": thread.key.hex()},
    ]
    if thread.holder:
        told.insert(2, {"name": "holder", "valueReference": _reference(thread.holder)})
    return {"name": "referral", "part": told}


def _reference(one: Organisation) -> dict[str, Any]:
    reference: dict[str, Any] = {"type": "Organization", "display": one.name}
    if one.ods:
        reference["identifier"] = {"system": ODS_SYSTEM, "value": one.ods}
    return reference
