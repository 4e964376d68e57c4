"""Sheets over HTTP: previewed, committed, sent again amended; by whom, and what is refused."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from datetime import time as clock
from pathlib import Path
from typing import Any, LiteralString

import httpx
import psycopg
import pytest

from schemas.uploads.sheet import MAX_BYTES
from schemas.uploads.templates import TEMPLATES
from tests.messages import fhir_client, logs_of, metrics_of, rows, settled, settled_status, token
from tests.stack import RunningStack
from tests.unit.upload_files import workbook
from tests.uploads import commit, contacts, fates, preview, send, upload, wren

pytestmark = pytest.mark.any_broker

NUMBER, FAMILY = "9991200037", "Quill"


@pytest.fixture(scope="module")
def peers(shared_stack: RunningStack) -> Iterator[httpx.Client]:
    """A client that uploads as a charity of peer workers."""
    with fhir_client(shared_stack, token(shared_stack, "ZZV58")) as client:
        yield client


@pytest.fixture
def others(shared_stack: RunningStack) -> Iterator[httpx.Client]:
    """A client of another charity."""
    with fhir_client(shared_stack, token(shared_stack, "ZZV33")) as client:
        yield client


@pytest.fixture
def browser(shared_stack: RunningStack) -> Iterator[httpx.Client]:
    """A signed-in browser."""
    with fhir_client(shared_stack, "") as client:
        assert client.get(shared_stack.run("sign-in").stdout.strip()).status_code == 303
        yield client


def of_upload(stack: RunningStack, query: LiteralString, told: dict[str, Any]) -> int:
    """The one number that a query gives about a sheet's row in PostgreSQL."""
    with psycopg.connect(stack.book.postgres.get_secret_value()) as connection:
        row = connection.execute(query, [told["id"]]).fetchone()
    assert row is not None
    return int(row[0])


def entries(stack: RunningStack, person: str) -> list[tuple[str, ...]]:
    """The kind, title and status of each entry of a person's record, in the order of their days."""
    record = stack.json("record", person)
    return sorted((one["when"], one["kind"], one["title"], one["status"]) for one in record["entries"])


def test_a_preview_tells_every_fate_and_keeps_nothing(
    shared_stack: RunningStack, peers: httpx.Client
) -> None:
    """Refused first, each with column, fault and remedy; not a message and not a row of memory."""
    before = rows(shared_stack)
    told = preview(
        peers, contacts(wren("A-1"), wren("A-2", day=32), wren("A-3", outcome="perhaps"), wren("A-4"))
    )
    assert fates(told) == {"refused": 2, "new": 2}
    assert [(row["row"], row["fate"]) for row in told["rows"]] == [
        (3, "refused"),
        (4, "refused"),
        (2, "new"),
        (5, "new"),
    ]
    assert told["rows"][0]["problems"][0]["column"] == "Date"
    assert "“32/05/2026”" in told["rows"][0]["problems"][0]["wrong"]
    assert "did not attend" in told["rows"][1]["problems"][0]["right"]
    assert told["rows"][2]["person"] == "Wren Quill, born 2 April 1990, NHS number 999 120 0037"
    assert told["rows"][2]["entry"] == "4 May 2026: Walk"
    assert rows(shared_stack) == before | {"intake.upload": before["intake.upload"] + 1}
    assert peers.get(f"/uploads/{told['id']}").json() == told


def test_a_workbook_says_the_same_as_a_csv_file(shared_stack: RunningStack, peers: httpx.Client) -> None:
    """With Excel's own dates, times and numbers: what was sent as CSV is unchanged when it comes as .xlsx."""
    headings = ["Your reference", "Person reference", "NHS number", "DOB", "Date", "Time", "Kind of contact"]
    line = "X-1,P-8,999 120 0126,02/04/1990,04/05/2026,2:30pm,Walk"
    assert fates(send(peers, contacts(line, headings=",".join(headings)))) == {"new": 1}
    cells = ["X-1", "P-8", 9991200126, date(1990, 4, 2), datetime(2026, 5, 4), clock(14, 30), "Walk"]
    told = preview(peers, workbook(headings, cells))
    assert fates(told) == {"unchanged": 1}
    assert told["rows"][0]["entry"] == "4 May 2026, 2:30pm: Walk"
    settled(shared_stack)


