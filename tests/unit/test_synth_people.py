"""The people of the synthetic partnership and what is held of them: as common, as rare and as wrong as is said."""

import re
from collections import Counter, defaultdict
from dataclasses import replace
from math import sqrt

import nhs_number
import pytest

from services.workbench.synth import names
from services.workbench.synth.dice import Dice
from services.workbench.synth.names import plain
from services.workbench.synth.nicknames import SHORT_FORMS
from services.workbench.synth.options import Options
from services.workbench.synth.people import ADULT_BEFORE, Person
from services.workbench.synth.source_records import SourceRecord, source_records

OPTIONS = Options(people=8_000, seed=5)
World = list[tuple[Person, list[SourceRecord]]]


@pytest.fixture(scope="module")
def world() -> World:
    return [*source_records(OPTIONS)]


@pytest.fixture(scope="module")
def pairs(world: World) -> list[tuple[Person, SourceRecord]]:
    return [(person, record) for person, records in world for record in records]


def about(share: float, of: int) -> object:
    """Near the share: a count of so many that chance goes further off once in 10,000 seeds; this one is settled."""
    return pytest.approx(share, abs=4 * sqrt(share * (1 - share) / of))


def misspelt(person: Person, record: SourceRecord) -> bool:
    """Whether a name or the birth date is none that the person has."""
    first, _, second = record.given.partition(" ")
    given = {person.given, *SHORT_FORMS.get(person.given, ())}
    family = {person.family, person.former}
    right_names = (
        plain(first) in {plain(one) for one in given}
        and plain(second) in {"", plain(person.second)}
        and plain(record.family).casefold() in {plain(one).casefold() for one in family}
    )
    return not right_names or record.born not in {"", person.born}


def test_each_person_has_a_valid_number_of_their_own_in_the_test_range(world: World) -> None:
    numbers = [person.nhs_number for person, _ in world]
    assert len({*numbers}) == OPTIONS.people
    assert all(number.startswith("999") and nhs_number.is_valid(number) for number in numbers)


def test_everybody_is_known_to_one_to_five_organisations_and_to_each_once(world: World) -> None:
    known = [len({one.organisation.ods for one in records}) for _, records in world]
    assert known == [len(records) for _, records in world]
    assert {*known} == {1, 2, 3, 4, 5}
    assert sum(known) / len(known) == pytest.approx(2.7, abs=0.05)


def test_local_identifiers_are_all_different_in_a_system(pairs: list[tuple[Person, SourceRecord]]) -> None:
    assert len({(one.organisation.ods, one.local) for _, one in pairs}) == len(pairs)


def test_numbers_are_missing_outside_the_nhs_and_wrong_at_times(
    pairs: list[tuple[Person, SourceRecord]],
) -> None:
    outside = [one for _, one in pairs if not one.organisation.in_nhs]
    inside = [one for _, one in pairs if one.organisation.in_nhs]
    assert sum(not one.nhs_number for one in outside) / len(outside) == about(0.60, len(outside))
    assert sum(not one.nhs_number for one in inside) / len(inside) == about(0.03, len(inside))
    numbered = [(person, one) for person, one in pairs if one.nhs_number]
    wrong = [one for person, one in numbered if one.nhs_number != person.nhs_number]
    failing = [one for one in wrong if not nhs_number.is_valid(one.nhs_number)]
    assert len(wrong) / len(numbered) == about(0.01, len(numbered))
    assert len(failing) / len(wrong) == about(0.5, len(wrong))
    everybodys = {person.nhs_number for person, _ in pairs}
    assert {one.nhs_number for one in wrong} - {one.nhs_number for one in failing} <= everybodys
    assert all(one.traced == bool(nhs_number.is_valid(one.nhs_number)) for _, one in numbered)


def test_names_and_birth_dates_are_misspelt_as_often_as_asked(
    pairs: list[tuple[Person, SourceRecord]],
) -> None:
    wrong = sum(misspelt(person, record) for person, record in pairs)
    assert wrong / len(pairs) == pytest.approx(0.08, abs=0.008)
    exchanged = sum(record.given.casefold() == person.family.casefold() for person, record in pairs)
    assert exchanged > 0
    careful = replace(OPTIONS, misspelt=0.0, people=2_000)
    assert not any(misspelt(person, one) for person, records in source_records(careful) for one in records)


def test_addresses_are_old_as_often_as_asked_and_some_are_put_right(
    pairs: list[tuple[Person, SourceRecord]],
) -> None:
    old = [(person, one) for person, one in pairs if one.address.line.split()[0] != person.address.line.split()[0]
           or one.address.town != person.address.town]  # fmt: skip
    assert len(old) / len(pairs) == pytest.approx(0.10, abs=0.01)
    put_right = [person.address == one.next_address for person, one in pairs if one.next_address]
    assert all(put_right)
    assert len(put_right) / len(old) == pytest.approx(0.4, abs=0.06)


