"""The Kafka door: partners' own topics, and the tools' topic, through the stream loop."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence

from services.domain.record.instant import TICKS_PER_SECOND, instant_ticks, moment_ticks
from services.intake.accept import SQL, Checked, Delivery, Kept, check, kafka_delivery_id, keep
from services.intake.acceptance import count_repairs
from services.intake.hold import alert
from services.platform import metrics
from services.platform.outbox import publish
from services.platform.postgres import Connection, DatabaseRole, connect
from services.platform.publisher import Publisher
from services.platform.settings import Settings
from services.platform.stream import StreamLoop, StreamRecord
from services.platform.topics import (
    HEADER_SENDER,
    HEADER_SENT,
    INTAKE_GROUP,
    InboundTopic,
    NotAnOdsCode,
    sender_code,
)

log = logging.getLogger(__name__)

_EPOCH_TICKS = moment_ticks("1970-01-01") or 0


class IntakeAgent:
    """Takes batches of Kafka records into PostgreSQL: accepted or quarantined, in one transaction."""

    def __init__(self, settings: Settings, topics: Sequence[InboundTopic], incarnation: str) -> None:
        self._settings = settings
        self._partnership_key = settings.partnership_key.get_secret_value().encode()
        self._owners = {topic.name: topic.owner for topic in topics}
        self._incarnation = incarnation
        self._publisher = Publisher(settings.kafka)
        self._connection: Connection | None = None
        self._sought: dict[tuple[str, int], int] = {}
        self.loop = StreamLoop(
            "intake", INTAKE_GROUP, [topic.name for topic in topics], settings, self.handle
        )

    async def handle(self, records: Sequence[StreamRecord]) -> None:
        """Accept or quarantine each record, commit, then send the accepted ones on.

        Raises:
            one of postgres.TRANSIENT: nothing was written, or it was and a second try changes nothing.
        """
        checked = await asyncio.to_thread(self._check_all, records)
        connection = await self._connected()
        async with connection.transaction():
            following = await self._without_gaps(connection, records)
            taken = [one for one, follows in zip(checked, following, strict=True) if follows]
            kept = await keep(connection, taken) if taken else Kept(set(), set(), set())
        _count(taken, kept.new)
        alert(kept.cannot_wait(taken))
        onward = {one.key: one.source_record for one in taken if one.key in kept.onward}
        await publish(connection, self._publisher, onward)

    async def close(self) -> None:
        """Let go of the producer and the connection."""
        await self._publisher.close()
        if self._connection is not None:
            await self._connection.close()

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = await connect(self._settings.postgres.get_secret_value(), DatabaseRole.INTAKE)
        return self._connection

    def _check_all(self, records: Sequence[StreamRecord]) -> list[Checked]:
        return [check(self._delivery(record), self._partnership_key) for record in records]

    def _delivery(self, record: StreamRecord) -> Delivery:
        sent = instant_ticks(record.headers.get(HEADER_SENT, b"").decode("ascii", "replace"))
        if sent is None:
            sent = _EPOCH_TICKS + round(record.timestamp * 1000) * (TICKS_PER_SECOND // 1000)
        return Delivery(
            delivery_id=kafka_delivery_id(
                self._incarnation, record.topic, record.partition, record.offset, record.value
            ),
            sender=self._owners[record.topic] or _named_sender(record),
            sent=sent,
            door=f"{record.topic}[{record.partition}]@{record.offset}",
            body=record.value,
        )

    async def _without_gaps(self, connection: Connection, records: Sequence[StreamRecord]) -> list[bool]:
        """Which records follow on what the ledger has; where some were skipped, go back for them.

        A record below the ledger's next was seen before, and is recorded again without effect.
        """
        places = sorted({(record.topic, record.partition) for record in records})
        given = {
            "incarnation": self._incarnation,
            "topics": [topic for topic, _ in places],
            "partitions": [partition for _, partition in places],
        }
        rows = await (await connection.execute(SQL["ledger_read"], given)).fetchall()
        following: dict[tuple[str, int], int] = {
            (topic, partition): offset for topic, partition, offset in rows
        }
        takes = []
        for record in records:
            place = record.topic, record.partition
            expected = following.get(place, record.offset)
            if record.offset > expected:
                expected = await self._seek_back(record, expected)
            takes.append(record.offset <= expected)
            if record.offset <= expected:
                following[place] = max(following.get(place, 0), record.offset + 1)
                self._sought.pop(place, None)
        offsets = {place: offset for place, offset in following.items() if place in set(places)}
        given |= {
            "topics": [topic for topic, _ in offsets],
            "partitions": [partition for _, partition in offsets],
            "offsets": list(offsets.values()),
        }
        await connection.execute(SQL["ledger_write"], given)
        return takes

    async def _seek_back(self, record: StreamRecord, expected: int) -> int:
        """Ask for the skipped records once; what comes before them meanwhile is left for then."""
        place = record.topic, record.partition
        if place not in self._sought:
            self._sought[place] = await self.loop.seek(record.topic, record.partition, expected)
            gone = self._sought[place] - expected
            metrics.LEDGER_GAPS.labels(record.topic).inc(record.offset - expected)
            metrics.LEDGER_LOST.labels(record.topic).inc(gone)
            log.error(
                "Records were skipped and are sought: %s",
                {"door": record.topic, "from": expected, "gone": gone},
            )
        return self._sought[place]


def _named_sender(record: StreamRecord) -> str:
    """The sender that our own tools name in a header, or nothing where it is none."""
    try:
        return sender_code(record.headers.get(HEADER_SENDER, b"").decode("utf-8", "replace"))
    except NotAnOdsCode:
        return ""


def _count(taken: Sequence[Checked], new: set[bytes]) -> None:
    outcomes: defaultdict[str, int] = defaultdict(int)
    seen: set[bytes] = set()
    for one in taken:
        first = one.key in new and one.key not in seen
        seen.add(one.key)
        outcomes["quarantined" if one.refused else "accepted" if first else "duplicate"] += 1
        if first and not one.refused:
            count_repairs([one])
    for outcome, count in outcomes.items():
        metrics.WORK_ACCEPTED.labels("kafka", outcome).inc(count)
