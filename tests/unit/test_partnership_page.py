"""The partnership's page tells no small number, and no words that few wrote."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.record.partnership import FEWEST, Sums
from services.domain.record.referrals.boards import Why
from services.platform.access import Partner
from services.viewer.partnership_page import few, partnership_view, whole

NAMES = {"ZZT41": Partner("ZZT41", "Broadland Wellbeing Trust", "NHS")}


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0"), (1, "fewer than 5"), (4, "fewer than 5"), (5, "5"), (1234, "1,234")]
)
def test_a_small_number_is_not_told(number: int, told: str) -> None:
    """None is told: that nobody is concerned says nothing of anybody."""
    assert few(number) == told


def test_reasons_that_few_gave_are_told_as_one() -> None:
    """Their words are free, and may say who it was; shares and medians of few are not told either."""
    sums = Sums(0, {"ZZT41": ("Broadland Wellbeing Trust", "NHS")})
    answers = sums.answers["ZZT41"]
    answers.asked, answers.rejected = 12, 8
    answers.reasons = Counter({"Not for us": FEWEST, "Maya is away": 2, "Full": 1})
    answers.days = [1.0, 2.0, 3.0, 4.0]
    found = sums.as_json() | {"tellings": {"Contact": (9, 9), "Referral": (20, 12)}}
    assert "Maya" not in str(found)
    view = partnership_view(
        found, NAMES, Counter({("ZZT41", Why.STALLED): 6, ("ZZT41", Why.WAITING): 1}), set()
    )
    (service,) = view["services"]
    assert service.reasons == [("Other reasons", "8")], "or the rest could be reckoned out"
    assert (service.median, service.p90, service.accepted) == ("too few", "too few", "fewer than 5")
    assert (service.waiting, service.stalled, service.share, service.board) == ("5 or more", "6", "67%", "")
    assert [(one.kind, one.avoided) for one in view["foldings"]] == [("Referral", "8")]


def test_reasons_that_many_gave_are_told() -> None:
    """The commonest first, and the rest as one where it is many."""
    sums = Sums(0, {})
    answers = sums.answers["ZZT41"]
    answers.rejected, answers.reasons = 24, Counter({"Not for us": 6, "Full": 13, "One": 3, "Two": 2})
    (told,) = sums.as_json()["answers"].values()
    assert (told["reasons"], told["other_reasons"]) == ([("Full", 13), ("Not for us", 6)], 5)


@pytest.mark.parametrize(
    ("number", "parts", "told"),
    [
        (12, (7, 5), "12"),
        (12, (12, 0), "12"),
        (12, (8, 4), "5 or more"),
        (12, (8,), "5 or more"),
        (4, (2, 2), "fewer than 5"),
        (0, (0, 0), "0"),
    ],
)
def test_a_small_part_cannot_be_reckoned_from_the_whole(
    number: int, parts: tuple[int, ...], told: str
) -> None:
    """Nor from what the parts leave over."""
    assert whole(number, *parts) == told


@pytest.mark.parametrize(
    ("tellings", "told", "entries", "avoided"),
    [
        ({}, "0", "0", "0"),
        ({"Contact": (9, 9)}, "9", "9", "0"),
        ({"Contact": (9, 9), "Referral": (20, 12)}, "29", "21", "8"),
        ({"Contact": (12, 9), "Referral": (100, 90)}, "5 or more", "99", "5 or more"),
        ({"Contact": (12, 3), "Referral": (100, 90)}, "5 or more", "5 or more", "19"),
        ({"Contact": (3, 3), "Referral": (100, 90)}, "5 or more", "5 or more", "10"),
        ({"Contact": (12, 9), "Goal": (7, 7)}, "5 or more", "16", "fewer than 5"),
    ],
    ids=["nothing", "nothing twice", "many", "few avoided", "few entries", "few of the rest", "few in all"],
)
def test_a_few_of_one_kind_cannot_be_reckoned_from_all_kinds(
    tellings: dict[str, tuple[int, int]], told: str, entries: str, avoided: str
) -> None:
    """By taking the other kinds away, or what became entries from what was told."""
    view = partnership_view(Sums(0, {}).as_json() | {"tellings": tellings}, NAMES, Counter(), set())
    assert (view["told"], view["entries"], view["avoided"]) == (told, entries, avoided)


@given(
    st.dictionaries(
        st.sampled_from(("Contact", "Goal", "Note", "Referral")),
        st.tuples(st.integers(0, 12), st.integers(1, 12)).map(lambda one: (sum(one), one[1])),
    )
)
def test_no_small_number_of_a_kind_follows_from_the_page(tellings: dict[str, tuple[int, int]]) -> None:
    """Where a number of a kind that is shown is few, no number is told exactly of all kinds from which it would follow
    by taking the other kinds away."""
    view = partnership_view(Sums(0, {}).as_json() | {"tellings": tellings}, NAMES, Counter(), set())
    exact = {name for name in ("told", "entries", "avoided") if view[name].isdecimal()}
    for row in view["foldings"]:
        for hidden in {name for name in ("entries", "avoided") if not getattr(row, name).isdecimal()}:
            assert exact.isdisjoint({"told", hidden})
            assert not row.told.isdecimal()


def test_the_middle_and_the_ninth_tenth_are_those_of_all_days() -> None:
    """By interpolation between the two nearest."""
    sums = Sums(0, {})
    sums.answers["ZZT41"].days = [float(day) for day in range(11)]
    (told,) = sums.as_json()["answers"].values()
    assert (told["median_days"], told["p90_days"]) == (5.0, 9.0)
