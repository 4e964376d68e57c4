"""What is known of a version unread: never less than the story finds when it reads it."""

import pytest
from hypothesis import given, settings

from services.domain.record.continuity.parties import Parties
from services.domain.record.continuity.things import Things
from services.domain.record.continuity.what_matters import may_matter, what_matters
from services.domain.record.gist import gist_of
from services.domain.record.measures.in_words import in_words
from services.domain.record.measures.series import all_series, latest
from services.domain.record.word import Word
from tests.unit.words_told import Resource, heard_in_stream, odd_words, word

SOUND = heard_in_stream("Holloway", "Larter").words


@settings(max_examples=60)
@given(odd_words(SOUND))
def test_what_matters_and_scores_are_known_unread(told: Word) -> None:
    """Whatever was accepted: nothing is found in it that its gist does not tell of."""
    things = Things([told])
    found = what_matters(things, Parties(things, {}))
    assert not found or may_matter(told.resource)
    assert not found or gist_of(told).lasting
    series = [one.key for one in all_series([told])]
    assert series == [one for one in [gist_of(told).measure] if one]


def score(number: int, value: float) -> Word:
    """A score of the PHQ-9, on a day of March."""
    resource: Resource = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "PHQ-9"},
        "effectiveDateTime": f"2026-03-{number:02}",
        "valueQuantity": {"value": value},
    }
    return word(resource, number)


def test_the_latest_scores_are_said_to_be() -> None:
    """A series that is cut says so in words; one that is not is as it was."""
    (series,) = all_series([score(number, value) for number, value in enumerate((9, 99, 8, 7), start=1)])
    assert latest(series, 4) == series
    cut = latest(series, 3)
    assert [one.value for one in (*cut.points, *cut.outside)] == [8, 7, 99]
    assert in_words(cut).startswith("The latest 2 scores, from 3 March 2026 to 4 March 2026: 8, 7.")


@pytest.mark.parametrize(
    ("resource", "lasting"),
    [
        pytest.param({"resourceType": "Flag", "status": "active"}, True, id="a flag that is active"),
        pytest.param({"resourceType": "Flag", "status": "inactive"}, False, id="a flag that is lifted"),
        pytest.param({"resourceType": "CarePlan"}, True, id="a plan, which may name a worker"),
        pytest.param({"resourceType": "Practitioner"}, True, id="somebody who is named elsewhere"),
        pytest.param({"resourceType": "MessageHeader"}, False, id="what merely came with a message"),
        pytest.param({"resourceType": "Encounter", "status": "finished"}, False, id="a contact"),
        pytest.param(
            {"resourceType": "Appointment", "start": "2026-03-02", "end": "2026-03-09"},
            True,
            id="a booking of days, which may be under way a day after it began",
        ),
        pytest.param(
            {"resourceType": "Appointment", "start": "2026-03-02T10:00:00Z", "end": "2026-03-02T11:00:00Z"},
            False,
            id="a booking of an hour",
        ),
    ],
)
def test_what_lasts_is_read_however_old_it_is(resource: Resource, lasting: bool) -> None:
    """And nothing else is."""
    assert gist_of(word(resource, 1)).lasting is lasting
