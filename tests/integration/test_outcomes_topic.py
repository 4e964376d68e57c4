"""partner.<ods>.out.v1: what became of a partner's messages, on its own topic, each once in effect."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

import httpx
import orjson
import psycopg
import pytest
from kafka import KafkaConsumer, TopicPartition

from services.platform.embedded.stack import answers_ready, choose_port
from services.platform.publisher import Outgoing
from services.platform.topics import partner_out
from tests.faults.replays import Replay, running
from tests.kafka.apache import ApacheKafka
from tests.messages import a_message, fhir_client, publish, send, settled, token
from tests.outcome_door import events
from tests.stack import BUNDLED, RunningStack, data_folder, wait_for

_PUBLISHED = "select count(published_at) from intake.outcome where sender = 'ZZT41'"


@dataclass
class WithBroker:
    """A stack, and how to restart its broker: the embedded one forgets everything, Apache Kafka nothing."""

    running: RunningStack
    restart_broker: Callable[[], None]


@pytest.fixture(scope="module")
def stack(request: pytest.FixtureRequest) -> Iterator[WithBroker]:
    """One stack for all these tests, with the chosen broker."""
    with ExitStack() as opened:
        folder: Path = opened.enter_context(data_folder())
        if request.config.getoption("--kafka") == "apache":
            kafka = opened.enter_context(ApacheKafka())
            found = opened.enter_context(RunningStack(folder, "--kafka", kafka.bootstrap))
            yield WithBroker(found, partial(_restart, kafka))
        else:
            found = opened.enter_context(RunningStack(folder))
            yield WithBroker(found, partial(_kill_broker, found))


class TopicReader:
    """A partner's own consumer on its outcome topic, from the beginning, while a `with` block lasts."""

    def __init__(self, stack: RunningStack, ods: str = "ZZT41") -> None:
        self._place = TopicPartition(partner_out(ods), 0)
        self._consumer = KafkaConsumer(bootstrap_servers=stack.book.kafka, enable_auto_commit=False)
        self._told: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        assert self._consumer.partitions_for_topic(self._place.topic) == {0}, "outcomes are one sequence"
        self._consumer.assign([self._place])
        self._consumer.seek_to_beginning(self._place)
        return self

    def __exit__(self, *error: object) -> None:
        self._consumer.close()

    def told(self) -> list[dict[str, Any]]:
        """Everything on the topic so far, in its order."""
        end = self._consumer.end_offsets([self._place])[self._place]
        while self._consumer.position(self._place) < end:
            for batch in self._consumer.poll(timeout_ms=500).values():
                self._told += [orjson.loads(record.value) for record in batch]
                assert all(record.key in record.value for record in batch), "the key is the message key"
        return self._told


def on_topic(stack: RunningStack, ods: str = "ZZT41") -> list[dict[str, Any]]:
    """Everything on the partner's outcome topic, in its order."""
    with TopicReader(stack, ods) as reader:
        return reader.told()


def in_effect(told: list[dict[str, Any]]) -> list[str]:
    """The event ids that a partner acts on: it drops every event that is not after the last it has seen."""
    seen: list[str] = []
    for one in told:
        if not seen or one["event_id"] > seen[-1]:
            seen.append(one["event_id"])
    return seen


def all_told(stack: RunningStack) -> None:
    """Wait until nothing that came about is unpublished."""
    waiting = "select count(*) from intake.outcome where published_at is null"
    wait_for(lambda: stack.scalar(waiting) == 0, "every outcome is published", 60)


@pytest.mark.alone
def test_a_kafka_sender_sees_its_outcome_within_two_seconds(stack: WithBroker) -> None:
    """From its own topic in to its own topic out: accepted, then applied; a refused one with its reasons."""
    found = stack.running
    publish(found, Outgoing("partner.ZZT41.in.v1", b"", orjson.dumps(a_message("t-0"))))
    with TopicReader(found) as reader:
        wait_for(lambda: len(reader.told()) == 2, "the first one is told")
        began = time.monotonic()
        publish(
            found,
            Outgoing("partner.ZZT41.in.v1", b"", orjson.dumps(a_message("t-1") | {"id": "t-1"})),
            Outgoing("partner.ZZT41.in.v1", b"", b"{}"),
        )
        wait_for(lambda: len(reader.told()) == 5, "they are told")
        assert time.monotonic() - began < 2
        told = reader.told()
    assert [one["status"] for one in told if one["sender_id"] == "t-1"] == ["accepted", "applied"]
    (refused,) = [one for one in told if one["status"] == "quarantined"]
    assert refused["issues"][0]["text"]
    with fhir_client(found, token(found, "ZZT41")) as client:
        assert [one["event_id"] for one in events(client)] == [one["event_id"] for one in told]
        assert events(client, told[2]["event_id"]) == events(client)[3:], "an event id is a cursor"


