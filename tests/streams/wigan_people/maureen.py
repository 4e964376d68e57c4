"""Maureen, their grandmother, is known to the council and a charity, to neither by an NHS number."""

from tests.streams.family_builders import kin
from tests.streams.fhir_builders import answer, contact, goal, known_to, note, referral, safety_flag
from tests.streams.message_lines import Line, tell
from tests.streams.wigan_partners import (
    COUNCIL,
    COUNCIL_NUMBERS,
    ERIN,
    HANNAH,
    JUNE,
    KELLY,
    KETTLE,
    LOUIE,
    MAUREEN,
)


def story() -> list[Line]:
    """Every line told of this person."""
    council = known_to(COUNCIL, COUNCIL_NUMBERS["Maureen"], MAUREEN, "2026-03-12T08:55:00+00:00")
    kettle = known_to(KETTLE, "K-322", MAUREEN, "2026-03-24T10:00:00Z")
    family = [
        kin(council, COUNCIL_NUMBERS["Kelly"], KELLY, "Daughter"),
        kin(council, COUNCIL_NUMBERS["Erin"], ERIN, "Granddaughter"),
        kin(council, COUNCIL_NUMBERS["Louie"], LOUIE, "Grandson"),
    ]
    daughter = kin(kettle, "K-310", KELLY, "Daughter")

    dog = safety_flag(
        council, "alert-20437", "A large dog is loose in the yard: ring before you come.", since="2026-03-12"
    )
    asked = referral(
        council,
        "out-7718",
        KETTLE,
        "Kinship carers' group",
        "Does the school run twice a week, and would like to sit with others who do.",
        on="2026-03-23T11:30:00Z",
    )
    written_down = referral(
        kettle,
        "ask-322",
        KETTLE,
        "Grandparents' morning",
        "Hannah rang: may Maureen come along on Thursdays?",
        on="2026-03-23",
        by=COUNCIL,
    )
    yes = answer(
        kettle, "ask-322-yes", written_down, "accepted", "There is always cake", on="2026-03-24T10:10:00Z"
    )
    morning = contact(
        kettle,
        "group-0326",
        "Grandparents' morning",
        "2026-03-26T10:00:00Z",
        "2026-03-26T11:30:00Z",
        JUNE.told,
    )
    laughed = note(
        kettle,
        "note-0326",
        "She read with all the voices, and the little ones would not let her stop. Hips sore on the stairs.",
        on="2026-03-26T11:40:00Z",
        by=JUNE.told,
        kind="Volunteer's note",
    )
    check = contact(
        council,
        "visit-3377",
        "Visit to the grandmother's home",
        "2026-04-02T14:00:00+01:00",
        "2026-04-02T14:50:00+01:00",
        HANNAH.told,
        kind="HH",
    )
    words = "See Louie keep goal, and be home in time for my tablets"
    match = goal(kettle, "hope-322", words, "in-progress", since="2026-04-30", by="Maureen Platt")
    seen = goal(kettle, "hope-322", words, "achieved", since="2026-04-30", by="Maureen Platt")
    return [
        tell(council, "2026-03-12T08:56:30+00:00", dog, *family),
        tell(council, "2026-03-23T11:36:00+00:00", asked),
        tell(kettle, "2026-03-24T10:15:00+00:00", yes, written_down, daughter),
        tell(kettle, "2026-03-26T11:50:00+00:00", laughed, morning, timed=False),
        tell(council, "2026-04-02T16:10:00+01:00", check),
        tell(kettle, "2026-04-30T12:00:00+01:00", match),
        tell(kettle, "2026-06-25T12:05:00+01:00", seen, reason="update"),
    ]
