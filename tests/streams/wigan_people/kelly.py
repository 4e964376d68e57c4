"""Kelly, their mother, says what she wants shared and what not; one visit and one form are written down by two."""

from tests.streams.family_builders import (
    Step,
    Worker,
    agreement,
    episode,
    gathering,
    in_error,
    kin,
    kin_reference,
    own_reference,
    shared_plan,
)
from tests.streams.fhir_builders import (
    Resource,
    answer,
    answers,
    consent,
    contact,
    known_to,
    referral,
    score,
)
from tests.streams.message_lines import Line, exported_again, tell
from tests.streams.wigan_partners import (
    COUNCIL,
    COUNCIL_NUMBERS,
    ERIN,
    GARETH,
    GP,
    HANNAH,
    IMRAN,
    JUNE,
    KELLY,
    KETTLE,
    LENA,
    LOUIE,
    MAUREEN,
    SCHOOL,
    SURGERY,
    TABLE,
    TASH,
)

AT_SURGERY = known_to(SURGERY, "20194", KELLY, "2008-05-19T09:30:00+01:00")
AT_COUNCIL = known_to(COUNCIL, COUNCIL_NUMBERS["Kelly"], KELLY, "2026-03-04T09:15:00+00:00")
AT_KETTLE = known_to(KETTLE, "K-310", KELLY, "2026-03-02T14:00:00Z")

DAUGHTER = kin(AT_COUNCIL, COUNCIL_NUMBERS["Erin"], ERIN, "Daughter")
SON = kin(AT_COUNCIL, COUNCIL_NUMBERS["Louie"], LOUIE, "Son")
MOTHER = kin(AT_COUNCIL, COUNCIL_NUMBERS["Maureen"], MAUREEN, "Mother")


def story() -> list[Line]:
    """Every line told of this person."""
    return [*asked_for(), *seen_at_home(), *assessed(), *around_the_table(), *handed_over()]


def asked_for() -> list[Line]:
    """Her GP asks the charity for company at home, and measures how low she is."""
    ubrn, need = "991300400156", "Company and help at home"
    why = "On her own since November. Drinks at night to sleep, wants to stop, fears that the children will be taken."
    asked = referral(AT_SURGERY, "sr-20194-6", KETTLE, need, why, on="2026-02-27T10:15:00Z", ubrn=ubrn)
    held = referral(AT_KETTLE, "ask-310", KETTLE, need, why, on="2026-02-27T10:15:00Z", ubrn=ubrn, by=SURGERY)
    yes = answer(
        AT_KETTLE, "ask-310-yes", held, "accepted", "June has been through it and come out", on="2026-03-02T14:00:00Z"
    )  # fmt: skip
    low = score(AT_SURGERY, "obs-5510", "PHQ-9", 19, on="2026-02-27T10:05:00Z", by=GP.told)
    april = score(AT_SURGERY, "obs-5702", "PHQ-9", 14, on="2026-04-24T10:05:00+01:00", by=GP.told)
    slip = score(AT_SURGERY, "obs-5701", "PHQ-9", 24, on="2026-04-24T10:05:00+01:00", by=GP.told)
    june = score(AT_SURGERY, "obs-5960", "PHQ-9", 8, on="2026-06-26T09:40:00+01:00", by=GP.told)
    better = tell(AT_SURGERY, "2026-06-26T09:52:14.8Z", june)
    return [
        tell(AT_SURGERY, "2026-02-27T10:21:33.1Z", asked, low),
        tell(AT_KETTLE, "2026-03-02T14:06:00+00:00", yes, held),
        tell(AT_SURGERY, "2026-04-24T09:11:02Z", slip),
        tell(AT_SURGERY, "2026-04-24T09:12:40Z", in_error(slip), reason="update"),
        tell(AT_SURGERY, "2026-04-24T09:13:05Z", april),
        better,
        exported_again(better, "2026-06-27T02:00:00.000Z"),
    ]


def seen_at_home() -> list[Line]:
    """Hannah and June came together, and both wrote it down; Kelly said who may know what."""
    start, end = "2026-03-10T16:00:00Z", "2026-03-10T17:10:00Z"
    by_council = gathering(
        AT_COUNCIL,
        "visit-3301-k",
        "Home visit",
        start,
        end,
        workers=[HANNAH, JUNE],
        family=[DAUGHTER, SON, MOTHER],
        kind="HH",
    )
    by_kettle = contact(
        AT_KETTLE, "tea-0310", "First cup of tea, with Hannah", start, end, JUNE.told, HANNAH.told, kind="HH"
    )
    named = episode(AT_COUNCIL, "care-20413", "Early help", since="2026-03-05", manager=HANNAH)
    together = consent(AT_COUNCIL, "con-20413-1", "permit", SURGERY, KETTLE, on="2026-03-10T17:00:00Z")
    not_school = consent(AT_COUNCIL, "con-20413-2", "deny", SCHOOL, on="2026-03-10T17:02:00Z")
    return [
        tell(AT_COUNCIL, "2026-03-05T11:24:00+00:00", named),
        tell(AT_COUNCIL, "2026-03-10T18:10:05+00:00", together, *by_council),
        tell(AT_COUNCIL, "2026-03-10T18:11:40+00:00", not_school),
        tell(AT_KETTLE, "2026-03-11T10:20:00+00:00", by_kettle),
    ]


