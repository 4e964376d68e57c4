"""Tomasz has no NHS number; charity and hospital each tell of one referral, and his cousin comes by telephone."""

from tests.streams.community_builders import also_called, journey, one_of, relative, written_together
from tests.streams.fhir_builders import answer, contact, goal, known_to, note, referral
from tests.streams.message_lines import Line, tell
from tests.streams.open_dialogue_meetings import met, met_with_peers
from tests.streams.open_dialogue_partners import (
    HOSPITAL,
    PEER,
    PEERS,
    PSYCHIATRIST,
    TEAM,
    TOMASZ,
)

NEIGHBOUR, COUSIN = "Ann Birkett, neighbour", "Paweł Wrona, cousin"
TOLD = "2026-04-28T17:00:00Z"


def story() -> list[Line]:
    """Every line told of this person."""
    return [*first_evening(), *haymaking()]


def first_evening() -> list[Line]:
    """Asked at noon, answered at three, met at half past five: no system has a number that another knows."""
    hospital = known_to(HOSPITAL, "FT-60388", TOMASZ, "2026-04-28T11:50:00.2Z")
    peers = also_called(known_to(PEERS, "KC-23", TOMASZ, "2026-04-14T19:00:00+01:00"), "Tomek")
    neighbour = relative(
        hospital, "rp-60388-1", "Ann Birkett", "Neighbour", "NBOR", TOLD, phone="07700 900337"
    )
    cousin = relative(hospital, "rp-60388-2", "Paweł Wrona", "Cousin", "COUSN", TOLD)
    ann, pawel = one_of(hospital, neighbour), one_of(hospital, cousin)
    care = journey(
        hospital, "fdn-60388", "Open Dialogue", "ref-60388", since="2026-04-28", answers=PSYCHIATRIST
    )

    supper = contact(
        peers, "kc-meet-255", "Tuesday kettle", "2026-04-14T18:00:00+01:00", "2026-04-14T20:00:00+01:00", PEER
    )
    asked = referral(
        peers,
        "kc-out-23",
        HOSPITAL,
        "Crisis: Tomek is not safe by himself tonight",
        "He lambed two hundred ewes and lost his own child in Poland the same week. Today he gave away his boots.",
        on="2026-04-28T12:15:00+01:00",
        urgent=True,
    )
    held = referral(
        hospital,
        "ref-60388",
        HOSPITAL,
        "Urgent: bereaved farm worker, alone",
        "Rung in by Izzy at the peer charity. Asks for a visit at the farm, not a ward.",
        on="2026-04-28",
        by=PEERS,
        urgent=True,
    )
    yes = answer(
        hospital,
        "task-60388",
        held,
        "accepted",
        "Hanna is on her way up with Gareth",
        on="2026-04-28T14:10:00Z",
    )
    one = met(
        hospital, "enc-60388-1", "2026-04-28T16:30:00Z", "2026-04-28T18:30:00Z", ann, pawel, journey=care
    )
    one_of_peers = met_with_peers(
        peers,
        "kc-meet-259",
        "In the lambing shed, with Ann, and Paweł on the telephone",
        "2026-04-28T17:35:00+01:00",
        "2026-04-28T19:30:00+01:00",
        NEIGHBOUR,
        COUSIN,
        journey=care,
    )
    boots = written_together(
        hospital,
        "doc-60388-1",
        "Written in the lambing shed",
        "Tomasz: she was to be called Zofia. Ann: stay in the house tonight, there is a bed and a dog. "
        "Paweł: jutro rano dzwonię, I ring tomorrow at six. Nobody is to be alone with it.",
        ann,
        pawel,
        *TEAM,
        on="2026-04-28T18:40:00Z",
        during=one,
    )
    return [
        tell(peers, "2026-04-14T20:20:00+01:00", supper),
        tell(peers, "2026-04-28T12:20:00+01:00", asked),
        tell(hospital, "2026-04-28T14:12:31.6Z", yes, held),
        tell(hospital, "2026-04-28T18:55:40.8Z", one, boots, neighbour, cousin),
        tell(hospital, "2026-04-28T19:00:00Z", care),
        tell(peers, "2026-04-28T21:00:00+01:00", one_of_peers, timed=False),
    ]


def haymaking() -> list[Line]:
    """The same people, less often; the last of it is a funeral that one of them came to."""
    hospital = known_to(HOSPITAL, "FT-60388", TOMASZ, "2026-04-28T11:50:00.2Z")
    peers = also_called(known_to(PEERS, "KC-23", TOMASZ, "2026-04-14T19:00:00+01:00"), "Tomek")
    neighbour = relative(
        hospital, "rp-60388-1", "Ann Birkett", "Neighbour", "NBOR", TOLD, phone="07700 900337"
    )
    care = journey(
        hospital, "fdn-60388", "Open Dialogue", "ref-60388", since="2026-04-28", answers=PSYCHIATRIST
    )
    ann = one_of(hospital, neighbour)

    two = met(hospital, "enc-60388-2", "2026-04-30T16:30:00Z", "2026-04-30T17:30:00Z", ann, journey=care)
    three = met(hospital, "enc-60388-3", "2026-06-25T17:00:00Z", "2026-06-25T18:00:00Z", ann, journey=care)
    three_of_peers = met_with_peers(
        peers,
        "kc-meet-291",
        "At the farm, after the hay",
        "2026-06-25T18:00:00+01:00",
        "2026-06-25T19:00:00+01:00",
        NEIGHBOUR,
        journey=care,
    )
    flight = note(
        peers,
        "kc-note-101",
        "He went home to bury her and came back on the day he said. Brought us honey, with Dziękuję on the jar.",
        on="2026-05-29T19:00:00+01:00",
        by=PEER,
    )
    dog = goal(
        peers,
        "kc-hope-23",
        "Train Ann's young dog by the autumn sales",
        "improving",
        since="2026-06-25",
        by="Tomasz Wrona",
    )
    return [
        tell(hospital, "2026-04-30T17:48:12.5Z", two, neighbour),
        tell(peers, "2026-05-29T19:10:00+01:00", flight),
        tell(hospital, "2026-06-25T18:20:55.1Z", three, neighbour),
        tell(peers, "2026-06-25T20:00:00+01:00", three_of_peers, dog),
    ]
