"""Maya finds her way back to the allotment: four organisations, one referral, one booking."""

from dataclasses import replace

from tests.streams.fhir_builders import (
    answer,
    booking,
    consent,
    contact,
    goal,
    known_to,
    note,
    plan,
    referral,
    score,
)
from tests.streams.message_lines import Line, again, tell
from tests.streams.norfolk_suffolk_partners import (
    COUNCIL,
    MAYA,
    NURSE,
    PEER,
    SOCIAL_WORKER,
    SURGERY,
    THERAPIST,
    TIDEWELL,
    TRUST,
)


def story() -> list[Line]:
    """Every line told of this person."""
    gp = known_to(SURGERY, "20417", MAYA, "2019-08-14T09:02:41+01:00")
    trust = known_to(TRUST, "BW88213", MAYA, "2026-03-02T09:20:05.1182736Z")
    moved = replace(MAYA, street="2 Chapel Yard", town="Wensum St Mary", postcode="NR97 6JP")
    trust_moved = known_to(TRUST, "BW88213", moved, "2026-09-07T10:02:44.5Z")
    peers = known_to(TIDEWELL, "TP-118", replace(MAYA, street="", postcode=""), "2026-03-12T11:40:00+00:00")
    council = known_to(COUNCIL, "ASC-70931", MAYA, "2026-05-05T14:11:27.25+01:00")
    council_moved = known_to(COUNCIL, "ASC-70931", moved, "2026-09-04T15:30:12+01:00")

    wish = "Talking therapy and company in getting out again"
    why = (
        "Low since redundancy in the autumn, sleeping four hours a night, no longer goes to her allotment. "
        "Would like to talk to someone, and to meet others who have come through it."
    )
    asked = referral(gp, "sr-20417-1", TRUST, wish, why, on="2026-03-02T09:12:00Z", ubrn="100200300401")
    held = referral(
        trust, "ref-7731", TRUST, wish, why, on="2026-03-02T09:12:00Z", ubrn="100200300401", by=SURGERY
    )
    yes = answer(trust, "task-7731", held, "accepted", "Suits the wellbeing team", on="2026-03-04T11:05:30Z")
    first_ask = tell(gp, "2026-03-02T09:14:27.512Z", asked)

    triage = contact(
        trust,
        "enc-90114",
        "Triage call",
        "2026-03-06T10:00:00Z",
        "2026-03-06T10:40:00Z",
        NURSE,
        kind="VR",
        ubrn="100200300401",
    )
    at_triage = score(trust, "obs-41", "PHQ-9", 18, on="2026-03-06T10:30:00Z", by=NURSE, during=triage)
    shared = consent(trust, "con-88213", "permit", COUNCIL, TIDEWELL, on="2026-03-09T09:30:00Z")
    slot = "0f6bb0a4-4a53-4c0e-9f0c-5d2d7f5a8c01"
    first_slot = booking(
        trust,
        "appt-5501",
        "First session, Tom and Sam together",
        "2026-03-18T14:00:00Z",
        "2026-03-18T15:00:00Z",
        with_whom=THERAPIST,
        shared_id=slot,
    )
    new_slot = first_slot | {"start": "2026-03-20T14:00:00Z", "end": "2026-03-20T15:00:00Z"}
    peer_slot = booking(
        peers,
        "diary-77",
        "Maya's first session, with Tom",
        "2026-03-20T14:00:00Z",
        "2026-03-20T15:00:00Z",
        with_whom=PEER,
        shared_id=slot,
    )
    session = contact(
        trust,
        "enc-90320",
        "First session",
        "2026-03-20T14:00:00Z",
        "2026-03-20T15:05:00Z",
        THERAPIST,
        PEER,
        ubrn="100200300401",
    )
    at_session = score(trust, "obs-58", "PHQ-9", 16, on="2026-03-20T14:10:00Z", by=THERAPIST, during=session)

    words = "Walk to the allotment twice a week"
    walk = goal(trust, "goal-311", words, "in-progress", since="2026-03-23", by="Maya Holloway")
    walk_improving = goal(trust, "goal-311", words, "improving", since="2026-03-23", by="Maya Holloway")
    walk_achieved = goal(trust, "goal-311", words, "achieved", since="2026-03-23", by="Maya Holloway")
    together = plan(
        trust,
        "plan-311",
        "Maya's plan",
        "Eight sessions with Tom",
        "A weekly walk with Sam",
        "Sleep diary",
        since="2026-03-23",
        by=THERAPIST,
        goals=[walk],
    )

    company, company_why = (
        "Peer support",
        "Maya would like Sam to come along to the allotment the first few times.",
    )
    passed = referral(
        trust, "ref-7790", TIDEWELL, company, company_why, on="2026-03-25T09:00:00Z", ubrn="100200300418"
    )
    taken = referral(
        peers,
        "in-118",
        TIDEWELL,
        company,
        company_why,
        on="2026-03-25T09:00:00Z",
        ubrn="100200300418",
        by=TRUST,
    )
    glad = answer(peers, "ans-118", taken, "accepted", "Sam is free on Tuesdays", on="2026-03-27T13:20:00Z")
    walk_one = note(
        peers,
        "note-0301",
        "We got as far as the gate. Maya said the shed key still turns. That was enough for today.",
        on="2026-03-31T15:10:00+01:00",
        by=PEER,
    )
    walk_two = note(
        peers,
        "note-0322",
        "Broad beans in. She laughed about the slugs. She wants to come on her own on Friday.",
        on="2026-04-14T15:25:00+01:00",
        by=PEER,
    )

    april = score(trust, "obs-73", "PHQ-9", 13, on="2026-04-22T14:05:00+01:00", by=THERAPIST)
    slip = score(trust, "obs-90", "PHQ-9", 22, on="2026-05-20T14:05:00+01:00", by=THERAPIST)
    may = score(trust, "obs-91", "PHQ-9", 9, on="2026-05-20T14:05:00+01:00", by=THERAPIST)
    june = score(trust, "obs-112", "PHQ-9", 6, on="2026-06-18T14:10:00+01:00", by=THERAPIST)
    home_call = contact(
        council,
        "visit-551",
        "Home visit about rent arrears",
        "2026-05-06T11:00:00+01:00",
        "2026-05-06T12:00:00+01:00",
        SOCIAL_WORKER,
        kind="HH",
    )
    roof = plan(
        council,
        "plan-70931",
        "Keeping a roof",
        "Discretionary housing payment",
        "Find a smaller flat near the allotment",
        since="2026-05-06",
        by=SOCIAL_WORKER,
    )
    keys = contact(
        council,
        "visit-802",
        "Moving day",
        "2026-09-04T10:00:00+01:00",
        "2026-09-04T12:30:00+01:00",
        SOCIAL_WORKER,
        kind="HH",
    )
    farewell = contact(
        trust_moved,
        "enc-97002",
        "Last session",
        "2026-09-07T09:00:00Z",
        "2026-09-07T09:50:00Z",
        THERAPIST,
        PEER,
    )
    return [
        first_ask,
        again(first_ask, "2026-03-02T10:40:00.000Z", sent="2026-03-02T10:39:58.000Z"),
        tell(trust, "2026-03-04T11:05:31.0071Z", yes, held),
        tell(trust, "2026-03-06T10:52:18+00:00", triage, at_triage),
        tell(trust, "2026-03-09T09:31:02.75Z", shared),
        tell(trust, "2026-03-11T16:20:45.102Z", first_slot, arrives="2026-03-12T18:05:00.000Z"),
        tell(trust, "2026-03-12T08:47:11.9031Z", new_slot, reason="update"),
        tell(peers, "2026-03-13T12:00:00Z", peer_slot, event="booking-response"),
        tell(trust, "2026-03-20T15:18:40.33Z", session, at_session),
        tell(trust, "2026-03-23T10:12:09.4410032Z", together, walk),
        tell(trust, "2026-03-25T09:03:55Z", passed),
        tell(peers, "2026-03-27T13:21:30+00:00", glad, taken),
        tell(peers, "2026-03-31T16:02:14+01:00", walk_one),
        tell(peers, "2026-04-14T16:20:51+01:00", walk_two),
        tell(trust, "2026-04-22T14:40:12.6Z", april),
        tell(council, "2026-05-06T13:14:33.871+01:00", home_call, roof),
        tell(trust, "2026-05-20T14:41:05.2Z", slip),
        tell(trust, "2026-05-20T15:02:19.8Z", slip | {"status": "entered-in-error"}, reason="update"),
        tell(trust, "2026-05-20T15:04:40Z", may),
        tell(trust, "2026-06-03T13:30:27.05Z", walk_improving, reason="update"),
        tell(trust, "2026-06-18T14:48:59.1234Z", june),
        tell(trust, "2026-07-02T13:15:06Z", walk_achieved, reason="update"),
        tell(council_moved, "2026-09-04T15:31:40+01:00", keys),
        tell(trust_moved, "2026-09-07T10:03:01.77Z", farewell),
    ]
