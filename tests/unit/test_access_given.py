"""What was given and has to be stopped: due when, and only when, less is open now than was given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.access.given import Given, Part, Thing, Withdrawal, how_far, still_open, withdrawal
from services.domain.access.kinds import ALL_KINDS, MINIMUM_OWN
from services.domain.access.reader import Role
from services.domain.access.sight import ConsentWord, PersonFacts, Sight, System
from services.domain.record.kinds import CONTEXT
from tests.streams.fhir_builders import Organisation
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TRUST
from tests.unit.access_people import (
    RESTRICTED,
    VERY_RESTRICTED,
    actor,
    classes,
    facts,
    of,
    reader,
    says,
    sees,
    system,
)
from tests.unit.test_access_laws import PARTNERS, Restriction, people, restrictions

ENTRIES = ALL_KINDS - {CONTEXT}


def seen(organisation: Organisation, known: PersonFacts) -> Sight | None:
    """What the organisation's system may see; None for nothing."""
    found = sees(reader(Role.PARTNER_SYSTEM, organisation), known)
    return found if isinstance(found, Sight) else None


def read(organisation: Organisation, known: PersonFacts) -> list[Given]:
    """What it is given by reading all that it may."""
    found = seen(organisation, known)
    if found is None:
        return []
    senders = {one.source_record: one.sender for one in known.systems}
    return [
        Given(one.source_record, senders[one.source_record], *how_far(one), found.whereabouts)
        for one in found.opened
        if senders[one.source_record] != organisation.ods
    ]


def due(organisation: Organisation, before: PersonFacts, after: PersonFacts) -> Withdrawal | None:
    """What it has to stop that read before, now that more is known."""
    records = frozenset(one.source_record for one in after.systems)
    return withdrawal(read(organisation, before), seen(organisation, after), records)


KNOWN = facts(TRUST, COUNCIL, LANTERN)

STOPPED: dict[str, tuple[Organisation, System | ConsentWord, Withdrawal | None]] = {
    # who read, what is said then: what they are told
    "a refusal by name stops all that its teller told, and says so": (
        COUNCIL,
        says(TRUST, "deny", COUNCIL),
        Withdrawal(
            False,
            False,
            (Part(TRUST.ods, frozenset(), f"{TRUST.name} was asked not to share with {COUNCIL.name}."),),
        ),
    ),
    "a refusal to a sector names the sector": (
        COUNCIL,
        says(TRUST, "deny", provision={"type": "deny", "actor": [actor({"display": "Council"})]}),
        Withdrawal(
            False,
            False,
            (
                Part(
                    TRUST.ods,
                    frozenset(),
                    f"{TRUST.name} was asked not to share with organisations of the sector Council.",
                ),
            ),
        ),
    ),
    "a refusal of some kinds names the kinds": (
        COUNCIL,
        says(
            TRUST, "deny", provision={"type": "deny", "actor": of(COUNCIL), "class": classes("Observation")}
        ),
        Withdrawal(
            False,
            False,
            (
                Part(
                    TRUST.ods,
                    frozenset({"Assessment score"}),
                    f"{TRUST.name} was asked not to share this with {COUNCIL.name}.",
                ),
            ),
        ),
    ),
    "a restricted Patient stops where the person lives, and does not say who asked for it": (
        COUNCIL,
        system(TRUST, RESTRICTED),
        Withdrawal(False, True, ()),
    ),
    "a very restricted Patient stops everything, and says nothing more": (
        COUNCIL,
        system(TRUST, VERY_RESTRICTED),
        Withdrawal(True, True, ()),
    ),
    "what another was refused is nobody else's to stop": (
        COUNCIL,
        says(TRUST, "deny", LANTERN),
        None,
    ),
    "what an organisation's own system says is restricted it goes on to show": (
        TRUST,
        system(TRUST, VERY_RESTRICTED),
        None,
    ),
}


@pytest.mark.parametrize("sentence", STOPPED)
def test_what_is_to_stop(sentence: str) -> None:
    """As the table has it."""
    organisation, said, expected = STOPPED[sentence]
    in_place_of = isinstance(said, System)
    told = [one for one in KNOWN.systems if not in_place_of or one.sender != said.sender]
    assert due(organisation, KNOWN, facts(*told, said)) == expected


