"""Sunny has no NHS number: the front door and a peer charity each know him, and each tell of one introduction."""

from dataclasses import replace

from tests.streams.community_builders import also_called, introduction, listing, outcome, with_email
from tests.streams.fhir_builders import Demographics, consent, contact, goal, known_to, note
from tests.streams.lambeth_partners import (
    CONNECTOR,
    COUNCIL,
    FRONT_DOOR,
    KINDLING,
    LONG_TABLE,
    PEER,
    REPAIR_CAFE,
    SUNNY,
    TRUST,
)
from tests.streams.message_lines import Line, tell

LISTED = "2026-01-12T09:00:00Z"
AT_KINDLING: Demographics = replace(SUNNY, given="Sunny", street="", town="", postcode="")
"""The peers write the name he goes by, and nothing of where he sleeps."""

EMAIL = "sunny.mistry@mail.example"


def story() -> list[Line]:
    """Every line told of this person."""
    at_door = known_to(FRONT_DOOR, "MR-0322", SUNNY, "2026-04-16T18:00:00+01:00")
    door = with_email(also_called(at_door, "Sunny"), EMAIL)
    peers = with_email(known_to(KINDLING, "KP-91", AT_KINDLING, "2026-04-02T20:00:00+01:00"), EMAIL)
    bench_of_door = listing(FRONT_DOOR, REPAIR_CAFE, LISTED)
    bench, table = (
        listing(KINDLING, REPAIR_CAFE, "2026-02-01T12:00:00Z"),
        listing(KINDLING, LONG_TABLE, "2026-02-01T12:00:00Z"),
    )

    supper = contact(
        peers, "kp-met-410", "Drop-in", "2026-04-02T18:00:00+01:00", "2026-04-02T19:30:00+01:00", PEER
    )
    radio = note(
        peers,
        "kp-note-410",
        "Sunny fixed the drop-in's radio with a teaspoon. Does not want a doctor, does want a soldering iron.",
        on="2026-04-02T20:00:00+01:00",
        by=PEER,
    )
    private = consent(peers, "kp-con-91", "deny", TRUST, COUNCIL, on="2026-04-09T18:30:00+01:00")
    mend = introduction(
        peers,
        "kp-int-91-1",
        REPAIR_CAFE,
        "To be where the tools are",
        on="2026-04-16T18:15:00+01:00",
        by=PEER,
        words="Introduced to the repair café",
        coded=False,
    )
    mend_of_door = introduction(
        door,
        "int-0322",
        REPAIR_CAFE,
        "Curtis would like us to let the café know he is coming",
        on="2026-04-16",
        by=PEER,
    )
    came = outcome(
        door,
        "out-0322",
        mend_of_door,
        REPAIR_CAFE,
        "completed",
        "Came on Saturday with a toaster, left with a job to do.",
        on="2026-04-27T09:30:00+01:00",
    )
    eat = introduction(
        peers,
        "kp-int-91-2",
        LONG_TABLE,
        "A hot meal on Thursdays, if he feels like it",
        on="2026-10-29T18:40:00Z",
        by=PEER,
        coded=False,
    )
    radio_shelf = goal(
        peers,
        "kp-hope-91",
        "Get the big radio working before Diwali",
        "achieved",
        since="2026-08-06",
        by="Sunny Mistry",
    )
    volunteer = contact(
        door,
        "talk-0322",
        "Asked how it is going",
        "2026-06-18T11:00:00+01:00",
        "2026-06-18T11:20:00+01:00",
        CONNECTOR,
    )
    return [
        tell(peers, "2026-04-02T20:10:00+01:00", radio, supper),
        tell(peers, "2026-04-09T18:40:00+01:00", private),
        tell(peers, "2026-04-16T18:20:00+01:00", mend, *bench),
        tell(door, "2026-04-17T09:10:00+01:00", mend_of_door, *bench_of_door),
        tell(door, "2026-04-27T09:33:00+01:00", came, mend_of_door | {"status": "completed"}, *bench_of_door),
        tell(door, "2026-06-18T11:40:00+01:00", volunteer),
        tell(peers, "2026-10-29T18:45:00Z", eat, *table),
        tell(peers, "2026-11-05T19:00:00Z", radio_shelf, timed=False),
    ]
