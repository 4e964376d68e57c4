"""What a FHIR search asks for beside whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fhir.issue import Refused
from services.domain.record.instant import DAY, moment_ticks
from services.viewer.fhir.query import MOST, START, USUAL, Place, Query, read_query

MAY = "2026-05-04"
START_OF_DAY = moment_ticks(MAY) or 0
NOON = moment_ticks(f"{MAY}T12:00:00Z") or 0
LAST = START.occurred


def read(*given_: tuple[str, str], prefer: str = "") -> Query:
    """The query in these parameters."""
    return read_query(given_, ("patient",), prefer)


BOUNDS = {
    "a day counts from its midnight": ([("_since", MAY)], START_OF_DAY, LAST),
    "since an instant is with it": ([("_since", f"{MAY}T12:00:00Z")], NOON, LAST),
    "later than a day is from the next": ([("_lastUpdated", f"gt{MAY}")], START_OF_DAY + DAY, LAST),
    "from a day on": ([("_lastUpdated", f"ge{MAY}")], START_OF_DAY, LAST),
    "before a day": ([("_lastUpdated", f"lt{MAY}")], 0, START_OF_DAY),
    "up to a day is with it": ([("_lastUpdated", f"le{MAY}")], 0, START_OF_DAY + DAY),
    "on a day": ([("_lastUpdated", MAY)], START_OF_DAY, START_OF_DAY + DAY),
    "later than an instant": ([("_lastUpdated", f"gt{MAY}T12:00:00Z")], NOON + 1, LAST),
    "with an offset": ([("_lastUpdated", f"ge{MAY}T13:00:00+01:00")], NOON, LAST),
    "with a plus sign that was not escaped": ([("_lastUpdated", f"ge{MAY}T13:00:00 01:00")], NOON, LAST),
    "between two": (
        [("_lastUpdated", f"gt{MAY}T12:00:00Z"), ("_lastUpdated", f"le{MAY}")],
        NOON + 1,
        START_OF_DAY + DAY,
    ),
    "both hold": ([("_since", MAY), ("_lastUpdated", f"gt{MAY}")], START_OF_DAY + DAY, LAST),
}


@pytest.mark.parametrize(("asked", "least", "before"), BOUNDS.values(), ids=list(BOUNDS))
def test_what_was_updated_when(asked: list[tuple[str, str]], least: int, before: int) -> None:
    """From the first instant, up to the second and without it."""
    query = read(*asked)
    assert (query.least, query.before) == (least, before)


REFUSED = {
    "no number": (("_count", "many"), 400, "_count"),
    "nothing": (("_count", "0"), 400, "_count"),
    "less": (("_count", "-1"), 400, "_count"),
    "no instant": (("_since", "yesterday"), 400, "_since"),
    "no offset": (("_since", f"{MAY}T12:00:00"), 400, "_since"),
    "a day that is none": (("_lastUpdated", "gt2026-02-30"), 400, "_lastUpdated"),
    "an unknown prefix": (("_lastUpdated", f"sa{MAY}"), 400, "_lastUpdated"),
    "no link of ours": (("_page", "x"), 400, "_page"),
    "an include": (("_include", "Encounter:subject"), 400, "_include"),
    "an include of includes": (("_include:iterate", "*"), 400, "_include"),
    "another reverse include": (("_revinclude", "Observation:encounter"), 400, "_revinclude"),
    "XML": (("_format", "xml"), 406, "_format"),
}


@pytest.mark.parametrize(("asked", "status", "place"), REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_done_is_refused(asked: tuple[str, str], status: int, place: str) -> None:
    """With the parameter that is wrong."""
    with pytest.raises(Refused) as refused:
        read(asked)
    assert refused.value.status == status
    assert [one.place for one in refused.value.issues] == [place]


def test_nothing_is_given_twice() -> None:
    """But for bounds, which both hold."""
    for name, value in (("_count", "5"), ("patient", "1"), ("_since", MAY)):
        with pytest.raises(Refused, match="invalid"):
            read((name, value), (name, value))


def test_what_is_not_known_is_named_or_refused() -> None:
    """As the header Prefer asks."""
    assert read(("patient", "1"), ("colour", "red"), ("colour", "blue")).ignored == ("colour",)
    assert read(("colour", "red"), prefer="handling=lenient").ignored == ("colour",)
    for prefer in ("handling=strict", "return=minimal, Handling=Strict", "respond-async;handling=strict"):
        with pytest.raises(Refused) as refused:
            read(("colour", "red"), ("size", "9"), prefer=prefer)
        assert [issue.code for issue in refused.value.issues] == ["not-supported"] * 2
        assert read(("patient", "1"), ("_count", "5"), prefer=prefer).ignored == ()


def test_how_many() -> None:
    """A page has 50 unless it is said, and never more than are allowed."""
    asked = [(), (("_count", "7"),), (("_count", "999999"),)]
    assert [read(*one).size for one in asked] == [USUAL, 7, MOST]


@given(occurred=st.integers(-(2**63), 2**63 - 1), key=st.binary(min_size=16, max_size=16))
def test_a_place_is_read_as_it_was_written(occurred: int, key: bytes) -> None:
    """Whatever it is; it needs no escaping in an address."""
    place = Place(occurred, key)
    assert Place.read(str(place)) == place
    assert str(place).replace("-", "").replace("_", "").isalnum()


@given(text=st.text(max_size=60))
def test_any_other_text_is_refused_or_is_a_place(text: str) -> None:
    """And nothing else is raised."""
    try:
        place = Place.read(text)
    except Refused:
        return
    assert -(2**63) <= place.occurred < 2**63
