"""What Splink 5 finds in the labelled sets, with the settings of its own documentation and its best threshold.

python -m tests.bench.splink_reference [SET ...] [--json]
"""

import json
import logging
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import itemgetter
from time import perf_counter
from typing import Any, NamedTuple

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from tests.bench.linkage_sets import SETS, LinkageSet, Row, SetAbsent, linkage_set

LEAST_WEIGHT = (
    -10.0
)  # of the pairs that are kept, as in Splink's quick start; every best threshold is above -6
SEED = 1  # of the sample that u is estimated from
MOST_PAIRS = 1e6  # in that sample, as in the quick start and the FEBRL demonstrations


@dataclass(frozen=True, slots=True)
class Model:
    """What a user of Splink writes: comparisons, rules, and how the parameters are estimated."""

    name: str
    comparisons: Callable[[], list[Any]]
    blocking: list[Any]
    deterministic: list[Any]
    recall: float  # of the deterministic rules, as the documentation guesses it
    training: list[Any]  # one session of expectation maximisation for each rule
    documented: bool = True


@dataclass(frozen=True, slots=True)
class Reference:
    """How well the pairs of one set were found.

    `threshold` is the match weight (log2 of the odds) at and over which pairs are linked; `how` says by which
    model, and whether what counts is each scored pair or all pairs of the connected records.
    """

    precision: float
    recall: float
    f1: float
    threshold: float
    how: str
    documented: bool
    seconds: float  # to estimate and predict


class ScoredPair(NamedTuple):
    """Two records' ids and the weight of what speaks for one person."""

    weight: float
    one: str
    other: str


class Tally(NamedTuple):
    """At a threshold: how many pairs are linked, and how many of those truly are one person's."""

    threshold: float
    linked: int
    true: int

    def f1(self, of: int) -> float:
        """The harmonic mean of precision and recall, where `of` pairs are truly one person's."""
        return 2 * self.true / (self.linked + of)


def reference(found: LinkageSet) -> Reference:
    """The best that a documented model reaches on this set."""
    return max((one for one in references(found) if one.documented), key=lambda one: one.f1)


def references(found: LinkageSet) -> list[Reference]:
    """The best threshold of each model that suits this set, in both ways of counting."""
    models = FAKE_1000 if found.name == "fake_1000" else _febrl("soc_sec_id" in found.people[0])
    return [one for model in models for one in _measured(found, model)]


def by_pair(found: LinkageSet, scored: Iterable[ScoredPair]) -> Iterator[Tally]:
    """The tally at each threshold, highest first, where only the scored pairs themselves are linked."""
    linked = true = 0
    for weight, pairs in groupby(scored, key=itemgetter(0)):
        for pair in pairs:
            linked += 1
            true += found.truth[pair.one] == found.truth[pair.other]
        yield Tally(weight, linked, true)


def by_component(found: LinkageSet, scored: Iterable[ScoredPair]) -> Iterator[Tally]:
    """The tally at each threshold, highest first, where whoever is connected through others is linked too."""
    components = _Components(found)
    for weight, pairs in groupby(scored, key=itemgetter(0)):
        for pair in pairs:
            components.connect(pair.one, pair.other)
        yield Tally(weight, components.linked, components.true)


class _Component:
    """Connected records: how many there are of each file, and of each person in each file."""

    __slots__ = ("files", "persons")

    def __init__(self, file: int, person: str) -> None:
        self.files = Counter({file: 1})
        self.persons = Counter({(file, person): 1})


