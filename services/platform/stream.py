"""The stream loop: the only code that touches Faust's acknowledgements.

Faust acknowledges a batch when the agent's body asks for the next one, and also when the body raises or is
cancelled (measured on 0.15.3: an event that failed was committed and never seen again). So nothing leaves
the body but a hard exit: a passing failure is tried again in place, any other ends the process before the
offset is committed.
"""

import asyncio
import logging
import os
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import faust

from services.platform import metrics
from services.platform.log import describe
from services.platform.postgres import TRANSIENT
from services.platform.settings import Settings

log = logging.getLogger(__name__)

EXIT_CRASH = 70
"""Exit status (EX_SOFTWARE) of a worker that must not acknowledge what it holds."""

_DRAIN_SECONDS = 6.0
_STUCK_SECONDS = 60.0
_LOOK_SECONDS = 5.0
_ASK_SECONDS = 10.0
_LONGEST_BACKOFF = 2.0
_FETCH_BYTES = 10 * 1024 * 1024
_PART_BYTES = 16 * 1024 * 1024
"""Most bytes handled at once (or one record): a message takes several times its size while it is read."""


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """One Kafka record as it was read."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes
    headers: dict[str, bytes]
    timestamp: float
    """Seconds since 1970, as the broker or the producer stamped it."""


Handle = Callable[[Sequence[StreamRecord]], Awaitable[None]]


class StreamLoop:
    """Reads topics as one member of a consumer group and hands batches to `handle`, at least once.

    `handle` must be idempotent and may raise only what another try can mend (postgres.TRANSIENT); whatever
    else it raises ends the process with EXIT_CRASH, and the batch comes again.
    """

    def __init__(
        self, stage: str, group: str, topics: Sequence[str], settings: Settings, handle: Handle
    ) -> None:
        self._stage = stage
        self._handle = handle
        self._settings = settings
        self._holding = False
        self._last_turn = time.monotonic()
        self._app = _faust_app(group, settings)
        channel = self._app.topic(*topics, key_serializer="raw", value_serializer="raw")
        self._app.agent(channel, name=stage, concurrency=1)(self._body)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`, then drain. A drain that takes too long ends the process: nothing is lost."""
        await self._app.start()
        watch = asyncio.create_task(self._watch())
        await stop.wait()
        watch.cancel()
        try:
            async with asyncio.timeout(_DRAIN_SECONDS):
                await self._app.stop()
        except TimeoutError:
            log.warning("Draining took too long; what is unfinished comes again")
            os._exit(EXIT_CRASH)

    @property
    def ready(self) -> bool:
        """Whether the group has given this worker its partitions (none, where there are more workers)."""
        return bool(self._app.consumer.assignment()) and not self._app.rebalancing

    async def seek(self, topic: str, partition: int, offset: int) -> int:
        """Go back to `offset`, or to the first that is still kept; says which."""
        place = faust.types.TP(topic, partition)
        earliest = (await self._app.consumer.earliest_offsets(place))[place]
        target = max(offset, earliest)
        await self._app.consumer.seek(place, target)
        return int(target)

    async def _body(self, stream: Any) -> None:
        size, wait = self._settings.batch_size, self._settings.batch_wait
        async for events in stream.take_events(size, within=wait):
            self._holding = True
            try:
                for part in _parts([_record(event.message) for event in events]):
                    await self._settle(part)
            except BaseException as fault:
                last = events[-1].message
                where = {"topic": last.topic, "partition": last.partition, "offset": last.offset}
                log.critical(
                    "A batch failed in a way that trying again cannot mend: %s", where | describe(fault)
                )
                os._exit(EXIT_CRASH)
            self._holding = False
            self._last_turn = time.monotonic()

    async def _settle(self, records: list[StreamRecord]) -> None:
        """Handle all records, in smaller and smaller batches while a passing failure lasts."""
        size, failures = len(records), 0
        while records:
            try:
                with metrics.BATCH_SECONDS.labels(self._stage).time():
                    await self._handle(records[:size])
            except TRANSIENT as fault:
                failures += 1
                size = max(1, size // 2)
                metrics.BATCH_RETRIES.labels(self._stage).inc()
                log.warning("A batch is tried again: %s", describe(fault))
                await asyncio.sleep(random.uniform(0.05, min(_LONGEST_BACKOFF, 0.1 * 2 ** min(failures, 10))))
            else:
                records = records[size:]

    async def _watch(self) -> None:
        """End a worker that has records to read and reads none: aiokafka can stop fetching without a word.

        It has to be so at two looks: a record may come in just as one is taken.
        """
        was_behind = False
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if self._holding or time.monotonic() - self._last_turn < _STUCK_SECONDS:
                was_behind = False
                continue
            try:
                behind = await self._behind()
            except Exception as fault:
                log.warning("The broker does not say how far its topics reach: %s", describe(fault))
                continue
            if behind and was_behind and not self._holding:
                log.critical("Records wait and none is read: starting afresh")
                os._exit(EXIT_CRASH)
            was_behind = behind
            if not behind:
                self._last_turn = time.monotonic()

    async def _behind(self) -> bool:
        """Whether a partition reaches further than it is read: after a restart that is where the group stands."""
        places = self._app.consumer.assignment()
        if not places:
            return False
        async with asyncio.timeout(_ASK_SECONDS):
            ends = await self._app.consumer.highwaters(*places)
            reached = {place: await self._app.consumer.position(place) for place in places}
        return any(ends[place] > (reached[place] or 0) for place in places)


def _faust_app(group: str, settings: Settings) -> Any:
    return faust.App(
        group,
        broker=[f"kafka://{server.strip()}" for server in settings.kafka.split(",")],
        broker_session_timeout=settings.session_timeout,
        broker_heartbeat_interval=settings.session_timeout / 3,
        broker_rebalance_timeout=max(10.0, settings.session_timeout),
        broker_commit_interval=1.0,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=_FETCH_BYTES,
        consumer_metadata_max_age_ms=10_000,
        stream_buffer_maxsize=2 * settings.batch_size,
        processing_guarantee="at_least_once",
        key_serializer="raw",
        value_serializer="raw",
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        store="memory://",
        datadir=tempfile.gettempdir(),
    )


def _parts(records: Sequence[StreamRecord]) -> Iterator[list[StreamRecord]]:
    """The records in order, in parts of at most _PART_BYTES."""
    part: list[StreamRecord] = []
    size = 0
    for record in records:
        if part and size + len(record.value) > _PART_BYTES:
            yield part
            part, size = [], 0
        part.append(record)
        size += len(record.value)
    if part:
        yield part


def _record(message: Any) -> StreamRecord:
    return StreamRecord(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value or b"",
        headers=dict(message.headers or ()),
        timestamp=message.timestamp,
    )
