"""docs/security.md names tests that there are, and leaves out none of its lines."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
NAMED = re.compile(r"`(?:tests/\w+/)?((?:test_access_\*|test_\w+|foreign_forms)\.py)`")


def test_every_test_that_is_named_is_there() -> None:
    """By its file's name, wherever it stands."""
    named = set(NAMED.findall(PAGE))
    assert len(named) > 20
    assert [one for one in sorted(named) if not list((ROOT / "tests").rglob(one))] == []


def test_every_line_is_held_or_says_why_not() -> None:
    """Numbered through; each with a test, or with words of why there is none."""
    lines = re.findall(r"^\| (\d+) \| .+ \| (.+) \|$", PAGE, re.MULTILINE)
    assert [int(number) for number, _ in lines] == list(range(1, len(lines) + 1))
    assert all(NAMED.search(held) or len(held) > 40 or "tests/" in held for _, held in lines)
