"""What is said of a resource asks only for the elements by which it is chosen: no words are passed over for speed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from services.domain.record.details import _SAY, Resource
from services.domain.record.kinds import KINDS

_CHOOSING = {"resourceType", "status", "focus"}
"""What may be asked for to choose between words, and gives none of its own."""


class _Watched(dict[str, Any]):
    """A resource that remembers which elements it was asked for."""

    def __init__(self, resource: Resource) -> None:
        super().__init__(resource)
        self.asked: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def items(self) -> Any:
        raise AssertionError("what looks through every element cannot be chosen by some")


@pytest.mark.parametrize("say", [one for one, elements in _SAY.items() if elements])
def test_only_the_elements_that_it_is_chosen_by_give_words(say: Callable[[Resource], Iterator[str]]) -> None:
    """Of every type, and of a Task that answers a plan."""
    asked: set[str] = set()
    for kind in KINDS:
        for more in ({}, {"focus": {"type": "CarePlan"}}):
            told = _Watched({"resourceType": kind, "status": "rejected", **more})
            assert not [words for words in say(told) if words]
            asked |= told.asked
    assert asked - _CHOOSING == _SAY[say]
