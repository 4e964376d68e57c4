"""The floor that throughput is held against: what any such system must do, with no logic of its own.

The same bytes over the same two Kafka hops with the same two processes and the same stream loop: the first
copies the messages into PostgreSQL and sends them on, the second parses and validates each once and copies
its resources. Run as `python -m services.workbench.floor intake` or `... record`.
"""

import asyncio
import signal
import sys
from collections.abc import Sequence

import orjson

from schemas.fhir.message import read_message_bytes
from services.domain.message import message_key
from services.platform import log as logs
from services.platform.postgres import Connection, connect
from services.platform.publisher import Outgoing, Publisher
from services.platform.serving import private_app, serve
from services.platform.settings import Settings, load_settings
from services.platform.stream import StreamLoop, StreamRecord
from services.platform.topics import CARE_MESSAGE, HEADER_SENDER, TOOLS_IN

TABLES = """
    create schema floor;
    create table floor.message (message_key bytea, body bytea);
    create table floor.resource (message_key bytea, content bytea);
"""


class _Floor:
    def __init__(self, stage: str, settings: Settings) -> None:
        self._settings = settings
        self._publisher = Publisher(settings.kafka)
        self._connection: Connection | None = None
        topic, handle = {
            "intake": (TOOLS_IN, self._copy_messages),
            "record": (CARE_MESSAGE, self._copy_resources),
        }[stage]
        self.loop = StreamLoop(stage, f"floor-{stage}", [topic], settings, handle)

    async def ready(self) -> bool:
        return self.loop.ready

    async def _copy_messages(self, records: Sequence[StreamRecord]) -> None:
        keys = [message_key(one.headers[HEADER_SENDER].decode(), one.value) for one in records]
        rows = [(key, one.value) for key, one in zip(keys, records, strict=True)]
        await self._copy("copy floor.message from stdin (format binary)", rows)
        await self._publisher.publish([Outgoing(CARE_MESSAGE, key, body) for key, body in rows])

    async def _copy_resources(self, records: Sequence[StreamRecord]) -> None:
        bundles = await asyncio.to_thread(lambda: [read_message_bytes(one.value).bundle for one in records])
        rows = [
            (one.key or b"", orjson.dumps(entry["resource"]))
            for one, bundle in zip(records, bundles, strict=True)
            for entry in bundle["entry"]
        ]
        await self._copy("copy floor.resource from stdin (format binary)", rows)

    async def _copy(self, statement: str, rows: list[tuple[bytes, bytes]]) -> None:
        if self._connection is None:
            self._connection = await connect(self._settings.postgres.get_secret_value())
        async with self._connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            copy.set_types(["bytea", "bytea"])
            for row in rows:
                await copy.write_row(row)


async def _run(stage: str, settings: Settings) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    floor = _Floor(stage, settings)
    private = asyncio.create_task(
        serve(private_app(floor.ready), settings.metrics_host, settings.metrics_port, stop)
    )
    await floor.loop.run(stop)
    await private


if __name__ == "__main__":
    logs.set_up(f"floor-{sys.argv[1]}")
    asyncio.run(_run(sys.argv[1], load_settings()))
