"""From source records to persons: the same set of records gives the same persons, in whatever order.

Two records are linked when they carry the same valid NHS number and the same full birth date. Exclusions
are edges too: two records with different valid numbers, or with birth dates that cannot both be right, never
share a person, and no third record joins them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from services.domain.identity.demographics import (
    Demographics,
    birth_dates_clash,
    full_birth_date,
    valid_nhs_numbers,
)


@dataclass(frozen=True, slots=True)
class Member:
    """A source record as clustering sees it."""

    id: bytes
    nhs_numbers: frozenset[str]
    birth_date: str
    """As given, possibly a year or a month only; empty where none is known."""
    certain_on: str | None
    """The birth date where it names a day: a link needs one."""


def member(source_record: bytes, facts: Demographics) -> Member:
    """The source record with `facts`, as clustering sees it."""
    told = facts.get("birth_date")
    return Member(source_record, valid_nhs_numbers(facts), told.value if told else "", full_birth_date(facts))


def exclusion(one: Member, other: Member) -> str | None:
    """Why two source records can never be one person, or None."""
    if one.nhs_numbers and other.nhs_numbers and not one.nhs_numbers & other.nhs_numbers:
        return "different valid NHS numbers"
    if birth_dates_clash(one.birth_date, other.birth_date):
        return "birth dates that cannot both be right"
    return None


def links(members: Iterable[Member]) -> Iterator[tuple[bytes, bytes]]:
    """Every pair that shares a valid NHS number and a full birth date, the lesser id first."""
    blocks: defaultdict[tuple[str, str], set[bytes]] = defaultdict(set)
    for one in members:
        if one.certain_on:
            for number in one.nhs_numbers:
                blocks[number, one.certain_on].add(one.id)
    for block in blocks.values():
        yield from combinations(sorted(block), 2)


def cluster(members: Iterable[Member]) -> dict[bytes, bytes]:
    """The person of each source record; a person's id is that of its least member.

    Links are taken in the order of their keys and joined, Kruskal-fashion, while no exclusion is broken: a
    pure function of the set of members.
    """
    by_id = {one.id: one for one in members}
    groups = {id_: [one] for id_, one in by_id.items()}
    for first, second in sorted(set(links(by_id.values()))):
        left, right = groups[first], groups[second]
        if left is right or any(exclusion(a, b) for a in left for b in right):
            continue
        left.extend(right)
        for one in right:
            groups[one.id] = left
    return {id_: min(one.id for one in group) for id_, group in groups.items()}
