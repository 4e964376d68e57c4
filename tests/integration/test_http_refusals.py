"""What the FHIR door refuses: with the place of the fault, without any effect, and without a word in the logs."""

from collections.abc import Iterator

import httpx
import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome

from schemas.fhir.parse import MAX_MESSAGE_BYTES
from tests.bad_messages import FAMILY, NOTE, NUMBER, REFUSED
from tests.messages import (
    FHIR_JSON,
    a_message,
    fhir_client,
    issue_of,
    logs_of,
    metrics_of,
    rows,
    send,
    settled,
    settled_status,
    token,
)
from tests.stack import RunningStack

pytestmark = pytest.mark.any_broker


@pytest.fixture(scope="module")
def trust(shared_stack: RunningStack) -> Iterator[httpx.Client]:
    """A client that sends as the trust."""
    with fhir_client(shared_stack, token(shared_stack, "ZZT41")) as client:
        yield client


@pytest.mark.parametrize("wrong", REFUSED)
def test_it_says_where_the_fault_is_and_nothing_is_kept(
    shared_stack: RunningStack, trust: httpx.Client, wrong: str
) -> None:
    """An OperationOutcome that names the place, and no table has a row more."""
    body, status, place, code = REFUSED[wrong]
    before = rows(shared_stack)
    answer = send(trust, body)
    assert answer.status_code == status, answer.text
    issue = issue_of(answer)
    assert place in "".join(issue.get("expression", [])) or place in issue["diagnostics"], issue
    assert issue["code"] == code
    OperationOutcome.model_validate(answer.json())
    for kept_to_themselves in (FAMILY, NUMBER, NOTE):
        assert kept_to_themselves not in answer.text
    assert rows(shared_stack) == before


@pytest.mark.parametrize("size_is_told", [True, False])
def test_too_big_a_message_is_refused_with_the_limit(
    shared_stack: RunningStack, trust: httpx.Client, size_is_told: bool
) -> None:
    """413 says how much is taken, whether the request tells its size or comes in chunks."""
    part = b" " * (64 * 1024)
    chunks = (part for _ in range(MAX_MESSAGE_BYTES // len(part) + 1))
    before = rows(shared_stack)
    body = b"".join(chunks) if size_is_told else chunks
    answer = trust.post("/fhir/$process-message", content=body, headers={"Content-Type": FHIR_JSON})
    assert answer.status_code == 413
    issue = issue_of(answer)
    assert issue["code"] == "too-long"
    assert f"{MAX_MESSAGE_BYTES:,}" in issue["diagnostics"]
    assert rows(shared_stack) == before
    assert send(trust, a_message("after-413")).status_code == 200
    settled(shared_stack)


def test_neighbours_are_not_affected_and_no_log_tells_who(
    shared_stack: RunningStack, trust: httpx.Client
) -> None:
    """Between refused messages others are accepted and applied; what was refused is in no log and no metric."""
    before = settled_status(shared_stack)
    for number, (body, status, _, _) in enumerate(REFUSED.values()):
        assert send(trust, body).status_code == status
        assert send(trust, a_message(f"neighbour-{number}")).status_code == 200
    settled(shared_stack)
    now = shared_stack.status()
    count = len(REFUSED)
    assert now == before | {"accepted": before["accepted"] + count, "applied": before["applied"] + count}
    told = {**logs_of(shared_stack), **metrics_of(shared_stack)}
    assert {"web.log", "postgres.log", "web", "intake"} <= set(told)
    for place, words in told.items():
        for canary in (FAMILY, NUMBER, "kestrel", "canary-4471"):
            assert canary not in words, f"{canary} is in {place}"
