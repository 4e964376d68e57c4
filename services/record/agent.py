"""The record agent: reads message keys and applies them, a batch in a transaction."""

from collections.abc import Sequence

from services.platform import metrics
from services.platform.postgres import Connection, DatabaseRole, connect
from services.platform.settings import Settings
from services.platform.stream import StreamLoop, StreamRecord
from services.platform.topics import CARE_MESSAGE, RECORD_GROUP
from services.record.apply import apply
from services.record.model import load_model


class RecordAgent:
    """One worker of the record; several share the partitions of care.message.v1."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._model = load_model(settings.model)
        self._connection: Connection | None = None
        self.loop = StreamLoop("record", RECORD_GROUP, [CARE_MESSAGE], settings, self.handle)

    async def handle(self, records: Sequence[StreamRecord]) -> None:
        """Apply the messages whose keys these records carry.

        Raises:
            one of postgres.TRANSIENT: nothing was applied, or all of it was and a second try changes nothing.
        """
        if self._connection is None or self._connection.closed:
            self._connection = await connect(self._settings.postgres.get_secret_value(), DatabaseRole.RECORD)
        ages = await apply(self._connection, [record.value for record in records], self._model)
        metrics.WORK_APPLIED.inc(len(ages))
        for age in ages:
            metrics.EVENT_AGE.observe(age)

    async def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            await self._connection.close()
