"""Terry's coach moves away and hands him on; a paper notebook is typed up months late."""

from dataclasses import replace

from tests.streams.derbyshire_partners import (
    ADVISER,
    AUGUST,
    BEV,
    COACHES,
    COUNCIL,
    GURDEEP,
    JULY,
    JUNE,
    LATE_APRIL,
    LATE_MAY,
    MAY,
    NADIA,
    NOTEBOOK,
    TERRY,
    TERRY_CELLS,
    TRUST,
)
from tests.streams.derbyshire_sheets import hope_line, row_line
from tests.streams.fhir_builders import answer, contact, known_to, referral, score
from tests.streams.message_lines import Line, tell

AT_TRUST = known_to(TRUST, "DH-51770", TERRY, "2026-02-18T11:20:00.75Z")
AT_COUNCIL = known_to(COUNCIL, "AC-30817", replace(TERRY, given="Terry"), "2026-05-11T09:30:00+01:00")

RIDE = "Mend the bike and ride to my sister's for Sunday dinner"
TYRES, ROUND, SISTER = (
    "New tyres on",
    "Once round the block with someone watching",
    "To my sister's, for dinner",
)


def story() -> list[Line]:
    """Every line told of this person."""
    return [*with_bev(), *notebook(), *rails_at_the_door(), *handed_over()]


def with_bev() -> list[Line]:
    """One walk that the physiotherapist and the coach both wrote down."""
    assessed = contact(
        AT_TRUST,
        "enc-70410",
        "Community walking assessment",
        "2026-04-22T09:00:00Z",
        "2026-04-22T09:50:00Z",
        NADIA.told,
        BEV.told,
    )
    before = score(AT_TRUST, "obs-3301", "ReQoL-10", 18, on="2026-04-22T09:40:00Z", by=NADIA.told)
    after = score(AT_TRUST, "obs-3544", "ReQoL-10", 27, on="2026-07-22T09:30:00Z", by=NADIA.told)
    return [
        tell(AT_TRUST, "2026-04-22T11:04:18.2200041Z", assessed, before),
        row_line(
            COACHES,
            LATE_APRIL,
            "contacts",
            TERRY_CELLS,
            "C-0122",
            date="22/04/2026",
            time="10:00",
            what="Walk with Nadia from the physio",
            how="in the community",
            by=BEV.told,
            note="Nadia timed him. He timed her back.",
        ),
        hope_line(
            COACHES,
            LATE_APRIL,
            TERRY_CELLS,
            "H-15-1",
            RIDE,
            since="2026-03-24",
            by=BEV,
            steps=((TYRES, "in-progress"), (ROUND, "not-started"), (SISTER, "not-started")),
        ),
        tell(AT_TRUST, "2026-07-22T10:00:02.9Z", after),
    ]


def notebook() -> list[Line]:
    """What Bev wrote on paper in the spring, before she had the sheet: it comes after the hand-over."""
    notes = {
        "N-03": ("10/03/2026", "Knocked with a loaf", "He did not ask me in. He did ask what was in it."),
        "N-05": ("24/03/2026", "Tea in the shed", "A bike under the tarpaulin. He says what it was, not what it is."),
        "N-08": ("07/04/2026", "Tea in the shed", "He has taken the wheels off. Hands black, and talking."),
    }  # fmt: skip
    return [
        row_line(
            COACHES,
            NOTEBOOK,
            "contacts",
            TERRY_CELLS,
            reference,
            date=day,
            what=what,
            how="home visit",
            by=BEV.told,
            note=words,
        )
        for reference, (day, what, words) in notes.items()
    ]


def rails_at_the_door() -> list[Line]:
    """The coaches ask the council for a rail: told by both, under no number that they share and in other words."""
    held = referral(
        AT_COUNCIL,
        "ref-90211",
        COUNCIL,
        "Minor adaptations",
        "Steps at the front door; asked for by his resident coach.",
        on="2026-05-06",
        by=COACHES,
    )
    yes = answer(
        AT_COUNCIL, "ref-90211-reply", held, "accepted", "Lorraine will measure up", on="2026-05-11T10:00:00+01:00"
    )  # fmt: skip
    fitted = contact(
        AT_COUNCIL,
        "visit-4471",
        "Rails fitted at the front door",
        "2026-06-03T09:30:00+01:00",
        "2026-06-03T10:45:00+01:00",
        ADVISER.told,
        kind="HH",
    )
    asked: dict[str, str] = {
        "date": "06/05/2026", "what": "A rail for the front steps", "to": COUNCIL.name,
        "why": "Two bad steps, and he carries the bike down them",
    }  # fmt: skip
    return [
        row_line(COACHES, MAY, "referrals", TERRY_CELLS, "REF-052", **asked, status="requested"),
        tell(AT_COUNCIL, "2026-05-11T10:06:00+01:00", yes, held),
        row_line(
            COACHES,
            LATE_MAY,
            "referrals",
            TERRY_CELLS,
            "REF-052",
            **asked,
            status="accepted",
            answered="11/05/2026",
            answer="Lorraine will measure up",
        ),
        tell(AT_COUNCIL, "2026-06-03T12:20:00+01:00", fitted),
    ]


def handed_over() -> list[Line]:
    """Bev moves to be near her daughter; Gurdeep walks with them once, and then it takes thirty-three days."""
    return [
        row_line(
            COACHES,
            LATE_MAY,
            "contacts",
            TERRY_CELLS,
            "C-0139",
            date="28/05/2026",
            time="10:00",
            what="Walk, the three of us",
            how="in the community",
            by=f"{BEV.name} and {GURDEEP.name}, resident coaches",
            note="Bev is moving to be near her daughter. Terry gave her a bicycle bell. Gurdeep knows about brakes.",
        ),
        hope_line(
            COACHES,
            JUNE,
            TERRY_CELLS,
            "H-15-1",
            RIDE,
            since="2026-03-24",
            by=GURDEEP,
            steps=((TYRES, "completed"), (ROUND, "in-progress"), (SISTER, "not-started")),
        ),
        row_line(
            COACHES,
            JULY,
            "contacts",
            TERRY_CELLS,
            "C-0151",
            date="16/06/2026",
            time="10:00",
            what="Walk",
            how="in the community",
            by=GURDEEP.told,
            outcome="did not attend",
            note="Curtains drawn. I put a note through the door and left it at that.",
        ),
        row_line(
            COACHES,
            JULY,
            "contacts",
            TERRY_CELLS,
            "C-0158",
            date="30/06/2026",
            time="10:00",
            what="Round the block",
            how="in the community",
            by=GURDEEP.told,
            note="He rode and I ran. He says that Bev would have kept up.",
        ),
        hope_line(
            COACHES,
            AUGUST,
            TERRY_CELLS,
            "H-15-1",
            RIDE,
            since="2026-03-24",
            by=GURDEEP,
            steps=((TYRES, "completed"), (ROUND, "completed"), (SISTER, "completed")),
            achievement="achieved",
        ),
    ]
