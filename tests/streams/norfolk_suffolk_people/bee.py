"""Bee is known to the peer charity alone, with no NHS number and no full date of birth."""

from tests.streams.fhir_builders import consent, contact, goal, known_to, note
from tests.streams.message_lines import Line, again, tell
from tests.streams.norfolk_suffolk_partners import BEE, COUNCIL, PEER, TIDEWELL, TRUST


def story() -> list[Line]:
    """Every line told of this person."""
    peers = known_to(TIDEWELL, "TP-125", BEE, "2026-04-10T19:00:00+01:00")

    door = contact(
        peers, "dropin-0410", "Drop-in supper", "2026-04-10T18:00:00+01:00", "2026-04-10T20:00:00+01:00", PEER
    )
    quiet = note(
        peers,
        "note-0315",
        "Bee came for the soup and stayed for the washing up. Prefers Bee, and no forms.",
        on="2026-04-10T20:10:00+01:00",
        by=PEER,
    )
    private = consent(peers, "con-125", "deny", TRUST, COUNCIL, on="2026-04-17T19:30:00+01:00")
    shelf = note(
        peers,
        "note-0402",
        "Bee mended the wobbly shelf without being asked, and told us about the van years.",
        on="2026-05-15T20:05:00+01:00",
        by=PEER,
    )
    words = "Join the library and borrow something on engines"
    library = goal(peers, "hope-125", words, "in-progress", since="2026-06-05", by="Bee")
    joined = goal(peers, "hope-125", words, "achieved", since="2026-06-05", by="Bee")
    # the charity's outbox was stuck for a month: its second try at this news came through before the first
    hoped = tell(peers, "2026-06-05T19:40:00+01:00", library, timed=False, arrives="2026-07-08T06:00:00.000Z")
    return [
        tell(peers, "2026-04-10T20:30:00+01:00", quiet, door),
        tell(peers, "2026-04-17T19:35:00+01:00", private),
        tell(peers, "2026-05-15T20:40:00+01:00", shelf, timed=False),
        again(hoped, "2026-07-06T06:00:00.000Z", sent="2026-07-06T05:59:58.000Z"),
        tell(
            peers,
            "2026-06-26T19:50:00+01:00",
            joined,
            reason="update",
            timed=False,
            arrives="2026-07-07T06:00:00.000Z",
        ),
        hoped,
    ]
