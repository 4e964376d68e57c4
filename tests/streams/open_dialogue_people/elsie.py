"""Elsie's referral is turned down for a kind reason, and goes on to those who already sit with her."""

from tests.streams.community_builders import (
    agreed,
    by_identifier,
    meeting,
    one_of,
    relative,
    written_together,
)
from tests.streams.fhir_builders import answer, answers, known_to, note, referral, score
from tests.streams.message_lines import Line, again, exported_again, tell
from tests.streams.open_dialogue_partners import COUNCIL, ELSIE, HOSPITAL, PEER, PEERS, SOCIAL_WORKER, SURGERY

NIECE, NEIGHBOUR = "Carol Dent, niece", "Yusuf Iqbal, neighbour"
TOLD = "2026-05-12T12:00:00+01:00"
ONWARD = "100912000130"
"""The number of the referral that the hospital passed on."""


def story() -> list[Line]:
    """Every line told of this person."""
    return [*passed_on(), *those_who_sit_with_her()]


def passed_on() -> list[Line]:
    """Asked in the morning, turned down the same afternoon, asked again elsewhere at once, answered next morning."""
    gp = known_to(SURGERY, "3312", ELSIE, "1999-03-08T10:00:00Z")
    hospital = known_to(HOSPITAL, "FT-60401", ELSIE, "2026-05-11T10:30:00.9Z")
    council = known_to(COUNCIL, "SC-8120", ELSIE, "2024-11-19T13:30:00Z")
    number = "100912000123"
    need = "Crisis: will not eat, says that the house is poisoned"
    why = (
        "Lives alone since the stroke took her brother. Lets in her niece and the man next door, nobody else."
    )

    asked = referral(
        gp, "sr-3312-8", HOSPITAL, need, why, on="2026-05-11T11:05:00+01:00", ubrn=number, urgent=True
    )
    held = referral(
        hospital,
        "ref-60401",
        HOSPITAL,
        need,
        why,
        on="2026-05-11T10:05:00Z",
        ubrn=number,
        by=SURGERY,
        urgent=True,
    )
    no = answer(
        hospital,
        "task-60401",
        held,
        "rejected",
        "Three more strangers at the door would prove her right. Gareth at the council has sat with her since winter: "
        "better that he calls the meeting, and that we come if she asks. We have rung her niece and told her so.",
        on="2026-05-11T15:20:00Z",
    )
    wish = "Network meeting with the people she lets in"
    onward = referral(
        hospital,
        "ref-60401-on",
        COUNCIL,
        wish,
        why,
        on="2026-05-11T15:30:00Z",
        ubrn=ONWARD,
        urgent=True,
    ) | {"basedOn": [by_identifier(held)]}
    taken = referral(
        council,
        "sc-in-8120",
        COUNCIL,
        wish,
        why,
        on="2026-05-11T15:30:00Z",
        ubrn=ONWARD,
        by=HOSPITAL,
        urgent=True,
    )
    yes = answer(
        council,
        "sc-in-8120-reply",
        taken,
        "accepted",
        "Gareth goes at noon, with Carol; Mr Iqbal brings soup",
        on="2026-05-12T09:15:00+01:00",
    )
    refused = tell(hospital, "2026-05-11T15:24:48.3Z", no, held)
    return [
        tell(gp, "2026-05-11T11:09:33.5+01:00", asked),
        refused,
        exported_again(refused, "2026-05-12T02:00:00.000Z"),
        tell(hospital, "2026-05-11T15:33:27Z", onward),
        tell(council, "2026-05-12T09:20:00+01:00", yes, taken),
    ]


def those_who_sit_with_her() -> list[Line]:
    """The council calls the meetings; the peer charity writes them down as well."""
    council = known_to(COUNCIL, "SC-8120", ELSIE, "2024-11-19T13:30:00Z")
    peers = known_to(PEERS, "KC-26", ELSIE, "2026-05-19T15:00:00+01:00")
    niece = relative(council, "sc-rel-8120-1", "Carol Dent", "Niece", "NIECE", TOLD, phone="07700 900348")
    neighbour = relative(council, "sc-rel-8120-2", "Yusuf Iqbal", "Neighbour", "NBOR", TOLD)
    carol, yusuf = one_of(council, niece), one_of(council, neighbour)

    one = meeting(
        council,
        "sc-meet-71",
        "Network meeting",
        "2026-05-12T12:00:00+01:00",
        "2026-05-12T13:15:00+01:00",
        carol,
        yusuf,
        SOCIAL_WORKER,
        ubrn=ONWARD,
    )
    spoken = answers(
        council,
        "sc-form-8120",
        "about-me",
        (
            "What should anybody who meets you know?",
            "I kept the school kitchen for thirty years. I know what clean is",
        ),
        ("What would help?", "If somebody tasted it first"),
        on="2026-05-12T13:00:00+01:00",
    )
    two = meeting(
        council,
        "sc-meet-74",
        "Network meeting",
        "2026-05-19T12:00:00+01:00",
        "2026-05-19T13:00:00+01:00",
        carol,
        yusuf,
        SOCIAL_WORKER,
        PEER,
        ubrn=ONWARD,
    )
    two_of_peers = meeting(
        peers,
        "kc-meet-272",
        "Soup at Elsie's, all of us tasting",
        "2026-05-19T12:00:00+01:00",
        "2026-05-19T13:10:00+01:00",
        PEER,
        NIECE,
        NEIGHBOUR,
        SOCIAL_WORKER,
    )
    tasting = written_together(
        council,
        "sc-doc-12",
        "What we wrote on the back of the menu",
        "Elsie: it wanted salt. Yusuf: my mother said that too. Carol: I have not seen you laugh since Jim. "
        "We eat together on Tuesdays, and Elsie tastes first, because she would know.",
        carol,
        yusuf,
        SOCIAL_WORKER,
        PEER,
        on="2026-05-19T13:05:00+01:00",
        during=two,
    )
    together = agreed(
        council,
        "sc-plan-8120",
        "Tuesdays",
        "Soup at noon, at Elsie's table",
        "Nobody comes whom Elsie has not met at that table first",
        "The surgery's nurse is asked on the second Tuesday in June",
        since="2026-05-19",
        contributors=[carol, yusuf, SOCIAL_WORKER, PEER],
    )
    low = score(peers, "kc-reqol-26-1", "ReQoL-10", 11, on="2026-05-19T13:00:00+01:00", by=PEER)
    better = score(peers, "kc-reqol-26-2", "ReQoL-10", 24, on="2026-08-04T13:00:00+01:00", by=PEER)
    cook = note(
        peers,
        "kc-note-115",
        "Elsie has written out her oat biscuits for forty, and sent me home with the other thirty-six.",
        on="2026-08-04T13:20:00+01:00",
        by=PEER,
    )
    soup = tell(peers, "2026-05-19T15:05:00+01:00", two_of_peers, low, timed=False)
    return [
        tell(council, "2026-05-12T14:02:10.6+01:00", one, niece, neighbour, spoken),
        tell(council, "2026-05-19T14:30:00.2+01:00", two, niece, neighbour, tasting),
        tell(council, "2026-05-19T14:40:00+01:00", together, niece, neighbour),
        soup,
        again(soup, "2026-05-20T07:00:00.000Z"),
        tell(peers, "2026-08-04T13:40:00+01:00", cook, better),
    ]
