"""The sweeper: publishes again what was lost between the commit and the record, and keeps the counts.

No leader is needed: rows are claimed with SKIP LOCKED, and publishing a message twice applies it once.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from kafka.errors import KafkaError

from services.platform import metrics
from services.platform.lag import read_lag
from services.platform.log import describe
from services.platform.outbox import SQL, count, count_waiting, publish
from services.platform.postgres import TRANSIENT, Connection, DatabaseRole, connect
from services.platform.publisher import Publisher, administer
from services.platform.settings import Settings
from services.platform.topics import CARE_MESSAGE, INTAKE_GROUP, RECORD_GROUP, inbound

log = logging.getLogger(__name__)

_EVERY = 1.0
_UNPUBLISHED_SECONDS = 2.0
_UNAPPLIED_SECONDS = 30.0
_MOST = 1000
_RARELY = 60.0

Count = Callable[[Connection], Awaitable[None]]
"""Counts what somebody else knows of, and sets its own metrics."""


class Sweeper:
    """Looks once a second. Ready while PostgreSQL and the broker answered the last look.

    `counts` are made once a minute, beside its own.
    """

    def __init__(self, settings: Settings, counts: Sequence[Count] = ()) -> None:
        self._settings = settings
        self._counts = counts
        self._count_after = 0.0
        self._publisher = Publisher(settings.kafka)
        self._connection: Connection | None = None
        self.ready = False

    async def run(self, stop: asyncio.Event) -> None:
        """Sweep until `stop`; whatever does not answer is asked again a second later."""
        while not stop.is_set():
            try:
                await self.sweep()
                self.ready = True
            except (KafkaError, OSError, *TRANSIENT) as fault:
                self.ready = False
                log.warning("The sweep is put off: %s", describe(fault))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _EVERY)
        await self._publisher.close()
        if self._connection is not None:
            await self._connection.close()

    async def sweep(self) -> int:
        """One look: count, publish again what was lost, and say how many that were.

        Raises:
            KafkaError, or one of postgres.TRANSIENT: something does not answer.
        """
        if self._connection is None or self._connection.closed:
            self._connection = await connect(self._settings.postgres.get_secret_value(), DatabaseRole.SWEEPER)
        await self._count(self._connection)
        incarnation, committed = await asyncio.to_thread(self._ask_broker)
        given = {
            "partitions": list(committed),
            "committed": list(committed.values()),
            "incarnation": incarnation,
            "unpublished": _UNPUBLISHED_SECONDS,
            "unapplied": _UNAPPLIED_SECONDS,
            "most": _MOST,
        }
        async with self._connection.transaction():
            rows = await (await self._connection.execute(SQL["lost"], given)).fetchall()
            sent = await publish(self._connection, self._publisher, dict(rows))
        if rows and sent:
            metrics.REPUBLISHED.inc(len(rows))
            log.info("Published again what was lost on the way: %s", {"messages": len(rows)})
        return len(rows) if sent else 0

    async def _count(self, connection: Connection) -> None:
        counts = await count(connection)
        metrics.ACCEPTED.set(counts.accepted)
        metrics.APPLIED.set(counts.applied)
        metrics.DUPLICATE.set(counts.duplicate)
        metrics.QUARANTINED.set(counts.quarantined)
        metrics.IN_FLIGHT.set(counts.in_flight)
        metrics.OLDEST_IN_FLIGHT.set(counts.oldest_in_flight)
        waiting = await count_waiting(connection)
        metrics.QUARANTINE_OPEN.set(waiting.open)
        metrics.QUARANTINE_OLDEST.set(waiting.oldest)
        metrics.QUARANTINE_AT_RISK_OPEN.set(waiting.at_risk)
        metrics.COUNTED_AT.set(time.time())
        if time.monotonic() > self._count_after:
            for counting in self._counts:
                await counting(connection)
            self._count_after = time.monotonic() + _RARELY

    def _ask_broker(self) -> tuple[str, dict[int, int]]:
        """The broker's incarnation, and how far the record has read each partition; sets the lag metrics."""
        with contextlib.closing(administer(self._settings.kafka)) as admin:
            incarnation = str(admin.describe_cluster()["cluster_id"])
            doors = {topic.name for topic in inbound(set(admin.list_topics()))}
            record = read_lag(admin, RECORD_GROUP, {CARE_MESSAGE})
            readings = {**record, **read_lag(admin, INTAKE_GROUP, doors)}
        for place, reading in readings.items():
            metrics.LAG.labels(place.topic, place.partition).set(reading.lag)
        return incarnation, {place.partition: reading.committed for place, reading in record.items()}
