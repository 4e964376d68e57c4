"""What is remembered of a text: its beginning, or of a short one all of it."""

import pytest

from services.domain.identity.remembered import LONGEST_TEXT, remembered, remembered_if_short

LONG = "a" * LONGEST_TEXT


@pytest.mark.parametrize(
    ("text", "beginning"),
    [("", ""), ("b", "b"), (LONG, LONG), (f"{LONG}b", LONG)],
    ids=["none", "short", "longest", "longer"],
)
def test_a_longer_text_is_read_by_its_beginning_or_whole(text: str, beginning: str) -> None:
    """As either says that it does."""
    assert remembered(str)(text) == beginning
    assert remembered_if_short(str)(text) == text


def test_a_short_text_is_read_once_and_a_longer_one_anew() -> None:
    """And what reads it goes by its own name."""
    read: list[str] = []

    @remembered_if_short
    def length(text: str) -> int:
        """How long it is."""
        read.append(text)
        return len(text)

    for _ in range(2):
        assert [length(text) for text in ("b", LONG, f"{LONG}b", f"{LONG}c")] == [
            1,
            LONGEST_TEXT,
            LONGEST_TEXT + 1,
            LONGEST_TEXT + 1,
        ]
    assert read == ["b", LONG, f"{LONG}b", f"{LONG}c", f"{LONG}b", f"{LONG}c"]
    assert (length.__name__, length.__doc__) == ("length", "How long it is.")
