"""Callum leaves care with one named worker, one visit told twice, and a consent he changes his mind on."""

from tests.streams.fhir_builders import (
    answer,
    consent,
    contact,
    goal,
    known_to,
    note,
    plan,
    referral,
    safety_flag,
    score,
)
from tests.streams.message_lines import Line, tell
from tests.streams.norfolk_suffolk_partners import (
    CALLUM,
    COUNCIL,
    LANTERN,
    NURSE,
    TIDEWELL,
    TRUST,
    YOUTH_PEER,
)


def story() -> list[Line]:
    """Every line told of this person."""
    council = known_to(COUNCIL, "ASC-66120", CALLUM, "2025-06-23T09:00:00+01:00")
    trust = known_to(TRUST, "BW88611", CALLUM, "2026-04-08T08:30:00.5Z")
    peers = known_to(TIDEWELL, "TP-140", CALLUM, "2026-06-04T16:00:00+01:00")
    named, ubrn = "Dawn Ferreira, named social worker", "100200300479"

    need, why = (
        "Support on leaving care",
        "Moved to his own flat in March. Not eating much, not answering his phone.",
    )
    asked = referral(
        council, "ref-66120-3", TRUST, need, why, on="2026-04-07T16:00:00+01:00", ubrn=ubrn, urgent=True
    )
    held = referral(
        trust, "ref-7921", TRUST, need, why, on="2026-04-07T15:00:00Z", ubrn=ubrn, by=COUNCIL, urgent=True
    )
    yes = answer(trust, "task-7921", held, "accepted", "Joint visit with Dawn", on="2026-04-08T09:00:00Z")
    danger = "Ring before visiting and leave no letters: someone he fears must not learn his address."
    caution = safety_flag(council, "alert-66120", danger, since="2026-04-09")
    lifted = safety_flag(council, "alert-66120", danger, since="2026-04-09", until="2026-09-22")
    start, end = "2026-04-15T13:00:00+01:00", "2026-04-15T14:00:00+01:00"
    seen_by_council = contact(
        council, "visit-530", "Joint visit", start, end, named, NURSE, kind="HH", ubrn=ubrn
    )
    start, end = "2026-04-15T12:00:00Z", "2026-04-15T13:00:00Z"
    seen_by_trust = contact(trust, "enc-91502", "Joint visit", start, end, NURSE, named, kind="HH", ubrn=ubrn)
    first = score(trust, "obs-70", "ReQoL-10", 14, on="2026-04-15T12:40:00Z", by=NURSE, during=seen_by_trust)
    second = score(trust, "obs-88", "ReQoL-10", 21, on="2026-05-13T12:30:00Z", by=NURSE)
    third = score(trust, "obs-124", "ReQoL-10", 29, on="2026-07-14T12:30:00Z", by=NURSE)
    pathway = plan(
        council,
        "pathway-66120",
        "Callum's pathway plan",
        "Dawn rings on Mondays",
        "Bus pass",
        "College open day",
        since="2026-04-20",
        by=named,
    )
    not_yet = consent(trust, "con-88611", "deny", TIDEWELL, LANTERN, on="2026-06-02T10:30:00+01:00")
    go_ahead = consent(trust, "con-88611", "permit", TIDEWELL, on="2026-06-02T09:45:00Z")
    company, company_why = (
        "Peer support",
        "He would like to meet someone who has been through care themselves.",
    )
    passed = referral(
        trust, "ref-8044", TIDEWELL, company, company_why, on="2026-06-03T09:00:00Z", ubrn="100200300483"
    )
    taken = referral(
        peers,
        "in-140",
        TIDEWELL,
        company,
        company_why,
        on="2026-06-03T09:00:00Z",
        ubrn="100200300483",
        by=TRUST,
    )
    glad = answer(
        peers, "ans-140", taken, "accepted", "Jodie left care at eighteen too", on="2026-06-05T11:00:00+01:00"
    )
    kitchen = note(
        peers,
        "note-0447",
        "Made a curry from what was in the cupboard. He rang his sister to say it was edible.",
        on="2026-06-16T18:10:00+01:00",
        by=YOUTH_PEER,
    )
    supper = goal(
        peers,
        "hope-140",
        "Cook for four on a Sunday",
        "in-progress",
        since="2026-06-23",
        by="Callum Thirkettle",
    )
    return [
        tell(council, "2026-04-07T16:04:10.5+01:00", asked),
        tell(trust, "2026-04-08T09:02:37.119Z", yes, held),
        tell(council, "2026-04-09T10:20:00+01:00", caution),
        tell(council, "2026-04-15T15:45:12.08+01:00", seen_by_council),
        tell(trust, "2026-04-15T14:10:55.7320041Z", seen_by_trust, first),
        tell(council, "2026-04-20T11:30:00+01:00", pathway),
        tell(trust, "2026-05-13T13:02:20Z", second),
        tell(trust, "2026-06-02T10:30:00+01:00", not_yet, arrives="2026-06-02T11:15:00.000Z"),
        tell(trust, "2026-06-02T09:45:00Z", go_ahead, reason="update"),
        tell(trust, "2026-06-03T09:04:44.35Z", passed),
        tell(peers, "2026-06-05T11:06:00+01:00", glad, taken),
        tell(peers, "2026-06-16T19:00:00+01:00", kitchen, timed=False),
        tell(peers, "2026-06-23T17:30:00+01:00", supper),
        tell(trust, "2026-07-14T13:05:09.6Z", third),
        tell(council, "2026-09-22T14:00:00+01:00", lifted, reason="update"),
    ]
