"""Noah hears voices; his mother rings at night, and the people who come in the morning are those who stay."""

from dataclasses import replace

from tests.streams.community_builders import (
    agreed,
    journey,
    network,
    one_of,
    relative,
    written_together,
)
from tests.streams.fhir_builders import (
    Resource,
    SourceRecord,
    answer,
    answers,
    consent,
    contact,
    goal,
    known_to,
    note,
    referral,
    score,
)
from tests.streams.message_lines import Line, again, tell
from tests.streams.open_dialogue_meetings import met, met_with_peers
from tests.streams.open_dialogue_partners import (
    COUNCIL,
    CRISIS_LINE,
    HOSPITAL,
    NOAH,
    PEER,
    PEERS,
    PSYCHIATRIST,
    SOCIAL_WORKER,
    TEAM,
)

AT_HOME = "Network meeting"
MOTHER, SISTER, FRIEND = "Ruth Ashworth, mother", "Beth Ashworth, sister", "Dan Okell, friend"
FAMILY_TOLD, FRIEND_TOLD = "2026-02-11T09:30:00Z", "2026-02-16T09:30:00Z"


def story() -> list[Line]:
    """Every line told of this person."""
    hospital = known_to(HOSPITAL, "FT-60114", NOAH, "2026-02-10T23:20:00.5Z")
    peers = known_to(PEERS, "KC-14", replace(NOAH, street="", postcode=""), "2026-02-11T18:00:00Z")
    family = [
        relative(hospital, "rp-60114-1", "Ruth Ashworth", "Mother", "MTH", FAMILY_TOLD, phone="07700 900312"),
        relative(hospital, "rp-60114-2", "Beth Ashworth", "Sister", "SIS", FAMILY_TOLD),
    ]
    friend = relative(hospital, "rp-60114-3", "Dan Okell", "Friend", "FRND", FRIEND_TOLD)
    return [
        *night(hospital),
        *first_week(hospital, peers, family, friend),
        *as_one_team(hospital, peers, family, friend),
    ]


def night(hospital: SourceRecord) -> list[Line]:
    """The crisis line and the hospital tell of one referral; it is answered within the hour."""
    line = known_to(CRISIS_LINE, "C-88231", NOAH, "2026-02-10T22:38:00Z")
    caller = relative(
        line, "caller-88231", "Ruth Ashworth", "Mother", "MTH", "2026-02-10T22:38:00Z", phone="07700 900312"
    )
    number, need = "100912000109", "Crisis: a young man who hears voices"
    why = "Three nights without sleep. He asks her to turn off a radio that is not on. Nobody is hurt; all are afraid."

    asked = referral(
        line, "ncl-88231", HOSPITAL, need, why, on="2026-02-10T22:41:00Z", ubrn=number, urgent=True
    ) | {"requester": one_of(line, caller)}
    held = referral(
        hospital,
        "ref-60114",
        HOSPITAL,
        need,
        why,
        on="2026-02-10T22:41:00Z",
        ubrn=number,
        by=CRISIS_LINE,
        urgent=True,
    )
    yes = answer(
        hospital,
        "task-60114",
        held,
        "accepted",
        "Gareth took the call and stays with the family; we come at ten, to the house",
        on="2026-02-10T23:30:00Z",
    )
    said = tell(line, "2026-02-10T22:43:15.6Z", asked, caller)
    return [
        said,
        again(said, "2026-02-10T22:58:00.000Z"),
        again(said, "2026-02-11T06:00:00.000Z", sent="2026-02-11T05:59:58.000Z"),
        tell(hospital, "2026-02-10T23:31:44.02Z", yes, held),
    ]


