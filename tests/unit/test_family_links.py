"""Who is led from a person's record to a relative's, and whose record a relative's number is."""

from itertools import product
from typing import Any

import pytest

from services.domain.access.family_links import FamilyLink, may_see_link
from services.domain.identity.relatives import own_record
from services.domain.identity.source_record import local_identity, source_record_id
from tests.streams.fhir_builders import NHS, known_to
from tests.streams.norfolk_suffolk_partners import LANTERN, MAYA, TRUST

KEY = b"a key for tests alone"
ERIN, KELLY = b"erin", b"kelly"
SOUND = FamilyLink(ERIN, KELLY, stands=True, is_withheld=False, is_open=True)

CASES = {
    "who may see a relative's record is led to it": (SOUND, True),
    "who may see nothing of it is not": (SOUND._replace(is_open=False), False),
    "nowhere where nobody of the number is known": (SOUND._replace(other=None), False),
    "not to the person themselves": (SOUND._replace(other=ERIN), False),
    "not where it is not said any more": (SOUND._replace(stands=False), False),
    "not to a record that is withheld": (SOUND._replace(is_withheld=True), False),
}


@pytest.mark.parametrize(("link", "allowed"), CASES.values(), ids=CASES)
def test_the_way_to_a_relative(link: FamilyLink, allowed: bool) -> None:
    """Is offered or not, and always with why."""
    decision = may_see_link(link)
    assert decision.allowed == allowed
    assert decision.reason.endswith(".")


def test_it_is_denied_unless_everything_allows_it() -> None:
    """Of all there can be one case alone is allowed."""
    links = (
        FamilyLink(ERIN, other, *flags)
        for other in (None, ERIN, KELLY)
        for flags in product((True, False), repeat=3)
    )
    assert [link for link in links if may_see_link(link).allowed] == [SOUND]


PATIENT = known_to(TRUST, "1", MAYA, "2026-03-02T10:00:00Z").patient
MAYAS = source_record_id(KEY, TRUST.ods, local_identity(PATIENT))
OWN = next(one for one in PATIENT["identifier"] if "nhs-number" not in one["system"])
BY_NHS = {"system": f"{NHS}/Id/nhs-number", "value": MAYA.nhs_number}


def relative(*identifiers: Any) -> dict[str, Any]:
    """A relative whom a system tells with these numbers."""
    return {"resourceType": "RelatedPerson", "identifier": [*identifiers], "name": [{"family": "Holloway"}]}


def test_a_systems_own_number_leads_to_its_own_record() -> None:
    """Beside an NHS number too."""
    for told in (relative(OWN), relative(BY_NHS, OWN)):
        assert own_record(told, TRUST.ods, KEY) == MAYAS


def test_another_systems_record_has_another_id() -> None:
    """Though it writes the same number."""
    assert own_record(relative(OWN), LANTERN.ods, KEY) != MAYAS


NUMBERLESS = {
    "no number at all": relative(),
    "an NHS number alone": relative(BY_NHS),
    "no list": {"resourceType": "RelatedPerson", "identifier": OWN},
    "a number without a value": relative({"system": OWN["system"]}),
    "an empty value": relative(OWN | {"value": ""}),
    "a value that is no text": relative(OWN | {"value": 7}),
    "nothing": {"resourceType": "RelatedPerson"},
    "words": relative("MR-1"),
}


@pytest.mark.parametrize("told", NUMBERLESS.values(), ids=NUMBERLESS)
def test_without_a_number_of_its_own_there_is_no_way(told: dict[str, Any]) -> None:
    """And nothing fails, whatever stands there."""
    assert own_record(told, TRUST.ods, KEY) is None
