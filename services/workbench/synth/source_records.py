"""What each organisation's system holds of a person: not always all of it, and not always right."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.workbench.synth import names, reach, slips
from services.workbench.synth.dice import Dice, Weighted
from services.workbench.synth.nicknames import SHORT_FORMS
from services.workbench.synth.options import Options
from services.workbench.synth.organisations import ORGANISATIONS, OTHERS, PRACTICES, Organisation
from services.workbench.synth.people import ADULT_BEFORE, Person, households
from services.workbench.synth.places import SHORT_KINDS, Address

_KNOWN_TO = Weighted((1, 2, 3, 4, 5), (18, 28, 28, 17, 9))
"""How many organisations know a person: 2.7 on average."""

_HAS_PRACTICE = 0.85
_NHS_WITHOUT_NUMBER = 0.03
_PUT_RIGHT = 0.4
"""Of addresses that the person has left, those that a later message puts right."""

_ERRORS = Weighted(("given name", "surname", "exchanged", "birth date"), (26, 26, 8, 40))

_MISSING_BY_SECTOR = {
    "NHS": {"second": 0.35, "postcode": 0.02, "phone": 0.10, "email": 0.60, "gender": 0.0, "born": 0.0},
    "Council": {"second": 0.60, "postcode": 0.05, "phone": 0.15, "email": 0.40, "gender": 0.04, "born": 0.01},
    "Charity": {"second": 0.85, "postcode": 0.20, "phone": 0.20, "email": 0.20, "gender": 0.20, "born": 0.04},
}
"""How often each field is empty, at the default of `Options.missing`, which is the charities' rate."""

_STREETS_SHORTENED = 0.12
_TITLES = {"female": Weighted(("Mrs", "Miss", "Ms", "Dr"), (52, 25, 21, 2)),
           "male": Weighted(("Mr", "Dr", "Rev"), (96, 3, 1))}  # fmt: skip


@dataclass(slots=True)
class SourceRecord:
    """One system's view of a person. An empty text is a field it has nothing in."""

    person: int
    """The truth: `Person.number`."""

    organisation: Organisation
    local: str
    """The person's identifier in this system."""

    title: str
    given: str
    family: str
    former: str
    """A former surname that the system names beside the present one."""

    known_as: str
    born: str
    gender: str
    address: Address
    next_address: Address | None
    """The address that a later message puts in the place of `address`."""

    phone: str
    email: str
    nhs_number: str
    traced: bool
    """Whether the number can have been looked up: it has the right check digit, be it this person's or not."""

    updated: str
    """The instant at which the system last changed it."""


def source_records(options: Options) -> Iterator[tuple[Person, list[SourceRecord]]]:
    """Everybody, and what is held of each; all of it follows from the options.

    Who the people are does not depend on how hard they are to tell apart, but for twins and changed surnames.
    """
    registry = _Registry(options, Dice(f"records {options.seed}"))
    for together in households(options, Dice(f"people {options.seed}")):
        for person in together:
            yield person, registry.register(person, together)