def assessed() -> list[Line]:
    """One form filled in at one kitchen table, which both systems keep."""
    asked = (
        ("What matters to me", "That they stay with me, and that nobody talks over my head"),
        ("What is hardest", "Half past six in the morning"),
        ("What has helped before", "My mum singing in the kitchen, and walking by the locks"),
    )
    by_council = answers(AT_COUNCIL, "form-20413", "family", *asked, on="2026-03-17T11:00:00Z")
    by_kettle = answers(AT_KETTLE, "form-310", "our-family", *asked, on="2026-03-17T11:00:00Z")
    return [
        tell(AT_COUNCIL, "2026-03-17T13:02:00+00:00", by_council),
        tell(AT_KETTLE, "2026-03-18T09:15:00+00:00", by_kettle),
    ]


def decided(by: Worker) -> Resource:
    """Her own part of what was agreed."""
    return shared_plan(
        AT_COUNCIL,
        "plan-20413",
        "Shared decision",
        "Steady mornings",
        Step("June rings at seven, and Kelly picks up", KETTLE),
        Step("Kelly tells June or Hannah on the day she has a drink, and nobody shouts", own_reference(AT_COUNCIL)),
        Step("The debt letters are opened together on Wednesdays", COUNCIL),
        since="2026-04-21",
        by=by,
        contributors=[
            own_reference(AT_COUNCIL), kin_reference(AT_COUNCIL, DAUGHTER), kin_reference(AT_COUNCIL, MOTHER), COUNCIL,
            KETTLE,
        ],
    )  # fmt: skip


def around_the_table() -> list[Line]:
    """The family's meeting in her record, and her own yes to it."""
    start, end = "2026-04-21T16:00:00+01:00", "2026-04-21T17:30:00+01:00"
    by_council = gathering(
        AT_COUNCIL,
        "meet-0421-k",
        "Family meeting",
        start,
        end,
        workers=[HANNAH, GARETH, LENA, TASH, JUNE],
        family=[DAUGHTER, SON, MOTHER],
        shared_id=TABLE,
    )
    by_kettle = contact(
        AT_KETTLE, "tea-0421", "Sat beside Kelly at the meeting", start, end, JUNE.told, HANNAH.told
    )
    plan, on = decided(HANNAH), "2026-04-21T17:20:00+01:00"
    kelly = agreement(
        AT_COUNCIL,
        "yes-20413-kelly",
        plan,
        COUNCIL,
        "accepted",
        "It is the first plan I have read to the end",
        on=on,
        owner=own_reference(AT_COUNCIL),
    )
    council = agreement(AT_COUNCIL, "yes-20413", plan, COUNCIL, "accepted", "Ours to hold together", on=on)
    kettle = agreement(AT_KETTLE, "yes-310", plan, COUNCIL, "accepted", "June will ring, Sundays too", on=on)
    return [
        tell(AT_COUNCIL, "2026-04-21T19:40:00+01:00", plan, *by_council),
        tell(AT_COUNCIL, "2026-04-21T19:42:00+01:00", kelly, council),
        tell(AT_KETTLE, "2026-04-22T09:30:00+01:00", kettle, by_kettle),
    ]


def handed_over() -> list[Line]:
    """The same hand-over as in her children's records."""
    farewell = gathering(
        AT_COUNCIL,
        "visit-3488-k",
        "Hand-over visit",
        "2026-05-29T16:00:00+01:00",
        "2026-05-29T17:00:00+01:00",
        workers=[HANNAH, IMRAN],
        family=[DAUGHTER, SON],
        kind="HH",
    )
    named = episode(AT_COUNCIL, "care-20413", "Early help", since="2026-03-05", manager=IMRAN)
    return [
        tell(AT_COUNCIL, "2026-05-29T17:50:00+01:00", *farewell),
        tell(
            AT_COUNCIL, "2026-06-01T09:04:00+01:00", decided(IMRAN), named, DAUGHTER, MOTHER, reason="update"
        ),
    ]
