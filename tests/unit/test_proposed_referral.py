"""The body of a question before referring: whom it is for, and what is wrong with what cannot be read."""

from typing import Any

import orjson
import pytest

from schemas.fhir.issue import Refused
from schemas.fhir.proposed_referral import read_proposed_referral

Resource = dict[str, Any]

SYSTEM = "https://fhir.nhs.uk/Id/nhs-number"
NUMBER = "9990000018"
ID = "0123456789abcdef" * 2
BY_NUMBER: Resource = {"identifier": {"system": SYSTEM, "value": NUMBER}}


def proposed(subject: Resource, **more: Any) -> Resource:
    """A referral that somebody thinks of."""
    return {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "proposal",
        "subject": subject,
        "code": {"text": "Befriending"},
        **more,
    }


def parameters(*resources: Resource, name: str = "referral") -> Resource:
    """The same as parameters."""
    return {"resourceType": "Parameters", "parameter": [{"name": name, "resource": one} for one in resources]}


@pytest.mark.parametrize(
    ("body", "person"),
    [
        pytest.param(proposed(BY_NUMBER), NUMBER, id="the NHS number of the subject"),
        pytest.param(
            proposed({"identifier": {"system": SYSTEM, "value": "999 000 0018"}}),
            NUMBER,
            id="the NHS number as people write it",
        ),
        pytest.param(proposed({"reference": f"Patient/{ID.upper()}"}), ID, id="an id of ours"),
        pytest.param(
            proposed({"reference": f"https://carethread.example/fhir/Patient/{ID}"}),
            ID,
            id="an id of ours by its URL",
        ),
        pytest.param(
            proposed({"reference": f"Patient/{NUMBER}"}), NUMBER, id="the NHS number in a reference"
        ),
        pytest.param(
            proposed(
                {"reference": "#p"},
                contained=[{"resourceType": "Patient", "id": "p", "identifier": [BY_NUMBER["identifier"]]}],
            ),
            NUMBER,
            id="the NHS number of a contained Patient",
        ),
        pytest.param(parameters(proposed(BY_NUMBER)), NUMBER, id="a referral as a parameter"),
    ],
)
def test_it_says_whom_it_is_for(body: Resource, person: str) -> None:
    """The number or id, and the ServiceRequest itself."""
    read = read_proposed_referral(orjson.dumps(body))
    assert read.person == person
    assert read.resource["code"] == {"text": "Befriending"}


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        pytest.param(b"{", 400, "This is not JSON", id="no JSON"),
        pytest.param(b"[]", 400, "This is no FHIR resource", id="no resource"),
        pytest.param(proposed(BY_NUMBER, status="thought of"), 400, "", id="a status that R4 has not"),
        pytest.param(
            {"resourceType": "Parameters", "parameter": []}, 400, "", id="an empty list of parameters"
        ),
        pytest.param({"resourceType": "Parameters"}, 422, "Send one parameter", id="no parameter"),
        pytest.param({"resourceType": "Patient"}, 422, "Send a ServiceRequest", id="another resource"),
        pytest.param(
            parameters({"resourceType": "Patient"}),
            422,
            "whose resource is a ServiceRequest",
            id="of another type",
        ),
        pytest.param(
            parameters(proposed(BY_NUMBER), name="request"),
            422,
            "one parameter named 'referral'",
            id="misnamed",
        ),
        pytest.param(
            parameters(proposed(BY_NUMBER), proposed(BY_NUMBER)),
            422,
            "Send one parameter",
            id="two referrals",
        ),
        pytest.param(
            proposed({"reference": "Patient/17"}),
            422,
            "names nobody here. Say whom it is for",
            id="an id of theirs",
        ),
        pytest.param(
            proposed({"identifier": {"system": SYSTEM, "value": "unknown"}}),
            422,
            "names nobody here",
            id="no number",
        ),
        pytest.param(
            proposed(BY_NUMBER | {"reference": f"Patient/{ID}"}),
            422,
            "names several people here",
            id="two names",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(body: Resource | bytes, status: int, says: str) -> None:
    """With what is wrong, where it is not the whole, and what to send."""
    with pytest.raises(Refused) as refused:
        read_proposed_referral(body if isinstance(body, bytes) else orjson.dumps(body))
    assert refused.value.status == status
    assert says in refused.value.issues[0].text
