"""Peter lives in one council's city and is paid for by another; each of the two names him a social worker."""

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
    safety_flag,
)
from tests.streams.message_lines import Line, tell
from tests.streams.named_social_worker_partners import (
    ARNE,
    HOLLIN,
    JO,
    LARKMOOR,
    MARCUS,
    NASREEN,
    PETER,
    SURGERY,
    THORNBECK,
)

OLD_HOME = replace(PETER, street="22 Spinners Row", town="Thornbeck", postcode="TB98 4GH")
AT_THORNBECK = known_to(THORNBECK, "TC-21007", OLD_HOME, "2019-02-04T10:00:00Z")
AT_LARKMOOR = known_to(LARKMOOR, "LK-9043", PETER, "2026-04-02T12:00:00+01:00")
AT_HOLLIN = known_to(HOLLIN, "HH-31", replace(PETER, nhs_number=""), "2024-10-01T09:00:00+01:00")
AT_SURGERY = known_to(SURGERY, "30412", PETER, "2024-10-08T11:00:00+01:00")

BROTHER = kin(AT_THORNBECK, "TC-21008", ARNE, "Brother")
BROTHER_IN_LARKMOOR = kin(AT_LARKMOOR, "LK-9044", ARNE, "Brother")
MEETING = "6c1d0f52-8a77-4b1e-b6c9-51f20a3e7b03"


def story() -> list[Line]:
    """Every line told of this person."""
    return [*from_thornbeck(), *concerns(), *from_larkmoor(), *both_at_one_table(), *at_hollin_house()]


def from_thornbeck() -> list[Line]:
    """The council that pays has had one worker for him since before he moved."""
    cared_for = episode(AT_THORNBECK, "care-21007", "Adult social care", since="2024-09-16", manager=MARCUS)
    plan = shared_plan(
        AT_THORNBECK,
        "plan-21007",
        "Support plan",
        "Peter's move, and after",
        Step("Thornbeck pays for Hollin House", THORNBECK),
        Step("Marcus comes every quarter, in person", MARCUS),
        since="2024-10-01",
        by=MARCUS,
        contributors=[own_reference(AT_THORNBECK), kin_reference(AT_THORNBECK, BROTHER), THORNBECK, HOLLIN],
    )
    visit = gathering(
        AT_THORNBECK,
        "visit-7215",
        "Quarterly visit",
        "2026-03-06T11:00:00Z",
        "2026-03-06T12:00:00Z",
        workers=[MARCUS, JO],
        family=[BROTHER],
        kind="HH",
    )
    return [
        tell(AT_THORNBECK, "2026-03-02T09:00:00+00:00", plan, cared_for, BROTHER),
        tell(AT_THORNBECK, "2026-03-06T15:00:00+00:00", *visit),
    ]


def asked(local: str, theirs: str, why: str, on: str, ubrn: str) -> tuple[Resource, Resource]:
    """A safeguarding concern, as the house tells it and as the city's council holds it."""
    need = "Safeguarding concern"
    told = referral(AT_HOLLIN, local, LARKMOOR, need, why, on=on, ubrn=ubrn, urgent=True)
    held = referral(AT_LARKMOOR, theirs, LARKMOOR, need, why, on=on, ubrn=ubrn, by=HOLLIN, urgent=True)
    return told, held


