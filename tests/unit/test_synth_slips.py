"""Slips, numbers and chance of the synthetic partnership: what holds for all of them."""

import re
from collections import Counter
from datetime import date
from itertools import islice
from math import gcd

import nhs_number
from hypothesis import given
from hypothesis import strategies as st

from services.workbench.synth import given_names, names, slips, surnames
from services.workbench.synth.dice import Dice, Weighted
from services.workbench.synth.nhs_numbers import MOST, STRIDE, check_digit, nhs_numbers
from services.workbench.synth.nicknames import SHORT_FORMS, SPELLINGS
from services.workbench.synth.reach import written

SEEDS = st.integers(0, 10_000)
NAMES = st.sampled_from(
    [*surnames.BRITISH.split(), *given_names.MALE_OF_ANY_AGE.split(), "Ng", "Xu", "O'Neill"]
)
BORN = st.dates(date(1925, 1, 1), date(2025, 12, 31)).map(date.isoformat)


def edits(one: str, other: str) -> int:
    """Insertions, deletions, substitutions and transpositions of neighbours from one to the other."""
    rows: list[list[int]] = [[*range(len(other) + 1)]]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


@given(NAMES, SEEDS)
def test_a_misspelt_name_is_another_one_and_near(name: str, seed: int) -> None:
    wrong = slips.misspelt(Dice(seed), name)
    assert wrong != name
    assert wrong in SPELLINGS.get(name, ()) or edits(name, wrong) <= 2


@given(BORN, SEEDS)
def test_a_wrong_birth_date_is_a_date_that_a_slip_makes_of_the_right_one(born: str, seed: int) -> None:
    wrong = slips.misdated(Dice(seed), born)
    date.fromisoformat(wrong)
    transposed = wrong == f"{born[:4]}-{born[8:]}-{born[5:7]}"
    year_off = born[4:] == wrong[4:] and abs(int(born[:4]) - int(wrong[:4])) in {1, 10}
    digit_wrong = sum(a != b for a, b in zip(born, wrong, strict=True)) == 1
    assert wrong != born
    assert transposed or year_off or digit_wrong


@given(st.integers(0, 5_000), SEEDS)
def test_a_digit_wrong_is_told_by_the_check_digit(step: int, seed: int) -> None:
    right = next(islice(nhs_numbers(), step, None))
    wrong = slips.misdialled(Dice(seed), right)
    assert wrong.startswith("999")
    assert sum(a != b for a, b in zip(right, wrong, strict=True)) == 1
    assert not nhs_number.is_valid(wrong)


@given(st.integers(0, 999_999))
def test_the_check_digit_is_that_of_the_standard(rest: int) -> None:
    nine = f"999{rest:06d}"
    right = [digit for digit in "0123456789" if nhs_number.is_valid(nine + digit)]
    assert right == ([] if check_digit(nine) == 10 else [str(check_digit(nine))])


def test_there_are_numbers_for_as_many_people_as_may_be_asked_for() -> None:
    """A walk whose stride is prime to a million meets all of them, and so every one that has a check digit."""
    assert gcd(STRIDE, 1_000_000) == 1
    remainders = Counter({9 * (10 + 9 + 8) % 11: 1})
    for weight in range(7, 1, -1):
        counted = Counter[int]()
        for remainder, count in remainders.items():
            for digit in range(10):
                counted[(remainder + weight * digit) % 11] += count
        remainders = counted
    assert 1_000_000 - remainders[1] >= MOST  # a remainder of 1 asks for a check digit of 10
    first = [*islice(nhs_numbers(), 20_000)]
    assert len({*first}) == len(first)
    assert all(nhs_number.is_valid(number) and number[:3] == "999" for number in first[::97])


def test_weights_say_how_often_a_value_is_drawn() -> None:
    dice, weighted = Dice(1), Weighted("abc", (1, 0, 3))
    drawn = [weighted.pick(dice) for _ in range(10_000)]
    assert 2_300 < drawn.count("a") < 2_700
    assert drawn.count("b") == 0


@given(SEEDS, st.integers(-5, 5), st.integers(0, 9))
def test_between_reaches_both_ends_and_nothing_else(seed: int, least: int, more: int) -> None:
    dice = Dice(seed)
    drawn = {dice.between(least, least + more) for _ in range(400)}
    assert drawn == {*range(least, least + more + 1)}


def test_a_telephone_number_is_written_in_three_ways() -> None:
    assert [written("020 7946 0123", style) for style in ("spaced", "joined", "international")] == [
        "020 7946 0123",
        "02079460123",
        "+442079460123",
    ]
    assert written("", "international") == ""


def test_no_table_names_anything_twice_and_all_names_can_be_written_plainly() -> None:
    tables = [
        surnames.BRITISH, surnames.RARE_STARTS, surnames.RARE_ENDS, *surnames.BY_COMMUNITY.values(),
        *given_names.FEMALE_BY_DECADE.values(), *given_names.MALE_BY_DECADE.values(),
        *given_names.FEMALE_BY_COMMUNITY.values(), *given_names.MALE_BY_COMMUNITY.values(),
        given_names.FEMALE_OF_ANY_AGE, given_names.MALE_OF_ANY_AGE,
        given_names.FEMALE_SECOND, given_names.MALE_SECOND,
    ]  # fmt: skip
    for table in tables:
        assert len({*table.split()}) == len(table.split())
        assert re.fullmatch(r"[A-Za-z'_\s-]+", names.plain(table))
    assert all(short and name not in short for name, short in SHORT_FORMS.items())
    assert all(other and name not in other for name, other in SPELLINGS.items())
