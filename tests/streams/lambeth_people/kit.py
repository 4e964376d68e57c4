"""Kit is turned down by the trust, with the reason told, and grows beans with a peer worker instead."""

from dataclasses import replace

from tests.streams.community_builders import by_identifier, introduction, listing, visit
from tests.streams.fhir_builders import answer, answers, contact, goal, known_to, note, referral, score
from tests.streams.lambeth_partners import (
    CONNECTOR,
    FRONT_DOOR,
    GROWING_PLOT,
    KINDLING,
    KIT,
    PEER,
    SECONDARY,
    SURGERY,
    TRUST,
)
from tests.streams.message_lines import Line, exported_again, tell

LISTED = "2026-01-12T09:00:00Z"


def story() -> list[Line]:
    """Every line told of this person."""
    return [*turned_down(), *at_the_plot()]


def turned_down() -> list[Line]:
    """Two systems tell of each referral: of the first by one number, of the onward one by no number at all."""
    # the letters of the surgery and the trust still have the name that was given at birth
    gp = known_to(SURGERY, "6022", replace(KIT, given="Christopher"), "2015-04-20T09:00:00+01:00")
    trust = known_to(TRUST, "MM-40817", replace(KIT, given="Christopher"), "2026-01-19T14:00:00.5Z")
    door = known_to(FRONT_DOOR, "MR-0188", replace(KIT, nhs_number=""), "2026-01-27T10:00:00Z")
    number = "100911000107"

    worry, why = (
        "Anxiety",
        "Left their course in the autumn. Cannot face a full room; can face the canal, early, with nobody about.",
    )
    asked = referral(gp, "sr-6022-1", TRUST, worry, why, on="2026-01-19T11:20:00Z", ubrn=number) | SECONDARY
    held = (
        referral(trust, "ref-40817", TRUST, worry, why, on="2026-01-19T11:20:00Z", ubrn=number, by=SURGERY)
        | SECONDARY
    )
    reason = (
        "Does not need secondary care now, and Kit told us on the phone that one more waiting room would be the end "
        "of it. We think that the front door could meet them outdoors."
    )
    no = answer(trust, "task-40817", held, "rejected", reason, on="2026-01-22T15:30:00Z")
    onward = referral(
        gp,
        "sr-6022-2",
        FRONT_DOOR,
        "Somebody to meet out of doors",
        "The trust suggests the front door. Kit agrees, if it is not indoors.",
        on="2026-01-26T08:50:00Z",
    ) | {"basedOn": [by_identifier(asked)]}
    taken = referral(
        door,
        "ask-0188",
        FRONT_DOOR,
        "Company outside, slowly",
        "Anxious in crowds, left college. From the doctor, after the trust said no.",
        on="2026-01-26",
        by=SURGERY,
    )
    yes = answer(
        door,
        "ask-0188-reply",
        taken,
        "accepted",
        "Bola will wait by the footbridge",
        on="2026-01-27T10:05:00Z",
    )
    return [
        tell(gp, "2026-01-19T11:24:31.6Z", asked),
        tell(trust, "2026-01-22T15:33:02.18Z", no, held),
        tell(gp, "2026-01-26T08:53:47.9Z", onward),
        tell(door, "2026-01-27T10:08:00Z", yes, taken),
    ]


def at_the_plot() -> list[Line]:
    """The first Saturday is written down by the front door and by the peer charity: one visit."""
    door = known_to(FRONT_DOOR, "MR-0188", replace(KIT, nhs_number=""), "2026-01-27T10:00:00Z")
    peers = known_to(
        KINDLING, "KP-77", replace(KIT, nhs_number="", street="", postcode=""), "2026-02-02T16:00:00Z"
    )
    plot = listing(FRONT_DOOR, GROWING_PLOT, LISTED)

    identifier = {"system": f"{FRONT_DOOR.home}/referral-id", "value": "ask-0188"}
    taken = {"type": "ServiceRequest", "identifier": identifier}
    walk = contact(
        door, "talk-0188", "First conversation", "2026-01-29T08:00:00Z", "2026-01-29T08:45:00Z", CONNECTOR
    ) | {"basedOn": [taken]}
    spoken = answers(
        door,
        "form-0188",
        "what-matters",
        ("What should anybody who meets you know?", "They, not he. And please do not fill the silences"),
        ("What would you like more of?", "Things that do not mind how long I take. Plants, maybe"),
        on="2026-01-29T08:40:00Z",
    )
    passed = referral(
        door,
        "pass-0188",
        KINDLING,
        "Peer support",
        "Kit would like somebody who has been there.",
        on="2026-02-02T09:30:00Z",
    )
    received = referral(
        peers,
        "kp-ask-77",
        KINDLING,
        "A peer worker who has been through it",
        "From Bola at the front door: anxious in rooms, fine by water.",
        on="2026-02-02T09:30:00Z",
        by=FRONT_DOOR,
    )
    glad = answer(
        peers,
        "kp-ask-77-reply",
        received,
        "accepted",
        "Curtis is there on Saturdays anyway",
        on="2026-02-03T17:00:00Z",
    )
    grow = introduction(
        door,
        "int-0188",
        GROWING_PLOT,
        "To grow something without hurry",
        on="2026-02-02T09:45:00Z",
        by=CONNECTOR,
    )
    seen_by_door = visit(
        door, "went-0188", GROWING_PLOT, grow, "2026-02-07T09:30:00Z", "2026-02-07T11:00:00Z", PEER, CONNECTOR
    )
    seen_by_peers = contact(
        peers,
        "kp-met-301",
        "Saturday at Canal Meadow with Kit",
        "2026-02-07T09:35:00Z",
        "2026-02-07T11:00:00Z",
        PEER,
        CONNECTOR,
    )
    beans = note(
        peers,
        "kp-note-301",
        "Kit labelled every tray in pencil. Said nine words by my count, and all of them were about soil.",
        on="2026-02-07T11:30:00Z",
        by=PEER,
    )
    kettle = note(
        peers,
        "kp-note-340",
        "Kit has the key to the shed now, and put the kettle on for the new people.",
        on="2026-05-16T12:00:00+01:00",
        by=PEER,
    )
    wish = goal(
        peers,
        "kp-hope-77",
        "Sell our beans at the gate in August",
        "in-progress",
        since="2026-05-16",
        by="Kit Rowntree",
    )
    first = score(peers, "kp-reqol-77-1", "ReQoL-10", 14, on="2026-02-21T11:10:00Z", by=PEER)
    second = score(peers, "kp-reqol-77-2", "ReQoL-10", 26, on="2026-06-06T11:10:00+01:00", by=PEER)
    scored = tell(peers, "2026-02-21T12:00:00Z", first)
    return [
        tell(door, "2026-01-29T09:20:00Z", walk, spoken),
        tell(door, "2026-02-02T09:33:00Z", passed),
        tell(door, "2026-02-02T09:47:00Z", grow, *plot),
        tell(peers, "2026-02-03T17:04:00Z", glad, received),
        tell(
            door, "2026-02-09T09:15:00Z", grow | {"status": "completed"}, seen_by_door, *plot, reason="update"
        ),
        tell(peers, "2026-02-07T11:40:00Z", seen_by_peers, beans),
        scored,
        exported_again(scored, "2026-02-22T02:00:00.000Z"),
        tell(peers, "2026-05-16T12:20:00+01:00", kettle, wish),
        tell(peers, "2026-06-06T12:00:00+01:00", second),
    ]
