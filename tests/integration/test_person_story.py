"""What a record amounts to: in `record --json`, and in the answer to a referral that is only thought of."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest
from fhir.resources.R4B.parameters import Parameters

from services.platform.access import issue_link, issue_token
from services.platform.postgres import connect
from services.viewer.fhir.small_body import MOST_BYTES
from services.viewer.reading import list_persons, read_record
from services.viewer.record_json import canonical_json
from services.web import Web
from tests.engines import Engines
from tests.identities import NUMBERS, Sent, record_id, take_in, take_in_one_by_one
from tests.messages import issue_of
from tests.streams.fhir_builders import (
    NHS,
    Demographics,
    Organisation,
    Resource,
    answer,
    booking,
    goal,
    known_to,
    plan,
    referral,
    safety_flag,
    score,
)
from tests.streams.message_lines import message, version
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TRUST

pytestmark = pytest.mark.any_broker

WREN = Demographics(
    "Wren",
    "Quillfeather",
    "female",
    "1990-04-02",
    NUMBERS[0],
    "07700 900101",
    "4 Reed Lane",
    "Salthouse",
    "NR98 4QF",
)
AT = "2026-03-02T10:00:00Z"
NUMBER = f"{NHS}/Id/nhs-number"
CHECK = "/fhir/ServiceRequest/$check"
WHY = "Alone since the move"

SURGERYS, TRUSTS, COUNCILS = (known_to(one, "1", WREN, AT) for one in (SURGERY, TRUST, COUNCIL))
ASKED = referral(SURGERYS, "sr-1", TRUST, "Befriending", WHY, on=AT, ubrn="100200300401")
TURNED_DOWN = referral(TRUSTS, "in-1", TRUST, "Befriending", WHY, on=AT, ubrn="100200300401", by=SURGERY)
NO = answer(TRUSTS, "no-1", TURNED_DOWN, "rejected", "Lonely rather than unwell", on="2026-03-05T09:00:00Z")
AGAIN = referral(SURGERYS, "sr-2", LANTERN, "Befriending", WHY, on="2026-03-09T09:00:00Z")
CARE = "Wren's support plan"


def said(holder: Organisation, at: str, focus: Resource, *others: Resource) -> Sent:
    """What a system tells of Wren."""
    known = known_to(holder, "1", WREN, AT)
    return holder.ods, 1, orjson.dumps(message(holder, at, focus, [known.patient, *others]))


def planned(by: str, number: int, at: str) -> Sent:
    """A version of the council's plan, with the worker who answers for it."""
    return said(
        COUNCIL,
        at,
        version(plan(COUNCILS, "plan-1", CARE, "A key of her own", since="2026-03-10", by=by), number),
    )


TOLD = [
    said(SURGERY, AT, ASKED, score(SURGERYS, "s-1", "PHQ-9", 14, on="2026-03-02", by="Dr Ash Lowe")),
    said(TRUST, "2026-03-05T09:00:00Z", NO, TURNED_DOWN),
    said(SURGERY, "2026-03-09T09:00:00Z", AGAIN),
    planned("Priya Nair, named social worker", 1, "2026-03-10T09:00:00Z"),
    planned("Dawn Ferreira, named social worker", 2, "2026-06-08T09:00:00Z"),
    said(
        COUNCIL,
        "2026-06-09T09:00:00Z",
        goal(COUNCILS, "g-1", "Keep bees", "in-progress", since="2026-06-09", by="Wren Quillfeather"),
    ),
]


async def record_of(database: Engines) -> bytes:
    """The record of the one person there is, as the command prints it."""
    async with await connect(database.dsn) as connection:
        ((person, _, _),) = await list_persons(connection, None)
        return canonical_json(await read_record(connection, person))


async def test_the_record_tells_referrals_workers_and_what_matters(database: Engines) -> None:
    """In words and instants; a change of named worker is told, which no current version knows."""
    async with await connect(database.dsn) as connection:
        await take_in(connection, TOLD)
    told: dict[str, Any] = orjson.loads(await record_of(database))
    turned_down, again = told["referrals"]
    assert (turned_down["state"], again["state"]) == ("rejected", "asked")
    assert turned_down["asked_again"] == again["key"]
    assert turned_down["holder"] == {"name": SURGERY.name, "ods": SURGERY.ods}
    assert [one["name"] for one in turned_down["held"]] == [TRUST.name, SURGERY.name]
    assert [one["words"] for one in turned_down["steps"]] == [
        f"{SURGERY.name} asked {TRUST.name} for befriending",
        "rejected: Lonely rather than unwell",
    ]
    workers = told["named_workers"]
    assert [one["name"] for one in (*workers["now"], *workers["before"])] == ["Dawn Ferreira", "Priya Nair"]
    assert workers["changes"] == 1
    assert [(one["words"], one["own"]) for one in told["what_matters"]] == [("Keep bees", True)]
    (measure,) = told["measures"]
    assert (measure["name"], [one["value"] for one in measure["points"]]) == ("PHQ-9", [14.0])


async def test_what_systems_know_of_who_it_is_can_be_read(database: Engines) -> None:
    """Names, addresses and telephones as lists of texts."""
    async with await connect(database.dsn) as connection:
        await take_in(connection, TOLD[:1])
    (known,) = orjson.loads(await record_of(database))["source_records"]
    facts = known["facts"]
    assert facts["names"] == ["Wren Quillfeather"]
    assert facts["addresses"] == ["4 Reed Lane, Salthouse, NR98 4QF"]
    assert (facts["phones"], facts["emails"]) == (["07700 900101"], [])
    assert not [name for name in facts if ":" in name]


async def test_the_same_messages_give_the_same_bytes(database: Engines) -> None:
    """In whatever order they come: the versions of a plan too."""
    async with await connect(database.dsn) as connection:
        await take_in(connection, TOLD)
    at_once = await record_of(database)
    database.empty()
    async with await connect(database.dsn) as connection:
        await take_in_one_by_one(connection, [*reversed(TOLD), TOLD[3]])
    assert await record_of(database) == at_once


async def test_the_page_shows_flags_and_what_is_to_come(database: Engines) -> None:
    """Two flags above all in words and the others counted; an appointment to come; no heading over nothing."""
    flags = [safety_flag(TRUSTS, f"f-{one}", f"Ring first <{one}>", since="2026-05-04") for one in range(3)]
    review = booking(
        COUNCILS, "b-1", "Review", "2999-06-01T10:00:00Z", "2999-06-01T11:00:00Z", with_whom="Dawn Ferreira"
    )
    sent = [said(TRUST, AT, *flags), said(COUNCIL, AT, review)]
    async with await connect(database.dsn) as connection:
        await take_in(connection, sent)
        link = await issue_link(connection)
    async with asking(database, None) as client:
        assert (await client.get(f"/sign-in/{link}")).status_code == 303
        answer = await client.get(f"/person/{record_id(TRUST, '1').hex()}")
        later = await client.get(f"/person/{record_id(TRUST, '1').hex()}?from=0-00")
    assert answer.status_code == later.status_code == 200
    assert answer.text.count("Ring first &lt;") == 2 + 3 + 3, "above all, under Safety and in the timeline"
    assert "And 1 more flag<" in answer.text
    assert re.search(r"1 June 2999, 11:00am</time>\s*<strong>Review", answer.text)
    headings = ["Who is involved", "Safety", "Next appointments", "Timeline"]
    assert re.findall(r"<h2[^>]*>([^<]+)<", answer.text) == headings
    assert re.findall(r"<h2[^>]*>([^<]+)<", later.text) == headings[-1:]


def proposed(subject: Resource, service: str = "Befriending", why: str = "Another reason") -> Resource:
    """A referral that somebody thinks of."""
    return {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "proposal",
        "subject": subject,
        "code": {"text": service},
        "reasonCode": [{"text": why}],
    }


BY_NUMBER: Resource = {"identifier": {"system": NUMBER, "value": NUMBERS[0]}}


def in_parameters(*resources: Resource, name: str = "referral") -> Resource:
    """The same as a parameter."""
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": name, "resource": one} for one in resources],
    }


