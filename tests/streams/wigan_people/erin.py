"""Erin, fifteen, minds her brother and her mother; the people around her agree a plan, all but one of them."""

from dataclasses import replace

from tests.streams.family_builders import (
    Step,
    Worker,
    agreement,
    episode,
    gathering,
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
    goal,
    known_to,
    note,
    referral,
    safety_flag,
)
from tests.streams.message_lines import Line, again, tell, version
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
    KETTLE,
    LENA,
    LOUIE,
    MAUREEN,
    SCHOOL,
    TABLE,
    TASH,
)

AT_SCHOOL = known_to(SCHOOL, "L-2207", replace(ERIN, nhs_number=""), "2022-09-05T08:30:00+01:00")
AT_COUNCIL = known_to(COUNCIL, COUNCIL_NUMBERS["Erin"], ERIN, "2026-03-04T09:10:00+00:00")
AT_HEALTH = known_to(HEALTH, "FM-88120", ERIN, "2024-09-12T10:00:00.5Z")
ON_BARGE = known_to(BARGE, "PB-61", ERIN, "2026-04-20T17:00:00+01:00")

MOTHER = kin(AT_COUNCIL, COUNCIL_NUMBERS["Kelly"], KELLY, "Mother")
BROTHER = kin(AT_COUNCIL, COUNCIL_NUMBERS["Louie"], LOUIE, "Brother")
GRANDMOTHER = kin(AT_COUNCIL, COUNCIL_NUMBERS["Maureen"], MAUREEN, "Grandmother")


def story() -> list[Line]:
    """Every line told of this person."""
    return [
        *asked_for(),
        *asked_again(),
        *seen_at_home(),
        *seen_in_school(),
        *shared_worry(),
        *around_the_table(),
        *who_agreed(),
        *on_the_barge(),
        *handed_over(),
    ]


def asked_for() -> list[Line]:
    """The school asks the council; the health service's copy of it has another wording and no shared number."""
    need, ubrn, on = "Early help for the family", "991300400101", "2026-03-03T15:40:00Z"
    why = (
        "Erin has missed eleven mornings since Christmas. She gets her brother up and waits until her mum is awake. "
        "She says she is fine."
    )
    asked = referral(AT_SCHOOL, "worry-118", COUNCIL, need, why, on=on, ubrn=ubrn)
    held = referral(AT_COUNCIL, "door-50231", COUNCIL, need, why, on=on, ubrn=ubrn, by=SCHOOL)
    copied = referral(
        AT_HEALTH,
        "copy-7714",
        COUNCIL,
        "Family support",
        "Letter from school, copied to the school nurse: many late mornings.",
        on="2026-03-03",
        by=SCHOOL,
    )
    yes = answer(
        AT_COUNCIL,
        "door-50231-reply",
        held,
        "accepted",
        "Hannah will come on Tuesday, after school, and Erin can choose where to talk",
        on="2026-03-05T11:00:00Z",
    )
    named = episode(AT_COUNCIL, "care-20411", "Early help", since="2026-03-05", manager=HANNAH)
    welcome = tell(AT_COUNCIL, "2026-03-05T11:04:19.25+00:00", yes, held)
    return [
        tell(AT_SCHOOL, "2026-03-03T15:46:02.7Z", asked),
        tell(AT_HEALTH, "2026-03-04T08:12:40.1190022Z", copied),
        welcome,
        again(welcome, "2026-03-05T12:30:00.000Z", sent="2026-03-05T12:29:57.000Z"),
        tell(AT_COUNCIL, "2026-03-05T11:20:00+00:00", named),
    ]


