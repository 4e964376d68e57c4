"""NHS numbers that were replaced by others: the old and the new one are one number from then on."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from services.domain.identity.profile import Profile


def renames(profiles: Iterable[Profile]) -> dict[str, str]:
    """For each number that some profile says was replaced, or took another's place: the least of its kin.

    Which of them stands for all does not matter, only that it is the same one whoever told of the change first.
    """
    kin: dict[str, set[str]] = {}
    for one in profiles:
        for old, new in one.replaced:
            joined = kin.get(old, {old}) | kin.get(new, {new})
            for number in joined:
                kin[number] = joined
    return {number: min(joined) for number, joined in kin.items()}


def renamed(profile: Profile, names: Mapping[str, str]) -> Profile:
    """The profile with its numbers as `renames` gives them; the very same object where none is concerned."""
    if names.keys().isdisjoint(profile.numbers):
        return profile
    return replace(profile, numbers=tuple(sorted({names.get(number, number) for number in profile.numbers})))
