"""Ewa is Eva to the charity, which has no NHS number for her but the same telephone and birthday."""

from dataclasses import replace

from tests.streams.fhir_builders import answer, booking, contact, known_to, note, referral, score
from tests.streams.message_lines import Line, tell
from tests.streams.norfolk_suffolk_partners import COUNSELLOR, EWA, LANTERN, NURSE, TRUST


def story() -> list[Line]:
    """Every line told of this person."""
    trust = known_to(TRUST, "BW88815", EWA, "2026-06-24T08:50:00.9Z")
    lantern = known_to(
        LANTERN, "ML-2260", replace(EWA, given="Eva", nhs_number=""), "2026-07-01T10:30:00+01:00"
    )
    ubrn = "100200300514"

    call = contact(
        trust, "enc-93410", "Assessment", "2026-06-24T09:00:00Z", "2026-06-24T09:50:00Z", NURSE, kind="VR"
    )
    first = score(trust, "obs-115", "GAD-7", 13, on="2026-06-24T09:30:00Z", by=NURSE, during=call)
    need, why = (
        "Bereavement counselling",
        "Her brother died in Gdynia in the spring and she could not travel.",
    )
    passed = referral(trust, "ref-8102", LANTERN, need, why, on="2026-06-29T10:00:00Z", ubrn=ubrn)
    taken = referral(lantern, "req-671", LANTERN, need, why, on="2026-06-29T10:00:00Z", ubrn=ubrn, by=TRUST)
    yes = answer(
        lantern, "req-671-reply", taken, "accepted", "Ruth speaks some Polish", on="2026-07-01T10:40:00+01:00"
    )
    start, end = "2026-07-15T12:00:00+01:00", "2026-07-15T12:50:00+01:00"
    booked = booking(lantern, "slot-3310", "Counselling, first hour", start, end, with_whom=COUNSELLOR)
    met = contact(lantern, "visit-1344", "Counselling", start, end, COUNSELLOR, ubrn=ubrn)
    letter = note(
        lantern,
        "visit-1344-note",
        "She read me the letter she wrote to him. We lit the candle she had brought.",
        on="2026-07-15T13:05:00+01:00",
        by=COUNSELLOR,
        kind="Counselling note",
    )
    return [
        tell(trust, "2026-06-24T10:05:52.4402Z", call, first),
        tell(trust, "2026-06-29T10:02:00Z", passed),
        tell(lantern, "2026-07-01T10:45:00+01:00", yes, taken),
        tell(lantern, "2026-07-02T09:20:00+01:00", booked),
        tell(lantern, "2026-07-15T13:30:00+01:00", met, letter),
    ]
