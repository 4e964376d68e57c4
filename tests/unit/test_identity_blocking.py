"""Blocking keys: a function of what is told and of the model, each as short as it may be, and shared by those alike."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from math import log2
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.blocking import CONJUNCTIONS, Atoms, atoms, keys
from services.domain.identity.model import BIT, Model, Rarity
from services.domain.identity.profile import Profile, Told, profile
from services.record.model import load_model
from tests.unit.identity_pairs.people import person
from tests.unit.identity_pairs.pool import A, B, people, profiles

MODEL = load_model()
HOME = ["4 Reed Lane", "Salthouse", "NR98 4QF"]

SMALL = replace(MODEL, rarity={kind: Rarity({}, one.unseen) for kind, one in MODEL.rarity.items()})
"""The same without the names that it knows."""

# how many records there are decides how rare a key must be, and so which parts are enough
models = st.builds(
    lambda population, block, rarity: replace(
        SMALL,
        population=population,
        block=block,
        rarity={kind: Rarity({}, rarity[place]) for place, kind in enumerate(MODEL.rarity)},
    ),
    st.sampled_from([1, 100, 100_000, 50_000_000]),
    st.sampled_from([1, 32, 500]),
    st.lists(st.integers(0, 20 * BIT), min_size=len(MODEL.rarity), max_size=len(MODEL.rarity)),
) | st.just(SMALL)


def parts(key: str) -> Counter[str]:
    """What a key is made of; two values may sound alike."""
    found: list[str] = []
    for word in key.split(" "):
        kind, told, _ = word.partition("=")
        if told and kind in {*TABLE_OF.values(), "invalid_number"}:
            found.append(word)
        elif found:
            found[-1] += f" {word}"
    return Counter(found or [key])


TABLE_OF = {kind: kind for conjunction in CONJUNCTIONS for kind in conjunction} | {
    "given": "sound",
    "family": "sound",
}
"""The table that says how rare the values of a kind are, and by which a key names them."""


def conjunctions(told: Atoms, model: Model) -> Iterator[tuple[Counter[str], int]]:
    """Every choice of one value of each kind that keys are made of, and how rare it is."""
    for kinds in CONJUNCTIONS:
        for values in product(*(told[kind] for kind in kinds)):
            pieces = [(TABLE_OF[kind], value) for kind, value in zip(kinds, values, strict=True)]
            rare = sum(model.rarity[table].of(value) for table, value in pieces)
            yield Counter(f"{table}={value}" for table, value in pieces), rare


def needed(model: Model) -> int:
    """How rare a key must be, that at most `block` of `population` may be expected to share it."""
    return round(BIT * log2(max(1.0, model.population / model.block)))


def test_a_conjunction_goes_on_from_a_shorter_one() -> None:
    """Each without its last kind is one too, and comes before it; so no key is passed over."""
    for place, kinds in enumerate(CONJUNCTIONS):
        assert len(kinds) == 1 or kinds[:-1] in CONJUNCTIONS[:place]
        assert len(CONJUNCTIONS[max(0, place - 1)]) <= len(kinds)


@given(profiles, models)
def test_no_key_is_made_of_another_and_more(one: Profile, model: Model) -> None:
    """What one key finds, a longer one with the same parts finds again: it would be of no use."""
    found = [parts(key) for key in keys(one, model)]
    for shorter, longer in combinations(sorted(found, key=Counter.total), 2):
        assert not shorter <= longer


@given(people, models, st.randoms(use_true_random=False))
def test_keys_are_a_function_of_the_values(told: Told, model: Model, dice: object) -> None:
    """Whichever name, address or number is told first, the keys are the same; what is in no key changes none."""
    shuffled: dict[str, Any] = {}
    for field in ("names", "addresses", "phones", "emails", "numbers", "other_numbers"):
        values = list(getattr(told, field))
        dice.shuffle(values)  # type: ignore[attr-defined]
        shuffled[field] = values
    again = profile(replace(told, **shuffled, gender=""))
    assert keys(again, model) == keys(profile(told), model)


@given(profiles, models)
def test_keys_are_the_numbers_and_the_rare_conjunctions(one: Profile, model: Model) -> None:
    """A key is rare enough by the model's own tables; and what is rare enough is a key, or a part of it is one."""
    found = keys(one, model)
    numbers = {*one.numbers, *(number for both in one.replaced for number in both)}
    numbers |= {f"invalid_number={number}" for number in one.invalid_numbers}
    assert numbers <= found
    rare = [pieces for pieces, rarity in conjunctions(atoms(one), model) if rarity >= needed(model)]
    made = [parts(key) for key in found - numbers]
    assert all(key in rare for key in made)
    assert all(any(key <= pieces for key in made) for pieces in rare)