def test_what_has_no_topic_is_told_over_http_alone(stack: WithBroker) -> None:
    """A sender that nobody registered, and a record that names none: marked, counted, and in nobody's way."""
    found = stack.running
    headers = (("sender", b"ZZX99"), ("sent", b"2026-05-04T10:00:00Z"))
    publish(found, Outgoing("partner.message.v1", b"", orjson.dumps(a_message("n-1")), headers))
    publish(found, Outgoing("partner.message.v1", b"", b"nobody's"))
    by_nobody = "select count(*) from intake.outcome where sender in ('', 'ZZX99')"
    wait_for(lambda: found.scalar(by_nobody) == 3, "they are kept")
    all_told(found)
    port = found.book.private_ports["delivery"]
    assert _measured(port)['care_delivery_attempts_total{outcome="no_topic"}'] == 3
    bearer = token(found, "ZZX99")
    with fhir_client(found, bearer) as client:
        assert [one["status"] for one in events(client)] == ["accepted", "applied"]
        assert send(client, a_message("n-2")).status_code == 200
        settled(found)
        all_told(found)
        assert [one["event_id"] for one in on_topic(found, "ZZX99")] == [
            one["event_id"] for one in events(client)[2:]
        ]
    wait_for(lambda: _measured(port)["care_delivery_backlog_items"] == 0, "the backlog is counted")


def test_each_outcome_once_in_effect_whatever_dies(stack: WithBroker) -> None:
    """kill -9 of delivery, of PostgreSQL and a restart of the broker in the middle of a replay: all, in order."""
    found = stack.running
    bearer, before = token(found, "ZZT41"), found.scalar(_PUBLISHED)
    with Replay(found, BUNDLED, "--rate", "20") as replay:
        wait_for(lambda: found.scalar(_PUBLISHED) > before, "some outcomes are published")
        found.kill("delivery")
        wait_for(lambda: found.status()["applied"] > 30, "half of it is applied")
        stack.restart_broker()
        found.kill("delivery")
        found.kill("postgres")
        replay.succeeds()
    wait_for(lambda: _database_answers(found), "PostgreSQL is back")
    settled(found)
    wait_for(lambda: answers_ready(found.book.private_ports["delivery"]), "delivery is back")
    all_told(found)
    with fhir_client(found, bearer) as client:
        assert in_effect(on_topic(found)) == [one["event_id"] for one in events(client)] != []


def test_two_delivery_processes_keep_the_order(stack: WithBroker) -> None:
    """One publishes and the other stands by; stopped in the middle of its turn, it holds nobody up for long."""
    found = stack.running
    port, book = choose_port(0), found.book
    environment = {
        "CARETHREAD_POSTGRES": book.postgres.get_secret_value(),
        "CARETHREAD_KAFKA": book.kafka,
        "CARETHREAD_PARTNERSHIP_KEY": book.partnership_key.get_secret_value(),
        "CARETHREAD_METRICS_PORT": str(port),
    }
    log = found.data_dir / "logs" / "delivery-2.log"
    with running(log, "services", "run", "delivery", **environment) as second:
        wait_for(lambda: answers_ready(port), "the second is ready")
        found.replay()
        all_told(found)
        os.kill(second.pid, signal.SIGSTOP)
        found.replay()
        all_told(found)
        os.kill(second.pid, signal.SIGCONT)
        os.kill(book.pids["delivery"], signal.SIGSTOP)
        try:
            found.replay()
            all_told(found)
        finally:
            os.kill(book.pids["delivery"], signal.SIGCONT)
        with fhir_client(found, token(found, "ZZT41")) as client:
            told, expected = on_topic(found), [one["event_id"] for one in events(client)]
        assert in_effect(told) == expected
        both = [_measured(one) for one in (port, book.private_ports["delivery"])]
        assert all(one['care_delivery_attempts_total{outcome="published"}'] > 0 for one in both), "in turns"


def _measured(port: int) -> dict[str, float]:
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=5, trust_env=False).text
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("care_"))
    return {name: float(value) for name, value in lines.items()}


def _database_answers(stack: RunningStack) -> bool:
    try:
        return stack.scalar("select 1") == 1
    except psycopg.OperationalError:
        return False


def _restart(kafka: ApacheKafka) -> None:
    kafka.stop()
    kafka.start()


def _kill_broker(stack: RunningStack) -> None:
    before = stack.book.pids["broker"]
    stack.kill("broker")
    wait_for(lambda: stack.book.pids["broker"] != before, "the broker is started again")
    wait_for(lambda: answers_ready(stack.book.private_ports["intake"]), "intake is back", 60)
