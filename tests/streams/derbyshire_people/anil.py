"""Anil cooks with others; the coaches' sheet and the larder's both tell of him, neither with an NHS number."""

from tests.streams.derbyshire_partners import (
    ANIL_AT_LARDER,
    ANIL_CELLS,
    COACHES,
    DENISE,
    JUNE,
    LARDER,
    LARDER_MAY,
    LATE_MAY,
    MAY,
    WINSTON,
)
from tests.streams.derbyshire_sheets import hope_line, row_line
from tests.streams.message_lines import Line, again


def story() -> list[Line]:
    """Every line told of this person."""
    first_visit = row_line(
        LARDER,
        LARDER_MAY,
        "contacts",
        ANIL_AT_LARDER,
        "L-0210",
        date="08/05/2026",
        time="10:30",
        what="First visit",
        how="in person",
        by=DENISE.told,
        note="Came with Winston's card. Chose lentils over tins, and told us why.",
    )
    parcel: dict[str, str] = {
        "date": "15/05/2026", "what": "Parcel delivered", "how": "home visit", "by": DENISE.told
    }  # fmt: skip
    return [
        row_line(
            COACHES,
            MAY,
            "contacts",
            ANIL_CELLS,
            "C-0129",
            date="05/05/2026",
            time="18:00",
            what="Doorstep talk",
            how="home visit",
            by=WINSTON.told,
            note="Three jobs ended in a year. The boys are with him from Friday to Monday, and the cupboard shows it.",
        ),
        row_line(
            COACHES,
            LATE_MAY,
            "introductions",
            ANIL_CELLS,
            "I-014",
            date="05/05/2026",
            place="Cornmill Food Larder",
            why="To cook for his boys without asking anybody for money",
            by=WINSTON.told,
            went="yes",
            went_on="08/05/2026",
        ),
        first_visit,
        again(first_visit, "2026-05-30T09:11:20.000Z"),
        row_line(LARDER, LARDER_MAY, "contacts", ANIL_AT_LARDER, "L-0217", **parcel),
        row_line(
            LARDER,
            "2026-06-13T09:05:10.318840Z",
            "contacts",
            ANIL_AT_LARDER,
            "L-0217",
            **parcel,
            outcome="entered in error",
            note="That parcel was for the other Anil, at the mill.",
        ),
        row_line(
            COACHES,
            LATE_MAY,
            "contacts",
            ANIL_CELLS,
            "C-0141",
            date="22/05/2026",
            time="11:00",
            what="Cook-along at the larder",
            how="in person",
            by=WINSTON.told,
            note="Eleven at the table. He showed Winston how to stop burning garlic.",
        ),
        row_line(
            LARDER,
            LARDER_MAY,
            "contacts",
            ANIL_AT_LARDER,
            "L-0223",
            date="22/05/2026",
            time="11:00",
            what="Cook-along",
            how="in person",
            by=f"{DENISE.name} and {WINSTON.name}",
        ),
        hope_line(
            COACHES,
            LATE_MAY,
            ANIL_CELLS,
            "H-21-1",
            "Cook my mum's dal for my boys",
            since="2026-05-22",
            by=WINSTON,
            steps=(
                ("Ring Mum for what she never wrote down", "completed"),
                ("Friday, all four of us", "in-progress"),
            ),
        ),
        hope_line(
            COACHES,
            JUNE,
            ANIL_CELLS,
            "H-21-1",
            "Cook my mum's dal for my boys",
            since="2026-05-22",
            by=WINSTON,
            steps=(
                ("Ring Mum for what she never wrote down", "completed"),
                ("Friday, all four of us", "completed"),
            ),
            achievement="achieved",
        ),
    ]
