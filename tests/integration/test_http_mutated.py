"""Whatever comes in is accepted or refused with words; nothing else happens, and what is accepted is applied."""

from dataclasses import replace

import httpx
import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.fhir.issue import Refused, operation_outcome
from schemas.fhir.message import Reading, read_message_bytes
from schemas.fhir.reread import reread
from schemas.fhir.rules import RULES
from services.domain.message import read_message
from services.intake.accept import Delivery, check
from tests.messages import fhir_client, rows, send, settled, token
from tests.mutations import bases, mutated
from tests.stack import RunningStack

pytestmark = pytest.mark.any_broker

MESSAGES = bases()
DELIVERY = Delivery(b"", "ZZT41", 0, "test", b"")

any_body = st.one_of([mutated(MESSAGES)] * 9 + [st.binary(max_size=64)])


@pytest.mark.parametrize("number", range(len(MESSAGES)))
def test_the_messages_are_sound_before_anything_slips(number: int) -> None:
    """Else the properties below would say little."""
    read_message_bytes(MESSAGES[number])


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(any_body)
def test_a_message_is_read_or_refused(body: bytes) -> None:
    """A refusal has issues that R4 can say, each with words; what is taken is read alike a second time."""
    reading, refused = _read(body)
    if reading is not None:
        assert reread(body) == reading.bundle
        return
    assert refused is not None
    assert 400 <= refused.status < 500
    assert refused.issues
    assert all(issue.text and (not issue.rule or issue.rule in RULES) for issue in refused.issues)
    OperationOutcome.model_validate(operation_outcome(refused.issues, status=refused.status))


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(any_body)
def test_what_is_accepted_can_be_applied(body: bytes) -> None:
    """The record reads from the bytes what acceptance read."""
    checked = check(replace(DELIVERY, body=body), b"a key for tests alone")
    if checked.refused is None:
        assert read_message(reread(body), checked.source_record, 0).versions


def test_over_http_nothing_goes_wrong(shared_stack: RunningStack) -> None:
    """Each is answered with 200 or a refusal, what is accepted is applied, and the process is the same."""
    process = shared_stack.book.pids["web"]
    before = rows(shared_stack)["intake.message"]
    statuses: list[int] = []
    with fhir_client(shared_stack, token(shared_stack, "ZZT41")) as client:

        @settings(max_examples=120, deadline=None, derandomize=True, database=None)
        @given(any_body)
        def send_one(body: bytes) -> None:
            answer: httpx.Response = send(client, body)
            statuses.append(answer.status_code)
            assert answer.status_code == 200 or 400 <= answer.status_code < 500, answer.text
            assert answer.json()["resourceType"] in ("Bundle", "OperationOutcome")

        send_one()
    settled(shared_stack)
    assert {200, 400} <= set(statuses)
    assert rows(shared_stack)["intake.message"] <= before + statuses.count(200)
    assert shared_stack.book.pids["web"] == process


def _read(body: bytes) -> tuple[Reading | None, Refused | None]:
    try:
        return read_message_bytes(body), None
    except Refused as refused:
        return None, refused
