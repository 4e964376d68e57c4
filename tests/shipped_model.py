"""Makes the model that the service ships with: `python -m tests.shipped_model` writes it in its place.

Levels are estimated from an invented partnership (`carethread synth` at its default hardness), names and years of
birth are as common as there. What depends on where a partnership is, and on how large it is, is set to what a
partnership of a county would have. One that goes live estimates its own with `carethread match --save-model`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path

from services.domain.identity.linkage import link
from services.domain.identity.model import BIT, Model, Rarity, to_json
from services.domain.identity.profile import Profile, Told, profile
from services.workbench.synth.options import Options
from services.workbench.synth.stream import people_rows

VERSION = "2026-11 invented county"
PEOPLE = 30_000
RECORDS = 1_000_000
"""Source records for which blocks stay within bounds."""

_NAMED_UP_TO = 13 * BIT
"""Rarer values are not named: the file stays small, and their weight is that of a rare one in any case."""
_OF_A_COUNTY = {
    "postcode": 14.0,
    "town": 5.0,
    "area": 5.5,
    "street": 15.0,
    "birth_date": 14.6,
    "phone": 18.5,
    "email": 19.0,
    "other_number": 19.5,
}
"""Rarity in bits where no value is named: 16,000 postcodes in 45 outcodes, 25,000 days of birth, and so on."""


def profiles(options: Options) -> Iterable[Profile]:
    """What the systems of an invented partnership hold of its people, without NHS numbers."""
    for row in people_rows(options):
        line, _, town = row["address"].rpartition(", ")
        yield profile(
            Told(
                names=[(row["given_name"], row["surname"])],
                birth_date=row["dob"],
                gender=row["gender"],
                addresses=[(line, town, row["postcode"])],
                phones=[row["phone"]],
                emails=[row["email"]],
            )
        )


def shipped(estimated: Model) -> Model:
    """The estimated model with the rarities of a county, for as many records as one would hold."""
    rarity: Mapping[str, Rarity] = {
        table: Rarity({}, round(_OF_A_COUNTY[table] * BIT)) if table in _OF_A_COUNTY else _common(one)
        for table, one in estimated.rarity.items()
    }
    return replace(
        estimated,
        version=VERSION,
        population=RECORDS,
        block=4,
        link=5 * BIT,
        review=-3 * BIT,
        rarity=rarity,
    )


def _common(one: Rarity) -> Rarity:
    known = {value: rarity for value, rarity in one.known.items() if rarity <= _NAMED_UP_TO}
    return Rarity(known, max(one.unseen, _NAMED_UP_TO))


def main() -> None:
    """Estimate, and write the file."""
    estimated = link(list(profiles(Options(people=PEOPLE, days=1, seed=2026)))).model
    place = resources.files("services.domain.identity") / "model.json"
    Path(str(place)).write_text(to_json(shipped(estimated)), encoding="utf-8")


if __name__ == "__main__":
    main()
