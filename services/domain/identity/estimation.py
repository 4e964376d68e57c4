"""Estimating a model from records alone, without labels: expectation-maximisation over how pairs compare.

The pairs that share a blocking key are compared; all others are taken to be of two people. Between records of
two people levels occur as between records picked at random (less the share of those that are of one person);
how often they occur between records of one person is what is estimated, from a starting point that is a
Dirichlet prior too, so that few records do not lead astray. Method: Winkler, 'Using the EM Algorithm for
Weight Computation in the Fellegi-Sunter Model of Record Linkage', 1988; frequency-based weights as in Fellegi
and Sunter 1969, section 3.3.2.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

from services.domain.identity.agreement import FIELDS, LEVELS, OF_A_HOUSEHOLD, RARITY, Comparison
from services.domain.identity.comparison import compare
from services.domain.identity.model import BIT, Model
from services.domain.identity.profile import Profile
from services.domain.identity.rarities import bits, rarity_tables
from services.domain.identity.typical import AT_HOME, RANDOM, TYPICAL

_POSTCODE = ("home", "road", "postcode")
"""The levels of one postcode. At random: one home in 16 (a postcode has 15 on average), and mostly one road."""
_POSTCODE_STRENGTH = 5.0
"""Pairs of one postcode that what is typical weighs as much as."""


Shares = Mapping[str, Mapping[str, float]]
"""Per field, how often each level occurs."""

Pattern = tuple[tuple[int | None, ...], int, int]
"""The level of each field, and how rare the values agreed on are, in whole bits: a household's, and the others."""

_LEAST_BLOCK, _MOST_BLOCK, _COMPARISONS = 16, 250, 500_000
"""Blocks of an estimated model: the fewer records there are, the more of them each can be compared with."""
_SAMPLE = 50_000
_ROUNDS = 60
_SETTLED = 0.001
"""The expected number of matches is settled when a round changes it by less than this share."""
_STRENGTH = 30.0
"""Pairs of one person that what is typical weighs as much as."""
_MOST = 200 * BIT
_NEGLIGIBLE = 20 * BIT
"""Odds of a million to one against."""
_NOT_SEEN_AT_RANDOM = frozenset({"order", "nhs_number"})
"""Fields of which a few random pairs show nothing: what is typical holds."""


@dataclass(frozen=True, slots=True)
class AtRandom:
    """How pairs picked at random compare."""

    pairs: int
    levels: Mapping[str, Counter[str]]