class _Components:
    """Disjoint sets of records that tally, as they grow, the pairs which they link."""

    def __init__(self, found: LinkageSet) -> None:
        self.linked = self.true = 0
        self._linking = bool(found.other)
        self._of = {
            row[found.id_column]: _Component(file, found.truth[row[found.id_column]])
            for file, rows in enumerate((found.people, found.other))
            for row in rows
        }
        self._parent = {id_: id_ for id_ in self._of}

    def connect(self, one: str, other: str) -> None:
        root, leaf = self._root(one), self._root(other)
        if root == leaf:
            return
        if len(self._of[root].persons) < len(self._of[leaf].persons):
            root, leaf = leaf, root
        self._parent[leaf] = root
        self._merge(self._of[root], self._of.pop(leaf))

    def _merge(self, large: _Component, small: _Component) -> None:
        self.linked += sum(count * large.files[self._facing(file)] for file, count in small.files.items())
        self.true += sum(
            count * large.persons[self._facing(file), person]
            for (file, person), count in small.persons.items()
        )
        large.files.update(small.files)
        large.persons.update(small.persons)

    def _facing(self, file: int) -> int:
        # of two files that are linked, pairs within one are never asked about
        return 1 - file if self._linking else file

    def _root(self, id_: str) -> str:
        while self._parent[id_] != id_:
            self._parent[id_] = self._parent[self._parent[id_]]
            id_ = self._parent[id_]
        return id_


def _measured(found: LinkageSet, model: Model) -> Iterator[Reference]:
    begun = perf_counter()
    scored = _scored(found, model)
    seconds = perf_counter() - begun
    true_pairs = found.true_pairs()
    for way, tallies in {"pairs": by_pair(found, scored), "components": by_component(found, scored)}.items():
        best = max(tallies, key=lambda tally: tally.f1(true_pairs))
        yield Reference(
            precision=best.true / best.linked,
            recall=best.true / true_pairs,
            f1=best.f1(true_pairs),
            threshold=best.threshold,
            how=f"{model.name}, {way}",
            documented=model.documented,
            seconds=seconds,
        )


