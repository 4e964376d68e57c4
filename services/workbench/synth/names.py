"""Draws the names of people: as frequent, and as rare, as they are in the UK."""

from services.workbench.synth import given_names, surnames
from services.workbench.synth.dice import Dice, Weighted, by_rank

BRITISH = "british"

_COMMUNITIES = Weighted(
    [BRITISH, *surnames.BY_COMMUNITY],
    [805, 55, 30, 10, 25, 20, 15, 20, 12, 8],
)
"""In thousandths, near the shares of the 2021 census of England and Wales by ethnic group and country of birth.
People of Caribbean and Irish families mostly have names of the British table."""

_LISTED_SHARE = 0.30
"""Of British people, those whose surname is among the four hundred or so listed; the others have one of nearly nine
thousand rare ones. With the offset below, much as in the UK, one person in eighty is called Smith, one in 250 has
the tenth surname, and one in six any of the first hundred."""

_LISTED = by_rank(surnames.BRITISH.split(), 3)
_STARTS = by_rank(surnames.RARE_STARTS.split(), 60)
_ENDS = by_rank(surnames.RARE_ENDS.split(), 10)
_FOREIGN = {
    community: by_rank([name.replace("_", " ") for name in table.split()], 3)
    for community, table in surnames.BY_COMMUNITY.items()
}

_DECADE_OFFSETS = {1930: 5, 1940: 6, 1950: 7, 1960: 8, 1970: 10, 1980: 10, 1990: 13, 2000: 18, 2010: 25}
"""Fewer names were shared by more people then than now."""

_GIVEN = {
    sex: {decade: by_rank(table.split(), _DECADE_OFFSETS[decade]) for decade, table in tables.items()}
    for sex, tables in (("female", given_names.FEMALE_BY_DECADE), ("male", given_names.MALE_BY_DECADE))
}
_GIVEN_FOREIGN = {
    sex: {community: by_rank(table.split(), 5) for community, table in tables.items()}
    for sex, tables in (("female", given_names.FEMALE_BY_COMMUNITY), ("male", given_names.MALE_BY_COMMUNITY))
}
_OF_ANY_AGE = {
    "female": by_rank(given_names.FEMALE_OF_ANY_AGE.split(), 100),
    "male": by_rank(given_names.MALE_OF_ANY_AGE.split(), 100),
}
_SECOND = {
    "female": by_rank(given_names.FEMALE_SECOND.split(), 4),
    "male": by_rank(given_names.MALE_SECOND.split(), 4),
}


def community(dice: Dice) -> str:
    """Where a household's names are from."""
    return _COMMUNITIES.pick(dice)


def family_name(dice: Dice, community: str) -> str:
    """A surname of the community; one in seventy British ones is double-barrelled."""
    if community != BRITISH:
        return _FOREIGN[community].pick(dice)
    if dice.chance(0.014):
        return f"{_single(dice)}-{_single(dice)}"
    return _single(dice)


def surname_in_family(dice: Dice, community: str, sex: str, family: str) -> str:
    """How one of a family writes its surname: Sikh and some Muslim women, and Polish women, have their own form."""
    if sex == "female":
        if community == "sikh" and family == "Singh":
            return "Kaur"
        if community == "polish" and family.endswith("ki") and dice.chance(0.5):
            return family[:-1] + "a"
        if community == "south asian muslim" and dice.chance(0.3):
            return dice.pick(("Begum", "Bibi", "Khatun", "Akhtar"))
    return family


def given_name(dice: Dice, community: str, sex: str, born: int) -> str:
    """A given name for one born in the year `born`; one in ten of British ones is of no time."""
    if community != BRITISH:
        return _GIVEN_FOREIGN[sex][community].pick(dice)
    if dice.chance(0.25 if born >= 1990 else 0.10):
        return _OF_ANY_AGE[sex].pick(dice)
    return _GIVEN[sex][min(max(born // 10 * 10, 1930), 2010)].pick(dice)


def second_name(dice: Dice, community: str, sex: str, born: int) -> str:
    """A second given name; empty for those who have none."""
    if community != BRITISH:
        return given_name(dice, community, sex, born) if dice.chance(0.25) else ""
    return _SECOND[sex].pick(dice) if dice.chance(0.72) else ""


def _single(dice: Dice) -> str:
    if dice.chance(_LISTED_SHARE):
        return _LISTED.pick(dice)
    start, end = _STARTS.pick(dice), _ENDS.pick(dice)
    return start + (end[1:] if start[-1] == end[0] else end)


_PLAIN = str.maketrans("áâãąçćéêëęíłńóöśüźżŁÖŚ", "aaaacceeeeilnoosuzzLOS")


def plain(name: str) -> str:
    """The name in plain letters, as systems keep it that know no others."""
    return name.translate(_PLAIN)
