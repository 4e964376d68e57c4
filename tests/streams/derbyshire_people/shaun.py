"""Shaun is turned down by a pain clinic and goes on to a coach; a booking is cancelled before it is heard of."""

from tests.streams.derbyshire_partners import (
    COACHES,
    GP,
    JUNE,
    LATE_APRIL,
    LATE_MAY,
    MAY,
    SHAUN,
    SHAUN_CELLS,
    SURGERY,
    TRUST,
    WINSTON,
)
from tests.streams.derbyshire_sheets import hope_line, row_line
from tests.streams.family_builders import onward
from tests.streams.fhir_builders import answer, booking, contact, known_to, referral, score
from tests.streams.message_lines import Line, exported_again, tell, version

AT_SURGERY = known_to(SURGERY, "24406", SHAUN, "2003-07-01T15:00:00+01:00")
AT_TRUST = known_to(TRUST, "DH-52004", SHAUN, "2026-03-19T08:05:00.125Z")

NEED = "Pain management"
WHY = "Back pain since the fall from the scaffold. Scans are clear. Sleeps in the chair, has given up the camera."
FIRST, SECOND = "991400500121", "991400500138"


def story() -> list[Line]:
    """Every line told of this person."""
    return [*turned_down(), *passed_on(), *with_winston()]


def turned_down() -> list[Line]:
    """The clinic's call, its no with the reason, and a slot that was never needed."""
    asked = referral(AT_SURGERY, "sr-4598", TRUST, NEED, WHY, on="2026-03-18T16:30:00Z", ubrn=FIRST)
    held = referral(AT_TRUST, "ref-6620", TRUST, NEED, WHY, on="2026-03-18T16:30:00Z", ubrn=FIRST, by=SURGERY)
    low = score(AT_SURGERY, "obs-5881", "ReQoL-10", 14, on="2026-03-18T16:20:00Z", by=GP.told)
    slot = booking(
        AT_TRUST,
        "appt-2209",
        "Pain clinic, first appointment",
        "2026-04-15T09:00:00Z",
        "2026-04-15T09:45:00Z",
        with_whom="Pain clinic",
    )
    triage = contact(
        AT_TRUST,
        "enc-69310",
        "Triage call",
        "2026-03-27T13:00:00Z",
        "2026-03-27T13:25:00Z",
        "Ines Barlow, clinical nurse specialist",
        kind="VR",
        ubrn=FIRST,
    )
    no = answer(
        AT_TRUST,
        "task-6620",
        held,
        "rejected",
        "Nothing here that a clinic would mend. Walking with somebody, a little more each week, is the treatment.",
        on="2026-04-01T11:00:00Z",
    )
    return [
        tell(AT_SURGERY, "2026-03-18T16:35:09.6Z", asked, low),
        tell(AT_TRUST, "2026-03-27T13:40:26.0041Z", triage),
        tell(AT_TRUST, "2026-04-01T11:02:00Z", no, held),
        tell(
            AT_TRUST, "2026-04-01T11:05:13.77Z", version(slot | {"status": "cancelled"}, 2), reason="update"
        ),
        tell(AT_TRUST, "2026-03-27T14:02:50Z", version(slot, 1), arrives="2026-04-02T07:00:00.000Z"),
    ]


def passed_on() -> list[Line]:
    """The surgery asks the coaches instead, and names the referral that it goes on from."""
    asked = referral(
        AT_SURGERY, "sr-4655", COACHES, "Resident coach", WHY, on="2026-04-02T09:15:00+01:00", ubrn=SECOND
    )
    better = score(AT_SURGERY, "obs-6402", "ReQoL-10", 22, on="2026-06-24T16:00:00+01:00", by=GP.told)
    passed = tell(AT_SURGERY, "2026-04-02T09:19:37.2+01:00", onward(asked, FIRST))
    return [
        passed,
        exported_again(passed, "2026-04-03T02:00:00.000Z"),
        row_line(
            COACHES,
            LATE_APRIL,
            "referrals",
            SHAUN_CELLS,
            "REF-040",
            date="02/04/2026",
            what="Resident coach",
            to=COACHES.name,
            by=SURGERY.name,
            why="Bad back, clear scans, has given up the camera",
            status="accepted",
            answered="09/04/2026",
            answer="Winston takes photographs too, badly",
        ),
        tell(AT_SURGERY, "2026-06-24T16:08:30+01:00", better),
    ]


def with_winston() -> list[Line]:
    """Walks with two cameras, one of which was written into the wrong row."""
    out = {"how": "in the community", "by": WINSTON.told}
    wrong_row: dict[str, str] = {"date": "12/05/2026", "time": "16:00", "what": "On the chapel wall"}
    words, stile, edge = (
        "Get back to the darkroom and print the moor",
        "To the stile",
        "To the edge, at first light",
    )
    return [
        row_line(
            COACHES,
            LATE_APRIL,
            "contacts",
            SHAUN_CELLS,
            "C-0118",
            **out,
            date="14/04/2026",
            time="16:00",
            what="Ten minutes out, ten back",
            note="He brought the camera and no film. Said that he was only carrying it.",
        ),
        row_line(COACHES, LATE_MAY, "contacts", SHAUN_CELLS, "C-0134", **out, **wrong_row),
        row_line(
            COACHES, JUNE, "contacts", SHAUN_CELLS, "C-0134", **out, **wrong_row, outcome="entered in error"
        ),
        row_line(
            COACHES,
            LATE_MAY,
            "contacts",
            SHAUN_CELLS,
            "C-0137",
            **out,
            date="26/05/2026",
            time="05:00",
            what="Up to the edge",
            note="Thirty-six frames. Neither of us said the word back.",
        ),
        hope_line(
            COACHES,
            MAY,
            SHAUN_CELLS,
            "H-17-1",
            words,
            since="2026-04-28",
            by=WINSTON,
            steps=((stile, "completed"), (edge, "not-started")),
        ),
        hope_line(
            COACHES,
            JUNE,
            SHAUN_CELLS,
            "H-17-1",
            words,
            since="2026-04-28",
            by=WINSTON,
            steps=((stile, "completed"), (edge, "completed")),
            achievement="improving",
        ),
    ]
