"""Estimation: the same comparisons give the same model, and what one person's records share comes to weigh more."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from math import log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.identity.agreement import FIELDS, LEVELS, OF_A_HOUSEHOLD, TABLES, Agreement, Comparison
from services.domain.identity.comparison import compare
from services.domain.identity.estimation import AtRandom, at_random, estimate, starting_model
from services.domain.identity.model import BIT, Model, from_json, to_json
from services.domain.identity.profile import Profile, Told, profile
from services.domain.identity.rarities import bits, rarity_tables
from services.domain.identity.twins import twins_weight
from services.domain.identity.typical import AT_HOME, RANDOM, TYPICAL
from services.workbench.synth.options import Options
from services.workbench.synth.stream import people_rows
from tests.unit.identity_pairs.pool import profiles


def synthetic(people: int, seed: int) -> list[Profile]:
    """What an invented partnership holds of its people, without numbers."""
    found = []
    for row in people_rows(Options(people=people, days=1, seed=seed)):
        line, _, town = row["address"].rpartition(", ")
        found.append(
            profile(
                Told(
                    names=[(row["given_name"], row["surname"])],
                    birth_date=row["dob"],
                    gender=row["gender"],
                    addresses=[(line, town, row["postcode"])],
                    phones=[row["phone"]],
                    emails=[row["email"]],
                )
            )
        )
    return found


@cache
def known_people() -> list[Profile]:
    """An invented partnership."""
    return synthetic(400, 3)


@cache
def start() -> Model:
    """What is estimated from."""
    return starting_model("a start", known_people())


@cache
def random_pairs() -> AtRandom:
    """Of that partnership."""
    return at_random(known_people())


@cache
def compared() -> Counter[Comparison]:
    """Each with the next sixty."""
    known = known_people()
    return Counter(compare(one, other) for at, one in enumerate(known) for other in known[at + 1 : at + 60])


def weight(model: Model, field: str, level: str) -> int:
    """Of a level without the rarity of the value."""
    return model.levels[field][level]


def test_what_is_typical_is_told_of_every_level() -> None:
    """No level is without a starting point, and none is impossible."""
    for field, levels in LEVELS.items():
        assert TYPICAL[field].keys() == set(levels)
        assert min(TYPICAL[field].values()) > 0
        assert min(RANDOM[field].values()) > 0
    assert AT_HOME.keys() == set(OF_A_HOUSEHOLD)
    for field, shares in AT_HOME.items():
        assert shares.keys() == set(LEVELS[field])
        assert sum(shares.values()) == pytest.approx(1, abs=0.01)


@given(st.lists(profiles, max_size=6))
def test_a_starting_model_is_whole(known: list[Profile]) -> None:
    """Of any profiles, none among them: it can be written and read again."""
    model = starting_model("a start", known)
    assert from_json(to_json(model)) == model
    assert model.population == max(2, len(known))
    assert model.review < model.link


@settings(max_examples=30)
@given(st.lists(profiles, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_comparisons_does_not_matter(known: list[Profile], dice: object) -> None:
    """To the last thousandth of a bit, and any set of pairs gives a model that can be used."""
    start, random = starting_model("a start", known), at_random(known)
    compared = Counter(compare(one, other) for at, one in enumerate(known) for other in known[at + 1 :])
    told = list(compared.items())
    dice.shuffle(told)  # type: ignore[attr-defined]
    model = estimate(start, compared, random)
    assert estimate(start, dict(told), random) == model
    assert from_json(to_json(model)) == model


def test_a_set_without_pairs_stays_near_what_is_typical() -> None:
    """Nothing was seen, so nothing is learned."""
    start = starting_model("a start", [])
    model = estimate(start, {}, AtRandom(0, {field: Counter() for field in FIELDS}))
    for field in ("given", "family", "birth_date", "gender", "other_number"):
        for level in LEVELS[field]:
            assert abs(weight(model, field, level) - weight(start, field, level)) <= BIT, (field, level)


def test_agreement_speaks_for_and_difference_against() -> None:
    """In every field of an invented partnership, where most of what is compared is of two people."""
    model = estimate(start(), compared(), random_pairs())
    for field in ("given", "family", "birth_date", "address", "phone", "email", "gender"):
        table = {"address": "postcode"}.get(field, field)
        best, rarity = LEVELS[field][0], model.rarity.get(table)
        assert weight(model, field, best) + (rarity.unseen if rarity else 0) > 0
        assert weight(model, field, "different") < -BIT


def test_pairs_of_one_person_raise_the_odds_of_one() -> None:
    """The more pairs there are of one person, the likelier any pair is."""
    known = [one for one in known_people() if one.birth_date and one.phones][:1]
    sure = compare(known[0], known[0])
    rich = estimate(start(), compared() + Counter({sure: 400}), random_pairs())
    assert rich.prior > estimate(start(), compared(), random_pairs()).prior


def test_a_slip_seen_among_pairs_of_one_person_weighs_more() -> None:
    """What a partnership's own records show outweighs what is typical."""
    one = profile(Told(names=[("Wren", "Quillfeather")], birth_date="1990-04-02", phones=["07700 900101"]))
    slip = replace(one, phones=("+447700900102",))
    address = ("email", Agreement("same", "wren@mail.example"))
    sure = tuple(
        address[1] if field == address[0] else found
        for field, found in zip(FIELDS, compare(one, slip), strict=True)
    )
    seen = estimate(start(), compared() + Counter({sure: 300}), random_pairs())
    plain = estimate(start(), compared(), random_pairs())
    assert weight(seen, "phone", "slip") > weight(plain, "phone", "slip") + BIT


