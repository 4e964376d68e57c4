"""The one state inside: a table of what is told and what it amounts to, and the laws that hold of any of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.record.referrals.state import _SAYS, State, says
from services.domain.record.referrals.threads import Thread, threads
from services.domain.record.word import Word
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TRUST
from tests.unit.referral_words import booking, named, own, request, task, ticks, ubrn, visit, word

NUMBER = "100200300401"
HERE = named(NUMBER)
ON = "2026-03-02T09:00:00Z"


def asked(status: str = "active", at: str = ON, **more: Any) -> Word:
    """The surgery asks the trust."""
    return request("sr-1", TRUST, ON, at=at, entry="one", status=status, identifier=[ubrn(NUMBER)], **more)


def copied(status: str, at: str) -> Word:
    """The trust tells of the same referral."""
    return request(
        "r-1", TRUST, ON, at=at, entry="one", teller=TRUST, status=status, identifier=[ubrn(NUMBER)]
    )


def answered(status: str, on: str, local: str = "t-1", **more: Any) -> Word:
    """The trust answers."""
    return task(local, TRUST, HERE, status, on, **more)


def seen(start: str, local: str = "e-1", **more: Any) -> Word:
    """The trust met the person."""
    return visit(local, TRUST, start, HERE, **more)


def booked(on: str, **more: Any) -> Word:
    """The trust booked, on a day, a meeting."""
    return booking("b-1", TRUST, "2026-04-01T10:00:00Z", HERE, on, **more)


TABLE: dict[str, tuple[list[Word], State, str]] = {
    # what is told, the state, and since when
    "a referral that is active is asked, since it was written": (
        [asked(at="2026-03-09T09:00:00Z")], State.ASKED, ON,
    ),
    "one that says only when it is wanted was asked by then, if that is before it was told": (
        [asked(at="2026-03-09T09:00:00Z", authoredOn="", occurrencePeriod={"start": "2026-03-07T09:00:00Z"})],
        State.ASKED, "2026-03-07T09:00:00Z",
    ),
    "else by when it was told": (
        [asked(at="2026-03-09T09:00:00Z", authoredOn="", occurrenceDateTime="2026-05-07T09:00:00Z")],
        State.ASKED, "2026-03-09T09:00:00Z",
    ),
    "a copy that knows the time of day is believed before one that knows the day": (
        [
            copied("active", "2026-03-09T09:00:00Z"),
            request("x-1", TRUST, "2026-03-02", at="2026-03-12T09:00:00Z", entry="one", teller=LANTERN),
        ],
        State.ASKED, ON,
    ),
    "a referral that is a draft has not been sent": ([asked("draft")], State.DRAFTED, ON),
    "a referral on hold is looked at": ([asked("on-hold", "2026-03-03T09:00:00Z")], State.IN_TRIAGE, ON),
    "a referral of unknown status is asked": ([asked("unknown")], State.ASKED, ON),
    "a Task that asks says nothing new": (
        [asked(), answered("requested", "2026-03-02T09:05:00Z")], State.ASKED, ON,
    ),
    "a Task that was received is looked at": (
        [asked(), answered("received", "2026-03-03T09:00:00Z")], State.IN_TRIAGE, "2026-03-03T09:00:00Z",
    ),
    "it is accepted, though the referral is told as active again later": (
        [asked(), answered("accepted", "2026-03-04T09:00:00Z"), copied("active", "2026-03-09T09:00:00Z")],
        State.ACCEPTED, "2026-03-04T09:00:00Z",
    ),
    "it is rejected, though the same message tells the referral as active": (
        [asked(), answered("rejected", "2026-03-04T09:00:00Z"), copied("active", "2026-03-04T09:02:00Z")],
        State.REJECTED, "2026-03-04T09:00:00Z",
    ),
    "it is rejected, though it is told as on hold later": (
        [asked(), answered("rejected", "2026-03-04T09:00:00Z"), copied("on-hold", "2026-03-04T09:02:00Z")],
        State.REJECTED, "2026-03-04T09:00:00Z",
    ),
    "it could not be done: it came back": (
        [asked(), answered("failed", "2026-03-04T09:00:00Z")], State.REJECTED, "2026-03-04T09:00:00Z",
    ),
    "rejected, then accepted after all": (
        [
            asked(), answered("rejected", "2026-03-04T09:00:00Z"),
            answered("accepted", "2026-03-06T09:00:00Z", "t-2"),
        ],
        State.ACCEPTED, "2026-03-06T09:00:00Z",
    ),
    "accepted, then rejected": (
        [
            asked(), answered("accepted", "2026-03-04T09:00:00Z"),
            answered("rejected", "2026-03-06T09:00:00Z", "t-2"),
        ],
        State.REJECTED, "2026-03-06T09:00:00Z",
    ),
    "asked of somebody again after a rejection": (
        [
            asked(), answered("rejected", "2026-03-04T09:00:00Z"),
            answered("requested", "2026-03-05T09:00:00Z", "t-2"),
        ],
        State.ASKED, "2026-03-05T09:00:00Z",
    ),
    "a meeting before a rejection counts no more when it is accepted after all": (
        [
            asked(), seen("2026-03-03T09:00:00Z"), answered("rejected", "2026-03-04T09:00:00Z"),
            answered("accepted", "2026-03-06T09:00:00Z", "t-2"),
        ],
        State.ACCEPTED, "2026-03-06T09:00:00Z",
    ),
    "it is booked, since the booking was made and not since it is for": (
        [asked(), answered("accepted", "2026-03-04T09:00:00Z"), booked("2026-03-05T09:00:00Z")],
        State.BOOKED, "2026-03-05T09:00:00Z",
    ),
    "a booking that was called off leaves it accepted": (
        [
            asked(), answered("accepted", "2026-03-04T09:00:00Z"),
            booked("2026-03-05T09:00:00Z", status="cancelled"),
        ],
        State.ACCEPTED, "2026-03-04T09:00:00Z",
    ),
    "nobody came to the booking: it is accepted still": (
        [asked(), booked("2026-04-02T09:00:00Z", status="noshow")], State.ACCEPTED, "2026-04-01T10:00:00Z",
    ),
    "a place on a waiting list is an acceptance": (
        [asked(), booked("2026-03-05T09:00:00Z", status="waitlist")], State.ACCEPTED, "2026-03-05T09:00:00Z",
    ),
    "it is in progress since the first meeting": (
        [asked(), seen("2026-03-20T09:00:00Z", "e-2"), seen("2026-03-10T09:00:00Z")],
        State.IN_PROGRESS, "2026-03-10T09:00:00Z",
    ),
    "the next booking does not set it back": (
        [asked(), seen("2026-03-10T09:00:00Z"), booked("2026-03-11T09:00:00Z")],
        State.IN_PROGRESS, "2026-03-10T09:00:00Z",
    ),
    "the first contact was to see whether it is for them": (
        [asked(), seen("2026-03-05T09:00:00Z", status="triaged")._replace(instant=ticks("2026-03-08"))],
        State.IN_TRIAGE, "2026-03-05T09:00:00Z",
    ),
    "a contact that is planned is a booking": (
        [asked(), seen("2026-05-10T09:00:00Z", status="planned")], State.BOOKED, "2026-05-10T09:00:00Z",
    ),
    "a contact that was called off is none": (
        [asked(), seen("2026-03-10T09:00:00Z", status="cancelled")], State.ASKED, ON,
    ),
    "a meeting taken back is none": (
        [asked(), seen("2026-03-10T09:00:00Z", status="entered-in-error")], State.ASKED, ON,
    ),
    "it is completed when its Task is": (
        [asked(), seen("2026-03-10T09:00:00Z"), answered("completed", "2026-05-04T09:00:00Z")],
        State.COMPLETED, "2026-05-04T09:00:00Z",
    ),
    "it is completed when the referral is": (
        [asked(), seen("2026-03-10T09:00:00Z"), copied("completed", "2026-05-04T09:00:00Z")],
        State.COMPLETED, "2026-05-04T09:00:00Z",
    ),
    "a surgery closed it when it had sent it, and the trust meets the person all the same": (
        [asked("completed", "2026-03-02T09:30:00Z"), seen("2026-03-10T09:00:00Z")],
        State.IN_PROGRESS, "2026-03-10T09:00:00Z",
    ),
    "a meeting before the end that is told after it changes nothing": (
        [asked(), copied("completed", "2026-05-04T09:00:00Z"), seen("2026-05-04T08:00:00Z")],
        State.COMPLETED, "2026-05-04T09:00:00Z",
    ),
    "the surgery withdrew it": (
        [asked("revoked", "2026-03-03T09:00:00Z"), copied("active", "2026-03-04T09:00:00Z")],
        State.WITHDRAWN, "2026-03-03T09:00:00Z",
    ),
    "the trust's system alone revoked it: it came back, for the surgery still asks": (
        [asked(), copied("revoked", "2026-03-05T09:00:00Z")], State.REJECTED, "2026-03-05T09:00:00Z",
    ),
    "a third system revoked its copy: it was withdrawn": (
        [
            asked(),
            request("x-1", TRUST, ON, at="2026-03-05T09:00:00Z", entry="one", teller=LANTERN, status="revoked"),
        ],
        State.WITHDRAWN, "2026-03-05T09:00:00Z",
    ),
    "both revoked it: it was withdrawn": (
        [asked("revoked", "2026-03-03T09:00:00Z"), copied("revoked", "2026-03-05T09:00:00Z")],
        State.WITHDRAWN, "2026-03-05T09:00:00Z",
    ),
    "the Task was called off": (
        [asked(), answered("cancelled", "2026-03-05T09:00:00Z")], State.WITHDRAWN, "2026-03-05T09:00:00Z",
    ),
    "rejected stays rejected when the trust closes its own copy": (
        [asked(), answered("rejected", "2026-03-04T09:00:00Z"), copied("completed", "2026-03-04T09:05:00Z")],
        State.REJECTED, "2026-03-04T09:00:00Z",
    ),
    "rejected is withdrawn once the surgery closes it": (
        [asked("revoked", "2026-03-06T09:00:00Z"), answered("rejected", "2026-03-04T09:00:00Z")],
        State.WITHDRAWN, "2026-03-06T09:00:00Z",
    ),
    "of what comes at one moment the ending counts": (
        [asked(), answered("accepted", "2026-03-04T09:00:00Z"), answered("rejected", "2026-03-04T09:00:00Z", "t-2")],
        State.REJECTED, "2026-03-04T09:00:00Z",
    ),
    "of two endings at one moment the better counts": (
        [asked(), answered("completed", "2026-03-04T09:00:00Z"), answered("rejected", "2026-03-04T09:00:00Z", "t-2")],
        State.COMPLETED, "2026-03-04T09:00:00Z",
    ),
    "whichever Task says which": (
        [asked(), answered("rejected", "2026-03-04T09:00:00Z"), answered("completed", "2026-03-04T09:00:00Z", "t-2")],
        State.COMPLETED, "2026-03-04T09:00:00Z",
    ),
    "an answer from a clock that is slow comes no sooner than the asking": (
        [asked(), answered("rejected", "2026-03-02T08:59:58Z")], State.REJECTED, ON,
    ),
    "a day alone is that of its version": (
        [asked(), answered("accepted", ON) ._replace(
            resource=answered("accepted", ON).resource | {"lastModified": "2026-03-02"},
            instant=ticks("2026-03-02T15:00:00Z"))],
        State.ACCEPTED, "2026-03-02T15:00:00Z",
    ),
    "entered in error by all who told it": (
        [asked("entered-in-error", "2026-03-03T09:00:00Z"), answered("accepted", "2026-03-04T09:00:00Z")],
        State.ENTERED_IN_ERROR, "2026-03-03T09:00:00Z",
    ),
    "the one who asked took it back, and the other has it still": (
        [asked("entered-in-error", "2026-03-03T09:00:00Z"), copied("active", "2026-03-02T10:00:00Z")],
        State.WITHDRAWN, "2026-03-03T09:00:00Z",
    ),
    "the one who asked took it back, and the other rejects its copy": (
        [
            asked("entered-in-error", "2026-03-03T09:00:00Z"), copied("active", "2026-03-02T10:00:00Z"),
            answered("rejected", "2026-03-04T09:00:00Z"),
        ],
        State.WITHDRAWN, "2026-03-03T09:00:00Z",
    ),
    "the one who asked took it back, and the other has accepted it since": (
        [
            asked("entered-in-error", "2026-03-03T09:00:00Z"), copied("active", "2026-03-02T10:00:00Z"),
            answered("accepted", "2026-03-04T09:00:00Z"),
        ],
        State.ACCEPTED, "2026-03-04T09:00:00Z",
    ),
    "the other took its copy back": (
        [asked(), copied("entered-in-error", "2026-03-03T09:00:00Z")],
        State.ASKED, ON,
    ),
    "a Task that came of the referral and answers something else says nothing of it": (
        [asked(), task("t-1", TRUST, own("b-9", "Appointment"), "rejected", "2026-03-04T09:00:00Z", basedOn=[HERE])],
        State.ASKED, ON,
    ),
    "a Task that is only based on the referral answers it": (
        [asked(), task("t-1", TRUST, {}, "accepted", "2026-03-04T09:00:00Z", basedOn=[HERE])],
        State.ACCEPTED, "2026-03-04T09:00:00Z",
    ),
    "an episode that began with it accepts it": (
        [asked(), word(TRUST, {
            "resourceType": "EpisodeOfCare", "id": "ep", "status": "active", "referralRequest": [HERE],
            "period": {"start": "2026-03-06T09:00:00Z"},
        }, "2026-03-08T09:00:00Z")],
        State.ACCEPTED, "2026-03-06T09:00:00Z",
    ),
    "an episode that is finished completes it": (
        [asked(), seen("2026-03-10T09:00:00Z"), word(TRUST, {
            "resourceType": "EpisodeOfCare", "id": "ep", "status": "finished", "referralRequest": [HERE],
            "period": {"start": "2026-03-06T09:00:00Z", "end": "2026-06-01T09:00:00Z"},
        }, "2026-06-02T09:00:00Z")],
        State.COMPLETED, "2026-06-01T09:00:00Z",
    ),
}  # fmt: skip


def the_one(words: list[Word]) -> Thread:
    """The thread of words that are all of one referral."""
    (thread,) = threads(words)
    return thread


@pytest.mark.parametrize(("words", "state", "since"), TABLE.values(), ids=TABLE)
def test_what_is_told_amounts_to_one_state(words: list[Word], state: State, since: str) -> None:
    """In whatever order it is told."""
    for told in (words, words[::-1]):
        thread = the_one(told)
        assert (thread.state, thread.since) == (state, ticks(since))


def test_the_table_has_every_state() -> None:
    """No state is without its example."""
    assert {state for _, state, _ in TABLE.values()} == set(State)


def test_open_states_come_first_and_nothing_entered_in_error_says_anything() -> None:
    """A state is either one in which somebody has yet to act, or an end."""
    assert [state for state in State if state.is_open] == [*State][:6]
    assert [state for state in State if state.is_unanswered] == [State.ASKED, State.IN_TRIAGE]
    assert not any("entered-in-error" in told for told in _SAYS.values())


def test_the_states_outside_are_kept_beside_it() -> None:
    """Each with who says it, in order of telling: also what is taken back, for somebody said it."""
    thread = the_one(
        [
            asked(),
            copied("active", "2026-03-04T09:02:00Z"),
            answered("rejected", "2026-03-04T09:00:00Z", businessStatus={"text": "Waiting list closed"}),
            seen("2026-03-05T09:00:00Z", status="entered-in-error"),
        ]
    )
    assert [(one.sender, one.said) for one in thread.outside] == [
        ("ZZG07", "ServiceRequest active"),
        ("ZZT41", "Task rejected Waiting list closed"),
        ("ZZT41", "ServiceRequest active"),
        ("ZZT41", "Encounter entered-in-error"),
    ]


def test_a_booking_told_by_two_is_the_latest_word() -> None:
    """One entry, two systems: the charity has not heard yet that it was called off."""
    kept, gone = (
        booking("b", teller, "2026-04-01T10:00:00Z", HERE, on, status=status)
        for teller, on, status in (
            (LANTERN, "2026-03-05T09:00:00Z", "booked"),
            (TRUST, "2026-03-06T09:00:00Z", "cancelled"),
        )
    )
    both = [one._replace(entry_key=b"one slot") for one in (kept, gone)]
    wrong = both[1]._replace(resource=both[1].resource | {"status": "entered-in-error"})
    assert the_one([asked(), both[0], wrong]).state is State.BOOKED
    assert the_one([asked(), *both]).state is State.ASKED
    assert the_one([asked(), both[0]]).state is State.BOOKED


_when = st.integers(0, 9).map(lambda day: f"2026-03-1{day}T09:00:00Z")
_answers = st.lists(
    st.tuples(st.sampled_from(sorted(_SAYS["Task"])), _when, st.sampled_from([TRUST, COUNCIL, SURGERY])), max_size=5
)  # fmt: skip


@given(_answers)
def test_the_last_answer_decides(told: list[tuple[str, str, Any]]) -> None:
    """Whatever the answers, an end that nothing came after is the state; and nothing else is an end."""
    tasks = [
        task(f"t-{number}", teller, HERE, status, on) for number, (status, on, teller) in enumerate(told)
    ]
    thread = the_one([asked(), *tasks])
    said = [(one.instant, state) for one in tasks if (state := says(one))]
    last = max((on for on, _ in said), default=0)
    ends = [state for on, state in said if on == last and not state.is_open]
    if ends:
        assert thread.state in ends
        assert thread.since == last
    else:
        assert thread.state.is_open
    assert (thread.holder is None) == (thread.state in (State.COMPLETED, State.WITHDRAWN))


def test_what_an_organisation_asks_of_itself_waits_for_nobody() -> None:
    """It has accepted that by asking; what it asks of another has still to be accepted."""
    (own_group,) = threads([request("sr-1", TRUST, ON, by=TRUST)])
    (of_another,) = threads([request("sr-1", TRUST, ON)])
    assert (own_group.state, own_group.waiting) == (State.ACCEPTED, ())
    assert of_another.state is State.ASKED
    assert len(of_another.waiting) == 1
