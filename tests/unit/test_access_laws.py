"""Laws of who may see what, over people and consents that nobody thought of."""

from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.domain.access.kinds import ALL_KINDS, MINIMUM_OWN
from services.domain.access.reader import Reader, Role
from services.domain.access.sight import ConsentWord, Label, PersonFacts, Refusal, Sight
from services.domain.record.instant import DAY
from tests.streams.fhir_builders import Organisation
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TIDEWELL, TRUST
from tests.unit.access_people import (
    CLINICIAN,
    NOW,
    PEER_WORKER,
    SOCIAL_WORKER,
    actor,
    classes,
    of,
    reader,
    says,
    sees,
    system,
    ticks,
)

PARTNERS = (TRUST, COUNCIL, TIDEWELL, SURGERY, LANTERN)
DAYS = [f"2026-05-{day:02}T09:00:00Z" for day in range(2, 10)]
some_partner = st.sampled_from(PARTNERS)
some_others = st.lists(some_partner, unique=True, max_size=3)
some_class = st.lists(st.sampled_from(["ServiceRequest", "Observation", "Goal", "Binary"]), max_size=2)
some_role = st.sampled_from(Role)
maybe_broken = st.sampled_from([None, NOW, NOW + DAY])
some_label = st.sampled_from(Label)


@st.composite
def provisions(draw: st.DrawFn, depth: int = 0) -> dict[str, Any]:
    """A provision with any of what limits one, and exceptions within it."""
    node: dict[str, Any] = {"type": draw(st.sampled_from(["permit", "deny"]))}
    if others := draw(some_others):
        node["actor"] = of(*others)
    elif draw(st.booleans()):
        node["actor"] = [actor({"display": draw(st.sampled_from(["Charity", "NHS", "Somebody"]))})]
    if types := draw(some_class):
        node["class"] = classes(*types)
    if draw(st.booleans()):
        node["period"] = {
            draw(st.sampled_from(["start", "end"])): draw(st.sampled_from(["2026-06-01", "2026-07-01"]))
        }
    if depth < 2:
        node["provision"] = draw(st.lists(provisions(depth=depth + 1), max_size=2))
    return node


@st.composite
def consents(draw: st.DrawFn) -> ConsentWord:
    """A consent that an organisation tells, under one of a few names."""
    return says(
        draw(some_partner),
        "permit",
        local=f"con-{draw(st.integers(1, 4))}",
        at=draw(st.sampled_from(DAYS)),
        status=draw(st.sampled_from(["active", "active", "inactive", "rejected", "entered-in-error"])),
        policyRule={"coding": [{"code": draw(st.sampled_from(["OPTIN", "OPTOUT"]))}]},
        provision=draw(provisions()),
    )


@st.composite
def people(draw: st.DrawFn) -> PersonFacts:
    """Somebody whom some organisations know, and some are asked to see."""
    known = draw(st.lists(some_partner, unique=True, min_size=1))
    systems = tuple(system(one, draw(st.sampled_from([Label.NORMAL, Label.NORMAL, *Label]))) for one in known)
    asked = frozenset(one.ods for one in draw(some_others))
    return PersonFacts(systems, tuple(draw(st.lists(consents(), max_size=5))), asked)


@st.composite
def readers(draw: st.DrawFn) -> Reader:
    """Anybody who signs in."""
    return reader(draw(some_role), draw(st.one_of(st.none(), some_partner)))


@dataclass(frozen=True)
class Restriction:
    """Something that is said besides, and takes something away."""

    consent: ConsentWord | None
    raised: Organisation
    label: Label

    def of(self, known: PersonFacts) -> PersonFacts:
        """The person, with it."""
        systems = (
            one._replace(label=max(one.label, self.label)) if one.sender == self.raised.ods else one
            for one in known.systems
        )
        added = (self.consent,) if self.consent else ()
        return known._replace(systems=tuple(systems), consents=known.consents + added)


@st.composite
def restrictions(draw: st.DrawFn) -> Restriction:
    """A refusal or a withdrawal under a name of its own, or a label that is raised."""
    said = draw(st.sampled_from([("deny", "active"), ("permit", "inactive"), ("permit", "rejected")]))
    decision, status = said
    types = draw(some_class)
    provision = {"type": decision, "actor": of(*draw(some_others))} | (
        {"class": classes(*types)} if types else {}
    )
    told = says(
        draw(some_partner),
        decision,
        local="another",
        at=draw(st.sampled_from(DAYS)),
        status=status,
        provision=provision,
    )
    return Restriction(told if draw(st.booleans()) else None, draw(some_partner), draw(some_label))


def shown(found: Sight | Refusal) -> set[tuple[object, ...]]:
    """All that is shown, each thing by itself."""
    if isinstance(found, Refusal):
        return set()
    everything: set[tuple[object, ...]] = {("whereabouts",)} if found.whereabouts else set()
    for one in found.opened:
        kinds = ALL_KINDS if one.kinds is None else one.kinds
        own = MINIMUM_OWN if one.referrals_with else kinds & MINIMUM_OWN
        labels = [label for label in Label if label <= one.label]
        everything |= {(one.source_record, kind, label) for kind in kinds for label in labels}
        everything |= {(one.source_record, kind, "own", label) for kind in own for label in labels}
        everything.add((one.source_record,))
    return everything


@given(readers(), people(), restrictions(), maybe_broken)
def test_a_restriction_never_shows_more(
    who: Reader, known: PersonFacts, further: Restriction, glass: int | None
) -> None:
    """Whoever looks, whatever else is said."""
    assert shown(sees(who, further.of(known), NOW, glass)) <= shown(sees(who, known, NOW, glass))


