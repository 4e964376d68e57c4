"""The message of a ruling on two entries: what it says, who may send it, and that it is not one on two records."""

import copy

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.fhir.reread import reread
from schemas.fhir.ruling import ENTRY_EVENT, said_by
from schemas.fhir.validate import resource_issues
from services.domain.identity.rulings import Verdict
from services.domain.message import message_key, read_message, subject_of
from services.domain.record.duplicates.rulings import EVENT, EntryRuled, Thing
from services.domain.record.instant import instant_ticks
from services.platform.topics import PARTNERSHIP
from services.workbench.publish import Found
from services.workbench.validate import judge
from tests.messages import AT, a_message, a_ruling, an_entry_ruling, resources
from tests.mutations import mutated
from tests.unit.test_ruling_message import IDENTIFIER, KEY, VERDICTS, Document, checked

ONE, OTHER = (Thing(bytes([number]) * 16, bytes([200 - number]) * 16) for number in (7, 9))
"""The one with the lesser source record has the greater resource key."""


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_ruling_is_valid_and_read_as_it_was_made(verdict: str) -> None:
    """R4, without a repair or deviation; at the Bundle's own instant, in the stream of the lesser source record."""
    ruling = an_entry_ruling(ONE, OTHER, verdict)
    assert EVENT == ENTRY_EVENT == resources(ruling)[0]["eventCoding"]["code"]
    assert resource_issues(ruling) == []
    body = orjson.dumps(ruling)
    one = checked(body)
    assert (one.refused, one.notes) == (None, [])
    assert (one.source_record, one.needs_sent, one.told_at) == (ONE.source_record, False, instant_ticks(AT))
    assert one.key == message_key(PARTNERSHIP, body)
    told = read_message(reread(body), one.source_record, 1)
    assert (told.ruling, told.versions, told.demographics) == (None, [], {})
    assert told.is_ruling
    instant = instant_ticks(AT) or 0
    assert told.entry_ruling == EntryRuled(OTHER, ONE, Verdict(verdict), instant, "Sam Okafor")
    assert said_by(reread(body)) == ("Sam Okafor", "One call, which both wrote down")
    assert judge(Found("ruling.json", body, None)).ok


keys = st.binary(min_size=16, max_size=16)
things = st.builds(Thing, keys, keys)


@given(things, things, st.sampled_from(VERDICTS))
def test_whatever_is_ruled_is_read_again(one: Thing, other: Thing, verdict: str) -> None:
    """Of any two things, also of one source record; the order in which they are named makes no difference."""
    found = checked(an_entry_ruling(one, other, verdict))
    if one.resource_key == other.resource_key:
        assert found.refused is not None
        return
    assert found.refused is None
    told = read_message(found.bundle, found.source_record, 1).entry_ruling
    assert told is not None
    assert told.pair == tuple(sorted((one.resource_key, other.resource_key)))
    assert {told.one, told.other} == {one, other}
    assert told.source_records == {one.source_record, other.source_record}
    assert found.source_record == subject_of(found.bundle, PARTNERSHIP, KEY) == min(told.source_records)
    swapped = checked(an_entry_ruling(other, one, verdict))
    assert read_message(swapped.bundle, swapped.source_record, 1).entry_ruling == told


def test_no_partner_rules_on_entries() -> None:
    """Forbidden, by the rule that says who may; and a message about somebody rules nothing."""
    refused = checked(an_entry_ruling(ONE, OTHER), "ZZT41").refused
    assert refused is not None
    assert (refused.status, refused.issues[0].rule) == (403, "ruling-sender")
    care = checked(a_message("r-1"), "ZZT41")
    assert not read_message(care.bundle, care.source_record, 1).is_ruling


def _with(value: object, *path: str | int) -> Document:
    spoilt = an_entry_ruling(ONE, OTHER)
    node: Document = spoilt
    for step in path[:-1]:
        node = node[step]  # type: ignore[index]
    node[path[-1]] = value  # type: ignore[index]
    return spoilt


@pytest.mark.parametrize(
    "value",
    [
        ONE.name.upper(),
        ONE.name.replace(".", ""),
        f"{ONE.name}.{'0' * 32}",
        ONE.source_record.hex(),
        f"{OTHER.source_record.hex()}.{ONE.resource_key.hex()}",
        f" {ONE.name}",
        "",
    ],
)
def test_what_names_no_second_thing_is_refused(value: str) -> None:
    """A thing has one source record, so that one key under another record is no other thing."""
    spoilt = _with(OTHER.name, *IDENTIFIER, "value")
    resources(spoilt)[1]["item"][0]["resource"]["identifier"]["value"] = ONE.name
    assert checked(spoilt).refused is None
    refused = checked(_named_after(spoilt, value)).refused
    assert refused is not None
    places = [issue.place for issue in refused.issues]
    assert any(place.startswith("Bundle.entry[1].resource.item[1].resource.identifier") for place in places)


def _named_after(ruling: Document, value: str) -> Document:
    changed = copy.deepcopy(ruling)
    resources(changed)[1]["item"][1]["resource"]["identifier"]["value"] = value
    return changed


def test_a_ruling_of_one_event_names_nothing_of_the_other() -> None:
    """Neither two records as entries, nor two things as records."""
    for ruling, event in (
        (an_entry_ruling(ONE, OTHER), "identity-ruling"),
        (a_ruling(ONE.source_record, OTHER.source_record), ENTRY_EVENT),
    ):
        resources(ruling)[0]["eventCoding"]["code"] = event
        refused = checked(ruling).refused
        assert refused is not None
        assert refused.status == 422


@settings(max_examples=200, deadline=None)
@given(mutated([orjson.dumps(an_entry_ruling(ONE, OTHER, verdict)) for verdict in VERDICTS]))
def test_slips_of_any_kind_are_taken_whole_or_refused(body: bytes) -> None:
    """What is taken rules on two things; what is not is refused as the sender's fault."""
    found = checked(body)
    if found.refused is not None:
        assert 400 <= found.refused.status < 500
        return
    told = read_message(reread(body), found.source_record, 1)
    assert told.entry_ruling is not None
    assert len(set(told.entry_ruling.pair)) == 2
    assert all(said_by(reread(body)))