def test_a_permission_that_is_withdrawn_stops_what_it_opened() -> None:
    """A charity's system that had been given all kinds."""
    permitted = facts(*KNOWN.systems, says(TRUST, "permit", LANTERN))
    ended = facts(*KNOWN.systems, says(TRUST, "permit", LANTERN, status="inactive"))
    found = due(LANTERN, permitted, ended)
    assert found is not None
    assert [(one.sender, one.kinds) for one in found.parts] == [(TRUST.ods, frozenset())]
    assert due(LANTERN, KNOWN, permitted) is None, "that more may be read is not told"


def test_a_record_that_is_another_persons_is_stopped_and_says_so() -> None:
    """Two who were taken for one are found to be two."""
    found = due(COUNCIL, facts(TRUST, COUNCIL, SURGERY), facts(COUNCIL, SURGERY))
    assert found is not None
    assert not found.everything
    ((sender, kinds, reason),) = found.parts
    assert (sender, kinds) == (TRUST.ods, frozenset())
    assert "same person" in reason


def test_a_record_that_is_withheld_is_stopped_whole_with_the_reason_that_is_told_to_readers() -> None:
    """Whatever is open otherwise."""
    found = withdrawal(read(COUNCIL, KNOWN), None, frozenset(), "It waits.")
    assert found == Withdrawal(
        True, True, tuple(Part(one.ods, frozenset(), "It waits.") for one in (TRUST, LANTERN))
    )


def test_a_thing_that_is_confidential_by_now_is_named_where_its_kind_was_given_and_is_open() -> None:
    """And not where all of its kind is stopped, or never was given."""
    records = frozenset(one.source_record for one in KNOWN.systems)
    things = [Thing(system(TRUST).source_record, kind, f"X/{kind}") for kind in ("Note", "Goal")]
    by_council = withdrawal(read(COUNCIL, KNOWN), seen(COUNCIL, KNOWN), records, "", things)
    assert by_council == Withdrawal(False, False, (), ("X/Goal", "X/Note"))
    by_charity = withdrawal(read(LANTERN, KNOWN), seen(LANTERN, KNOWN), records, "", things)
    assert by_charity == Withdrawal(False, False, (), ("X/Goal",))
    refused = facts(*KNOWN.systems, says(TRUST, "deny", COUNCIL))
    found = withdrawal(read(COUNCIL, KNOWN), seen(COUNCIL, refused), records, "", things)
    assert found is not None
    assert found.things == ()


def within(given_: Given, now: Sight | None) -> bool:
    """Whether all that was given is open now, thing by thing."""
    for one in now.opened if now else ():
        if one.source_record == given_.source_record:
            kinds = ALL_KINDS if one.kinds is None else one.kinds
            own = bool(one.referrals_with) or kinds >= MINIMUM_OWN
            shows_where = now is not None and now.whereabouts
            return given_.kinds <= kinds and own >= given_.referrals and shows_where >= given_.whereabouts
    return False


@given(st.sampled_from(PARTNERS), people(), st.one_of(people(), restrictions()))
def test_a_notice_is_due_if_and_only_if_what_was_given_is_not_all_open(
    organisation: Organisation, before: PersonFacts, then: PersonFacts | Restriction
) -> None:
    """Whatever is said before and after; and it leaves what is open, and is not due again."""
    after = then.of(before) if isinstance(then, Restriction) else then
    given_, now = read(organisation, before), seen(organisation, after)
    found = due(organisation, before, after)
    assert (found is not None) == (not all(within(one, now) for one in given_))
    left = [rest for one in given_ if (rest := still_open(one, now))]
    records = frozenset(one.source_record for one in after.systems)
    assert withdrawal(left, now, records) is None, "it is told once"
    assert withdrawal(read(organisation, after), now, records) is None, "what is read now is open now"


@given(st.sampled_from(PARTNERS), people(), restrictions())
def test_a_notice_says_no_more_than_whoever_reads_again_is_told(
    organisation: Organisation, before: PersonFacts, further: Restriction
) -> None:
    """Each reason is one that the answer has; and of a system that is very restricted no word is said."""
    after = further.of(before)
    found, now = due(organisation, before, after), seen(organisation, after)
    if found is None:
        return
    told = {(one.sender, one.reason) for one in now.hidden} if now else set()
    assert {(one.sender, one.reason) for one in found.parts} <= told
    secret = {one.sender for one in after.systems if one.label is VERY_RESTRICTED} - {organisation.ods}
    assert not secret & {one.sender for one in found.parts}
