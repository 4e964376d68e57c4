"""GET /outcomes: what became of every message, told to its sender and to nobody else."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest

from services.platform.publisher import Outgoing
from tests.messages import a_message, fhir_client, issue_of, publish, send, settled, token
from tests.outcome_door import a_revision, about, applied, events, names
from tests.stack import RunningStack, wait_for
from tests.streams.norfolk_suffolk_partners import COUNCIL

pytestmark = pytest.mark.any_broker


@pytest.fixture(scope="module")
def trust(shared_stack: RunningStack) -> Iterator[httpx.Client]:
    """The trust's system."""
    with fhir_client(shared_stack, token(shared_stack, "ZZT41")) as client:
        yield client


@pytest.fixture(scope="module")
def council(shared_stack: RunningStack) -> Iterator[httpx.Client]:
    """The council's system."""
    with fhir_client(shared_stack, token(shared_stack, "ZZC12")) as client:
        yield client


@pytest.fixture(scope="module")
def browser(shared_stack: RunningStack) -> Iterator[httpx.Client]:
    """A browser that has signed in."""
    with fhir_client(shared_stack, "") as client:
        client.get(shared_stack.run("sign-in").stdout.strip())
        yield client


@pytest.mark.parametrize("door", ["http", "kafka"])
def test_a_message_is_accepted_then_applied_and_its_repeat_a_duplicate(
    shared_stack: RunningStack, trust: httpx.Client, door: str
) -> None:
    """One event each, in this order; the duplicate names the message itself; the id finds how it stands."""
    body = orjson.dumps(a_message(f"o-{door}") | {"id": f"o-{door}"})
    for _ in range(2):
        if door == "http":
            assert send(trust, body).status_code == 200
        else:
            publish(shared_stack, Outgoing("partner.ZZT41.in.v1", b"", body))
        applied(trust, f"o-{door}")
    wait_for(lambda: len(_of(trust, f"o-{door}")) == 3, "the duplicate is told")
    told = _of(trust, f"o-{door}")
    assert [one["status"] for one in told] == ["accepted", "applied", "duplicate"]
    assert len({one["message_key"] for one in told}) == 1
    key = told[0]["message_key"]
    assert [one["duplicate_of"] for one in told] == [
        None,
        None,
        {"message_key": key, "sender_id": f"o-{door}"},
    ]
    for id_ in (f"o-{door}", key, key.upper()):
        (now,) = about(trust, id_)
        assert (now["status"], now["message_key"], now["sender"]) == ("applied", key, "ZZT41")
        assert (now["shown"], now["superseded"], now["kept"]) == (1, 0, 2)
        assert now["received_at"] <= now["at"]


def test_a_quarantined_message_is_told_why(shared_stack: RunningStack, trust: httpx.Client) -> None:
    """Each issue with its code, place and words, and the rule with where it is written; its repeat too."""
    before = trust.get("/outcomes").json()["next"]
    publish(
        shared_stack, *[Outgoing("partner.ZZT41.in.v1", b"", b'{"resourceType": "Bundle", "id": "q-1"}')] * 2
    )
    wait_for(lambda: len(events(trust, before)) == 2, "both are told")
    first, second = events(trust, before)
    assert (first["status"], second["status"]) == ("quarantined", "duplicate")
    assert first["issues"] == second["issues"] != []
    assert set(first["issues"][0]) == {"rule", "section", "place", "code", "text"}
    assert all(one["text"] and one["code"] for one in first["issues"])
    assert [first[name] for name in ("shown", "kept", "superseded_by", "duplicate_of")] == [None] * 4
    assert second["duplicate_of"]["message_key"] == first["message_key"]
    assert about(trust, first["message_key"]) == about(trust, "q-1") == [first]


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))), ids=str)
def test_what_supersedes_a_version_is_the_highest_whatever_came_first(
    trust: httpx.Client, council: httpx.Client, order: tuple[int, ...]
) -> None:
    """Three versions of one note in any order: the third is shown, and the others name it and nothing else."""
    local = "s-" + "".join(map(str, order))
    for number in order:
        assert send(trust, a_revision(local, number)).status_code == 200
        assert send(council, a_revision(local, number, by=COUNCIL)).status_code == 200
    told = applied(trust, *(f"{local}-v{number}" for number in (1, 2, 3)))
    assert [names(one["superseded_by"]) for one in told] == [[f"{local}-v3"], [f"{local}-v3"], []]
    assert [(one["shown"], one["superseded"], one["kept"]) for one in told] == [
        (0, 1, 2),
        (0, 1, 2),
        (1, 0, 2),
    ]
    third = told[2]["message_key"]
    assert [one["superseded_by"] for one in told[:2]] == [
        [{"message_key": third, "sender_id": f"{local}-v3"}]
    ] * 2
    assert third != applied(council, f"{local}-v3")[0]["message_key"]