@given(profiles, profiles, models)
def test_who_shares_a_rare_conjunction_shares_a_key(one: Profile, other: Profile, model: Model) -> None:
    """What the two have in common decides, not what else either of them tells."""
    ours, theirs = atoms(one), atoms(other)
    common = {kind: tuple(value for value in ours[kind] if value in theirs[kind]) for kind in ours}
    if any(rarity >= needed(model) for _, rarity in conjunctions(common, model)):
        assert keys(one, model) & keys(other, model)


SHARED = [
    pytest.param({"name": ["Bob", "Fenn"]}, {"name": ["Robert", "Fenn"]}, {"born": "1990-04-12"}, id="a nickname"),
    pytest.param({"name": ["Quillfeather", "Wren"]}, {"name": ["Wren", "Quillfeather"]}, {"born": "1990-04-12"},
                 id="names in each other's place"),
    pytest.param({"born": "1990-04-12"}, {"born": "1990-12-04"}, {"name": ["Wren", "Quillfeather"]},
                 id="day and month swapped in a rare name"),
    pytest.param({"born": "1990-04-12"}, {"born": "1990-04-13"}, {"name": ["John", "Smith"], "home": HOME},
                 id="a slip in the birth date in one home"),
    pytest.param({"name": ["Wren", "Larter"]}, {"name": ["Wren", "Fenn"]}, {"born": "1990-04-12", "home": HOME},
                 id="a new surname in the same home"),
    pytest.param({"home": HOME}, {"home": ["17 Otter Wharf", "Bishopsford", "IP98 2AB"]},
                 {"name": ["John", "Smith"], "born": "1990-04-12"}, id="moved house"),
    pytest.param({"name": ["Koko", "Diallo"]}, {"name": ["Kojo", "Diqllo"]}, {"born": "1974-03-12", "home": HOME},
                 id="a slip in both names, a birth date and a home"),
    pytest.param({"name": ["Wren", "Fenn-Larter"]}, {"name": ["Wren", "Larter"]}, {"born": "1990-04-12"},
                 id="a double-barrelled name and its half"),
    pytest.param({"name": ["Xiu", "Chen"]}, {"name": ["Sarah", "Chan"]}, {"phone": "07700 900101"},
                 id="one telephone and nothing else"),
    pytest.param({"number": A}, {"number": B, "replaced": [A, B]}, {}, id="a number and the one in its place"),
    pytest.param({"number": A, "replaced": [A, B]}, {"number": B}, {}, id="a number that was replaced"),
    pytest.param({"name": ["Wren", "Fenn"]}, {"name": ["Mabel", "Oduya"]}, {"number": A}, id="one number on two"),
    pytest.param({"name": ["Wren", "Fenn"]}, {"name": ["Mabel", "Oduya"]}, {"invalid": "9990000019"},
                 id="one invalid number on two"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "both"), SHARED)
def test_who_may_be_one_person_is_compared(
    one: dict[str, object], other: dict[str, object], both: dict[str, object]
) -> None:
    """They share a key under the model that the service ships with."""
    assert keys(person(both | one), MODEL) & keys(person(both | other), MODEL)


COMMON = [
    pytest.param({"name": ["John", "Smith"]}, id="a common name"),
    pytest.param({"born": "1990-04-12"}, id="a birth date"),
    pytest.param({"home": ["", "Salthouse", "NR98 4QF"]}, id="a postcode"),
    pytest.param({"name": ["John", ""], "born": "1990"}, id="a given name and a year"),
    pytest.param({"home": ["High Street", "Salthouse", ""]}, id="a street that is in every town"),
    pytest.param({"gender": "female"}, id="a gender"),
    pytest.param({}, id="nothing"),
]


@pytest.mark.parametrize("told", COMMON)
def test_what_thousands_share_is_no_key(told: dict[str, object]) -> None:
    """Blocks stay bounded however many people there are."""
    assert keys(person(told), MODEL) == set()
