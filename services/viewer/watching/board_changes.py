"""Who is to be placed on the boards anew: those of whom a message was applied since."""

from collections.abc import Iterable
from itertools import islice

from services.domain.record.kinds import kind_of
from services.platform.postgres import Connection
from services.platform.queries import load_queries

SQL = load_queries(__package__, "watched.sql")

_REFERRAL = kind_of("ServiceRequest")
_MOST = 1000
"""Outcomes read at once."""


class BoardChanges:
    """Follows what becomes of messages, from when it begins; what came before is a whole round's.

    It keeps each source record once, however many messages tell of it, so that what waits is never more than all.
    """

    def __init__(self) -> None:
        self._after: tuple[str, int] | None = None
        self._waiting: dict[bytes, None] = {}

    async def next(self, connection: Connection, most: int) -> tuple[list[bytes], list[bytes]]:
        """The next source records of which messages tell, `most` at once, in that order; and the persons to place:
        whose they are by now, and whoever has a referral that stands as one of theirs. The same again until `done`.

        Raises:
            One of postgres.TRANSIENT: PostgreSQL does not answer.
        """
        await self._read(connection)
        records = list(islice(self._waiting, most))
        if not records:
            return [], []
        given = {"records": records, "referral": _REFERRAL}
        rows = await connection.execute(SQL["to_place"], given, binary=True)
        return records, [person for (person,) in await rows.fetchall()]

    def done(self, records: Iterable[bytes]) -> None:
        """These are placed."""
        for record in records:
            del self._waiting[record]

    async def begin(self, connection: Connection) -> None:
        """Follow from here on, where it does not already."""
        if self._after is None:
            row = await (await connection.execute(SQL["feed_end"])).fetchone()
            assert row is not None
            self._after = (row[0], 0)

    async def _read(self, connection: Connection) -> None:
        await self.begin(connection)
        while rows := await self._fed(connection):
            self._after = rows[-1][:2]
            self._waiting |= dict.fromkeys(record for *_, record in rows if record is not None)

    async def _fed(self, connection: Connection) -> list[tuple[str, int, bytes | None]]:
        txid, seq = self._after or ("0", 0)
        rows = await connection.execute(SQL["fed"], {"txid": txid, "seq": seq, "most": _MOST})
        return await rows.fetchall()