def starting_model(version: str, profiles: Sequence[Profile], weights: Sequence[float] = ()) -> Model:
    """A model of typical agreement, with the rarities of these profiles, each counted `weights` times (else once)."""
    records = max(2, len(profiles))
    return Model(
        version=version,
        population=records,
        block=max(_LEAST_BLOCK, min(_MOST_BLOCK, _COMPARISONS // records)),
        prior=-bits(records),
        link=0,
        review=-4 * BIT,
        group=-4 * BIT,
        margin=2 * BIT,
        household=0,
        twins=5 * BIT,
        levels=_weights(TYPICAL, RANDOM),
        at_home={
            field: {level: bits(TYPICAL[field][level] / share) for level, share in AT_HOME[field].items()}
            for field in OF_A_HOUSEHOLD
        },
        rarity=rarity_tables(profiles, weights),
    )


def at_random(profiles: Sequence[Profile]) -> AtRandom:
    """How a fixed choice of pairs compares: every pair of a small set, else 50,000 spread evenly."""
    levels: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    pairs = 0
    for one, other in _chosen(len(profiles)):
        pairs += 1
        for field, agreement in zip(FIELDS, compare(profiles[one], profiles[other]), strict=True):
            if agreement is not None:
                levels[field][agreement.level] += 1
    return AtRandom(pairs, levels)


def _chosen(records: int) -> Iterator[tuple[int, int]]:
    if records * (records - 1) // 2 <= _SAMPLE:
        yield from ((one, other) for one in range(records) for other in range(one + 1, records))
        return
    for place in range(_SAMPLE):
        one = place * records // _SAMPLE
        yield one, (one + 1 + place * 7_919 % (records - 1)) % records


def estimate(start: Model, compared: Mapping[Comparison, int], random: AtRandom) -> Model:
    """The model under which these comparisons of candidates are likeliest, from `start` on."""
    patterns: Counter[Pattern] = Counter()
    for comparison, count in compared.items():
        patterns[_pattern(comparison, start)] += count
    pairs = start.population * (start.population - 1) / 2
    seen = _levels_seen(patterns, "address")
    m: Shares = TYPICAL
    u: Shares = RANDOM
    h: Shares = AT_HOME
    ones = homes = start.population / 2
    for _ in range(_ROUNDS):
        before = ones
        prior = _log_odds(ones, pairs), _log_odds(homes, pairs)
        one, home = _expect(patterns, _weights(m, u), _weights_at_home(h, u), prior)
        ones, homes = max(one.pairs, 0.5), max(home.pairs, 0.5)
        m, h = _between_records_of_one(one), _between_records_of_a_home(home)
        neither = {field: _both(one.levels[field], home.levels[field]) for field in FIELDS}
        u = _between_records_of_two(neither, random, random.pairs / pairs)
        u["address"] |= _of_one_postcode(seen, neither["address"])
        if abs(log(ones / before)) < _SETTLED:
            break
    levels = _weights(m, u)
    at_home = {
        field: {level: bits(m[field][level] / h[field][level]) for level in LEVELS[field]}
        for field in OF_A_HOUSEHOLD
    }
    return replace(
        start, prior=_log_odds(ones, pairs), household=bits(ones / homes), levels=levels, at_home=at_home
    )


def _both(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {level: count + other[level] for level, count in one.items()}


@dataclass(frozen=True, slots=True)
class _Expected:
    """How many pairs are expected to be of a kind, and how many of them of each level."""

    pairs: float
    levels: dict[str, dict[str, float]]


def _log_odds(matches: float, pairs: float) -> int:
    return bits(matches) - bits(max(1.0, pairs - matches))


def _pattern(comparison: Comparison, model: Model) -> Pattern:
    levels = tuple(
        LEVELS[field].index(one.level) if one else None for field, one in zip(FIELDS, comparison, strict=True)
    )
    rare = {True: 0, False: 0}
    for field, one in zip(FIELDS, comparison, strict=True):
        if one and one.value:
            rare[field in OF_A_HOUSEHOLD] += model.rarity[RARITY[field][one.level]].of(one.value)
    return levels, round(rare[True] / BIT), round(rare[False] / BIT)


def _expect(
    patterns: Mapping[Pattern, int],
    levels: Mapping[str, Mapping[str, int]],
    at_home: Mapping[str, Mapping[str, int]],
    prior: tuple[int, int],
) -> tuple[_Expected, _Expected]:
    """The pairs that are expected to be of one person, and those of two people of a household."""
    tables = [[levels[field][level] for level in LEVELS[field]] for field in FIELDS]
    homes = [
        [at_home[field][level] for level in LEVELS[field]] if field in at_home else None for field in FIELDS
    ]
    counts = [[0.0] * len(table) for table in tables]
    home_counts = [[0.0] * len(table) for table in tables]
    total = home_total = 0.0
    for (found, rare_at_home, rare), count in patterns.items():
        weight, home = prior[0] + (rare + rare_at_home) * BIT, prior[1] + rare_at_home * BIT
        for table, home_table, level in zip(tables, homes, found, strict=True):
            if level is not None:
                weight += table[level]
                if home_table is not None:
                    home += home_table[level]
        if max(weight, home) < -_NEGLIGIBLE:
            continue
        one_odds, home_odds = 2.0 ** (min(weight, _MOST) / BIT), 2.0 ** (min(home, _MOST) / BIT)
        share, home_share = (count * odds / (1 + one_odds + home_odds) for odds in (one_odds, home_odds))
        total += share
        home_total += home_share
        for column, home_column, level in zip(counts, home_counts, found, strict=True):
            if level is not None:
                column[level] += share
                home_column[level] += home_share
    return _Expected(total, _by_level(counts)), _Expected(home_total, _by_level(home_counts))


def _by_level(counts: Sequence[Sequence[float]]) -> dict[str, dict[str, float]]:
    return {
        field: dict(zip(LEVELS[field], column, strict=True))
        for field, column in zip(FIELDS, counts, strict=True)
    }


def _between_records_of_one(expected: _Expected) -> Shares:
    """m, with what is typical counted as _STRENGTH pairs more."""
    found: dict[str, Mapping[str, float]] = {
        field: _pooled(expected.levels[field], TYPICAL[field]) for field in FIELDS
    }
    swapped = expected.levels["order"]["swapped"] + _STRENGTH * TYPICAL["order"]["swapped"]
    return found | {
        "order": {"swapped": swapped / (expected.pairs + _STRENGTH)},
        "nhs_number": TYPICAL["nhs_number"],
    }


def _between_records_of_a_home(expected: _Expected) -> Shares:
    """h, likewise; but how often they share a given name or an e-mail address is taken as known: too few do for it to
    be learned apart."""
    found = {field: _pooled(expected.levels[field], AT_HOME[field]) for field in OF_A_HOUSEHOLD}
    return found | {field: AT_HOME[field] for field in ("given", "email")}


def _pooled(matched: Mapping[str, float], typical: Mapping[str, float]) -> dict[str, float]:
    whole, total = sum(typical.values()), sum(matched.values()) + _STRENGTH
    return {level: (matched[level] + _STRENGTH * share / whole) / total for level, share in typical.items()}


def _levels_seen(patterns: Mapping[Pattern, int], field: str) -> dict[str, int]:
    """How many candidates are of each level of a field."""
    counts = dict.fromkeys(LEVELS[field], 0)
    for (levels, _, _), count in patterns.items():
        if (level := levels[FIELDS.index(field)]) is not None:
            counts[LEVELS[field][level]] += count
    return counts


def _of_one_postcode(seen: Mapping[str, int], matched: Mapping[str, float]) -> dict[str, float]:
    """Of two people in one postcode, how often they share a home or a road: families and hostels show among the
    candidates."""
    usual = {level: RANDOM["address"][level] for level in _POSTCODE}
    apart = {level: max(0.0, seen[level] - matched[level]) for level in _POSTCODE}
    total = sum(apart.values()) + _POSTCODE_STRENGTH
    return {level: (apart[level] + _POSTCODE_STRENGTH * usual[level]) / total for level in _POSTCODE}


def _between_records_of_two(matched: Shares, random: AtRandom, scale: float) -> dict[str, dict[str, float]]:
    """u: what was seen at random, less the part that is of one person. `scale` is the share of pairs picked."""
    found = {field: dict(levels) for field, levels in RANDOM.items()}
    for field, seen in random.levels.items():
        if field in _NOT_SEEN_AT_RANDOM or not seen:
            continue
        rest = sum(seen.values()) - scale * sum(matched[field].values())
        found[field] = {
            level: (max(0.0, seen[level] - scale * matched[field][level]) + 1) / (max(0.0, rest) + 1 / usual)
            for level, usual in RANDOM[field].items()
        }
    return found


def _weights(m: Shares, u: Shares) -> dict[str, dict[str, int]]:
    return {
        field: {
            level: bits(m[field][level]) + _random_bits(field, level, u[field]) for level in LEVELS[field]
        }
        for field in FIELDS
    }


def _weights_at_home(h: Shares, u: Shares) -> dict[str, dict[str, int]]:
    return {
        field: {
            level: bits(h[field][level]) + _random_bits(field, level, u[field]) for level in LEVELS[field]
        }
        for field in OF_A_HOUSEHOLD
    }


def _random_bits(field: str, level: str, u: Mapping[str, float]) -> int:
    """-log2 of how often the level occurs at random, beyond the rarity of the value agreed on."""
    on_value = level in RARITY.get(field, {}) and level not in _POSTCODE
    return 0 if on_value else -bits(u[level])