def test_an_export_of_what_was_told_is_a_duplicate_of_it(trust: httpx.Client, council: httpx.Client) -> None:
    """Another Bundle.id and header around the same content: it names the message that told it, its own only."""
    first = a_message("d-1") | {"id": "d-first"}
    again = orjson.loads(orjson.dumps(first)) | {"id": "d-again"}
    again["entry"][0]["resource"]["id"] = "another-header"
    assert send(trust, first).status_code == 200
    (original,) = applied(trust, "d-first")
    assert send(trust, again).status_code == 200
    assert send(council, again).status_code == 200
    (export,) = applied(trust, "d-again")
    assert export["duplicate_of"] == {"message_key": original["message_key"], "sender_id": "d-first"}
    assert (export["status"], export["shown"], export["superseded_by"]) == ("applied", 1, [])
    assert original["duplicate_of"] is None
    assert applied(council, "d-again")[0]["duplicate_of"] is None


def test_another_partner_learns_nothing(trust: httpx.Client, council: httpx.Client) -> None:
    """Not by the key, not by the id, not in its list; the answer is that for what was never sent."""
    assert send(trust, a_message("p-1") | {"id": "p-1"}).status_code == 200
    (own,) = applied(trust, "p-1")
    missing = council.get("/outcomes/there-is-no-such")
    for id_ in ("p-1", own["message_key"]):
        assert council.get(f"/outcomes/{id_}").text == missing.text
    assert missing.status_code == 404
    assert issue_of(missing)["code"] == "not-found"
    assert {one["sender"] for one in events(council)} == {"ZZC12"}
    assert own["message_key"] not in {one["message_key"] for one in events(council)}


def test_several_messages_with_one_id_are_all_told_the_newest_first(trust: httpx.Client) -> None:
    """Each is its own message, and each is told that its id is another's too."""
    for text in ("one", "two", "three"):
        assert send(trust, a_message("r-1", text) | {"id": "r-same"}).status_code == 200
        wait_for(lambda: all(one["status"] == "applied" for one in about(trust, "r-same")), "it is applied")
    told = about(trust, "r-same")
    assert len({one["message_key"] for one in told}) == 3
    assert [one["received_at"] for one in told] == sorted((one["received_at"] for one in told), reverse=True)
    for one in told:
        (reused,) = [note for note in one["deviations"] if note["name"] == "id-reused"]
        assert (reused["count"], reused["place"]) == (2, "Bundle.id")


