"""The digest of all records, recomputed from the rows that are served and held against the running sums."""

import hashlib
from collections import defaultdict

from schemas.status import DigestResult
from services.domain.record import digest
from services.domain.record.version import Rank, head_element, link_element, version_element
from services.platform.postgres import Connection, snapshot
from services.record.store import SQL

_ROWS_AT_A_TIME = 2000


class RecordsDisagree(Exception):
    """The rows do not match the running sums: some row was changed by other means than a message."""


async def compute_digest(connection: Connection) -> DigestResult:
    """The digest of every record as of one moment; the same for the same records, wherever they are kept.

    Raises:
        RecordsDisagree: with the ids of the first source records whose rows do not match.
    """
    sums: defaultdict[bytes, int] = defaultdict(int)
    broken: set[bytes] = set()
    async with snapshot(connection):
        kept = await (await connection.execute(SQL["digest_source_records"], binary=True)).fetchall()
        async with connection.cursor("versions", binary=True) as rows:
            rows.itersize = _ROWS_AT_A_TIME
            await rows.execute(SQL["digest_versions"])
            async for source_record, key, content, *ranked in rows:
                rank = Rank(*ranked)
                if hashlib.sha256(content).digest() != rank.content_hash:
                    broken.add(source_record)
                one = version_element(source_record, key, rank)
                sums[source_record] = digest.add(sums[source_record], [one])
        async with connection.cursor("entries", binary=True) as rows:
            rows.itersize = _ROWS_AT_A_TIME
            await rows.execute(SQL["digest_entries"])
            async for source_record, key, entry_key, kind, content_hash, is_current in rows:
                if not is_current:
                    broken.add(source_record)
                one = head_element(source_record, key, entry_key, kind, content_hash)
                sums[source_record] = digest.add(sums[source_record], [one])
    broken |= {id_ for id_, _, total in kept if sums[id_] != digest.from_bytes(total)}
    if broken:
        first = ", ".join(id_.hex() for id_ in sorted(broken)[:5])
        raise RecordsDisagree(f"{len(broken)} source records do not match their running sums: {first}")
    linked = (link_element(person, id_) for id_, person, _ in kept)
    total = digest.add(sum(sums[id_] for id_, _, _ in kept), linked)
    return DigestResult(records=len({person for _, person, _ in kept}), digest=digest.fingerprint(total))
