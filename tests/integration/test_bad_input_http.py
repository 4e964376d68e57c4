"""The worst JSON over HTTP: each is refused at once and costs little, and whoever comes next is served."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import orjson
import psutil
import pytest

from schemas.fhir.parse import MAX_MESSAGE_BYTES
from tests.bad_messages import REFUSED, SOUND
from tests.messages import (
    a_message,
    fhir_client,
    issue_of,
    resources,
    rows,
    send,
    settled,
    settled_rows,
    token,
)
from tests.stack import RunningStack

pytestmark = pytest.mark.any_broker

SUITE = Path(__file__).parents[3] / "shared/fixtures/jsontestsuite/test_parsing"
MB = 1024 * 1024

MOST_SECONDS = 0.2
MOST_BYTES = 50 * MB


def _in_a_message(value: bytes) -> bytes:
    """A sound message with this JSON somewhere inside."""
    return SOUND.replace(b'"completed"', value)


def _of_size(part: bytes, head: bytes = b"", tail: bytes = b"") -> bytes:
    """As many parts as a message of the largest size holds."""
    return head + part * ((MAX_MESSAGE_BYTES - len(head) - len(tail)) // len(part)) + tail


WORST: dict[str, Callable[[], bytes]] = {
    "lists 100,000 deep": lambda: b"[" * 100_000 + b"]" * 100_000,
    "objects 100,000 deep": lambda: _in_a_message(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "lists that never end": lambda: _of_size(b"["),
    "a number of 5,000 digits": lambda: _in_a_message(b"9" * 5_000),
    "a decimal of 5,000 digits": lambda: _in_a_message(b"0." + b"3" * 5_000),
    "a number of 8,000,000 digits": lambda: b"9" * 8_000_000,
    "an exponent of 5,000 digits": lambda: _in_a_message(b"1e" + b"9" * 5_000),
    "a million names": lambda: (
        b"{" + b",".join(b'"%d":1' % number for number in range(700_000)) + b',"x":1' * 100_000 + b"}"
    ),
    "a million names that are one": lambda: b"{" + b",".join([b'"a":1'] * 1_000_000) + b"}",
    "as many empty objects as fit": lambda: _of_size(b"{},", b"[", b"{}]"),
    "as many empty lists as fit": lambda: _of_size(b"[],", b'{"resourceType":"Bundle","entry":[', b"[]]}"),
    "as many small entries as fit": lambda: _of_size(
        b'{"resource":{"resourceType":"Patient"}},',
        b'{"resourceType":"Bundle","type":"message","entry":[',
        b"{}]}",
    ),
    "a string as long as fits": lambda: _of_size(b"a", b'{"resourceType":"', b'"}'),
    "escapes as many as fit": lambda: _of_size(rb"\u0041", b'{"resourceType":"', b'"}'),
    "backslashes as many as fit": lambda: _of_size(rb"\\", b'{"resourceType":"', b'"}'),
    "a note as long as fits": lambda: _in_a_message(_of_size(b"a", b'"', b'"')[: -len(SOUND)] + b'"'),
    "spaces as many as fit": lambda: _of_size(b" ", b"", b"?"),
    "nothing but zeros": lambda: bytes(MAX_MESSAGE_BYTES),
    "a byte order mark": lambda: b"\xef\xbb\xbf" + SOUND,
    "UTF-16": lambda: SOUND.decode().encode("utf-16"),
    "half a character": lambda: _in_a_message(b'"\xc3"'),
    "a character written too long": lambda: _in_a_message(b'"\xc0\xaf"'),
    "half a pair": lambda: _in_a_message(rb'"\ud83d"'),
    "a pair the wrong way round": lambda: _in_a_message(rb'"\udc26\ud83d"'),
    "U+0000": lambda: _in_a_message(rb'"\u0000"'),
    "U+0000 in a name": lambda: SOUND.replace(b'"status"', rb'"\u0000"'),
    "NaN": lambda: _in_a_message(b"NaN"),
    "minus infinity": lambda: _in_a_message(b"-Infinity"),
    "a name twice": lambda: _in_a_message(b'"completed","status":"completed"'),
    "a name twice, once escaped": lambda: _in_a_message(rb'"completed","st\u0061tus":"completed"'),
    "a comment": lambda: _in_a_message(b'"completed" /* why */'),
    "a comma too many": lambda: SOUND[:-1] + b",}",
    "two messages": lambda: SOUND + SOUND,
}


@pytest.fixture(scope="module")
def trust(shared_stack: RunningStack) -> Iterator[httpx.Client]:
    """A client that sends as the trust, to a process that is warm."""
    with fhir_client(shared_stack, token(shared_stack, "ZZT41")) as client:
        for number, (body, *_) in enumerate(REFUSED.values()):
            assert send(client, body).status_code >= 400
            assert send(client, a_message(f"warm-{number}")).status_code == 200
        settled(shared_stack)
        yield client


TRIES = 20
"""The quickest tells what it costs: the machine has other work too."""


@contextmanager
def memory_peak(pid: int) -> Iterator[list[int]]:
    """By how many bytes a process has grown at the most, once the block is over."""
    process, done = psutil.Process(pid), threading.Event()
    before = process.memory_info().rss
    peak = [0]

    def watch() -> None:
        while not done.wait(0.002):
            peak[0] = max(peak[0], process.memory_info().rss - before)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield peak
    finally:
        done.set()
        watching.join()


@pytest.mark.alone
@pytest.mark.parametrize("worst", WORST)
def test_it_is_refused_at_once_and_costs_little(
    shared_stack: RunningStack, trust: httpx.Client, worst: str
) -> None:
    """A refusal with words within 200 ms and 50 MB, without effect; the next message is accepted and applied."""
    body = WORST[worst]()
    assert len(body) <= MAX_MESSAGE_BYTES
    before = settled_rows(shared_stack)
    process = shared_stack.book.pids["web"]
    took: list[float] = []
    while not took or (min(took) >= MOST_SECONDS and len(took) < TRIES):
        began = time.perf_counter()
        answer = send(trust, body)
        took.append(time.perf_counter() - began)
        assert 400 <= answer.status_code < 500
        assert issue_of(answer)["diagnostics"]
        assert len(answer.content) < 20_000
    with memory_peak(process) as peak:
        send(trust, body)
    assert peak[0] < MOST_BYTES
    assert min(took) < MOST_SECONDS
    assert rows(shared_stack) == before
    assert send(trust, a_message(f"after-{[*WORST].index(worst)}")).status_code == 200
    settled(shared_stack)
    assert shared_stack.book.pids["web"] == process


@pytest.mark.alone
@pytest.mark.parametrize("part", [b"{},", b'{"resourceType"', b'{"resource":{', b" "])
def test_what_speaks_of_what_cannot_wait_is_read_within_seconds(
    shared_stack: RunningStack, trust: httpx.Client, part: bytes
) -> None:
    """Words of a consent, a restriction or a flag are looked for in whatever is broken; in time linear in its size."""
    body = _of_size(part, b'{"consent, security or flag":', b"?")
    began = time.perf_counter()
    assert 400 <= send(trust, body).status_code < 500
    assert time.perf_counter() - began < 15


@pytest.mark.skipif(not SUITE.is_dir(), reason="JSONTestSuite is not beside the project")
def test_no_file_of_the_test_suite_is_more_than_refused(
    shared_stack: RunningStack, trust: httpx.Client
) -> None:
    """None of them is a message: all are refused, those that are no JSON as such, and none breaks anything."""
    found = sorted(SUITE.glob("*.json"))
    assert len(found) > 300
    before = settled_rows(shared_stack)
    for path in found:
        answer = send(trust, path.read_bytes())
        assert 400 <= answer.status_code < 500, path.name
        rule = issue_of(answer)["details"]["coding"][-1]["code"]
        if path.name.startswith("n_"):
            assert rule in ("json", "depth"), path.name
        elif path.name.startswith("y_"):
            assert rule != "json", path.name
    assert rows(shared_stack) == before
    assert send(trust, a_message("after-the-suite")).status_code == 200
    settled(shared_stack)


@pytest.mark.skipif(not SUITE.is_dir(), reason="JSONTestSuite is not beside the project")
def test_json_that_is_right_is_right_inside_a_message(
    shared_stack: RunningStack, trust: httpx.Client
) -> None:
    """What must parse is read wherever FHIR lets it stand: as the words of a note."""
    for path in sorted(SUITE.glob("y_string*.json")):
        message = a_message(f"suite-{path.stem[9:40]}".replace("_", "-").replace(".", "-"))
        text = orjson.loads(path.read_bytes())
        text = text[0] if isinstance(text, list) else text
        if not isinstance(text, str) or not text.strip() or "\0" in text:
            continue
        resources(message)[2]["payload"] = [{"contentString": f"said: {text}"}]
        answer = send(trust, message)
        assert answer.status_code == 200 or issue_of(answer)["code"] == "value", (path.name, answer.text)
    settled(shared_stack)