def test_an_amended_sheet_updates_and_doubles_nothing(
    shared_stack: RunningStack, peers: httpx.Client
) -> None:
    """New, then changed and unchanged alone, then changed back; deleted notes go; the counts add up."""

    def jay(*told: Any, **more: Any) -> str:
        return wren(*told, **more).replace("P-1,999 120 0037", "P-5,999 120 0134")

    first = [jay("B-1", 4, note="Tea"), jay("B-2", 5, "Call"), jay("B-3", 6, "Group")]
    assert fates(send(peers, contacts(*first))) == {"new": 3}
    settled(shared_stack)
    assert entries(shared_stack, "9991200134") == [
        ("2026-05-04", "Contact", "Walk", "finished"),
        ("2026-05-04", "Note", "Walk", "completed"),
        ("2026-05-05", "Contact", "Call", "finished"),
        ("2026-05-06", "Contact", "Group", "finished"),
    ]
    counts, kept = shared_stack.status(), rows(shared_stack)
    amended = [jay("B-3", 6, "Group"), jay("B-2", 7, "Phone call", "DNA"), jay("B-1", 4), jay("B-4", 8)]
    told = send(peers, contacts(*amended))
    assert fates(told) == {"changed": 2, "new": 1, "unchanged": 1, "taken_back": 1}
    settled(shared_stack)
    assert entries(shared_stack, "9991200134") == [
        ("2026-05-04", "Contact", "Walk", "finished"),
        ("2026-05-04", "Note", "Walk", "entered-in-error"),
        ("2026-05-06", "Contact", "Group", "finished"),
        ("2026-05-07", "Contact", "Phone call", "cancelled"),
        ("2026-05-07", "Note", "Phone call", "completed"),
        ("2026-05-08", "Contact", "Walk", "finished"),
    ]
    now = shared_stack.status()
    assert now == counts | {"accepted": counts["accepted"] + 4, "applied": counts["applied"] + 4}
    assert rows(shared_stack)["intake.upload_row"] == kept["intake.upload_row"] + 1
    assert fates(send(peers, contacts(*first))) == {"changed": 2, "unchanged": 1, "taken_back": 1}
    settled(shared_stack)
    assert entries(shared_stack, "9991200134") == [
        ("2026-05-04", "Contact", "Walk", "finished"),
        ("2026-05-04", "Note", "Walk", "completed"),
        ("2026-05-05", "Contact", "Call", "finished"),
        ("2026-05-06", "Contact", "Group", "finished"),
        ("2026-05-07", "Note", "Phone call", "entered-in-error"),
        ("2026-05-08", "Contact", "Walk", "finished"),
    ]
    assert preview(peers, contacts(*first))["left_alone"] >= 1, "B-4 is no longer in the sheet, and stays"


def test_a_row_about_another_person_after_all_moves(shared_stack: RunningStack, peers: httpx.Client) -> None:
    """A corrected number: entered in error with the first person, and with the second from then on."""
    headings = "Your reference,NHS number,DOB,Date,Kind of contact"
    send(peers, contacts("M-1,9991200061,01/01/1980,04/05/2026,Swim", headings=headings))
    told = send(peers, contacts("M-1,9991200118,01/01/1980,04/05/2026,Swim", headings=headings))
    assert fates(told) == {"changed": 1, "taken_back": 1}
    settled(shared_stack)
    assert entries(shared_stack, "9991200061") == [("2026-05-04", "Contact", "Swim", "entered-in-error")]
    assert entries(shared_stack, "9991200118") == [("2026-05-04", "Contact", "Swim", "finished")]


