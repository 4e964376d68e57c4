"""Profiles in rows, tokens, and the model that a process works with."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.blocking import keys
from services.domain.identity.model import NotAModel, to_json
from services.domain.identity.profile import Profile, Told, profile
from services.domain.rules import RULES_VERSION
from services.record.model import load_model, records_version
from services.record.profiles import from_row, to_row, tokens

words = st.text(max_size=12)
lists = st.lists(words, max_size=2)
profiles = st.builds(
    lambda **told: profile(Told(**told)),
    names=st.lists(st.tuples(words, words), max_size=2),
    birth_date=st.sampled_from(["", "1990", "1990-04", "1990-04-02", "2 April 1990"]),
    gender=words,
    addresses=st.lists(st.tuples(words, words, st.sampled_from(["", "NR98 4QF", "nr984qf"])), max_size=2),
    phones=st.lists(st.sampled_from(["", "07700 900101", "+447700900102"]), max_size=2),
    emails=st.lists(st.sampled_from(["", "wren@mail.example"]), max_size=2),
    numbers=lists,
    invalid_numbers=lists,
    other_numbers=lists,
    replaced=st.lists(st.tuples(words, words), max_size=2),
)


@given(profiles)
def test_a_profile_comes_back_from_its_row_as_it_was(one: Profile) -> None:
    """Equal, and of the same row again."""
    assert from_row(to_row(one)) == one
    assert to_row(from_row(to_row(one))) == to_row(one)


@given(profiles, profiles)
def test_profiles_share_a_token_where_they_share_a_key(one: Profile, other: Profile) -> None:
    """And as many as they have keys; each fits what PostgreSQL calls a bigint."""
    model = load_model()
    assert len(tokens(one, model)) == len(keys(one, model))
    assert tokens(one, model).isdisjoint(tokens(other, model)) == keys(one, model).isdisjoint(
        keys(other, model)
    )
    assert all(-(2**63) <= token < 2**63 for token in tokens(one, model))


def test_the_records_version_tells_rules_and_model(tmp_path: Path) -> None:
    """The model that comes with this version is one; the same in a file is the same version, another is another."""
    shipped = load_model()
    same, other = tmp_path / "same.json", tmp_path / "other.json"
    same.write_text(to_json(shipped))
    other.write_text(to_json(shipped).replace('"link": ', '"link": 1'))
    assert records_version(load_model(same)) == records_version(shipped)
    assert records_version(shipped).startswith(f"{RULES_VERSION} ")
    assert records_version(load_model(other)) != records_version(shipped)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"version": "x"}'])
def test_what_is_no_model_is_told(text: str, tmp_path: Path) -> None:
    """In words."""
    file = tmp_path / "model.json"
    file.write_text(text)
    with pytest.raises(NotAModel, match="model file"):
        load_model(file)


def test_a_model_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With its path."""
    with pytest.raises(NotAModel, match=r"cannot be read: No such file"):
        load_model(tmp_path / "none.json")