@asynccontextmanager
async def asking(
    database: Engines, partner: Organisation | None = SURGERY
) -> AsyncIterator[httpx.AsyncClient]:
    """The door as a partner uses it, or somebody who is nobody."""
    headers = {"Content-Type": "application/fhir+json"}
    if partner:
        async with await connect(database.dsn) as connection:
            headers["Authorization"] = f"Bearer {await issue_token(connection, partner.ods)}"
    async with Web(database.settings).running() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://carethread.example", headers=headers
        ) as client:
            yield client


def parts_of(answer: httpx.Response) -> tuple[bool, list[dict[str, Any]]]:
    """What a sound answer says: whether something is open, and each referral's parts by name."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    Parameters.model_validate(told)
    result, *referrals = told["parameter"]
    assert result["name"] == "result"
    found = []
    for one in referrals:
        assert one["name"] == "referral"
        found.append({part.pop("name"): next(iter(part.values())) for part in one["part"]})
    return result["valueBoolean"], found


async def test_what_is_open_for_the_like_is_found(database: Engines) -> None:
    """How it stands, since when and with whom, for any id of the person; then what was turned down long ago is not."""
    async with await connect(database.dsn) as connection:
        await take_in(connection, TOLD)
    by_id = {"reference": f"Patient/{record_id(TRUST, '1').hex()}"}
    asked_about = [
        (proposed(BY_NUMBER), "The same service: asked since"),
        (proposed(by_id, "Choir", WHY), "The same reason: asked since"),
        (in_parameters(proposed(by_id, why=WHY)), "The same service for the same reason: asked since"),
    ]
    async with asking(database) as client:
        for body, says in asked_about:
            is_open, (found,) = parts_of(await client.post(CHECK, json=body))
            assert is_open
            assert (found["state"], found["since"]) == ("asked", "2026-03-09T09:00:00.0000000Z")
            assert found["why"].startswith(says)
            holder = found["holder"]
            assert (holder["display"], holder["identifier"]["value"]) == (LANTERN.name, LANTERN.ods)
        assert found["thread"] == orjson.loads(await record_of(database))["referrals"][-1]["key"]
        another = proposed(BY_NUMBER, "Podiatry")
        assert parts_of(await client.post(CHECK, json=another)) == (False, [])


async def test_only_who_told_of_the_person_is_answered(database: Engines) -> None:
    """404 in the very words for a person who does not exist; 401 to nobody; 403 while the record is withheld."""
    flag = safety_flag(TRUSTS, "f-1", "Ring first", since="2026-05-04") | {"status": "of no such word"}
    async with await connect(database.dsn) as connection:
        await take_in(connection, TOLD)
        body = proposed(BY_NUMBER)
        async with asking(database, LANTERN) as client:
            stranger = await client.post(CHECK, json=body)
            unknown = {"identifier": {"system": NUMBER, "value": NUMBERS[1]}}
            nobody = await client.post(CHECK, json=proposed(unknown))
        assert stranger.status_code == nobody.status_code == 404
        assert stranger.content == nobody.content
        async with asking(database, None) as client:
            assert issue_of(await client.post(CHECK, json=body))["code"] == "login"
        await take_in(connection, [said(TRUST, "2026-05-04T10:00:00Z", flag)])
        async with asking(database) as client:
            withheld = await client.post(CHECK, json=body)
            assert (withheld.status_code, issue_of(withheld)["code"]) == (403, "suppressed")


async def test_what_cannot_be_read_is_refused_with_what_to_do(database: Engines) -> None:
    """As an OperationOutcome: no FHIR, nobody named, too long, another type, packed."""
    bodies: list[tuple[bytes, dict[str, str], int, str]] = [
        (b"{", {}, 400, "not JSON"),
        (
            orjson.dumps(proposed({"reference": "Patient/17"})),
            {},
            422,
            "subject.identifier with the NHS number",
        ),
        (b" " * (MOST_BYTES + 1), {}, 413, "send the referral alone"),
        (b"{}", {"Content-Type": "text/plain"}, 415, "Send plain JSON"),
        (b"{}", {"Content-Encoding": "gzip"}, 415, "Send plain JSON"),
    ]
    async with asking(database) as client:
        for body, headers, status, says in bodies:
            refused = await client.post(CHECK, content=body, headers=headers)
            assert refused.status_code == status, refused.text
            assert says in issue_of(refused)["diagnostics"]
