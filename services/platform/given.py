"""What a partner's system is given of a person, kept before it is answered: it can be told then to stop showing it."""

from collections.abc import Mapping

import orjson

from services.domain.access.given import how_far
from services.domain.access.sight import Sight
from services.platform.postgres import Connection
from services.platform.queries import load_queries

SQL = load_queries(__package__, "given.sql")


async def keep_given(connection: Connection, organisation: str, given: Mapping[bytes, Sight]) -> None:
    """Keep how far an organisation's system is given the records of these persons; nothing of what they say.

    Raises:
        psycopg.Error: it is not kept, so nothing may be shown.
    """
    rows = [
        [person.hex(), seen.whereabouts, one.source_record.hex(), sorted(kinds), referrals]
        for person, seen in given.items()
        for one in seen.opened
        for kinds, referrals in [how_far(one)]
        if kinds or referrals
    ]
    await connection.execute(
        SQL["keep"], {"organisation": organisation, "given": orjson.dumps(rows).decode()}
    )
