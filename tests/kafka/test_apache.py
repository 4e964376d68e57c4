"""The real broker starts, carries a message, survives a restart and never outlives its owner."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient

from tests.kafka.apache import ApacheKafka

TOPIC = "apache.check.v1"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def apache(request: pytest.FixtureRequest) -> Iterator[ApacheKafka]:
    """A fresh Apache Kafka, when the tests were asked to use it."""
    _only_when_asked(request)
    with ApacheKafka() as kafka:
        yield kafka


def test_a_message_written_is_read_again_also_after_a_restart(apache: ApacheKafka) -> None:
    _make_topic(apache.bootstrap)
    producer = KafkaProducer(bootstrap_servers=apache.bootstrap, acks="all", max_request_size=10 << 20)
    try:
        producer.send(TOPIC, key=b"key", value=b"v" * (9 << 20)).get(timeout=20)
    finally:
        producer.close()

    assert _read_one(apache.bootstrap) == (b"key", b"v" * (9 << 20))
    address, first = apache.bootstrap, apache.pid
    apache.stop()
    assert not psutil.pid_exists(first)
    apache.start()

    assert apache.bootstrap == address
    assert apache.pid != first
    assert _read_one(apache.bootstrap) == (b"key", b"v" * (9 << 20))


def test_leaving_the_block_ends_the_broker(request: pytest.FixtureRequest) -> None:
    _only_when_asked(request)
    with ApacheKafka() as kafka:
        pid = kafka.pid
        assert psutil.Process(pid).name() == "java"
    assert not psutil.pid_exists(pid)


def test_a_killed_owner_takes_the_broker_with_it(request: pytest.FixtureRequest) -> None:
    _only_when_asked(request)
    if not shutil.which("setpriv"):
        pytest.skip("setpriv is not on this machine")
    script = (
        "import time; from tests.kafka.apache import ApacheKafka\n"
        "with ApacheKafka() as kafka: print(kafka.pid, kafka._folder, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        pid, folder = owner.stdout.readline().split()
        assert psutil.pid_exists(int(pid))
        os.kill(owner.pid, signal.SIGKILL)
    try:
        deadline = time.monotonic() + 10
        while psutil.pid_exists(int(pid)) and psutil.Process(int(pid)).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline, "the broker outlived its owner"
            time.sleep(0.05)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _only_when_asked(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--kafka") != "apache":
        pytest.skip("runs with --kafka=apache")


def _make_topic(bootstrap: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.create_topics({TOPIC: {"num_partitions": 1, "replication_factor": 1}})
        admin.wait_for_topics([TOPIC])
    finally:
        admin.close()


def _read_one(bootstrap: str) -> tuple[bytes, bytes]:
    consumer = KafkaConsumer(
        TOPIC,
        bootstrap_servers=bootstrap,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        consumer_timeout_ms=20_000,
        fetch_max_bytes=16 << 20,
        max_partition_fetch_bytes=16 << 20,
    )
    try:
        record = next(consumer)
        return record.key, record.value
    finally:
        consumer.close()