def test_a_row_is_taken_back_by_its_own_word(shared_stack: RunningStack, peers: httpx.Client) -> None:
    """Entered in error: it stays to be seen as such."""
    headings = "Your reference,NHS number,DOB,Date,Kind of contact,Outcome"
    line = "E-1,9991200088,01/01/1980,04/05/2026,Swim,"
    send(peers, contacts(line, headings=headings))
    send(peers, contacts(f"{line}entered in error", headings=headings))
    settled(shared_stack)
    assert entries(shared_stack, "9991200088") == [("2026-05-04", "Contact", "Swim", "entered-in-error")]


def test_a_second_commit_changes_nothing_and_says_so(shared_stack: RunningStack, peers: httpx.Client) -> None:
    """The same answer but for a word, and not a row more; the sheet itself is not kept."""
    told = preview(peers, contacts(wren("C-1"), wren("C-2", day=40)))
    first = commit(peers, told["id"])
    settled(shared_stack)
    before = rows(shared_stack)
    again = commit(peers, told["id"])
    assert again == first | {"said": "The sheet was committed before. Nothing changes."}
    assert fates(first) == {"new": 1, "refused": 1}
    assert [row["row"] for row in first["refused"]] == [3]
    assert rows(shared_stack) == before
    assert peers.get(f"/uploads/{told['id']}").json() == first
    assert of_upload(shared_stack, "select length(body) from intake.upload where id = %s", told) == 0


def test_the_people_of_a_committed_sheet_can_be_opened(
    shared_stack: RunningStack, peers: httpx.Client
) -> None:
    """Each id that the answer gives opens the person's record."""
    (person,) = send(peers, contacts(wren("D-1")))["people"]
    settled(shared_stack)
    assert shared_stack.json("record", person["id"])["name"] == "Wren Quill"


def test_all_or_nothing(shared_stack: RunningStack, peers: httpx.Client) -> None:
    """409 where a row is refused, and nothing is kept; without the wish the good rows go."""
    told = preview(peers, contacts(wren("F-1"), wren("F-2", day=40)))
    before = rows(shared_stack)
    answer = peers.post(f"/uploads/{told['id']}/commit", params={"all_or_nothing": "true"})
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert "1 of 2 rows" in answer.json()["title"]
    assert rows(shared_stack) == before
    assert fates(commit(peers, told["id"])) == {"new": 1, "refused": 1}
    good = preview(peers, contacts(wren("F-3")))
    assert fates(commit(peers, good["id"], all_or_nothing="true")) == {"new": 1}


def test_a_sheet_without_one_good_row_is_not_committed(peers: httpx.Client) -> None:
    """409, and it can be looked at still."""
    told = preview(peers, contacts(wren("G-1", day=40)))
    assert peers.post(f"/uploads/{told['id']}/commit").status_code == 409
    assert peers.get(f"/uploads/{told['id']}").json() == told


def test_only_its_own_sender_sees_or_commits_a_sheet(
    shared_stack: RunningStack, peers: httpx.Client, others: httpx.Client
) -> None:
    """404 for another, as for one that is not there; the same rows of another sender are their own."""
    told = preview(peers, contacts(wren("H-1")))
    for id_ in (told["id"], "00000000-0000-0000-0000-000000000000", "nothing"):
        assert others.get(f"/uploads/{id_}").status_code == 404
        answer = others.post(f"/uploads/{id_}/commit")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    commit(peers, told["id"])
    assert fates(preview(others, contacts(wren("H-1")))) == {"new": 1}


