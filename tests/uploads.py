"""Sheets as partners' programs send them, and what they are answered."""

from typing import Any

import httpx

HEADINGS = (
    "Your reference,Person reference,NHS number,Given name,Family name,DOB,Date,Kind of contact,Outcome,Note"
)
WREN = "{ref},P-1,999 120 0037,Wren,Quill,02/04/1990,{day}/05/2026,{what},{outcome},{note}"


def contacts(*lines: str, headings: str = HEADINGS) -> bytes:
    """A sheet of contacts in CSV."""
    return "\r\n".join([headings, *lines, ""]).encode()


def wren(ref: str, day: int = 4, what: str = "Walk", outcome: str = "", note: str = "") -> str:
    """A line about Wren."""
    return WREN.format(ref=ref, day=f"{day:02d}", what=what, outcome=outcome, note=note)


def upload(client: httpx.Client, body: bytes, kind: str = "contacts", **form: str) -> httpx.Response:
    """POST a sheet."""
    return client.post("/uploads", files={"file": ("sheet.csv", body)}, data={"kind": kind, **form})


def preview(client: httpx.Client, body: bytes, kind: str = "contacts") -> dict[str, Any]:
    """The preview of a sheet that is taken."""
    answer = upload(client, body, kind)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/uploads/{told['id']}"
    assert (
        told["counts"]["rows"] == sum(told["counts"].values()) - told["counts"]["rows"] == len(told["rows"])
    )
    return told


def commit(client: httpx.Client, id_: str, **params: str) -> dict[str, Any]:
    """What became of a sheet that is committed."""
    answer = client.post(f"/uploads/{id_}/commit", params=params)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    fates = ("refused", "changed", "new", "unchanged", "superseded")
    assert told["counts"]["rows"] == sum(told["counts"][fate] for fate in fates)
    return told


def send(client: httpx.Client, body: bytes, kind: str = "contacts") -> dict[str, Any]:
    """Upload and commit a sheet."""
    return commit(client, preview(client, body, kind)["id"])


def fates(told: dict[str, Any]) -> dict[str, int]:
    """The counts that are not nought."""
    return {name: count for name, count in told["counts"].items() if count and name != "rows"}
