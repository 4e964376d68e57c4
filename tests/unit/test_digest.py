"""The set hash: order never shows, every element does, and adding and taking away are inverse."""

import random

from hypothesis import given
from hypothesis import strategies as st

from services.domain.record import digest
from services.domain.record.digest import SUM_BYTES, add, element, fingerprint

elements = st.lists(st.binary(max_size=4).map(lambda part: element(b"x", part)), max_size=6)


@given(elements, st.randoms(use_true_random=False))
def test_order_never_shows(found: list[int], dice: random.Random) -> None:
    """The sum of the same elements is the same in any order and any grouping."""
    shuffled = dice.sample(found, len(found))
    cut = len(found) // 2
    assert add(0, shuffled) == add(0, found) == add(add(0, found[:cut]), found[cut:])


@given(elements, elements)
def test_what_left_leaves_no_trace(stayed: list[int], left: list[int]) -> None:
    """Adding and taking away again is as if nothing had been."""
    assert add(add(0, stayed + left), [], left) == add(0, stayed)


@given(elements, elements)
def test_a_sum_survives_being_stored(come: list[int], gone: list[int]) -> None:
    """It stays in its 256 bytes, also where more is taken away than was there."""
    total = add(0, come, gone)
    assert len(digest.to_bytes(total)) == SUM_BYTES
    assert digest.from_bytes(digest.to_bytes(total)) == total


@given(st.lists(st.binary(max_size=3), max_size=3), st.lists(st.binary(max_size=3), max_size=3))
def test_parts_are_told_apart(one: list[bytes], other: list[bytes]) -> None:
    """Other parts are another element, even where their bytes joined are the same."""
    assert (element(b"x", *one) == element(b"x", *other)) == (one == other)


def test_a_part_does_not_pass_for_the_label() -> None:
    """Moving bytes from the label to the parts gives another element."""
    assert element(b"link", b"a") != element(b"lin", b"k", b"a") != element(b"linka")


def test_twice_is_not_once() -> None:
    """The sum counts: an element that is there twice is not taken for one that is there once."""
    one = element(b"x", b"y")
    assert add(0, [one, one]) != add(0, [one])


def test_the_fingerprint_is_fixed() -> None:
    """The digest of nothing, and of one element, as they were when the rules were written."""
    assert fingerprint(0) == "5341e6b2646979a70e57653007a1f310169421ec9bdd9f1a5648f75ade005af1"
    assert fingerprint(element(b"x")) == "3ce056357767fcbfeb059116489cb966f42bf6381746cf4cc7251782645f2885"
