"""Jordan is in crisis twice, six weeks apart: the first answer is late, and the same people come both times."""

from tests.streams.community_builders import journey, network, one_of, relative, written_together
from tests.streams.fhir_builders import answer, booking, goal, known_to, note, referral, score
from tests.streams.message_lines import Line, tell, version
from tests.streams.open_dialogue_meetings import met, met_with_peers
from tests.streams.open_dialogue_partners import (
    CRISIS_LINE,
    HOSPITAL,
    JORDAN,
    NURSE,
    PEER,
    PEERS,
    PSYCHIATRIST,
    SOCIAL_WORKER,
    TEAM,
)

FRIEND, MOTHER = "Ash Dunmore, friend", "Lorna Teale, mother"
TOLD = "2026-03-08T11:00:00Z"
NEED = "Crisis: has not slept or sat down for four days"


def story() -> list[Line]:
    """Every line told of this person."""
    return [*late_answer(), *again_in_april(), *what_they_kept()]


def late_answer() -> list[Line]:
    """A Friday evening with one worker for three valleys: the answer comes after thirty-one hours, and says why."""
    line = known_to(CRISIS_LINE, "C-89004", JORDAN, "2026-03-06T18:45:00Z")
    hospital = known_to(HOSPITAL, "FT-60199", JORDAN, "2026-03-06T19:10:00.3Z")
    peers = known_to(PEERS, "KC-17", JORDAN, "2026-03-08T20:00:00Z")
    friend = relative(hospital, "rp-60199-1", "Ash Dunmore", "Friend", "FRND", TOLD, phone="07700 900359")
    mother = relative(hospital, "rp-60199-2", "Lorna Teale", "Mother", "MTH", TOLD)
    ash, lorna = one_of(hospital, friend), one_of(hospital, mother)
    care = journey(
        hospital, "fdn-60199", "Open Dialogue", "ref-60199", since="2026-03-06", answers=SOCIAL_WORKER
    )
    number, why = (
        "100912000147",
        "Rang us from the top of the car park, laughing and then not. Ash has walked Jordan home and is there.",
    )

    asked = referral(
        line, "ncl-89004", HOSPITAL, NEED, why, on="2026-03-06T18:50:00Z", ubrn=number, urgent=True
    )
    held = referral(
        hospital,
        "ref-60199",
        HOSPITAL,
        NEED,
        why,
        on="2026-03-06T18:50:00Z",
        ubrn=number,
        by=CRISIS_LINE,
        urgent=True,
    )
    sorry = (
        "One of us was on for three valleys and could not leave. Ash was told so at midnight and stayed with Jordan. "
        "We come on Sunday at eleven, and we are sorry."
    )
    yes = answer(hospital, "task-60199", held, "accepted", sorry, on="2026-03-08T01:55:00Z")
    one = met(
        hospital, "enc-60199-1", "2026-03-08T11:00:00Z", "2026-03-08T12:45:00Z", ash, lorna, journey=care
    )
    one_of_peers = met_with_peers(
        peers,
        "kc-meet-228",
        "Sunday at Jordan's",
        "2026-03-08T11:00:00Z",
        "2026-03-08T12:45:00Z",
        FRIEND,
        MOTHER,
        journey=care,
    )
    first = score(
        hospital, "obs-60199-1", "ReQoL-10", 8, on="2026-03-08T12:30:00Z", by=PSYCHIATRIST, during=one
    )
    around = network(hospital, "net-60199", "The people around Jordan", ash, lorna, *TEAM, since="2026-03-08")
    return [
        tell(line, "2026-03-06T18:54:09.2Z", asked),
        tell(hospital, "2026-03-08T01:57:30.61Z", yes, held),
        tell(hospital, "2026-03-08T13:01:14.5Z", one, friend, mother, first),
        tell(hospital, "2026-03-08T13:10:00Z", care, around, friend, mother),
        tell(peers, "2026-03-08T20:05:00Z", one_of_peers),
    ]