def concerns() -> list[Line]:
    """Two concerns six weeks apart, both real; the paying council writes the first one down in its own words."""
    first, first_held = asked(
        "concern-12",
        "sg-5510",
        "His card was used on a day he was at the farm. He says that a friend looks after it for him.",
        "2026-04-02T10:30:00+01:00",
        "991500600136",
    )
    second, second_held = asked(
        "concern-14",
        "sg-5702",
        "The friend waited at the farm gate. Peter gave him his coat.",
        "2026-05-14T16:00:00+01:00",
        "991500600143",
    )
    copied = referral(
        AT_THORNBECK,
        "copy-882",
        LARKMOOR,
        "Financial abuse, for information",
        "Hollin House has written to Larkmoor about his bank card.",
        on="2026-04-02",
        by=HOLLIN,
    )
    yes = answer(
        AT_LARKMOOR,
        "sg-5510-reply",
        first_held,
        "accepted",
        "Nasreen will come, with Jo beside him",
        on="2026-04-03T09:30:00+01:00",
    )
    yes_again = answer(
        AT_LARKMOOR, "sg-5702-reply", second_held, "accepted", "Nasreen comes tomorrow", on="2026-05-14T17:10:00+01:00"
    )  # fmt: skip
    flag = safety_flag(
        AT_LARKMOOR,
        "alert-9043",
        "Somebody uses his kindness and his card. Ask to see Peter alone.",
        since="2026-04-09",
    )
    calmer = safety_flag(
        AT_LARKMOOR,
        "alert-9043",
        "Somebody uses his kindness and his card. Ask to see Peter alone.",
        since="2026-04-09",
        until="2026-08-20",
    )
    return [
        tell(AT_HOLLIN, "2026-04-02T10:41:00+01:00", first),
        tell(AT_THORNBECK, "2026-04-02T15:20:00+01:00", copied),
        tell(AT_LARKMOOR, "2026-04-03T09:36:00+01:00", yes, first_held),
        tell(AT_LARKMOOR, "2026-04-09T14:02:00+01:00", flag),
        tell(AT_HOLLIN, "2026-05-14T16:07:00+01:00", second),
        tell(AT_LARKMOOR, "2026-05-14T17:14:00+01:00", yes_again, second_held),
        tell(AT_LARKMOOR, "2026-08-20T10:00:00+01:00", calmer, reason="update"),
    ]


def from_larkmoor() -> list[Line]:
    """The council of the city where he lives names a worker of its own, and does not end the other's."""
    cared_for = episode(AT_LARKMOOR, "care-9043", "Safeguarding adults", since="2026-04-09", manager=NASREEN)
    plan = shared_plan(
        AT_LARKMOOR,
        "plan-9043",
        "Support plan",
        "Keeping Peter's money Peter's",
        Step("A new card, with Peter there when it is ordered", NASREEN),
        Step("Jo and Peter look at the balance on Fridays", HOLLIN),
        since="2026-04-09",
        by=NASREEN,
        contributors=[own_reference(AT_LARKMOOR), LARKMOOR, HOLLIN],
    )
    by_larkmoor = contact(
        AT_LARKMOOR,
        "seen-4410",
        "Safeguarding enquiry visit",
        "2026-04-09T11:00:00+01:00",
        "2026-04-09T12:10:00+01:00",
        NASREEN.told,
        JO.told,
        kind="HH",
    )
    by_house = contact(
        AT_HOLLIN,
        "book-0409",
        "Nasreen came about the card",
        "2026-04-09T11:00:00+01:00",
        "2026-04-09T12:00:00+01:00",
        JO.told,
        NASREEN.told,
        kind="HH",
    )
    return [
        tell(AT_LARKMOOR, "2026-04-09T14:00:00+01:00", plan, cared_for),
        tell(AT_LARKMOOR, "2026-04-09T14:05:00+01:00", by_larkmoor),
        tell(
            AT_HOLLIN, "2026-04-09T20:30:00+01:00", by_house, timed=False, arrives="2026-04-27T06:00:00.000Z"
        ),
    ]


