"""Who holds a referral, one after the other; what waits for an answer; and what was asked again elsewhere."""

import pytest

from services.domain.record.referrals.stalling import StalledDays, stalled
from services.domain.record.referrals.state import State
from services.domain.record.referrals.threads import threads, waiting_days
from services.domain.record.word import Word
from tests.streams.fhir_builders import Organisation
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TIDEWELL, TRUST
from tests.unit.referral_words import (
    FIRST,
    SECOND,
    by_code,
    first,
    holders,
    key,
    named,
    no,
    onward,
    own,
    request,
    task,
    ticks,
    ubrn,
    visit,
    yes,
)  # fmt: skip

SURGERY_, TRUST_, COUNCIL_, LANTERN_, TIDEWELL_ = (
    one.name for one in (SURGERY, TRUST, COUNCIL, LANTERN, TIDEWELL)
)

HELD: dict[str, tuple[list[Word], State, list[str], int, str | None]] = {
    # what is told, the state, who held it one after the other, how often it came back, and who has to act
    "who is asked has to act": ([first()], State.ASKED, [f"{TRUST_} 03-02"], 0, TRUST_),
    "who wrote it, until it is sent": ([first(status="draft")], State.DRAFTED, [f"{SURGERY_} 03-02"], 0, SURGERY_),
    "who accepts is who was asked: nothing is handed over": (
        [first(), yes(TRUST, "2026-03-04T09:00:00Z")], State.ACCEPTED, [f"{TRUST_} 03-02"], 0, TRUST_,
    ),
    "by whatever name it goes": (
        [first(), task(
            "t", COUNCIL, named(FIRST), "accepted", "2026-03-04T09:00:00Z",
            owner={"display": "BROADLAND wellbeing trust."},
        )],
        State.ACCEPTED, [f"{TRUST_} 03-02"], 0, TRUST_,
    ),
    "told by who asked, and not by whom: by who was asked": (
        [first(), task("t", SURGERY, named(FIRST), "accepted", "2026-03-04T09:00:00Z", owner=None)],
        State.ACCEPTED, [f"{TRUST_} 03-02"], 0, TRUST_,
    ),
    "another than was asked accepts it": (
        [first(), yes(COUNCIL, "2026-03-04T09:00:00Z")],
        State.ACCEPTED, [f"{TRUST_} 03-02", f"{COUNCIL_} 03-04"], 0, COUNCIL_,
    ),
    "it is rejected: whoever asked has it back": (
        [first(), no(TRUST, "2026-03-04T09:00:00Z")],
        State.REJECTED, [f"{TRUST_} 03-02", f"{SURGERY_} 03-04"], 0, SURGERY_,
    ),
    "nobody was named, and nobody has it": ([first(None)], State.ASKED, [], 0, None),
    "nobody was named, and who met the person has it": (
        [first(None), visit("e", COUNCIL, "2026-03-05T09:00:00Z", named(FIRST))],
        State.IN_PROGRESS, [f"{COUNCIL_} 03-05"], 0, COUNCIL_,
    ),
    "a meeting with somebody else hands nothing over": (
        [first(), visit("e", COUNCIL, "2026-03-05T09:00:00Z", named(FIRST))],
        State.IN_PROGRESS, [f"{TRUST_} 03-02"], 0, TRUST_,
    ),
    "the same referral is asked of another by a second Task": (
        [first(), no(TRUST, "2026-03-04T09:00:00Z"), task(
            "t-2", SURGERY, named(FIRST), "requested", "2026-03-05T09:00:00Z",
            owner=by_code("ZZV33"),
        )],
        State.ASKED, [f"{TRUST_} 03-02", f"{SURGERY_} 03-04", "ZZV33 03-05"], 0, "ZZV33",
    ),
    "it is passed on": (
        [first(), yes(TRUST, "2026-03-04T09:00:00Z"), onward(LANTERN, "2026-03-09T09:00:00Z")],
        State.ASKED, [f"{TRUST_} 03-02", f"{LANTERN_} 03-09"], 0, LANTERN_,
    ),
    "what was passed on is never older than what it came from": (
        [first(), onward(LANTERN, "2026-02-01T09:00:00Z")],
        State.ASKED, [f"{TRUST_} 03-02", f"{LANTERN_} 03-02"], 0, LANTERN_,
    ),
    "it is passed on and accepted there, and the first answer that is told late changes nothing": (
        [
            first(), onward(LANTERN, "2026-03-09T09:00:00Z"), yes(LANTERN, "2026-03-10T09:00:00Z", SECOND),
            no(TRUST, "2026-03-11T09:00:00Z"),
        ],
        State.ACCEPTED, [f"{TRUST_} 03-02", f"{LANTERN_} 03-09"], 0, LANTERN_,
    ),
    "passed on and rejected there: it comes back to who passed it on": (
        [first(), onward(LANTERN, "2026-03-09T09:00:00Z"), no(LANTERN, "2026-03-10T09:00:00Z", SECOND)],
        State.REJECTED, [f"{TRUST_} 03-02", f"{LANTERN_} 03-09", f"{TRUST_} 03-10"], 1, TRUST_,
    ),
    "and goes on with the meeting after that": (
        [
            first(), onward(LANTERN, "2026-03-09T09:00:00Z"), no(LANTERN, "2026-03-10T09:00:00Z", SECOND),
            visit("e", TRUST, "2026-03-12T09:00:00Z", named(FIRST)),
        ],
        State.IN_PROGRESS, [f"{TRUST_} 03-02", f"{LANTERN_} 03-09", f"{TRUST_} 03-10"], 1, TRUST_,
    ),
    "passed on and withdrawn: it is as if it had not been, but for the way it went": (
        [first(), onward(LANTERN, "2026-03-09T09:00:00Z", at="2026-03-11T09:00:00Z", status="revoked")],
        State.ASKED, [f"{TRUST_} 03-02", f"{LANTERN_} 03-09", f"{TRUST_} 03-11"], 1, TRUST_,
    ),
    "passed on in error: it was not": (
        [first(), onward(LANTERN, "2026-03-09T09:00:00Z", status="entered-in-error")],
        State.ASKED, [f"{TRUST_} 03-02"], 0, TRUST_,
    ),
    "and what came after that counts from when it came": (
        [
            first(), onward(LANTERN, "2026-03-09T09:00:00Z", status="entered-in-error"),
            yes(COUNCIL, "2026-03-11T09:00:00Z"), visit("e", COUNCIL, "2026-03-20T09:00:00Z", named(FIRST)),
        ],
        State.IN_PROGRESS, [f"{TRUST_} 03-02", f"{COUNCIL_} 03-11"], 0, COUNCIL_,
    ),
    "rejected, and asked again of the same": (
        [first(), no(TRUST, "2026-03-04T09:00:00Z"), onward(TRUST, "2026-03-09T09:00:00Z", by=SURGERY)],
        State.ASKED, [f"{TRUST_} 03-02", f"{SURGERY_} 03-04", f"{TRUST_} 03-09"], 1, TRUST_,
    ),
    "back and forth": (
        [
            first(), onward(LANTERN, "2026-03-09T09:00:00Z"),
            request("sr-3", TRUST, "2026-03-12T09:00:00Z", by=LANTERN, basedOn=[named(SECOND)]),
        ],
        State.ASKED, [f"{TRUST_} 03-02", f"{LANTERN_} 03-09", f"{TRUST_} 03-12"], 1, TRUST_,
    ),
    "a second referral beside it is accepted, and the first is with whom it was": (
        [
            first(), onward(LANTERN, "2026-03-09T09:00:00Z"),
            onward(TIDEWELL, "2026-03-10T09:00:00Z", local="sr-3", identifier=[ubrn("100200300403")]),
            yes(LANTERN, "2026-03-12T09:00:00Z", SECOND),
        ],
        State.ASKED, [f"{TRUST_} 03-02", f"{TIDEWELL_} 03-10"], 0, TIDEWELL_,
    ),
    "a replacement takes the place of what it replaces": (
        [first(), request("sr-2", COUNCIL, "2026-03-05T09:00:00Z", replaces=[own("sr-1")])],
        State.ASKED, [f"{TRUST_} 03-02", f"{COUNCIL_} 03-05"], 0, COUNCIL_,
    ),
    "and stays in its place, whatever becomes of that": (
        [
            first(),
            request("sr-2", COUNCIL, "2026-03-05T09:00:00Z", replaces=[own("sr-1")], identifier=[ubrn(SECOND)]),
            no(COUNCIL, "2026-03-07T09:00:00Z", SECOND), visit("e", TRUST, "2026-03-09T09:00:00Z", named(FIRST)),
        ],
        State.REJECTED, [f"{TRUST_} 03-02", f"{COUNCIL_} 03-05", f"{SURGERY_} 03-07"], 0, SURGERY_,
    ),
    "completed: nobody has to act": (
        [first(), task("t", TRUST, named(FIRST), "completed", "2026-03-30T09:00:00Z")],
        State.COMPLETED, [f"{TRUST_} 03-02"], 0, None,
    ),
    "withdrawn: nobody has to act": (
        [first(status="revoked", at="2026-03-03T09:00:00Z")],
        State.WITHDRAWN, [f"{TRUST_} 03-02", f"{SURGERY_} 03-03"], 0, None,
    ),
    "what never was is held by nobody": ([first(status="entered-in-error")], State.ENTERED_IN_ERROR, [], 0, None),
}  # fmt: skip


