"""People of the tables: a few words of YAML brought into a profile, as a source would tell them."""

from collections.abc import Iterable
from typing import Any

import pytest

from services.domain.identity.profile import Profile, Told, profile

_SIGNS = {"phone": "phones", "email": "emails", "number": "numbers", "invalid": "invalid_numbers"}
"""What a table calls a thing of which a profile may have several."""


def person(told: dict[str, Any]) -> Profile:
    """The profile of somebody described by any of `name` and `formerly` ([given, family]), `born`, `gender`, `home` and
    `before` ([line, town, postcode]), `phone`, `email`, `number`, `invalid` (NHS numbers), `insurance` (a National
    Insurance number) and `replaced` ([old, new]).

    Raises:
        KeyError: the table calls something by another name.
    """
    left = dict(told)
    read: dict[str, Any] = {
        "names": [tuple(left.pop(key)) for key in ("name", "formerly") if key in left],
        "addresses": [tuple(left.pop(key)) for key in ("home", "before") if key in left],
        "birth_date": left.pop("born", ""),
        "gender": left.pop("gender", ""),
        "other_numbers": [left.pop("insurance")] if "insurance" in left else [],
        "replaced": [tuple(left.pop("replaced"))] if "replaced" in left else [],
    }
    for key, value in left.items():
        read[_SIGNS[key]] = value if isinstance(value, list) else [value]
    return profile(Told(**read))


def sentences(rows: Iterable[dict[str, Any]]) -> list[Any]:
    """The rows as parameters, each named by what it says. One with `yet` tells what ought to be, and why it is not yet:
    it fails when it comes true, so that the word is taken out."""
    return [
        pytest.param(
            row,
            id=str(row["says"]),
            marks=[pytest.mark.xfail(strict=True, reason=row["yet"])] if "yet" in row else [],
        )
        for row in rows
    ]
