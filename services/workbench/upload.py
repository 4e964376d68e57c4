"""`carethread upload`: a sheet over HTTP, as the form sends it."""

from pathlib import Path
from typing import Any

import httpx

_SECONDS = 600.0
"""A sheet of 20,000 rows is committed within one request."""


class SheetNotTaken(Exception):
    """The stack does not take the sheet, or does not commit it; the words say why and what to do."""


def upload_sheet(address: str, token: str, path: Path, kind: str) -> dict[str, Any]:
    """Upload a sheet: what would become of each row.

    Raises:
        SheetNotTaken: as a whole.
        httpx.HTTPError: the stack does not answer.
        OSError: the file cannot be read.
    """
    with path.open("rb") as sheet:
        return _post(address, token, "/uploads", files={"file": (path.name, sheet)}, data={"kind": kind})


def commit_sheet(address: str, token: str, upload: str, *, whole: bool) -> dict[str, Any]:
    """Commit an uploaded sheet: what became of it. `whole` refuses it where a row cannot be taken.

    Raises:
        SheetNotTaken, httpx.HTTPError: as above.
    """
    params = {"all_or_nothing": "true"} if whole else {}
    return _post(address, token, f"/uploads/{upload}/commit", params=params)


def _post(address: str, token: str, path: str, **given: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address, headers=headers, timeout=_SECONDS, trust_env=False) as client:
        answer = client.post(path, **given)
    if answer.is_success:
        told: dict[str, Any] = answer.json()
        return told
    if answer.headers.get("content-type") == "application/problem+json":
        problem = answer.json()
        raise SheetNotTaken(f"{problem['title']} {problem['detail']}")
    raise SheetNotTaken(answer.text.strip() or f"The stack answers {answer.status_code}.")
