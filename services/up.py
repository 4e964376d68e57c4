"""`carethread up`: the whole service on one machine, from what pip installed."""

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from signal import SIGINT

import psycopg
from pydantic import SecretStr

from services.platform import access
from services.platform.embedded.address_book import AddressBook, lock, write
from services.platform.embedded.broker import EmbeddedBroker
from services.platform.embedded.child import Process
from services.platform.embedded.fork_server import ForkServer
from services.platform.embedded.postgres import EmbeddedPostgres
from services.platform.embedded.stack import Member, Stack, answers_ready, choose_port
from services.platform.postgres import connect, migrate
from services.platform.publisher import ensure_topics
from services.platform.settings import LOCAL_PARTNERSHIP_KEY
from services.platform.topics import CORE_TOPICS, partner_topics
from services.record.model import load_model, records_version
from services.workbench.bundled import partner_rows

_PARTITIONS = 8
_SESSION_SECONDS = "6"


class LocalStack:
    """The engines and processes on one data directory. `say` gets plain sentences for whoever watches."""

    def __init__(
        self,
        data_dir: Path,
        port: int,
        say: Callable[[str], None],
        *,
        kafka: str | None = None,
        workers: int = 1,
        demo: bool = False,
    ) -> None:
        """`demo`: the sign-in page offers invented people, and the front page lists whom there are."""
        self._data_dir = data_dir
        self._logs = data_dir / "logs"
        self._say = say
        self._kafka = kafka
        self._workers = workers
        self._demo = demo
        self._port = port
        self._private_ports: dict[str, int] = {}
        self._stack = Stack(say)

    def run(self, when_up: Callable[[AddressBook, str], None]) -> None:
        """Start everything, call `when_up` beside the watching, and watch until SIGINT or SIGTERM.

        `when_up` gets the addresses and the one-time link, on a thread of its own.

        Raises:
            AlreadyRunning: another stack has the data directory.
            StackFailed: a process cannot be kept running.
            NotAModel: the model file in the environment is none.
            postgres.OtherRules: the records there follow other rules or another model.
        """
        with ForkServer("services.processes") as forks:
            self._run(forks, when_up)

    def _run(self, forks: ForkServer, when_up: Callable[[AddressBook, str], None]) -> None:
        self._logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = lock(self._data_dir)
        (self._data_dir / "stack.json").unlink(missing_ok=True)  # left by a stack that was killed
        postgres = EmbeddedPostgres(self._data_dir, self._logs)
        try:
            self._stack.catch_signals()
            postgres.prepare()
            book = self._bring_up(postgres, forks)
            if not self._stack.stopping:
                link = asyncio.run(_one_time_link(book))
                threading.Thread(target=when_up, args=(book, link), daemon=True).start()
            self._stack.watch()
            self._say("stopping")
        finally:
            self._stack.stop()
            postgres.clean_up()
            with suppress(FileNotFoundError):
                (self._data_dir / "stack.json").unlink()
            held.close()

    def _bring_up(self, postgres: EmbeddedPostgres, forks: ForkServer) -> AddressBook:
        """Start all at once: the workers load while the engines start, and wait for them by themselves."""
        workers = ["intake", *self._record_workers(), "sweeper", "delivery", "web", *_optional()]
        broker = EmbeddedBroker(choose_port(0), self._logs, lambda: _topics(postgres.dsn), _PARTITIONS)
        book = AddressBook(
            http=f"http://127.0.0.1:{self._port}",
            kafka=self._kafka or broker.bootstrap,
            postgres=SecretStr(postgres.dsn),
            partnership_key=SecretStr(LOCAL_PARTNERSHIP_KEY),
            audit_anchors=self._data_dir / "audit-anchors.ndjson",
            pids={},
            private_ports={},
        )
        self._stack.start([self._server(postgres)])
        if self._kafka is None:
            self._stack.start([self._broker(broker, workers)])
        self._stack.start([self._worker(name, book, forks) for name in workers])
        self._stack.wait_for("postgres")
        if not self._stack.stopping:
            migrate(postgres.dsn, records_version(load_model(book.settings().model)))
            asyncio.run(_register_bundled(postgres.dsn))
            if self._kafka is not None:
                ensure_topics(self._kafka, _topics(postgres.dsn), _PARTITIONS, 1)
        self._stack.wait_for()
        self._stack.changed = lambda: self._write(book)
        self._write(book)
        return book

    def _server(self, postgres: EmbeddedPostgres) -> Member:
        log = self._logs / "postgres.log"
        return Member("postgres", postgres.start, postgres.answers, log, stop_signal=SIGINT)

    def _broker(self, broker: EmbeddedBroker, workers: list[str]) -> Member:
        """What reads Kafka in a group starts afresh with it; web finds the new one by itself."""
        followers = tuple(name for name in workers if name != "web")
        log = self._logs / "broker.log"
        return Member(
            "broker", broker.start, broker.answers, log, is_spent=broker.is_spent, restarts=followers
        )

    def _record_workers(self) -> list[str]:
        return ["record", *(f"record-{number}" for number in range(2, self._workers + 1))]

    def _worker(self, name: str, book: AddressBook, forks: ForkServer) -> Member:
        environment = {
            "CARETHREAD_POSTGRES": book.postgres.get_secret_value(),
            "CARETHREAD_KAFKA": book.kafka,
            "CARETHREAD_PARTNERSHIP_KEY": book.partnership_key.get_secret_value(),
            "CARETHREAD_AUDIT_ANCHORS": str(book.audit_anchors),
            "CARETHREAD_HTTP_PORT": str(self._port),
            "CARETHREAD_HTTP_HOST": "127.0.0.1",
            "CARETHREAD_DEMO_SIGN_IN": str(self._demo),
            "CARETHREAD_SESSION_TIMEOUT": _SESSION_SECONDS,
        }
        process = name.split("-", maxsplit=1)[0]
        log = self._logs / f"{name}.log"

        def start() -> Process:
            self._private_ports[name] = choose_port(0)  # a fresh one each time: another program may take it
            private = {"CARETHREAD_METRICS_PORT": str(self._private_ports[name])}
            return forks.start(process, log, environment | private)

        return Member(
            name,
            start,
            lambda: answers_ready(self._private_ports[name]),
            log,
        )

    def _write(self, book: AddressBook) -> None:
        now = {"pids": self._stack.pids(), "private_ports": self._private_ports}
        write(self._data_dir, book.model_copy(update=now))


def _optional() -> list[str]:
    """The trace, where the environment says where PDS is."""
    return ["pds"] if os.environ.get("CARETHREAD_PDS_URL") else []


def _topics(dsn: str) -> set[str]:
    """The topics that must be there: the core ones, and those of each registered partner."""
    with psycopg.connect(dsn, connect_timeout=2) as connection:
        rows = connection.execute("select ods_code from access.partner").fetchall()
    return {*CORE_TOPICS, *(name for (ods,) in rows for name in partner_topics(ods))}


async def _register_bundled(dsn: str) -> None:
    async with await connect(dsn) as connection:
        for row in partner_rows():
            await access.register_partner(connection, access.Partner(**row))


async def _one_time_link(book: AddressBook) -> str:
    async with await connect(book.postgres.get_secret_value()) as connection:
        return f"{book.http}/sign-in/{await access.issue_link(connection)}"
