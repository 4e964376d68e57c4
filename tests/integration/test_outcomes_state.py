"""What only the rest of what is here can tell of a message, told on reading and gone when it no longer holds."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from schemas.outcome import Outcome
from services.delivery import reading
from services.delivery.events import START
from services.delivery.reading import outcomes_of, outcomes_since
from services.intake.accept import Checked, Delivery, check, keep
from services.platform.postgres import Connection, connect
from services.record.apply import apply
from tests.engines import PARTNERSHIP_KEY, Engines
from tests.messages import AT, SOMEBODY, a_message, resources
from tests.outcome_door import a_revision
from tests.streams.fhir_builders import Resource, booking, known_to, referral
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import SURGERY, TRUST

pytestmark = pytest.mark.any_broker

WHO = known_to(TRUST, "W-1", SOMEBODY, "2026-05-04T09:00:00Z")


def a_request(number: int, status: str, reason: str = "update", *, booked: bool = False) -> Resource:
    """The `number`-th message about one referral, or booking, with this status; its id is `request-<number>`."""
    at = f"2026-05-04T10:{number:02d}:00Z"
    if booked:
        root = booking(WHO, "B-1", "First visit", at, at, with_whom="Sam Okafor", status=status)
        bundle = message(TRUST, at, root, [WHO.patient], event="booking-request", reason=reason)
    else:
        root = referral(WHO, "R-1", SURGERY, "Talking therapy", "Low mood", on=at, status=status)
        bundle = message(TRUST, at, root, [WHO.patient], event="servicerequest-request", reason=reason)
    return bundle | {"id": f"request-{number}"}


async def take(connection: Connection, *bundles: Resource, corrects: bytes = b"") -> list[Checked]:
    """Accept messages of the trust and apply them."""
    bodies = [one if isinstance(one, bytes) else orjson.dumps(one) for one in bundles]
    deliveries = [Delivery(uuid4().bytes, "ZZT41", 100, "test", body, corrects) for body in bodies]
    checked = [check(one, PARTNERSHIP_KEY) for one in deliveries]
    async with connection.transaction():
        kept = await keep(connection, checked)
    await apply(connection, list(kept.onward))
    return checked


async def told(connection: Connection, id_: str) -> Outcome:
    """What became of the trust's one message with this id or key."""
    (one,) = (await outcomes_of(connection, "ZZT41", id_)).outcomes
    return one


def stateful(outcome: Outcome) -> list[tuple[str, str]]:
    """The deviations that only stored state can tell, with their places."""
    known = {"bars-response-unknown", "bars-cancel-not-current", "id-reused", "request-id-reused"}
    return [(note.name, note.place) for note in outcome.deviations if note.name in known]


async def test_an_answer_before_its_request(database: Engines) -> None:
    """It is accepted, and its sender told; once the request is here, of any partner, there is nothing to tell."""
    answer = a_message("A-1") | {"id": "answer"}
    resources(answer)[0]["response"] = {"identifier": "request-1", "code": "ok"}
    async with await connect(database.dsn) as connection:
        await take(connection, answer)
        place = "Bundle.entry[0].resource.response.identifier"
        assert stateful(await told(connection, "answer")) == [("bars-response-unknown", place)]
        await take(connection, a_request(1, "active", "new"))
        assert stateful(await told(connection, "answer")) == []


@pytest.mark.parametrize("booked", [False, True], ids=["referral", "booking"])
@pytest.mark.parametrize(
    ("before", "deviates"),
    [([], True), (["current"], False), (["withdrawn"], True), (["current", "withdrawn"], True)],
    ids=["never here", "current", "withdrawn", "withdrawn since"],
)
async def test_a_cancellation_of_what_is_not_current(
    database: Engines, booked: bool, before: Sequence[str], deviates: bool
) -> None:
    """By rank and not by arrival: the cancellation comes first here, and is judged by what ranks below it."""
    current, withdrawn = ("booked", "cancelled") if booked else ("active", "revoked")
    statuses = {"current": current, "withdrawn": withdrawn}
    async with await connect(database.dsn) as connection:
        await take(connection, a_request(9, withdrawn, booked=booked))
        earlier = [a_request(number, statuses[name], booked=booked) for number, name in enumerate(before, 1)]
        await take(connection, *earlier) if earlier else None
        found = stateful(await told(connection, "request-9"))
    expected = [("bars-cancel-not-current", "Bundle.entry[2].resource.status")] if deviates else []
    assert found == expected


async def test_a_request_id_used_for_two_bodies(database: Engines) -> None:
    """Both messages are kept, and both are told."""
    async with await connect(database.dsn) as connection:
        checked = await take(
            connection, a_request(1, "active", "new"), a_request(2, "active"), a_message("X")
        )
        for one in checked[:2]:
            await connection.execute(
                "insert into intake.request values ('ZZT41', %s, %s)", [UUID(int=7), one.key]
            )
        found = [stateful(await told(connection, one.key.hex())) for one in checked]
    assert found == [[("request-id-reused", "")], [("request-id-reused", "")], []]


