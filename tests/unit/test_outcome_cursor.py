"""Where a sender reads on: cursors sort as the events do, and anything else that is no moment is refused."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.events import START, NotSince, Position, read_since

positions = st.builds(Position, st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))


@given(positions, positions)
def test_cursors_sort_as_positions_do(one: Position, other: Position) -> None:
    """So an event id tells which of two events came first, and a repeat is one that is not greater."""
    assert (one.cursor < other.cursor) == (one < other)
    assert read_since(one.cursor) == one


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02T10:30:00Z", datetime(2026, 3, 2, 10, 30, tzinfo=UTC)),
        ("2026-03-02T10:30:00.1234567+01:00", datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)),
        ("2026-03-02T10:30:00 01:00", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),  # + not escaped in a query
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_moment_is_taken_as_fhir_writes_it(text: str, moment: datetime) -> None:
    """An instant of any offset, a date; a plus that a query turned into a space."""
    assert read_since(text) == moment


def test_nothing_is_the_beginning() -> None:
    """A client that has no cursor yet gives an empty one."""
    assert read_since("") == START


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-13-02",
        "9999-12-31T23:59:60Z",
        "0" * 31,
        "0" * 33,
        "f" * 32,
        "G" * 32,
        "１" * 32,
        "\0",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """Too short, too long, past what PostgreSQL counts to, in other digits, or no such day."""
    with pytest.raises(NotSince):
        read_since(text)


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    """It is read or refused, whatever it is."""
    with suppress(NotSince):
        assert isinstance(read_since(text), Position | datetime)
