"""The command line before there is a stack: help that shows how, and errors that say what to do first."""

import re
from pathlib import Path

import pytest

from tests.stack import BUNDLED, run_command
from tests.streams.norfolk_suffolk_partners import MAYA

COMMANDS = [
    "up", "run", "token", "sign-in", "publish", "validate", "upload", "replay", "status", "digest", "record", "people",
    "outcomes", "scorecard", "quarantine list", "quarantine show", "quarantine correct", "quarantine resubmit",
    "quarantine dismiss", "review list", "review show", "review same", "review not-same", "review undo",
    "review entries show", "review entries same", "review entries not-same", "review entries undo", "match",
    "synth", "bench", "rebuild", "referrals", "introductions",
    "directory import", "directory list", "partner-key",
]  # fmt: skip
BESIDE_A_STACK = {
    "token": ["--partner", "ZZT41"],
    "sign-in": [],
    "publish": [str(BUNDLED)],
    "upload": [str(BUNDLED), "--kind", "contacts", "--sender", "ZZV58"],
    "replay": [str(BUNDLED)],
    "status": [],
    "digest": [],
    "rebuild": [],
    "referrals": [],
    "introductions": [],
    "directory import": [str(BUNDLED), "--organisation", "ZZV58"],
    "directory list": [],
    "partner-key": ["ZZV58", "--jwks", str(BUNDLED)],
    "record": [MAYA.nhs_number],
    "people": [],
    "outcomes": [],
    "scorecard": [],
    "quarantine list": [],
    "quarantine show": ["12"],
    "quarantine correct": ["12", "-"],
    "quarantine resubmit": ["12"],
    "quarantine dismiss": ["12", "--reason", "A test"],
    "review list": [],
    "review show": ["12", "34"],
    "review same": ["12", "34", "--reason", "A test"],
    "review not-same": ["12", "34", "--reason", "A test"],
    "review undo": ["12", "34", "--reason", "A test"],
    "review entries show": ["12", "34"],
    "review entries same": ["12", "34", "--reason", "A test"],
    "review entries not-same": ["12", "34", "--reason", "A test"],
    "review entries undo": ["12", "34", "--reason", "A test"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command: str) -> None:
    """Every command explains itself, with a line to copy that calls that very command."""
    shown = run_command(*command.split(), "--help").stdout
    assert re.search(rf"Example: +carethread {command}\b", shown)


def test_the_first_help_names_every_command_and_where_to_start() -> None:
    """Without arguments the whole is listed, and nothing else is needed to begin."""
    shown = run_command(check=False).stdout + run_command("--help").stdout
    assert "carethread up --demo" in shown
    assert all(re.search(rf"\b{command.split()[0]}\b", shown) for command in COMMANDS)


@pytest.mark.parametrize("command", BESIDE_A_STACK)
def test_without_a_stack_it_says_how_to_start_one(tmp_path: Path, command: str) -> None:
    """Exit status 1, one line, and no traceback."""
    asked = [*command.split(), *BESIDE_A_STACK[command], "--data-dir", str(tmp_path)]
    done = run_command(*asked, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"carethread: No stack is running on {tmp_path}. "
        f"Start one with: carethread up --data-dir {tmp_path}\n"
    )
