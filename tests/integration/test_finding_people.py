"""Finding people in PostgreSQL: by terms that follow the profile, and without learning of those who are a secret."""

from dataclasses import replace

import psycopg
import pytest

from services.domain.access.reader import Reader, Role
from services.domain.finding.terms import terms
from services.domain.identity.demographics import profile_of
from services.platform.access import STEWARD, Partner, register_partner
from services.platform.postgres import connect
from services.record.model import load_model
from services.viewer.finding import find
from services.viewer.reading import list_known
from tests.engines import Engines
from tests.identities import FERN, LATER, NUMBERS, WREN, take_in, told
from tests.streams.norfolk_suffolk_partners import COUNCIL, SURGERY, TRUST

pytestmark = pytest.mark.any_broker

MODEL = load_model()
NUMBERED = replace(WREN, nhs_number=NUMBERS[0])


async def test_people_are_found_by_slips_and_ranked(database: Engines) -> None:
    """Two systems tell of one person; whoever shares less stands below, and whoever is far off is left out."""
    async with await connect(database.dsn) as connection:
        await take_in(
            connection,
            [
                told(TRUST, "1", NUMBERED),
                told(SURGERY, "2", NUMBERED),
                told(COUNCIL, "3", FERN),
                told(COUNCIL, "4", replace(FERN, given="Fenella", birth_date="1988-06-30", phone="")),
            ],
        )
        for asked in (
            "Ren Quilfeather 4/2/90",
            "999 000 0018",
            "999 000 0081",
            "07700900101",
            "Quillfeather nr98 4qf",
        ):
            found = await find(connection, asked, MODEL, STEWARD)
            assert [one.known.name for one in found] == ["Wren Quillfeather"], asked
            assert len(found[0].known.source_records) == 2
            assert found[0].why
        ranked = await find(connection, "Fern Olerby", MODEL, STEWARD)
        assert ranked[0].known.name == "Fern Ollerby"
        assert await find(connection, "Nobody Whatsoever", MODEL, STEWARD) == []
        assert await find(connection, "", MODEL, STEWARD) == []


async def test_terms_are_those_of_the_profile_whatever_was_told_before(database: Engines) -> None:
    """A name that was taken back finds nobody; the table holds exactly what the profiles give."""
    async with await connect(database.dsn) as connection:
        await take_in(connection, [told(TRUST, "1", WREN)])
        moved = replace(WREN, given="Linnet", postcode="NR97 1AA", birth_date="1991-05-03")
        await take_in(connection, [told(TRUST, "1", moved, LATER)])
        (known,) = await list_known(connection, None)
        with psycopg.connect(database.dsn) as reading:
            kept = {term for (term,) in reading.execute("select term from record.found_by")}
        assert kept == {term for one in known.source_records for term in terms(profile_of(one.facts))}
        assert len(await find(connection, "Linnet Quillfeather", MODEL, STEWARD)) == 1


async def test_a_system_learns_of_nobody_whom_it_has_not_told_of(database: Engines) -> None:
    """What the reader may see decides; a steward learns of everybody."""
    async with await connect(database.dsn) as connection:
        await take_in(connection, [told(TRUST, "1", WREN)])
        await register_partner(connection, Partner(COUNCIL.ods, COUNCIL.name, COUNCIL.sector))
        for ods, expected in ((COUNCIL.ods, 0), (TRUST.ods, 1)):
            reader = Reader(Role.PARTNER_SYSTEM, ods, ods, "")
            assert len(await find(connection, "Wren Quillfeather", MODEL, reader)) == expected
