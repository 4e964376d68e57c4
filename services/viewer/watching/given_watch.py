"""Tells each organisation to stop showing what its system was given of a person, where less of that is open by now.

What was given is decided anew, by the function by which it is read, as soon as a message about the person is applied
or withheld, when it was just given, and once a minute for what ends by itself. What is to stop is written in one
transaction with what is left: whatever dies, and however often it is looked at, each change is told once.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import groupby
from typing import NamedTuple

from psycopg import IsolationLevel
from psycopg.errors import SerializationFailure

from services.domain.access.audited import Kind
from services.domain.access.given import Given, Thing, Withdrawal, still_open, withdrawal
from services.domain.access.reader import Reader, Role
from services.domain.access.sight import Refusal, Sight
from services.platform import metrics
from services.platform.access import partners
from services.platform.audit import Audit, NotAudited
from services.platform.audit_event import Event
from services.platform.postgres import Connection, DatabaseRole, connect
from services.platform.settings import Settings
from services.viewer.fhir.access import WITHHELD
from services.viewer.held import holds_of
from services.viewer.reading import read_all_known
from services.viewer.seeing import sights_of
from services.viewer.watching.given_notice import own_identifiers, stop_showing
from services.viewer.watching.given_rows import (
    FIRST,
    Holding,
    Place,
    given_just_now,
    keep_left,
    look_on,
    read_holdings,
    some_given,
    take_turn,
    tell,
)
from services.viewer.watching.rounds import Round, rest_after, run_often, run_rounds

log = logging.getLogger(__name__)

_EVERY_SECONDS = 0.5
_MOST = 50
"""Outcomes looked at in one turn: what they close is decided, and written down, within the seconds that a transaction
has."""
_AT_ONCE = 50
"""Holdings decided together, beside those that outcomes concern."""
_ROUND_SECONDS = 60.0

Taken = tuple[Holding, Withdrawal]


class _Opening(NamedTuple):
    """What is open of a person just now to an organisation's system."""

    sight: Sight | None
    known: frozenset[bytes]
    """The source records that are known to be of the person."""
    why_nothing: str


