"""Publishing to Kafka from beside the event loop, and what administration the topics need."""

import asyncio
import contextlib
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from services.platform.topics import partitions_of

LARGEST_RECORD = 10 * 1024 * 1024
"""Bytes of the largest record sent: the largest message (8 MiB) and its headers."""

_SEND_SECONDS = 5.0


class PublishFailed(Exception):
    """The broker did not take the records; whoever holds them sends them again."""


@dataclass(frozen=True, slots=True)
class Published:
    """Where the broker keeps a record."""

    incarnation: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record to send."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


class Publisher:
    """An idempotent producer (acks=all), rebuilt after any failure: an error can leave one stuck for good."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._producer: KafkaProducer | None = None
        self._incarnation = ""
        self._lock = threading.Lock()

    async def publish(self, records: Sequence[Outgoing]) -> list[Published]:
        """Send all and wait until the broker has them.

        Raises:
            PublishFailed: some or all were not acknowledged in time.
        """
        return await asyncio.to_thread(self.publish_now, records)

    def publish_now(self, records: Sequence[Outgoing]) -> list[Published]:
        """As `publish`, from a thread that may wait."""
        with self._lock:
            try:
                if self._producer is None:
                    self._incarnation = cluster_id(self._bootstrap)
                    self._producer = _producer(self._bootstrap)
                pending = [
                    self._producer.send(one.topic, key=one.key, value=one.value, headers=list(one.headers))
                    for one in records
                ]
                self._producer.flush(timeout=_SEND_SECONDS)
                kept = [future.get(timeout=_SEND_SECONDS) for future in pending]
            except (KafkaError, OSError, RuntimeError, TimeoutError) as fault:
                self._drop()
                raise PublishFailed(type(fault).__name__) from fault
        return [Published(self._incarnation, one.partition, one.offset) for one in kept]

    async def close(self) -> None:
        """Let go of the connection."""
        await asyncio.to_thread(self._drop)

    def _drop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(KafkaError, OSError, RuntimeError):
                producer.close(timeout=0.5)


def _producer(bootstrap: str) -> KafkaProducer:
    return KafkaProducer(
        bootstrap_servers=bootstrap.split(","),
        acks="all",
        enable_idempotence=True,
        linger_ms=2,
        max_request_size=LARGEST_RECORD,
        delivery_timeout_ms=int(_SEND_SECONDS * 1000),
        request_timeout_ms=4000,
        max_block_ms=int(_SEND_SECONDS * 1000),
    )


def administer(bootstrap: str) -> KafkaAdminClient:
    """An administration client; the caller closes it.

    Raises:
        kafka.errors.KafkaError: no broker answers.
    """
    return KafkaAdminClient(bootstrap_servers=bootstrap.split(","), request_timeout_ms=4000)


def cluster_id(bootstrap: str) -> str:
    """The id of the cluster: with it goes everything it keeps, so it names the broker's incarnation.

    Raises:
        kafka.errors.KafkaError: no broker answers.
    """
    with contextlib.closing(administer(bootstrap)) as admin:
        return str(admin.describe_cluster()["cluster_id"])


def ensure_topics(bootstrap: str, names: Iterable[str], partitions: int, replication: int) -> None:
    """Make those of the topics that are not there, each with `partitions` but where topics.py says otherwise.

    Raises:
        kafka.errors.KafkaError: no broker answers, or it refuses.
    """
    with contextlib.closing(administer(bootstrap)) as admin:
        there = set(admin.list_topics())
        for name in sorted(set(names) - there):
            limits = {"max.message.bytes": str(LARGEST_RECORD)}
            with contextlib.suppress(TopicAlreadyExistsError):
                count = partitions_of(name, partitions)
                admin.create_topics([NewTopic(name, count, replication, topic_configs=limits)])