@pytest.mark.parametrize(("words", "state", "held", "returns", "holder"), HELD.values(), ids=HELD)
def test_who_holds_it(
    words: list[Word], state: State, held: list[str], returns: int, holder: str | None
) -> None:
    """One thread, in whatever order it is told."""
    for told in (words, words[::-1]):
        (thread,) = threads(told)
        assert thread.state is state
        assert holders(thread) == held
        assert (thread.returns, thread.returned) == (returns, returns > 0)
        assert (thread.holder.name if thread.holder else None) == holder


def test_the_first_asking_is_waited_for_again_when_it_goes_on() -> None:
    """It was passed on, that has ended, and then it is looked at anew: somebody has to answer it."""
    (thread,) = threads(
        [
            first(),
            onward(LANTERN, "2026-03-09T09:00:00Z"),
            task("done", LANTERN, named(SECOND), "completed", "2026-03-20T09:00:00Z"),
            task("again", TRUST, named(FIRST), "received", "2026-03-22T09:00:00Z"),
        ]
    )
    assert thread.state is State.IN_TRIAGE
    assert holders(thread) == [f"{TRUST_} 03-02", f"{LANTERN_} 03-09", f"{TRUST_} 03-22"]
    assert [one.organisation.name for one in thread.waiting] == [TRUST_]


