"""`carethread subject-access` gives all that the database has on a person, and `carethread audit` says so."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest

from services.audit.subject import UNREADABLE
from services.platform.publisher import Outgoing
from services.platform.topics import partner_in
from tests.messages import fhir_client, publish
from tests.stack import RunningStack, wait_for
from tests.streams.fhir_builders import known_to
from tests.streams.norfolk_suffolk_partners import MAYA, SURGERY

AT = "2026-03-02T10:00:00Z"

pytestmark = pytest.mark.any_broker


@pytest.fixture(scope="module")
def told(shared_stack: RunningStack) -> RunningStack:
    """The stack, with the bundled stream in it; and somebody has looked at Maya's page."""
    shared_stack.replay()
    with fhir_client(shared_stack, "") as client:
        assert client.get(shared_stack.run("sign-in").stdout.strip()).status_code == 303
        assert client.get(f"/person/{MAYA.nhs_number}").status_code == 200
    return shared_stack


def counted(stack: RunningStack, query: str, **given: Any) -> list[str]:
    """The first column of what a query gives, in hex where it is bytes."""
    with psycopg.connect(stack.book.postgres.get_secret_value()) as connection:
        rows = connection.execute(query.encode(), given).fetchall()
    return sorted(one.hex() if isinstance(one, bytes) else str(one) for (one,) in rows)


def test_it_is_all_that_the_database_has(told: RunningStack) -> None:
    """Every message, delivery and outcome, and who has seen it: this command too."""
    found = told.json("subject-access", MAYA.nhs_number)
    person = bytes.fromhex(found["person"])
    of_them = "source_record in (select id from record.source_record where person = %(person)s)"
    keys = counted(told, f"select message_key from intake.message where {of_them}", person=person)  # noqa: S608
    assert len(keys) > 5
    assert sorted(one["message"] for one in found["messages"]) == keys
    given = {"keys": [bytes.fromhex(one) for one in keys]}
    for part, table in (("deliveries", "delivery"), ("outcomes", "outcome")):
        query = f"select distinct message_key from intake.{table} where message_key = any(%(keys)s)"  # noqa: S608
        assert sorted({one["message"] for one in found[part]}) == counted(told, query, **given)
    bodies = "select message_key from intake.message where position(%(number)s::text::bytea in body) > 0"
    assert set(counted(told, bodies, number=MAYA.nhs_number)) <= set(keys)
    assert found["record"] == told.json("record", MAYA.nhs_number)
    kinds = [one["event"]["subtype"][0]["code"] for one in found["seen"]]
    assert kinds[0] == "export"
    assert "read" in kinds


def test_what_could_not_be_accepted_is_in_it(told: RunningStack) -> None:
    """By an NHS number or a sender's own number for them; what is about nobody, or another, is not."""
    patient = known_to(SURGERY, "1", MAYA, AT).patient
    unnumbered = known_to(SURGERY, "1", replace(MAYA, nhs_number=""), AT).patient
    other = known_to(SURGERY, "2", replace(MAYA, nhs_number="9990000018"), AT).patient
    bodies = [
        orjson.dumps({"resourceType": "Bundle", "type": "message", "entry": [{"resource": one}]})
        for one in (patient, unnumbered, other, {"resourceType": "Patient"})
    ]
    mine = {
        "maya": orjson.dumps(patient | {"resourceType": "Bundle"}),
        "unreadable": f"about {MAYA.nhs_number} and {{".encode(),
    }
    before = told.json("status")["quarantined"]
    topic = partner_in(SURGERY.ods)
    publish(told, *(Outgoing(topic, b"", one) for one in (*bodies, *mine.values())))
    wait_for(lambda: told.json("status")["quarantined"] == before + 6, "all are quarantined")
    found = told.json("subject-access", MAYA.nhs_number)["quarantined"]
    query = "select message_key from intake.quarantine where position(%(number)s::text::bytea in body) > 0"
    assert {one["message"] for one in found} >= set(counted(told, query, number=MAYA.nhs_number))
    assert len(found) >= 3
    assert UNREADABLE in [one["body"] for one in found]
    assert "9990000018" not in orjson.dumps(found).decode()


def test_text_and_files_say_the_same(told: RunningStack, tmp_path: Path) -> None:
    """In plain text, and one file for each part; a folder with something in it is left alone."""
    printed = told.run("subject-access", MAYA.nhs_number).stdout
    folder = tmp_path / "answer"
    told.run("subject-access", MAYA.nhs_number, "--out", str(folder))
    text = (folder / "everything.txt").read_text()
    for heading in ("What was sent about this person", "Who saw it, or did something to it"):
        assert heading in printed
        assert heading in text
    assert MAYA.family in text
    messages = orjson.loads((folder / "messages.json").read_bytes())
    assert len(messages) == len(told.json("subject-access", MAYA.nhs_number)["messages"])
    refused = told.run("subject-access", MAYA.nhs_number, "--out", str(folder), check=False)
    assert refused.returncode == 2


def test_nobody_is_answered_for(told: RunningStack) -> None:
    """Of somebody who is not known there is nothing."""
    answer = told.run("subject-access", "9990999999", check=False)
    assert answer.returncode == 1
    assert "no record" in answer.stderr


def test_the_audit_says_who_and_verifies(told: RunningStack) -> None:
    """Anchored in the data directory; and what is taken out is found."""
    listed = told.json("audit", "list", "--person", MAYA.nhs_number)
    assert {one["event"]["subtype"][0]["code"] for one in listed} >= {"read", "export"}
    looked = told.json("audit", "list", "--person", MAYA.nhs_number, "--most", "1")
    assert "carethread audit list" in str(looked), "whoever asks who saw her is among them"
    assert "carethread subject-access" in told.run("audit", "list", "--kind", "export").stdout
    told.run("audit", "anchor")
    assert (told.data_dir / "audit-anchors.ndjson").exists()
    whole = told.json("audit", "verify")
    assert whole["findings"] == []
    with psycopg.connect(told.book.postgres.get_secret_value(), autocommit=True) as connection:
        connection.execute("alter table audit.event disable trigger user")
        connection.execute("delete from audit.event where writer like 'command@%' and seq = 2")
        connection.execute("alter table audit.event enable trigger user")
    broken = told.run("audit", "verify", check=False)
    assert broken.returncode == 1
    assert "event 2 is gone" in broken.stdout
    assert told.run("audit", "anchor", check=False).returncode == 1
