"""Louie, twelve, is turned down by a clinic and welcomed on a barge; a warning lands in his record by mistake."""

from dataclasses import replace

from tests.streams.family_builders import (
    Step,
    Worker,
    agreement,
    episode,
    gathering,
    in_error,
    kin,
    kin_reference,
    onward,
    own_reference,
    shared_plan,
)
from tests.streams.fhir_builders import (
    Resource,
    answer,
    contact,
    goal,
    known_to,
    note,
    referral,
    safety_flag,
)
from tests.streams.message_lines import Line, again, tell
from tests.streams.wigan_partners import (
    BARGE,
    COUNCIL,
    COUNCIL_NUMBERS,
    ERIN,
    GARETH,
    HANNAH,
    HEALTH,
    IMRAN,
    JUNE,
    KELLY,
    LENA,
    LOUIE,
    MAUREEN,
    SCHOOL,
    SURGERY,
    TABLE,
    TASH,
)

AT_SCHOOL = known_to(SCHOOL, "L-2561", replace(LOUIE, nhs_number="", phone=""), "2025-09-03T08:30:00+01:00")
AT_COUNCIL = known_to(COUNCIL, COUNCIL_NUMBERS["Louie"], LOUIE, "2026-03-04T09:12:00+00:00")
AT_SURGERY = known_to(SURGERY, "33871", LOUIE, "2013-11-04T11:00:00Z")
AT_HEALTH = known_to(HEALTH, "FM-90455", LOUIE, "2026-03-09T12:40:00.25Z")
ON_BARGE = known_to(BARGE, "PB-58", replace(LOUIE, street="", postcode=""), "2026-03-18T17:00:00Z")

MOTHER = kin(AT_COUNCIL, COUNCIL_NUMBERS["Kelly"], KELLY, "Mother")
SISTER = kin(AT_COUNCIL, COUNCIL_NUMBERS["Erin"], ERIN, "Sister")
GRANDMOTHER = kin(AT_COUNCIL, COUNCIL_NUMBERS["Maureen"], MAUREEN, "Grandmother")


def story() -> list[Line]:
    """Every line told of this person."""
    return [
        *asked_for(),
        *wrong_record(),
        *turned_down_and_welcomed(),
        *in_the_boathouse(),
        *around_the_table(),
        *handed_over(),
    ]


def asked_for() -> list[Line]:
    """The school asks for him on the same day as for his sister, with a number of its own."""
    need, ubrn, on = "Early help for the family", "991300400125", "2026-03-03T15:50:00Z"
    why = "Comes in his sister's coat. Has stopped talking in registration, and is kind to the younger ones."
    asked = referral(AT_SCHOOL, "worry-119", COUNCIL, need, why, on=on, ubrn=ubrn)
    held = referral(AT_COUNCIL, "door-50232", COUNCIL, need, why, on=on, ubrn=ubrn, by=SCHOOL)
    yes = answer(
        AT_COUNCIL,
        "door-50232-reply",
        held,
        "accepted",
        "Hannah will meet both of them, and each of them alone",
        on="2026-03-05T11:10:00Z",
    )
    named = episode(AT_COUNCIL, "care-20412", "Early help", since="2026-03-05", manager=HANNAH)
    visit = gathering(
        AT_COUNCIL,
        "visit-3301-l",
        "Home visit",
        "2026-03-10T16:00:00Z",
        "2026-03-10T17:10:00Z",
        workers=[HANNAH, JUNE],
        family=[MOTHER, SISTER, GRANDMOTHER],
        kind="HH",
    )
    stairs = note(
        AT_COUNCIL,
        "note-3301-l",
        "Louie listened from the stairs, then showed me the fish. He would like somebody who knows about goalkeeping.",
        on="2026-03-10T17:15:00Z",
        by=HANNAH.told,
        kind="Social work note",
    )
    return [
        tell(AT_SCHOOL, "2026-03-03T15:52:37.4Z", asked),
        tell(AT_COUNCIL, "2026-03-05T11:12:08+00:00", yes, held, named),
        tell(AT_COUNCIL, "2026-03-10T18:06:47.9+00:00", stairs, *visit),
    ]