def test_two_uploads_at_once_of_the_same_sheet(shared_stack: RunningStack, peers: httpx.Client) -> None:
    """Both are previewed as new; committed at once, every row is sent once, and the counts say who sent it."""
    sheet = contacts(*(f"I-{number},P-9,,,,,04/05/2026,Walk {number},," for number in range(450)))
    ids = [preview(peers, sheet)["id"] for _ in range(2)]
    before, kept = settled_status(shared_stack), rows(shared_stack)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda id_: commit(peers, id_), [*ids, *ids]))
    settled(shared_stack)
    assert told[0]["counts"] == told[2]["counts"]
    assert told[1]["counts"] == told[3]["counts"]
    assert told[0]["counts"]["new"] + told[1]["counts"]["new"] == 450
    assert told[0]["counts"]["unchanged"] + told[1]["counts"]["unchanged"] == 450
    now = shared_stack.status()
    assert now == before | {"accepted": before["accepted"] + 450, "applied": before["applied"] + 450}
    assert rows(shared_stack)["intake.upload_row"] == kept["intake.upload_row"] + 450


def test_the_sheet_that_was_uploaded_later_has_the_last_word(
    shared_stack: RunningStack, peers: httpx.Client
) -> None:
    """Though it is committed first: what the earlier one says of the row is overtaken."""
    headings = "Your reference,NHS number,DOB,Date,Kind of contact"
    earlier, later = (
        preview(peers, contacts(f"J-1,9991200096,01/01/1980,04/05/2026,{what}", headings=headings))["id"]
        for what in ("Walk", "Swim")
    )
    assert fates(commit(peers, later)) == {"new": 1}
    assert fates(commit(peers, earlier)) == {"superseded": 1}
    settled(shared_stack)
    assert entries(shared_stack, "9991200096") == [("2026-05-04", "Contact", "Swim", "finished")]


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "no kind": ({"data": {}, "files": {"file": ("s.csv", contacts(wren("K-1")))}}, 400, "contacts, referrals"),
    "another kind": ({"data": {"kind": "poems"}, "files": {"file": ("s.csv", b"a")}}, 400, "contacts, referrals"),
    "no file": ({"data": {"kind": "contacts"}, "files": {"other": ("s.csv", b"a")}}, 400, "“file”"),
    "no form": ({"content": b"a,b"}, 415, "multipart/form-data"),
    "a broken form": (
        {"content": b"--x\r\nrubbish", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 400, "form"
    ),
    "not a sheet": ({"data": {"kind": "contacts"}, "files": {"file": ("s.pdf", b"%PDF-1.7")}}, 415, "a PDF"),
    "other columns": ({"data": {"kind": "contacts"}, "files": {"file": ("s.csv", b"a,b\n1,2\n")}}, 422, "“Date”"),
    "too large": ({"data": {"kind": "contacts"}, "files": {"file": ("s.csv", b"x" * MAX_BYTES * 2)}}, 413, "8 MB"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "status", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_as_a_whole(
    shared_stack: RunningStack, peers: httpx.Client, given: dict[str, Any], status: int, words: str
) -> None:
    """Problem details that say what is wrong and what to do, and nothing is kept."""
    before = rows(shared_stack)
    answer = peers.post("/uploads", **given)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert words in problem["title"] + problem["detail"]
    assert rows(shared_stack) == before


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}])
def test_without_a_token_or_a_session_nothing_is_taken(
    shared_stack: RunningStack, headers: dict[str, str]
) -> None:
    """401 at every address but the templates."""
    with fhir_client(shared_stack, "") as nobody:
        nobody.headers.update(headers)
        answers = [upload(nobody, contacts(wren("L-1"))), nobody.get("/uploads"), nobody.get("/uploads/x")]
        answers.append(nobody.post("/uploads/x/commit"))
        assert [answer.status_code for answer in answers] == [401] * 4
        assert all(answer.headers["www-authenticate"] == "Bearer" for answer in answers)
        for kind, template in TEMPLATES.items():
            sheet = nobody.get(f"/uploads/templates/{kind}.csv")
            assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
            assert sheet.content.startswith(f"\ufeff{template.columns[0].heading},".encode())
        assert nobody.get("/uploads/templates/poems.csv").status_code == 404