def first_week(
    hospital: SourceRecord, peers: SourceRecord, family: list[Resource], friend: Resource
) -> list[Line]:
    """Three meetings, each written down by two; the third first on a wrong day, and beside a walk of its own."""
    care = journey(
        hospital, "fdn-60114", "Open Dialogue", "ref-60114", since="2026-02-10", answers=SOCIAL_WORKER
    )
    mother, sister, dan = (one_of(hospital, each) for each in (*family, friend))
    shared = consent(hospital, "con-60114", "permit", PEERS, COUNCIL, on="2026-02-11T10:20:00Z")
    one = met(
        hospital, "enc-60114-1", "2026-02-11T10:00:00Z", "2026-02-11T11:30:00Z", mother, sister, journey=care
    )
    one_of_peers = met_with_peers(
        peers,
        "kc-meet-201",
        "Kitchen table, first meeting",
        "2026-02-11T10:05:00Z",
        "2026-02-11T11:30:00Z",
        MOTHER,
        SISTER,
        journey=care,
    )
    radio = written_together(
        hospital,
        "doc-60114-1",
        "What we said on the first morning",
        "Noah: it is like a radio in the next room, and sometimes it knows my name. "
        "Ruth: I was frightened, and I shouted. Beth: I want him to teach me chess again. "
        "None of us knows yet what it means. We meet again tomorrow.",
        mother,
        sister,
        *TEAM,
        on="2026-02-11T11:40:00Z",
        during=one,
    )
    low = score(
        hospital, "obs-60114-1", "ReQoL-10", 9, on="2026-02-11T11:20:00Z", by=PSYCHIATRIST, during=one
    )
    two = met(
        hospital, "enc-60114-2", "2026-02-12T17:00:00Z", "2026-02-12T18:30:00Z", mother, sister, journey=care
    )
    two_of_peers = met_with_peers(
        peers,
        "kc-meet-202",
        "Kitchen table, second evening",
        "2026-02-12T17:00:00Z",
        "2026-02-12T18:40:00Z",
        MOTHER,
        SISTER,
        journey=care,
    )
    spoken = answers(
        hospital,
        "form-60114",
        "about-me",
        ("What should anybody who meets you know?", "The voices are worse in corridors. Sit down with me"),
        ("What matters most just now?", "That nobody talks about me when I am in the room"),
        on="2026-02-12T18:20:00Z",
    )
    wrong_day = met(
        hospital, "enc-60114-3", "2026-02-17T10:00:00Z", "2026-02-17T11:30:00Z", mother, dan, journey=care
    )
    right_day = met(
        hospital, "enc-60114-4", "2026-02-16T10:00:00Z", "2026-02-16T11:30:00Z", mother, dan, journey=care
    )
    three_of_peers = met_with_peers(
        peers,
        "kc-meet-203",
        "Kitchen table, and Dan came",
        "2026-02-16T10:00:00Z",
        "2026-02-16T11:30:00Z",
        MOTHER,
        FRIEND,
        journey=care,
    )
    walk = contact(
        peers, "kc-walk-31", "Walk up to the quarry", "2026-02-16T15:00:00Z", "2026-02-16T16:00:00Z", PEER
    )
    name = "The people around Noah"
    around = network(hospital, "net-60114", name, mother, sister, *TEAM, since="2026-02-11")
    with_dan = network(hospital, "net-60114", name, mother, sister, *TEAM, dan, since="2026-02-11")
    return [
        tell(hospital, "2026-02-11T11:52:30.7Z", one, *family, radio, low),
        tell(hospital, "2026-02-11T12:10:00Z", care, shared, around, *family),
        tell(peers, "2026-02-11T18:05:00Z", one_of_peers),
        tell(hospital, "2026-02-12T18:44:09.3Z", two, *family, spoken),
        tell(peers, "2026-02-12T21:00:00Z", two_of_peers),
        tell(hospital, "2026-02-17T12:15:00.4Z", wrong_day, family[0], friend),
        tell(
            hospital,
            "2026-02-17T12:31:20Z",
            wrong_day | {"status": "entered-in-error"},
            family[0],
            friend,
            reason="update",
        ),
        tell(hospital, "2026-02-17T12:33:05.8Z", right_day, family[0], friend),
        tell(peers, "2026-02-16T17:00:00Z", three_of_peers, walk),
        tell(hospital, "2026-02-17T12:40:00Z", with_dan, *family, friend, reason="update"),
    ]


