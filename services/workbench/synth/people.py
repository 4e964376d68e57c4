"""The people of the partnership as they are, household by household: the truth behind what systems hold."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from services.workbench.synth import names, reach
from services.workbench.synth.dice import Dice, Weighted
from services.workbench.synth.nhs_numbers import nhs_numbers
from services.workbench.synth.options import Options
from services.workbench.synth.places import Address, Places
from services.workbench.synth.reach import Telephones

ADULT_BEFORE = 2008

_INSTITUTION_SHARE = 0.02
"""Of people, those in care homes and hostels."""

_KINDS = Weighted(("single", "couple", "family", "sharing"), (42, 24, 28, 6))
_DECADES = Weighted((1920, 1930, 1940, 1950, 1960, 1970, 1980, 1990, 2000), (1, 5, 9, 12, 15, 15, 17, 16, 10))
_NAMESAKES = 0.03
"""Of families, those where a child has a parent's name."""

_LIKE_SOUNDING = {
    "female": (("Ella", "Ellie"), ("Amelia", "Emilia"), ("Amy", "Amie"), ("Kate", "Katie"), ("Maya", "Mia"),
               ("Lily", "Lilly"), ("Leah", "Lia"), ("Sophie", "Sophia"), ("Eva", "Evie"), ("Anna", "Hannah")),
    "male": (("Jayden", "Kayden"), ("Aidan", "Kaidan"), ("Harry", "Harvey"), ("Jack", "Jake"), ("Liam", "Leon"),
             ("Ronnie", "Reggie"), ("Max", "Mason"), ("Oliver", "Olly"), ("Dan", "Don"), ("Sean", "Shane")),
}  # fmt: skip


class Person(NamedTuple):
    """Somebody, as they are."""

    number: int
    """1 for the first; what the truth names the person by."""

    nhs_number: str
    sex: str
    given: str
    second: str
    """The second given name; empty where there is none."""

    family: str
    former: str
    """The surname before marriage or another change; empty where there was none."""

    born: str
    address: Address
    left: Address
    """Where the household lived before."""

    phone: str
    home_phone: str
    email: str


class _Member(NamedTuple):
    """What a household settles of one of its people."""

    community: str
    sex: str
    given: str
    family: str
    born: date


def households(options: Options, dice: Dice) -> Iterator[list[Person]]:
    """Everybody, with those who live together. Memory is that of the postcodes alone."""
    return _Population(options, dice).households()