OWN = {"Sec-Fetch-Site": "same-origin"}
SITES: dict[str, tuple[dict[str, str], bool]] = {
    "our own page": (OWN, True),
    "our own page, told by its origin": ({"Origin": "OWN"}, True),
    "another site": ({"Sec-Fetch-Site": "cross-site"}, False),
    "a neighbouring site": ({"Sec-Fetch-Site": "same-site"}, False),
    "another origin": ({"Origin": "https://elsewhere.example"}, False),
    "an origin that is not told": ({"Origin": "null"}, False),
    "another site with our origin": ({"Sec-Fetch-Site": "cross-site", "Origin": "OWN"}, False),
    "nothing told": ({}, False),
}


@pytest.mark.parametrize(("headers", "taken"), SITES.values(), ids=SITES)
def test_a_browser_writes_from_our_own_pages_alone(
    shared_stack: RunningStack,
    peers: httpx.Client,
    browser: httpx.Client,
    headers: dict[str, str],
    taken: bool,
) -> None:
    """Its session is no leave for a form on another site, to upload or to commit."""
    told = {name: shared_stack.book.http if value == "OWN" else value for name, value in headers.items()}
    waiting = preview(peers, contacts(wren("N-1")))["id"]
    browser.headers.update(told)
    before = rows(shared_stack)
    sent = upload(browser, contacts(wren("N-2")), organisation="ZZV58")
    done = browser.post(f"/uploads/{waiting}/commit")
    assert (sent.status_code, done.status_code) == ((201, 200) if taken else (403, 403))
    assert taken or rows(shared_stack) == before
    settled(shared_stack)


def test_a_browser_names_a_registered_organisation(shared_stack: RunningStack, browser: httpx.Client) -> None:
    """What it names is who tells it; another is refused."""
    browser.headers.update(OWN)
    assert upload(browser, contacts(wren("Q-1")), organisation="ZZX99").status_code == 400
    assert upload(browser, contacts(wren("Q-1"))).status_code == 400
    shared_stack.run("token", "--partner", "ZZV33", "--name", "Marsh Lantern", "--sector", "Charity")
    told = upload(browser, contacts(wren("Q-1")), organisation="ZZV33")
    assert (told.status_code, told.json()["sender"]) == (201, "ZZV33")
    assert browser.get(f"/uploads/{told.json()['id']}").json() == told.json()


@pytest.fixture
def worker(shared_stack: RunningStack) -> Iterator[httpx.Client]:
    """The signed-in browser of a peer worker of one charity."""
    shared_stack.run("token", "--partner", "ZZV58", "--name", "Tidewell Peers", "--sector", "Charity")
    shared_stack.run("token", "--partner", "ZZV33", "--name", "Marsh Lantern", "--sector", "Charity")
    link = shared_stack.run("sign-in", "--role", "peer-worker", "--organisation", "ZZV58").stdout.strip()
    with fhir_client(shared_stack, "") as client:
        assert client.get(link).status_code == 303
        client.headers.update(OWN)
        yield client


def test_a_worker_uploads_for_their_own_organisation_alone(
    shared_stack: RunningStack, worker: httpx.Client
) -> None:
    """The form lists no other; in another's name nothing is taken, and nothing is kept."""
    page = worker.get("/uploads", headers={"Accept": "text/html"}).text
    assert re.findall(r'<option value="(\w+)"', page) == ["ZZV58"]
    before = rows(shared_stack)
    refused = upload(worker, contacts(wren("U-1")), organisation="ZZV33")
    assert (refused.status_code, rows(shared_stack)) == (403, before)
    for named in ({"organisation": "ZZV58"}, {}):
        told = upload(worker, contacts(wren("U-1")), **named)
        assert (told.status_code, told.json()["sender"]) == (201, "ZZV58")


