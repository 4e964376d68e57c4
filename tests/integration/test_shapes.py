"""What comes without a message around it, through the real door and onto the person's page."""

from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest

from tests.messages import fhir_client, send, settled, token
from tests.stack import RunningStack

pytestmark = pytest.mark.any_broker

NUMBER, NEW = "9990000042", "9990000050"
NHS = "https://fhir.nhs.uk/Id/nhs-number"
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "source": "uk.nhs.personal-demographics-service",
    "time": "2026-05-04T10:00:00Z",
    "subject": NUMBER,
}
SENT: dict[str, dict[str, Any]] = {
    "a death": EVENT
    | {"id": "e-1", "type": "pds-death-notification-2", "filtering": {"deathDate": "2026-05-03"}},
    "a new number": EVENT | {"id": "e-2", "type": "nhs-number-change-2", "data": {"new": NEW}},
    "a vaccination": {
        "resourceType": "Immunization",
        "id": "i-1",
        "status": "completed",
        "vaccineCode": {"text": "Influenza vaccine"},
        "patient": {"identifier": {"system": NHS, "value": NUMBER}},
        "occurrenceDateTime": "2025-10-05",
        "protocolApplied": [{"doseNumberPositiveInt": 1}],
    },
}


@pytest.fixture(scope="module")
def page(shared_stack: RunningStack) -> Iterator[str]:
    """The person's page, after each was sent once."""
    with fhir_client(shared_stack, token(shared_stack, "ZZT41")) as partner:
        for what, document in SENT.items():
            kind = "application/fhir+json" if "resourceType" in document else "application/cloudevents+json"
            answer = send(partner, orjson.dumps(document), kind)
            assert answer.status_code == 200, f"{what}: {answer.text}"
    settled(shared_stack)
    with fhir_client(shared_stack, "") as browser:
        assert browser.get(shared_stack.run("sign-in").stdout.strip()).status_code == 303
        yield _text(browser.get(f"/person/{NUMBER}", follow_redirects=True))


def test_a_death_is_shown(page: str) -> None:
    """With its day, beside the birth date."""
    assert "Died 3 May 2026" in page


def test_a_new_number_is_shown(page: str) -> None:
    """Beside the old one, which stays."""
    assert "999 000 0042 replaced by 999 000 0050" in page


def test_an_immunisation_is_on_the_timeline(page: str) -> None:
    """By its vaccine, with its dose."""
    assert "Influenza vaccine" in page
    assert "Dose 1." in page


def _text(answer: httpx.Response) -> str:
    """The words of a page."""
    assert answer.status_code == 200
    words = "".join(part.partition(">")[2] + " " for part in f">{answer.text}".split("<"))
    return " ".join(words.split())
