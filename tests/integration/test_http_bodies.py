"""Bodies over HTTP: packed, in chunks, slow, cut short, lying about their length, and as large as is taken."""

import contextlib
import gzip
import json
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx
import orjson
import psutil
import pytest

from schemas.fhir.http_errors import HTTP_ERRORS
from schemas.fhir.parse import MAX_MESSAGE_BYTES
from services.intake.request_body import FIRST_SECONDS, MOST_TIMES_SMALLER
from tests.messages import (
    FHIR_JSON,
    a_message,
    a_message_with_document,
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

PATH = "/fhir/$process-message"
MB = 1024 * 1024


@pytest.fixture(scope="module")
def trust(shared_stack: RunningStack) -> Iterator[httpx.Client]:
    """A client that sends as the trust."""
    with fhir_client(shared_stack, token(shared_stack, "ZZT41")) as client:
        yield client


def post(client: httpx.Client, content: bytes | Iterator[bytes], encoding: str = "gzip") -> httpx.Response:
    """Send a packed body."""
    headers = {"Content-Type": FHIR_JSON, "Content-Encoding": encoding}
    return client.post(PATH, content=content, headers=headers)


def raw(client: httpx.Client, head: str, body: bytes, *, end: bool = False) -> tuple[int, bytes]:
    """Send a request by hand, with Content-Length or whatever `head` says, and read the answer to its end."""
    address = urlsplit(str(client.base_url))
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(
            f"POST {PATH} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: {FHIR_JSON}\r\n"
            f"Authorization: {client.headers['Authorization']}\r\nConnection: close\r\n{head}\r\n\r\n".encode()
            + body
        )
        if end:
            connection.shutdown(socket.SHUT_WR)
        answer = answered(connection)
    return int(answer.split(b" ", 2)[1]) if answer else 0, answer


def answered(connection: socket.socket) -> bytes:
    """What is answered until the service closes, which resets a connection on which more is still sent."""
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            answer += part
    return answer


def a_document(local: str, size: int) -> bytes:
    """A sound message of this many bytes, almost all of them a document that does not pack well."""
    noise = zlib.compress(local.encode() * 10) * (size // 20)
    body = a_message_with_document(local, noise[: size // 4 * 3 - 3000])
    assert size - 10_000 < len(body) <= size
    return body + b" " * (size - len(body))


def test_a_gzip_body_is_the_message_that_was_packed(shared_stack: RunningStack, trust: httpx.Client) -> None:
    """The message key is of what was packed: plain or packed, one or more members, it is the same message."""
    body = orjson.dumps(a_message("g-1"))
    half = len(body) // 2
    members = gzip.compress(body[:half]) + gzip.compress(body[half:])
    first = post(trust, gzip.compress(body))
    assert first.status_code == 200, first.text
    for again in (
        send(trust, body),
        post(trust, members),
        post(trust, members, "GZIP"),
        post(trust, body, "identity"),
    ):
        assert again.status_code == 200
        assert again.json()["identifier"] == first.json()["identifier"]
    settled(shared_stack)


def test_a_packed_body_may_come_in_pieces(shared_stack: RunningStack, trust: httpx.Client) -> None:
    """Byte by byte, in chunks."""
    packed = gzip.compress(orjson.dumps(a_message("g-2")))
    answer = post(trust, (packed[place : place + 1] for place in range(len(packed))))
    assert answer.status_code == 200, answer.text
    settled(shared_stack)


SOUND = gzip.compress(orjson.dumps(a_message("g-3")))


@pytest.mark.parametrize(
    ("what", "body", "encoding", "status"),
    [
        ("not gzip", b"{}", "gzip", 400),
        ("nothing", b"", "gzip", 400),
        ("cut short", SOUND[:-5], "gzip", 400),
        ("with a wrong checksum", SOUND[:-8] + bytes(8), "gzip", 400),
        ("with something behind", SOUND + b"{}", "gzip", 400),
        ("deflate", zlib.compress(b"{}"), "deflate", 415),
        ("brotli", b"{}", "br", 415),
        ("packed twice", gzip.compress(SOUND), "gzip, gzip", 415),
    ],
)
def test_what_is_not_packed_as_it_says_is_refused(
    shared_stack: RunningStack, trust: httpx.Client, what: str, body: bytes, encoding: str, status: int
) -> None:
    """By the name of the header, and nothing is kept."""
    before = settled_rows(shared_stack)
    answer = post(trust, body, encoding)
    assert answer.status_code == status, what
    assert issue_of(answer)["expression"] == ["http.Content-Encoding"]
    assert rows(shared_stack) == before


BOMBS: dict[str, Callable[[], bytes]] = {
    "1 GB of zeros": lambda: _packed(bytes(MB), 1024),
    "100 MB of a list of lists": lambda: _packed(b"[],[]," * (MB // 6), 100),
    "2 MB that is smaller than a document is": lambda: gzip.compress(b'{"a": "' + bytes(2 * MB) + b'"}'),
    "a thousand members": lambda: gzip.compress(bytes(MB)) * 1000,
}


@pytest.mark.alone
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_before_it_goes_off(
    shared_stack: RunningStack, trust: httpx.Client, bomb: str
) -> None:
    """413 within 200 ms, and the process has taken less than 50 MB for it."""
    packed = BOMBS[bomb]()
    assert len(packed) < 1.5 * MB
    process = psutil.Process(shared_stack.book.pids["web"])
    assert post(trust, gzip.compress(orjson.dumps(a_message("g-4")))).status_code == 200
    size = process.memory_info().rss
    began = time.perf_counter()
    answer = post(trust, packed)
    took = time.perf_counter() - began
    assert answer.status_code == 413
    assert issue_of(answer)["details"]["coding"][0]["code"] == HTTP_ERRORS[413].code
    assert took < 0.2
    assert process.memory_info().rss - size < 50 * MB
    settled(shared_stack)


def test_text_that_packs_well_is_no_bomb(shared_stack: RunningStack, trust: httpx.Client) -> None:
    """Megabytes of much the same words are taken; only the very same words over and over are a bomb."""
    bundle = a_message("g-5")
    walks = (f"On day {number} we walked by the river." for number in range(60_000))
    resources(bundle)[2]["payload"] = [{"contentString": walk} for walk in walks]
    body = orjson.dumps(bundle)
    packed = gzip.compress(body)
    assert len(body) > 3 * MB
    assert 15 < len(body) / len(packed) < MOST_TIMES_SMALLER
    assert post(trust, packed).status_code == 200
    resources(bundle)[2]["payload"] = [{"contentString": "We walked by the river."}] * 60_000
    packed = gzip.compress(orjson.dumps(bundle))
    assert post(trust, packed).status_code == 413
    settled(shared_stack)


@pytest.mark.parametrize(
    ("what", "head", "body", "end", "statuses"),
    [
        ("a length that is short", "Content-Length: 10", orjson.dumps(a_message("l-1")), False, {400}),
        ("a length that is long, and no more", "Content-Length: 9999", b"{}", True, {0, 400}),
        ("a length that is no number", "Content-Length: ten", b"{}", False, {400}),
        ("two lengths", "Content-Length: 2\r\nContent-Length: 3", b"{}", False, {400}),
        ("a chunk that is no chunk", "Transfer-Encoding: chunked", b"zz\r\n{}\r\n0\r\n\r\n", False, {0, 400}),
        ("a chunk too few", "Transfer-Encoding: chunked", b"2\r\n{}\r\n", True, {0, 400}),
        ("a length past all bounds", "Content-Length: 99999999999999999", b"{}", False, {413}),
    ],
)
def test_a_length_that_lies_does_no_harm(
    shared_stack: RunningStack,
    trust: httpx.Client,
    what: str,
    head: str,
    body: bytes,
    end: bool,
    statuses: set[int],
) -> None:
    """Refused, or nobody is left to answer; nothing is kept, and the next one is served."""
    before = settled_rows(shared_stack)
    status, answer = raw(trust, head, body, end=end)
    assert status in statuses, (what, answer)
    assert rows(shared_stack) == before
    assert send(trust, a_message("l-2")).status_code == 200
    settled(shared_stack)


@pytest.mark.alone
def test_a_body_that_drips_is_waited_for_only_so_long(
    shared_stack: RunningStack, trust: httpx.Client
) -> None:
    """A byte a second is 408 after the stated time, and others are served meanwhile."""
    address = urlsplit(str(trust.base_url))
    done = threading.Event()
    began = time.monotonic()
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall(
            f"POST {PATH} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: {FHIR_JSON}\r\n"
            f"Authorization: {trust.headers['Authorization']}\r\nContent-Length: 1000\r\n\r\n".encode()
        )

        def drip() -> None:
            with contextlib.suppress(ConnectionError):
                while not done.wait(1):
                    connection.sendall(b" ")

        dripping = threading.Thread(target=drip)
        dripping.start()
        assert send(trust, a_message("s-1")).status_code == 200
        answer = answered(connection)
        took = time.monotonic() - began
        done.set()
        dripping.join()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408")
    assert json.loads(body)["issue"][0]["details"]["coding"][0]["code"] == HTTP_ERRORS[408].code
    assert FIRST_SECONDS <= took < FIRST_SECONDS + 3
    settled(shared_stack)


def test_the_largest_message_is_accepted(shared_stack: RunningStack, trust: httpx.Client) -> None:
    """8 MiB exactly, plain, in chunks and packed: one message; a byte more is 413."""
    body = a_document("large", MAX_MESSAGE_BYTES)
    first = send(trust, body)
    assert first.status_code == 200, first.text
    chunks = (body[place : place + 100_000] for place in range(0, len(body), 100_000))
    for again in (post(trust, chunks, "identity"), post(trust, gzip.compress(body, 1))):
        assert again.status_code == 200, again.text
        assert again.json()["identifier"] == first.json()["identifier"]
    over = body + b" "
    for answer in (send(trust, over), post(trust, gzip.compress(over, 1))):
        assert answer.status_code == 413
        assert f"{MAX_MESSAGE_BYTES:,}" in issue_of(answer)["diagnostics"]
    settled(shared_stack)


@pytest.mark.alone
def test_neighbours_are_served_while_large_messages_are_read(
    shared_stack: RunningStack, trust: httpx.Client
) -> None:
    """Beside a stream of 8 MiB messages, 99 of 100 other requests and signs of life take less than a second."""
    done = threading.Event()
    large = [a_document(f"beside-{number}", MAX_MESSAGE_BYTES) for number in range(4)]
    statuses: list[int] = []
    bearer = trust.headers["Authorization"].removeprefix("Bearer ")

    def send_large() -> None:
        with fhir_client(shared_stack, bearer) as client:
            statuses.extend(send(client, body).status_code for body in large)
        done.set()

    sending = threading.Thread(target=send_large)
    sending.start()
    live = f"http://127.0.0.1:{shared_stack.book.private_ports['web']}/livez"
    took: list[float] = []
    asks: list[Callable[[], httpx.Response]] = [
        lambda: send(trust, a_message(f"n-{len(took)}")),
        lambda: httpx.get(live, trust_env=False),
    ]
    while not done.is_set():
        for ask in asks:
            began = time.perf_counter()
            assert ask().status_code == 200
            took.append(time.perf_counter() - began)
    sending.join()
    assert statuses == [200] * len(large)
    assert len(took) > 20
    took.sort()
    assert took[int(len(took) * 0.99)] < 1
    settled(shared_stack)


def _packed(part: bytes, times: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([packer.compress(part) for _ in range(times)]) + packer.flush()
