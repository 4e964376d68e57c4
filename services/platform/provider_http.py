"""Asking an identity provider: no redirect is followed, no proxy of the environment is used, and JSON alone is read."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import orjson

Document = dict[str, Any]

_SECONDS = 10.0
"""For one question, to the last byte of its answer."""
_MOST_BYTES = 1024 * 1024

FRESH_SECONDS = 600.0
KEPT_SECONDS = 3600.0
PAUSE_SECONDS = 10.0


class ProviderAway(Exception):
    """The provider does not answer, or nothing that can be read: it may, later."""


class ProviderRefused(Exception):
    """The provider answers that it will not, or what it answers cannot be believed."""


class ProviderHttp:
    """Questions to the provider."""

    def __init__(self) -> None:
        self._http = httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False, trust_env=False)
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)  # at INFO they write addresses

    async def get(self, address: str, bearer: str = "") -> Document:
        """The JSON object at an address.

        Raises:
            ProviderAway, ProviderRefused: there is none.
        """
        return await self._ask("GET", address, {"Authorization": f"Bearer {bearer}"} if bearer else {})

    async def post(self, address: str, form: Mapping[str, str], basic: httpx.Auth | None = None) -> Document:
        """The JSON object with which a form is answered.

        Raises:
            ProviderAway, ProviderRefused: there is none.
        """
        return await self._ask("POST", address, {}, data=dict(form), auth=basic)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def _ask(self, method: str, address: str, headers: Mapping[str, str], **given: Any) -> Document:
        wanted = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
        try:
            async with (
                asyncio.timeout(_SECONDS),
                self._http.stream(method, address, headers=wanted, **given) as response,
            ):
                if response.status_code >= 500 or response.status_code == 429:
                    raise ProviderAway(f"the provider answered {response.status_code}")
                if response.status_code != 200:
                    raise ProviderRefused(f"the provider answered {response.status_code}")
                return _object(await _read(response))
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as fault:
            raise ProviderAway(f"the provider does not answer: {type(fault).__name__}") from None


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > _MOST_BYTES:
            raise ProviderAway("the provider answered with more than 1 MiB")
    return bytes(body)


def _object(body: bytes) -> Document:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ProviderAway("the provider answered with no JSON") from None
    if not isinstance(found, dict):
        raise ProviderAway("the provider answered with no JSON object")
    return found


class KeptDocument:
    """A document of the provider that changes seldom: asked for again after 10 minutes, and when it does not answer
    then, kept for an hour. However often it is wanted afresh, 10 s go by from one try's end before the next."""

    def __init__(
        self, read: Callable[[], Awaitable[Document]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read
        self._clock = clock
        self._document: Document | None = None
        self._read_at = self._tried_at = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def get(self, *, afresh: bool = False) -> Document:
        """The document; `afresh`: what is kept has not got what is looked for.

        Raises:
            ProviderAway, ProviderRefused: there is none, and none that may still be kept.
        """
        async with self._one_at_a_time:
            now = self._clock()
            is_old = now - self._read_at >= FRESH_SECONDS
            if (is_old or afresh) and now - self._tried_at >= PAUSE_SECONDS:
                await self._try(now)
            if self._document is None or now - self._read_at >= KEPT_SECONDS:
                raise ProviderAway("the provider did not answer just now")
            return self._document

    async def _try(self, now: float) -> None:
        try:
            self._document, self._read_at = await self._read(), now
        except (ProviderAway, ProviderRefused):
            if now - self._read_at >= KEPT_SECONDS:
                raise
        finally:
            self._tried_at = (
                self._clock()
            )  # its end: a try may last as long as the pause, and others wait for it