class _Population:
    def __init__(self, options: Options, dice: Dice) -> None:
        self._options = options
        self._dice = dice
        self._places = Places(dice, options.people)
        self._telephones = Telephones(dice, options.people)
        self._numbers = nhs_numbers()
        self._count = self._twins = self._residents = 0

    def households(self) -> Iterator[list[Person]]:
        while (left := self._options.people - self._count) > 0:
            if self._twins < self._options.twins * self._count:
                together = self._settle(self._twin_family()[:left], self._places.home())
            elif self._residents + 8 < _INSTITUTION_SHARE * self._count:
                together = self._settle(self._residence()[:left], self._places.institution())
            else:
                together = self._settle(self._home()[:left], self._places.home())
            yield together

    def _settle(self, members: list[_Member], address: Address) -> list[Person]:
        home_phone = self._telephones.take(1.0 if len(members) > 8 else 0.35)
        left = self._places.home()
        settled: list[Person] = []
        for member in members:
            settled.append(self._person(member, address, left, home_phone, settled))
        return settled

    def _person(
        self, member: _Member, address: Address, left: Address, home_phone: str, before: list[Person]
    ) -> Person:
        dice, born = self._dice, member.born.isoformat()
        adult = member.born.year < ADULT_BEFORE
        self._count += 1
        former = ""
        if adult and dice.chance(self._options.renamed * (1.8 if member.sex == "female" else 0.2)):
            former = names.family_name(dice, member.community)
        phone = self._telephones.take(0.62 if adult else 0.15)
        if not phone:
            phone = before[0].phone if before and not adult else home_phone
        has_mail = dice.chance(0.7 if 1950 < member.born.year < ADULT_BEFORE else 0.2)
        return Person(
            self._count,
            next(self._numbers),
            member.sex,
            member.given,
            names.second_name(dice, member.community, member.sex, member.born.year),
            member.family,
            former if former != member.family else "",
            born,
            address,
            left,
            phone,
            home_phone,
            reach.email(dice, member.given, member.family, born) if has_mail else "",
        )

    def _home(self) -> list[_Member]:
        dice = self._dice
        kind, community = _KINDS.pick(dice), names.community(dice)
        if kind == "sharing":
            return [self._unrelated() for _ in range(dice.between(2, 4))]
        first = self._member(community, names.family_name(dice, community), self._sex(), self._birth_year())
        if kind == "single":
            return [first]
        born = min(first.born.year + dice.between(-5, 5), ADULT_BEFORE - 1)
        sex = first.sex if dice.chance(0.03) else "female" if first.sex == "male" else "male"
        family = first.family if dice.chance(0.78) else names.family_name(dice, community)
        couple = [first, self._member(community, family, sex, born, than=[first])]
        return couple if kind == "couple" else self._family(community, couple)

    def _family(self, community: str, couple: list[_Member]) -> list[_Member]:
        """One or two parents and their children, some of these grown up."""
        dice = self._dice
        parents = couple if dice.chance(0.72) else couple[:1]
        eldest = min(parents[0].born.year + dice.between(19, 36), 2024)
        children: list[_Member] = []
        for place in range(dice.pick((1, 1, 2, 2, 2, 3))):
            born, sex = min(eldest + 2 * place + dice.between(0, 1), 2025), self._sex()
            others = [*parents, *children]
            children.append(self._member(community, parents[0].family, sex, born, than=others))
        if dice.chance(_NAMESAKES):
            parent = dice.pick(parents)
            children[0] = children[0]._replace(given=parent.given, family=parent.family, sex=parent.sex)
        return parents + children

    def _twin_family(self) -> list[_Member]:
        """Twins who share a birth date, a home and a surname, two in three of them with a parent or two."""
        dice, community = self._dice, names.community(self._dice)
        born = dice.between(1985, 2020)
        family = names.family_name(dice, community)
        one = self._member(community, family, self._sex(), born)
        sex = one.sex if dice.chance(0.65) else self._sex()
        if one.sex == sex and dice.chance(0.2):
            first, second = dice.pick(_LIKE_SOUNDING[sex])
            one, other = one._replace(given=first), one._replace(given=second)
        else:
            given = self._other_given(community, sex, born, one.given)
            other = one._replace(sex=sex, given=given)
        self._twins += 2
        years = [born - dice.between(20, 38)] * dice.pick((0, 1, 2))
        return [one, other, *(self._member(community, family, self._sex(), year) for year in years)]

    def _other_given(self, community: str, sex: str, born: int, than: str) -> str:
        """Another name than the twin's, in four of ten the first that starts alike of several."""
        tries = [names.given_name(self._dice, community, sex, born) for _ in range(12)]
        others = [name for name in tries if name != than] or [f"{than[:-1]}o"]
        alike = [name for name in others if name[0] == than[0]]
        return alike[0] if alike and self._dice.chance(0.4) else others[0]

    def _residence(self) -> list[_Member]:
        residents = [self._unrelated() for _ in range(self._dice.between(9, 30))]
        self._residents += len(residents)
        return residents

    def _unrelated(self) -> _Member:
        community = names.community(self._dice)
        family = names.family_name(self._dice, community)
        return self._member(community, family, self._sex(), self._birth_year())

    def _member(
        self, community: str, family: str, sex: str, year: int, than: Sequence[_Member] = ()
    ) -> _Member:
        """One of a household, with another given name `than` those who are in it."""
        dice = self._dice
        written = names.surname_in_family(dice, community, sex, family)
        taken = {other.given for other in than}
        tries = [names.given_name(dice, community, sex, year) for _ in range(1 + 3 * len(taken))]
        given = next((name for name in tries if name not in taken), tries[0])
        return _Member(community, sex, given, written, self._born(community, year))

    def _born(self, community: str, year: int) -> date:
        """Where births were not registered, papers often say the first of January."""
        if community == "arab and east african" and self._dice.chance(0.15):
            return date(year, 1, 1)
        return date.fromordinal(date(year, 1, 1).toordinal() + self._dice.between(0, 364))

    def _birth_year(self) -> int:
        return min(_DECADES.pick(self._dice) + self._dice.between(0, 9), ADULT_BEFORE - 1)

    def _sex(self) -> str:
        return "female" if self._dice.chance(0.56) else "male"
