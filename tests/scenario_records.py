"""The records of a scenario: its whole stream accepted and applied, with its partners registered."""

import json
from collections.abc import Iterable

from services.platform.access import Partner, register_partner
from services.platform.postgres import Connection
from tests.identities import take_in
from tests.streams.fhir_builders import Organisation
from tests.streams.scenario import Scenario
from tests.streams.told_stream import told_stream
from tests.unit.referral_words import ticks


async def register(connection: Connection, partners: Iterable[Organisation]) -> None:
    """Register the partners."""
    for one in partners:
        await register_partner(connection, Partner(one.ods, one.name, one.sector))


async def tell(connection: Connection, scenario: Scenario, partners: Iterable[Organisation]) -> None:
    """Register the partners, and accept and apply every line in one batch."""
    await register(connection, partners)
    lines = told_stream(scenario).lines
    await take_in(
        connection,
        [(line["sender"], ticks(line["sent"]), json.dumps(line["message"]).encode()) for line in lines],
    )
