"""What became of messages, read as a partner's system reads it."""

from typing import Any

import httpx

from tests.messages import a_message
from tests.stack import wait_for
from tests.streams.fhir_builders import Organisation, Resource
from tests.streams.norfolk_suffolk_partners import TRUST

Told = dict[str, Any]


def events(client: httpx.Client, since: str = "", limit: int = 500) -> list[Told]:
    """All of the partner's outcomes after `since`, page by page."""
    found: list[Told] = []
    complete = False
    while not complete:
        answer = client.get("/outcomes", params={"since": since, "limit": limit})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["outcomes"]
        since, complete = page["next"], page["complete"]
        assert len(page["outcomes"]) <= limit
    return found


def about(client: httpx.Client, id_: str) -> list[Told]:
    """What became of the partner's messages with this key or id."""
    answer = client.get(f"/outcomes/{id_}")
    assert answer.status_code in (200, 404), answer.text
    return answer.json()["outcomes"] if answer.status_code == 200 else []


def applied(client: httpx.Client, *ids: str) -> list[Told]:
    """The outcome of each message, by its id, once it is applied."""

    def all_are() -> bool:
        return all({"applied"} == {one["status"] for one in about(client, id_)} for id_ in ids)

    wait_for(all_are, f"{ids} are applied")
    return [one for id_ in ids for one in about(client, id_)]


def a_revision(local: str, number: int, by: Organisation = TRUST) -> Resource:
    """The `number`-th version of one note, as a message of its own whose id is `<local>-v<number>`."""
    bundle = a_message(local, f"Version {number}", by=by)
    note = bundle["entry"][-1]["resource"]
    note["meta"] = {"lastUpdated": f"2026-05-04T10:{number:02d}:00Z"}
    return bundle | {"id": f"{local}-v{number}"}


def names(told: list[Told] | None) -> list[str]:
    """The sender's own ids of the messages named, or the names of notes."""
    return [one.get("sender_id") or one["name"] for one in told or []]
