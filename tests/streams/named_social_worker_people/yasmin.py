"""Yasmin loses two named social workers: the first goes without a word, the second brings the third along."""

from tests.streams.family_builders import (
    Step,
    Worker,
    circle,
    episode,
    gathering,
    in_error,
    kin,
    kin_reference,
    own_reference,
    shared_as,
    shared_plan,
)
from tests.streams.fhir_builders import (
    Resource,
    answer,
    answers,
    booking,
    contact,
    known_to,
    note,
    referral,
    score,
)
from tests.streams.message_lines import Line, again, exported_again, tell, version
from tests.streams.named_social_worker_partners import (
    COLIN,
    ELLIE,
    MOSES,
    RUTH,
    SHAZIA,
    SURGERY,
    THORNBECK,
    TRUST,
    YASMIN,
)

AT_SURGERY = known_to(SURGERY, "20881", YASMIN, "2007-01-15T10:00:00Z")
AT_COUNCIL = known_to(THORNBECK, "TC-38850", YASMIN, "2025-11-10T09:00:00+00:00")
AT_TRUST = known_to(TRUST, "AL-6902", YASMIN, "2011-06-01T09:30:00.25Z")
MOTHER = kin(AT_COUNCIL, "TC-38851", SHAZIA, "Mother")


def story() -> list[Line]:
    """Every line told of this person."""
    return [*with_colin(), *with_ellie(), *with_ruth(), *in_the_trust(), *asked_for()]


def plan_of(by: Worker) -> Resource:
    """Her plan, which stays the same while its author changes."""
    return shared_plan(
        AT_COUNCIL,
        "plan-38850",
        "Support plan",
        "Yasmin's life plan",
        Step("Help with letters on Thursdays", THORNBECK),
        Step("The bakery, three mornings a week", own_reference(AT_COUNCIL)),
        since="2026-03-16",
        by=by,
        contributors=[own_reference(AT_COUNCIL), kin_reference(AT_COUNCIL, MOTHER), THORNBECK, TRUST],
    )


def told_to(by: Worker, local: str, day: str, *items: tuple[str, str]) -> tuple[list[Resource], Resource]:
    """A visit in which she tells her story once more, and the form that came of it."""
    visit = gathering(
        AT_COUNCIL,
        f"visit-{local}",
        "Care Act assessment",
        f"{day}T10:00:00Z",
        f"{day}T11:30:00Z",
        workers=[by],
        family=[MOTHER],
        kind="HH",
    )
    return visit, answers(AT_COUNCIL, f"form-{local}", "care-act", *items, on=f"{day}T11:20:00Z")


def managed_by(worker: Worker) -> Resource:
    """Her time with the council, and who answers for it."""
    return episode(AT_COUNCIL, "care-38850", "Adult social care", since="2025-11-10", manager=worker)


def with_colin() -> list[Line]:
    """The first time she tells it."""
    visit, form = told_to(
        COLIN,
        "7290",
        "2026-03-10",
        ("What matters to me", "The bakery. My own front door. That Mum can stop worrying."),
        ("What is hard", "Letters with a window in the envelope"),
    )
    told = tell(
        AT_COUNCIL, "2026-03-16T14:00:00+00:00", version(plan_of(COLIN), 1), managed_by(COLIN), MOTHER
    )
    return [
        tell(AT_COUNCIL, "2026-03-10T13:30:00+00:00", form, *visit),
        told,
        again(told, "2026-03-17T02:00:00.000Z"),
    ]


def with_ellie() -> list[Line]:
    """Colin has left; nobody told her. Ellie assesses her anew, and a copy of Colin's plan comes in after hers."""
    visit, form = told_to(
        ELLIE,
        "7455",
        "2026-05-14",
        ("What matters to me", "I said it to Colin. The bakery, the door, my mum."),
        ("What is hard", "Saying it again"),
    )
    changed = "2026-05-05T09:00:00+01:00"
    small_change = version(plan_of(COLIN), 2)
    return [
        tell(AT_COUNCIL, changed, version(plan_of(ELLIE), 3), managed_by(ELLIE), MOTHER, reason="update"),
        tell(
            AT_COUNCIL, "2026-04-20T10:00:00+01:00", small_change, MOTHER, reason="update",
            arrives="2026-05-06T06:00:00.000Z",
        ),
        tell(AT_COUNCIL, "2026-05-14T13:00:00+01:00", form, *visit),
    ]  # fmt: skip