def test_one_in_twenty_adults_changed_surname_and_some_system_has_the_former_one(world: World) -> None:
    adults = [person for person, _ in world if int(person.born[:4]) < ADULT_BEFORE]
    renamed = [(person, records) for person, records in world if person.former]
    assert len(renamed) / len(adults) == about(0.05, len(adults))
    unspelt = [*source_records(replace(OPTIONS, misspelt=0.0))]
    for person, records in unspelt:
        if person.former:
            held = {plain(one.family).casefold() for one in records}
            assert plain(person.former).casefold() in held
    assert any(one.former for _, records in renamed for one in records)


def test_one_person_in_fifty_is_a_twin(world: World) -> None:
    twins = defaultdict(list)
    for person, _ in world:
        twins[person.born, person.address].append(person)
    pairs = [found for found in twins.values() if len(found) == 2]
    assert 2 * len(pairs) / len(world) == pytest.approx(0.02, abs=0.002)
    assert all(one.given != other.given for one, other in pairs)
    alike = [one.given[0] == other.given[0] for one, other in pairs]
    assert 0.2 < sum(alike) / len(alike) < 0.8


def test_some_parents_and_children_have_one_name(world: World) -> None:
    named = Counter((person.given, person.family, person.address) for person, _ in world)
    assert sum(count > 1 for count in named.values()) >= OPTIONS.people / 1_000


def test_many_unrelated_people_live_in_one_home(world: World) -> None:
    homes = defaultdict(list)
    for person, _ in world:
        homes[person.address].append(person)
    large = [people for people in homes.values() if len(people) >= 9]
    assert 0.019 < sum(map(len, large)) / len(world) < 0.025
    assert all(len({person.family for person in people}) > len(people) / 2 for people in large)
    assert all(len({person.home_phone for person in people}) == 1 for people in large)


def test_surnames_are_about_as_frequent_as_in_the_uk() -> None:
    dice, draws = Dice(3), 60_000
    held = Counter(names.family_name(dice, names.community(dice)) for _ in range(draws))
    commonest = held.most_common(100)
    assert commonest[0][0] == "Smith"
    assert held["Smith"] / draws == pytest.approx(1 / 80, rel=0.1)
    assert 0.15 < sum(count for _, count in commonest) / draws < 0.30
    assert len(held) > 8_000
    assert sum(count for count in held.values() if count <= draws / 4_000) / draws > 0.4


def test_given_names_follow_the_year_of_birth(world: World) -> None:
    early = Counter(person.given for person, _ in world if person.born < "1960")
    late = Counter(person.given for person, _ in world if person.born > "2005")
    assert early["Margaret"] > 10 * late["Margaret"]
    assert late["Olivia"] > 10 * early["Olivia"]


def test_postcodes_are_of_a_uk_shape_never_given_out_and_shared_by_some_twenty_six(world: World) -> None:
    codes = Counter(person.address.postcode for person, _ in world)
    shape = re.compile(r"(NR|IP|PE|CO|CB)[78]\d \d[ABD-HJLNP-UW-Z]{2}")
    assert all(shape.fullmatch(code) for code in codes)
    assert len(world) / len(codes) == pytest.approx(26, abs=1)


def test_telephone_numbers_are_those_kept_for_drama_and_few_share_one(world: World) -> None:
    shape = re.compile(
        r"07700 900\d{3}|01632 960\d{3}|01(1[3-8]|[2-6]1) 496 0\d{3}|0191 498 0\d{3}|020 7946 0\d{3}|"
        r"028 9649 6\d{3}|029 2018 0\d{3}|03069 990\d{3}"
    )
    homes = defaultdict(set)
    for person, _ in world:
        if person.phone:
            assert shape.fullmatch(person.phone)
            homes[person.phone].add(person.address)
    assert max(map(len, homes.values())) == 1
    assert sum(bool(person.phone) for person, _ in world) / len(world) > 0.5


def test_who_people_are_does_not_depend_on_how_their_records_are_kept(world: World) -> None:
    """So that a change in what is found is due to the change in hardness."""
    harder = replace(OPTIONS, misspelt=0.3, without_number=0.9, moved=0.5, missing=0.6)
    assert [person for person, _ in source_records(harder)] == [person for person, _ in world]


def test_a_world_of_one_has_nobody_whose_number_could_be_mistaken_for_theirs() -> None:
    for seed in range(40):
        ((person, records),) = source_records(Options(people=1, seed=seed, wrong_number=1.0))
        valid = {one.nhs_number for one in records if one.traced}
        assert valid <= {person.nhs_number}
