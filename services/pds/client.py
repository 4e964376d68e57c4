"""The client of the PDS FHIR API: paced, patient with what passes, and closed-mouthed.

Requests are spaced evenly below the agreed rate, repeated ones too. No redirect is followed, no proxy of the
environment is used, and an answer is read no further than 1 MiB.
"""

import asyncio
import email.utils
import logging
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple
from uuid import uuid4

import httpx
import stamina
from aiolimiter import AsyncLimiter

from services.domain.identity.demographics import is_valid
from services.pds.address import checked_address
from services.pds.answers import Match, Nothing, Person, is_outcome, read_person, read_search
from services.pds.errors import PdsAway, PdsRefused, PdsRejected
from services.pds.ladder import Search

RATE = 5.0
"""Requests a second that PDS allows an application unless more is agreed (personal-demographics-service-api)."""

MOST_BYTES = 1024 * 1024
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_UNWORKABLE = frozenset({400, 422})
_LONGEST_WAIT = 3600.0


class Patience(NamedTuple):
    """How long the client waits, in seconds, and how often it tries."""

    attempt: float = 10.0
    """For one request, from its turn to the last byte of its answer."""
    total: float = 30.0
    """For a question with all its repetitions and the waits between them."""
    attempts: int = 4
    first_wait: float = 0.5
    """Before the first repetition and doubled for each after it, with up to as much again by chance."""


class Reply(NamedTuple):
    """An answer of PDS as it came."""

    status: int
    body: bytes


class _Passing(Exception):
    """PDS asks to be asked again, after so many seconds where it says when."""

    def __init__(self, status: int, wait: float | None) -> None:
        super().__init__(f"PDS answered {status}")
        self.wait = wait


class PdsClient:
    """Asks PDS. `token` gives the bearer token of each request; `answered` is told how each request went: its
    status, or 'no_answer'."""

    def __init__(
        self,
        base_url: str,
        token: Callable[[], Awaitable[str]],
        answered: Callable[[str], None],
        rate: float = RATE,
        patience: Patience = Patience(),  # noqa: B008 # it cannot change
    ) -> None:
        """Nothing is connected yet.

        Raises:
            NotAnAddress: the base URL is none that PDS may have.
        """
        self._base_url = checked_address(base_url)
        self._token = token
        self._answered = answered
        self._patience = patience
        self._pace = AsyncLimiter(1, 1 / rate)
        self._http = httpx.AsyncClient(timeout=patience.attempt, follow_redirects=False, trust_env=False)
        for name in ("httpx", "httpcore"):
            # At INFO httpx writes the whole URL of every request, and a search is all person.
            logging.getLogger(name).setLevel(logging.WARNING)

    async def search(self, search: Search) -> Match | Nothing:
        """Whom the search finds.

        Raises:
            PdsAway, PdsRefused, PdsRejected: there is no answer.
        """
        reply = await self._ask("/Patient", search.parameters)
        if reply.status != 200:
            raise _no_answer(reply)
        return read_search(reply.body)

    async def retrieve(self, nhs_number: str) -> Person | Nothing:
        """The person with this NHS number, or with the one that superseded it.

        Raises:
            ValueError: it is no NHS number.
            PdsAway, PdsRefused, PdsRejected: there is no answer.
        """
        if not is_valid(nhs_number):
            raise ValueError("what is asked for is no NHS number")
        reply = await self._ask(f"/Patient/{nhs_number}", {})
        if reply.status == 404 and is_outcome(reply.body):
            return Nothing.NONE
        if reply.status != 200:
            raise _no_answer(reply)
        return read_person(reply.body, nhs_number)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def _ask(self, path: str, parameters: Mapping[str, str]) -> Reply:
        """The first answer that does not ask to be asked again."""
        correlation = str(uuid4())
        retries = stamina.retry_context(
            on=self._wait_before_another,
            attempts=self._patience.attempts,
            timeout=self._patience.total,
            wait_initial=self._patience.first_wait,
            wait_jitter=self._patience.first_wait,
        )
        try:
            async with asyncio.timeout(self._patience.total):
                async for attempt in retries:
                    with attempt:
                        return await self._try(path, parameters, correlation)
        except _Passing as passing:
            raise PdsAway(str(passing), passing.wait or 0.0) from None
        except (TimeoutError, httpx.TransportError) as fault:
            # Not chained: the request that the fault holds has the person in its URL.
            raise PdsAway(f"PDS does not answer: {type(fault).__name__}") from None
        raise AssertionError("a retry context either returns or raises")

    def _wait_before_another(self, fault: Exception) -> bool | float:
        """Whether to ask again, and after how long where PDS says so."""
        if isinstance(fault, _Passing) and fault.wait is not None:
            return fault.wait if fault.wait < self._patience.total else False
        return isinstance(fault, _Passing | TimeoutError | httpx.TransportError)

    async def _try(self, path: str, parameters: Mapping[str, str], correlation: str) -> Reply:
        await self._pace.acquire()
        told = "no_answer"
        try:
            async with asyncio.timeout(self._patience.attempt):
                headers = await self._headers(correlation)
                async with self._http.stream(
                    "GET", self._base_url + path, params=parameters, headers=headers
                ) as response:
                    told = str(response.status_code)
                    if response.status_code in _PASSING:
                        raise _Passing(response.status_code, _retry_after(response.headers))
                    return Reply(response.status_code, await _read(response))
        finally:
            self._answered(told)

    async def _headers(self, correlation: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {await self._token()}",
            "Accept": "application/fhir+json",
            # So that a small answer cannot unfold into a large one.
            "Accept-Encoding": "identity",
            "X-Request-ID": str(uuid4()),
            "X-Correlation-ID": correlation,
        }


async def _read(response: httpx.Response) -> bytes:
    """The body, as far as the cap.

    Raises:
        PdsAway: it is larger, or packed although that was not asked for.
    """
    if response.headers.get("content-encoding", "identity") != "identity":
        raise PdsAway("PDS packed its answer, which was not asked for")
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > MOST_BYTES:
            raise PdsAway("PDS answered with more than 1 MiB")
    return bytes(body)


def _no_answer(reply: Reply) -> PdsAway | PdsRefused | PdsRejected:
    """What a status other than 200 means, once repeating it is no use."""
    text = f"PDS answered {reply.status}"
    if reply.status in _UNWORKABLE and is_outcome(reply.body):
        return PdsRejected(text)
    if 300 <= reply.status < 500:
        return PdsRefused(text)
    return PdsAway(text)


def _retry_after(headers: httpx.Headers) -> float | None:
    """The seconds of a Retry-After header, given as such or as a date (RFC 9110, 10.2.3); at most an hour."""
    told = headers.get("retry-after", "").strip()
    try:
        seconds = float(told) if told.isdigit() else _seconds_until(told)
    except ValueError:
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT) if math.isfinite(seconds) else None


def _seconds_until(date: str) -> float:
    return email.utils.parsedate_to_datetime(date).timestamp() - time.time()
