"""Delroy's days have stops in them again: a choir, a repair café, and the choir once more after his sister died."""

from tests.streams.community_builders import by_identifier, introduction, listing, outcome, visit
from tests.streams.fhir_builders import answer, answers, contact, goal, known_to, note, referral, score
from tests.streams.lambeth_partners import (
    CHOIR,
    CONNECTOR,
    DELROY,
    FRONT_DOOR,
    REPAIR_CAFE,
    SURGERY,
)
from tests.streams.message_lines import Line, again, tell

LISTED = "2026-01-12T09:00:00Z"


def story() -> list[Line]:
    """Every line told of this person."""
    return [*first_time(), *after_his_sister()]


def first_time() -> list[Line]:
    """The surgery asks the front door and not a clinic; he sings, and he mends."""
    gp = known_to(SURGERY, "4471", DELROY, "2008-06-02T10:30:00+01:00")
    door = known_to(FRONT_DOOR, "MR-0207", DELROY, "2026-02-04T10:00:00Z")
    choir, repair_cafe = listing(FRONT_DOOR, CHOIR, LISTED), listing(FRONT_DOOR, REPAIR_CAFE, LISTED)

    asked = referral(
        gp,
        "sr-4471-1",
        FRONT_DOOR,
        "Help to get out and meet people",
        "Drove the same bus for thirty-one years. Since he retired, he says, the days have no stops in them.",
        on="2026-02-03T09:20:00Z",
    )
    held = referral(
        door,
        "ask-0207",
        FRONT_DOOR,
        "Company, and something to do",
        "From his doctor: lonely since he stopped driving the bus. Not ill.",
        on="2026-02-03",
        by=SURGERY,
    )
    yes = answer(
        door, "ask-0207-reply", held, "accepted", "Bola rang; tea on Friday", on="2026-02-04T10:15:00Z"
    )
    tea = contact(
        door, "talk-0207", "First conversation", "2026-02-06T11:00:00Z", "2026-02-06T12:10:00Z", CONNECTOR
    ) | {"basedOn": [by_identifier(held)]}
    spoken = answers(
        door,
        "form-0207",
        "what-matters",
        ("What makes a good day?", "Somebody asking me something I know the answer to"),
        ("What were you good at?", "Reading the road. And I sang bass at chapel, twenty years"),
        on="2026-02-06T11:50:00Z",
    )
    first = score(door, "reqol-0207-1", "ReQoL-10", 19, on="2026-02-06T11:55:00Z", by=CONNECTOR, during=tea)
    words = "Sing bass again, with other people"
    wish = goal(door, "hope-0207", words, "in-progress", since="2026-02-06", by="Delroy Benbow")
    sung = goal(door, "hope-0207", words, "achieved", since="2026-02-06", by="Delroy Benbow")
    sing = introduction(
        door, "int-0211", CHOIR, "To sing bass again", on="2026-02-06T12:00:00Z", by=CONNECTOR
    )
    mend = introduction(
        door, "int-0212", REPAIR_CAFE, "To be of use with his hands", on="2026-02-06T12:05:00Z", by=CONNECTOR
    )
    first_song = visit(
        door, "went-0211", CHOIR, sing, "2026-02-10T18:00:00Z", "2026-02-10T20:30:00Z", CONNECTOR
    )
    tenors = note(
        door,
        "note-0224",
        "Their leader rang: they have put Delroy between two tenors, to steady them. He has not missed a Tuesday.",
        on="2026-02-24T21:15:00Z",
        by=CONNECTOR,
        kind="Connector's note",
    )
    kettle = outcome(
        door,
        "out-0212",
        mend,
        REPAIR_CAFE,
        "completed",
        "Went by himself. Took a kettle, brought back a kettle and a lamp.",
        on="2026-02-23T09:40:00Z",
    )
    asked_told = tell(door, "2026-02-06T12:20:00Z", sing, *choir)
    return [
        tell(gp, "2026-02-03T09:24:11.03Z", asked),
        tell(door, "2026-02-04T10:16:00Z", yes, held),
        tell(door, "2026-02-06T12:15:00Z", tea, spoken, first, wish),
        asked_told,
        tell(door, "2026-02-06T12:21:00Z", mend, *repair_cafe),
        again(asked_told, "2026-02-08T07:00:00.000Z", sent="2026-02-08T06:59:58.000Z"),
        tell(
            door, "2026-02-11T09:30:00Z", sing | {"status": "completed"}, first_song, *choir, reason="update"
        ),
        tell(door, "2026-02-23T09:45:00Z", kettle, mend | {"status": "completed"}, *repair_cafe),
        tell(door, "2026-02-24T21:20:00Z", tenors),
        tell(door, "2026-03-03T10:00:00Z", sung, reason="update"),
    ]


def after_his_sister() -> list[Line]:
    """Six weeks later the surgery asks again, and that is another referral."""
    gp = known_to(SURGERY, "4471", DELROY, "2008-06-02T10:30:00+01:00")
    door = known_to(FRONT_DOOR, "MR-0207", DELROY, "2026-02-04T10:00:00Z")
    choir = listing(FRONT_DOOR, CHOIR, LISTED)

    asked = referral(
        gp,
        "sr-4471-2",
        FRONT_DOOR,
        "Help to get out and meet people",
        "His sister Hyacinth has died. He has stopped singing, and would like Bola to call.",
        on="2026-03-17T16:45:00Z",
    )
    held = referral(
        door,
        "ask-0298",
        FRONT_DOOR,
        "Company again, after a death",
        "Has lost his sister. He asked for Bola by name.",
        on="2026-03-17",
        by=SURGERY,
    )
    yes = answer(
        door, "ask-0298-reply", held, "accepted", "Bola called the same evening", on="2026-03-17T18:30:00Z"
    )
    call = contact(
        door,
        "talk-0298",
        "Call at home",
        "2026-03-20T14:00:00Z",
        "2026-03-20T15:20:00Z",
        CONNECTOR,
        kind="HH",
    ) | {"basedOn": [by_identifier(held)]}
    back = introduction(
        door,
        "int-0299",
        CHOIR,
        "To go back without having to explain himself at the door",
        on="2026-03-20T15:10:00Z",
        by=CONNECTOR,
    )
    second_time = visit(
        door,
        "went-0299",
        CHOIR,
        back,
        "2026-03-24T18:00:00Z",
        "2026-03-24T20:30:00Z",
        CONNECTOR,
        what="Back at Tuesday Voices",
    )
    hymn = note(
        door,
        "note-0324",
        "Nobody asked. They sang the one Hyacinth liked, and he took the low line from the second verse.",
        on="2026-03-24T21:00:00Z",
        by=CONNECTOR,
        kind="Connector's note",
    )
    later = score(door, "reqol-0207-2", "ReQoL-10", 31, on="2026-05-19T17:40:00+01:00", by=CONNECTOR)
    return [
        tell(gp, "2026-03-17T16:47:52.4Z", asked),
        tell(door, "2026-03-17T18:32:00Z", yes, held),
        tell(door, "2026-03-20T15:40:00Z", call),
        tell(door, "2026-03-20T15:42:00Z", back, *choir),
        tell(
            door,
            "2026-03-25T09:10:00Z",
            back | {"status": "completed"},
            second_time,
            hymn,
            *choir,
            reason="update",
        ),
        tell(door, "2026-05-19T18:00:00+01:00", later),
    ]
