"""`carethread publish`: messages from files, over HTTP, and what became of each."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx
import orjson
import stamina

from schemas.stream import NotAStreamLine, read_line

_AT_ONCE = 8
_SECONDS = 30.0
_TRY_AGAIN = (408, 425, 429, 503)


@dataclass(frozen=True, slots=True)
class Found:
    """A message in a file, and the sender that its stream line names, if it is one."""

    place: str
    body: bytes
    sender: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message: accepted, duplicate or refused, and why."""

    place: str
    outcome: str
    said: str
    message_key: str


class CannotRead(Exception):
    """A path holds no messages; the words say which and why."""


class _TryAgain(Exception):
    """The stack could not keep the message just now."""


def find_messages(paths: list[Path]) -> Iterator[Found]:
    """The messages in JSON files, NDJSON files and folders of them, in name order.

    An NDJSON line is a stream line or a bare Bundle.

    Raises:
        CannotRead: a path does not exist, or holds neither.
    """
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.suffix in (".json", ".ndjson"))
            if not inside:
                raise CannotRead(f"{path} holds no .json or .ndjson file.")
            yield from find_messages(inside)
        elif not path.is_file():
            raise CannotRead(f"{path} does not exist.")
        elif path.suffix == ".ndjson":
            with path.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    if line.strip():
                        yield _from_line(f"{path}:{number}", line.strip())
        else:
            yield Found(str(path), path.read_bytes(), None)


async def publish_all(
    address: str, messages: list[Found], token_for: Callable[[str], Awaitable[str]], sender: str | None
) -> AsyncIterator[Outcome]:
    """Send every message, a few at once, and say what became of each as it is known.

    `sender` sends all; without it each stream line's own sender does.

    Raises:
        CannotRead: a message has no sender.
        httpx.HTTPError: the stack does not answer, after several tries.
    """
    limit = asyncio.Semaphore(_AT_ONCE)
    tokens: dict[str, str] = {}
    for one in messages:
        name = sender or one.sender
        if name is None:
            raise CannotRead(f"{one.place} names no sender: say who sends it with --sender ODS.")
        if name not in tokens:
            tokens[name] = await token_for(name)
    async with httpx.AsyncClient(base_url=address, timeout=_SECONDS, trust_env=False) as client:

        async def send(one: Found) -> Outcome:
            async with limit:
                return await _send(client, one, tokens[sender or one.sender or ""])

        for finished in asyncio.as_completed([send(one) for one in messages]):
            yield await finished


async def _send(client: httpx.AsyncClient, one: Found, token: str) -> Outcome:
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/fhir+json",
        "X-Request-Id": str(_id_of(one, "request")),
        "X-Correlation-Id": str(_id_of(one, "correlation")),
    }
    async for attempt in stamina.retry_context(on=(httpx.TransportError, _TryAgain), attempts=8, timeout=60):
        with attempt:
            answer = await client.post("/fhir/$process-message", content=one.body, headers=headers)
            if answer.status_code in _TRY_AGAIN:
                raise _TryAgain(f"The stack answers {answer.status_code}.")
    document = orjson.loads(answer.content)
    if answer.status_code == httpx.codes.OK:
        told = document["entry"][1]["resource"] if document["resourceType"] == "Bundle" else document
        first = told["issue"][0]
        return Outcome(one.place, first["details"]["coding"][0]["code"], first["diagnostics"], told["id"])
    said = [_words(issue) for issue in document.get("issue", [])]
    if answer.status_code == httpx.codes.CONFLICT and document["issue"][0]["code"] == "duplicate":
        return Outcome(one.place, "duplicate", said[0], document["id"])
    return Outcome(one.place, "refused", "; ".join(said) or f"HTTP {answer.status_code}", "")


def _id_of(one: Found, kind: str) -> UUID:
    """The same for the same content, so that sending it again is a retry, however much later."""
    return uuid5(NAMESPACE_URL, f"https://carethread.example/{kind}/{hashlib.sha256(one.body).hexdigest()}")


def _words(issue: dict[str, object]) -> str:
    place = issue.get("expression")
    where = f" ({place[0]})" if isinstance(place, list) and place else ""
    return f"{issue.get('diagnostics', issue.get('code'))}{where}"


def _from_line(place: str, line: bytes) -> Found:
    try:
        told = read_line(line)
    except NotAStreamLine:
        return Found(place, line, None)
    return Found(place, bytes(told.message), told.sender)