async def test_a_correction_and_what_it_corrects_name_each_other(database: Engines) -> None:
    """The quarantined message is corrected by the accepted one, which has its id and is no reuse of it."""
    broken = a_message("Q-1") | {"id": "Q-1", "type": "no such"}
    async with await connect(database.dsn) as connection:
        (wrong,) = await take(connection, broken)
        assert (await told(connection, wrong.key.hex())).status == "quarantined"
        (right,) = await take(connection, broken | {"type": "message"}, corrects=wrong.key)
        await _resolve(connection, wrong.key, "corrected")
        original = await told(connection, wrong.key.hex())
        correction = await told(connection, right.key.hex())
    assert original.status == "corrected"
    assert original.issues
    assert original.corrected_by is not None
    assert original.corrected_by.message_key == correction.message_key
    assert correction.status == "applied"
    assert correction.corrects is not None
    assert correction.corrects.message_key == original.message_key
    assert (correction.shown, stateful(correction)) == (1, [])


async def test_a_dismissed_message_keeps_its_reasons(database: Engines) -> None:
    """Its sender sees that nothing more will become of it, and why it was not accepted."""
    async with await connect(database.dsn) as connection:
        (wrong,) = await take(connection, a_message("Q-2") | {"type": "no such"})
        await _resolve(connection, wrong.key, "dismissed")
        statuses = [one.status for one in (await outcomes_since(connection, "ZZT41", START, 9)).outcomes]
        dismissed = await told(connection, wrong.key.hex())
    assert statuses == ["quarantined", "dismissed"]
    assert dismissed.issues
    assert dismissed.shown is None


async def test_what_is_not_applied_has_no_standing_yet(database: Engines) -> None:
    """Accepted and in flight: nothing is shown and nothing kept that could be counted."""
    async with await connect(database.dsn) as connection:
        one = check(Delivery(b"f", "ZZT41", 100, "test", orjson.dumps(a_revision("F", 1))), PARTNERSHIP_KEY)
        async with connection.transaction():
            await keep(connection, [one])
        flying = await told(connection, "F-v1")
        await apply(connection, [one.key])
        landed = await told(connection, "F-v1")
    assert (flying.status, flying.shown, flying.kept, flying.superseded_by) == ("accepted", None, None, None)
    assert (landed.status, landed.shown, landed.kept, landed.superseded_by) == ("applied", 1, 2, [])


async def test_an_id_may_be_long(database: Engines) -> None:
    """A CloudEvent's id has no limit: the message is kept, and found by all of it and not by a part."""
    long = "".join(f"{number:x}" for number in range(3000))
    event = {
        "specversion": "1.0", "id": long, "source": "uk.nhs.example", "type": "pds-record-change-2",
        "time": AT, "subject": "9991042172", "dataref": "https://example.nhs.uk/Patient/9991042172",
    }  # fmt: skip
    async with await connect(database.dsn) as connection:
        (checked,) = await take(connection, event)
        assert checked.refused is None
        assert (await told(connection, long)).sender_id == long
        assert (await outcomes_of(connection, "ZZT41", long[:300])).outcomes == []


async def test_every_resource_of_every_message_is_counted(database: Engines) -> None:
    """shown + superseded + kept are all the resources, so that nothing is silently shed."""
    bundles = [a_revision("N", number) for number in (2, 1)] + [a_request(1, "active", "new"), a_message("N")]
    async with await connect(database.dsn) as connection:
        checked = await take(connection, *bundles)
        for one, bundle in zip(checked, bundles, strict=True):
            outcome = await told(connection, one.key.hex())
            counts: list[Any] = [outcome.shown, outcome.superseded, outcome.kept]
            assert sum(counts) == len(bundle["entry"])


async def test_large_messages_make_short_pages(database: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page holds no more bodies than fit, one at least, and says that there is more; none is skipped."""
    async with await connect(database.dsn) as connection:
        await take(connection, *(a_revision("L", number) for number in range(1, 6)))
        whole = await outcomes_since(connection, "ZZT41", START, 100)
        size = len(orjson.dumps(a_revision("L", 1)))
        for most, expected in ((1, 1), (2 * size + 10, 2)):
            monkeypatch.setattr(reading, "_MOST_BYTES", most)
            page = await outcomes_since(connection, "ZZT41", START, 100)
            assert (len(page.outcomes), page.complete) == (expected, False)
            assert page.outcomes == whole.outcomes[:expected]
        assert await reading.all_outcomes(connection, "ZZT41", START) == whole.outcomes


async def _resolve(connection: Connection, key: bytes, resolution: str) -> None:
    """What a steward's ruling on a quarantined message writes."""
    await connection.execute(
        "update intake.quarantine set resolution = %s, resolved_at = now() where message_key = %s",
        [resolution, key],
    )
    await connection.execute(
        "insert into intake.outcome (sender, message_key, outcome) values ('ZZT41', %s, %s)",
        [key, resolution],
    )