class GivenWatch:
    """Follows what comes about, and goes round everything that is given beside it."""

    def __init__(self, settings: Settings) -> None:
        self._dsn = settings.postgres.get_secret_value()
        key = settings.partnership_key.get_secret_value().encode()
        self._audit = Audit("sweeper", key, settings.audit_anchors)
        self._audit_connection: Connection | None = None
        self._deciding = asyncio.Lock()

    async def run(self, stop: asyncio.Event) -> None:
        """Watch until `stop`."""
        await asyncio.gather(
            run_often(self._dsn, _patient(self.follow), _EVERY_SECONDS, stop),
            run_rounds(self._dsn, _patient(self.round), _ROUND_SECONDS, stop),
        )
        await self.close()

    async def close(self) -> None:
        """Let go of the connection, and anchor what was written."""
        if self._audit_connection is not None:
            await self._audit_connection.close()
        self._audit.anchor()

    async def follow(self, connection: Connection, stop: asyncio.Event) -> None:
        """Look at all that came about.

        Raises:
            NotAudited, or one of postgres.TRANSIENT: what is left waits for the next look.
        """
        while await self.turn(connection):
            if stop.is_set():
                return
        metrics.STOP_LOOKED_AT.set(time.time())

    async def turn(self, connection: Connection) -> bool:
        """Look at what came about since the last turn; whether there may be more just now.

        Raises:
            NotAudited, or one of postgres.TRANSIENT: nothing is told, and the next turn looks at the same.
        """
        try:
            return await self._turn(connection)
        except SerializationFailure:  # something was given, or another looked, in the meantime
            return True

    async def _turn(self, connection: Connection) -> bool:
        async with self._transaction(connection):
            if not await take_turn(connection):
                return False
            found = await look_on(connection, _MOST)
            fresh = await given_just_now(connection, _AT_ONCE)
            await self._decide(connection, sorted({*found.places, *fresh}), found.confidential)
        return found.looked_at == _MOST or len(fresh) == _AT_ONCE

    async def round(self, connection: Connection, stop: asyncio.Event) -> None:
        """Look at everything that is given, a little at a time.

        Raises:
            NotAudited, or one of postgres.TRANSIENT: the next round looks at the rest.
        """
        after = FIRST
        while not stop.is_set():
            began = time.monotonic()
            try:
                async with self._transaction(connection):
                    places = await some_given(connection, after, _AT_ONCE)
                    await self._decide(connection, places)
            except SerializationFailure:
                continue
            if len(places) < _AT_ONCE:
                return
            after = places[-1]
            await rest_after(began, stop)

    @asynccontextmanager
    async def _transaction(self, connection: Connection) -> AsyncIterator[None]:
        """One at a time in this process, and as of one moment; another's change in the meantime is a TRANSIENT."""
        async with self._deciding:
            await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
            async with connection.transaction():
                yield

    async def _decide(
        self, connection: Connection, places: Sequence[Place], confidential: Sequence[Thing] = ()
    ) -> None:
        holdings = await read_holdings(connection, places) if places else []
        openings = await _openings(connection, holdings) if holdings else {}
        taken: list[Taken] = []
        left: list[tuple[Holding, list[Given | None]]] = []
        for one in holdings:
            now = openings[one.place]
            found = withdrawal(one.given, now.sight, now.known, now.why_nothing, confidential)
            if found is not None:
                taken.append((one, found))
            seen = None if found is not None and found.everything else now.sight
            left.append((one, [still_open(each, seen) for each in one.given]))
        await keep_left(connection, left)
        if taken:
            await self._tell(connection, taken)

    async def _tell(self, connection: Connection, taken: Sequence[Taken]) -> None:
        names = await partners(connection)
        called = await own_identifiers(connection, [one.place[1] for one, _ in taken])
        told = [stop_showing(found, one, called.get(one.place[1], ()), names) for one, found in taken]
        for one, _ in taken:
            await self._write_down(one)
        await tell(connection, [(one.place, stop) for (one, _), stop in zip(taken, told, strict=True)])
        metrics.STOP_NOTICES.inc(len(taken))

    async def _write_down(self, one: Holding) -> None:
        """Written before it is told: where it then is not, it is decided and written once more."""
        if self._audit_connection is None or self._audit_connection.closed:
            self._audit_connection = await connect(self._dsn, DatabaseRole.SWEEPER)
        organisation, _ = one.place
        told = Reader(Role.PARTNER_SYSTEM, organisation, organisation, "")
        event = Event(Kind.DELIVERY, told, "stop-showing", (one.person,))
        await self._audit.audited(self._audit_connection, event)


async def _openings(connection: Connection, holdings: Sequence[Holding]) -> dict[Place, _Opening]:
    """What is open now to each holder: asked once for all persons, and once for each organisation."""
    persons = sorted({one.person for one in holdings})
    known = {one.person: one for one in await read_all_known(connection, persons)}
    held = await holds_of(connection, persons)
    found = {one.place: _Opening(None, frozenset(), "") for one in holdings}
    for organisation, group in groupby(holdings, lambda one: one.place[0]):
        reader = Reader(Role.PARTNER_SYSTEM, organisation, organisation, "")
        theirs = [one for one in group if one.person in known]
        sights = await sights_of(
            connection, reader, [known[id_] for id_ in sorted({one.person for one in theirs})]
        )
        for one in theirs:
            members = frozenset(each.id for each in known[one.person].source_records)
            found[one.place] = _opening(sights[one.person], members, is_held=one.person in held)
    return found


def _opening(found: Sight | Refusal, known: frozenset[bytes], *, is_held: bool) -> _Opening:
    if isinstance(found, Refusal):
        return _Opening(None, known, "" if found.is_secret else found.reason)
    return _Opening(None, known, WITHHELD.text) if is_held else _Opening(found, known, "")


def _patient(look: Round) -> Round:
    """Where it cannot be written down who is told, it waits for the next time."""

    async def looked(connection: Connection, stop: asyncio.Event) -> None:
        try:
            await look(connection, stop)
        except NotAudited:
            log.warning("Notices to stop showing wait until they can be written to the audit")

    return looked
