"""The trace as its process runs it, and source records as the record writes them."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from services.domain.identity.demographics import Demographics, read_demographics, to_json
from services.domain.record.version import OWN, Rank
from services.pds.client import Patience, PdsClient
from services.pds.trace import PDS, Trace
from services.platform.postgres import Connection, connect
from tests.engines import Engines, accept
from tests.pds.emulator import TOKEN, PdsEmulator
from tests.pds.people import KnownPerson
from tests.streams.norfolk_suffolk_partners import LANTERN

LEASE = 150.0
"""Seconds that a claim holds."""
_FAST = Patience(attempt=1.0, total=3.0, attempts=2, first_wait=0.01)
_RANK = Rank(5, -1, OWN, b"hash")
Facts = dict[str, str]
"""family, given, birth_date, gender, postcode, phone, number; what is not known is absent or empty."""


class Process:
    """A trace as its process runs it: messages go through the real acceptance path."""

    def __init__(self, database: Engines, emulator: PdsEmulator, token: str = TOKEN) -> None:
        async def give() -> str:
            return token

        self._dsn = database.dsn
        self.accepted: list[bytes] = []
        self.told: list[str] = []
        self.after_accepting: Callable[[], Awaitable[None]] | None = None
        self._client = PdsClient(emulator.url, give, lambda _: None, rate=500, patience=_FAST)
        self.trace = Trace(database.dsn, self._client, self._accept, self.told.append)

    async def turn(self) -> int:
        """One turn."""
        return await self.trace.turn()

    async def close(self) -> None:
        """Let go of the connections."""
        stop = asyncio.Event()
        stop.set()
        await self.trace.run(stop)

    async def _accept(self, body: bytes) -> None:
        async with await connect(self._dsn) as connection:
            await accept(connection, [(PDS.ods, 10_000_000, body)])
        self.accepted.append(body)
        if self.after_accepting:
            await self.after_accepting()


def facts_of(one: KnownPerson, **changes: str) -> Facts:
    """What a charity knows of somebody: no number."""
    known = {"family": one.family, "given": one.given[0], "birth_date": one.birth_date, "gender": one.gender}
    return {**known, "postcode": one.postcode, **changes}


def told(facts: Facts) -> Demographics:
    """The facts as a source record keeps them, from the Patient that tells them."""
    number = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": facts.get("number", "")}
    patient = {
        "identifier": [number],
        "name": [{"family": facts.get("family"), "given": [facts.get("given")]}],
        "birthDate": facts.get("birth_date"),
        "gender": facts.get("gender"),
        "address": [{"postalCode": facts.get("postcode")}],
        "telecom": [{"system": "phone", "value": facts.get("phone")}],
    }
    return read_demographics(patient, _RANK)


async def keep(connection: Connection, *records: tuple[int, Facts, int]) -> None:
    """Write source records as the record does: number of the record, facts, and number of the person."""
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "insert into record.source_record (id, sender, demographics, person) values (%s, %s, %s, %s) "
            "on conflict (id) do update set demographics = excluded.demographics",
            [
                (
                    id_.to_bytes(16, "big"),
                    LANTERN.ods,
                    json.dumps(to_json(told(facts))),
                    person.to_bytes(16, "big"),
                )
                for id_, facts, person in records
            ],
        )


async def knows(connection: Connection, *people: Facts) -> None:
    """Each of them a source record and a person of their own."""
    await keep(connection, *((number, facts, number) for number, facts in enumerate(people, 1)))


async def outcomes(connection: Connection) -> list[str]:
    """What came of each question, in the order of the source records."""
    rows = await connection.execute("select outcome from pds.trace order by source_record")
    return [outcome for (outcome,) in await rows.fetchall()]


async def let_time_pass(connection: Connection, seconds: float) -> None:
    """Everything noted so far lies this much further back."""
    await connection.execute("update pds.trace set next_at = next_at - make_interval(secs => %s)", [seconds])


async def count(connection: Connection, table: bytes) -> int:
    """How many rows a table has."""
    row = await (await connection.execute(b"select count(*) from " + table)).fetchone()
    assert row is not None
    return int(row[0])
