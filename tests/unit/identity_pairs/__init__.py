"""Tables of what people write and what it is read as, one sentence to a line of it."""

from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent


def table(name: str) -> dict[str, list[Any]]:
    """The lists of `name`.yaml by their title."""
    loaded: dict[str, list[Any]] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded
