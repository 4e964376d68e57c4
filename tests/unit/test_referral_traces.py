"""Of many referrals those that have ended are left out unread; one that is open, or ended lately, never is."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.domain.record.agreements import agreed_plans
from services.domain.record.referrals.keeping import Kept, keep
from services.domain.record.referrals.state import State
from services.domain.record.referrals.threads import Thread, threads
from services.domain.record.referrals.traces import Trace, from_row, trace_row
from services.domain.record.word import Word
from tests.streams.norfolk_suffolk_partners import COUNCIL, PARTNERS, TRUST
from tests.unit.referral_words import named as by_ubrn
from tests.unit.referral_words import request, task, ticks, ubrn, visit, word
from tests.unit.test_referral_laws import WORDS

NEVER = 1 << 62
ANY_NUMBER = 1000
NAMES = {one.ods: one.name for one in PARTNERS}


def traces(told: list[Word]) -> list[Trace]:
    """What a record keeps of these."""
    rows = ((one, trace_row(one)) for one in told)
    return [from_row(one.resource_key, one.entry_key, row) for one, row in rows if row]


def kept(told: list[Word], since: int = NEVER, ended: int = 0, contacts: int = ANY_NUMBER) -> Kept:
    """What is read of them."""
    return keep(traces(told), since, ended, contacts)


def read(told: list[Word], keys: frozenset[bytes]) -> list[Thread]:
    """The threads in what is read."""
    return threads((one for one in told if one.resource_key in keys), NAMES)


@given(WORDS)
def test_no_open_referral_is_left_out(told: list[Word]) -> None:
    """However many have ended, each thread that is open is told as it is among all there is."""
    found = {one.key: one for one in read(told, kept(told).keys)}
    for thread in threads(told, NAMES):
        if thread.state.is_open:
            assert found[thread.key] == thread


@given(WORDS, st.integers(1, 28))
def test_what_ended_lately_is_told_whole(told: list[Word], day: int) -> None:
    """Each thread that is rejected, withdrawn or completed since a day, with whom it was asked of again."""
    since = ticks(f"2026-03-{day:02}")
    found = {one.key: one for one in read(told, kept(told, since).keys)}
    for thread in threads(told, NAMES):
        if thread.since >= since and thread.state is not State.ENTERED_IN_ERROR:
            assert found[thread.key] == thread


@given(WORDS)
def test_where_few_have_ended_all_is_read(told: list[Word]) -> None:
    """And it is said that nothing is left out."""
    every = kept(told, ended=ANY_NUMBER)
    assert every == Kept(frozenset(one.resource_key for one in traces(told)), None, contacts_left_out=False)
    assert [one.key for one in read(told, every.keys)] == [one.key for one in threads(told, NAMES)]


def asked(number: int, on: str, status: str = "active") -> Word:
    """A referral."""
    return request(str(number), TRUST, on, status=status, identifier=[ubrn(f"90000000000{number}")])


def answered(number: int, status: str, on: str) -> Word:
    """What became of it."""
    return task(f"answer-{number}", TRUST, by_ubrn(f"90000000000{number}"), status, on)


FIVE = [asked(number, f"2026-03-0{number}T09:00:00Z") for number in range(1, 6)]
ENDED = [answered(number, "completed", f"2026-03-1{number}T09:00:00Z") for number in range(1, 6)]


def test_those_that_ended_last_are_read() -> None:
    """As many as are asked for; the others are left out, and since when is said."""
    found = kept([*FIVE, *ENDED], ended=2)
    assert found.keys == {one.resource_key for one in (*FIVE[3:], *ENDED[3:])}
    assert found.since == ticks("2026-03-14T09:00:00Z")


def test_what_runs_again_is_open() -> None:
    """A contact after the end, told of the referral itself, or of what leads to it."""
    later = visit("v", TRUST, "2026-04-01T09:00:00Z", by_ubrn("900000000001"))
    assert {FIVE[0].resource_key, ENDED[0].resource_key} < kept([*FIVE, *ENDED, later]).keys
    episode = replace_resource(later, resourceType="EpisodeOfCare", status="active", id="ep", basedOn=[])
    episode = replace_resource(
        episode, referralRequest=[by_ubrn("900000000001")], period={"start": "2026-03-05"}
    )
    within = visit(
        "w", TRUST, "2026-04-01T09:00:00Z", None, episodeOfCare=[{"reference": "EpisodeOfCare/ep"}]
    )
    assert FIVE[0].resource_key not in kept([*FIVE, *ENDED, episode]).keys
    assert {FIVE[0].resource_key, within.resource_key} < kept([*FIVE, *ENDED, episode, within]).keys


def test_of_one_referral_the_first_contact_and_the_latest_are_read() -> None:
    """So that it is told since when it runs; and that some are left out."""
    of = by_ubrn("900000000001")
    visits = [visit(f"v-{day}", TRUST, f"2026-04-{day:02}T09:00:00Z", of) for day in range(1, 10)]
    told = [FIVE[0], *visits]
    found = kept(told, contacts=3)
    assert found.keys == {one.resource_key for one in (FIVE[0], visits[0], *visits[6:])}
    assert found.contacts_left_out
    (part,), (whole,) = read(told, found.keys), threads(told, NAMES)
    assert replace(part, steps=(), outside=()) == replace(whole, steps=(), outside=())


def replace_resource(one: Word, **fields: object) -> Word:
    """The word with other fields."""
    return one._replace(resource=one.resource | fields)


def test_a_copy_that_is_taken_back_ends_nothing() -> None:
    """Where another system's copy stands; where all are taken back it never was, and is left out."""
    copies = [
        request("1", TRUST, "2026-03-01T09:00:00Z", entry="one", status="active"),
        request("1", TRUST, "2026-03-02T09:00:00Z", entry="one", status="entered-in-error", teller=TRUST),
    ]
    assert kept(copies).keys == {one.resource_key for one in copies}
    none = [replace_resource(one, status="entered-in-error") for one in copies]
    assert kept(none).keys == frozenset()


def test_what_was_asked_for_after_an_introduction_is_read() -> None:
    """For half a year: the page says whether it was secondary care; what was asked before or later is left out."""
    made = request("9", COUNCIL, "2025-06-01T09:00:00Z", category=[{"text": "Introduction"}])
    days = ("2025-05-20", "2025-07-01", "2025-11-20", "2026-01-05")
    asked_of = [
        request(str(number), TRUST, f"{day}T09:00:00Z", status="completed", at=f"{day}T10:00:00Z")
        for number, day in enumerate(days)
    ]
    assert kept([made, *asked_of]).keys == {one.resource_key for one in (made, *asked_of[1:3])}


def test_who_agreed_to_a_plan_is_read() -> None:
    """However long ago, and whatever referrals there are; an answer to an ended referral is not."""
    plan = word(COUNCIL, {"resourceType": "CarePlan", "id": "p", "status": "active"}, "2020-03-01")
    agreed = task(
        "agreed",
        TRUST,
        {"reference": "urn:uuid:" + str(UUID(bytes=plan.resource_key))},
        "accepted",
        "2020-03-02T09:00:00Z",
    )
    found = kept([plan, agreed, FIVE[0], ENDED[0]])
    assert found.keys == {plan.resource_key, agreed.resource_key}
    assert agreed_plans([plan, agreed])