def wrong_record() -> list[Line]:
    """A warning about his grandmother's house, put into his record, and taken back the next morning."""
    dog = safety_flag(
        AT_COUNCIL,
        "alert-20412",
        "A large dog is loose in the yard: ring before you come.",
        since="2026-03-11",
    )
    return [
        tell(AT_COUNCIL, "2026-03-11T16:31:00+00:00", dog),
        tell(AT_COUNCIL, "2026-03-12T08:50:00+00:00", in_error(dog), reason="update"),
    ]


def turned_down_and_welcomed() -> list[Line]:
    """The surgery asks the clinic, which says no and why; the surgery then asks the youth charity."""
    ubrn, next_ubrn = "991300400132", "991300400149"
    need, why = (
        "Children's emotional wellbeing",
        "Not sleeping, tummy aches on Mondays, misses his dad and fears him.",
    )
    asked = referral(AT_SURGERY, "sr-33871-2", HEALTH, need, why, on="2026-03-09T12:20:00Z", ubrn=ubrn)
    held = referral(
        AT_HEALTH, "ref-10277", HEALTH, need, why, on="2026-03-09T12:20:00Z", ubrn=ubrn, by=SURGERY
    )
    no = answer(
        AT_HEALTH,
        "task-10277",
        held,
        "rejected",
        "Sad and watchful for good reason, and not ill. Somebody of his own, week by week, will do more than a clinic.",
        on="2026-03-13T15:00:00Z",
    )
    wish = "Mentoring for a young person"
    passed = onward(
        referral(AT_SURGERY, "sr-33871-3", BARGE, wish, why, on="2026-03-16T09:05:00Z", ubrn=next_ubrn), ubrn
    )
    taken = onward(
        referral(ON_BARGE, "new-58", BARGE, wish, why, on="2026-03-16T09:05:00Z", ubrn=next_ubrn, by=SURGERY),
        ubrn,
    )
    yes = answer(
        ON_BARGE, "new-58-yes", taken, "accepted", "Tash kept goal for the county", on="2026-03-18T17:20:00Z"
    )
    refused = tell(AT_HEALTH, "2026-03-13T15:03:29.0007Z", no, held)
    return [
        tell(AT_SURGERY, "2026-03-09T12:24:10.6Z", asked),
        refused,
        again(refused, "2026-03-16T02:00:00.000Z"),
        tell(AT_SURGERY, "2026-03-16T09:07:55Z", passed),
        tell(ON_BARGE, "2026-03-18T17:25:00+00:00", yes, taken),
    ]


def in_the_boathouse() -> list[Line]:
    """His hour each week, in notes that keep no time of change."""
    first = contact(
        ON_BARGE,
        "barge-0324",
        "An hour with Tash",
        "2026-03-24T17:00:00+00:00",
        "2026-03-24T18:00:00+00:00",
        TASH.told,
    )
    gloves = note(
        ON_BARGE,
        "log-0324",
        "Saved nine of ten. Said his dad used to shout, and that it is quiet now, and he misses the shouting too.",
        on="2026-03-24T18:05:00+00:00",
        by=TASH.told,
        kind="Youth work note",
    )
    words = "Get picked as goalie for the Saturday team"
    hope = goal(ON_BARGE, "hope-58", words, "in-progress", since="2026-04-14", by="Louie Fearnley")
    picked = goal(ON_BARGE, "hope-58", words, "achieved", since="2026-04-14", by="Louie Fearnley")
    return [
        tell(ON_BARGE, "2026-03-24T18:30:00+00:00", gloves, first, timed=False),
        tell(ON_BARGE, "2026-04-14T18:20:00+01:00", hope),
        tell(ON_BARGE, "2026-06-20T13:15:00+01:00", picked, reason="update"),
    ]


