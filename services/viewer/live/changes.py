"""Telling open pages that they have changed: one look for all of a process's pages, a few times a second."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import psycopg
from psycopg_pool import AsyncConnectionPool

from services.domain.access.reader import Reader
from services.platform import metrics
from services.platform.access import open_sessions
from services.platform.log import describe
from services.platform.postgres import Connection

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.3
"""Between two looks."""
LOOK_AGAIN_SECONDS = 60.0
"""After which a page is judged again though nothing was told: a consent ends, or begins, by the clock too."""
MOST_OPEN = 500
"""Streams of one process. A page that gets none shows what it shows until it is loaded again."""
MOST_OF_ONE = 20
"""Streams of one session, so that nobody takes all of them."""


class News(StrEnum):
    """What an open page is told."""

    CHANGED = "changed"
    """What its reader may see of it is another than it shows."""
    CLOSED = "closed"
    """Its reader may see nothing of it any more, or has signed out."""


@dataclass(eq=False, slots=True)
class OpenPage:
    """A page that somebody has open, and what it shows."""

    watch: "Watch"
    about: bytes
    """A source record of the person, or whose board it is."""
    reader: Reader
    session: bytes
    """Its key (access.session_key)."""
    state: bytes
    """Changes when something does that its reader sees, and only then."""
    looked: object = None
    """What the last look found of it."""
    judged: float = field(default_factory=time.monotonic)
    """When its state was last read, by the clock that never goes back, in seconds."""
    news: News | None = None
    is_over: bool = False
    """Whether nothing more is told to it than it may yet have to hear."""
    _told: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def has_ended(self) -> bool:
        """Whether it has heard everything that it will ever hear."""
        return self.is_over and self.news is None

    def tell(self, news: News) -> None:
        """Tell it; that it is closed is the last it hears."""
        if not self.is_over:
            self.news, self.is_over = news, news is News.CLOSED
            self._told.set()

    def end(self) -> None:
        """Tell it nothing more."""
        self.is_over = True
        self._told.set()

    async def hear(self, seconds: float) -> News | None:
        """What it is told within so many seconds; None for nothing."""
        try:
            async with asyncio.timeout(seconds):
                await self._told.wait()
        except TimeoutError:
            return None
        self._told.clear()
        news, self.news = self.news, None
        return news


class Watch(Protocol):
    """One kind of page: how it is seen that it may have changed, and what it then is."""

    async def look(self, connection: Connection, pages: Sequence[OpenPage]) -> Mapping[OpenPage, object]:
        """Of each page something that changes whenever its state may; in one query for all of them."""

    async def state(self, connection: Connection, about: bytes, reader: Reader) -> bytes | None:
        """What the page is for the reader; None where they may see nothing of it."""


class Changes:
    """The pages that are open in this process. It looks while there are any."""

    def __init__(self, pool: AsyncConnectionPool[Connection]) -> None:
        self._pool = pool
        self._open: set[OpenPage] = set()
        self._looking: asyncio.Task[None] | None = None
        self._is_over = False

    def has_room(self, session: bytes) -> bool:
        """Whether another page may be opened by this session."""
        of_one = sum(page.session == session for page in self._open)
        return len(self._open) < MOST_OPEN and of_one < MOST_OF_ONE

    def add(self, page: OpenPage) -> None:
        """Watch a page from here on."""
        self._open.add(page)
        metrics.OPEN_STREAMS.set(len(self._open))
        if self._is_over:
            page.end()
        elif self._looking is None or self._looking.done():
            # In no request's context: what is looked at is noted as read by nobody.
            self._looking = asyncio.create_task(self._look_on(), context=Context())
            self._looking.add_done_callback(_say_why)

    def drop(self, page: OpenPage) -> None:
        """Watch it no more."""
        self._open.discard(page)
        metrics.OPEN_STREAMS.set(len(self._open))

    def end(self) -> None:
        """End all streams now, and every one that is opened after: the process stops."""
        self._is_over = True
        self._end_all()

    async def close(self) -> None:
        """The same, and look no more."""
        self.end()
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})

    def _end_all(self) -> None:
        for page in self._open:
            page.end()

    async def _look_on(self) -> None:
        try:
            while self._open:
                try:
                    async with self._pool.connection() as connection:
                        await self._look(connection)
                except psycopg.Error as fault:  # the pages are as they were until it answers again
                    log.warning("Open pages could not be looked at: %s", describe(fault))
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self._end_all()

    async def _look(self, connection: Connection) -> None:
        pages = [page for page in self._open if not page.is_over]
        signed_in = await open_sessions(connection, {page.session for page in pages})
        by_watch: dict[Watch, list[OpenPage]] = {}
        for page in pages:
            if page.session in signed_in:
                by_watch.setdefault(page.watch, []).append(page)
            else:
                page.tell(News.CLOSED)
        for watch, those in by_watch.items():
            await self._judge(connection, watch, those)

    async def _judge(self, connection: Connection, watch: Watch, pages: Sequence[OpenPage]) -> None:
        """Read what those pages are now that may have changed, once for all who see alike."""
        found = await watch.look(connection, pages)
        now = time.monotonic()
        states: dict[tuple[bytes, Reader], bytes | None] = {}
        for page in pages:
            looked = found.get(page)
            if looked == page.looked and now - page.judged < LOOK_AGAIN_SECONDS:
                continue
            key = (page.about, page.reader)
            if key not in states:
                states[key] = await watch.state(connection, *key)
            page.looked, page.judged = looked, now
            _tell(page, states[key])


def _say_why(looking: asyncio.Task[None]) -> None:
    """All pages have been let go of, and connect again: whoever is first begins another."""
    if not looking.cancelled() and (fault := looking.exception()):
        log.error("Open pages were looked at no more: %s", describe(fault))


def _tell(page: OpenPage, state: bytes | None) -> None:
    if state is None:
        page.tell(News.CLOSED)
    elif state != page.state:
        page.state = state
        page.tell(News.CHANGED)
