"""Acceptance for whatever takes messages inside the web process: the HTTP door, uploads and corrections."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from psycopg_pool import AsyncConnectionPool, PoolTimeout

from services.domain.record.instant import instant_ticks
from services.intake.accept import Checked, Delivery, Kept, check, keep
from services.platform.outbox import publish
from services.platform.postgres import TRANSIENT, Connection
from services.platform.publisher import Publisher


class Acceptance:
    """The acceptance path with its connections: check beside the event loop, keep, and publish afterwards."""

    def __init__(
        self, pool: AsyncConnectionPool[Connection], publisher: Publisher, partnership_key: bytes
    ) -> None:
        self.pool = pool
        self._publisher = publisher
        self._partnership_key = partnership_key

    async def check(self, delivery: Delivery) -> Checked:
        """Read and key one delivery on a thread."""
        return await asyncio.to_thread(check, delivery, self._partnership_key)

    async def check_all(self, deliveries: Sequence[Delivery]) -> list[Checked]:
        """Read and key many on one thread."""
        return await asyncio.to_thread(lambda: [check(one, self._partnership_key) for one in deliveries])

    async def keep(self, checked: Sequence[Checked]) -> Kept:
        """Keep them in one transaction of its own. When it returns they are accepted, or quarantined.

        Raises:
            PoolTimeout, or one of postgres.TRANSIENT: nothing was kept.
        """
        async with self.pool.connection() as connection, connection.transaction():
            return await keep(connection, checked)

    async def send_on(self, checked: Sequence[Checked], kept: Kept) -> None:
        """Publish what was kept; what fails here the sweeper publishes."""
        onward = {one.key: one.source_record for one in checked if one.key in kept.onward}
        try:
            async with self.pool.connection() as connection:
                await publish(connection, self._publisher, onward)
        except (PoolTimeout, *TRANSIENT):
            return


def now_ticks() -> int:
    """This moment, in ticks of 100 ns."""
    return instant_ticks(datetime.now(UTC).isoformat(timespec="microseconds")) or 0
