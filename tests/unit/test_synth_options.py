"""What may be asked of a synthetic partnership, and what is said of what may not."""

from typing import Any

import pytest

from services.workbench.synth.options import BadOptions, Options


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"people": 0}, "people must be from 1 to 900,000, and 0 was given."),
        ({"people": 900_001}, "people must be from 1 to 900,000, and 900,001 was given."),
        ({"days": 0}, "days must be from 1 to 366, and 0 was given."),
        ({"days": 367}, "days must be from 1 to 366, and 367 was given."),
        ({"seed": -1}, "seed must be 0 or more, and -1 was given."),
        ({"without_number": 1.1}, "without-number must be from 0.0 to 1.0, and 1.1 was given."),
        ({"moved": -0.1}, "moved must be from 0.0 to 1.0, and -0.1 was given."),
        ({"late": float("nan")}, "late must be from 0.0 to 1.0, and nan was given."),
        ({"twins": 0.31}, "twins must be from 0.0 to 0.3, and 0.31 was given."),
    ],
)
def test_an_option_out_of_its_range_is_named_with_the_range(given: dict[str, Any], says: str) -> None:
    with pytest.raises(BadOptions) as refused:
        Options(**given)
    assert str(refused.value) == says


def test_every_share_is_held_to_its_range() -> None:
    for name in Options.__dataclass_fields__:
        if name not in {"people", "days", "seed"}:
            with pytest.raises(BadOptions, match=name.replace("_", "-")):
                Options(**{name: 1.01})  # type: ignore[arg-type]
