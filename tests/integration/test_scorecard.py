"""The scorecard: how good what a partner sends is, counted whole, over the door, the command and the page."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from schemas.fhir.message import read_message_bytes
from schemas.scorecard import Lateness, Scorecard
from services.delivery.scorecard import median_in_words, scorecards, share_in_words
from services.intake.accept import Delivery, check, keep
from services.platform import access
from services.platform.postgres import Connection, connect
from services.record.apply import apply
from tests.engines import PARTNERSHIP_KEY, Engines
from tests.messages import a_message, fhir_client, metrics_of, send, settled, token
from tests.outcome_door import a_revision
from tests.stack import RunningStack, wait_for
from tests.streams.fhir_builders import Resource
from tests.streams.norfolk_suffolk_partners import COUNCIL, TRUST

pytestmark = pytest.mark.any_broker

VALID, WRONG = "9991042172", "9991042173"


async def take(connection: Connection, sender: str, *bundles: Resource) -> None:
    """Accept messages of a sender and apply them."""
    checked = [
        check(Delivery(uuid4().bytes, sender, 100, "test", orjson.dumps(one)), PARTNERSHIP_KEY)
        for one in bundles
    ]
    async with connection.transaction():
        kept = await keep(connection, checked)
    await apply(connection, list(kept.onward))


async def card_of(connection: Connection, sender: str, days: int | None = None) -> Scorecard:
    """The one card of the sender."""
    (card,) = await scorecards(connection, sender, days)
    return card


def told_ago(bundle: Resource, ago: timedelta) -> Resource:
    """The message as one that was told so long ago."""
    return bundle | {"timestamp": (datetime.now(UTC) - ago).isoformat()}


async def test_nhs_numbers_by_how_far_they_can_be_relied_on(database: Engines) -> None:
    """Verified, unverified, invalid and missing, with their shares of all messages."""
    bundles = [
        *(a_message(f"v-{number}", nhs_number=VALID) for number in range(3)),
        a_message("u", nhs_number=VALID, by=COUNCIL),
        a_message("i", nhs_number=WRONG),
        *(a_message(f"m-{number}") for number in range(3)),
    ]
    async with await connect(database.dsn) as connection:
        await take(connection, "ZZT41", *bundles)
        card = await card_of(connection, "ZZT41")
    assert card.messages == 8
    assert card.nhs_number.model_dump() == {
        "verified": 3, "unverified": 1, "invalid": 1, "missing": 3,
        "verified_share": 0.375, "unverified_share": 0.125, "invalid_share": 0.125, "missing_share": 0.375,
    }  # fmt: skip


async def test_lateness_is_from_told_to_received(database: Engines) -> None:
    """Over 24 hours is late; the median is of those that say when they were told."""
    undated = a_message("l-4")
    del undated["timestamp"]
    hours = (1, 30, 50)
    async with await connect(database.dsn) as connection:
        await _register(connection)
        assert (await card_of(connection, "ZZT41")).lateness.median_seconds is None
        await take(connection, "ZZT41", undated, *(
            told_ago(a_message(f"l-{number}"), timedelta(hours=number)) for number in hours
        ))  # fmt: skip
        lateness = (await card_of(connection, "ZZT41")).lateness
    assert (lateness.late, lateness.dated, lateness.threshold_hours) == (2, 3, 24)
    assert lateness.median_seconds == pytest.approx(30 * 3600, abs=60)


async def test_repairs_and_deviations_by_name(database: Engines) -> None:
    """Each message once for each name, as its own reading named them; and what only the other messages tell."""
    spelt = a_message("s-1", nhs_number=VALID)
    spelt["entry"][1]["resource"]["identifier"][1]["system"] = "http://fhir.nhs.uk/id/nhs-number"
    bundles = [spelt, a_message("s-2") | {"id": "same"}, a_message("s-3") | {"id": "same"}]
    notes = [read_message_bytes(orjson.dumps(one)).notes for one in bundles]
    expected = {
        kind: Counter(name for one in notes for name in {note.name for note in one if note.kind == kind})
        for kind in ("repair", "deviation")
    }
    assert expected["repair"]
    async with await connect(database.dsn) as connection:
        await _register(connection)
        await take(connection, "ZZT41", *bundles)
        await connection.execute(
            "insert into intake.request select sender, %s, message_key from intake.message where sender_id = 'same'",
            [UUID(int=1)],
        )
        card = await card_of(connection, "ZZT41")
    assert card.repairs == dict(expected["repair"])
    assert card.repaired == sum(any(note.kind == "repair" for note in one) for one in notes)
    assert card.deviations == {**expected["deviation"], "id-reused": 2, "request-id-reused": 2}


async def test_duplicates_quarantine_refusals_and_what_was_superseded(database: Engines) -> None:
    """Deliveries of what was here, what waits and what was resolved, refusals by rule, replaced versions."""
    async with await connect(database.dsn) as connection:
        await _register(connection)
        versions = [a_revision("x", number) for number in (1, 2, 3)]
        await take(connection, "ZZT41", *versions, versions[0], versions[0])
        await take(
            connection, "ZZT41", *({"resourceType": "Bundle", "id": f"{number}"} for number in range(3))
        )
        await connection.execute(
            "update intake.quarantine set resolution = 'dismissed', resolved_at = now()"
            " where message_key = (select message_key from intake.quarantine limit 1)"
        )
        await connection.execute(
            "insert into intake.refusal values ('ZZT41', current_date, 'json', 2), ('ZZT41', current_date, 'size', 1),"
            " ('ZZT41', current_date - 9, 'json', 5)"
        )
        card = await card_of(connection, "ZZT41")
        week = await card_of(connection, "ZZT41", 7)
    assert (card.messages, card.duplicate_deliveries, card.entries_superseded) == (3, 2, 2)
    assert (card.quarantined.open, card.quarantined.resolved) == (2, 1)
    assert list(card.refused.items()) == [("json", 7), ("size", 1)]
    assert list(week.refused.items()) == [("json", 2), ("size", 1)]


async def test_the_days_asked_for_and_nobody_elses(database: Engines) -> None:
    """What came before them is not counted, nor another's; everybody who sent or is registered has a card."""
    async with await connect(database.dsn) as connection:
        await _register(connection)
        await take(connection, "ZZT41", a_revision("a", 1), a_revision("a", 2))
        await connection.execute("update intake.message set received_at = now() - interval '3 days'")
        await connection.execute("update intake.outcome set at = now() - interval '3 days'")
        await take(connection, "ZZT41", a_message("b"))
        await take(connection, "ZZC12", a_message("c"))
        await take(connection, "", a_message("d"))
        everybody = {card.partner: card.messages for card in await scorecards(connection, None, None)}
        recent = [(await card_of(connection, "ZZT41", days)) for days in (7, 1)]
        quiet = await scorecards(connection, "ZZQ00", None)
    assert everybody == {"": 0, "ZZC12": 1, "ZZT41": 3}
    assert [(card.messages, card.entries_superseded) for card in recent] == [(3, 1), (1, 0)]
    assert quiet == []


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "–"),
        (0, "0 s"),
        (90, "90 s"),
        (150, "2.5 min"),
        (7200, "2 h"),
        (200_000, "2.3 days"),
        (-600, "-10 min"),
    ],
)
def test_the_median_is_said_as_people_say_it(seconds: float | None, said: str) -> None:
    """In the unit in which it is at least two."""
    assert median_in_words(Lateness(threshold_hours=24, late=0, dated=1, median_seconds=seconds)) == said


@pytest.mark.parametrize(("share", "said"), [(0, "0%"), (0.001, "under 1%"), (0.375, "38%"), (1, "100%")])
def test_a_small_share_is_not_called_none(share: float, said: str) -> None:
    """0% means none."""
    assert share_in_words(share) == said


@pytest.fixture(scope="module")
def sent(shared_stack: RunningStack) -> Iterator[dict[str, Any]]:
    """A stack to which the trust and the council have sent something, and the trust's card over HTTP."""
    with fhir_client(shared_stack, token(shared_stack, "ZZC12")) as council:
        assert send(council, a_message("h-0")).status_code == 200
    with fhir_client(shared_stack, token(shared_stack, "ZZT41")) as trust:
        spelt = a_message("h-1", nhs_number=VALID)
        spelt["entry"][1]["resource"]["identifier"][1]["system"] = "http://fhir.nhs.uk/id/nhs-number"
        for _ in range(2):
            assert send(trust, spelt).status_code == 200
        assert send(trust, b"{").status_code == 400
        wait_for(lambda: trust.get("/scorecard").json()["refused"], "the refusal is counted")
        settled(shared_stack)
        yield trust.get("/scorecard").json()


def test_a_partner_reads_its_own(sent: dict[str, Any]) -> None:
    """By its token: its counts, and nothing of the council's."""
    assert (sent["partner"], sent["name"], sent["messages"]) == ("ZZT41", TRUST.name, 1)
    assert (sent["duplicate_deliveries"], sum(sent["refused"].values()), sent["repaired"]) == (1, 1, 1)


def test_the_command_prints_all_or_one(shared_stack: RunningStack, sent: dict[str, Any]) -> None:
    """The same as over HTTP; every partner where none is named; as words."""
    assert shared_stack.json("scorecard", "--partner", "zzt41") == [sent]
    cards = shared_stack.json("scorecard", "--since", "1")
    assert [card["partner"] for card in cards] == sorted(card["partner"] for card in cards)
    assert {card["partner"]: card["messages"] for card in cards}["ZZC12"] == 1
    said = shared_stack.run("scorecard").stdout
    assert TRUST.name in said
    assert "1 of 1 by more than 24 h" in said
    wrong = shared_stack.run("scorecard", "--partner", "Trust & Co", check=False)
    assert (wrong.returncode, wrong.stdout) == (2, "")


def test_the_page_shows_every_partner_to_who_is_signed_in(
    shared_stack: RunningStack, sent: dict[str, Any]
) -> None:
    """A table of all of them, for the time asked for; nothing for a stranger."""
    with fhir_client(shared_stack, "") as browser:
        assert browser.get("/partners").status_code == 401
        browser.get(shared_stack.run("sign-in").stdout.strip())
        shown = {path: browser.get(f"/partners{path}") for path in ("", "?days=7", "?days=none")}
    assert all(one.status_code == 200 for one in shown.values())
    assert all(TRUST.name in one.text and COUNCIL.name in one.text for one in shown.values())
    assert '<strong aria-current="page">Last 7 days</strong>' in shown["?days=7"].text
    assert '<strong aria-current="page">All time</strong>' in shown["?days=none"].text
    assert all(f"<code>{name}</code>" in shown[""].text for name in sent["repairs"])


def test_intake_counts_the_repairs_it_makes(shared_stack: RunningStack, sent: dict[str, Any]) -> None:
    """By partner and name, once a message: a duplicate is not repaired again."""
    counted = metrics_of(shared_stack)["web"]
    for name in sent["repairs"]:
        assert f'care_intake_repairs_total{{name="{name}",partner="ZZT41"}} 1.0' in counted


async def _register(connection: Connection) -> None:
    """Registered partners have a card before they send anything."""
    await access.register_partner(connection, access.Partner("ZZT41", TRUST.name, TRUST.sector))
