"""Comparing on all cores gives what comparing in one process gives, to the last place."""

from array import array
from itertools import combinations

from services.domain.identity.linkage import compare_here
from services.domain.identity.profile import Told, profile
from services.workbench.matching import comparing

GIVEN, FAMILY = ("Robin", "Asha", "Sam", "Robyn"), ("Fenwick", "Okafor", "Fenwyck")
PEOPLE = [
    profile(Told(names=[(given, family)], birth_date=f"19{year}-05-17", emails=[f"{given}@mail.example"]))
    for given in GIVEN
    for family in FAMILY
    for year in range(40, 60)
]


def test_it_is_the_same_however_many_processes_compare() -> None:
    """The same pairs, comparisons and numbers, in the same order; and it says how far it is."""
    ones, others = (array("I", side) for side in zip(*combinations(range(len(PEOPLE)), 2), strict=True))
    told: list[tuple[str, int, int]] = []

    def tell(step: str, done: int, total: int) -> None:
        told.append((step, done, total))

    here = compare_here(PEOPLE, ones, others, lambda step, done, total: None)
    assert comparing.compare_all(PEOPLE, ones, others, tell, few=0) == here
    assert told[-1] == ("Comparing", len(ones), len(ones))
    assert comparing.compare_all(PEOPLE, ones, others, tell) == here
