"""The way from a person's record to the own records of their relatives."""

from collections.abc import Iterable

from services.domain.access.family_links import FamilyLink, may_see_link
from services.domain.access.reader import Reader
from services.domain.access.sight import Sight
from services.domain.identity.relatives import own_record
from services.platform.postgres import Connection
from services.platform.queries import load_queries
from services.viewer.reading import Source, read_all_known
from services.viewer.seeing import sights_of

SQL = load_queries(__package__, "relatives.sql")


async def family_links(
    connection: Connection, person: bytes, sources: Iterable[Source], reader: Reader, key: bytes
) -> dict[bytes, bytes]:
    """By the key of each thing that tells of a relative: the person that the reader may open from there.

    `key` is the partnership's own, with which systems' numbers become ids.
    """
    told = {
        one.resource_key: (record, one.resource.get("active") is not False)
        for one in sources
        if one.resource["resourceType"] == "RelatedPerson"
        and (record := own_record(one.resource, one.sender, key)) is not None
    }
    if not told:
        return {}
    ids = list({record for record, _ in told.values()})
    rows = await (await connection.execute(SQL["relatives"], {"ids": ids}, binary=True)).fetchall()
    known = {record: (other, withheld) for record, other, withheld in rows}
    opened = await _opened(connection, reader, list({other for other, _ in known.values()}))
    found = {}
    for thing, (record, stands) in told.items():
        other, withheld = known.get(record, (None, False))
        if other is None:
            continue
        link = FamilyLink(person, other, stands, is_withheld=withheld, is_open=other in opened)
        if may_see_link(link).allowed:
            found[thing] = other
    return found


async def _opened(connection: Connection, reader: Reader, persons: list[bytes]) -> set[bytes]:
    """Those of whose record the reader may see something."""
    sights = await sights_of(connection, reader, await read_all_known(connection, persons)) if persons else {}
    return {person for person, decided in sights.items() if isinstance(decided, Sight)}