def test_what_no_random_pair_shows_is_rare_and_not_impossible() -> None:
    """A level that fifty thousand pairs of two people did not show may still come about once in as many."""
    pairs = 50_000
    levels: Mapping[str, Counter[str]] = {
        field: Counter({LEVELS[field][-1]: pairs}) if field != "order" else Counter() for field in FIELDS
    }
    model = estimate(start(), {}, AtRandom(pairs, levels))
    for field in ("birth_date", "email", "phone"):
        for level in LEVELS[field][1:-1]:
            least = log2(TYPICAL[field][level] * pairs) + 1.5
            assert weight(model, field, level) <= BIT * least, (field, level)


def test_random_pairs_are_many_different_ones() -> None:
    """Every pair of a small set, once; of a large one fifty thousand, none of a record with itself."""
    few = known_people()[:40]
    assert at_random(few).pairs == 40 * 39 // 2
    assert random_pairs().pairs == 50_000
    alike = sum(random_pairs().levels["given"].values())
    assert 0 < random_pairs().levels["given"]["different"] < alike <= 50_000


NAMES = ["Wren"] * 6 + ["Mabel"] * 5 + ["Tom"] * 4


def test_rarity_is_counted_and_rare_values_are_not_named() -> None:
    """Five share a name before a model tells it; those of fewer get the mean of their like."""
    known = [
        profile(Told(names=[(name, "Fenn")], phones=[f"07700 9001{at:02d}"])) for at, name in enumerate(NAMES)
    ]
    tables = rarity_tables(known)
    assert tables.keys() == set(TABLES)
    given_names = tables["given"]
    assert given_names.known == {"wren": bits(15 / 6), "mabel": bits(15 / 5)}
    assert given_names.of("tom") == given_names.of("zebedee") == bits(15 / 4)
    assert tables["phone"].known == {}
    assert tables["phone"].unseen == bits(15)


@given(st.lists(profiles, max_size=12))
def test_a_table_tells_of_nobody(known: list[Profile]) -> None:
    """No value that fewer than five people share stands in a model file."""
    told = rarity_tables(known)
    for one in {value for person in known for value in (*person.phones, *person.emails)}:
        if sum(one in (*person.phones, *person.emails) for person in known) < 5:
            assert one not in {**told["phone"].known, **told["email"].known}


def test_each_person_counts_once_where_weights_say_so() -> None:
    """Ten records of one person make a name no commoner than one does."""
    known = [profile(Told(names=[("Wren", "Fenn")]))] * 10 + [profile(Told(names=[("Mabel", "Fenn")]))] * 10
    once = rarity_tables(known, [0.1] * 10 + [1.0] * 10)
    assert once["given"].known == {"mabel": bits(11 / 10)}
    assert rarity_tables(known)["given"].known == {"mabel": bits(2), "wren": bits(2)}


def _pair(level: str) -> Comparison:
    found: dict[str, Agreement] = {
        "given": Agreement(level),
        "family": Agreement("same", "fenn"),
        "birth_date": Agreement("same", "1990-04-02"),
    }
    return tuple(found.get(field) for field in FIELDS)


def test_twins_come_up_again_under_both_names() -> None:
    """Where both names are told by others too, the two are twins; where one is told once, it was a slip."""
    twins = [(0, 1, _pair("same")), (2, 3, _pair("same"))] + [
        (one, other, _pair("different")) for one in (0, 1) for other in (2, 3)
    ]
    slips = [(0, 1, _pair("same")), (0, 2, _pair("different")), (1, 2, _pair("different"))]
    assert twins_weight(start(), twins, [2, 2, 2, 2]) < twins_weight(start(), slips, [3, 3, 3])
    neither = [(0, 1, _pair("alike")), (0, 1, replaced_by_nothing())]
    assert twins_weight(start(), neither, [1, 1]) == twins_weight(start(), [], [])


def replaced_by_nothing() -> Comparison:
    """Two who tell nothing."""
    return (None,) * len(FIELDS)