def test_since_a_moment_or_a_cursor(trust: httpx.Client) -> None:
    """From the first outcome at or after the moment; after an event; in pages of any size; and from the end."""
    assert send(trust, a_message("c-1") | {"id": "c-1"}).status_code == 200
    applied(trust, "c-1")
    everything = events(trust)
    assert [one["event_id"] for one in everything] == sorted({one["event_id"] for one in everything})
    middle = everything[len(everything) // 2]
    assert events(trust, middle["event_id"]) == everything[len(everything) // 2 + 1 :]
    assert events(trust, middle["at"]) == everything[len(everything) // 2 :]
    assert events(trust, limit=3) == everything
    for since in (everything[-1]["event_id"], "2999-01-01T00:00:00Z"):
        page = trust.get("/outcomes", params={"since": since}).json()
        assert page == {"outcomes": [], "next": since, "complete": True}


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("/outcomes?since=yesterday", 400, "2026-03-02T10:30:00Z"),
        ("/outcomes?since=2026-02-30T10:00:00Z", 400, "nor a cursor"),
        ("/outcomes?since=" + "f" * 32, 400, "as it was"),
        ("/outcomes?since=%00", 400, "since"),
        ("/outcomes?limit=0", 400, "from 1 to 500"),
        ("/outcomes?limit=501", 400, "from 1 to 500"),
        ("/outcomes?limit=ten", 400, "whole number"),
        ("/outcomes?limit=" + "9" * 40, 400, "whole number"),
        ("/outcomes/%00", 404, "no message"),
        ("/outcomes/a%2Fb/../c", 404, ""),
        ("/outcomes/" + "x" * 5000, 404, "no message"),
        ("/outcomes/%ff%fe%ed%a0%80", 404, "no message"),
        ("/outcomes/" + "0" * 64, 404, "no message"),
        ("/outcomes/", 404, "no message"),
        ("/scorecard?days=0", 400, "from 1 to 36500"),
        ("/scorecard?days=-1", 400, "whole number"),
        ("/scorecard/else", 404, "nothing at this address"),
    ],
)
def test_whatever_is_asked_the_answer_says_what_to_do(
    trust: httpx.Client, asked: str, status: int, said: str
) -> None:
    """Never a 500: an OperationOutcome with the status, and words that help."""
    answer = trust.get(asked)
    assert answer.status_code == status, answer.text
    assert said in issue_of(answer)["diagnostics"]


@pytest.mark.parametrize("path", ["/outcomes", "/outcomes/any", "/scorecard"])
@pytest.mark.parametrize("authorisation", [None, "Bearer", "Bearer wrong", "Basic enp0NDE6eA=="])
def test_without_a_token_nothing_is_told(browser: httpx.Client, path: str, authorisation: str | None) -> None:
    """401 with WWW-Authenticate; a browser's session is no token."""
    answer = browser.get(path, headers={"Authorization": authorisation} if authorisation else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert issue_of(answer)["code"] == "login"
    assert answer.headers["cache-control"] == "no-store"


def test_it_is_read_and_not_written(trust: httpx.Client) -> None:
    """Another method is 405, in FHIR as everything else here."""
    answer = trust.post("/outcomes", content=b"{}")
    assert answer.status_code == 405
    assert issue_of(answer)["code"] == "not-supported"


def test_the_command_prints_them(shared_stack: RunningStack, trust: httpx.Client) -> None:
    """Of one partner or all, from a moment or an event on; as words and as JSON."""
    settled(shared_stack)
    own = events(trust)
    assert shared_stack.json("outcomes", "--partner", "zzt41") == own
    assert shared_stack.json("outcomes", "--partner", "ZZT41", "--since", own[2]["event_id"]) == own[3:]
    both = shared_stack.json("outcomes")
    assert {one["sender"] for one in both} == {"ZZT41", "ZZC12"}
    assert [one["event_id"] for one in both] == sorted(one["event_id"] for one in both)
    said = shared_stack.run("outcomes").stdout
    assert re.search(r"ZZT41 +duplicate +o-http\n +duplicate of o-http", said)
    assert "superseded by s-123-v3" in said
    wrong = shared_stack.run("outcomes", "--since", "yesterday", check=False)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "2026-03-02T10:30:00Z" in wrong.stderr


def _of(client: httpx.Client, id_: str) -> list[dict[str, Any]]:
    return [one for one in events(client) if one["sender_id"] == id_]