def asked_again() -> list[Line]:
    """Six weeks later the school asks for the same by name, and it is another asking."""
    need, ubrn, on = "Early help for the family", "991300400118", "2026-04-14T15:30:00+01:00"
    why = "Her dad waited at the gate yesterday and again today. Erin asked to go home by the back field."
    asked = referral(AT_SCHOOL, "worry-131", COUNCIL, need, why, on=on, ubrn=ubrn, urgent=True)
    held = referral(AT_COUNCIL, "door-50977", COUNCIL, need, why, on=on, ubrn=ubrn, by=SCHOOL, urgent=True)
    yes = answer(
        AT_COUNCIL,
        "door-50977-reply",
        held,
        "accepted",
        "Hannah stays with it; everybody meets on the 21st",
        on="2026-04-15T09:20:00+01:00",
    )
    return [
        tell(AT_SCHOOL, "2026-04-14T15:34:48.2+01:00", asked),
        tell(AT_COUNCIL, "2026-04-15T09:26:00+01:00", yes, held),
    ]


def seen_at_home() -> list[Line]:
    """Hannah's first visit, and what Erin said of herself."""
    visit = gathering(
        AT_COUNCIL,
        "visit-3301-e",
        "Home visit",
        "2026-03-10T16:00:00Z",
        "2026-03-10T17:10:00Z",
        workers=[HANNAH, JUNE],
        family=[MOTHER, BROTHER, GRANDMOTHER],
        kind="HH",
    )
    about = answers(
        AT_COUNCIL,
        "about-20411",
        "about-me",
        ("What matters to me", "Dance on Fridays, and that nobody makes me choose between school and Mum"),
        ("What people should know", "I hear Mum first, before the alarm. I am tired, not naughty."),
        on="2026-03-10T16:50:00Z",
    )
    return [tell(AT_COUNCIL, "2026-03-10T18:02:11.4+00:00", *visit, about)]


def seen_in_school() -> list[Line]:
    """One talk in the lunch break, written down by the school and by the school nurse."""
    by_school = contact(
        AT_SCHOOL,
        "chat-881",
        "Lunchtime talk with the school nurse",
        "2026-03-12T13:10:00Z",
        "2026-03-12T13:40:00Z",
        GARETH.told,
        LENA.told,
    )
    by_nurse = contact(
        AT_HEALTH,
        "enc-40211",
        "Health needs assessment",
        "2026-03-12T13:10:00Z",
        "2026-03-12T13:45:00Z",
        LENA.told,
        GARETH.told,
    )
    return [
        tell(AT_SCHOOL, "2026-03-12T14:05:00+00:00", by_school),
        tell(AT_HEALTH, "2026-03-12T14:31:52.9040017Z", by_nurse),
    ]


def shared_worry() -> list[Line]:
    """What both the school and the council say must be known before anything else."""
    at_school = safety_flag(
        AT_SCHOOL,
        "note-to-staff-44",
        "Father at the gate: walk Erin to the back field, then ring her social worker.",
        since="2026-04-14",
    )
    at_council = safety_flag(
        AT_COUNCIL,
        "alert-20411",
        "Dad may wait at the school gate. Erin leaves with somebody she knows.",
        since="2026-04-15",
    )
    return [
        tell(AT_SCHOOL, "2026-04-14T16:00:00+01:00", at_school),
        tell(AT_COUNCIL, "2026-04-15T10:15:00+01:00", at_council),
    ]


def decided(by: Worker, mornings: Step) -> Resource:
    """The plan of the meeting, with the step that was argued about as it then stood."""
    return shared_plan(
        AT_COUNCIL,
        "plan-20411",
        "Shared decision",
        "What we agreed around the table",
        Step("June rings the house at seven, so that Erin does not have to wake anybody", KETTLE),
        Step("Gran takes Louie to school on Mondays and Thursdays", kin_reference(AT_COUNCIL, GRANDMOTHER)),
        Step("Lena sees Erin each Tuesday about sleep", HEALTH),
        Step("Friday dance with Tash, whatever the week was like", BARGE),
        mornings,
        since="2026-04-21",
        by=by,
        contributors=[
            own_reference(AT_COUNCIL),
            *(kin_reference(AT_COUNCIL, one) for one in (MOTHER, BROTHER, GRANDMOTHER)),
            *(COUNCIL, HEALTH, SCHOOL, BARGE, KETTLE),
        ],
    )


