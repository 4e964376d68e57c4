"""How long something has waited, as people say it."""

from datetime import UTC, datetime, timedelta

import pytest

from services.intake.quarantine import age_in_words

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("waited", "words"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=400), "400 days ago"),
    ],
)
def test_an_age_is_told_in_the_largest_unit_that_fits(waited: timedelta, words: str) -> None:
    """Never rounded up: what waits for 59 minutes has not waited for an hour."""
    assert age_in_words(NOW - waited, NOW) == words