class _Registry:
    """Registers people with organisations, slip by slip."""

    def __init__(self, options: Options, dice: Dice) -> None:
        self._options = options
        self._dice = dice
        self._registered = dict.fromkeys(ORGANISATIONS, 0)
        self._neighbour = ""
        self._missing = {
            sector: {field: min(1.0, rate * options.missing / 0.20) for field, rate in rates.items()}
            for sector, rates in _MISSING_BY_SECTOR.items()
        }

    def register(self, person: Person, together: list[Person]) -> list[SourceRecord]:
        """The records of somebody, at the organisations that know them."""
        family = [one.nhs_number for one in together if one is not person]
        others = family or [self._neighbour or person.nhs_number]
        organisations = self._known_to(person)
        keeps_former = self._dice.pick(organisations) if person.former else None
        records = [self._record(person, one, others, one is keeps_former) for one in organisations]
        self._neighbour = person.nhs_number
        return records

    def _known_to(self, person: Person) -> list[Organisation]:
        """Neighbours go to the same practice; the other organisations are met as often as their size says."""
        wanted = _KNOWN_TO.pick(self._dice)
        practice = PRACTICES[0] if person.address.postcode[-1] < "K" else PRACTICES[1]
        known = [practice] if self._dice.chance(_HAS_PRACTICE) else []
        while len(known) < wanted:
            if (one := OTHERS.pick(self._dice)) not in known:
                known.append(one)
        return known

    def _record(
        self, person: Person, organisation: Organisation, others: list[str], keeps_former: bool
    ) -> SourceRecord:
        dice, missing = self._dice, self._missing[organisation.sector]
        number, traced = self._number(person, organisation, others)
        stale = dice.chance(self._options.moved)
        address = person.left if stale else person.address
        surname, former = self._surname(person, keeps_former)
        given, family, born = self._spelt(self._given(person, organisation, missing), surname, person.born)
        if organisation.capitals:
            given, family, former = names.plain(given), names.plain(family).upper(), former.upper()
        return SourceRecord(
            person=person.number,
            organisation=organisation,
            local=self._local(organisation),
            title=self._title(person) if dice.chance(0.5 if organisation.in_nhs else 0.15) else "",
            given=given,
            family=family,
            former=former,
            known_as=self._known_as(person) if dice.chance(0.06) else "",
            born="" if dice.chance(missing["born"]) else born,
            gender="" if dice.chance(missing["gender"]) else person.sex,
            address=self._written(address, organisation, missing),
            next_address=person.address if stale and dice.chance(_PUT_RIGHT) else None,
            phone="" if dice.chance(missing["phone"]) else self._phone(person, organisation),
            email="" if dice.chance(missing["email"]) else person.email,
            nhs_number=number,
            traced=traced,
            updated=self._updated(),
        )

    def _surname(self, person: Person, keeps_former: bool) -> tuple[str, str]:
        """The surname that the system goes by, and a former one that it names too."""
        if not person.former:
            return person.family, ""
        if keeps_former or self._dice.chance(0.15):
            return person.former, ""
        return person.family, person.former if self._dice.chance(0.25) else ""

    def _given(self, person: Person, organisation: Organisation, missing: dict[str, float]) -> str:
        if self._dice.chance(0.04 if organisation.in_nhs else 0.14):
            return self._known_as(person) or person.given
        if not person.second or self._dice.chance(missing["second"]):
            return person.given
        return f"{person.given} {person.second}"

    def _known_as(self, person: Person) -> str:
        short = SHORT_FORMS.get(person.given)
        return self._dice.pick(short) if short else ""

    def _spelt(self, given: str, family: str, born: str) -> tuple[str, str, str]:
        dice = self._dice
        if not dice.chance(self._options.misspelt):
            return given, family, born
        match _ERRORS.pick(dice):
            case "given name":
                first, space, second = given.partition(" ")
                return slips.misspelt(dice, first) + space + second, family, born
            case "surname":
                return given, slips.misspelt(dice, family), born
            case "exchanged":
                return family, given, born
            case _:
                return given, family, slips.misdated(dice, born)

    def _title(self, person: Person) -> str:
        if int(person.born[:4]) >= ADULT_BEFORE:
            return "Master" if person.sex == "male" else "Miss"
        return _TITLES[person.sex].pick(self._dice)

    def _written(self, address: Address, organisation: Organisation, missing: dict[str, float]) -> Address:
        """The address as this system has it: shortened, or without its postcode."""
        dice, (line, town, postcode) = self._dice, address
        if dice.chance(missing["postcode"]):
            postcode = ""
        elif not organisation.in_nhs and dice.chance(0.08):
            postcode = dice.pick((postcode.replace(" ", ""), postcode.lower()))
        if dice.chance(_STREETS_SHORTENED):
            street, _, kind = line.rpartition(" ")
            line = f"{street} {SHORT_KINDS.get(kind, kind)}"
        return Address(line, town, postcode)

    def _phone(self, person: Person, organisation: Organisation) -> str:
        number = person.home_phone if self._dice.chance(0.2) else person.phone
        return reach.written(number or person.phone, organisation.phones)

    def _number(self, person: Person, organisation: Organisation, others: list[str]) -> tuple[str, bool]:
        dice = self._dice
        if dice.chance(_NHS_WITHOUT_NUMBER if organisation.in_nhs else self._options.without_number):
            return "", False
        if not dice.chance(self._options.wrong_number):
            return person.nhs_number, True
        if dice.chance(0.5):
            return slips.misdialled(dice, person.nhs_number), False
        return dice.pick(others), True

    def _local(self, organisation: Organisation) -> str:
        """The next local identifier: all different, and not in the order in which people were registered."""
        self._registered[organisation] += 1
        # A stride that ends in 7 has no divisor in common with ten million: no identifier comes twice.
        stride = 7_368_787 + 137_560 * organisation.place
        return f"{organisation.prefix}{self._registered[organisation] * stride % 10_000_000:07d}"

    def _updated(self) -> str:
        dice = self._dice
        month, day, hour = dice.between(1, 12), dice.between(1, 28), dice.between(9, 17)
        return f"{dice.between(2019, 2025)}-{month:02d}-{day:02d}T{hour:02d}:{dice.between(0, 59):02d}:00Z"
