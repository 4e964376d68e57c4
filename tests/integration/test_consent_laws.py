"""A consent that is withdrawn and given again leaves the record as it was, but for its own history."""

import random
from copy import deepcopy
from typing import Any

import orjson
import pytest

from services.platform.postgres import Connection, connect
from services.record.apply import apply
from services.viewer.reading import list_persons, read_record
from services.viewer.record_json import canonical_json
from tests.engines import Engines, accept
from tests.identities import AT, WREN, Sent, take_in
from tests.integration.test_duplicates import a_doubled_muddle, tell
from tests.ruled_entries import some_rulings
from tests.streams.fhir_builders import consent, known_to
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TRUST

pytestmark = pytest.mark.any_broker

GIVEN, WITHDRAWN, GIVEN_AGAIN = (f"2026-05-{day}T09:00:00Z" for day in ("02", "12", "22"))
Document = dict[str, Any]


def says(decision: str, on: str, at: str) -> Sent:
    """What the trust says of whether the council and the charity may see what is told of one of the two people."""
    told = consent(known_to(TRUST, "1", WREN, AT), "sharing", decision, COUNCIL, LANTERN, on=on)
    return tell(TRUST, "1", WREN, told, at=at)


async def served(connection: Connection) -> list[Document]:
    """Each record as it is read: who the person is, the entries and the story, without what stands behind them."""
    found = []
    for person, _, _ in await list_persons(connection, None):
        document = orjson.loads(canonical_json(await read_record(connection, person)))
        del document["context"]  # every message adds its own header
        found.append(document)
    return found


def without_history(document: Document) -> Document:
    """The record but for how often a consent was revised and when last, and so who said the latest word on it."""
    copied = deepcopy(document)
    for entry in copied["entries"]:
        if entry["kind"] == "Consent":
            del entry["from"]
            for source in entry["sources"]:
                del source["versions"], source["resource"]["meta"]
            entry["sources"].sort(key=lambda source: source["thing"])
    return copied


def without_consents(document: Document) -> Document:
    """The record but for its consents."""
    kept = [entry for entry in document["entries"] if entry["kind"] != "Consent"]
    return document | {"entries": kept}


@pytest.mark.parametrize("seed", range(3))
async def test_withdrawing_and_giving_again_leaves_the_record_as_it_was(seed: int, database: Engines) -> None:
    """In whatever order the three words come; with the same word again, all of it; of another day, all but consents."""
    dice = random.Random(seed)
    muddle = a_doubled_muddle(dice)
    first = says("permit", GIVEN, GIVEN)
    theirs = tell(
        SURGERY,
        "1",
        WREN,
        consent(known_to(SURGERY, "1", WREN, AT), "heard", "permit", COUNCIL, LANTERN, on=GIVEN),
    )
    before = [*muddle, first, theirs, *some_rulings(dice, [*muddle, first, theirs])]
    async with await connect(database.dsn) as connection:
        await take_in(connection, before)
        given = await served(connection)
        assert any(entry["kind"] == "Consent" for document in given for entry in document["entries"])
        database.empty()
        await take_in(connection, [*before, says("deny", WITHDRAWN, WITHDRAWN)])
        assert [*map(without_history, await served(connection))] != [*map(without_history, given)]
        for on in (GIVEN, GIVEN_AGAIN):
            database.empty()
            words = [*before, says("deny", WITHDRAWN, WITHDRAWN), says("permit", on, GIVEN_AGAIN)]
            for one in dice.sample(words, len(words)):
                await apply(connection, await accept(connection, [one]))
            now = await served(connection)
            if on == GIVEN:
                assert [*map(without_history, now)] == [*map(without_history, given)]
            assert [*map(without_consents, now)] == [*map(without_consents, given)]
