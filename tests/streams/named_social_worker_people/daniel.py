"""Daniel has the same named social worker all through, and learns to take the bus."""

from dataclasses import replace

from tests.streams.family_builders import (
    Step,
    agreement,
    circle,
    episode,
    gathering,
    kin,
    kin_reference,
    own_reference,
    shared_plan,
)
from tests.streams.fhir_builders import (
    Resource,
    answer,
    answers,
    contact,
    goal,
    known_to,
    note,
    referral,
    score,
)
from tests.streams.message_lines import Line, again, tell, version
from tests.streams.named_social_worker_partners import (
    ADVOCATES,
    BETH,
    CAROL,
    DANIEL,
    JO,
    MOSES,
    PAT,
    RUTH,
    SURGERY,
    THORNBECK,
    TRUST,
)

AT_SURGERY = known_to(SURGERY, "17730", DANIEL, "1996-05-02T09:00:00+01:00")
AT_COUNCIL = known_to(THORNBECK, "TC-40118", DANIEL, "2026-03-03T10:12:00+00:00")
AT_TRUST = known_to(TRUST, "AL-7719", DANIEL, "2014-09-22T13:00:00.4Z")
AT_ADVOCATES = known_to(ADVOCATES, "SMW-202", replace(DANIEL, nhs_number=""), "2026-03-18T14:00:00Z")

SISTER = kin(AT_COUNCIL, "TC-40119", BETH, "Sister")
MOTHER = kin(AT_COUNCIL, "TC-40120", CAROL, "Mother")

REVIEW = "6c1d0f52-8a77-4b1e-b6c9-51f20a3e7b01"


def story() -> list[Line]:
    """Every line told of this person."""
    return [*asked_for(), *named(), *what_matters(), *around_the_table(), *the_plan(), *on_the_bus()]


def asked_for() -> list[Line]:
    """The surgery asks the council; the trust keeps the letter it was copied into, with another wording and no UBRN."""
    need, ubrn, on = "A named social worker", "991500600101", "2026-03-02T11:00:00Z"
    why = "Daniel has told his story to nine people in two years. He asks for one who stays."
    asked = referral(AT_SURGERY, "sr-17730-5", THORNBECK, need, why, on=on, ubrn=ubrn)
    held = referral(AT_COUNCIL, "ref-40118", THORNBECK, need, why, on=on, ubrn=ubrn, by=SURGERY)
    copied = referral(
        AT_TRUST,
        "letter-9120",
        THORNBECK,
        "Social work allocation",
        "Copy for the learning disability team.",
        on="2026-03-02",
        by=SURGERY,
    )
    yes = answer(
        AT_COUNCIL,
        "ref-40118-reply",
        held,
        "accepted",
        "Ruth Calvert, for as long as he wants",
        on="2026-03-04T15:00:00Z",
    )
    return [
        tell(AT_SURGERY, "2026-03-02T11:04:27.9Z", asked),
        tell(AT_TRUST, "2026-03-03T08:30:11.0450009Z", copied),
        tell(AT_COUNCIL, "2026-03-04T15:03:00+00:00", yes, held),
    ]


def named() -> list[Line]:
    """Three systems name Ruth, each in its own way: as care manager, as author, as one of a team."""
    cared_for = episode(AT_COUNCIL, "care-40118", "Adult social care", since="2026-03-04", manager=RUTH)
    team = circle(AT_TRUST, "team-7719", "Daniel's circle", workers=[RUTH, MOSES, PAT], since="2026-03-09")
    with_jo = circle(
        AT_TRUST, "team-7719", "Daniel's circle", workers=[RUTH, MOSES, PAT, JO], since="2026-03-09"
    )
    told = tell(AT_COUNCIL, "2026-03-04T15:06:40+00:00", cared_for)
    return [
        told,
        again(told, "2026-03-05T03:00:00.000Z"),
        tell(AT_TRUST, "2026-03-09T10:15:33.2Z", team),
        tell(AT_TRUST, "2026-06-15T09:40:08.6Z", with_jo, reason="update"),
    ]


def what_matters() -> list[Line]:
    """In his own words, written down by the advocate, before anything was planned."""
    about = answers(
        AT_ADVOCATES,
        "about-202",
        "about-me",
        ("What matters to me", "Swimming on my own. Beth. Being asked, and then being waited for."),
        ("How to talk with me", "One question. Then count to ten. I do answer."),
        on="2026-03-19T14:40:00Z",
    )
    visit = gathering(
        AT_COUNCIL,
        "visit-7301",
        "First visit",
        "2026-03-12T10:30:00Z",
        "2026-03-12T11:45:00Z",
        workers=[RUTH],
        family=[SISTER],
        kind="HH",
    )
    return [
        tell(AT_COUNCIL, "2026-03-12T13:10:00+00:00", *visit),
        tell(AT_ADVOCATES, "2026-03-19T15:00:00+00:00", about, timed=False),
    ]


