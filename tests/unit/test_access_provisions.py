"""What the provisions of a consent come to, with their limits and their exceptions, by the rules of docs/access.md."""

import pytest

from services.domain.access.consents import Decision, read_consent
from services.domain.access.kinds import ALL_KINDS, MINIMUM_SEEN
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, TIDEWELL
from tests.unit.access_consents import (
    DOCTOR,
    NOTHING,
    PEER,
    SOCIAL,
    Case,
    coded,
    kinds_under,
    provided,
    ruled,
)
from tests.unit.access_people import classes, of, ticks

SCORES = {"Assessment score"}

CASES = {
    "C6: some kinds are refused": Case(
        SOCIAL, (provided("deny", actor=of(COUNCIL), class_=classes("Observation")),), ALL_KINDS - SCORES
    ),
    "C6: one score is refused, so all are": Case(
        SOCIAL,
        (provided("deny", data=[{"meaning": "instance", "reference": {"reference": "Observation/1"}}]),),
        ALL_KINDS - SCORES,
    ),
    "C6: what was permitted of one score is refused of scores": Case(
        SOCIAL,
        (
            provided(
                "permit",
                actor=of(COUNCIL),
                period={"end": "2026-06-14"},
                data=[{"meaning": "instance", "reference": {"reference": "Observation/1"}}],
            ),
        ),
        ALL_KINDS - SCORES,
    ),
    "C6: some kinds are permitted": Case(
        PEER,
        (provided("permit", actor=of(TIDEWELL), class_=classes("Observation")),),
        MINIMUM_SEEN | SCORES,
    ),
    "C6: a class that is no kind closes everything": Case(
        SOCIAL, (provided("deny", class_=classes("Observation", "application/pdf")),), NOTHING
    ),
    "C6: and opens nothing": Case(
        PEER, (provided("permit", actor=of(TIDEWELL), class_=classes("application/pdf")),), MINIMUM_SEEN
    ),
    "C10: an exception for one organisation": Case(
        SOCIAL,
        (provided("deny", provision=[{"type": "permit", "actor": of(COUNCIL)}]),),
        ALL_KINDS,
    ),
    "C10: not for others": Case(
        DOCTOR,
        (provided("deny", provision=[{"type": "permit", "actor": of(COUNCIL)}]),),
        NOTHING,
    ),
    "C10: an exception for a kind has the recipients of the whole": Case(
        PEER,
        (
            provided(
                "permit", actor=of(TIDEWELL), provision=[{"type": "deny", "class": classes("Observation")}]
            ),
        ),
        ALL_KINDS - SCORES,
    ),
    "C10: of two exceptions the stricter": Case(
        SOCIAL,
        (
            provided(
                "deny",
                provision=[{"type": "permit", "actor": of(COUNCIL)}, {"type": "deny", "actor": of(COUNCIL)}],
            ),
        ),
        NOTHING,
    ),
    "C10: an exception from the exception": Case(
        PEER,
        (
            provided(
                "deny",
                provision=[
                    {
                        "type": "permit",
                        "actor": of(TIDEWELL),
                        "provision": [{"type": "deny", "class": classes("Observation")}],
                    }
                ],
            ),
        ),
        ALL_KINDS - SCORES,
    ),
    "C15: permitted until a day that is over": Case(
        SOCIAL, (provided("permit", actor=of(COUNCIL), period={"end": "2026-06-14"}),), NOTHING
    ),
    "C15: to the end of that day": Case(
        PEER, (provided("permit", actor=of(TIDEWELL), period={"end": "2026-06-15"}),), ALL_KINDS
    ),
    "C15: of that month": Case(
        PEER, (provided("permit", actor=of(TIDEWELL), period={"end": "2026-06"}),), ALL_KINDS
    ),
    "C15: of that year": Case(
        PEER, (provided("permit", actor=of(TIDEWELL), period={"end": "2026"}),), ALL_KINDS
    ),
    "C15: of a month that is over": Case(
        PEER, (provided("permit", actor=of(TIDEWELL), period={"end": "2026-05"}),), NOTHING
    ),
    "C15: to that very moment": Case(
        PEER, (provided("permit", actor=of(TIDEWELL), period={"end": "2026-06-15T12:00:00Z"}),), ALL_KINDS
    ),
    "C15: permitted from a day to come": Case(
        SOCIAL, (provided("permit", actor=of(COUNCIL), period={"start": "2026-06-16"}),), NOTHING
    ),
    "C15: refused until a day that is over": Case(
        SOCIAL, (provided("deny", actor=of(COUNCIL), period={"end": "2026-06-14"}),), ALL_KINDS
    ),
    "C15: refused while it lasts": Case(
        SOCIAL,
        (provided("deny", actor=of(COUNCIL), period={"start": "2026-06-01", "end": "2026-06-15"}),),
        NOTHING,
    ),
    "C15: refused with an end that cannot be read": Case(
        SOCIAL, (provided("deny", actor=of(COUNCIL), period={"end": "soon"}),), NOTHING
    ),
    "C19: a limit that is not understood voids a permission": Case(
        PEER, (provided("permit", actor=of(TIDEWELL), code=[coded("75326-9")]),), MINIMUM_SEEN
    ),
    "C19: and widens a refusal": Case(
        SOCIAL, (provided("deny", actor=of(COUNCIL), code=[coded("75326-9")]),), NOTHING
    ),
    "C19: who says neither yes nor no has refused": Case(SOCIAL, (ruled("OTHER"),), NOTHING),
    "C19: unless the parts do": Case(
        PEER, (ruled("OTHER", provision=[{"type": "permit", "actor": of(TIDEWELL)}]),), ALL_KINDS
    ),
    "C10: and is to nobody else": Case(
        DOCTOR,
        (
            provided(
                "permit", actor=of(TIDEWELL), provision=[{"type": "deny", "class": classes("Observation")}]
            ),
        ),
        ALL_KINDS,
    ),
    "C10: an exception has the kinds of the whole": Case(
        PEER,
        (
            provided(
                "permit",
                actor=of(LANTERN),
                class_=classes("Observation"),
                provision=[
                    {"type": "permit", "actor": of(TIDEWELL), "class": classes("Observation", "Condition")}
                ],
            ),
        ),
        MINIMUM_SEEN | SCORES,
    ),
    "C10: and its period": Case(
        SOCIAL,
        (
            provided(
                "deny",
                actor=of(LANTERN),
                period={"end": "2026-06-14"},
                provision=[{"type": "deny", "actor": of(COUNCIL)}],
            ),
        ),
        ALL_KINDS,
    ),
    "C10: and its purpose": Case(
        SOCIAL,
        (
            provided(
                "deny",
                actor=of(LANTERN),
                purpose=[{"code": "HRESCH"}],
                provision=[{"type": "deny", "actor": of(COUNCIL)}],
            ),
        ),
        ALL_KINDS,
    ),
    "C10: and what of it is not understood": Case(
        PEER,
        (
            provided(
                "permit",
                actor=of(LANTERN),
                code=[coded("75326-9")],
                provision=[{"type": "permit", "actor": of(TIDEWELL)}],
            ),
        ),
        MINIMUM_SEEN,
    ),
    "C15: permitted to a moment that is a tick ago": Case(
        SOCIAL,
        (provided("permit", actor=of(COUNCIL), period={"end": "2026-06-15T11:59:59.9999998Z"}),),
        NOTHING,
    ),
    "C15: permitted to an end that cannot be read": Case(
        SOCIAL, (provided("permit", actor=of(COUNCIL), period={"end": "soon"}),), NOTHING
    ),
    "C15: refused to that very moment": Case(
        SOCIAL, (provided("deny", actor=of(COUNCIL), period={"end": "2026-06-15T12:00:00Z"}),), NOTHING
    ),
    "C15: and not a tick longer": Case(
        SOCIAL,
        (provided("deny", actor=of(COUNCIL), period={"end": "2026-06-15T11:59:59.9999999Z"}),),
        ALL_KINDS,
    ),
    "C19: a permission of single resources opens no kind": Case(
        PEER,
        (
            provided(
                "permit",
                actor=of(TIDEWELL),
                data=[{"meaning": "instance", "reference": {"reference": "Observation/1"}}],
            ),
        ),
        MINIMUM_SEEN,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_provision_opens(case: Case) -> None:
    """To a reader whose organisation knows the person."""
    assert kinds_under(case) == case.kinds


@pytest.mark.parametrize("end", ["2028", "2028-12", "2028-12-31"])
def test_the_last_day_of_a_leap_year_is_its_own(end: str) -> None:
    """C15: and the next day is not."""
    told = provided("permit", actor=of(COUNCIL), period={"end": end}).resource
    last, next_day = (
        [rule.decision for rule in read_consent(told, ticks(moment))]
        for moment in ("2028-12-31T23:59:59Z", "2029-01-01T00:00:00Z")
    )
    assert (last, next_day) == ([Decision.PERMIT], [Decision.ENDED])
