"""docs/access.md has a rule for every case, a case for every rule, and the kinds as they are."""

import re
from pathlib import Path

from services.domain.access.kinds import MINIMUM

ROOT = Path(__file__).parents[2]
RULE = re.compile(r"\b[RWCLG]\d{1,2}\b(?=:)")


def test_every_rule_has_cases_and_every_case_a_rule() -> None:
    """By their numbers."""
    written = re.findall(r"^\| ([RWCLG]\d+) \|", (ROOT / "docs/access.md").read_text(), re.MULTILINE)
    cases = {
        rule
        for file in (ROOT / "tests/unit").glob("test_access_*.py")
        for rule in RULE.findall(file.read_text())
    }
    assert len(written) == len(set(written))
    assert set(written) == cases


def test_the_kinds_are_those_of_the_code() -> None:
    """Each with whether a peer worker sees it, in the code's order."""
    _, _, table = (ROOT / "docs/access.md").read_text().partition("<!-- kinds -->")
    rows = re.findall(r"^\| (.+) \| (.+) \|$", table.partition("<!-- /kinds -->")[0], re.MULTILINE)
    assert rows[1:] == [(kind, str(need)) for kind, need in MINIMUM.items()]
