"""Pauline walks up her own lane again; her surgery asks for a coach twice by mistake, and once more in earnest."""

from tests.streams.derbyshire_partners import (
    APRIL,
    BEV,
    COACHES,
    GP,
    JUNE,
    LATE_APRIL,
    MARCH,
    MAY,
    PAULINE,
    PAULINE_CELLS,
    SURGERY,
)
from tests.streams.derbyshire_sheets import hope_line, row_line, taken_back
from tests.streams.family_builders import in_error
from tests.streams.fhir_builders import known_to, referral, score
from tests.streams.message_lines import Line, again, tell

AT_SURGERY = known_to(SURGERY, "11840", PAULINE, "1998-03-16T10:00:00Z")


def story() -> list[Line]:
    """Every line told of this person."""
    return [*asked_for_twice(), *up_the_lane(), *asked_for_again(), *what_she_hopes()]


def asked_for_twice() -> list[Line]:
    """Two desks of one surgery send the same asking on one day; the coaches answer both, and one is taken back."""
    asked = referral(
        AT_SURGERY,
        "sr-4471",
        COACHES,
        "Resident coach",
        "Has not been past her gate since her husband's funeral. Strong legs, no courage, she says.",
        on="2026-03-02T09:20:00Z",
        ubrn="991400500107",
    )
    by_mistake = referral(
        AT_SURGERY,
        "sr-4478",
        COACHES,
        "Community coaching",
        "Bereaved last year. Stays in. Would like a neighbour to walk with.",
        on="2026-03-02T14:05:00Z",
    )
    answered = row_line(
        COACHES,
        MARCH,
        "referrals",
        PAULINE_CELLS,
        "REF-031",
        date="02/03/2026",
        what="Resident coach",
        to=COACHES.name,
        by=SURGERY.name,
        why="Not been past the gate since the funeral",
        status="accepted",
        answered="05/03/2026",
        answer="Bev lives four doors down and rang on Thursday",
    )
    seen_through = row_line(
        COACHES,
        MARCH,
        "referrals",
        PAULINE_CELLS,
        "REF-032",
        date="02/03/2026",
        what="Community coaching",
        to=COACHES.name,
        by=SURGERY.name,
        why="Stays in, would like a neighbour to walk with",
        status="rejected",
        answered="05/03/2026",
        answer="The same asking as REF-031, which Bev has already taken on",
    )
    return [
        tell(AT_SURGERY, "2026-03-02T09:24:51.3Z", asked),
        tell(AT_SURGERY, "2026-03-02T14:07:30Z", by_mistake),
        tell(AT_SURGERY, "2026-03-10T08:41:05.9Z", in_error(by_mistake), reason="update"),
        answered,
        seen_through,
    ]


def up_the_lane() -> list[Line]:
    """Bev's walks with her; a note that told of somebody else is shortened, and what it told is taken back."""
    walk = {"what": "Walk up the lane", "how": "in the community", "by": BEV.told}
    too_much = row_line(
        COACHES,
        APRIL,
        "contacts",
        PAULINE_CELLS,
        "C-0107",
        **walk,
        date="24/03/2026",
        time="14:00",
        note="As far as the bench. Her neighbour's marriage came up; it is not ours to write about.",
    )
    enough = row_line(
        COACHES, LATE_APRIL, "contacts", PAULINE_CELLS, "C-0107", **walk, date="24/03/2026", time="14:00"
    )
    return [
        row_line(
            COACHES,
            MARCH,
            "contacts",
            PAULINE_CELLS,
            "C-0101",
            date="05/03/2026",
            what="First call",
            how="by phone",
            by=BEV.told,
            note="We talked about her runner beans for half an hour before either of us said 'walk'.",
        ),
        row_line(
            COACHES,
            APRIL,
            "contacts",
            PAULINE_CELLS,
            "C-0104",
            **walk,
            date="17/03/2026",
            time="14:00",
            note="To the gate and back, twice. She put her good boots on for it.",
        ),
        too_much,
        enough,
        taken_back(COACHES, LATE_APRIL, "contacts", "C-0107", too_much, enough),
        row_line(
            COACHES,
            APRIL,
            "contacts",
            PAULINE_CELLS,
            "C-0112",
            **walk,
            date="31/03/2026",
            time="14:00",
            note="The top. The water was like a plate. She poured the first cup for him.",
        ),
    ]


def asked_for_again() -> list[Line]:
    """Six weeks on she has had a fall, and the surgery asks for the same again: this time it means it."""
    asked = referral(
        AT_SURGERY,
        "sr-4702",
        COACHES,
        "Resident coach",
        "Fell in the kitchen, nothing broken, and is afraid of the lane again. Could Bev come back to her?",
        on="2026-04-13T09:10:00+01:00",
        ubrn="991400500114",
    )
    told = tell(AT_SURGERY, "2026-04-13T09:13:22.6+01:00", asked)
    first = score(AT_SURGERY, "obs-6120", "ReQoL-10", 21, on="2026-04-13T09:05:00+01:00", by=GP.told)
    second = score(AT_SURGERY, "obs-6377", "ReQoL-10", 30, on="2026-06-19T10:00:00+01:00", by=GP.told)
    return [
        told,
        again(told, "2026-04-13T12:00:00.000Z", sent="2026-04-13T11:59:57.000Z"),
        tell(AT_SURGERY, "2026-04-13T09:15:40+01:00", first),
        row_line(
            COACHES,
            LATE_APRIL,
            "referrals",
            PAULINE_CELLS,
            "REF-047",
            date="13/04/2026",
            what="Resident coach",
            to=COACHES.name,
            by=SURGERY.name,
            why="A fall, and afraid of the lane again",
            status="accepted",
            answered="16/04/2026",
            answer="Bev never really left",
        ),
        row_line(
            COACHES,
            MAY,
            "introductions",
            PAULINE_CELLS,
            "I-011",
            date="28/04/2026",
            place="Thursday Strollers",
            why="Company at her own pace, and a bench every two hundred yards",
            by=BEV.told,
            went="yes",
            went_on="07/05/2026",
        ),
        tell(AT_SURGERY, "2026-06-19T10:12:08.4+01:00", second),
    ]


def what_she_hopes() -> list[Line]:
    """Her goals and small steps, each told again as it comes along."""
    water = "Get to the top of the lane and see the water"
    gate, bench, top = "To the gate and back", "To the bench, with Bev", "To the top, with a flask"
    paper = "Fetch my own paper from the shop"
    corner, shop = "To the corner with a stick", "To the shop and a word with Mr Aziz"
    begun = ((gate, "in-progress"), (bench, "not-started"), (top, "not-started"))
    got_there = tuple((step, "completed") for step in (gate, bench, top))
    return [
        hope_line(COACHES, MARCH, PAULINE_CELLS, "H-12-1", water, since="2026-03-12", by=BEV, steps=begun),
        hope_line(
            COACHES,
            APRIL,
            PAULINE_CELLS,
            "H-12-1",
            water,
            since="2026-03-12",
            by=BEV,
            steps=got_there,
            achievement="achieved",
        ),
        hope_line(
            COACHES,
            LATE_APRIL,
            PAULINE_CELLS,
            "H-12-2",
            paper,
            since="2026-04-16",
            by=BEV,
            steps=((corner, "in-progress"), (shop, "not-started")),
        ),
        hope_line(
            COACHES,
            JUNE,
            PAULINE_CELLS,
            "H-12-2",
            paper,
            since="2026-04-16",
            by=BEV,
            steps=((corner, "completed"), (shop, "completed")),
            achievement="achieved",
        ),
    ]