def around_the_table() -> list[Line]:
    """One review that he chaired: told by council and trust under one number, by the advocate under none."""
    start, end = "2026-04-16T13:00:00+01:00", "2026-04-16T14:30:00+01:00"
    by_council = gathering(
        AT_COUNCIL,
        "review-7388",
        "Person-centred review",
        start,
        end,
        workers=[RUTH, MOSES, PAT],
        family=[SISTER, MOTHER],
        shared_id=REVIEW,
    )
    by_trust = gathering(
        AT_TRUST,
        "enc-60114",
        "Review meeting",
        "2026-04-16T12:00:00Z",
        "2026-04-16T13:30:00Z",
        workers=[MOSES, RUTH, PAT],
        shared_id=REVIEW,
    )
    by_advocate = contact(
        AT_ADVOCATES, "seen-0416", "Daniel's meeting, which he chaired", start, end, PAT.told, RUTH.told, MOSES.told
    )  # fmt: skip
    return [
        tell(AT_COUNCIL, "2026-04-16T16:20:00+01:00", *by_council),
        tell(AT_TRUST, "2026-04-16T15:02:19.3400018Z", *by_trust),
        tell(AT_ADVOCATES, "2026-04-17T10:00:00+01:00", by_advocate),
    ]


def plan_of(*more: Step) -> Resource:
    """His plan, as far as it has come; Ruth is its author in every version."""
    return shared_plan(
        AT_COUNCIL,
        "plan-40118",
        "Support plan",
        "Daniel's plan",
        Step("Ruth rings on Mondays at ten, and waits", RUTH),
        Step("Swimming on Wednesdays, with Beth until it is not needed", kin_reference(AT_COUNCIL, SISTER)),
        *more,
        since="2026-04-16",
        by=RUTH,
        contributors=[
            own_reference(AT_COUNCIL),
            *(kin_reference(AT_COUNCIL, one) for one in (SISTER, MOTHER)),
            *(THORNBECK, TRUST, ADVOCATES),
        ],
    )


BUS, KEYS = (
    Step("Moses writes the bus steps on a card", MOSES),
    Step("A key of his own", THORNBECK, "not-started"),
)


def the_plan() -> list[Line]:
    """Three versions of one plan by one worker; the second comes last of all."""
    daniel = agreement(
        AT_COUNCIL,
        "yes-40118",
        plan_of(),
        THORNBECK,
        "accepted",
        "Yes. Put the swimming first.",
        on="2026-04-16T14:25:00+01:00",
        owner=own_reference(AT_COUNCIL),
    )
    trust = agreement(
        AT_TRUST, "agree-7719", plan_of(), THORNBECK, "accepted", "Moses will make the card", on="2026-04-17T09:00:00Z"
    )  # fmt: skip
    family = [SISTER, MOTHER]
    return [
        tell(AT_COUNCIL, "2026-04-16T16:30:00+01:00", version(plan_of(), 1), *family),
        tell(AT_COUNCIL, "2026-04-16T16:32:00+01:00", daniel),
        tell(AT_TRUST, "2026-04-17T09:04:00Z", trust),
        tell(AT_COUNCIL, "2026-06-22T10:30:00+01:00", version(plan_of(BUS, KEYS), 3), *family, reason="update"),
        tell(
            AT_COUNCIL, "2026-05-11T11:00:00+01:00", version(plan_of(BUS), 2), *family, reason="update",
            arrives="2026-06-23T05:00:00.000Z",
        ),
    ]  # fmt: skip


def on_the_bus() -> list[Line]:
    """What came of it."""
    words = "Get the 42 to the pool on my own"
    hope = goal(AT_ADVOCATES, "hope-202", words, "in-progress", since="2026-04-16", by="Daniel Ogden")
    done = goal(AT_ADVOCATES, "hope-202", words, "achieved", since="2026-04-16", by="Daniel Ogden")
    card = note(
        AT_TRUST,
        "note-60340",
        "We rode twice to the stop before his and back. On the third he said: you get off now.",
        on="2026-06-10T12:00:00Z",
        by=MOSES.told,
        kind="Nursing note",
    )
    first = score(AT_TRUST, "obs-4410", "ReQoL-10", 20, on="2026-03-24T10:20:00Z", by=MOSES.told)
    second = score(AT_TRUST, "obs-4702", "ReQoL-10", 32, on="2026-07-14T10:10:00Z", by=MOSES.told)
    return [
        tell(AT_TRUST, "2026-03-24T10:45:16.5Z", first),
        tell(AT_ADVOCATES, "2026-04-17T10:05:00+01:00", hope),
        tell(AT_TRUST, "2026-06-10T12:08:51.77Z", card),
        tell(AT_ADVOCATES, "2026-07-08T16:00:00+01:00", done, reason="update"),
        tell(AT_TRUST, "2026-07-14T10:31:02Z", second),
    ]
