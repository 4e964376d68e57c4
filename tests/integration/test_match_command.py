"""`carethread match` and `carethread synth`: from files to files, for people and for machines."""

import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.stack import run_command


class Partnership(NamedTuple):
    """The source records of an invented partnership, in one file and in two."""

    whole: Path
    first: Path
    second: Path


def rows_in(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    """A CSV file of rows."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0]])
        writer.writeheader()
        writer.writerows(rows)
    return path


def match(*asked: str | Path) -> dict[str, Any]:
    """What the command says to a machine."""
    done = run_command("match", *map(str, asked), "--json")
    assert done.stderr == ""
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def partnership(tmp_path_factory: pytest.TempPathFactory) -> Partnership:
    """80 people as 8 systems hold them."""
    folder = tmp_path_factory.mktemp("partnership")
    whole = folder / "whole.csv"
    done = run_command("synth", "--people", "80", "--people-csv", str(whole))
    rows = rows_in(whole)
    assert f"rows  {len(rows)}" in done.stdout
    middle = len(rows) // 2
    return Partnership(
        whole, write(folder / "first.csv", rows[:middle]), write(folder / "second.csv", rows[middle:])
    )


def test_people_see_what_was_found(partnership: Partnership, tmp_path: Path) -> None:
    """And on stderr which columns were not used, once; no colour and no progress where it is piped."""
    out = tmp_path / "clusters.csv"
    done = run_command("match", str(partnership.whole), "--out", str(out))
    assert "persons found" in done.stdout
    assert f"Written: {out}" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stderr == (
        "Ignored in whole.csv: sender.\n"
        "Not used in whole.csv, for it seems to say who is who: truth. To score against it: --truth-column 'truth'.\n"
    )
    people, clusters = rows_in(partnership.whole), rows_in(out)
    assert list(clusters[0]) == ["row", "source", "id", "cluster"]
    assert [(one["row"], one["source"]) for one in clusters] == [
        (str(n), "whole.csv") for n in range(1, len(people) + 1)
    ]
    assert [one["id"] for one in clusters] == [one["id"] for one in people]
    firsts = list(dict.fromkeys(one["cluster"] for one in clusters))
    assert firsts == [str(number) for number in range(1, len(firsts) + 1)]


def test_the_truth_in_each_form_gives_the_same_scores(partnership: Partnership, tmp_path: Path) -> None:
    """As a column, as ids with persons, and as all pairs."""
    rows, out = rows_in(partnership.whole), tmp_path / "clusters.csv"
    persons = write(tmp_path / "persons.csv", [{"id": one["id"], "truth": one["truth"]} for one in rows])
    pairs = write(
        tmp_path / "pairs.csv",
        [
            {"id_l": one["id"], "id_r": other["id"]}
            for at, one in enumerate(rows)
            for other in rows[:at]
            if one["truth"] == other["truth"]
        ],
    )
    by_column = match(partnership.whole, "--out", out, "--truth-column", "truth")
    scores = by_column["scores"]
    assert scores["pairs"]["true"] == len(rows_in(pairs))
    assert scores["persons"]["true"] == len({one["truth"] for one in rows})
    assert scores["pairs"]["precision"] > 0.8
    assert scores["pairs"]["recall"] > 0.8
    assert by_column["pairs_linked"] == scores["pairs"]["found"]
    for path, basis in ((persons, "persons"), (pairs, "pairs")):
        assert match(partnership.whole, "--out", out, "--truth", path)["scores"] == scores | {"basis": basis}
    assert by_column["ignored_columns"] == {"whole.csv": ["sender"]}


def test_the_clusters_do_not_depend_on_the_order_of_the_rows(
    partnership: Partnership, tmp_path: Path
) -> None:
    """Nor on which of two files a row is in: the same rows are of one person, with the same model."""
    rows = rows_in(partnership.whole)
    random.Random(1).shuffle(rows)
    ways: list[list[str | Path]] = [
        [partnership.whole],
        [write(tmp_path / "shuffled.csv", rows)],
        [partnership.second, "--link", partnership.first],
    ]
    found = []
    for number, asked in enumerate(ways):
        out, model = tmp_path / f"{number}.csv", tmp_path / f"{number}.json"
        match(*asked, "--out", out, "--save-model", model)
        groups: dict[str, set[str]] = {}
        for one in rows_in(out):
            groups.setdefault(one["cluster"], set()).add(one["id"])
        found.append((set(map(frozenset, groups.values())), model.read_bytes()))
    assert found[0] == found[1] == found[2]


def test_a_saved_model_gives_the_same_again(partnership: Partnership, tmp_path: Path) -> None:
    """It is named where it is used, and saving it again changes no byte."""
    one, other = tmp_path / "1.csv", tmp_path / "2.csv"
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    estimated = match(partnership.whole, "--out", one, "--save-model", first)
    given = match(partnership.whole, "--out", other, "--model", first, "--save-model", second)
    assert one.read_bytes() == other.read_bytes()
    assert first.read_bytes() == second.read_bytes()
    version = json.loads(first.read_text())["version"]
    assert estimated["model"] == {"version": version, "estimated": True}
    assert given["model"] == {"version": version, "estimated": False}


def test_two_files_are_linked(tmp_path: Path) -> None:
    """With headings of their own, a map for what they do not say, and one name; ids may be the same in both."""
    folders = tmp_path / "one", tmp_path / "other"
    for folder in folders:
        folder.mkdir()
    names = [
        (f"{given}{family}".title(), f"{given}@mail.example")
        for given in ("asha", "robin", "sam", "noor")
        for family in ("fenwick", "okafor", "thirlwell")
    ]
    first = write(
        folders[0] / "people.csv",
        [
            {"id": str(n), "Familie": name, "dob": f"19{50 + n}-05-17", "email": mail}
            for n, (name, mail) in enumerate(names)
        ],
    )
    second = write(
        folders[1] / "people.csv",
        [
            {"E-Mail": mail, "Date of Birth": f"17/05/19{50 + n}", "last name": name, "ID": str(11 - n)}
            for n, (name, mail) in enumerate(names)
        ],
    )
    columns = tmp_path / "map.toml"
    columns.write_text('family_name = ["Familie", "last name"]\n')
    truth = tmp_path / "truth.csv"
    truth.write_text("left,right\n" + "".join(f"{n},{11 - n}\n" for n in range(12)))
    out, review = tmp_path / "clusters.csv", tmp_path / "review.csv"
    told = match(
        first, "--link", second, "--out", out, "--columns", columns, "--truth", truth, "--review", review
    )
    assert told["rows"] == {"people": 12, "other": 12}
    assert told["columns"]["people"]["family_name"] == ["Familie"]
    assert told["scores"]["pairs"] == {
        "true": 12, "found": 12, "right": 12, "precision": 1.0, "recall": 1.0, "f1": 1.0,
    }  # fmt: skip
    assert told["scores"]["persons"]["right"] == 12
    lines = rows_in(out)
    assert [one["source"] for one in lines] == ["people"] * 12 + ["other"] * 12
    assert [one["row"] for one in lines] == [str(number) for number in [*range(1, 13), *range(1, 13)]]
    assert [one["cluster"] for one in lines[:12]] == [one["cluster"] for one in lines[12:]]
    assert len(rows_in(review)) == told["pairs_for_review"]


def test_pairs_for_review_are_written_the_likeliest_first(partnership: Partnership, tmp_path: Path) -> None:
    """With where both rows are, and the weight in bits; none of them was linked."""
    out, review = tmp_path / "clusters.csv", tmp_path / "review.csv"
    told = match(partnership.whole, "--out", out, "--review", review)
    pairs, clusters = rows_in(review), rows_in(out)
    assert len(pairs) == told["pairs_for_review"] > 0
    assert list(pairs[0]) == ["row_a", "source_a", "id_a", "row_b", "source_b", "id_b", "weight"]
    weights = [float(one["weight"]) for one in pairs]
    assert weights == sorted(weights, reverse=True)
    for one in pairs:
        a, b = (clusters[int(one[f"row_{side}"]) - 1] for side in "ab")
        assert a["cluster"] != b["cluster"]
        assert (a["id"], b["id"]) == (one["id_a"], one["id_b"])


def test_without_ids_there_is_no_column_of_them(tmp_path: Path) -> None:
    """And a truth names the rows by their numbers."""
    people = tmp_path / "people.csv"
    people.write_text("name;born;email\nAsha Okafor;1980;a@mail.example\nAsha Okafor;1980;a@mail.example\n")
    truth = tmp_path / "truth.csv"
    truth.write_text("row,person\n1,x\n2,x\n")
    out = tmp_path / "clusters.csv"
    told = match(people, "--out", out, "--truth", truth)
    assert out.read_text().splitlines()[0] == "row,source,cluster"
    assert told["scores"]["pairs"]["true"] == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["none.csv", "--out", "out.csv"], "none.csv cannot be read"),
        (["ragged.csv", "--out", "out.csv"], "ragged.csv, line 3: the row has 1 cell"),
        (["bare.csv", "--out", "out.csv"], "has not enough columns"),
        (["whole.csv", "--out", "none/out.csv"], "There is no folder"),
        (["whole.csv", "--out", "."], "is no file"),
        (["whole.csv", "--out", "whole.csv"], "is read, and would be written over"),
        (["whole.csv", "--out", "out.csv", "--review", "out.csv"], "would be written twice"),
        (["whole.csv", "--out", "out.csv", "--model", "whole.csv"], "whole.csv: The model file is not JSON"),
        (["whole.csv", "--out", "out.csv", "--model", "none.json"], "none.json cannot be read"),
        (["whole.csv", "--out", "out.csv", "--truth", "bare.csv"], "bare.csv names no two rows of the files"),
        (["whole.csv", "--out", "out.csv", "--truth-column", "who"], "has no column 'who' with true ids"),
        (["whole.csv", "--out", "out.csv", "--truth", "t.csv", "--truth-column", "id"], "not as both"),
        (["whole.csv", "--out", "out.csv", "--columns", "bad.toml"], "names what is not known: 'nachname'"),
        (["whole.csv"], "out"),
    ],
)
def test_what_cannot_be_used_exits_with_2(tmp_path: Path, asked: list[str], said: str) -> None:
    """One line that says what is wrong, nobody's data in it, and nothing written."""
    (tmp_path / "ragged.csv").write_text("name,dob\nAsha Okafor,1980\nRobin Fenwick\n")
    (tmp_path / "bare.csv").write_text("town,height\nDiss,180\n")
    (tmp_path / "whole.csv").write_text("id,name,dob\n1,Asha Okafor,1980\n2,Robin Fenwick,1994\n")
    (tmp_path / "bad.toml").write_text('nachname = "name"\n')
    before = sorted((one.name, one.read_bytes()) for one in tmp_path.iterdir())
    done = subprocess.run(
        [sys.executable, "-m", "services", "match", *asked],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "Fenwick" not in done.stderr
    assert sorted((one.name, one.read_bytes()) for one in tmp_path.iterdir()) == before


def test_a_terminal_sees_how_far_it_is(partnership: Partnership, tmp_path: Path) -> None:
    """The steps on a terminal, beside what is printed."""
    reading, writing = os.openpty()
    command = [
        sys.executable,
        "-m",
        "services",
        "match",
        str(partnership.whole),
        "--out",
        str(tmp_path / "out.csv"),
    ]
    printed = tmp_path / "printed"
    with printed.open("wb") as stdout, subprocess.Popen(command, stdout=stdout, stderr=writing) as process:
        os.close(writing)
        seen = b""
        try:
            while part := os.read(reading, 4096):  # while it runs, for a full terminal would hold it up
                seen += part
        except OSError:  # the other end is closed
            pass
    os.close(reading)
    assert process.returncode == 0
    assert b"Reading whole.csv" in seen
    assert b"Linking" in seen
    assert "persons found" in printed.read_text()


def test_synth_writes_the_same_for_the_same_options(tmp_path: Path) -> None:
    """The stream and its truth, and how much there is of each."""
    told = []
    for number in (1, 2):
        stream, truth = tmp_path / f"{number}.ndjson", tmp_path / f"{number}.csv"
        done = run_command(
            "synth", "--people", "20", "--days", "5", "--out", str(stream), "--truth", str(truth), "--json"
        )
        told.append(json.loads(done.stdout))
        assert stream.read_bytes().count(b"\n") == told[-1]["deliveries"] > 0
    assert told[0] == told[1]
    for ending in ("ndjson", "csv"):
        assert (tmp_path / f"1.{ending}").read_bytes() == (tmp_path / f"2.{ending}").read_bytes()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], "Give --out and --truth for the stream, or --people-csv"),
        (["--out", "s.ndjson"], "Give --out and --truth"),
        (["--people-csv", "p.csv", "--days", "400"], "--days must be from 1 to 366, and 400 was given."),
        (["--people-csv", "p.csv", "--wrong-number", "1.5"], "--wrong-number must be from"),
        (["--people-csv", "none/p.csv"], "cannot be written"),
        (["--out", "s", "--truth", "s"], "have the same name"),
    ],
)
def test_options_of_synth_that_cannot_be_used_exit_with_2(
    tmp_path: Path, asked: list[str], said: str
) -> None:
    """One line that says what would be right, and nothing written."""
    done = subprocess.run(
        [sys.executable, "-m", "services", "synth", *asked],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []
