"""The model file: what it says is what is weighed, and a file that is no model is refused in words."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.agreement import FIELDS, LEVELS, OF_A_HOUSEHOLD, RARITY, TABLES, Agreement
from services.domain.identity.comparison import compare
from services.domain.identity.model import Model, NotAModel, Rarity, from_json, to_json
from services.domain.identity.profile import Profile
from services.record.model import load_model
from tests.unit.identity_pairs.pool import profiles

MODEL = load_model()
SMALL = replace(MODEL, rarity={field: replace(one, known={}) for field, one in MODEL.rarity.items()})
"""The same without the names that it knows, to be written and read quickly."""

weights = st.integers(-40_000, 40_000)


def _weights(fields: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {field: st.fixed_dictionaries(dict.fromkeys(LEVELS[field], weights)) for field in fields}
    )


models = st.builds(
    Model,
    version=st.text(min_size=1, max_size=5),
    population=st.integers(1, 10_000_000),
    block=st.integers(1, 1_000),
    prior=weights,
    link=st.integers(0, 10_000),
    review=st.integers(-10_000, 0),
    group=weights,
    margin=weights,
    household=weights,
    twins=weights,
    levels=_weights(FIELDS),
    at_home=_weights(OF_A_HOUSEHOLD),
    rarity=st.fixed_dictionaries(
        {
            field: st.builds(Rarity, st.dictionaries(st.text(max_size=5), weights, max_size=2), weights)
            for field in TABLES
        }
    ),
)


@given(models)
def test_a_model_is_read_as_it_was_written(model: Model) -> None:
    """And written again it is the same file: one model, one fingerprint."""
    text = to_json(model)
    again = from_json(text)
    assert again == from_json(text.encode()) == model
    assert to_json(again) == text
    assert again.fingerprint == model.fingerprint


def test_a_fingerprint_tells_every_number_apart() -> None:
    """Two models of one version that differ in a weight are two."""
    levels = {**SMALL.levels, "gender": {**SMALL.levels["gender"], "same": 1}}
    assert replace(SMALL, levels=levels).fingerprint != SMALL.fingerprint


@given(models, profiles, profiles)
def test_the_total_is_the_same_in_any_order(model: Model, one: Profile, other: Profile) -> None:
    """A whole number, whoever comes first, and the lesser of what speaks against strangers and against a household."""
    comparison = compare(one, other)
    total = model.total(comparison)
    assert type(total) is int
    assert total == model.total(compare(other, one))
    found = [(field, one) for field, one in zip(FIELDS, comparison, strict=True) if one]
    strangers = [model.weight(field, one) for field, one in found]
    home = [
        model.at_home[field][one.level] if field in OF_A_HOUSEHOLD else model.weight(field, one)
        for field, one in found
    ]
    for order in (strangers, strangers[::-1]), (home, home[::-1]):
        assert sum(order[0]) == sum(order[1])
    assert total == min(model.prior + sum(strangers), model.household + sum(home))


def test_no_fields_weigh_what_is_thought_before() -> None:
    """Of two who tell nothing all that is known is how often any two records are one person's."""
    assert MODEL.total((None,) * len(FIELDS)) == min(MODEL.prior, MODEL.household)


@pytest.mark.parametrize("field", RARITY)
def test_what_is_rare_weighs_more(field: str) -> None:
    """The rarity of the value agreed on comes on top; one that no table names counts as rare."""
    for level, name in RARITY[field].items():
        model = replace(SMALL, rarity={**SMALL.rarity, name: Rarity({"smith": 5_000}, 12_000)})
        often = model.weight(field, Agreement(level, "smith"))
        seldom = model.weight(field, Agreement(level, "quillfeather"))
        assert seldom - often == 7_000


