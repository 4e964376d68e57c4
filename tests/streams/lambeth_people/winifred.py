"""Winifred needs the trust in the end: the one introduction that a secondary-care referral followed."""

from tests.streams.community_builders import by_identifier, introduction, listing, outcome, visit
from tests.streams.fhir_builders import answer, answers, contact, known_to, note, plan, referral, score
from tests.streams.lambeth_partners import (
    CHOIR,
    CONNECTOR,
    COUNCIL,
    FRONT_DOOR,
    GROWING_PLOT,
    LONG_TABLE,
    NURSE,
    SECONDARY,
    SOCIAL_WORKER,
    TRUST,
    WINIFRED,
)
from tests.streams.message_lines import Line, again, tell

LISTED = "2026-01-12T09:00:00Z"
NEED = "Help with grief that has turned to illness"
WHY = (
    "Has not been to the Long Table for three weeks. Hears Kwame in the hall, sleeps in the chair, "
    "and is a stone lighter."
)
NUMBER = "100911000114"


def story() -> list[Line]:
    """Every line told of this person."""
    return [*at_the_long_table(), *more_help(), *out_again()]


def at_the_long_table() -> list[Line]:
    """The council asks the front door; both assess together, and both write it down."""
    council = known_to(COUNCIL, "AC-2218", WINIFRED, "2026-03-05T10:00:00Z")
    door = known_to(FRONT_DOOR, "MR-0252", WINIFRED, "2026-03-09T15:00:00Z")
    table, choir = listing(FRONT_DOOR, LONG_TABLE, LISTED), listing(FRONT_DOOR, CHOIR, LISTED)

    asked = referral(
        council,
        "ref-2218-1",
        FRONT_DOOR,
        "Company in the evenings",
        "Widowed in January. Her neighbours bring food and she thanks them and does not eat it.",
        on="2026-03-09T10:40:00Z",
    )
    held = referral(
        door,
        "ask-0252",
        FRONT_DOOR,
        "Somebody to eat with",
        "Lost her husband in January, hardly eats alone. From Grace at the council.",
        on="2026-03-09T10:40:00Z",
        by=COUNCIL,
    )
    yes = answer(
        door, "ask-0252-reply", held, "accepted", "Bola will go with Grace", on="2026-03-10T09:00:00Z"
    )
    start, end = "2026-03-12T14:00:00Z", "2026-03-12T15:30:00Z"
    by_council = contact(
        council, "visit-2218-1", "Care needs assessment", start, end, SOCIAL_WORKER, CONNECTOR, kind="HH"
    ) | {"basedOn": [by_identifier(asked)]}
    by_door = contact(
        door,
        "talk-0252",
        "Assessment at home, with Grace from the council",
        start,
        "2026-03-12T15:20:00Z",
        CONNECTOR,
        SOCIAL_WORKER,
        kind="HH",
    ) | {"basedOn": [by_identifier(held)]}
    spoken = answers(
        council,
        "form-2218",
        "needs",
        ("What is hardest?", "Laying one place"),
        ("Who do you turn to?", "Kwame. That is the trouble"),
        on="2026-03-12T15:10:00Z",
    )
    supper = introduction(
        door,
        "int-0252",
        LONG_TABLE,
        "Not to eat alone on a Thursday",
        on="2026-03-12T15:25:00Z",
        by=CONNECTOR,
    )
    plantain = visit(
        door, "went-0252", LONG_TABLE, supper, "2026-03-19T18:00:00Z", "2026-03-19T20:00:00Z", CONNECTOR
    )
    slip = introduction(door, "int-0261", CHOIR, "To sing", on="2026-03-23T09:10:00Z", by=CONNECTOR)
    return [
        tell(council, "2026-03-09T10:44:18.6Z", asked),
        tell(door, "2026-03-10T09:02:00Z", yes, held),
        tell(council, "2026-03-12T16:31:55.2Z", by_council, spoken),
        tell(door, "2026-03-12T16:50:00Z", by_door),
        tell(door, "2026-03-12T16:52:00Z", supper, *table),
        tell(
            door, "2026-03-20T09:30:00Z", supper | {"status": "completed"}, plantain, *table, reason="update"
        ),
        tell(door, "2026-03-23T09:12:00Z", slip, *choir),
        # it was meant for somebody else
        tell(door, "2026-03-23T11:40:00Z", slip | {"status": "entered-in-error"}, *choir, reason="update"),
    ]


