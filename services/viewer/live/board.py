"""When a service's board has changed for somebody: what stands on it, and whose names they are shown."""

import time
from collections.abc import Mapping, Sequence

from services.domain.access.reader import Reader
from services.platform.access import partners
from services.platform.postgres import Connection
from services.platform.queries import load_queries
from services.viewer.board_page import board_state, opens_board, sections_of
from services.viewer.live.changes import OpenPage
from services.viewer.watching.boards import read_board

SQL = load_queries(__package__)


_SECONDS = 3.0
"""Between two looks: a long board takes long to look at."""


class BoardWatch:
    """Watches boards."""

    def __init__(self) -> None:
        self._found: dict[bytes, object] = {}
        self._next = 0.0

    async def look(self, connection: Connection, pages: Sequence[OpenPage]) -> Mapping[OpenPage, object]:
        """What stood on them, and what those who did had agreed to, some seconds ago at the most."""
        boards = {page.about for page in pages}
        if boards - self._found.keys() or time.monotonic() >= self._next:
            given = {"boards": sorted(one.decode() for one in boards)}
            rows = await connection.execute(SQL["look_at_boards"], given, binary=True)
            self._found = {organisation.encode(): told for organisation, *told in await rows.fetchall()}
            self._next = time.monotonic() + _SECONDS
        return {page: self._found[page.about] for page in pages}

    async def state(self, connection: Connection, about: bytes, reader: Reader) -> bytes | None:
        """The board of the organisation with this ODS code."""
        ods = about.decode()
        if not opens_board(reader, ods) or ods not in await partners(connection):
            return None
        board = await read_board(connection, ods)
        return board_state(await sections_of(connection, reader, board))
