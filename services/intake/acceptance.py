"""Acceptance for whatever takes messages inside the web process: the HTTP door, uploads, corrections and
rulings."""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from psycopg_pool import AsyncConnectionPool, PoolTimeout

from schemas.fhir.issue import Issue, Refused
from services.domain.record.instant import instant_text, instant_ticks
from services.intake.accept import SQL, Checked, Delivery, Kept, check, keep
from services.intake.hold import alert
from services.platform import metrics
from services.platform.outbox import publish
from services.platform.postgres import TRANSIENT, Connection
from services.platform.publisher import Publisher
from services.platform.topics import PARTNERSHIP

RULING_DOOR = "ruling"
PAGE_DOOR = "page"


class KeptAside(Refused):
    """Refused, and kept in quarantine: until it is resolved the records of those it names are not shown."""

    def __init__(self, refused: Refused, key: bytes) -> None:
        text = (
            f"It holds a withdrawn consent, a restriction or a safeguarding flag, so it is kept in quarantine "
            f"as {key.hex()}, and the record of whom it names is shown to nobody until a steward has resolved it."
        )
        super().__init__([*refused.issues, Issue("suppressed", text, rule="cannot-wait")], refused.status)


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

    async def refuse(self, checked: Checked) -> Refused:
        """What to tell the sender of a refused message; one that cannot wait is kept in quarantine all the same.

        Raises:
            PoolTimeout, or one of postgres.TRANSIENT: it was not kept.
        """
        assert checked.refused is not None
        if checked.hold is None:
            return checked.refused
        kept = await self.keep([checked])
        alert(kept.cannot_wait([checked]))
        return KeptAside(checked.refused, checked.key)

    async def accept_ruling(self, body: bytes) -> bytes:
        """Accept what a steward ruled, as a message of the partnership itself; its key.

        Raises:
            Refused: it cannot be accepted.
            PoolTimeout, or one of postgres.TRANSIENT: nothing was kept.
        """
        delivery = Delivery(secrets.token_bytes(16), PARTNERSHIP, now_ticks(), RULING_DOOR, body)
        checked = await self.check(delivery)
        if checked.refused is not None:
            raise checked.refused
        kept = await self.keep([checked])
        metrics.WORK_ACCEPTED.labels(RULING_DOOR, "accepted").inc(len(kept.new))
        await self.send_on([checked], kept)
        return checked.key

    async def accept_written(
        self, sender: str, id_: bytes, build: Callable[[str], bytes]
    ) -> tuple[bytes, bytes]:
        """Accept what somebody wrote on a page, as a message of their organisation; its key and its source record.

        `id_` is the delivery's: what was accepted under it before is not built again, and whoever sends the same form
        at the same time waits and is told the same. `build` makes the message as of a FHIR instant.

        Raises:
            Refused: it cannot be accepted.
            PoolTimeout, or one of postgres.TRANSIENT: nothing was kept.
        """
        async with self.pool.connection() as connection, connection.transaction():
            await connection.execute(SQL["take_delivery"], {"lock": int.from_bytes(id_[:8], signed=True)})
            before = await accepted_before(connection, id_)
            if before is not None:
                return before
            at = now_ticks()
            checked = await self.check(Delivery(id_, sender, at, PAGE_DOOR, build(instant_text(at))))
            if checked.refused is not None:
                raise checked.refused
            kept = await keep(connection, [checked])
        count_repairs([checked])
        metrics.WORK_ACCEPTED.labels(PAGE_DOOR, "accepted").inc(len(kept.new))
        await self.send_on([checked], kept)
        return checked.key, checked.source_record

    async def send_on(self, checked: Sequence[Checked], kept: Kept) -> None:
        """Publish what was kept; what fails here the sweeper publishes."""
        onward = {one.key: one.source_record for one in checked if one.key in kept.onward}
        try:
            async with self.pool.connection() as connection:
                await publish(connection, self._publisher, onward)
        except (PoolTimeout, *TRANSIENT):
            return


async def accepted_before(connection: Connection, id_: bytes) -> tuple[bytes, bytes] | None:
    """The key and the source record of what was accepted under a delivery's id; None where nothing was."""
    row = await (await connection.execute(SQL["delivered"], {"id": id_}, binary=True)).fetchone()
    return (row[0], row[1]) if row else None


def count_repairs(accepted: Iterable[Checked]) -> None:
    """Count the repairs made in messages that were accepted for the first time, by partner and name."""
    for one in accepted:
        for note in one.notes:
            if note.kind == "repair":
                metrics.REPAIRS.labels(one.delivery.sender, note.name).inc(note.count)


def now_ticks() -> int:
    """This moment, in ticks of 100 ns."""
    return instant_ticks(datetime.now(UTC).isoformat(timespec="microseconds")) or 0