LATER_START = Step("From May, Erin's first lesson may be missed without a letter home", SCHOOL, "not-started")
NINE_O_CLOCK = Step("Lessons from nine, with a late card, as the school asked", SCHOOL)


def around_the_table() -> list[Line]:
    """One meeting told by three, the plan that came of it, and a worry that all of them carry."""
    start, end = "2026-04-21T16:00:00+01:00", "2026-04-21T17:30:00+01:00"
    family = [MOTHER, BROTHER, GRANDMOTHER]
    by_council = gathering(
        AT_COUNCIL,
        "meet-0421-e",
        "Family meeting",
        start,
        end,
        workers=[HANNAH, GARETH, LENA, TASH, JUNE],
        family=family,
        shared_id=TABLE,
    )
    by_health = gathering(
        AT_HEALTH,
        "enc-41907",
        "Multi-agency meeting",
        "2026-04-21T15:00:00Z",
        "2026-04-21T16:30:00Z",
        workers=[LENA, HANNAH, GARETH, TASH],
        shared_id=TABLE,
    )
    by_barge = contact(
        ON_BARGE, "barge-0421-e", "Round the table at the library", start, end, TASH.told, HANNAH.told, LENA.told
    )  # fmt: skip
    carried = shared_plan(
        AT_COUNCIL,
        "risk-20411",
        "Shared risk",
        "What we worry about, and who carries it",
        Step("If Dad is at the gate: Gareth walks out with Erin, then rings Hannah", SCHOOL),
        Step(
            "If he rings: Erin need not answer, and tells whichever of us she likes",
            own_reference(AT_COUNCIL),
        ),
        Step("Hannah answers for the whole of it, and none of us carries it alone", COUNCIL),
        since="2026-04-21",
        by=HANNAH,
        contributors=[own_reference(AT_COUNCIL), COUNCIL, HEALTH, SCHOOL, BARGE],
    )
    return [
        tell(AT_COUNCIL, "2026-04-21T19:12:30.6+01:00", decided(HANNAH, LATER_START), *by_council),
        tell(AT_COUNCIL, "2026-04-21T19:14:05+01:00", carried),
        tell(AT_HEALTH, "2026-04-22T09:03:17.3300251Z", *by_health),
        tell(ON_BARGE, "2026-04-22T18:30:00+01:00", by_barge, timed=False),
    ]


def who_agreed() -> list[Line]:
    """Everybody's own answer to the plan; the school's is no, and it says why and what it asks for instead."""
    plan, on = decided(HANNAH, LATER_START), "2026-04-21T17:20:00+01:00"
    erin = agreement(
        AT_COUNCIL,
        "yes-20411-erin",
        plan,
        COUNCIL,
        "accepted",
        "As long as Fridays stay mine",
        on=on,
        owner=own_reference(AT_COUNCIL),
    )
    kelly = agreement(
        AT_COUNCIL,
        "yes-20411-kelly",
        plan,
        COUNCIL,
        "accepted",
        "I can do this if it is June who rings",
        on=on,
        owner=kin_reference(AT_COUNCIL, MOTHER),
    )
    council = agreement(AT_COUNCIL, "yes-20411", plan, COUNCIL, "accepted", "Ours to hold together", on=on)
    health = agreement(AT_HEALTH, "agree-3307", plan, COUNCIL, "accepted", "Lena keeps Tuesdays free", on=on)
    barge = agreement(ON_BARGE, "said-61", plan, COUNCIL, "accepted", "She has a place, paid or not", on=on)
    no = (
        "We stand by the worry and will walk out with her. We do not agree to missed first lessons from May: that is "
        "nine maths lessons before her exam. We ask for mornings to start from Monday instead."
    )
    school = agreement(AT_SCHOOL, "reply-118", plan, COUNCIL, "rejected", no, on="2026-04-23T12:00:00+01:00")
    return [
        tell(AT_COUNCIL, "2026-04-21T19:20:00+01:00", council, erin, kelly, MOTHER),
        tell(AT_HEALTH, "2026-04-22T09:05:00Z", health),
        tell(ON_BARGE, "2026-04-22T18:34:00+01:00", barge),
        tell(AT_SCHOOL, "2026-04-23T12:10:44+01:00", school),
    ]


