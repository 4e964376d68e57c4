"""Farida walks in with a bag of unopened envelopes: a debt clinic told by two, a gym at the second asking."""

from tests.streams.community_builders import by_identifier, introduction, listing, outcome, visit
from tests.streams.fhir_builders import answers, contact, goal, known_to, note, referral, score
from tests.streams.lambeth_partners import (
    ADVISER,
    CONNECTOR,
    DEBT_CLINIC,
    EVEN_KEEL,
    FARIDA,
    FRONT_DOOR,
    GYM,
    SURGERY,
)
from tests.streams.message_lines import Line, again, tell

LISTED = "2026-01-12T09:00:00Z"


def story() -> list[Line]:
    """Every line told of this person."""
    return [*envelopes(), *the_gym()]


def envelopes() -> list[Line]:
    """She asks for help herself; the front door and the debt clinic both write down what followed."""
    door = known_to(FRONT_DOOR, "MR-0231", FARIDA, "2026-03-03T11:00:00Z")
    keel = known_to(EVEN_KEEL, "EK-588", FARIDA, "2026-03-04T09:00:00Z")
    clinic_of_door, clinic = listing(FRONT_DOOR, DEBT_CLINIC, LISTED), listing(EVEN_KEEL, DEBT_CLINIC, LISTED)

    asked = referral(
        door,
        "ask-0231",
        FRONT_DOOR,
        "Somebody to open the post with",
        "Debt, and not sleeping for it. Two small children. Walked in by herself.",
        on="2026-03-03T11:00:00Z",
    ) | {"requester": door.reference}
    talk = contact(
        door, "talk-0231", "First conversation", "2026-03-03T11:00:00Z", "2026-03-03T12:15:00Z", CONNECTOR
    ) | {"basedOn": [by_identifier(asked)]}
    spoken = answers(
        door,
        "form-0231",
        "what-matters",
        ("What brought you in today?", "The green door. And the bag was getting heavy"),
        ("What should we know?", "I read three languages and I cannot read these letters"),
        on="2026-03-03T11:40:00Z",
    )
    to_clinic = introduction(
        door,
        "int-0231",
        DEBT_CLINIC,
        "To open the envelopes with somebody beside her",
        on="2026-03-03T12:00:00Z",
        by=CONNECTOR,
    )
    heard = introduction(
        keel,
        "in-588",
        DEBT_CLINIC,
        "Council tax and a catalogue; a bag of post not opened",
        on="2026-03-03",
        by=CONNECTOR,
        words="Debt clinic, through the front door",
        coded=False,
    )
    opened = visit(
        door,
        "went-0231",
        DEBT_CLINIC,
        to_clinic,
        "2026-03-09T10:00:00Z",
        "2026-03-09T11:00:00Z",
        ADVISER,
        CONNECTOR,
        what="The envelopes, at the debt clinic",
    )
    advised = contact(
        keel,
        "session-588-1",
        "Debt clinic, first session",
        "2026-03-09T10:05:00Z",
        "2026-03-09T11:00:00Z",
        ADVISER,
        CONNECTOR,
    )
    arranged = outcome(
        keel,
        "close-588",
        heard,
        DEBT_CLINIC,
        "completed",
        "Came three times. Council tax in instalments, the catalogue written off, bailiffs called off.",
        on="2026-03-30T15:00:00+01:00",
    )
    second = contact(
        keel,
        "session-588-2",
        "Debt clinic, second session",
        "2026-03-16T10:00:00Z",
        "2026-03-16T10:40:00Z",
        ADVISER,
    )
    third = contact(
        keel,
        "session-588-3",
        "Debt clinic, third session",
        "2026-03-30T10:00:00+01:00",
        "2026-03-30T10:30:00+01:00",
        ADVISER,
    )
    told_door = tell(
        door,
        "2026-03-09T13:02:00Z",
        to_clinic | {"status": "completed"},
        opened,
        *clinic_of_door,
        reason="update",
    )
    # the clinic keeps its notes on a laptop and sends them in one go
    batch = "2026-04-02T19:0"
    return [
        tell(door, "2026-03-03T12:20:00Z", asked, talk, spoken),
        tell(door, "2026-03-03T12:22:00Z", to_clinic, *clinic_of_door),
        told_door,
        again(told_door, "2026-03-09T13:20:00.000Z"),
        tell(keel, "2026-03-04T09:12:00Z", heard, *clinic, arrives=f"{batch}0:00.000Z"),
        tell(
            keel,
            "2026-03-30T15:05:00+01:00",
            arranged,
            heard | {"status": "completed"},
            arrives=f"{batch}1:00.000Z",
        ),
        tell(keel, "2026-03-16T12:00:00Z", second, arrives=f"{batch}2:00.000Z"),
        tell(keel, "2026-03-09T12:00:00Z", advised, arrives=f"{batch}3:00.000Z"),
        tell(keel, "2026-03-30T12:00:00+01:00", third, arrives=f"{batch}4:00.000Z"),
    ]


def the_gym() -> list[Line]:
    """At the first asking the gym is one thing too many; at the second it is hers."""
    gp = known_to(SURGERY, "5390", FARIDA, "2021-09-14T12:00:00+01:00")
    door = known_to(FRONT_DOOR, "MR-0231", FARIDA, "2026-03-03T11:00:00Z")
    gym = listing(FRONT_DOOR, GYM, LISTED)

    low = score(
        gp, "obs-5390-1", "PHQ-9", 14, on="2026-03-06T09:20:00Z", by="Dr Anil Sethi, general practitioner"
    )
    lower = score(
        gp, "obs-5390-2", "PHQ-9", 8, on="2026-05-15T09:10:00+01:00", by="Dr Anil Sethi, general practitioner"
    )
    too_soon = introduction(
        door, "int-0233", GYM, "An hour in the week that is hers", on="2026-03-03T12:05:00Z", by=CONNECTOR
    )
    not_now = outcome(
        door,
        "out-0233",
        too_soon,
        GYM,
        "failed",
        "Did not go. Childcare first, she says, and please stop asking until there is some.",
        on="2026-03-24T10:00:00Z",
    )
    hers = introduction(
        door,
        "int-0341",
        GYM,
        "There is a nursery place now. She asked about the quiet hour",
        on="2026-04-28T10:30:00+01:00",
        by=CONNECTOR,
    )
    quiet_hour = visit(door, "went-0341", GYM, hers, "2026-05-01T09:30:00+01:00", "2026-05-01T10:30:00+01:00")
    wish = goal(
        door, "hope-0231", "Sleep through a Monday night", "achieved", since="2026-03-03", by="Farida Noorzai"
    )
    keys = note(
        door,
        "note-0502",
        "Farida has a locker key on the same ring as her front door. She showed me twice.",
        on="2026-05-05T11:00:00+01:00",
        by=CONNECTOR,
        kind="Connector's note",
    )
    return [
        tell(door, "2026-03-03T12:23:00Z", too_soon, *gym),
        tell(gp, "2026-03-06T09:31:40.25Z", low),
        tell(door, "2026-03-24T10:03:00Z", not_now, too_soon | {"status": "revoked"}, *gym),
        tell(door, "2026-04-28T10:40:00+01:00", hers, *gym),
        tell(
            door,
            "2026-05-05T11:10:00+01:00",
            hers | {"status": "completed"},
            quiet_hour,
            keys,
            *gym,
            reason="update",
        ),
        tell(gp, "2026-05-15T09:22:08.7+01:00", lower),
        tell(door, "2026-05-19T12:00:00+01:00", wish),
    ]
