"""The stream that ships with Carethread: an invented wellbeing partnership in Norfolk and Suffolk."""

import json
from importlib.resources import files
from pathlib import Path

_NAME = "norfolk-suffolk"


def stream_path() -> Path:
    """The stream of the bundled partnership, in an installed package or in a checkout."""
    return _find(f"{_NAME}.ndjson")


def partner_rows() -> list[dict[str, str]]:
    """Its organisations: `ods`, `name` and `sector` of each."""
    rows: list[dict[str, str]] = json.loads(_find(f"{_NAME}.partners.json").read_text())
    return rows


def _find(name: str) -> Path:
    package = Path(str(files("services.workbench")))
    installed = package / "streams" / name
    return installed if installed.exists() else package.parent.parent / "tests" / "streams" / name