def test_the_shipped_model_prefers_better_agreement() -> None:
    """Between levels that a reader would put in order the model keeps that order, rarity and all."""
    falling = {
        "given": ("same", "form", "alike", "different"),
        "middle": ("same", "initial", "different"),
        "family": ("same", "part", "different"),
        "birth_date": ("same", "slip", "near", "different"),
        "address": ("home", "postcode", "road"),
        "phone": ("same", "different"),
        "email": ("same", "similar", "different"),
        "gender": ("same", "different"),
        "other_number": ("same", "slip", "different"),
    }
    for field, levels in falling.items():
        values = ["x" if level in RARITY.get(field, {}) else "" for level in levels]
        found = [
            MODEL.weight(field, Agreement(level, value)) for level, value in zip(levels, values, strict=True)
        ]
        assert found == sorted(found, reverse=True), field


def _without(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda document: {key: value for key, value in document.items() if key != name}


def _with(**changed: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda document: document | changed


def _deep(*path: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    def change(document: dict[str, Any]) -> dict[str, Any]:
        inner = document
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = value
        return document

    return change


_NUMBERS = ("population", "block", "prior", "link", "review", "group", "margin", "household", "twins")

BAD: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "a list": (lambda document: [document], "not a JSON object"),
    "nothing": (lambda document: None, "not a JSON object"),
    **{
        f"no {name}": (_without(name), name) for name in ("version", "levels", "at_home", "rarity", *_NUMBERS)
    },
    **{f"{name} is a fraction": (_with(**{name: 1.5}), f"{name} is not a whole number") for name in _NUMBERS},
    "a number in quotes": (_with(link="5000"), "link is not a whole number"),
    "a yes for a number": (_with(prior=True), "prior is not a whole number"),
    "no number at all": (_with(prior=float("nan")), "prior is not a whole number"),
    "the version is a number": (_with(version=3), "version"),
    "the version is empty": (_with(version=""), "version"),
    "review lies above linking": (_with(review=9_000, link=5_000), "review lies above"),
    "nobody is in the population": (_with(population=0), "population"),
    "nobody is in a block": (_with(block=0), "block"),
    "the levels are a list": (_with(levels=[]), "levels"),
    "a field is left out": (_deep("levels", "phone", value={}), "same"),
    "a field is a number": (_deep("levels", "phone", value=3), "phone"),
    "a level is a text": (_deep("levels", "phone", "slip", value="x"), "levels.phone.slip"),
    "a household's level is missing": (_deep("at_home", "phone", value={"same": 1}), "slip"),
    "a table is missing": (_deep("rarity", value={}), "given"),
    "a table is a list": (_deep("rarity", "given", value=[]), "given"),
    "known values are a list": (_deep("rarity", "given", "known", value=["ann"]), "given"),
    "known values are nothing": (_deep("rarity", "given", "known", value=None), "given"),
    "a rarity is a fraction": (_deep("rarity", "given", "known", value={"ann": 1.5}), "rarity.given.known"),
    "unseen values have no rarity": (_deep("rarity", "given", value={"known": {}}), "unseen"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_model_is_refused_in_words(what: str) -> None:
    """The words name the place, and no programming error comes through."""
    spoil, words = BAD[what]
    document = spoil(json.loads(to_json(SMALL)))
    with pytest.raises(NotAModel, match=words) as refused:
        from_json(json.dumps(document))
    assert "model file" in str(refused.value)
    assert "indices" not in str(refused.value)
    assert "object is not" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "{", b"\xff\xfe{", '{"version": "1",}', "[" * 100_000])
def test_what_is_not_json_is_refused_in_words(text: str | bytes) -> None:
    """Also where it is no text, or nested without end."""
    with pytest.raises(NotAModel, match="model file is not JSON"):
        from_json(text)


@given(st.permutations(sorted(json.loads(to_json(SMALL)))))
def test_the_order_in_a_file_does_not_matter(order: list[str]) -> None:
    """A file that somebody sorted otherwise is the same model."""
    document = json.loads(to_json(SMALL))
    assert from_json(json.dumps({name: document[name] for name in order})) == SMALL
