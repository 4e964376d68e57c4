"""Two records that look apart are of one person where a third, certainly of one of them, says so."""

from typing import Any

import pytest

from services.domain.identity.clustering import Member, cluster
from services.domain.identity.decision import decide
from services.domain.identity.rulings import Pair, Verdict, pair
from services.record.model import load_model
from tests.unit.identity_pairs.people import person

MODEL = load_model()
Row = dict[str, Any]
HOME: Row = {"home": ["4 Reed Lane, Salthouse", "Salthouse", "NR98 4QF"], "gender": "male"}
NUMBER: Row = {"number": "9990000018"}
SLIP: Row = {"name": ["Joesph", "Quillfeather"], "born": "1993-02-01", **HOME, **NUMBER}
FULL: Row = {"name": ["Joseph", "Quillfeather"], "born": "1993-02-01", **HOME, **NUMBER}
SHORT: Row = {"name": ["Joey", "Quillfeather"], "born": "1993-02-01", **HOME}


def persons(*told: Row, ruled: dict[Pair, Verdict] | None = None) -> list[int]:
    """The number of the person of each record."""
    members = [Member(bytes([place]), person(one)) for place, one in enumerate(told)]
    decisions = {
        pair(one.id, other.id): decide(one.profile, other.profile, MODEL)
        for place, one in enumerate(members)
        for other in members[place + 1 :]
    }
    found = cluster(members, decisions, ruled or {}, MODEL)
    return [found[one.id][0] for one in members]


def test_a_slip_and_a_short_form_of_one_name() -> None:
    """Joesph and Joey might be twins, but Joesph's number is Joseph's, and Joey is short for that."""
    assert persons(SLIP, SHORT) == [0, 1]
    assert persons(SLIP, FULL, SHORT) == [0, 0, 0]
    assert persons(SHORT, SLIP, FULL) == [0, 0, 0]


def test_two_slips_of_one_birth_date() -> None:
    """One number, and birth dates that clash, each a slip of a third."""
    first, second = {**FULL, "born": "1953-02-01"}, {**FULL, "born": "1993-01-02"}
    assert persons(first, second) == [0, 1]
    assert persons(first, second, FULL) == [0, 0, 0]


def test_father_and_son_under_one_number_stay_two() -> None:
    """Nobody's birth date is that of both, and what has none does not speak for it."""
    son, undated = {**FULL, "born": "2024-08-12"}, {**FULL, "born": ""}
    assert persons(FULL, son) == [0, 1]
    found = persons(FULL, son, undated)
    assert found[0] != found[1]


def test_what_has_no_name_speaks_for_nobody() -> None:
    """A birth date and a number are what twins under one number have alike."""
    other, nameless = {**FULL, "name": ["Kit", "Quillfeather"]}, {"born": "1993-02-01", **NUMBER}
    assert persons(FULL, other) == [0, 1]
    found = persons(FULL, other, nameless)
    assert found[0] != found[1]


@pytest.mark.parametrize("other", [0, 2])
def test_a_steward_who_says_it_is_another_takes_the_bridge_away(other: int) -> None:
    """Whichever end of it is ruled apart."""
    ruled = {pair(b"\1", bytes([other])): Verdict.NOT_SAME}
    found = persons(SLIP, FULL, SHORT, ruled=ruled)
    assert found[0] != found[2]
    assert found[1] != found[other]


def test_real_twins_stay_two_whoever_else_is_known() -> None:
    """Two of one birth with numbers of their own, each told twice."""
    jayden = {**FULL, "name": ["Jayden", "Quillfeather"]}
    kayden = {**FULL, "name": ["Kayden", "Quillfeather"], "number": "9990000026"}
    without = {**jayden, "number": []}
    found = persons(jayden, kayden, jayden, without)
    assert found[0] == found[2]
    assert found[1] not in (found[0], found[3])
