"""The table of what becomes of each published example: `python -m tests.published.table` writes it anew."""

from collections import defaultdict
from pathlib import Path

from tests.published.examples import SETS, Example, Fate, examples, fate

TABLE = Path(__file__).parents[2] / "docs" / "published-examples.md"

_HEAD = """\
# Published examples, and what intake makes of them

Every example that the NHS publishes with these four specifications was given to intake as it stands. Each is
accepted, or refused at a path by a rule, and the section named is where that rule is written. Written by
`python -m tests.published.table`; a test fails where it is stale.

| set | files | events about one person | accepted of those | refused |
|---|---|---|---|---|
"""
NO_EVENT = frozenset({"message-shape", "one-person"})
"""Rules that refuse what tells nothing of one person (an error answer, a search over several people)."""


def table() -> str:
    """The whole page."""
    fates: dict[str, list[tuple[Example, Fate]]] = defaultdict(list)
    for example in examples():
        fates[example.set_name].append((example, fate(example)))
    summary = "".join(_summary(name, fates[name]) for name in SETS)
    return _HEAD + summary + "".join(_section(name, fates[name]) for name in SETS)


def _summary(name: str, found: list[tuple[Example, Fate]]) -> str:
    events = [one for _, one in found if one.rule not in NO_EVENT]
    accepted = sum(one.accepted for one in events)
    share = f"{accepted} ({accepted / len(events):.0%})" if events else "0"
    return f"| {SETS[name]} | {len(found)} | {len(events)} | {share} | {len(found) - accepted} |\n"


def _section(name: str, found: list[tuple[Example, Fate]]) -> str:
    rows = "".join(_row(example, one) for example, one in found)
    return (
        f"\n## {SETS[name]}\n\n| file | fate | path | rule and section | why |\n|---|---|---|---|---|\n{rows}"
    )


def _row(example: Example, one: Fate) -> str:
    if one.accepted:
        return f"| {example.name} | accepted | | | {'; '.join(one.notes)} |\n"
    where = f"`{one.path}`" if one.path else "the whole document"
    return f"| {example.name} | refused | {where} | {one.rule}: {one.section} | {one.text} |\n"


if __name__ == "__main__":
    TABLE.write_text(table())
