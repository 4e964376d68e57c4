"""Two men named Thomas Gage: a charity wrote the father's NHS number on the son's card."""

from dataclasses import replace

from tests.streams.fhir_builders import answer, contact, known_to, note, referral, score
from tests.streams.message_lines import Line, again, tell
from tests.streams.norfolk_suffolk_partners import COUNSELLOR, LANTERN, NURSE, SURGERY, THOMAS, TRUST


def story() -> list[Line]:
    """Every line told of this person."""
    gp = known_to(SURGERY, "05521", THOMAS, "2004-06-15T09:40:00+01:00")
    trust = known_to(TRUST, "BW88702", THOMAS, "2026-05-13T10:12:00.25Z")
    son = replace(THOMAS, birth_date="1989-11-27", phone="07700 900188")
    lantern = known_to(LANTERN, "ML-2246", son, "2026-06-09T11:00:00+01:00")

    need, why = "Depression", "Gave up the lifeboat after his knee; has not been down to the quay since."
    asked = referral(gp, "sr-05521-9", TRUST, need, why, on="2026-05-13T10:55:00+01:00", ubrn="100200300503")
    held = referral(
        trust, "ref-7988", TRUST, need, why, on="2026-05-13T09:55:00Z", ubrn="100200300503", by=SURGERY
    )
    yes = answer(trust, "task-7988", held, "accepted", "Suits the wellbeing team", on="2026-05-15T09:00:00Z")
    first_visit = contact(
        trust,
        "enc-92240",
        "Assessment",
        "2026-05-27T10:00:00Z",
        "2026-05-27T11:00:00Z",
        NURSE,
        ubrn="100200300503",
    )
    first = score(trust, "obs-97", "PHQ-9", 15, on="2026-05-27T10:20:00Z", by=NURSE, during=first_visit)
    second = score(trust, "obs-121", "PHQ-9", 11, on="2026-07-08T10:15:00Z", by=NURSE)
    assessed = tell(trust, "2026-05-27T11:20:06.81Z", first_visit, first)
    new_father = contact(
        lantern,
        "visit-1302",
        "Counselling",
        "2026-06-09T17:30:00+01:00",
        "2026-06-09T18:20:00+01:00",
        COUNSELLOR,
    )
    bedtime = note(
        lantern,
        "visit-1302-note",
        "New to being a father. Wants to be home for bath time; is asking for earlier shifts.",
        on="2026-06-09T18:30:00+01:00",
        by=COUNSELLOR,
        kind="Counselling note",
    )
    easier = score(lantern, "reqol-2246-1", "ReQoL-10", 25, on="2026-07-21T17:40:00+01:00", by=COUNSELLOR)
    return [
        tell(gp, "2026-05-13T10:58:30.2+01:00", asked),
        tell(trust, "2026-05-15T09:03:21Z", yes, held),
        assessed,
        again(assessed, "2026-05-30T01:00:00.000Z"),
        tell(lantern, "2026-06-09T18:45:00+01:00", new_father, bedtime),
        tell(trust, "2026-07-08T10:40:17.4Z", second),
        tell(lantern, "2026-07-21T18:10:00+01:00", easier),
    ]
