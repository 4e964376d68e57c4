"""Derek is turned down by the trust and welcomed by a charity, with the reason told."""

from tests.streams.fhir_builders import answer, answers, contact, goal, known_to, note, referral, score
from tests.streams.message_lines import Line, again, tell, version
from tests.streams.norfolk_suffolk_partners import DEREK, LANTERN, SURGERY, TRUST


def story() -> list[Line]:
    """Every line told of this person."""
    gp = known_to(SURGERY, "10862", DEREK, "2011-02-03T10:15:00Z")
    trust = known_to(TRUST, "BW88377", DEREK, "2026-03-10T12:31:08Z")
    lantern = known_to(LANTERN, "ML-2209", DEREK, "2026-03-17T10:05:00Z")

    worry, why = (
        "Low mood",
        "Widowed a year ago, comes in each week, mostly to talk. Used to skipper a crab boat.",
    )
    asked = referral(gp, "sr-10862-4", TRUST, worry, why, on="2026-03-10T12:25:00Z", ubrn="100200300437")
    held = referral(
        trust, "ref-7752", TRUST, worry, why, on="2026-03-10T12:25:00Z", ubrn="100200300437", by=SURGERY
    )
    reason = "Lonely rather than unwell; Derek agrees that a befriender would suit him better than a clinic."
    no = answer(trust, "task-7752", held, "rejected", reason, on="2026-03-13T10:00:00Z")
    wish = "Befriending"
    onward = referral(gp, "sr-10862-5", LANTERN, wish, why, on="2026-03-16T17:40:00Z", ubrn="100200300452")
    taken = referral(
        lantern, "req-640", LANTERN, wish, why, on="2026-03-16T17:40:00Z", ubrn="100200300452", by=SURGERY
    )
    yes = answer(
        lantern,
        "req-640-reply",
        taken,
        "accepted",
        "Alf Dade would like to meet him",
        on="2026-03-18T09:50:00Z",
    )
    tea = contact(
        lantern,
        "visit-1204",
        "First visit, with a pot of tea",
        "2026-03-24T14:00:00Z",
        "2026-03-24T15:30:00Z",
        "Alf Dade, volunteer befriender",
        kind="HH",
        ubrn="100200300452",
    )
    loneliness = answers(
        lantern,
        "form-640",
        "company",
        ("How often do you feel you lack company?", "Most days, worst after tea"),
        ("What would you like more of?", "Talk about boats, and a reason to shave"),
        on="2026-03-24T15:20:00Z",
    )
    words = "Back to Thursday darts at the club"
    darts = goal(lantern, "goal-640", words, "in-progress", since="2026-04-07", by="Derek Pask")
    darts_again = goal(lantern, "goal-640", words, "achieved", since="2026-04-07", by="Derek Pask")
    club = note(
        lantern,
        "visit-1260",
        "Took the long way by the quay. He showed Alf where the Girl Pauline was moored.",
        on="2026-04-21T16:00:00+01:00",
        by="Alf Dade, volunteer befriender",
        kind="Befriending note",
    )
    well = score(
        lantern, "reqol-640-2", "ReQoL-10", 31, on="2026-06-11T11:00:00+01:00", by="Cath Mobbs, coordinator"
    )
    quay = tell(lantern, "2026-04-21T18:30:00+01:00", club, timed=False)
    return [
        tell(gp, "2026-03-10T12:27:41.3Z", asked),
        tell(trust, "2026-03-13T10:02:16.0009Z", no, held),
        tell(gp, "2026-03-16T17:42:03.88Z", onward),
        tell(lantern, "2026-03-18T09:55:00+00:00", yes, taken),
        tell(lantern, "2026-03-24T17:10:00+00:00", tea, loneliness),
        quay,
        again(quay, "2026-04-23T07:15:00.000Z"),
        tell(lantern, "2026-06-11T12:05:00+01:00", well),
        tell(lantern, "2026-07-09T10:00:00+01:00", version(darts, 1), arrives="2026-07-10T08:00:00.000Z"),
        tell(lantern, "2026-07-09T10:00:00+01:00", version(darts_again, 2), reason="update"),
    ]
