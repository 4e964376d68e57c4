"""Joan cares for her husband; the council changes her named social worker, and she sings again."""

from dataclasses import replace

from tests.streams.fhir_builders import (
    answer,
    answers,
    booking,
    contact,
    goal,
    known_to,
    note,
    plan,
    referral,
)
from tests.streams.message_lines import Line, again, tell, version
from tests.streams.norfolk_suffolk_partners import COUNCIL, JOAN, LANTERN, SURGERY


def story() -> list[Line]:
    """Every line told of this person."""
    gp = known_to(SURGERY, "08855", JOAN, "2009-11-02T16:20:00Z")
    council = known_to(COUNCIL, "ASC-71204", JOAN, "2026-04-21T09:15:40+01:00")
    lantern = known_to(LANTERN, "ML-2231", replace(JOAN, street="", postcode=""), "2026-05-19T14:00:00+01:00")
    before, after = "Priya Nair, named social worker", "Dawn Ferreira, named social worker"

    need, why = (
        "Carer's assessment",
        "Ron's memory is failing and Joan has not had a night off since Christmas.",
    )
    asked = referral(
        gp, "sr-08855-7", COUNCIL, need, why, on="2026-04-20T11:30:00+01:00", ubrn="100200300497"
    )
    held = referral(
        council,
        "ref-71204-1",
        COUNCIL,
        need,
        why,
        on="2026-04-20T11:30:00+01:00",
        ubrn="100200300497",
        by=SURGERY,
    )
    yes = answer(
        council, "ref-71204-1-reply", held, "accepted", "Priya will visit", on="2026-04-22T10:00:00+01:00"
    )
    visit = contact(
        council,
        "visit-561",
        "Carer's assessment",
        "2026-05-07T14:00:00+01:00",
        "2026-05-07T15:30:00+01:00",
        before,
        kind="HH",
        ubrn="100200300497",
    )
    spoken = answers(
        council,
        "form-71204",
        "carer",
        (
            "What do you do for the person you care for?",
            "Everything but his shoes, he still likes to do those",
        ),
        ("What have you had to give up?", "The choir. Forty years I sang alto."),
        on="2026-05-07T15:20:00+01:00",
    )
    steps = "Wednesday sitting service for Ron", "Carer's emergency card"
    with_priya = plan(council, "plan-71204", "Joan's support plan", *steps, since="2026-05-11", by=before)
    with_dawn = plan(council, "plan-71204", "Joan's support plan", *steps, since="2026-05-11", by=after)
    handed_over = "2026-06-08T09:00:00+01:00"
    told_before = tell(council, handed_over, version(with_priya, 9), arrives="2026-06-08T12:30:00.000Z")
    told_after = tell(council, handed_over, version(with_dawn, 10), reason="update")
    choir = goal(
        lantern,
        "goal-655",
        "Sing with the choir at harvest",
        "in-progress",
        since="2026-05-19",
        by="Joan Larter",
    )
    alto = note(
        lantern,
        "visit-1311",
        "Joan stayed to the end. They had kept her chair in the altos.",
        on="2026-06-17T20:45:00+01:00",
        by="Cath Mobbs, coordinator",
        kind="Befriending note",
    )
    review = booking(
        council,
        "review-71204",
        "Six-month review",
        "2026-11-11T10:00:00Z",
        "2026-11-11T11:00:00Z",
        with_whom=after,
    )
    return [
        tell(gp, "2026-04-20T11:33:48.4+01:00", asked),
        tell(council, "2026-04-22T10:05:00+01:00", yes, held),
        tell(council, "2026-05-07T16:40:21.6+01:00", visit, spoken),
        tell(lantern, "2026-05-19T14:20:00+01:00", choir),
        told_before,
        told_after,
        again(told_before, "2026-06-08T12:31:00.000Z"),
        tell(lantern, "2026-06-17T21:30:00+01:00", alto),
        tell(council, "2026-11-02T09:12:00+00:00", review),
    ]
