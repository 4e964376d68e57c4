"""Bridie lives a street over the border: one council says no, the other takes four weeks; no one has her number."""

from dataclasses import replace

from tests.streams.family_builders import episode, gathering, kin, onward
from tests.streams.fhir_builders import answer, answers, contact, goal, known_to, note, referral
from tests.streams.message_lines import Line, again, tell
from tests.streams.named_social_worker_partners import (
    ADVOCATES,
    BRIDIE,
    HOLLIN,
    JO,
    LARKMOOR,
    NASREEN,
    PAT,
    ROSE,
    THORNBECK,
)

AT_ADVOCATES = known_to(ADVOCATES, "SMW-214", replace(BRIDIE, given="Bridie"), "2026-03-05T13:00:00Z")
AT_HOLLIN = known_to(HOLLIN, "HH-44", replace(BRIDIE, street="", postcode=""), "2026-03-12T10:00:00Z")
AT_THORNBECK = known_to(THORNBECK, "TC-41550", BRIDIE, "2026-03-10T09:00:00+00:00")
AT_LARKMOOR = known_to(LARKMOOR, "LK-9120", BRIDIE, "2026-03-24T09:00:00+00:00")

MOTHER = kin(AT_LARKMOOR, "LK-9121", ROSE, "Mother")
WISH = "A named social worker"
WHY = (
    "Turned twenty-two, and every door says another door. Wants her own flat, and somebody who knows the way."
)
FIRST, SECOND = "991500600150", "991500600167"


def story() -> list[Line]:
    """Every line told of this person."""
    return [*turned_down(), *passed_on(), *named(), *meanwhile()]


def turned_down() -> list[Line]:
    """Thornbeck measures the street, and says no."""
    on = "2026-03-09T11:00:00Z"
    told = referral(AT_ADVOCATES, "ask-214", THORNBECK, WISH, WHY, on=on, ubrn=FIRST)
    held = referral(AT_THORNBECK, "ref-41550", THORNBECK, WISH, WHY, on=on, ubrn=FIRST, by=ADVOCATES)
    no = answer(
        AT_THORNBECK,
        "ref-41550-reply",
        held,
        "rejected",
        "Border Terrace is on Larkmoor's side. We are sorry; please ask Larkmoor, and say that we have read it.",
        on="2026-03-18T10:00:00Z",
    )
    refused = tell(AT_THORNBECK, "2026-03-18T10:05:00+00:00", no, held)
    return [
        tell(AT_ADVOCATES, "2026-03-09T11:08:00+00:00", told),
        refused,
        again(refused, "2026-03-18T11:40:00.000Z", sent="2026-03-18T11:39:58.000Z"),
    ]


def passed_on() -> list[Line]:
    """Pat asks Larkmoor the same day that the no is opened; the yes takes twenty-seven days."""
    on = "2026-03-24T09:30:00Z"
    told = onward(referral(AT_ADVOCATES, "ask-219", LARKMOOR, WISH, WHY, on=on, ubrn=SECOND), FIRST)
    held = onward(
        referral(AT_LARKMOOR, "in-6630", LARKMOOR, WISH, WHY, on=on, ubrn=SECOND, by=ADVOCATES), FIRST
    )
    yes = answer(
        AT_LARKMOOR,
        "in-6630-reply",
        held,
        "accepted",
        "Nasreen Akhtar, from the sixth of May",
        on="2026-04-20T14:00:00+01:00",
    )
    return [
        tell(AT_ADVOCATES, "2026-03-24T09:36:00+00:00", told),
        tell(AT_LARKMOOR, "2026-04-20T14:06:00+01:00", yes, held),
    ]


def named() -> list[Line]:
    """The first visit of the worker she waited for."""
    cared_for = episode(AT_LARKMOOR, "care-9120", "Adult social care", since="2026-05-06", manager=NASREEN)
    visit = gathering(
        AT_LARKMOOR,
        "seen-4466",
        "First visit",
        "2026-05-06T15:00:00+01:00",
        "2026-05-06T16:10:00+01:00",
        workers=[NASREEN, PAT],
        family=[MOTHER],
        kind="HH",
    )
    by_advocate = contact(
        AT_ADVOCATES,
        "seen-0506",
        "With Bridie when Nasreen came",
        "2026-05-06T15:00:00+01:00",
        "2026-05-06T16:15:00+01:00",
        PAT.told,
        NASREEN.told,
        kind="HH",
    )
    return [
        tell(AT_LARKMOOR, "2026-05-06T17:30:00+01:00", cared_for, *visit),
        tell(AT_ADVOCATES, "2026-05-07T09:10:00+01:00", by_advocate),
    ]


def meanwhile() -> list[Line]:
    """The weeks in which nobody was named, and who was there in them."""
    about = answers(
        AT_ADVOCATES,
        "about-214",
        "about-me",
        ("What matters to me", "My own key. My cat. That I am asked before it is decided."),
        ("How to talk with me", "Text first. Do not ring from a number I do not know."),
        on="2026-03-05T13:40:00Z",
    )
    looked = note(
        AT_HOLLIN,
        "book-0331",
        "Bridie came to see the empty room and measured it for the cat. Who her social worker is, I could not say.",
        on="2026-03-31T15:00:00+01:00",
        by=JO.told,
        kind="Support note",
    )
    words = "A flat where the cat may live too"
    hope = goal(AT_ADVOCATES, "hope-214", words, "in-progress", since="2026-04-14", by="Bridie Moon")
    closer = goal(AT_ADVOCATES, "hope-214", words, "improving", since="2026-04-14", by="Bridie Moon")
    return [
        tell(AT_ADVOCATES, "2026-03-05T14:00:00+00:00", about),
        tell(AT_HOLLIN, "2026-03-31T15:30:00+01:00", looked, timed=False),
        tell(AT_ADVOCATES, "2026-04-14T12:00:00+01:00", hope, arrives="2026-06-17T06:00:01.000Z"),
        tell(
            AT_ADVOCATES,
            "2026-06-16T12:00:00+01:00",
            closer,
            reason="update",
            arrives="2026-06-17T06:00:00.000Z",
        ),
    ]
