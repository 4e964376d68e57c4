"""Whether a message that was not accepted is about a source record, as far as it can be read."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audit.naming import names_one_of
from tests.engines import PARTNERSHIP_KEY
from tests.identities import WREN, record_id
from tests.streams.fhir_builders import Organisation, known_to
from tests.streams.norfolk_suffolk_partners import COUNCIL, SURGERY

MINE = {record_id(SURGERY, "1")}


def sent(holder: Organisation, local: str) -> bytes:
    """A message that is not sound, about somebody whom the holder knows under a local number."""
    patient = known_to(holder, local, replace(WREN, nhs_number=""), "2026-03-02T10:00:00Z").patient
    return orjson.dumps({"resourceType": "Bundle", "entry": [{"resource": patient | {"gender": 7}}]})


@pytest.mark.parametrize(
    ("body", "sender", "names"),
    [
        (sent(SURGERY, "1"), SURGERY.ods, True),
        (sent(SURGERY, "2"), SURGERY.ods, False),
        (sent(SURGERY, "1"), COUNCIL.ods, False),
        (sent(SURGERY, "1")[:-1], SURGERY.ods, False),
        (b'{"resourceType": "Patient", "identifier": 1}', SURGERY.ods, False),
    ],
)
def test_it_is_by_the_senders_own_number(body: bytes, sender: str, names: bool) -> None:
    """Another sender's number of the same digits is somebody else's."""
    assert names_one_of(body, sender, PARTNERSHIP_KEY, MINE) is names


@given(st.binary())
def test_whatever_cannot_be_read_names_nobody(body: bytes) -> None:
    """And ends in no error."""
    assert not names_one_of(body, SURGERY.ods, PARTNERSHIP_KEY, MINE)
