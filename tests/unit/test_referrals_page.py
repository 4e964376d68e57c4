"""The page on referrals has the table of states that holds, and examples that are taken."""

import re
from pathlib import Path

import orjson
from fhir.resources.R4B.parameters import Parameters

from schemas.fhir.proposed_referral import read_proposed_referral
from schemas.fhir.r4_models import elements_of, model_of
from services.domain.record.referrals.likeness import DAYS
from services.domain.record.referrals.presuming import DAYS as BOOKED_WITHIN
from services.domain.record.referrals.state import State, says
from services.domain.record.word import Word
from services.platform.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "referrals.md").read_text()
ROWS = dict(re.findall(r"^\| ([a-z ]+) \| [^|]+ \| (.+) \|$", PAGE, re.MULTILINE))


def said_of(kind: str, status: str) -> State | None:
    """What a status says of a referral."""
    return says(Word(b"", b"", b"", "", {"resourceType": kind, "status": status}, 0))


def test_every_state_is_there() -> None:
    """In order, after the heading."""
    assert [*ROWS][1:] == [state.value for state in State]


def test_the_outside_states_are_those_that_say_so() -> None:
    """Every status that R4 knows of these resources stands under the state that it says, or says nothing."""
    told = {
        (part.split()[0], status): state
        for state in [*State][:-1]
        for part in ROWS[state].split("; ")
        for status in re.findall("`(.+?)`", part)
    }
    known = {
        (kind, code): state
        for kind in {kind for kind, _ in told}
        for element in elements_of(model_of(kind))
        if element.name == "status"
        for code in element.codes
        if (state := said_of(kind, code))
    }
    assert told == known


def test_the_days_are_those_that_are_reckoned_with() -> None:
    """Of a stalled referral, of a booking that names none, and of one asked again or lately ended."""
    assert f"**{Settings.model_fields['stalled_days'].default} days**" in PAGE
    assert f"**{BOOKED_WITHIN} days**" in PAGE
    assert set(re.findall(r"(?:within|for|last) (\d+)\s+days", PAGE.replace("\n", " "))) == {str(DAYS)}


def test_the_examples_are_sound() -> None:
    """The question is taken, and the answer is FHIR."""
    (question,) = re.findall(r"-d '(\{.+?\n  \})'", PAGE, re.DOTALL)
    assert read_proposed_referral(question.encode()).person == "9990000018"
    (answer,) = re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL)
    Parameters.model_validate(orjson.loads(answer))
