"""When a person's page has changed for somebody: what is told of the person, and what of it they may see."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from cachetools import LRUCache

from services.domain.access.reader import Reader
from services.domain.access.sight import Label, Sight
from services.platform.postgres import Connection, snapshot
from services.platform.queries import load_queries
from services.viewer.held import holds
from services.viewer.live.changes import OpenPage
from services.viewer.reading import Known, fetch, read_known
from services.viewer.seeing import NotSeen, seeing

SQL = load_queries(__package__)


class PersonWatch:
    """Watches persons' pages."""

    async def look(self, connection: Connection, pages: Sequence[OpenPage]) -> Mapping[OpenPage, object]:
        """Their source records' running sums, whose glass is broken, and what is held of them."""
        given = {
            "places": list(range(len(pages))),
            "records": [page.about for page in pages],
            "users": [page.reader.user for page in pages],
            "organisations": [page.reader.organisation for page in pages],
        }
        rows = await (await connection.execute(SQL["look_at_persons"], given, binary=True)).fetchall()
        return {pages[place]: told for place, *told in rows}

    async def state(self, connection: Connection, about: bytes, reader: Reader) -> bytes | None:
        """The page of the person to whom a source record belongs by now."""
        async with snapshot(connection):
            found = [person for (person,) in await fetch(connection, "persons_by_id", id=about)]
            if len(found) != 1 or await holds(connection, found[0]):
                return None
            try:
                async with seeing(connection, reader, found[0]) as sight:
                    rows = await fetch(connection, "state", person=found[0])
                    return await read_state(connection, found[0], sight, rows)
            except NotSeen:
                return None


_remembered: LRUCache[bytes, bytes] = LRUCache(4096)
"""By all that is kept, and what of it is open: what is seen. That takes longer the more there is."""


async def read_state(
    connection: Connection, person: bytes, sight: Sight, rows: Sequence[tuple[Any, ...]]
) -> bytes:
    """What of a person's record a page shows, read within `seeing`: it changes when, and only when, that does.

    `rows` are those of the query `state`.
    """
    kept = _digest(rows, sight)
    if kept not in _remembered:
        given = {"person": person, "whole": _whole(sight)}
        entries = await (await connection.execute(SQL["seen"], given, binary=True)).fetchall()
        seen = _digest((_facts(await read_known(connection, person)), entries), sight)
        _remembered[kept] = seen
    return _remembered[kept]


def _whole(sight: Sight) -> list[bytes]:
    """The source records of which nothing is closed."""
    return [
        one.source_record for one in sight.opened if one.kinds is None and one.label is Label.VERY_RESTRICTED
    ]


def _facts(known: Known) -> list[tuple[bytes, list[tuple[str, str]]]]:
    """Who the person is, as each system says, whenever it last said so."""
    return [
        (one.id, sorted((name, fact.value) for name, fact in one.facts.items()))
        for one in known.source_records
    ]


def _digest(told: object, sight: Sight) -> bytes:
    hidden = [(one.sender, sorted(one.kinds), one.reason) for one in sight.hidden]
    opened = [
        (one.source_record, one.kinds and sorted(one.kinds), one.label.value, one.referrals_with)
        for one in sight.opened
    ]
    return hashlib.sha256(repr((told, opened, hidden, sight.whereabouts)).encode()).digest()
