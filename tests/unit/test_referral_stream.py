"""The bundled stream: of each person's referrals what a person would expect of their own."""

from itertools import combinations
from pathlib import Path

import orjson
import pytest

from schemas.fhir.issue import Refused
from schemas.fhir.message import read_message_bytes
from schemas.fhir.reread import reread
from schemas.stream import read_line
from services.domain.identity.rulings import pair
from services.domain.message import patient_of, read_message, subject_of
from services.domain.record.duplicates.decision import decide
from services.domain.record.duplicates.facet import from_row
from services.domain.record.duplicates.folding import fold
from services.domain.record.referrals.state import State
from services.domain.record.referrals.threads import threads
from services.domain.record.version import Version, as_served
from services.domain.record.word import Word
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TIDEWELL, TRUST
from tests.unit.referral_words import holders, ticks

STREAM = Path(__file__).parents[1] / "streams" / "norfolk-suffolk.ndjson"
SURGERY_, TRUST_, COUNCIL_, LANTERN_, TIDEWELL_ = (
    one.name for one in (SURGERY, TRUST, COUNCIL, LANTERN, TIDEWELL)
)


def _words_of(who: str) -> list[Word]:
    """What all systems say in the end of one person of the bundled stream, folded as the record folds it."""
    heads: dict[bytes, tuple[Version, bytes, str]] = {}
    for line in STREAM.read_bytes().splitlines():
        told = read_line(line)
        try:
            read_message_bytes(bytes(told.message))
        except Refused:
            continue
        bundle = reread(bytes(told.message))
        patient = patient_of(bundle)
        if f"{patient['name'][0]['family']} {patient['birthDate']}" != who:
            continue
        source = subject_of(bundle, told.sender, b"a key for tests alone")
        for version in read_message(bundle, source, ticks(told.sent)).versions:
            known = heads.get(version.resource_key)
            if known is None or version.rank > known[0].rank:
                heads[version.resource_key] = version, source, told.sender
    entries = _entries(heads)
    return [
        Word(key, entries[key], source, sender, as_served(one.content, one.rank), one.rank.instant)
        for key, (one, source, sender) in heads.items()
    ]


def _entries(heads: dict[bytes, tuple[Version, bytes, str]]) -> dict[bytes, bytes]:
    """The entry of each thing."""
    facets = {key: from_row(one.facet) for key, (one, _, _) in heads.items() if one.facet}
    decided = {
        pair(one, other): decision
        for one, other in combinations(sorted(facets), 2)
        if (decision := decide(facets[one], facets[other]))
    }
    return fold({key: sender for key, (_, _, sender) in heads.items()}, decided, {})


EXPECTED: dict[str, list[tuple[str, State, list[str], list[str]]]] = {
    # each person's referrals: for what, the state, who held it since when, and what happened after the asking
    "Holloway 1994-05-17": [
        (
            "Talking therapy and company in getting out again", State.IN_PROGRESS, [f"{TRUST_} 03-02"],
            [
                "accepted: Suits the wellbeing team", "met",
                "booked for 20 March 2026 (names no referral; only this one was open)", "met",
            ],
        ),
        ("Peer support", State.ACCEPTED, [f"{TIDEWELL_} 03-25"], ["accepted: Sam is free on Tuesdays"]),
    ],
    "Pask 1957-11-03": [
        (
            "Low mood", State.REJECTED, [f"{TRUST_} 03-10", f"{SURGERY_} 03-13"],
            [
                "rejected: Lonely rather than unwell; Derek agrees that a befriender would suit him better than a "
                "clinic."
            ],
        ),
        (
            "Befriending", State.IN_PROGRESS, [f"{LANTERN_} 03-16"],
            ["accepted: Alf Dade would like to meet him", "met"],
        ),
    ],
    "Rahman 1998-01-29": [
        ("Perinatal anxiety", State.IN_PROGRESS, [f"{TRUST_} 04-08"], ["accepted: Seen within the week", "met"]),
        ("Mothers' circle", State.ACCEPTED, [f"{TIDEWELL_} 05-11"], []),
    ],
    "Thirkettle 2007-06-21": [
        (
            "Support on leaving care", State.IN_PROGRESS, [f"{TRUST_} 04-07"],
            ["accepted: Joint visit with Dawn", "met"],
        ),
        ("Peer support", State.ACCEPTED, [f"{TIDEWELL_} 06-03"], ["accepted: Jodie left care at eighteen too"]),
    ],
    "Larter 1949-08-08": [
        ("Carer's assessment", State.IN_PROGRESS, [f"{COUNCIL_} 04-20"], ["accepted: Priya will visit", "met"]),
    ],
    "Sallow 2001": [],
    "Gage 1958-02-11": [
        ("Depression", State.IN_PROGRESS, [f"{TRUST_} 05-13"], ["accepted: Suits the wellbeing team", "met"]),
    ],
    "Gage 1989-11-27": [],
    "Kowalczyk 1983-12-12": [
        (
            "Bereavement counselling", State.IN_PROGRESS, [f"{LANTERN_} 06-29"],
            [
                "accepted: Ruth speaks some Polish",
                "booked for 15 July 2026 (names no referral; only this one was open)", "met",
            ],
        ),
    ],
}  # fmt: skip


def test_everybody_of_the_stream_is_expected() -> None:
    """Nobody is left out of the table."""
    patients = (
        entry["resource"]
        for line in STREAM.read_bytes().splitlines()
        for entry in orjson.loads(line)["message"]["entry"]
        if entry["resource"]["resourceType"] == "Patient"
    )
    assert {f"{one['name'][0]['family']} {one['birthDate']}" for one in patients} == EXPECTED.keys()


@pytest.mark.parametrize("who", EXPECTED)
def test_what_a_person_would_expect(who: str) -> None:
    """Each referral once, however many systems told it."""
    assert [
        (one.service, one.state, holders(one), [step.words for step in one.steps[1:]])
        for one in threads(_words_of(who))
    ] == EXPECTED[who]


def test_derek_was_asked_for_elsewhere() -> None:
    """The trust's no and the charity's yes are two referrals for one reason."""
    low_mood, befriending = threads(_words_of("Pask 1957-11-03"))
    assert low_mood.asked_again == befriending.key
    assert low_mood.steps[0].words == f"{SURGERY_} asked {TRUST_} for low mood"
    assert sorted(one.said for one in low_mood.outside) == [
        "ServiceRequest active",
        "ServiceRequest active",
        "Task rejected",
    ]