def again_in_april() -> list[Line]:
    """The same line asks the same team for the same thing: another referral, known by no number at all."""
    line = known_to(CRISIS_LINE, "C-89004", JORDAN, "2026-03-06T18:45:00Z")
    hospital = known_to(HOSPITAL, "FT-60199", JORDAN, "2026-03-06T19:10:00.3Z")
    peers = known_to(PEERS, "KC-17", JORDAN, "2026-03-08T20:00:00Z")
    friend = relative(hospital, "rp-60199-1", "Ash Dunmore", "Friend", "FRND", TOLD, phone="07700 900359")
    ash = one_of(hospital, friend)
    care = journey(
        hospital, "fdn-60199", "Open Dialogue", "ref-60199", since="2026-03-06", answers=SOCIAL_WORKER
    )

    asked = referral(
        line,
        "ncl-90377",
        HOSPITAL,
        NEED,
        "Jordan rang us this time. Would like Gareth, and would like it to be before the weekend.",
        on="2026-04-17T16:20:00+01:00",
        urgent=True,
    )
    held = referral(
        hospital,
        "ref-60371",
        HOSPITAL,
        "Crisis: awake since Tuesday, and asks for us",
        "Through the crisis line. Jordan made the call.",
        on="2026-04-17T15:20:00Z",
        by=CRISIS_LINE,
        urgent=True,
    )
    yes = answer(
        hospital, "task-60371", held, "accepted", "Gareth is there at seven", on="2026-04-17T17:05:00Z"
    )
    two = met(hospital, "enc-60199-2", "2026-04-17T18:00:00Z", "2026-04-17T19:30:00Z", ash, journey=care)
    two_of_peers = met_with_peers(
        peers,
        "kc-meet-256",
        "Friday night at Jordan's",
        "2026-04-17T19:10:00+01:00",
        "2026-04-17T20:30:00+01:00",
        FRIEND,
        journey=care,
    )
    bath = written_together(
        hospital,
        "doc-60199-2",
        "Written in the bathroom doorway",
        "Jordan: I rang before I went up this time. Ash: and you rang me. Gareth: what was different? "
        "Jordan: I knew which of you would come.",
        ash,
        *TEAM,
        on="2026-04-17T19:40:00Z",
        during=two,
    )
    both = journey(
        hospital,
        "fdn-60199",
        "Open Dialogue",
        "ref-60199",
        "ref-60371",
        since="2026-03-06",
        answers=SOCIAL_WORKER,
    )
    # the charity's notes of the spring were typed up on one evening in June
    typed = "2026-06-30T19:0"
    return [
        tell(line, "2026-04-17T16:24:51+01:00", asked),
        tell(hospital, "2026-04-17T17:07:22.9Z", yes, held),
        tell(hospital, "2026-04-17T19:52:36.2Z", two, friend, bath),
        tell(hospital, "2026-04-17T19:58:00Z", both, reason="update"),
        tell(peers, "2026-04-17T22:00:00+01:00", two_of_peers, arrives=f"{typed}0:00.000Z"),
        *spring_typed_up(typed),
    ]


def spring_typed_up(typed: str) -> list[Line]:
    """A spring of notes in one batch, the later first."""
    peers = known_to(PEERS, "KC-17", JORDAN, "2026-03-08T20:00:00Z")
    shoes = note(
        peers,
        "kc-note-84",
        "Walked round the reservoir twice. The second time we did not talk, and that was better.",
        on="2026-05-02T15:30:00+01:00",
        by=PEER,
    )
    words = "Ring somebody before I go up there"
    rang = goal(peers, "kc-hope-17", words, "achieved", since="2026-04-25", by="Jordan Teale")
    hoped = goal(peers, "kc-hope-17", words, "in-progress", since="2026-04-25", by="Jordan Teale")
    at = "2026-06-12T18:00:00+01:00"
    return [
        tell(peers, at, version(rang, 2), reason="update", arrives=f"{typed}1:00.000Z"),
        tell(peers, at, version(hoped, 1), arrives=f"{typed}2:00.000Z"),
        tell(peers, "2026-05-02T16:00:00+01:00", shoes, arrives=f"{typed}3:00.000Z"),
    ]


def what_they_kept() -> list[Line]:
    """Summer: a meeting cancelled, one held, and a nurse who comes along for the first time."""
    hospital = known_to(HOSPITAL, "FT-60199", JORDAN, "2026-03-06T19:10:00.3Z")
    friend = relative(hospital, "rp-60199-1", "Ash Dunmore", "Friend", "FRND", TOLD, phone="07700 900359")
    care = journey(
        hospital,
        "fdn-60199",
        "Open Dialogue",
        "ref-60199",
        "ref-60371",
        since="2026-03-06",
        answers=SOCIAL_WORKER,
    )
    booked = booking(
        hospital,
        "appt-60199",
        "Network meeting",
        "2026-06-19T17:00:00Z",
        "2026-06-19T18:00:00Z",
        with_whom=SOCIAL_WORKER,
    )
    called_off = booked | {
        "status": "cancelled",
        "cancelationReason": {"text": "Jordan has tickets for something."},
    }
    three = met(
        hospital,
        "enc-60199-3",
        "2026-07-17T17:00:00Z",
        "2026-07-17T18:00:00Z",
        one_of(hospital, friend),
        NURSE,
        journey=care,
    )
    well = score(
        hospital, "obs-60199-2", "ReQoL-10", 27, on="2026-07-17T17:45:00Z", by=PSYCHIATRIST, during=three
    )
    return [
        tell(hospital, "2026-06-05T09:30:11.4Z", booked),
        tell(hospital, "2026-06-18T12:15:40Z", called_off, reason="update"),
        tell(hospital, "2026-07-17T18:22:05.7Z", three, friend, well),
    ]
