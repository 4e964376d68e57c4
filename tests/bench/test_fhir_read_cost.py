"""A page of a long record over FHIR takes no longer than one of a short record, wherever in it the page is."""

import statistics
import time
from urllib.parse import quote

import httpx
import pytest

from services.platform.access import issue_link
from services.platform.postgres import connect
from services.viewer.fhir.query import Place
from services.viewer.reading import find_persons
from services.web import Web
from tests.bench.long_record import Person, fill
from tests.engines import Engines
from tests.identities import record_id
from tests.streams.fhir_builders import Demographics
from tests.streams.norfolk_suffolk_partners import TRUST

pytestmark = [pytest.mark.alone, pytest.mark.any_broker]

SHORT, LONG = 100, 10_000
MOST_MS = 50.0
ROUNDS = 40

SOMEBODY = {
    SHORT: Demographics("Wren", "Quillfeather", "female", "1990-04-02", "9990000018"),
    LONG: Demographics("Fern", "Ollerby", "female", "1961-11-23", "9990000026"),
}


async def test_a_page_takes_as_long_wherever_it_is(
    database: Engines, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fifty of one type, fifty of everything, in the middle and since lately, and one resource: the least of many."""
    addresses: dict[str, str] = {}
    async with await connect(database.dsn) as connection:
        for entries, who in SOMEBODY.items():
            await fill(connection, Person(str(entries), who), entries)
        await connection.execute("vacuum analyze")
        for entries in SOMEBODY:
            (person,) = await find_persons(connection, record_id(TRUST, str(entries)).hex())
            name, base = person.hex(), f"{entries:,} entries"
            query = (
                "select occurred, resource_key from record.entry where source_record = %s order by occurred"
            )
            rows = await connection.execute(query, [record_id(TRUST, str(entries))], binary=True)
            told = await rows.fetchall()
            middle = quote(str(Place(*told[len(told) // 2])))
            addresses |= {
                f"{base}: the person": f"/fhir/Patient/{name}",
                f"{base}: a type": f"/fhir/Encounter?patient={name}",
                f"{base}: a type, in the middle": f"/fhir/Encounter?patient={name}&_page={middle}",
                f"{base}: a type, since lately": f"/fhir/Encounter?patient={name}&_since=2100-01-01",
                f"{base}: with who told it": f"/fhir/Encounter?patient={name}&_revinclude=Provenance:target",
                f"{base}: a type that is seldom": f"/fhir/MedicationRequest?patient={name}",
                f"{base}: everything": f"/fhir/Patient/{name}/$everything",
                f"{base}: everything, in the middle": f"/fhir/Patient/{name}/$everything?_page={middle}",
            }
        link = await issue_link(connection)
    least: dict[str, float] = {}
    async with Web(database.settings).running() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://carethread.example") as client:
            assert (await client.get(f"/sign-in/{link}")).status_code == 303
            for what, address in addresses.items():
                taken = []
                for _ in range(ROUNDS):
                    began = time.perf_counter()
                    answer = await client.get(address)
                    taken.append((time.perf_counter() - began) * 1e3)
                    assert answer.status_code == 200
                least[what] = min(taken)
                middling, size = statistics.median(taken), len(answer.content) // 1024
                with capsys.disabled():
                    print(
                        f"\n{what}: {least[what]:.1f} ms at least, {middling:.1f} middling, {size} kB", end=""
                    )
    assert {what: ms for what, ms in least.items() if ms > MOST_MS} == {}
