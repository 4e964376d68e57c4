"""The relay: publishes what became of each message to its sender's own topic, in order, at least once; and with it each
notice to stop showing what was given.

Any number of relays may run: the turn is taken under a lock, so one publishes and the others stand by. Every
event has the same id however often it is sent, and ids rise, so a partner drops what it has seen.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping, Sequence

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from services.delivery.events import SQL, Event, Stop, fetch, pending
from services.delivery.notices import notice
from services.delivery.outcomes import Described, describe, outcome
from services.platform import metrics
from services.platform.log import describe as describe_fault
from services.platform.postgres import TRANSIENT, Connection, DatabaseRole, connect
from services.platform.publisher import Outgoing, Publisher, PublishFailed, administer
from services.platform.settings import Settings
from services.platform.topics import CORE_TOPICS, partner_out

log = logging.getLogger(__name__)

_EVERY = 0.2
_COUNT_EVERY = 1.0
_AFTER_A_FAILURE = 0.5
_MOST = 500


class BrokerNotReady(Exception):
    """The broker does not have its core topics yet, so what it lacks says nothing."""


class OutcomeRelay:
    """Looks five times a second. Ready while PostgreSQL and the broker answered the last look."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._publisher = Publisher(settings.kafka)
        self._connection: Connection | None = None
        self._admin: KafkaAdminClient | None = None
        self._topics: set[str] = set()
        self._look_after = 0.0
        self.ready = False

    async def run(self, stop: asyncio.Event) -> None:
        """Publish until `stop`; whatever does not answer is asked again."""
        while not stop.is_set():
            wait = _EVERY
            try:
                if await self.turn() == _MOST:
                    wait = 0.0
                self.ready = True
            except (BrokerNotReady, KafkaError, OSError, PublishFailed, *TRANSIENT) as fault:
                self.ready, wait = False, _AFTER_A_FAILURE
                self._look_after = 0.0
                await asyncio.to_thread(self._let_go_of_broker)
                log.warning("Outcomes wait: %s", describe_fault(fault))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)
        await self._publisher.close()
        await asyncio.to_thread(self._let_go_of_broker)
        if self._connection is not None:
            await self._connection.close()

    async def turn(self) -> int:
        """Publish the events that wait, at most 500, and say how many that were; 0 while another relay does.

        Raises:
            BrokerNotReady, KafkaError, OSError, PublishFailed, or one of postgres.TRANSIENT: they still wait,
            and some may have been published.
        """
        if self._connection is None or self._connection.closed:
            self._connection = await connect(
                self._settings.postgres.get_secret_value(), DatabaseRole.DELIVERY
            )
        connection = self._connection
        if time.monotonic() > self._look_after:
            await self._look(connection)
        async with connection.transaction():
            if not await _take_turn(connection):
                return 0
            events = await pending(connection, _MOST)
            if events:
                await self._publish(connection, events)
                await _mark_published(connection, events)
        return len(events)

    async def _publish(self, connection: Connection, events: Sequence[Event | Stop]) -> None:
        """Send the events of those who have a topic; the others are told over HTTP alone."""
        if any(_topic(event) not in self._topics for event in events):
            _, self._topics = await asyncio.to_thread(self._ask_broker)
        told = [event for event in events if _topic(event) in self._topics]
        keys = [event.message_key for event in told if isinstance(event, Event)]
        described = await describe(connection, keys) if keys else {}
        records = [_record(event, described) for event in told]
        if records:
            try:
                await self._publisher.publish(records)
            except PublishFailed:
                metrics.DELIVERY_ATTEMPTS.labels("failed").inc(len(records))
                raise
        metrics.DELIVERY_ATTEMPTS.labels("published").inc(len(records))
        metrics.DELIVERY_ATTEMPTS.labels("no_topic").inc(len(events) - len(records))

    async def _look(self, connection: Connection) -> None:
        """See which topics there are, whether they are still on the same broker, and how much waits."""
        incarnation, self._topics = await asyncio.to_thread(self._ask_broker)
        if await fetch(connection, "broker") != [(incarnation,)]:
            async with connection.transaction():
                if await _take_turn(connection):
                    await connection.execute(SQL["forget_broker"], {"incarnation": incarnation})
                    await connection.execute(SQL["know_broker"], {"incarnation": incarnation})
        ((backlog, oldest),) = await fetch(connection, "backlog")
        metrics.DELIVERY_BACKLOG.set(backlog)
        metrics.DELIVERY_OLDEST_PENDING.set(oldest)
        self._look_after = time.monotonic() + _COUNT_EVERY

    def _ask_broker(self) -> tuple[str, set[str]]:
        """The broker's incarnation, and its topics."""
        if self._admin is None:
            self._admin = administer(self._settings.kafka)
        topics = set(self._admin.list_topics())
        if not topics.issuperset(CORE_TOPICS):
            raise BrokerNotReady
        return str(self._admin.describe_cluster()["cluster_id"]), topics

    def _let_go_of_broker(self) -> None:
        admin, self._admin = self._admin, None
        if admin is not None:
            with contextlib.suppress(KafkaError, OSError):
                admin.close()


async def _take_turn(connection: Connection) -> bool:
    ((taken,),) = await fetch(connection, "take_turn")
    return bool(taken)


def _topic(event: Event | Stop) -> str:
    return partner_out(event.sender if isinstance(event, Event) else event.receiver)


def _record(event: Event | Stop, described: Mapping[bytes, Described]) -> Outgoing:
    if isinstance(event, Stop):
        told = notice(event)
        return Outgoing(_topic(event), told.person.id.encode(), told.model_dump_json().encode())
    body = outcome(event, described[event.message_key]).model_dump_json()
    return Outgoing(_topic(event), event.message_key.hex().encode(), body.encode())


async def _mark_published(connection: Connection, events: Sequence[Event | Stop]) -> None:
    """A hint, so its commit need not wait for the disk: if it is lost, the events are published again."""
    await connection.execute("set local synchronous_commit = off")
    for query, kind in (("mark_published", Event), ("mark_stops_published", Stop)):
        places = [event.position for event in events if isinstance(event, kind)]
        if places:
            given = {"txids": [str(one.txid) for one in places], "seqs": [one.seq for one in places]}
            await connection.execute(SQL[query], given)
