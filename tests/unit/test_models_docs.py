"""docs/models: a page for each scenario, whose commands there are and whose people are in the stream it replays."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from services.__main__ import app
from tests.streams.every_scenario import EVERY

PAGES = Path(__file__).parents[2] / "docs" / "models"
INDEX = (PAGES / "README.md").read_text()
ROOT = PAGES.parents[1]


def commands_of(page: Path) -> list[list[str]]:
    """The words of each command line."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(), re.DOTALL)
    return [line.split() for block in blocks for line in block.splitlines()]


def test_every_scenario_has_a_page_and_the_index_names_it() -> None:
    """And there is no other page."""
    names = {scenario.name for scenario in EVERY}
    assert {page.stem for page in PAGES.glob("*.md")} == names | {"README"}
    assert set(re.findall(r"\]\(([\w-]+)\.md\)", INDEX)) == names


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_a_page_is_short_and_its_links_lead_somewhere(page: Path) -> None:
    """A screen and a half."""
    text = page.read_text()
    assert len(text.splitlines()) <= 60
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert (PAGES / target).exists(), target


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_its_commands_are_there(page: Path) -> None:
    """By name and with the options that it gives; the numbers are told in the stream that it replays."""
    known = get_command(app).commands  # type: ignore[attr-defined]
    told = ""
    for name, command, *words in commands_of(page):
        assert name == "carethread"
        found = known[command]
        if hasattr(found, "commands"):
            found = found.commands[words.pop(0)]
        options = {option for one in found.params for option in one.opts}
        assert {word for word in words if word.startswith("--")} <= options
        if command == "replay":
            told = (ROOT / words[0]).read_text()
        elif command == "record":
            assert f'"{words[0]}"' in told
