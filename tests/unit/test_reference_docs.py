"""The README names every command, and docs/deploying.md every setting: none that is not there."""

import re
from pathlib import Path

from typer.main import get_command

from services.__main__ import app
from services.platform.settings import Settings

ROOT = Path(__file__).parents[2]


def test_the_readme_names_every_command() -> None:
    """In its table, but for `up`, with which it begins."""
    named = re.findall(r"^\| `carethread ([\w-]+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    commands = getattr(get_command(app), "commands", {})
    assert sorted([*named, "up"]) == sorted(commands)


def test_every_setting_is_described_with_its_default() -> None:
    """Once, in the table of settings."""
    rows = re.findall(
        r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \| (.*?) \|", (ROOT / "docs/deploying.md").read_text(), re.MULTILINE
    )
    said = {
        name: default
        for names, defaults in rows
        for name, default in zip(re.findall(r"[A-Z_]+", names), defaults.split(", "), strict=True)
    }
    assert said.keys() == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if field.is_required():
            assert said[name.upper()] == "has to be given"
        elif isinstance(field.default, int | float | str) and field.default != "":
            assert said[name.upper()] == str(field.default)
