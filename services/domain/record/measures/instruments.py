"""The outcome instruments that are known by name: their codes, ranges, and what counts as a change."""

import re
from dataclasses import dataclass
from typing import Any

from services.domain.identity.remembered import remembered_if_short
from services.domain.record.duplicates.plain_words import plain
from services.domain.record.words import objects, words

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One questionnaire whose total is followed over time."""

    name: str
    low: int
    high: int
    """The least and greatest total there can be."""
    higher_is_better: bool
    names: tuple[str, ...]
    """How systems call its total, in lower case, words and numbers alone, without 'total score'."""
    codes: tuple[tuple[str, str], ...] = ()
    """Its total's codings (system, code)."""
    reliable_change: int | None = None
    """The least change that is more than the measure's own error; None where no number is settled on here."""

    def can_be(self, total: float) -> bool:
        """Whether there can be such a total."""
        return self.low <= total <= self.high


INSTRUMENTS = (
    Instrument(
        "PHQ-9",
        0,
        27,
        higher_is_better=False,
        names=(
            "phq 9",
            "phq9",
            "patient health questionnaire 9",
            "patient health questionnaire 9 item",
            "patient health questionnaire nine item",
        ),
        codes=((LOINC, "44261-6"), (SNOMED, "720433000")),
        reliable_change=6,
    ),
    Instrument(
        "GAD-7",
        0,
        21,
        higher_is_better=False,
        names=(
            "gad 7",
            "gad7",
            "generalised anxiety disorder 7",
            "generalised anxiety disorder 7 item",
            "generalised anxiety disorder seven item",
        ),
        codes=((LOINC, "70274-6"), (SNOMED, "445455005")),
        reliable_change=4,
    ),
    Instrument(
        "SWEMWBS",
        7,
        35,
        higher_is_better=True,
        names=(
            "swemwbs",
            "short wemwbs",
            "short warwick edinburgh mental wellbeing scale",
            "short warwick edinburgh mental well being scale",
        ),
    ),
    Instrument(
        "WEMWBS",
        14,
        70,
        higher_is_better=True,
        names=(
            "wemwbs",
            "warwick edinburgh mental wellbeing scale",
            "warwick edinburgh mental well being scale",
        ),
    ),
    Instrument(
        "ReQoL-10",
        0,
        40,
        higher_is_better=True,
        names=("reqol 10", "reqol10", "recovering quality of life 10", "recovering quality of life 10 item"),
    ),
    Instrument(
        "ReQoL-20",
        0,
        80,
        higher_is_better=True,
        names=("reqol 20", "reqol20", "recovering quality of life 20", "recovering quality of life 20 item"),
    ),
    Instrument(
        "CORE-10",
        0,
        40,
        higher_is_better=False,
        names=("core 10", "core10", "clinical outcomes in routine evaluation 10"),
        reliable_change=6,
    ),
    Instrument(
        "WSAS",
        0,
        40,
        higher_is_better=False,
        names=("wsas", "work and social adjustment scale"),
    ),
    Instrument(
        "ORS",
        0,
        40,
        higher_is_better=True,
        names=("ors", "outcome rating scale"),
        reliable_change=5,
    ),
)
"""Ranges and directions, by publication:

- PHQ-9: Kroenke, Spitzer and Williams, J Gen Intern Med 2001; 16: 606-613.
- GAD-7: Spitzer, Kroenke, Williams and Lowe, Arch Intern Med 2006; 166: 1092-1097.
- WEMWBS: Tennant et al., Health Qual Life Outcomes 2007; 5: 63. SWEMWBS, also in its metric form with decimals:
  Stewart-Brown et al., Health Qual Life Outcomes 2009; 7: 15.
- ReQoL-10 and ReQoL-20: Keetharuth et al., Br J Psychiatry 2018; 212: 42-49.
- CORE-10: Barkham et al., Counselling and Psychotherapy Research 2013; 13: 3-13.
- WSAS: Mundt, Marks, Shear and Greist, Br J Psychiatry 2002; 180: 461-464.
- ORS: Miller, Duncan, Brown, Sparks and Claud, Journal of Brief Therapy 2003; 2: 91-100.

Reliable change: PHQ-9 and GAD-7 as the NHS Talking Therapies manual has it; CORE-10 as Barkham et al. have it
(90 % confidence); ORS as its authors' manual has it (Miller and Duncan 2004).
"""

_ASIDE = re.compile(r"[(\[].*?[)\]]|_")
_FILLER = re.compile(r"\b(total|scores?|sum|result|reported)\b")
_SPELLING = {"generalized": "generalised"}
_BY_CODE = {coding: instrument for instrument in INSTRUMENTS for coding in instrument.codes}
_PLACE = {instrument.name: place for place, instrument in enumerate(INSTRUMENTS)}
_BY_NAME = {name: instrument for instrument in INSTRUMENTS for name in instrument.names}


def instrument_of(code: Any) -> Instrument | None:
    """The instrument whose total an Observation.code means, by its codings or else by its words; None for others.

    Words have to say no more than the name: 'PHQ-9 item 3' is another thing than the PHQ-9.
    """
    found = [*_by_code(code)] or [_BY_NAME[name] for text in words(code) if (name := _name(text)) in _BY_NAME]
    return min(found, key=lambda one: _PLACE[one.name], default=None)


def _by_code(code: Any) -> list[Instrument]:
    codings = objects(code.get("coding")) if isinstance(code, dict) else []
    told = [(one.get("system"), one.get("code")) for one in codings]
    return [
        _BY_CODE[coding]
        for coding in told
        if all(isinstance(part, str) for part in coding) and coding in _BY_CODE
    ]


@remembered_if_short
def _name(text: str) -> str:
    """What a text calls the thing: 'phq 9' of 'PHQ-9 total score'; a name in brackets after a name is left out."""
    named = " ".join(_FILLER.sub(" ", plain(_ASIDE.sub(" ", text))).split())
    return " ".join(_SPELLING.get(word, word) for word in named.split())
