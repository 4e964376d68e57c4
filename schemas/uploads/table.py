"""The templates as people read them: the tables of docs/uploads.md, and an empty sheet with one example."""

from schemas.uploads.csv_sheet import csv_bytes
from schemas.uploads.templates import TEMPLATES, Template

_NEEDED = {"yes": "yes", "who": "one way to say who", "no": "no"}


def template_csv(template: Template) -> bytes:
    """The headings, and the invented example below them."""
    return csv_bytes(
        [
            [column.heading for column in template.columns],
            [column.example for column in template.columns],
        ]
    )


def markdown_tables() -> str:
    """Every kind with its columns, for docs/uploads.md."""
    return "\n".join(_table(template) for template in TEMPLATES.values())


def _table(template: Template) -> str:
    lines = [
        f"### {template.kind.capitalize()}\n",
        f"{template.says} Template: `GET /uploads/templates/{template.kind}.csv`\n",
        "| column | other headings taken | needed | what it holds | example |",
        "|---|---|---|---|---|",
    ]
    for column in template.columns:
        spellings = ", ".join(column.spellings)
        lines.append(
            f"| **{column.heading}** | {spellings} | {_NEEDED[column.needed]} | {column.holds} | {column.example} |"
        )
    lines.append("")
    for column in template.columns:
        if column.words:
            told = (f"{word} ({', '.join(others)})" for word, others in column.words.items())
            lines.append(f"- **{column.heading}**, with other words for the same: {'; '.join(told)}.")
    return "\n".join([*lines, ""])
