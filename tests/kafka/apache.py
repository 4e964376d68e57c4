"""One Apache Kafka broker for as long as a `with` block lasts: KRaft, combined mode, loopback only."""

import base64
import fcntl
import hashlib
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

HERE = Path(__file__).parent
POM = HERE / "pom.xml"
LIB = HERE / "lib"

MESSAGE_MAX_BYTES = 16 * 1024 * 1024
START_WITHIN = 60.0
STOP_WITHIN = 15.0
PORT_TRIES = 3

_JVM = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Djava.awt.headless=true"]
"""Flags that trade peak speed for a start about a third sooner."""

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
controller.quorum.voters=1@127.0.0.1:{controller}
log.dirs={data}
auto.create.topics.enable=false
message.max.bytes={message_max_bytes}
replica.fetch.max.bytes={message_max_bytes}
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
"""


class KafkaDied(RuntimeError):
    """The JVM ended, or did not answer in time; the message ends with what it printed."""


def jars() -> Path:
    """The folder of Kafka's jars, fetched by Maven the first time.

    Its name holds the pom's hash, so that another version is another folder. Any number of processes may ask
    at once: one fetches, the others wait.

    Raises:
        subprocess.CalledProcessError: Maven could not fetch them.
    """
    ready = LIB / hashlib.sha256(POM.read_bytes()).hexdigest()[:16]
    LIB.mkdir(exist_ok=True)
    with (LIB / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.is_dir():
            partial = LIB / ".partial"
            shutil.rmtree(partial, ignore_errors=True)
            subprocess.run(
                [
                    *("mvn", "-q", "-B", "-Dstyle.color=never", "-f", POM),
                    *("dependency:copy-dependencies", f"-DoutputDirectory={partial}"),
                ],
                check=True,
                stdin=subprocess.DEVNULL,
            )
            partial.rename(ready)
    return ready


class ApacheKafka:
    """A broker that starts on entering and is gone, with all it stored, on leaving.

    `stop` and `start` within the block restart it on the same address with the same data. Where `setpriv`
    is present the JVM also dies with the thread that started it, however that ends: start it from one that
    lasts.

    Raises:
        KafkaDied: its storage could not be formatted, or it did not start.
        subprocess.CalledProcessError: its jars could not be fetched.
    """

    def __init__(self) -> None:
        self.cluster_id = _cluster_id()
        self.bootstrap = ""
        self._folder = Path()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the running JVM."""
        if self._process is None:
            raise KafkaDied("Apache Kafka is not running.")
        return self._process.pid

    def __enter__(self) -> Self:
        jars()
        for tries_left in reversed(range(PORT_TRIES)):
            self._folder = Path(tempfile.mkdtemp(prefix="carethread-kafka-"))
            try:
                self._format()
                self.start()
            except BaseException as error:
                output = self._output()
                self._remove()
                if not (isinstance(error, KafkaDied) and tries_left and "already in use" in output):
                    raise
            else:
                break
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove()

    def start(self) -> None:
        """Start the JVM and return once a client can describe the cluster."""
        command = [*_die_with_parent(), *self._java("-Xmx512m", "kafka.Kafka"), "server.properties"]
        with (self._folder / "output.log").open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_WITHIN
        while not self._answers():
            if (code := self._process.poll()) is not None:
                self._process = None
                raise KafkaDied(f"Apache Kafka ended with exit code {code}: {self._output()}")
            if time.monotonic() > deadline:
                self.stop()
                raise KafkaDied(f"Apache Kafka did not answer within {START_WITHIN:.0f} s: {self._output()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the JVM, by force if it takes too long; what it stored stays until the block is left."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _format(self) -> None:
        port, controller = _free_ports(2)
        self.bootstrap = f"127.0.0.1:{port}"
        properties = self._folder / "server.properties"
        properties.write_text(
            _PROPERTIES.format(
                port=port,
                controller=controller,
                data=self._folder / "data",
                message_max_bytes=MESSAGE_MAX_BYTES,
            )
        )
        with (self._folder / "output.log").open("ab") as output:
            formatted = subprocess.run(
                [
                    *self._java("-Xmx128m", "kafka.tools.StorageTool"),
                    *("format", "--cluster-id", self.cluster_id, "--config", properties),
                ],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if formatted.returncode:
            raise KafkaDied(f"Its storage could not be formatted: {self._output()}")

    def _java(self, heap: str, main: str) -> list[str]:
        return ["java", heap, *_JVM, "-cp", f"{jars()}/*", main]

    def _answers(self) -> bool:
        """Whether this cluster, and no stranger on its port, is there and has a broker that serves."""
        host, port = self.bootstrap.split(":")
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
            admin = KafkaAdminClient(bootstrap_servers=self.bootstrap, bootstrap_timeout_ms=2000)
        except (OSError, KafkaError):
            return False
        try:
            cluster = admin.describe_cluster()
        except KafkaError:
            return False
        finally:
            admin.close()
        serving = [broker for broker in cluster["brokers"] if not broker.get("is_fenced")]
        return cluster["cluster_id"] == self.cluster_id and bool(serving)

    def _output(self) -> str:
        log = self._folder / "output.log"
        return log.read_text(errors="replace")[-4000:] if log.exists() else ""

    def _remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


def _cluster_id() -> str:
    """A fresh id as Kafka makes them: never with a leading dash, which its tools take for an option."""
    while True:
        made = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not made.startswith("-"):
            return made


def _die_with_parent() -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


def _free_ports(count: int) -> list[int]:
    """Loopback ports that were free a moment ago, all different."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()
