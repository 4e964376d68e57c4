"""Bronagh comes out of hospital care by the front door; her worker changes once, and a wrong score is taken back."""

from tests.streams.community_builders import introduction, listing, outcome, visit
from tests.streams.fhir_builders import answer, booking, contact, goal, known_to, plan, referral, score
from tests.streams.lambeth_partners import (
    BRONAGH,
    CHOIR,
    CONNECTOR,
    FRONT_DOOR,
    GYM,
    NURSE,
    SECOND_CONNECTOR,
    TRUST,
)
from tests.streams.message_lines import Line, tell, version

LISTED = "2026-01-12T09:00:00Z"


def story() -> list[Line]:
    """Every line told of this person."""
    trust = known_to(TRUST, "MM-39944", BRONAGH, "2025-10-06T08:30:00.75Z")
    door = known_to(FRONT_DOOR, "MR-0220", BRONAGH, "2026-02-24T10:00:00Z")
    gym, choir = listing(FRONT_DOOR, GYM, LISTED), listing(FRONT_DOOR, CHOIR, LISTED)
    number, slot = "100911000121", "5c0e7f52-6d0b-4f4e-9c53-0b8a6d1f2e11"

    # from secondary care to the front door: a referral the other way round, and none to secondary care
    need, why = "A life outside the clinic", "Five months with us, and well. Would like her evenings back."
    passed = referral(trust, "ref-39944", FRONT_DOOR, need, why, on="2026-02-23T10:00:00Z", ubrn=number)
    taken = referral(
        door, "ask-0220", FRONT_DOOR, need, why, on="2026-02-23T10:00:00Z", ubrn=number, by=TRUST
    )
    yes = answer(
        door, "ask-0220-reply", taken, "accepted", "Imelda knows the gym crowd", on="2026-02-24T10:05:00Z"
    )
    start, end = "2026-03-02T16:00:00Z", "2026-03-02T17:00:00Z"
    booked = booking(
        trust, "appt-39944", "Hand-over, all three", start, end, with_whom=SECOND_CONNECTOR, shared_id=slot
    )
    booked_at_door = booking(
        door, "slot-0220", "Owen brings Bronagh over", start, end, with_whom=NURSE, shared_id=slot
    )
    by_trust = contact(
        trust, "enc-39944-9", "Hand-over meeting", start, end, NURSE, SECOND_CONNECTOR, ubrn=number
    )
    by_door = contact(
        door, "talk-0220", "Meeting with Owen and Bronagh", start, end, SECOND_CONNECTOR, NURSE, ubrn=number
    )
    steps = "Two mornings at the Ironworks", "Ring the front door, not the ward, when a week goes wrong"
    with_imelda = plan(door, "plan-0220", "Bronagh's plan", *steps, since="2026-03-02", by=SECOND_CONNECTOR)
    with_bola = plan(door, "plan-0220", "Bronagh's plan", *steps, since="2026-03-02", by=CONNECTOR)
    lift = introduction(
        door,
        "int-0220",
        GYM,
        "Mornings with a reason to get up",
        on="2026-03-02T16:40:00Z",
        by=SECOND_CONNECTOR,
    )
    lifted = visit(
        door, "went-0220", GYM, lift, "2026-03-04T07:30:00Z", "2026-03-04T08:30:00Z", SECOND_CONNECTOR
    )
    sing = introduction(
        door, "int-0241", CHOIR, "Used to sing at school", on="2026-03-16T11:00:00Z", by=SECOND_CONNECTOR
    )
    late_shift = outcome(
        door,
        "out-0241",
        sing,
        CHOIR,
        "failed",
        "Did not go: works lates on Tuesdays, and has the gym.",
        on="2026-04-07T10:00:00+01:00",
    )
    wrong = score(door, "reqol-0220-2", "ReQoL-10", 3, on="2026-04-20T10:30:00+01:00", by=SECOND_CONNECTOR)
    right = score(door, "reqol-0220-3", "ReQoL-10", 30, on="2026-04-20T10:30:00+01:00", by=SECOND_CONNECTOR)
    # the same morning by another hand and with another total: to be looked at, not to be folded
    other = score(trust, "obs-39944-4", "ReQoL-10", 28, on="2026-04-20T11:00:00Z", by=NURSE)
    wish = goal(
        door, "hope-0220", "Lift my own weight", "in-progress", since="2026-03-16", by="Bronagh Tully"
    )
    lifts = goal(door, "hope-0220", "Lift my own weight", "achieved", since="2026-03-16", by="Bronagh Tully")
    own_weight = tell(door, "2026-06-02T09:00:00+01:00", version(lifts, 2), reason="update")
    return [
        tell(trust, "2026-02-23T10:03:27.4Z", passed),
        tell(door, "2026-02-24T10:08:00Z", yes, taken),
        tell(trust, "2026-02-25T14:20:09.12Z", booked),
        tell(door, "2026-02-25T15:00:00Z", booked_at_door, event="booking-response"),
        tell(trust, "2026-03-02T17:20:41.3Z", by_trust),
        tell(door, "2026-03-02T17:30:00Z", by_door, with_imelda),
        tell(door, "2026-03-02T17:32:00Z", lift, *gym),
        tell(door, "2026-03-05T09:00:00Z", lift | {"status": "completed"}, lifted, *gym, reason="update"),
        tell(door, "2026-03-16T11:10:00Z", sing, wish, *choir),
        tell(door, "2026-04-07T10:05:00+01:00", late_shift, sing | {"status": "revoked"}, *choir),
        tell(door, "2026-04-20T10:45:00+01:00", wrong),
        tell(
            door, "2026-04-20T10:52:00+01:00", wrong | {"status": "entered-in-error"}, right, reason="update"
        ),
        tell(trust, "2026-04-20T12:10:33.6Z", other),
        tell(door, "2026-05-11T09:00:00+01:00", with_bola, reason="update"),
        own_weight,
    ]
