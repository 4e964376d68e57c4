"""Mehwish's referral is told by three systems, her words are said in two languages, and she takes one back."""

from dataclasses import replace

from tests.streams.community_builders import (
    agreed,
    invited,
    journey,
    one_of,
    relative,
    written_together,
)
from tests.streams.fhir_builders import answer, booking, consent, known_to, note, referral, score
from tests.streams.message_lines import Line, again, tell
from tests.streams.open_dialogue_meetings import met, met_with_peers
from tests.streams.open_dialogue_partners import (
    HOSPITAL,
    INTERPRETER,
    MEHWISH,
    PEER,
    PEERS,
    PSYCHIATRIST,
    SURGERY,
    TEAM,
)

SISTER = "Sana Riaz, sister"
FAMILY_TOLD = "2026-03-17T08:00:00Z"


def story() -> list[Line]:
    """Every line told of this person."""
    return [*asked_for(), *in_two_languages()]


def asked_for() -> list[Line]:
    """Two tell of the referral by one number, the third in words of its own."""
    gp = known_to(SURGERY, "7730", MEHWISH, "2012-09-24T11:00:00+01:00")
    hospital = known_to(HOSPITAL, "FT-60250", MEHWISH, "2026-03-16T09:30:00.1Z")
    peers = known_to(PEERS, "KC-19", replace(MEHWISH, nhs_number=""), "2026-03-16T15:00:00Z")
    number, slot = "100912000116", "8e3f4a10-7f2c-4d55-8d1b-3a9c6b7e4d02"
    need = "Crisis: has stopped speaking"
    why = "Was at the mill when it burned, and has said nothing for nine days. Eats, washes, looks after the children."

    asked = referral(
        gp, "sr-7730-4", HOSPITAL, need, why, on="2026-03-16T09:10:00Z", ubrn=number, urgent=True
    )
    held = referral(
        hospital,
        "ref-60250",
        HOSPITAL,
        need,
        why,
        on="2026-03-16T09:10:00Z",
        ubrn=number,
        by=SURGERY,
        urgent=True,
    )
    copied = referral(
        peers,
        "kc-in-19",
        HOSPITAL,
        "Copied to us: a mother who has gone silent",
        "The doctor has asked the dialogue team, and asked whether Izzy could come too.",
        on="2026-03-16",
        by=SURGERY,
        urgent=True,
    )
    yes = answer(
        hospital,
        "task-60250",
        held,
        "accepted",
        "We come tomorrow, with an interpreter",
        on="2026-03-16T14:20:00Z",
    )
    start, end = "2026-03-17T09:30:00Z", "2026-03-17T11:00:00Z"
    husband = relative(
        hospital, "rp-60250-1", "Adeel Saleem", "Husband", "HUSB", FAMILY_TOLD, phone="07700 900325"
    )
    booked = invited(
        booking(
            hospital,
            "appt-60250",
            "First meeting, at home",
            start,
            end,
            with_whom=PSYCHIATRIST,
            shared_id=slot,
        ),
        one_of(hospital, husband),
        *TEAM,
        INTERPRETER,
    )
    booked_by_peers = booking(
        peers,
        "kc-diary-19",
        "Mehwish and Adeel, with Rukhsana to interpret",
        start,
        end,
        with_whom=PEER,
        shared_id=slot,
    )
    shared = consent(hospital, "con-60250", "permit", PEERS, on="2026-03-17T09:40:00Z")
    return [
        tell(gp, "2026-03-16T09:14:20.8Z", asked),
        tell(hospital, "2026-03-16T14:22:10.44Z", yes, held),
        tell(hospital, "2026-03-16T14:25:00Z", booked, husband),
        tell(peers, "2026-03-16T15:10:00Z", copied),
        tell(peers, "2026-03-16T15:14:00Z", booked_by_peers, event="booking-response"),
        tell(hospital, "2026-03-17T09:42:00Z", shared),
    ]


