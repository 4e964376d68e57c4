"""How rare values are: counted once for a model, and frozen in it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log2

from services.domain.identity.agreement import TABLES
from services.domain.identity.blocking import atoms
from services.domain.identity.model import BIT, Rarity
from services.domain.identity.profile import Profile

_COMMON = 5
"""People who must share a value before a model names it: a model file tells of nobody."""


def rarity_tables(profiles: Sequence[Profile], weights: Sequence[float] = ()) -> dict[str, Rarity]:
    """How rare each value is among these profiles, each counted `weights` times (else once).

    Values that fewer than five share are not named, so that a model file tells of nobody: they get the mean
    rarity of their like.
    """
    counts: dict[str, defaultdict[str, float]] = {table: defaultdict(float) for table in TABLES}
    told: defaultdict[str, float] = defaultdict(float)
    for place, one in enumerate(profiles):
        share = weights[place] if weights else 1.0
        for table, values in _values(one).items():
            if values:
                told[table] += share
            for value in values:
                counts[table][value] += share
    return {table: _rarity(counts[table], told[table]) for table in TABLES}


def _values(profile: Profile) -> dict[str, Iterable[str]]:
    given = {name.given[0]: None for name in profile.names if name.given and len(name.given[0]) > 1}
    family = {name.family: None for name in profile.names if name.family}
    town = {one.town: None for one in profile.addresses if one.town}
    parts = atoms(profile)
    sounds = dict.fromkeys((*parts["given"], *parts["family"]))
    return {**parts, "sound": sounds, "given": given, "family": family, "town": town}


def _rarity(counts: Mapping[str, float], told: float) -> Rarity:
    common = {value: count for value, count in sorted(counts.items()) if count >= _COMMON}
    rest = [count for count in counts.values() if count < _COMMON]
    usual = sum(count * count for count in rest) / sum(rest) if rest else 1.0
    return Rarity(
        {value: bits(told / count) for value, count in common.items()}, max(0, bits(max(2.0, told) / usual))
    )


def bits(odds: float) -> int:
    """The odds in thousandths of a bit."""
    return round(BIT * log2(odds))
