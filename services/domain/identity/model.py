"""The model: every number that decides who is who, in one frozen file.

Weights are integers, in thousandths of a bit (a weight of 1,000 doubles the odds that two records are of one
person), so that a sum is the same on every machine. Fellegi and Sunter, 'A Theory for Record Linkage',
Journal of the American Statistical Association 64 (1969): the weight of an agreement is log2(m/u), how often
it is seen between records of one person over how often between records of two.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.domain.identity.agreement import (
    FIELDS,
    LEVELS,
    OF_A_HOUSEHOLD,
    RARITY,
    TABLES,
    Agreement,
    Comparison,
)

BIT = 1000
"""The unit of weights: a bit is this many."""


class NotAModel(ValueError):
    """The file is no model that this version can use; the words say what is wrong with it."""


_NUMBERS = ("population", "block", "prior", "link", "review", "group", "margin", "household", "twins")


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare the values of a field are: -log2 of the share of people who have one, in thousandths of a bit."""

    known: Mapping[str, int]
    unseen: int
    """For a value that is not among the known."""

    def of(self, value: str) -> int:
        """How rare `value` is."""
        return self.known.get(value, self.unseen)


@dataclass(frozen=True, slots=True)
class Model:
    """A frozen model. Nothing in it is learned from traffic: a new one is a new version of the records."""

    version: str
    population: int
    """Source records that a partnership is taken to hold."""
    block: int
    """Records that may be expected to share a blocking key, at most, among `population`."""
    prior: int
    """The log-odds that two records picked at random are of one person."""
    link: int
    """Records at or above this weight are linked."""
    review: int
    """Pairs from this weight up to `link` are for a steward to judge."""
    group: int
    """Groups of records are joined by weight only where the mean weight between them is at least this."""
    margin: int
    """A record whose links to two that exclude each other differ by less is joined to neither."""
    household: int
    """The log-odds that two records are of one person and not of two who live together, before anything is compared."""
    twins: int
    """The same against two born of one birth, for records that agree on birth date and family name."""
    levels: Mapping[str, Mapping[str, int]]
    """The weight of each level against two strangers; where both sides have one value, its rarity comes on top."""
    at_home: Mapping[str, Mapping[str, int]]
    """The weight of each level of what people who live together share (OF_A_HOUSEHOLD), against two of them."""
    rarity: Mapping[str, Rarity]

    def weight(self, field: str, agreement: Agreement) -> int:
        """The weight of one agreement."""
        level, value = agreement
        weight = self.levels[field][level]
        return weight + self.rarity[RARITY[field][level]].of(value) if value else weight

    @property
    def fingerprint(self) -> str:
        """What tells this model from any other: its version, and a hash of all its numbers."""
        return f"{self.version} {hashlib.sha256(to_json(self).encode()).hexdigest()[:12]}"

    def likeness(self, comparison: Comparison) -> int:
        """The log-odds, in thousandths of a bit, that two records that compare so are of one person and not of two
        strangers."""
        found = zip(FIELDS, comparison, strict=True)
        return self.prior + sum(self.weight(field, one) for field, one in found if one is not None)

    def total(self, comparison: Comparison) -> int:
        """The log-odds, in thousandths of a bit, that two records that compare so are of one person: against two
        strangers or two of a household, whichever explains what agrees better."""
        own = shared = at_home = 0
        for field, agreement in zip(FIELDS, comparison, strict=True):
            if agreement is None:
                continue
            if field in OF_A_HOUSEHOLD:
                shared += self.weight(field, agreement)
                at_home += self.at_home[field][agreement.level]
            else:
                own += self.weight(field, agreement)
        return own + min(self.prior + shared, self.household + at_home)


def to_json(model: Model) -> str:
    """The model as its file has it: sorted, a line a field, the same bytes for the same model."""
    document = {
        "version": model.version,
        **{name: getattr(model, name) for name in _NUMBERS},
        "levels": {field: _in_order(model.levels[field], field) for field in FIELDS},
        "at_home": {field: _in_order(model.at_home[field], field) for field in OF_A_HOUSEHOLD},
        "rarity": {
            field: {"unseen": one.unseen, "known": dict(sorted(one.known.items()))}
            for field, one in sorted(model.rarity.items())
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _in_order(weights: Mapping[str, int], field: str) -> dict[str, int]:
    return {level: weights[level] for level in LEVELS[field]}


def from_json(text: str | bytes) -> Model:
    """The model in a file.

    Raises:
        NotAModel: with what is wrong.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise NotAModel(f"The model file is not JSON: {fault}.") from None
    if not isinstance(document, dict):
        raise NotAModel("The model file is not a JSON object.")
    model = Model(
        version=_at(document, "version"),
        **{name: _whole(document, name) for name in _NUMBERS},
        levels={field: _levels(document, "levels", field) for field in FIELDS},
        at_home={field: _levels(document, "at_home", field) for field in OF_A_HOUSEHOLD},
        rarity={field: _rarity(document, field) for field in TABLES},
    )
    if not isinstance(model.version, str) or not model.version:
        raise NotAModel("The model file has no version.")
    if model.review > model.link:
        raise NotAModel("In the model file the threshold of review lies above that of linking.")
    for name in ("population", "block"):
        if getattr(model, name) < 1:
            raise NotAModel(f"In the model file {name} is less than 1.")
    return model


def _levels(document: Any, name: str, field: str) -> dict[str, int]:
    return {level: _whole(document, name, field, level) for level in LEVELS[field]}


def _rarity(document: Any, field: str) -> Rarity:
    known = _at(document, "rarity", field, "known")
    if not isinstance(known, dict):
        raise NotAModel(f"In the model file rarity.{field}.known is not an object.")
    values = {value: _whole(document, "rarity", field, "known", value) for value in known}
    return Rarity(values, _whole(document, "rarity", field, "unseen"))


def _whole(document: Any, *path: str) -> int:
    value = _at(document, *path)
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotAModel(f"In the model file {'.'.join(path)} is not a whole number.")
    return value


def _at(document: Any, *path: str) -> Any:
    """What stands at a path of names."""
    found = document
    for depth, name in enumerate(path):
        if not isinstance(found, dict):
            raise NotAModel(f"In the model file {'.'.join(path[:depth])} is not an object.")
        if name not in found:
            raise NotAModel(f"The model file lacks {'.'.join(path[: depth + 1])}.")
        found = found[name]
    return found
