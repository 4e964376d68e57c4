"""The private port of each process: alive, ready, and counted, without a word about anybody."""

import re
from functools import partial

import httpx
import orjson
import psutil
import pytest

from tests.messages import a_message, fhir_client, logs_of, metrics_of, send, settled, token
from tests.stack import BUNDLED, RunningStack, wait_for

pytestmark = pytest.mark.any_broker

PROCESSES = ("intake", "record", "sweeper", "delivery", "web")


@pytest.fixture(scope="module")
def told(shared_stack: RunningStack) -> RunningStack:
    """The stack, with the bundled stream in it and its people looked at."""
    shared_stack.replay()
    with fhir_client(shared_stack, "") as browser:
        browser.get(shared_stack.run("sign-in").stdout.strip())
        for number in _numbers():
            assert browser.get(f"/person?q={number}", follow_redirects=True).status_code == 200
            browser.get(f"/fhir/Patient/{number}/$everything")
    return shared_stack


@pytest.mark.parametrize("process", PROCESSES)
def test_each_process_says_that_it_lives_and_is_ready(told: RunningStack, process: str) -> None:
    """/livez, /readyz and /metrics on loopback, and nothing else there."""
    with httpx.Client(base_url=_address(told, process), trust_env=False) as client:
        assert [client.get(path).status_code for path in ("/livez", "/readyz")] == [200, 200]
        metrics = client.get("/metrics")
        assert metrics.headers["content-type"].startswith("text/plain; version=")
        assert "process_cpu_seconds_total" in metrics.text
        assert client.get("/").status_code == 404


def test_the_sweeper_counts_as_status_does(told: RunningStack) -> None:
    """The gauges are the numbers of `carethread status`, with the lag of each group beside them."""

    def as_told() -> bool:
        shown = _values(told, "sweeper")
        return {name: shown[f"care_messages_{name}"] for name in told.status()} == told.status()

    wait_for(as_told, "the next sweep has counted", 10)
    shown = _values(told, "sweeper")
    assert shown["care_oldest_in_flight_timestamp_seconds"] == 0
    lags = [value for name, value in shown.items() if name.startswith("care_kafka_consumer_lag{")]
    assert len(lags) >= 16


def test_each_worker_counts_its_own_work(told: RunningStack) -> None:
    """What intake answered over each door, what the record applied and how long it took, each route's requests."""
    with fhir_client(told, token(told, "ZZT41")) as client:
        assert send(client, a_message("counted")).status_code == 200
        assert send(client, b"{").status_code == 400
    settled(told)
    web, intake = _values(told, "web"), _values(told, "intake")
    assert web['care_intake_messages_total{door="http",outcome="accepted"}'] == 1
    assert web['care_intake_messages_total{door="http",outcome="refused"}'] == 1
    assert web['care_http_requests_total{route="/fhir/$process-message",status="400"}'] == 1
    assert web['care_http_requests_total{route="/person/{id}",status="200"}'] >= len(_numbers()) - 1
    counted = [intake[f'care_intake_messages_total{{door="kafka",outcome="{one}"}}'] for one in _OUTCOMES]
    assert counted[0] == 82
    assert counted[1:] >= [6, 1], "more only where the broker brought some again"
    wait_for(
        lambda: _values(told, "record")["care_record_messages_applied_total"] >= 83, "all are counted", 5
    )
    assert _values(told, "record")["care_event_age_seconds_count"] >= 83


def test_no_metric_and_no_log_tells_of_anybody(told: RunningStack) -> None:
    """No NHS number, no name, no telephone number and no id of the stream is in a label or a log line."""
    people = [*_numbers(), *_found(r'"family":"(\w+)"'), *_found(r'"value":"(07700 \d+)"')]
    ids = [one["person"] for one in told.json("people")]
    assert len(people) > 20
    for place, words in (logs_of(told) | metrics_of(told)).items():
        found = [one for one in (*people, *ids) if one in words]
        assert not found, f"{place} tells of {found}"


def test_every_log_line_of_a_worker_is_json(told: RunningStack) -> None:
    """One object a line: when, how grave, which process, and a sentence."""
    for process in PROCESSES:
        lines = (told.data_dir / "logs" / f"{process}.log").read_text().splitlines()
        assert lines
        for line in lines:
            assert {"at", "level", "process", "said"} <= set(orjson.loads(line))


def test_ready_says_what_is_not(told: RunningStack) -> None:
    """While PostgreSQL stands still, the pages and the sweeper are alive and not ready; then ready again."""
    server = psutil.Process(told.book.pids["postgres"])
    frozen = [server, *server.children()]
    for one in frozen:
        one.suspend()
    try:
        wait_for(lambda: _status(told, "web", "readyz") == 503, "web is not ready", 15)
        assert _status(told, "web", "livez") == 200
    finally:
        for one in reversed(frozen):
            one.resume()
    for process in PROCESSES:
        wait_for(partial(_is_ready, told, process), f"{process} is ready", 30)


_OUTCOMES = ("accepted", "duplicate", "quarantined")


def _address(stack: RunningStack, process: str) -> str:
    return f"http://127.0.0.1:{stack.book.private_ports[process]}"


def _status(stack: RunningStack, process: str, path: str) -> int:
    return httpx.get(f"{_address(stack, process)}/{path}", trust_env=False, timeout=10).status_code


def _is_ready(stack: RunningStack, process: str) -> bool:
    return _status(stack, process, "readyz") == 200


def _values(stack: RunningStack, process: str) -> dict[str, float]:
    """What a process measures, by name and labels."""
    lines = (line for line in metrics_of(stack)[process].splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def _numbers() -> list[str]:
    return _found(r'"value":"(999\d{7})"')


def _found(pattern: str) -> list[str]:
    return sorted(set(re.findall(pattern, BUNDLED.read_text())))