def both_at_one_table() -> list[Line]:
    """Both councils' workers, his brother and the house meet; whom Peter rings first is agreed, and by whom."""
    start, end = "2026-06-11T13:00:00+01:00", "2026-06-11T14:15:00+01:00"
    by_larkmoor = gathering(
        AT_LARKMOOR,
        "meet-4502",
        "Meeting of the two councils with Peter",
        start,
        end,
        workers=[NASREEN, MARCUS, JO],
        family=[BROTHER_IN_LARKMOOR],
        shared_id=MEETING,
    )
    by_thornbeck = gathering(
        AT_THORNBECK,
        "meet-7533",
        "Cross-border meeting",
        start,
        end,
        workers=[MARCUS, NASREEN],
        family=[BROTHER],
        shared_id=MEETING,
    )
    by_house = contact(
        AT_HOLLIN, "book-0611", "Everybody came to Peter's kitchen", start, end, JO.told, NASREEN.told, MARCUS.told
    )  # fmt: skip
    plan = shared_plan(
        AT_LARKMOOR,
        "first-9043",
        "Shared decision",
        "Whom Peter rings first",
        Step("Nasreen is the first name on the fridge; she rings Marcus, not Peter", NASREEN),
        Step("Marcus stays for the money and the quarterly visit", MARCUS),
        since="2026-06-11",
        by=NASREEN,
        contributors=[
            own_reference(AT_LARKMOOR), kin_reference(AT_LARKMOOR, BROTHER_IN_LARKMOOR), LARKMOOR, THORNBECK, HOLLIN,
        ],
    )  # fmt: skip
    on = "2026-06-11T14:10:00+01:00"
    peter = agreement(
        AT_LARKMOOR, "yes-9043", plan, LARKMOOR, "accepted", "Two is all right. I like one name on the fridge.", on=on,
        owner=own_reference(AT_LARKMOOR),
    )  # fmt: skip
    thornbeck = agreement(
        AT_THORNBECK,
        "yes-21007",
        plan,
        LARKMOOR,
        "accepted",
        "We pay, and we still come",
        on="2026-06-15T09:00:00+01:00",
    )
    return [
        tell(AT_LARKMOOR, "2026-06-11T16:00:00+01:00", plan, *by_larkmoor),
        tell(AT_LARKMOOR, "2026-06-11T16:02:00+01:00", peter),
        tell(AT_THORNBECK, "2026-06-11T17:30:00+01:00", *by_thornbeck),
        tell(AT_HOLLIN, "2026-06-11T20:15:00+01:00", by_house),
        tell(AT_THORNBECK, "2026-06-15T09:05:00+01:00", thornbeck),
    ]


def at_hollin_house() -> list[Line]:
    """What matters to him, his own circle, and the farm."""
    about = answers(
        AT_HOLLIN,
        "about-31",
        "about-me",
        ("What matters to me", "The farm. Arne on Sundays. Paying for my own round."),
        ("What people should know", "I say yes first. Ask me again after tea."),
        on="2026-03-08T16:00:00Z",
    )
    people = circle(
        AT_HOLLIN, "circle-31", "Peter's people", workers=[JO, MARCUS, NASREEN], since="2026-06-11"
    )
    words = "Buy a round with my own card"
    hope = goal(AT_HOLLIN, "hope-31", words, "in-progress", since="2026-04-17", by="Peter Lund")
    done = goal(AT_HOLLIN, "hope-31", words, "achieved", since="2026-04-17", by="Peter Lund")
    farm = note(
        AT_HOLLIN,
        "book-0520",
        "Peter fed the calves and asked who had rung. I said Nasreen. He said: the one with the boots.",
        on="2026-05-20T19:00:00+01:00",
        by=JO.told,
        kind="Support note",
    )
    seen = contact(
        AT_SURGERY,
        "enc-9911",
        "Annual health check",
        "2026-05-27T10:00:00+01:00",
        "2026-05-27T10:40:00+01:00",
        "Dr Fay Brook, GP",
        JO.told,
    )
    return [
        tell(AT_HOLLIN, "2026-03-08T16:20:00+00:00", about),
        tell(AT_HOLLIN, "2026-04-17T18:00:00+01:00", hope),
        tell(AT_HOLLIN, "2026-05-20T19:20:00+01:00", farm, timed=False),
        tell(AT_SURGERY, "2026-05-27T10:55:20.6+01:00", seen),
        tell(AT_HOLLIN, "2026-06-12T09:00:00+01:00", people),
        tell(AT_HOLLIN, "2026-07-18T22:10:00+01:00", done, reason="update"),
    ]