def _scored(found: LinkageSet, model: Model) -> list[ScoredPair]:
    """Every blocked pair with its weight, highest first."""
    connection = duckdb.connect(
        config={"threads": 1}
    )  # sums of floats in one order, so the same figures again
    engine = DuckDBAPI(connection)
    tables = [
        engine.register(_columns(rows), dataset_display_name=name)
        for name, rows in (("people", found.people), ("other", found.other))
        if rows
    ]
    settings = SettingsCreator(
        link_type="link_only" if found.other else "dedupe_only",
        unique_id_column_name=found.id_column,
        comparisons=model.comparisons(),
        blocking_rules_to_generate_predictions=model.blocking,
    )
    linker = Linker(tables, settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match(model.deterministic, recall=model.recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=MOST_PAIRS, seed=SEED)
    for rule in model.training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predicted = linker.inference.predict(threshold_match_weight=LEAST_WEIGHT).as_pyarrow_table()
    wanted = ("match_weight", f"{found.id_column}_l", f"{found.id_column}_r")
    return sorted(
        map(ScoredPair, *(predicted[column].to_pylist() for column in wanted)),
        key=lambda pair: (-pair.weight, pair.one, pair.other),
    )


def _columns(rows: tuple[Row, ...]) -> dict[str, list[str | None]]:
    # to Splink a blank is a value that agrees with another blank; nothing is not
    return {column: [row[column] or None for row in rows] for column in rows[0]}


def _city() -> Any:
    return cl.ExactMatch("city").configure(term_frequency_adjustments=True)


def _quick_start() -> list[Any]:
    return [
        cl.JaroWinklerAtThresholds("first_name", [0.9, 0.7]),
        cl.JaroAtThresholds("surname", [0.9, 0.7]),
        cl.DateOfBirthComparison(
            "dob", input_is_string=True, datetime_metrics=["year", "month"], datetime_thresholds=[1, 1]
        ),
        _city(),
        cl.EmailComparison("email"),
    ]


def _tutorial() -> list[Any]:
    names = [cl.NameComparison("first_name"), cl.NameComparison("surname")]
    return [*names, cl.LevenshteinAtThresholds("dob", 1), _city(), cl.EmailComparison("email")]


def _each_name() -> list[Any]:
    names = [cl.NameComparison("first_name"), cl.NameComparison("surname")]
    born = cl.DateOfBirthComparison("dob", input_is_string=True)
    return [*names, born, _city(), cl.EmailComparison("email")]


def _full_name() -> list[Any]:
    born = cl.DateOfBirthComparison("dob", input_is_string=True)
    name = cl.ForenameSurnameComparison("first_name", "surname")
    return [name, born, _city(), cl.EmailComparison("email")]


_SURE = [
    block_on("first_name", "dob"),
    "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
    block_on("email"),
]
_ANY_FIELD = [block_on("first_name"), block_on("surname"), block_on("dob"), block_on("email")]
_BY_NAME = [block_on("first_name", "surname")]
_BY_NAME_OR_BIRTH = [*_BY_NAME, block_on("dob")]

# the quick start is the package's own README, but for a birth date that is text here; the others follow its
# tutorial and its demonstrations in kind, and block as widely as those that measure accuracy
FAKE_1000 = [
    Model(
        "quick start",
        _quick_start,
        [block_on("first_name"), block_on("surname")],
        _BY_NAME,
        0.7,
        _BY_NAME_OR_BIRTH,
    ),
    Model(
        "tutorial",
        _tutorial,
        [block_on("first_name", "city"), block_on("surname")],
        _SURE,
        0.7,
        _BY_NAME_OR_BIRTH,
    ),
    Model("each name, any field blocks", _each_name, _ANY_FIELD, _SURE, 0.7, _BY_NAME_OR_BIRTH),
    Model("full name, any field blocks", _full_name, _ANY_FIELD, _SURE, 0.7, _BY_NAME_OR_BIRTH),
    # what its comparisons would reach if blocking lost no pair: possible at a thousand records alone
    Model("each name, every pair", _each_name, ["1=1"], _SURE, 0.7, _BY_NAME_OR_BIRTH, documented=False),
    Model("full name, every pair", _full_name, ["1=1"], _SURE, 0.7, _BY_NAME_OR_BIRTH, documented=False),
]


def _febrl(number: bool) -> list[Model]:
    """Models in the manner of Splink's demonstrations on FEBRL 3 and 4, in which `soc_sec_id` may be left out."""
    by_number = [block_on("soc_sec_id")] if number else []
    swapped = "l.given_name = r.surname and l.surname = r.given_name"

    def comparisons() -> list[Any]:
        identifier = [cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2])] if number else []
        return [
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            *identifier,
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ]

    blocking = {
        "febrl3": [
            block_on("given_name"),
            block_on("surname"),
            block_on("date_of_birth"),
            block_on("postcode"),
        ],
        "febrl4": [
            block_on("given_name", "surname"),
            swapped,
            block_on("date_of_birth"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
    }
    sure = [
        *by_number,
        block_on("given_name", "surname", "date_of_birth"),
        f"{swapped} and l.date_of_birth = r.date_of_birth",
    ]
    training = [block_on("date_of_birth"), block_on("postcode")]
    return [
        Model(f"blocked as {name}", comparisons, [*by_number, *rules], sure, 0.9, training)
        for name, rules in blocking.items()
    ]


def main() -> None:
    """Print what each model finds in the sets that are named, or in all of them."""
    parser = ArgumentParser(prog="python -m tests.bench.splink_reference", description=main.__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"any of {', '.join(SETS)}")
    parser.add_argument("--json", action="store_true", help="one document in place of lines")
    asked = parser.parse_args()
    if unknown := set(asked.sets) - SETS.keys():
        parser.error(f"no such set: {', '.join(sorted(unknown))}; the sets are {', '.join(SETS)}")
    everything: dict[str, list[dict[str, Any]]] = {}
    for name in asked.sets or SETS:
        try:
            found = references(linkage_set(name))
        except SetAbsent as absent:
            print(absent, file=sys.stderr)
            continue
        everything[name] = [asdict(one) for one in found]
        if not asked.json:
            print(*(_line(name, one) for one in found), sep="\n", flush=True)
    if asked.json:
        print(json.dumps(everything, indent=2))


def _line(name: str, one: Reference) -> str:
    return (
        f"{name:<17} {one.how:<43} precision {one.precision:.4f}  recall {one.recall:.4f}  F1 {one.f1:.4f}"
        f"  threshold {one.threshold:6.2f}  {one.seconds:4.1f} s"
    )


if __name__ == "__main__":
    main()
