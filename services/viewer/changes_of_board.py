"""When a service's board has changed for somebody: what stands on it, and whose names they are shown."""

from collections.abc import Mapping, Sequence

from services.domain.access.reader import Reader
from services.platform.access import partners
from services.platform.postgres import Connection
from services.platform.queries import load_queries
from services.viewer.board_page import board_state, opens_board, sections_of
from services.viewer.boards import read_board
from services.viewer.changes import OpenPage, State

SQL = load_queries(__package__, "changes.sql")


class BoardWatch:
    """Watches boards."""

    async def look(self, connection: Connection, pages: Sequence[OpenPage]) -> Mapping[OpenPage, object]:
        """What stands on them, and what those who do have agreed to."""
        boards = sorted({page.about.decode() for page in pages})
        rows = await connection.execute(SQL["look_at_boards"], {"boards": boards}, binary=True)
        found = {organisation.encode(): told for organisation, *told in await rows.fetchall()}
        return {page: found.get(page.about) for page in pages}

    async def state(self, connection: Connection, about: bytes, reader: Reader) -> State | None:
        """The board of the organisation with this ODS code."""
        ods = about.decode()
        if not opens_board(reader, ods) or ods not in await partners(connection):
            return None
        board = await read_board(connection, ods)
        state = board_state(await sections_of(connection, reader, board))
        return State(state, state)
