"""How often records alike in birth date and family name are of twins: estimated from whose names come up again.

A given name that is a slip of another comes up once; a twin's comes up in the twin's other records too. So
the share of pairs with both names come up again, over how often any record has another of its person, is the
share of twins among them.
"""

from collections.abc import Iterable, Sequence
from math import log2

from services.domain.identity.agreement import FIELDS, Comparison
from services.domain.identity.model import BIT, Model

_GIVEN, _FAMILY, _BORN = (FIELDS.index(field) for field in ("given", "family", "birth_date"))
_BEFORE, _STRENGTH = 0.3, 5.0
"""The share of twins that is assumed before any pair is seen, and how many pairs that counts as."""


def twins_weight(
    model: Model, compared: Iterable[tuple[int, int, Comparison]], records_of_one: Sequence[int]
) -> int:
    """Model.twins as these comparisons suggest; `records_of_one` says how many records each record's person has."""
    come_up: set[int] = set()
    differ: list[tuple[int, int]] = []
    for one, other, comparison in compared:
        given, family, born = comparison[_GIVEN], comparison[_FAMILY], comparison[_BORN]
        if (
            not (given and family and born)
            or born.level != "same"
            or family.level not in ("same", "part", "similar")
        ):
            continue
        if given.level in ("same", "form"):
            come_up |= {one, other}
        elif given.level == "different":
            differ.append((one, other))
    again = sum(count > 1 for count in records_of_one) / max(1, len(records_of_one))
    both = sum(one in come_up and other in come_up for one, other in differ)
    expected = both / max(again * again, 0.25)
    share = min(0.98, (expected + _STRENGTH * _BEFORE) / (len(differ) + _STRENGTH))
    return round(BIT * log2((1 - share) / share)) - model.levels["given"]["different"]
