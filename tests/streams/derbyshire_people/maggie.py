"""Maggie gave the coach her first name, her telephone and a year; the surgery may know her, and nobody guesses."""

from tests.streams.derbyshire_partners import (
    APRIL,
    COACHES,
    GP,
    JUNE,
    LATE_MAY,
    MAGGIE_CELLS,
    MARGARET,
    MAY,
    SURGERY,
    WINSTON,
)
from tests.streams.derbyshire_sheets import hope_line, row_line
from tests.streams.fhir_builders import contact, known_to, score
from tests.streams.message_lines import Line, tell


def story() -> list[Line]:
    """Every line told of Maggie, and of the Margaret whom the surgery knows at that telephone."""
    surgery = known_to(SURGERY, "09317", MARGARET, "1991-10-02T09:00:00+01:00")
    pressure = contact(
        surgery,
        "enc-88031",
        "Blood pressure check",
        "2026-04-09T11:00:00+01:00",
        "2026-04-09T11:15:00+01:00",
        GP.told,
    )
    lonely = score(surgery, "obs-6098", "ReQoL-10", 16, on="2026-04-09T11:10:00+01:00", by=GP.told)
    step = {"how": "in the community", "by": WINSTON.told}
    larder = {"date": "21/05/2026", "place": "Cornmill Food Larder", "by": WINSTON.told,
              "why": "A table where somebody sits down with you"}  # fmt: skip
    return [
        row_line(
            COACHES,
            APRIL,
            "contacts",
            MAGGIE_CELLS,
            "C-0114",
            **step,
            date="02/04/2026",
            time="15:30",
            what="On the chapel wall",
            note="She asked for seven across. I knew it, and was let stay.",
        ),
        tell(surgery, "2026-04-09T10:31:47.5Z", pressure, lonely),
        row_line(
            COACHES,
            MAY,
            "contacts",
            MAGGIE_CELLS,
            "C-0126",
            **step,
            date="30/04/2026",
            time="15:30",
            what="On the chapel wall",
            note="She does not give her surname to a clipboard. Born in 1950, she says, and who wants to know?",
        ),
        hope_line(
            COACHES,
            MAY,
            MAGGIE_CELLS,
            "H-19-1",
            "Somebody to do the crossword with",
            since="2026-04-30",
            by=WINSTON,
            steps=(("Thursdays on the wall, if dry", "in-progress"), ("Indoors, if wet", "not-started")),
        ),
        row_line(COACHES, LATE_MAY, "introductions", MAGGIE_CELLS, "I-016", **larder, went="not yet"),
        row_line(
            COACHES, JUNE, "introductions", MAGGIE_CELLS, "I-016", **larder, went="yes", went_on="05/06/2026"
        ),
    ]