@given(readers(), people(), st.data(), maybe_broken)
def test_the_order_in_which_things_are_known_makes_no_difference(
    who: Reader, known: PersonFacts, data: st.DataObject, glass: int | None
) -> None:
    """Nor does repetition."""
    systems = data.draw(st.permutations(known.systems))
    words = data.draw(st.permutations(known.consents * 2))
    shuffled = PersonFacts(tuple(systems), tuple(words), known.involved)
    assert sees(who, shuffled, NOW, glass) == sees(who, known, NOW, glass)


@given(
    readers(),
    people(),
    some_partner,
    some_others,
    st.sampled_from(["deny", "inactive", "rejected"]),
    st.data(),
)
def test_withdrawing_and_giving_again_leaves_what_was_seen_before(
    who: Reader,
    known: PersonFacts,
    teller: Organisation,
    others: list[Organisation],
    how: str,
    data: st.DataObject,
) -> None:
    """In whatever order the three words come, and whether the word between is a refusal or an end."""
    first, between, again = (f"2026-05-{day}T09:00:00Z" for day in (12, 13, 14))
    given_first = says(teller, "permit", *others, local="given", at=first)
    withdrawn = (
        says(teller, "deny", *others, local="given", at=between)
        if how == "deny"
        else says(teller, "permit", *others, local="given", at=between, status=how)
    )
    before = known._replace(consents=(*known.consents, given_first))
    words = (given_first, withdrawn, given_first._replace(instant=ticks(again)))
    after = known._replace(consents=tuple(data.draw(st.permutations(known.consents + words))))
    assert sees(who, after, NOW) == sees(who, before, NOW)


@given(readers(), people(), people(), some_partner)
def test_what_one_system_told_is_decided_without_the_others(
    who: Reader, known: PersonFacts, other: PersonFacts, teller: Organisation
) -> None:
    """Whatever else is known and agreed to elsewhere, to whoever sees anything in both cases."""
    kept = {teller.ods, who.organisation}
    elsewhere = PersonFacts(
        tuple(one for one in known.systems if one.sender in kept)
        + tuple(one for one in other.systems if one.sender not in kept),
        tuple(one for one in known.consents if one.sender == teller.ods)
        + tuple(one for one in other.consents if one.sender != teller.ods),
        known.involved,
    )
    found, otherwise = sees(who, known, NOW), sees(who, elsewhere, NOW)
    if isinstance(found, Sight) and isinstance(otherwise, Sight):
        assert _of(found, teller) == _of(otherwise, teller)


def _of(found: Sight, teller: Organisation) -> tuple[object, ...]:
    opened = [one for one in found.opened if one.source_record == system(teller).source_record]
    return opened, [one for one in found.hidden if one.sender == teller.ods]


@given(some_partner, people(), st.sampled_from([CLINICIAN, SOCIAL_WORKER]), maybe_broken)
def test_a_peer_worker_sees_no_more_than_their_colleagues(
    organisation: Organisation, known: PersonFacts, role: Role, glass: int | None
) -> None:
    """The clinicians and social workers of the same organisation; and breaks no glass."""
    peer = reader(PEER_WORKER, organisation)
    assert shown(sees(peer, known, NOW)) <= shown(sees(reader(role, organisation), known, NOW, glass))
    assert sees(peer, known, NOW, glass) == sees(peer, known, NOW)


@given(readers(), people())
def test_a_broken_glass_takes_nothing_away(who: Reader, known: PersonFacts) -> None:
    """Nor does it show what is very restricted, or where the person lives."""
    found, open_ = (shown(sees(who, known, NOW, glass)) for glass in (None, NOW + DAY))
    assert found <= open_
    more = open_ - found
    assert not any(Label.VERY_RESTRICTED in one for one in more)
    restricted = {one.sender for one in known.systems if one.label} - {who.organisation}
    assert ("whereabouts",) not in open_ or not restricted


@given(readers(), people(), maybe_broken)
def test_what_is_very_restricted_is_with_whoever_told_it(
    who: Reader, known: PersonFacts, glass: int | None
) -> None:
    """Nobody else learns by what is shown, by what is hidden or by why that this system knows the person."""
    secret = {one.sender for one in known.systems if one.label is Label.VERY_RESTRICTED} - {who.organisation}
    without = known._replace(
        systems=tuple(one for one in known.systems if one.sender not in secret),
        consents=tuple(one for one in known.consents if one.sender not in secret),
    )
    found = sees(who, known, NOW, glass)
    if isinstance(found, Refusal) and found.is_secret:
        return
    otherwise = sees(who, without, NOW, glass)
    assert found._replace(whereabouts=False) == otherwise._replace(whereabouts=False)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["type", "code", "coding", "actor", "reference", "display", "period", "start", "class"]
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=12,
)


@given(
    readers(),
    st.dictionaries(
        st.sampled_from(
            ["scope", "category", "policyRule", "dateTime", "organization", "provision", "status"]
        ),
        json_values,
    ),
)
def test_whatever_a_consent_holds_it_is_read(who: Reader, told: dict[str, Any]) -> None:
    """And what cannot be read opens nothing."""
    known = PersonFacts((system(TRUST), system(TIDEWELL)), (), frozenset())
    odd = known._replace(consents=(says(TRUST, "permit", **told),))
    assert shown(sees(who, odd, NOW)) <= shown(sees(who, known, NOW))
