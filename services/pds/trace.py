"""The trace: looks for people without an NHS number, asks PDS about them, and hands its answers in as messages.

What PDS answers is accepted like any other sender's message, so that a rebuild reads it and calls nobody. Any number of
these processes may run: a claim on each question, which lapses, keeps them from asking the same. One that dies between
acceptance and its note asks again, and the same answer is a duplicate.
"""

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from services.pds.answers import Person
from services.pds.asking import Outcome, ask
from services.pds.client import PdsClient
from services.pds.due import Due, claim, look, note
from services.pds.errors import PdsAway, PdsRefused, PdsRejected
from services.platform.access import Partner, register_partner
from services.platform.log import describe
from services.platform.postgres import TRANSIENT, Connection, DatabaseRole, connect

log = logging.getLogger(__name__)

PDS = Partner("X26", "NHS Personal Demographics Service", "NHS")
"""The sender of what PDS answers: X26 is the ODS code of NHS England's national systems (Spine)."""

_EVERY = 1.0
_AFTER_AWAY = 10.0
_AFTER_REFUSED = 60.0

_BEGIN_WITHIN = 60.0
_ASK_WITHIN = 60.0
_LEASE = _BEGIN_WITHIN + _ASK_WITHIN + 30.0
"""Seconds after which a claim lapses: the last question of a batch, begun at the last moment, is accepted by then."""

Accept = Callable[[bytes], Awaitable[None]]


class Trace:
    """Looks once a second. Ready while PostgreSQL and PDS answered the last look.

    `accept` puts a body into the acceptance path as a message of PDS, and returns when it is kept; `counted` is
    told what came of each question: an Outcome, or 'refused'.
    """

    def __init__(self, dsn: str, client: PdsClient, accept: Accept, counted: Callable[[str], None]) -> None:
        self._dsn = dsn
        self._client = client
        self._accept = accept
        self._counted = counted
        self._connection: Connection | None = None
        self._after = b""
        self.ready = False

    async def run(self, stop: asyncio.Event) -> None:
        """Ask until `stop`; a question under way is dropped then, and asked again when its claim lapses."""
        asking = asyncio.create_task(self._go_on())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            asking.cancel()
            try:
                with contextlib.suppress(asyncio.CancelledError):
                    await asking
            finally:
                await self._close()

    async def turn(self) -> int:
        """Look at the next source records, ask about those that are due, and say how many that were.

        Raises:
            PdsAway, PdsRefused, OSError, or one of postgres.TRANSIENT: the rest waits for the claims to lapse.
        """
        connection = await self._connected()
        page = await look(connection, self._after)
        claimed = await claim(connection, page.due, _LEASE)
        self._after = page.last
        began, outcomes = time.monotonic(), Counter[str]()
        try:
            for one in claimed:
                if time.monotonic() - began > _BEGIN_WITHIN:
                    break
                outcomes[(await self._ask(connection, one)).value] += 1
        finally:
            if outcomes:
                log.info("Asked the Personal Demographics Service: %s", dict(outcomes))
        return outcomes.total()

    async def _go_on(self) -> None:
        while True:
            wait = _EVERY
            try:
                if await self.turn():
                    wait = 0.0
                self.ready = True
            except PdsRefused as fault:
                self.ready, wait = False, _AFTER_REFUSED
                self._counted("refused")
                log.error("%s: its address, token or permission is wrong; nobody is asked about", fault)
            except PdsAway as fault:
                self.ready, wait = False, max(_AFTER_AWAY, fault.wait)
                log.warning("Asking waits: %s", fault)
            except (OSError, *TRANSIENT) as fault:
                self.ready, wait = False, _AFTER_AWAY
                log.warning("Asking waits: %s", describe(fault))
            await asyncio.sleep(wait)

    async def _ask(self, connection: Connection, due: Due) -> Outcome:
        """Ask about one person and note what came of it, the note last: what is noted as found is accepted."""
        try:
            async with asyncio.timeout(_ASK_WITHIN):
                found = await ask(self._client, due.question)
        except PdsRejected:
            found = Outcome.REJECTED
        except (PdsAway, TimeoutError) as fault:
            await self._note(connection, due, Outcome.AWAY)
            if isinstance(fault, PdsAway):
                raise
            raise PdsAway("PDS takes too long over one person") from None
        if isinstance(found, Person):
            await self._accept(found.body)
            found = Outcome.FOUND
        await self._note(connection, due, found)
        return found

    async def _note(self, connection: Connection, due: Due, outcome: Outcome) -> None:
        await note(connection, due, outcome)
        self._counted(outcome)

    async def _close(self) -> None:
        await self._client.close()
        if self._connection is not None:
            await self._connection.close()

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = await connect(self._dsn, DatabaseRole.PDS)
            await register_partner(self._connection, PDS)
        return self._connection