def on_the_barge() -> list[Line]:
    """The youth charity's tablet had no signal on the canal: what it wrote in May came in July, last page first."""
    first = note(
        ON_BARGE,
        "log-0508",
        "Erin danced for the whole hour and left her phone in the shoe box by the door.",
        on="2026-05-08T19:05:00+01:00",
        by=TASH.told,
        kind="Youth work note",
    )
    second = note(
        ON_BARGE,
        "log-0515",
        "She showed the little ones the steps. Told me she had slept until seven, twice.",
        on="2026-05-15T19:10:00+01:00",
        by=TASH.told,
        kind="Youth work note",
    )
    words = "Dance on Fridays without looking at my phone"
    hope = goal(ON_BARGE, "hope-61", words, "in-progress", since="2026-05-22", by="Erin Fearnley")
    done = goal(ON_BARGE, "hope-61", words, "achieved", since="2026-05-22", by="Erin Fearnley")
    return [
        tell(ON_BARGE, "2026-05-22T19:20:00+01:00", hope, arrives="2026-07-02T10:02:00.000Z"),
        tell(ON_BARGE, "2026-05-15T19:30:00+01:00", second, timed=False, arrives="2026-07-02T10:03:00.000Z"),
        tell(ON_BARGE, "2026-05-08T19:30:00+01:00", first, arrives="2026-07-02T10:04:00.000Z"),
        tell(ON_BARGE, "2026-07-17T19:00:00+01:00", done, reason="update"),
    ]


def handed_over() -> list[Line]:
    """Hannah brings Imran along before she goes; the plan as she left it arrives when he has it already."""
    farewell = gathering(
        AT_COUNCIL,
        "visit-3488-e",
        "Hand-over visit",
        "2026-05-29T16:00:00+01:00",
        "2026-05-29T17:00:00+01:00",
        workers=[HANNAH, IMRAN],
        family=[MOTHER, BROTHER],
        kind="HH",
    )
    family = [MOTHER, BROTHER, GRANDMOTHER]
    hers, his = version(decided(HANNAH, NINE_O_CLOCK), 3), version(decided(IMRAN, NINE_O_CLOCK), 4)
    named = episode(AT_COUNCIL, "care-20411", "Early help", since="2026-03-05", manager=IMRAN)
    slot = "b2f1c9d0-5a36-4d8e-9a0b-3f6f0d1e2a02"
    start, end = "2026-09-15T15:30:00+01:00", "2026-09-15T16:30:00+01:00"
    what = "We look at the plan again"
    review = booking(AT_COUNCIL, "review-20411", what, start, end, with_whom=IMRAN.told, shared_id=slot)
    at_health = shared_as(
        booking(AT_HEALTH, "appt-9920", "Review meeting, Erin", start, end, with_whom=LENA.told), slot
    )
    return [
        tell(AT_COUNCIL, "2026-05-29T17:45:12+01:00", *farewell),
        tell(AT_COUNCIL, "2026-06-01T09:00:00+01:00", his, named, *family, reason="update"),
        tell(
            AT_COUNCIL,
            "2026-05-26T16:20:00+01:00",
            hers,
            *family,
            reason="update",
            arrives="2026-06-03T06:00:00.000Z",
        ),
        tell(AT_COUNCIL, "2026-07-01T10:11:00+01:00", review),
        tell(AT_HEALTH, "2026-07-01T13:50:20.71Z", at_health, event="booking-response"),
    ]
