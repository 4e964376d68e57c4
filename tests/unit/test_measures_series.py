"""Scores over time by instrument, and what their change means: tables of sentences."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.record.measures.change import Change, Direction, change
from services.domain.record.measures.instruments import INSTRUMENTS, Instrument, instrument_of
from services.domain.record.measures.series import Series, all_series
from services.domain.record.word import Word
from tests.streams.fhir_builders import SCORES, concept
from tests.unit.words_told import heard_in_stream, ticks, word

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
BY_NAME = {instrument.name: instrument for instrument in INSTRUMENTS}

Resource = dict[str, Any]


def _score(code: Any, on: str = "2026-03-02", **value: Any) -> Resource:
    told = value or {"valueInteger": 12}
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": code,
        "effectiveDateTime": on,
        **told,
    }


def _scores(name: str, *values: float) -> list[Word]:
    return [
        word(_score({"text": name}, f"2026-{month:02d}-01", valueQuantity={"value": value}), month)
        for month, value in enumerate(values, start=1)
    ]


def _one(words: list[Word]) -> Series:
    (found,) = all_series(words)
    return found


CODES: dict[str, tuple[Any, str | None]] = {
    # how a total is called: the code, and the instrument it means
    "the PHQ-9 by LOINC": (concept("", (LOINC, "44261-6", "")), "PHQ-9"),
    "the PHQ-9 by SNOMED CT": (concept("", (SNOMED, "720433000", "")), "PHQ-9"),
    "the GAD-7 by LOINC": (concept("", (LOINC, "70274-6", "")), "GAD-7"),
    "the GAD-7 by SNOMED CT": (concept("", (SNOMED, "445455005", "")), "GAD-7"),
    "the PHQ-9 by its display in LOINC alone": (concept("", ("", "", SCORES["PHQ-9"][0][2])), "PHQ-9"),
    "the PHQ-9 by its display in SNOMED CT alone": (concept("", ("", "", SCORES["PHQ-9"][1][2])), "PHQ-9"),
    "the GAD-7 as it is spelled in America": (concept(SCORES["GAD-7"][0][2]), "GAD-7"),
    "a name alone": (concept("PHQ-9"), "PHQ-9"),
    "a name without its hyphen": (concept("PHQ9 score"), "PHQ-9"),
    "a local code beside a name": (concept("GAD-7 total score", ("urn:local", "x1", "")), "GAD-7"),
    "a code goes before a name": (concept("GAD-7", (LOINC, "44261-6", "")), "PHQ-9"),
    "two codes at once mean the first of the table": (
        concept("", (LOINC, "70274-6", ""), (LOINC, "44261-6", "")),
        "PHQ-9",
    ),
    "the short WEMWBS": (concept("SWEMWBS total"), "SWEMWBS"),
    "the long one": (concept("Warwick-Edinburgh Mental Wellbeing Scale (WEMWBS)"), "WEMWBS"),
    "the short one is not the long one": (
        concept("Short Warwick–Edinburgh Mental Well-being Scale"),
        "SWEMWBS",
    ),
    "ReQoL-10": (concept("ReQoL-10 total score"), "ReQoL-10"),
    "ReQoL-20": (concept("Recovering Quality of Life 20-item"), "ReQoL-20"),
    "CORE-10": (concept("CORE-10"), "CORE-10"),
    "WSAS": (concept("Work and Social Adjustment Scale score"), "WSAS"),
    "ORS": (concept("Outcome Rating Scale (ORS) total score"), "ORS"),
    "one item is not the total": (concept("PHQ-9 item 3 score"), None),
    "another questionnaire is none of these": (concept("PHQ-15 total score"), None),
    "a code of another system is none of these": (concept("", ("urn:local", "44261-6", "")), None),
    "nothing is none of these": ({}, None),
}


@pytest.mark.parametrize(("code", "expected"), CODES.values(), ids=CODES.keys())
def test_which_instrument_a_code_means(code: Any, expected: str | None) -> None:
    found = instrument_of(code)
    assert (found.name if found else None) == expected


RANGES = {
    "PHQ-9": (0, 27, False, 6),
    "GAD-7": (0, 21, False, 4),
    "SWEMWBS": (7, 35, True, None),
    "WEMWBS": (14, 70, True, None),
    "ReQoL-10": (0, 40, True, None),
    "ReQoL-20": (0, 80, True, None),
    "CORE-10": (0, 40, False, 6),
    "WSAS": (0, 40, False, None),
    "ORS": (0, 40, True, 5),
}


def test_the_instruments_are_as_their_authors_published_them() -> None:
    assert {
        one.name: (one.low, one.high, one.higher_is_better, one.reliable_change) for one in INSTRUMENTS
    } == RANGES


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda one: one.name)
def test_every_name_and_code_of_an_instrument_means_it(instrument: Instrument) -> None:
    called = [concept(name.upper()) for name in (instrument.name, *instrument.names)]
    coded = [concept("", (*coding, "")) for coding in instrument.codes]
    assert {instrument_of(code) for code in (*called, *coded)} == {instrument}


VALUES: dict[str, tuple[Resource, list[float]]] = {
    # what is told beside the code: the value, and the scores that are read
    "a whole number": ({"valueInteger": 12}, [12]),
    "a quantity": ({"valueQuantity": {"value": 12.5, "unit": "score"}}, [12.5]),
    "a number written as text": ({"valueString": " 12 "}, [12]),
    "words": ({"valueString": "moderate"}, []),
    "a number with words": ({"valueString": "12 of 27"}, []),
    "no more than that it is less": ({"valueQuantity": {"value": 12, "comparator": "<"}}, []),
    "yes": ({"valueBoolean": True, "valueInteger": True}, []),
    "nothing": ({"valueInteger": None}, []),
    "a number past all scores": ({"valueInteger": 10**12}, []),
}


@pytest.mark.parametrize(("value", "expected"), VALUES.values(), ids=VALUES.keys())
def test_which_values_are_scores(value: Resource, expected: list[float]) -> None:
    found = all_series([word(_score({"text": "PHQ-9"}, **value), 1)])
    assert [point.value for one in found for point in one.points] == expected


def test_a_point_tells_when_and_by_whom() -> None:
    told = _score({"text": "PHQ-9"}, "2026-03-06T10:30:00+01:00")
    (point,) = _one([word(told, 1, sender="ZZG07")]).points
    assert (point.at, point.value) == (ticks("2026-03-06T09:30:00Z"), 12)
    assert (point.told_at, point.sender) == ("2026-03-06T10:30:00+01:00", "ZZG07")
    assert point.entry_key == (1).to_bytes(16, "big")


def test_what_two_systems_tell_of_one_entry_counts_once_as_the_latest_has_it() -> None:
    first = word(_score({"text": "PHQ-9"}, valueInteger=18), 1, entry=7)
    second = word(_score({"text": "PHQ-9"}, valueInteger=17), 2, entry=7)
    assert [point.value for point in _one([first, second]).points] == [17]


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "registered"])
def test_a_score_that_is_withdrawn_or_was_never_made_does_not_count(status: str) -> None:
    sound = word(_score({"text": "PHQ-9"}, valueInteger=18), 1)
    other = word(_score({"text": "PHQ-9"}, valueInteger=9) | {"status": status}, 2)
    assert [point.value for point in _one([sound, other]).points] == [18]


def test_scores_that_an_instrument_cannot_have_stand_apart() -> None:
    found = _one(_scores("PHQ-9", 18, 28, 9))
    assert [point.value for point in found.points] == [18, 9]
    assert [point.value for point in found.outside] == [28]


def test_what_is_not_in_the_table_is_a_series_of_its_own_by_code_else_by_words() -> None:
    coded = concept("Steps walked", ("urn:b", "2", ""), ("urn:a", "9", ""))
    words = [
        word(_score(coded), 1),
        word(_score(concept("Walking", ("urn:a", "9", ""))), 2),
        word(_score({"text": "Hours  slept"}), 3),
        word(_score({"text": "hours slept"}, "2026-04-01"), 4),
        word(_score({"coding": [{"system": "urn:a"}]}), 5),
    ]
    found = all_series(words)
    assert [(one.key, len(one.points), one.instrument) for one in found] == [
        ("hours slept", 2, None),
        ("urn:a|9", 2, None),
    ]
    assert found[0].name == "hours slept"


def test_numbers_of_two_units_are_two_series() -> None:
    kilograms = word(_score({"text": "Weight"}, valueQuantity={"value": 70, "unit": "kg"}), 1)
    pounds = word(_score({"text": "Weight"}, valueQuantity={"value": 154, "unit": "lb"}), 2)
    points = word(_score({"text": "Weight"}, valueQuantity={"value": 3, "code": "{score}"}), 3)
    assert [(one.key, one.unit) for one in all_series([kilograms, pounds, points])] == [
        ("weight", ""),
        ("weight [kg]", "kg"),
        ("weight [lb]", "lb"),
    ]


def test_known_instruments_come_first() -> None:
    words = [
        word(_score({"text": name}), number)
        for number, name in enumerate(["A count", "ORS", "GAD-7", "PHQ-9"])
    ]
    assert [one.name for one in all_series(words)] == ["PHQ-9", "GAD-7", "ORS", "A count"]


CHANGES: dict[str, tuple[list[Word], tuple[float, Direction | None, bool | None] | None]] = {
    # the scores: the difference, what it means, and whether it is more than the measure's own error
    "one score is no change": (_scores("PHQ-9", 18), None),
    "a fall of the PHQ-9 is better": (_scores("PHQ-9", 18, 20, 12), (-6, Direction.BETTER, True)),
    "a small fall is not reliable": (_scores("PHQ-9", 18, 13), (-5, Direction.BETTER, False)),
    "a rise is worse": (_scores("GAD-7", 10, 14), (4, Direction.WORSE, True)),
    "a rise of the ORS is better": (_scores("ORS", 12.4, 17.4), (5, Direction.BETTER, True)),
    "a fall of the ReQoL-10 is worse": (_scores("ReQoL-10", 25, 20), (-5, Direction.WORSE, None)),
    "the same score is the same": (_scores("CORE-10", 12, 20, 12), (0, Direction.SAME, False)),
    "decimals leave no dust": (_scores("SWEMWBS", 20.1, 20.3), (0.2, Direction.BETTER, None)),
    "which way is better is not known": (_scores("Steps", 900, 1200), (300, None, None)),
    "what is off the scale is not reckoned with": (_scores("PHQ-9", 99, 18), None),
}


@pytest.mark.parametrize(("words", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_changes(words: list[Word], expected: tuple[float, Direction | None, bool | None] | None) -> None:
    found = change(_one(words))
    assert (found and (found.difference, found.direction, found.reliable)) == expected


def test_a_change_is_from_the_first_score_to_the_last() -> None:
    one = _one(_scores("PHQ-9", 18, 20, 12))
    assert change(one) == Change(one.points[0], one.points[-1], -6, Direction.BETTER, reliable=True)


def test_the_scores_of_the_stream() -> None:
    found = all_series(heard_in_stream("Holloway").words)
    assert [(one.name, [point.value for point in one.points]) for one in found] == [
        ("PHQ-9", [18, 16, 13, 9, 6])
    ]
    assert [
        (one.name, [point.value for point in one.points]) for one in all_series(heard_in_stream("Gage").words)
    ] == [
        ("PHQ-9", [15, 11]),
        ("ReQoL-10", [25]),
    ]


@given(st.permutations(_scores("PHQ-9", 18, 16, 13) + _scores("ORS", 3, 2)[1:]))
def test_the_order_of_words_decides_nothing(words: list[Word]) -> None:
    assert all_series(words) == all_series(_scores("PHQ-9", 18, 16, 13) + _scores("ORS", 3, 2)[1:])
