"""PostgreSQL and a broker without workers, for tests that work on the parts directly."""

import socket
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import psycopg
from pydantic import SecretStr

from services.intake.accept import Delivery, check, keep
from services.platform.embedded.broker import EmbeddedBroker
from services.platform.embedded.postgres import EmbeddedPostgres
from services.platform.embedded.stack import choose_port
from services.platform.postgres import Connection, migrate
from services.platform.publisher import ensure_topics
from services.platform.settings import Settings
from services.platform.topics import CORE_TOPICS
from services.record.model import load_model, records_version
from tests.cluster import lay_cluster
from tests.kafka.apache import ApacheKafka
from tests.stack import wait_for

PARTNERSHIP_KEY = b"a key for tests alone"

_TABLES = (
    "watch.board, watch.round, intake.delivery, intake.hold, intake.named, intake.quarantine, intake.outbox, "
    "intake.message, intake.ledger, "
    "intake.outcome, intake.refusal, intake.request, intake.upload, intake.upload_row, record.entry, "
    "record.version, record.number, record.facet_token, record.duplicate, record.blocking, record.found_by, "
    "record.link, record.ruling, record.entry_ruling, record.asset, record.source_record, access.sign_in, "
    "access.partner_token, access.partner_key, access.partner_client, access.used_assertion, "
    "access.provider_sign_in, access.broken_glass, delivery.given, delivery.looked, delivery.notice, access.partner"
)
_CLEAR = "; ".join(f"delete from {table}" for table in _TABLES.split(", ")).encode()  # noqa: S608


@dataclass(frozen=True)
class Engines:
    """Where they are."""

    dsn: str
    bootstrap: str

    @property
    def settings(self) -> Settings:
        """The settings of a process on these engines."""
        return Settings(
            postgres=SecretStr(self.dsn),
            kafka=self.bootstrap,
            partnership_key=SecretStr(PARTNERSHIP_KEY.decode()),
            session_timeout=6,
        )

    @property
    def environment(self) -> dict[str, str]:
        """The same, as a process reads them."""
        return {
            "CARETHREAD_POSTGRES": self.dsn,
            "CARETHREAD_KAFKA": self.bootstrap,
            "CARETHREAD_PARTNERSHIP_KEY": PARTNERSHIP_KEY.decode(),
            "CARETHREAD_METRICS_PORT": str(choose_port(0)),
            "CARETHREAD_SESSION_TIMEOUT": "6",
        }

    def empty(self) -> None:
        """Empty every table, by deletion: there is little in them, and each is made of several files."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(_CLEAR)


@contextmanager
def running_engines(*, apache: bool, postgres_settings: Mapping[str, str] = {}) -> Iterator[Engines]:
    """The engines, for as long as the block lasts."""
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="carethread-engines-")))
        lay_cluster(folder)
        postgres = EmbeddedPostgres(folder, folder)
        running.callback(postgres.clean_up)
        postgres.prepare()
        with (folder / "postgres" / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in postgres_settings.items())
        running.callback(_end, postgres.start())
        wait_for(postgres.answers, "PostgreSQL answers")
        migrate(postgres.dsn, records_version(load_model()))
        if apache:
            bootstrap = running.enter_context(ApacheKafka()).bootstrap
            ensure_topics(bootstrap, CORE_TOPICS, 4, 1)
        else:
            broker = EmbeddedBroker(choose_port(0), folder, lambda: set(CORE_TOPICS), 4)
            running.callback(_end, broker.start())
            wait_for(lambda: _listens(broker.bootstrap), "the broker listens")
            wait_for(broker.answers, "the broker answers")
            bootstrap = broker.bootstrap
        yield Engines(postgres.dsn, bootstrap)


async def clear(connection: Connection) -> None:
    """Empty every table."""
    await connection.execute(_CLEAR)


async def accept(connection: Connection, sent: Sequence[tuple[str, int, bytes]]) -> list[bytes]:
    """Accept (sender, sent, body) deliveries as intake does; the message keys that are to be applied."""
    began = time.time_ns()
    checked = [
        check(Delivery(f"{began}|{number}".encode(), sender, at, "test", body), PARTNERSHIP_KEY)
        for number, (sender, at, body) in enumerate(sent)
    ]
    async with connection.transaction():
        kept = await keep(connection, checked)
    return sorted(kept.onward)


def _listens(address: str) -> bool:
    """Whether anybody listens: kafka-python leaves a socket open where nobody does."""
    host, port = address.split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def _end(process: "Popen[bytes]") -> None:
    process.kill()
    process.wait()
