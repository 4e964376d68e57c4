"""Aisha is met after the birth of her son; her worry eases, and a plan is put right within a blink."""

from tests.streams.fhir_builders import answer, contact, goal, known_to, note, plan, referral, score
from tests.streams.message_lines import Line, again, exported_again, tell
from tests.streams.norfolk_suffolk_partners import AISHA, NURSE, SURGERY, TIDEWELL, TRUST, YOUTH_PEER


def story() -> list[Line]:
    """Every line told of this person."""
    gp = known_to(SURGERY, "31190", AISHA, "2024-05-20T11:45:09+01:00")
    trust = known_to(TRUST, "BW88590", AISHA, "2026-04-08T09:10:22.4471002Z")
    peers = known_to(TIDEWELL, "TP-131", AISHA, "2026-05-11T10:00:00+01:00")

    worry, why = "Perinatal anxiety", "Idris is nine weeks old. Aisha checks his breathing through the night."
    asked = referral(
        gp, "sr-31190-2", TRUST, worry, why, on="2026-04-08T09:01:00+01:00", ubrn="100200300466", urgent=True
    )
    held = referral(
        trust,
        "ref-7915",
        TRUST,
        worry,
        why,
        on="2026-04-08T08:01:00Z",
        ubrn="100200300466",
        by=SURGERY,
        urgent=True,
    )
    yes = answer(trust, "task-7915", held, "accepted", "Seen within the week", on="2026-04-09T10:00:00Z")
    welcome = tell(trust, "2026-04-09T10:01:44.61Z", yes, held)
    visit = contact(
        trust,
        "enc-91477",
        "Home visit",
        "2026-04-14T09:30:00Z",
        "2026-04-14T10:30:00Z",
        NURSE,
        kind="HH",
        ubrn="100200300466",
    )
    first = score(trust, "obs-69", "GAD-7", 17, on="2026-04-14T09:50:00Z", by=NURSE, during=visit)
    second = score(trust, "obs-95", "GAD-7", 12, on="2026-05-26T09:40:00Z", by=NURSE)
    third = score(trust, "obs-120", "GAD-7", 7, on="2026-07-07T09:45:00Z", by=NURSE)
    steps = "Home visits before noon", "Aisha's mother takes the two o'clock feed"
    rest = plan(trust, "plan-340", "Rest and company", *steps, since="2026-04-14", by=NURSE)
    rest_and_group = plan(
        trust,
        "plan-340",
        "Rest and company",
        *steps,
        "Tuesday mothers' circle at Tidewell",
        since="2026-04-14",
        by=NURSE,
    )
    circle = referral(
        peers,
        "in-131",
        TIDEWELL,
        "Mothers' circle",
        "Aisha asked to come along with Idris.",
        on="2026-05-11T10:00:00+01:00",
    )
    first_circle = contact(
        peers,
        "group-0512",
        "Mothers' circle",
        "2026-05-12T10:30:00+01:00",
        "2026-05-12T12:00:00+01:00",
        YOUTH_PEER,
    )
    heard = note(
        peers,
        "note-0398",
        "Aisha told the circle about the nights. Three others nodded before she had finished.",
        on="2026-05-12T12:20:00+01:00",
        by=YOUTH_PEER,
    )
    sleep = goal(
        peers, "hope-131", "Sleep while Idris sleeps", "improving", since="2026-06-02", by="Aisha Rahman"
    )
    eased = tell(trust, "2026-05-26T10:20:31.9Z", second)
    return [
        tell(gp, "2026-04-08T09:03:12.07+01:00", asked),
        welcome,
        again(welcome, "2026-04-09T12:30:00.000Z", sent="2026-04-09T12:29:57.250Z"),
        tell(trust, "2026-04-14T10:44:03.25Z", visit, first),
        tell(trust, "2026-05-08T15:30:20.1234567Z", rest, arrives="2026-05-08T15:31:00.000Z"),
        tell(trust, "2026-05-08T15:30:20.1234568Z", rest_and_group, reason="update"),
        tell(peers, "2026-05-11T10:04:00+01:00", circle),
        tell(peers, "2026-05-12T12:41:00+01:00", heard, first_circle),
        eased,
        exported_again(eased, "2026-05-27T02:00:00.000Z"),
        tell(peers, "2026-06-02T12:30:00+01:00", sleep),
        tell(trust, "2026-07-07T10:15:48.7Z", third),
    ]
