"""The pds process: the trace, and the acceptance path that what PDS answers takes."""

import asyncio
import hashlib

from services.intake.accept import Delivery
from services.intake.acceptance import Acceptance, count_repairs, now_ticks
from services.intake.hold import alert
from services.pds.client import PdsClient
from services.pds.trace import PDS, Trace
from services.platform import metrics
from services.platform.postgres import DatabaseRole, pool
from services.platform.publisher import Publisher
from services.platform.settings import Settings

_CONNECTIONS = 2


class Tracing:
    """The trace with its connections."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is connected yet.

        Raises:
            NotAnAddress: the address of PDS is none that it may have.
        """
        dsn = settings.postgres.get_secret_value()
        self._pool = pool(dsn, _CONNECTIONS, DatabaseRole.PDS)
        self._publisher = Publisher(settings.kafka)
        key = settings.partnership_key.get_secret_value().encode()
        self._acceptance = Acceptance(self._pool, self._publisher, key)
        self._bearer = settings.pds_token.get_secret_value().strip()
        client = PdsClient(
            settings.pds_url,
            self._token,
            lambda answer: metrics.PDS_REQUESTS.labels(answer).inc(),
            settings.pds_rate,
        )
        self._trace = Trace(
            dsn, client, self._accept, lambda outcome: metrics.PDS_TRACED.labels(outcome).inc()
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Trace until `stop`."""
        await self._pool.open()
        try:
            await self._trace.run(stop)
        finally:
            await self._publisher.close()
            await self._pool.close()

    async def ready(self) -> bool:
        """Whether PostgreSQL and PDS answered the last look."""
        return self._trace.ready

    async def _token(self) -> str:
        return self._bearer

    async def _accept(self, body: bytes) -> None:
        """Accept an answer, or keep it in quarantine where it breaks a rule of ours; the same one is one delivery."""
        id_ = hashlib.sha256(b"pds|" + body).digest()[:16]
        checked = await self._acceptance.check(Delivery(id_, PDS.ods, now_ticks(), "pds", body))
        kept = await self._acceptance.keep([checked])
        alert(kept.cannot_wait([checked]))
        outcome = "quarantined" if checked.refused else "accepted" if kept.new else "duplicate"
        metrics.WORK_ACCEPTED.labels("pds", outcome).inc()
        count_repairs([checked] if kept.new else [])
        await self._acceptance.send_on([checked], kept)