def test_a_worker_sees_and_commits_the_sheets_of_their_own_organisation(
    peers: httpx.Client, others: httpx.Client, worker: httpx.Client
) -> None:
    """Whoever there uploaded them; another's is as one that is not there."""
    own, foreign = (preview(client, contacts(wren("V-1")))["id"] for client in (peers, others))
    assert worker.get(f"/uploads/{foreign}").status_code == 404
    assert worker.post(f"/uploads/{foreign}/commit").status_code == 404
    assert worker.get(f"/uploads/{own}").json()["sender"] == "ZZV58"
    assert commit(worker, own)["counts"]["rows"] == 1


def test_a_persons_token_takes_no_sheet(shared_stack: RunningStack) -> None:
    """People upload in a browser, from our own pages."""
    asked = ("token", "--role", "peer-worker", "--organisation", "ZZV58")
    with fhir_client(shared_stack, shared_stack.run(*asked).stdout.strip()) as client:
        assert upload(client, contacts(wren("W-1"))).status_code == 401
        assert client.get("/uploads").status_code == 401


def test_the_command(shared_stack: RunningStack, tmp_path: Path) -> None:
    """Previews, commits, says why a row is refused, and ends with status 1 where one is."""
    sheet = tmp_path / "contacts.csv"
    sheet.write_bytes(contacts(wren("R-1"), wren("R-2", day=40)))
    asked = ["upload", str(sheet), "--kind", "contacts", "--sender", "zzv58"]
    shown = shared_stack.run(*asked, check=False)
    assert shown.returncode == 1
    assert re.search(r"refused +row 3: .*\n +Date: “40/05/2026”", shown.stdout)
    assert "1 new" in shown.stdout
    assert "committed" not in shown.stdout
    refused = shared_stack.run(*asked, "--commit", "--all-or-nothing", check=False)
    assert (refused.returncode, "all or nothing" in refused.stderr) == (2, True)
    sheet.write_bytes(contacts(wren("R-1")))
    assert shared_stack.json(*asked, "--commit")["counts"]["new"] == 1
    assert "1 unchanged" in shared_stack.run(*asked).stdout
    assert shared_stack.run(*asked[:2], "--kind", "poems", "--sender", "ZZV58", check=False).returncode == 2
    settled(shared_stack)


def test_no_log_and_no_metric_tells_who(shared_stack: RunningStack, peers: httpx.Client) -> None:
    """Neither the cells of good rows, nor of refused ones, nor what a whole sheet holds."""
    good = "S-1,P-7,999 120 0037,Kestrel,Quill,02/04/1990,04/05/2026,Walk,,canary"
    sheet = contacts(good, "S-2,,,Kestrel,Quill,99/99/1990,x,,,canary")
    send(peers, sheet)
    upload(peers, contacts("Kestrel,canary", headings="Kestrel,canary"))
    peers.post(
        "/uploads", content=b"--x\r\nKestrel", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    settled(shared_stack)
    told = {**logs_of(shared_stack), **metrics_of(shared_stack)}
    for place, words in told.items():
        for canary in ("Kestrel", "canary", NUMBER, FAMILY):
            assert canary not in words, f"{canary} is in {place}"
    assert 'care_intake_messages_total{door="upload",outcome="accepted"}' in told["web"]


def test_a_sheet_is_forgotten_after_a_day(shared_stack: RunningStack, peers: httpx.Client) -> None:
    """It cannot be seen or committed any more, and the next upload deletes it."""
    told = preview(peers, contacts(wren("T-1")))
    aged = (
        "update intake.upload set uploaded_at = uploaded_at - interval '25 hours' where id = %s returning 1"
    )
    assert of_upload(shared_stack, aged, told) == 1
    assert peers.get(f"/uploads/{told['id']}").status_code == 404
    assert peers.post(f"/uploads/{told['id']}/commit").status_code == 404
    preview(peers, contacts(wren("T-1")))
    assert of_upload(shared_stack, "select count(*) from intake.upload where id = %s", told) == 0
