"""The model file: one for all processes and as long as the records live, and told in words where it is none."""

import subprocess
from pathlib import Path

import pytest

from services.domain.identity.model import to_json
from services.processes import PROCESSES
from services.record.model import load_model
from tests.engines import Engines
from tests.stack import run_command

pytestmark = pytest.mark.any_broker


def run(process: str, engines: Engines, model: Path) -> "subprocess.CompletedProcess[str]":
    """Run a process with this model file until it ends."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {**engines.environment, "CARETHREAD_MODEL": str(model)}.items():
            environment.setenv(name, value)
        return run_command("run", process, check=False)


@pytest.mark.parametrize("process", ["migrate", "record", "web"])
def test_a_file_that_is_no_model_ends_a_process_with_the_reason(
    process: str, engines: Engines, tmp_path: Path
) -> None:
    """And status 2: the settings are wrong."""
    wrong = tmp_path / "model.json"
    wrong.write_text("{}")
    for model, words in ((wrong, "The model file lacks"), (tmp_path / "none.json", "cannot be read")):
        done = run(process, engines, model)
        assert done.returncode == 2, done.stderr
        assert words in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("process", PROCESSES)
def test_no_process_works_with_another_model_than_the_records(
    process: str, engines: Engines, tmp_path: Path
) -> None:
    """One that does not decide who is who shows or explains what others decided."""
    other = tmp_path / "model.json"
    other.write_text(to_json(load_model()).replace('"version": "', '"version": "another '))
    done = run(process, engines, other)
    assert done.returncode == 1, done.stderr
    assert "another" in done.stderr
    assert "start on a fresh data directory" in done.stderr


def test_the_same_model_in_a_file_is_the_same(engines: Engines, tmp_path: Path) -> None:
    """However it is spaced: what counts is what it says."""
    same = tmp_path / "model.json"
    same.write_text(" " + to_json(load_model()))
    assert run("migrate", engines, same).returncode == 0