def with_ruth() -> list[Line]:
    """This time the one who goes brings the one who comes, and nothing has to be told again."""
    together = gathering(
        AT_COUNCIL,
        "visit-7610",
        "Hand-over visit",
        "2026-07-09T13:00:00Z",
        "2026-07-09T14:00:00Z",
        workers=[ELLIE, RUTH],
        family=[MOTHER],
        kind="HH",
    )
    glad = note(
        AT_COUNCIL,
        "note-7610",
        "Ellie told it for her, and Yasmin put it right where it was wrong. She gave us both a roll to take home.",
        on="2026-07-09T14:10:00Z",
        by=RUTH.told,
        kind="Social work note",
    )
    slot = "6c1d0f52-8a77-4b1e-b6c9-51f20a3e7b02"
    start, end = "2026-10-06T10:00:00+01:00", "2026-10-06T11:00:00+01:00"
    review = booking(
        AT_COUNCIL, "rev-38850", "Review of the plan", start, end, with_whom=RUTH.told, shared_id=slot
    )
    at_trust = shared_as(
        booking(AT_TRUST, "appt-7001", "Joint review", start, end, with_whom=MOSES.told), slot
    )
    changed = tell(
        AT_COUNCIL, "2026-07-13T09:00:00+01:00", version(plan_of(RUTH), 4), managed_by(RUTH), MOTHER, reason="update"
    )  # fmt: skip
    return [
        tell(AT_COUNCIL, "2026-07-09T16:00:00+01:00", glad, *together),
        changed,
        exported_again(changed, "2026-07-14T02:00:00.000Z"),
        tell(AT_COUNCIL, "2026-07-20T11:00:00+01:00", review),
        tell(AT_TRUST, "2026-07-20T14:22:10.9Z", at_trust, event="booking-response"),
    ]


def in_the_trust() -> list[Line]:
    """The trust's circle names the same worker on the same days; one score was typed into the wrong record."""
    teams = {
        "2026-03-16T15:30:00Z": COLIN,
        "2026-05-05T10:30:00Z": ELLIE,
        "2026-07-13T11:00:00Z": RUTH,
    }
    circles = [
        tell(
            AT_TRUST,
            at,
            circle(AT_TRUST, "team-6902", "Yasmin's circle", workers=[worker, MOSES], since="2026-03-16"),
            reason="update" if worker is not COLIN else "new",
        )
        for at, worker in teams.items()
    ]
    met = contact(
        AT_TRUST,
        "enc-60022",
        "Health check at home",
        "2026-04-02T09:00:00Z",
        "2026-04-02T09:40:00Z",
        MOSES.told,
        kind="HH",
    )
    wrong = score(AT_TRUST, "obs-4466", "PHQ-9", 21, on="2026-04-02T09:30:00Z", by=MOSES.told)
    right = score(AT_TRUST, "obs-4467", "PHQ-9", 8, on="2026-04-02T09:30:00Z", by=MOSES.told)
    after = score(AT_TRUST, "obs-4580", "PHQ-9", 14, on="2026-05-28T09:30:00Z", by=MOSES.told)
    later = score(AT_TRUST, "obs-4733", "PHQ-9", 6, on="2026-08-06T09:30:00Z", by=MOSES.told)
    return [
        *circles,
        tell(AT_TRUST, "2026-04-02T10:02:00Z", met, wrong),
        tell(AT_TRUST, "2026-04-02T10:09:31Z", in_error(wrong), reason="update"),
        tell(AT_TRUST, "2026-04-02T10:10:00Z", right),
        tell(AT_TRUST, "2026-05-28T10:00:00Z", after),
        tell(AT_TRUST, "2026-08-06T10:00:00Z", later),
    ]


def asked_for() -> list[Line]:
    """Her GP asks the trust twice, six weeks apart, in the same words and for two real reasons."""
    need = "Help with anxiety"
    first, second = "991500600112", "991500600129"
    worry = "Cannot open letters. Nights are bad before the post comes."
    loss = "Her social worker has gone and she was not told. Cannot settle, asks every day who is coming."
    asked = referral(AT_SURGERY, "sr-20881-3", TRUST, need, worry, on="2026-03-30T09:00:00+01:00", ubrn=first)
    held = referral(
        AT_TRUST, "ref-3301", TRUST, need, worry, on="2026-03-30T08:00:00Z", ubrn=first, by=SURGERY
    )
    yes = answer(
        AT_TRUST, "task-3301", held, "accepted", "Moses will call on Thursday", on="2026-03-31T09:00:00Z"
    )
    asked_again = referral(
        AT_SURGERY, "sr-20881-4", TRUST, need, loss, on="2026-05-11T09:00:00+01:00", ubrn=second
    )
    held_again = referral(
        AT_TRUST, "ref-3417", TRUST, need, loss, on="2026-05-11T08:00:00Z", ubrn=second, by=SURGERY
    )
    yes_again = answer(
        AT_TRUST, "task-3417", held_again, "accepted", "Moses goes on, and weekly for now", on="2026-05-12T09:00:00Z"
    )  # fmt: skip
    return [
        tell(AT_SURGERY, "2026-03-30T09:05:00+01:00", asked),
        tell(AT_TRUST, "2026-03-31T09:03:14.1Z", yes, held),
        tell(AT_SURGERY, "2026-05-11T09:06:00+01:00", asked_again),
        tell(AT_TRUST, "2026-05-12T09:02:40Z", yes_again, held_again),
    ]