def test_a_rejected_referral_leads_to_the_like_asked_elsewhere() -> None:
    """For the same reason, of somebody else, within ninety days of the rejection."""
    why = [{"text": "Widowed a year ago; lonely."}]
    asked, rejected = first(reasonCode=why), no(TRUST, "2026-03-04T09:00:00Z")

    def again(
        to: Organisation, on: str, text: str = "Lonely - widowed, a year ago", what: str = "Company"
    ) -> bool:
        later = request("sr-2", to, on, code={"text": what}, reasonCode=[{"text": text}])
        before, after = threads([later, rejected, asked])
        assert after.asked_again is None
        assert before.asked_again in (None, after.key)
        return before.asked_again is not None

    assert again(LANTERN, "2026-03-16T09:00:00Z")
    assert again(LANTERN, "2026-03-16T09:00:00Z", "Something else", "befriending!")
    assert again(LANTERN, "2026-06-02T09:00:00Z")
    assert not again(LANTERN, "2026-06-02T09:00:01Z")
    assert not again(LANTERN, "2026-03-03T09:00:00Z")
    assert not again(TRUST, "2026-03-16T09:00:00Z")
    assert not again(LANTERN, "2026-03-16T09:00:00Z", "Something else")
    accepted = threads([asked, request("sr-2", LANTERN, "2026-03-16T09:00:00Z", reasonCode=why)])
    assert [one.asked_again for one in accepted] == [None, None]


def test_the_first_of_several_that_ask_again_elsewhere() -> None:
    """One of the same organisation between them is passed over."""
    told = [first(), no(TRUST, "2026-03-04T09:00:00Z")]
    told += [
        request(f"sr-{day}", to, f"2026-03-{day}T09:00:00Z")
        for day, to in ((10, TRUST), (11, TRUST), (12, LANTERN), (13, COUNCIL))
    ]
    told.append(request("sr-9", None, "2026-03-09T09:00:00Z"))
    assert threads(told)[0].asked_again == key("ZZG07", "ServiceRequest", "sr-12")
    sooner = request("sr-8", LANTERN, "2026-03-08", code={}, reasonCode=[{"text": "Lonely"}])
    told[0] = first(reasonCode=[{"text": "Lonely"}])
    assert threads([*told, sooner])[0].asked_again == key("ZZG07", "ServiceRequest", "sr-8")


def test_stalled_is_asked_and_not_answered() -> None:
    """Counted from the asking of whoever has to answer, in whole days, and only as of a moment that is given."""
    (thread,) = threads([first()])
    as_of = ticks("2026-03-16T08:59:59Z")
    assert waiting_days(thread, as_of) == 13
    assert not stalled(thread, as_of, StalledDays(14))
    assert stalled(thread, as_of + 10_000_000, StalledDays(14))
    assert waiting_days(thread, ticks("2026-01-01")) == 0
    for answered in (
        yes(TRUST, "2026-03-04T09:00:00Z"),
        no(TRUST, "2026-03-04T09:00:00Z"),
        visit("e", TRUST, "2026-03-04T09:00:00Z", named(FIRST)),
    ):
        (thread,) = threads([first(), answered])
        assert not stalled(thread, ticks("2027-01-01"), StalledDays(1))
        assert waiting_days(thread, ticks("2027-01-01")) == 0


def test_an_onward_referral_that_is_not_answered_stalls_though_another_goes_well() -> None:
    """Nothing hides behind what goes well; what was passed on is answered for."""
    beside = onward(TIDEWELL, "2026-03-10T09:00:00Z", local="sr-3", identifier=[ubrn("100200300403")])
    (thread,) = threads(
        [
            first(),
            onward(LANTERN, "2026-03-09T09:00:00Z"),
            beside,
            yes(TIDEWELL, "2026-03-11T09:00:00Z", "100200300403"),
        ]
    )
    assert thread.state is State.ACCEPTED
    assert [one.organisation.name for one in thread.waiting] == [LANTERN_]
    assert waiting_days(thread, ticks("2026-03-19T09:00:00Z")) == 10