def decided(by: Worker) -> Resource:
    """What the meeting agreed for him."""
    return shared_plan(
        AT_COUNCIL,
        "plan-20412",
        "Shared decision",
        "What we agreed for Louie",
        Step("Gran walks him to school on Mondays and Thursdays", kin_reference(AT_COUNCIL, GRANDMOTHER)),
        Step("Tash each Tuesday, and Saturdays when there is a match", BARGE),
        Step("Mr Pryce keeps a quiet table for him at registration", SCHOOL),
        since="2026-04-21",
        by=by,
        contributors=[
            own_reference(AT_COUNCIL),
            *(kin_reference(AT_COUNCIL, one) for one in (MOTHER, GRANDMOTHER)),
            *(COUNCIL, SCHOOL, BARGE),
        ],
    )


def around_the_table() -> list[Line]:
    """The family's meeting in his own record: told by the council and, under no shared number, by the barge."""
    start, end = "2026-04-21T16:00:00+01:00", "2026-04-21T17:30:00+01:00"
    by_council = gathering(
        AT_COUNCIL,
        "meet-0421-l",
        "Family meeting",
        start,
        end,
        workers=[HANNAH, GARETH, LENA, TASH, JUNE],
        family=[MOTHER, SISTER, GRANDMOTHER],
        shared_id=TABLE,
    )
    by_barge = contact(
        ON_BARGE, "barge-0421-l", "Round the table at the library", start, end, TASH.told, HANNAH.told, LENA.told
    )  # fmt: skip
    plan, on = decided(HANNAH), "2026-04-21T17:20:00+01:00"
    louie = agreement(
        AT_COUNCIL,
        "yes-20412-louie",
        plan,
        COUNCIL,
        "accepted",
        "If Gran comes to the match as well",
        on=on,
        owner=own_reference(AT_COUNCIL),
    )
    council = agreement(AT_COUNCIL, "yes-20412", plan, COUNCIL, "accepted", "Ours to hold together", on=on)
    barge = agreement(
        ON_BARGE, "said-58", plan, COUNCIL, "accepted", "Tuesdays, for as long as he wants", on=on
    )
    school = agreement(
        AT_SCHOOL,
        "reply-119",
        plan,
        COUNCIL,
        "accepted",
        "The table by the window is his",
        on="2026-04-23T12:00:00+01:00",
    )
    return [
        tell(AT_COUNCIL, "2026-04-21T19:31:00+01:00", plan, *by_council),
        tell(AT_COUNCIL, "2026-04-21T19:33:00+01:00", louie, council),
        tell(ON_BARGE, "2026-04-22T18:40:00+01:00", barge, by_barge),
        tell(AT_SCHOOL, "2026-04-23T12:14:20+01:00", school),
    ]


def handed_over() -> list[Line]:
    """Imran comes with Hannah first, and alone afterwards."""
    farewell = gathering(
        AT_COUNCIL,
        "visit-3488-l",
        "Hand-over visit",
        "2026-05-29T16:00:00+01:00",
        "2026-05-29T17:00:00+01:00",
        workers=[HANNAH, IMRAN],
        family=[MOTHER, SISTER],
        kind="HH",
    )
    named = episode(AT_COUNCIL, "care-20412", "Early help", since="2026-03-05", manager=IMRAN)
    alone = contact(
        AT_COUNCIL,
        "visit-3561-l",
        "Home visit",
        "2026-06-19T16:00:00+01:00",
        "2026-06-19T16:45:00+01:00",
        IMRAN.told,
        kind="HH",
    )
    return [
        tell(AT_COUNCIL, "2026-05-29T17:47:30+01:00", *farewell),
        tell(
            AT_COUNCIL,
            "2026-06-01T09:02:00+01:00",
            decided(IMRAN),
            named,
            MOTHER,
            GRANDMOTHER,
            reason="update",
        ),
        tell(AT_COUNCIL, "2026-06-19T18:00:00+01:00", alone),
    ]