def in_two_languages() -> list[Line]:
    """Three meetings with one team; of what they wrote together she has a sentence taken out."""
    hospital = known_to(HOSPITAL, "FT-60250", MEHWISH, "2026-03-16T09:30:00.1Z")
    peers = known_to(PEERS, "KC-19", replace(MEHWISH, nhs_number=""), "2026-03-16T15:00:00Z")
    family = [
        relative(
            hospital, "rp-60250-1", "Adeel Saleem", "Husband", "HUSB", FAMILY_TOLD, phone="07700 900325"
        ),
        relative(hospital, "rp-60250-2", "Sana Riaz", "Sister", "SIS", FAMILY_TOLD),
    ]
    husband, sister = (one_of(hospital, each) for each in family)
    # the charity keeps a card of the husband too, for he comes to its Fridays
    card = relative(peers, "kc-friend-19", "Adeel Saleem", "Husband", "HUSB", "2026-03-17T18:00:00Z")
    care = journey(
        hospital, "fdn-60250", "Open Dialogue", "ref-60250", since="2026-03-16", answers=PSYCHIATRIST
    )
    everybody = husband, sister, *TEAM, INTERPRETER

    one = met(
        hospital,
        "enc-60250-1",
        "2026-03-17T09:30:00Z",
        "2026-03-17T11:00:00Z",
        husband,
        sister,
        INTERPRETER,
        journey=care,
    )
    one_of_peers = met_with_peers(
        peers,
        "kc-meet-240",
        "At Mehwish's, with Rukhsana to interpret",
        "2026-03-17T09:30:00Z",
        "2026-03-17T11:10:00Z",
        one_of(peers, card),
        SISTER,
        INTERPRETER,
        journey=care,
    )
    first = score(
        hospital, "obs-60250-1", "ReQoL-10", 12, on="2026-03-17T10:50:00Z", by=PSYCHIATRIST, during=one
    )
    first_of_peers = score(peers, "kc-reqol-19-1", "ReQoL-10", 12, on="2026-03-17T10:50:00Z", by=PEER)
    title = "What was said, and what was not"
    said = (
        "Adeel: she sits where she can see the door. Sana: when we were small she counted, in Urdu, until it was over. "
        "Mehwish counted to forty and stopped. We all counted with her the second time."
    )
    pages = written_together(
        hospital,
        "doc-60250-1",
        title,
        f"{said} She told us who had locked the door.",
        *everybody,
        on="2026-03-17T11:20:00Z",
        during=one,
    )
    pages_after = written_together(
        hospital, "doc-60250-1", title, said, *everybody, on="2026-03-17T11:20:00Z", during=one
    )
    two = met(
        hospital,
        "enc-60250-2",
        "2026-03-20T09:30:00Z",
        "2026-03-20T10:30:00Z",
        husband,
        sister,
        INTERPRETER,
        journey=care,
    )
    three = met(
        hospital,
        "enc-60250-3",
        "2026-04-20T09:00:00Z",
        "2026-04-20T10:00:00Z",
        husband,
        sister,
        INTERPRETER,
        journey=care,
    )
    three_of_peers = met_with_peers(
        peers,
        "kc-meet-262",
        "At Mehwish's, four weeks on",
        "2026-04-20T10:00:00+01:00",
        "2026-04-20T11:00:00+01:00",
        one_of(peers, card),
        SISTER,
        INTERPRETER,
        journey=care,
    )
    # one form, read in two ways: which of the totals is right somebody has to ask
    second = score(
        hospital, "obs-60250-2", "ReQoL-10", 19, on="2026-04-20T09:50:00Z", by=PSYCHIATRIST, during=three
    )
    second_of_peers = score(peers, "kc-reqol-19-2", "ReQoL-10", 17, on="2026-04-20T10:50:00+01:00", by=PEER)
    together = agreed(
        hospital,
        "plan-60250",
        "Until the counting is not needed",
        "Rukhsana comes to every meeting, and to the inquest",
        "Adeel may ring Izzy on Friday evenings, about himself",
        "The children's school knows, in words that Mehwish chose",
        since="2026-03-20",
        contributors=everybody,
    )
    aloud = note(
        peers,
        "kc-note-90",
        "She said my name at the door today. Izzy, come in, there is tea.",
        on="2026-05-08T18:20:00+01:00",
        by=PEER,
    )
    told_once = tell(hospital, "2026-03-17T11:31:05.9Z", one, *family, first, pages)
    return [
        told_once,
        again(told_once, "2026-03-17T14:00:00.000Z"),
        tell(peers, "2026-03-17T18:20:00Z", one_of_peers, card, first_of_peers),
        tell(hospital, "2026-03-18T10:02:44.7Z", pages_after, one, *family, reason="update"),
        tell(hospital, "2026-03-20T10:55:19.1Z", two, *family, care),
        tell(hospital, "2026-03-20T11:05:00Z", together, *family),
        tell(hospital, "2026-04-20T10:22:51.3Z", three, *family, second),
        tell(peers, "2026-04-20T12:30:00+01:00", three_of_peers, card, second_of_peers),
        tell(peers, "2026-05-08T18:30:00+01:00", aloud),
    ]