def more_help() -> list[Line]:
    """Bola sees that company is not enough, and asks the trust; nobody waits, and Bola keeps coming."""
    door = known_to(FRONT_DOOR, "MR-0252", WINIFRED, "2026-03-09T15:00:00Z")
    trust = known_to(TRUST, "MM-41102", WINIFRED, "2026-04-13T13:05:10.25Z")

    on = "2026-04-13T11:30:00+01:00"
    asked = referral(door, "out-0252-1", TRUST, NEED, WHY, on=on, ubrn=NUMBER, urgent=True) | SECONDARY
    held = (
        referral(
            trust,
            "ref-41102",
            TRUST,
            NEED,
            WHY,
            on="2026-04-13T10:30:00Z",
            ubrn=NUMBER,
            by=FRONT_DOOR,
            urgent=True,
        )
        | SECONDARY
    )
    yes = answer(
        trust, "task-41102", held, "accepted", "Owen will see her tomorrow", on="2026-04-13T15:10:00Z"
    )
    seen = contact(
        trust,
        "enc-41102-1",
        "Assessment at home",
        "2026-04-14T09:00:00Z",
        "2026-04-14T10:15:00Z",
        NURSE,
        CONNECTOR,
        kind="HH",
        ubrn=NUMBER,
    )
    first = score(trust, "obs-41102-1", "PHQ-9", 20, on="2026-04-14T09:40:00Z", by=NURSE, during=seen)
    second = score(trust, "obs-41102-2", "PHQ-9", 15, on="2026-05-12T09:40:00Z", by=NURSE)
    third = score(trust, "obs-41102-3", "PHQ-9", 7, on="2026-07-07T09:40:00Z", by=NURSE)
    together = plan(
        trust,
        "plan-41102",
        "Winifred's plan",
        "Owen on Tuesdays",
        "Bola rings before the Long Table and nobody minds if it is no",
        "Weighed at the surgery once a fortnight",
        since="2026-04-14",
        by=NURSE,
    )
    chair = note(
        door,
        "note-0430",
        "She rang me, for once. She is sleeping in the bed again, on Kwame's side.",
        on="2026-05-26T19:40:00+01:00",
        by=CONNECTOR,
        kind="Connector's note",
    )
    told_yes = tell(trust, "2026-04-13T15:12:40.11Z", yes, held)
    return [
        tell(door, "2026-04-13T11:34:00+01:00", asked),
        told_yes,
        again(told_yes, "2026-04-13T18:00:00.000Z", sent="2026-04-13T17:59:58.500Z"),
        tell(trust, "2026-04-14T10:40:02.9Z", seen, first),
        tell(trust, "2026-04-14T11:05:00Z", together),
        tell(trust, "2026-05-12T10:02:33.4Z", second),
        tell(door, "2026-05-26T19:45:00+01:00", chair),
        tell(trust, "2026-07-07T10:05:19.7Z", third),
    ]


def out_again() -> list[Line]:
    """The trust ends its part and introduces her to a place of her own; no further referral follows."""
    trust = known_to(TRUST, "MM-41102", WINIFRED, "2026-04-13T13:05:10.25Z")
    plot = listing(TRUST, GROWING_PLOT, "2026-06-01T09:00:00Z")

    done = (
        referral(
            trust,
            "ref-41102",
            TRUST,
            NEED,
            WHY,
            on="2026-04-13T10:30:00Z",
            ubrn=NUMBER,
            by=FRONT_DOOR,
            status="completed",
            urgent=True,
        )
        | SECONDARY
    )
    okra = introduction(
        trust,
        "intro-41102",
        GROWING_PLOT,
        "Kwame grew okra on the balcony. She has kept the seed",
        on="2026-07-10T09:00:00Z",
        by=NURSE,
        coded=False,
    )
    went = outcome(
        trust,
        "task-41102-2",
        okra,
        GROWING_PLOT,
        "completed",
        "Went on Saturday with her neighbour. The bed by the wall is hers.",
        on="2026-07-21T09:30:00Z",
    )
    return [
        tell(trust, "2026-07-08T09:00:12.5Z", done, reason="update"),
        tell(trust, "2026-07-10T09:04:45.8Z", okra, *plot),
        tell(trust, "2026-07-21T09:33:20.3Z", went, okra | {"status": "completed"}, *plot),
    ]