def as_one_team(
    hospital: SourceRecord, peers: SourceRecord, family: list[Resource], friend: Resource
) -> list[Line]:
    """What they agree, what they write, and the last meeting at which nobody new has to be told anything."""
    care = journey(
        hospital, "fdn-60114", "Open Dialogue", "ref-60114", since="2026-02-10", answers=SOCIAL_WORKER
    )
    mother, sister, dan = (one_of(hospital, each) for each in (*family, friend))
    together = agreed(
        hospital,
        "plan-60114",
        "What we agreed to try",
        "Mondays at the kitchen table, as long as Noah wants it",
        "No new medicine unless Noah is in the room when it is decided",
        "Dan brings the bike on Wednesdays",
        since="2026-02-16",
        contributors=[mother, dan, *TEAM],
    )
    bike = written_together(
        peers,
        "kc-doc-9",
        "What Noah, Dan and Izzy wrote on the quarry wall",
        "The voices do not like the quarry, there is too much sky. The bike needs a back wheel. Dan has one.",
        FRIEND,
        PEER,
        on="2026-03-04T16:00:00Z",
    )
    words = "Ride the bike to Dan's"
    ride = goal(peers, "kc-hope-14", words, "in-progress", since="2026-03-04", by="Noah Ashworth")
    rode = goal(peers, "kc-hope-14", words, "achieved", since="2026-03-04", by="Noah Ashworth")
    four = met(
        hospital,
        "enc-60114-5",
        "2026-03-02T10:00:00Z",
        "2026-03-02T11:15:00Z",
        mother,
        sister,
        dan,
        journey=care,
    )
    better = score(
        hospital, "obs-60114-2", "ReQoL-10", 18, on="2026-03-02T11:00:00Z", by=PSYCHIATRIST, during=four
    )
    five_of_peers = met_with_peers(
        peers,
        "kc-meet-231",
        "Kitchen table after Easter",
        "2026-04-13T10:00:00+01:00",
        "2026-04-13T11:00:00+01:00",
        MOTHER,
        journey=care,
    )
    five = met(hospital, "enc-60114-6", "2026-04-13T09:00:00Z", "2026-04-13T10:00:00Z", mother, journey=care)
    six = met(
        hospital,
        "enc-60114-7",
        "2026-06-08T09:00:00Z",
        "2026-06-08T10:00:00Z",
        mother,
        sister,
        dan,
        journey=care,
    )
    well = score(
        hospital, "obs-60114-3", "ReQoL-10", 30, on="2026-06-08T09:50:00Z", by=PSYCHIATRIST, during=six
    )
    well_of_peers = score(peers, "kc-reqol-14", "ReQoL-10", 30, on="2026-06-08T10:50:00+01:00", by=PEER)
    chess = note(
        peers,
        "kc-note-77",
        "Beth beat him. He asked for the board to be left as it was, so that he could see how.",
        on="2026-06-08T11:10:00+01:00",
        by=PEER,
    )
    ended = journey(
        hospital,
        "fdn-60114",
        "Open Dialogue",
        "ref-60114",
        since="2026-02-10",
        answers=SOCIAL_WORKER,
        until="2026-09-14",
    )
    return [
        tell(hospital, "2026-02-17T12:45:18.3Z", together, family[0], friend),
        tell(hospital, "2026-03-02T11:40:51.6Z", four, *family, friend, better),
        tell(peers, "2026-03-04T16:20:00Z", bike, ride),
        tell(hospital, "2026-04-13T10:20:37.9Z", five, family[0]),
        # the charity's laptop was away for repair: its April comes in June
        tell(peers, "2026-04-13T12:00:00+01:00", five_of_peers, arrives="2026-06-09T08:00:00.000Z"),
        tell(peers, "2026-05-20T17:30:00+01:00", rode, reason="update", arrives="2026-06-09T08:01:00.000Z"),
        tell(hospital, "2026-06-08T10:15:22.2Z", six, *family, friend, well),
        tell(peers, "2026-06-08T11:20:00+01:00", chess, well_of_peers),
        tell(hospital, "2026-09-14T10:00:00Z", ended, reason="update"),
    ]
