"""What stewards ruled of two source records. The latest word on a pair holds, and outranks every weight."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

Pair = tuple[bytes, bytes]
"""The ids of two source records, the lesser first."""


class Verdict(StrEnum):
    """What a steward says of two source records."""

    SAME = "same"
    NOT_SAME = "not-same"
    UNDO = "undo"
    """As if nobody had ruled: the model decides again."""


class Ruled(NamedTuple):
    """What a message rules, of which two source records, and when (ticks of 100 ns)."""

    pair: Pair
    verdict: Verdict
    instant: int


@dataclass(frozen=True, slots=True, order=True)
class Ruling:
    """One ruling. The order of rulings is by instant, then by the key of the message that brought it."""

    instant: int
    message_key: bytes
    pair: Pair
    verdict: Verdict


def pair(one: bytes, other: bytes) -> Pair:
    """Two source records, the lesser first."""
    return (one, other) if one < other else (other, one)


def in_force(rulings: Iterable[Ruling]) -> dict[Pair, Verdict]:
    """The verdict that holds for each pair: the latest one's, unless that undid what was ruled."""
    latest = {ruling.pair: ruling.verdict for ruling in sorted(rulings)}
    return {both: verdict for both, verdict in latest.items() if verdict is not Verdict.UNDO}
