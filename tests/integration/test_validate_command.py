"""`carethread validate`: the same validator as intake's, over files, for people and for machines."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.fhir.rules import RULES
from tests.messages import a_message
from tests.stack import BUNDLED, run_command
from tests.unit.one_defect_messages import NOWHERE, SAID
from tests.unit.sound_resources import sound


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of files: two that are valid, one with a note, four that are not, and one that is passed over."""
    deviating = a_message("v-2")
    deviating["entry"][SAID]["resource"]["encounter"] = {"reference": NOWHERE}
    nobody = a_message("v-3")
    del nobody["entry"][1]
    inside = tmp_path / "e-more"
    inside.mkdir()
    files: dict[Path, Any] = {
        tmp_path / "a-patient.json": sound("Patient"),
        tmp_path / "b-searchset.json": sound("a searchset"),
        tmp_path / "c-deviating.json": deviating,
        tmp_path / "d-banana.json": sound("Patient") | {"gender": "banana", "active": "yes"},
        tmp_path / "e-a-nobody.json": nobody,
        inside / "f-event.json": {"specversion": "1.0", "id": "1"},
    }
    for file, document in files.items():
        file.write_bytes(orjson.dumps(document))
    (inside / "g-cut.json").write_bytes(b'{"resourceType":')
    (inside / "notes.txt").write_text("not FHIR")
    return tmp_path


def _lines(*asked: str) -> tuple[int, list[dict[str, Any]]]:
    done = run_command("validate", *asked, "--json", check=False)
    assert done.stderr == ""
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_machines_get_a_line_for_each_file(folder: Path) -> None:
    """In name order; each issue with its rule and its section, and what is taken with a note."""
    status, told = _lines(str(folder))
    assert status == 1
    assert [Path(one["file"]).name[0] for one in told] == list("abcdefg")
    assert [one["ok"] for one in told] == [True, True, True, False, False, False, False]
    assert all(list(one) == ["file", "ok", "issues", "notes"] for one in told)
    assert told[0]["issues"] == told[0]["notes"] == []
    assert "unresolved-reference" in [note["name"] for note in told[2]["notes"]]
    assert [(one["place"], one["code"], one["rule"]) for one in told[3]["issues"]] == [
        ("Patient.active", "value", "r4-primitive"),
        ("Patient.gender", "code-invalid", "r4-code"),
    ]
    assert [told[number]["issues"][0]["rule"] for number in (4, 5, 6)] == [
        "one-person",
        "cloud-event",
        "json",
    ]
    for issue in (issue for one in told for issue in one["issues"]):
        assert set(issue) == {"place", "code", "text", "rule", "section"}
        assert issue["section"] == RULES[issue["rule"]].section


def test_people_get_a_line_for_each_file_and_what_is_wrong_below(folder: Path) -> None:
    """Indented, with place and section, without colour or progress when piped."""
    done = run_command("validate", str(folder), check=False)
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert lines[0] == f"valid      {folder}/a-patient.json"
    wrong = lines.index(f"not valid  {folder}/d-banana.json")
    assert re.fullmatch(r"  value at Patient\.active: .+ FHIR R4 datatypes\.html#primitive", lines[wrong + 1])
    assert lines[-1] == "3 valid, 4 not valid"
    assert "\x1b" not in done.stdout
    assert "banana" not in done.stdout.replace("d-banana.json", "")


def test_valid_files_and_streams_exit_with_0(folder: Path) -> None:
    """A file, several, and the lines of an NDJSON stream by number, whose message about nobody is found."""
    assert _lines(str(folder / "a-patient.json"), str(folder / "b-searchset.json"))[0] == 0
    status, told = _lines(str(BUNDLED))
    assert status == 1
    assert len(told) == len(BUNDLED.read_text().splitlines())
    assert [(Path(one["file"]).name, one["issues"][0]["rule"]) for one in told if not one["ok"]] == [
        ("norfolk-suffolk.ndjson:51", "one-person")
    ]


def test_a_path_that_cannot_be_read_exits_with_2(tmp_path: Path) -> None:
    """And says which."""
    (tmp_path / "empty").mkdir()
    for name, said in (("none.json", "does not exist"), ("empty", "holds no .json or .ndjson file")):
        done = run_command("validate", str(tmp_path / name), "--json", check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"{tmp_path / name} {said}" in done.stderr
    assert run_command("validate", check=False).returncode == 2


def test_a_terminal_sees_how_far_it_is(folder: Path) -> None:
    """On a terminal of its own, beside what is printed."""
    reading, writing = os.openpty()
    command = [sys.executable, "-m", "services", "validate", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=writing) as process:
        os.close(writing)
        printed, _ = process.communicate(timeout=60)
        seen = b""
        try:
            while part := os.read(reading, 4096):
                seen += part
        except OSError:  # the other end is closed
            pass
    os.close(reading)
    assert b"7/7" in seen
    assert printed.decode().endswith("3 valid, 4 not valid\n")
