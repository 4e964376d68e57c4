"""Invented people of whom it is doubtful who is who, one couple for each reason why a steward is asked."""

from dataclasses import replace
from typing import NamedTuple

from services.domain.identity.decision import Grade, Rule, decide
from services.domain.identity.demographics import profile_of, read_demographics
from services.domain.identity.profile import Profile
from services.domain.record.version import OWN, Rank
from services.record.model import load_model
from tests.identities import AT, NUMBERS, Sent, told
from tests.streams.fhir_builders import Demographics, Organisation, known_to
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, TRUST


class Teller(NamedTuple):
    """What one system says of somebody under a local number."""

    holder: Organisation
    local: str
    who: Demographics

    @property
    def sent(self) -> Sent:
        """The message that tells it."""
        return told(self.holder, self.local, self.who)


def _somebody(given: str, family: str, born: str, place: int, number: str = "") -> Demographics:
    phone, postcode = f"07700 9002{place:02}", f"NR98 {place % 10}QF"
    return Demographics(
        given, family, "female", born, number, phone, f"{place} Reed Lane", "Salthouse", postcode
    )


def _in_doubt(rule: Rule, one: Demographics, *candidates: Demographics) -> Demographics:
    """The first of these of whom the shipped model holds by this rule that they are possibly the one: where its lines
    lie is the model's, and a new one draws them elsewhere."""
    profiles = [_profile(who) for who in candidates]
    decisions = [decide(_profile(one), profile, load_model()) for profile in profiles]
    places = [(decision.grade, decision.rule) for decision in decisions]
    return candidates[places.index((Grade.POSSIBLE, rule))]


def _profile(who: Demographics) -> Profile:
    patient = known_to(TRUST, "anybody", who, AT).patient
    return profile_of(read_demographics(patient, Rank(0, 0, OWN, b"")))


_WREN = _somebody("Wren", "Quillfeather", "1990-04-02", 11)
_HOMES: tuple[dict[str, str], ...] = (
    {"street": "9 Hay Road", "town": "Overy", "postcode": "NR97 2QQ"},
    {"street": "", "town": "", "postcode": ""},
    {},
)
CLOSE = (
    Teller(TRUST, "close-1", _WREN),
    Teller(
        COUNCIL,
        "close-2",
        _in_doubt(
            Rule.WEIGHT,
            _WREN,
            *(
                replace(_WREN, birth_date=born, phone=phone, **home)
                for born in ("1990-02-04", "1990-04-12", "1990-07-19", "1984-01-30")
                for phone in ("07700 900777", "")
                for home in _HOMES
            ),
        ),
    ),
)
"""The same name, another birth date, and little else to say that they are one."""

_ISLA = _somebody("Isla", "Thornbeck", "1984-09-17", 22)
TWINS = (
    Teller(TRUST, "twins-1", _ISLA),
    Teller(
        LANTERN,
        "twins-2",
        _in_doubt(
            Rule.TWINS,
            _ISLA,
            *(replace(_ISLA, given=given) for given in ("Martha", "Ilse", "Isobel", "Islay", "Esla")),
        ),
    ),
)
"""Two given names in one family, of one birth date, at one home."""

_NORA = _somebody("Nora", "Hazelgrove", "1971-12-30", 33, NUMBERS[0])
CLASH = (
    Teller(TRUST, "clash-1", _NORA),
    Teller(COUNCIL, "clash-2", _somebody("Otto", "Pellworth", "1950-01-29", 44, NUMBERS[0])),
)
"""One NHS number on two descriptions."""

_EDITH = _somebody("Edith", "Larkmoor", "1966-06-21", 55)
HELD = (
    Teller(TRUST, "held-1", replace(_EDITH, nhs_number=NUMBERS[1])),
    Teller(COUNCIL, "held-2", replace(_EDITH, nhs_number=NUMBERS[2])),
    Teller(LANTERN, "held-3", _EDITH),
)
"""Two with numbers of their own, and a third that could be either."""

_RUTH = _somebody("Ruth", "Ashdown", "1959-03-08", 66)
ALIKE = (Teller(TRUST, "alike-1", _RUTH), Teller(LANTERN, "alike-2", _RUTH))
"""In no doubt at all: they are joined."""

EVERYBODY = (*CLOSE, *TWINS, *CLASH, *HELD, *ALIKE)
