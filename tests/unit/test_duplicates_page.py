"""The page on duplicates has the table of rules that holds."""

from pathlib import Path

from services.domain.record.duplicates.rules import RULES, Rule
from services.domain.record.instant import DAY, MINUTE
from services.domain.record.kinds import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "duplicates.md"
RULES_PART = PAGE.read_text().partition("## From pairs to entries")[0]


def within(rule: Rule) -> str:
    """A tolerance in words."""
    if rule.within > 3650 * DAY:
        return "any time"
    if rule.within >= DAY:
        days = rule.within // DAY
        return "a day" if days == 1 else f"{days} days"
    return f"{rule.within // MINUTE} minutes"


def table() -> list[str]:
    """The rows of the table."""
    return [
        f"| {KINDS[kind].name} | {rule.name} | {rule.grade.value} | {within(rule)} | {rule.reason} |"
        for kind, rules in RULES.items()
        for rule in rules
    ]


def test_the_table_is_that_of_the_rules() -> None:
    """Row by row."""
    rows = [line for line in RULES_PART.splitlines() if line.startswith("| ")]
    assert rows[1:] == table()
