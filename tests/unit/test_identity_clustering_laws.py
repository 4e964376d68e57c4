"""Clustering keeps its laws: no order, name or unrelated record matters, no exclusion is broken, and rulings have the
last word and can be taken back."""

from collections.abc import Iterable, Mapping
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.clustering import Member, cluster
from services.domain.identity.decision import Decision, Grade, Rule, decide
from services.domain.identity.numbers import renamed, renames
from services.domain.identity.profile import Profile
from services.domain.identity.rulings import Pair, Ruling, Verdict, in_force, pair
from services.record.model import load_model
from tests.unit.identity_pairs.people import person
from tests.unit.identity_pairs.pool import A, B, C, profiles

MODEL = load_model()

ids = st.integers(0, 9).map(lambda number: bytes([number]))
members = st.lists(st.builds(Member, ids, profiles), max_size=6, unique_by=lambda one: one.id)
pairs = st.lists(ids, min_size=2, max_size=2, unique=True).map(lambda both: pair(both[0], both[1]))
rulings = st.lists(
    st.builds(
        Ruling, st.integers(1, 4), st.sampled_from([b"k", b"l", b"m"]), pairs, st.sampled_from(list(Verdict))
    ),
    max_size=6,
    unique_by=lambda one: (one.instant, one.message_key),
)


def decide_all(found: Iterable[Member]) -> dict[Pair, Decision]:
    """What the model decides of every two."""
    return {pair(a.id, b.id): decide(a.profile, b.profile, MODEL) for a, b in combinations(found, 2)}


def persons(found: Iterable[Member], ruled: Iterable[Ruling] = ()) -> dict[bytes, bytes]:
    """The person of each, after the rulings that are about two of them."""
    known = list(found)
    ids_ = {one.id for one in known}
    verdicts = {both: verdict for both, verdict in in_force(ruled).items() if ids_.issuperset(both)}
    return cluster(known, decide_all(known), verdicts, MODEL)


def groups(of: Mapping[bytes, bytes]) -> set[frozenset[bytes]]:
    """The persons as sets of records."""
    return {frozenset(one for one, person_ in of.items() if person_ == id_) for id_ in set(of.values())}


@given(members, rulings, st.randoms(use_true_random=False))
def test_no_order_matters(found: list[Member], ruled: list[Ruling], dice: object) -> None:
    """Neither that of records, nor of decisions, nor of rulings."""
    expected = persons(found, ruled)
    decisions = list(decide_all(found).items())
    known = {one.id for one in found}
    verdicts = [(both, one) for both, one in in_force(ruled).items() if known.issuperset(both)]
    told = list(ruled)
    for some in (found, decisions, verdicts, told):
        dice.shuffle(some)  # type: ignore[attr-defined]
    assert in_force(told) == in_force(ruled)
    assert cluster(found, dict(decisions), dict(verdicts), MODEL) == expected


@given(members, rulings, st.integers(1, 200), st.integers(1, 20))
def test_no_name_matters(found: list[Member], ruled: list[Ruling], first: int, step: int) -> None:
    """Other ids in the same order give the same persons under other names."""
    new = {bytes([number]): (first + step * number).to_bytes(2, "big") for number in range(10)}
    renamed_ = [Member(new[one.id], one.profile) for one in found]
    ruled_ = [
        Ruling(one.instant, one.message_key, pair(new[one.pair[0]], new[one.pair[1]]), one.verdict)
        for one in ruled
    ]
    expected = {new[one]: new[of] for one, of in persons(found, ruled).items()}
    assert persons(renamed_, ruled_) == expected


@given(members, rulings)
def test_no_person_holds_two_who_exclude_each_other(found: list[Member], ruled: list[Ruling]) -> None:
    """Two numbers or a steward's word, directly or through any number of others; a clash or twins, unless a third is
    certainly one of the two by its number, and linked to the other."""
    old = renames(one.profile for one in found)
    verdicts = in_force(ruled)
    of = persons(found, ruled)
    known = {one.id: renamed(one.profile, old) for one in found}

    def bridges(middle: bytes, one: bytes, other: bytes) -> bool:
        both = [decide(known[middle], known[end], MODEL) for end in (one, other)]
        return all(each.links for each in both) and any(each.grade is Grade.CERTAIN for each in both)

    for one, other in combinations(known, 2):
        verdict = verdicts.get(pair(one, other))
        decision = decide(known[one], known[other], MODEL)
        parted = verdict is Verdict.NOT_SAME or decision.rule is Rule.DIFFERENT_NUMBERS
        apart = decision.excludes and verdict is not Verdict.SAME
        if parted or (apart and not any(bridges(one_, one, other) for one_ in known.keys() - {one, other})):
            assert of[one] != of[other]


@given(members, rulings)
def test_what_is_joined_has_a_reason(found: list[Member], ruled: list[Ruling]) -> None:
    """Each person's records hang together by links, numbers and rulings, and nothing else."""
    old = renames(one.profile for one in found)
    verdicts = in_force(ruled)
    known = {one.id: renamed(one.profile, old) for one in found}
    for group in groups(persons(found, ruled)):
        reached = {min(group)}
        while more := {
            there
            for here in reached
            for there in group - reached
            if verdicts.get(pair(here, there)) is Verdict.SAME
            or decide(known[here], known[there], MODEL).links
        }:
            reached |= more
        assert reached == group


@given(members, rulings, profiles, st.data())
def test_a_same_joins_two_whom_nothing_else_parts(
    found: list[Member], ruled: list[Ruling], one: Profile, data: st.DataObject
) -> None:
    """Whatever they weigh; else an exclusion parts two of their persons, the two themselves by their numbers alone."""
    if len(found) < 2:
        found = [*found, Member(b"\xfe", one), Member(b"\xff", one)]
    first, second = data.draw(st.lists(st.sampled_from(found), min_size=2, max_size=2, unique=True))
    both = pair(first.id, second.id)
    others = [each for each in ruled if each.verdict is not Verdict.SAME]
    of = persons(found, [*others, Ruling(99, b"z", both, Verdict.SAME)])
    old = renames(each.profile for each in found)
    kept = in_force(others)
    before = persons(found, others)

    def parted(a: Member, b: Member) -> bool:
        if before[a.id] == before[b.id]:
            return False  # whatever holds these two apart, a third one bridges
        decision = decide(renamed(a.profile, old), renamed(b.profile, old), MODEL)
        if {a.id, b.id} == set(both):
            return decision.rule is Rule.DIFFERENT_NUMBERS
        return decision.excludes or kept.get(pair(a.id, b.id)) is Verdict.NOT_SAME

    ours, theirs = ([each for each in found if of[each.id] == of[end.id]] for end in (first, second))
    is_parted = any(parted(a, b) for a in ours for b in theirs if a is not b)
    assert (of[first.id] == of[second.id]) is not is_parted


@given(members, rulings, pairs)
def test_a_not_same_parts_two(found: list[Member], ruled: list[Ruling], both: Pair) -> None:
    """However certain the model is, and though a third record is as certain of either."""
    of = persons(found, [*ruled, Ruling(99, b"z", both, Verdict.NOT_SAME)])
    if of.keys() >= set(both):
        assert of[both[0]] != of[both[1]]


@given(members, rulings, pairs, st.sampled_from([Verdict.SAME, Verdict.NOT_SAME]))
def test_what_is_undone_was_never_ruled(
    found: list[Member], ruled: list[Ruling], both: Pair, verdict: Verdict
) -> None:
    """Exactly the same persons as if the pair had not been touched: an unmerge leaves no scar."""
    untouched = [one for one in ruled if one.pair != both]
    undone = [
        *untouched,
        Ruling(98, b"y", both, verdict),
        Ruling(99, b"z", both, Verdict.UNDO),
    ]
    assert persons(found, undone) == persons(found, untouched)
    assert in_force(undone) == in_force(untouched)


@given(members, rulings, pairs, st.permutations([Verdict.SAME, Verdict.NOT_SAME, Verdict.UNDO]))
def test_the_latest_ruling_holds(
    found: list[Member], ruled: list[Ruling], both: Pair, verdicts: list[Verdict]
) -> None:
    """What was ruled before it makes no difference."""
    last = Ruling(102, b"a", both, verdicts[-1])
    before = [Ruling(100 + at, b"a", both, one) for at, one in enumerate(verdicts[:-1])]
    assert persons(found, [*ruled, *before, last]) == persons(found, [*ruled, last])


def test_of_two_rulings_at_one_instant_the_greater_key_holds() -> None:
    """A rule as good as any, and the same everywhere."""
    both = pair(b"a", b"b")
    one, other = Ruling(1, b"k", both, Verdict.NOT_SAME), Ruling(1, b"l", both, Verdict.SAME)
    assert in_force([one, other]) == in_force([other, one]) == {both: Verdict.SAME}


@given(members, rulings)
def test_persons_on_their_own_stay_as_they_are(found: list[Member], ruled: list[Ruling]) -> None:
    """Clustering the records of one person again, with all that is known of them, gives the same person... or fewer
    held apart, never other ones: each found group is a group again."""
    of = persons(found, ruled)
    for group in groups(of):
        alone = [one for one in found if one.id in group]
        assert set(persons(alone, ruled).values()) >= {min(group)}
    assert persons(found, [*ruled, *ruled]) == of


@given(members, members, rulings)
def test_an_unrelated_record_changes_nothing(
    found: list[Member], others: list[Member], ruled: list[Ruling]
) -> None:
    """Records that share nothing with these, whatever they tell of each other, leave these persons alone."""
    apart = [Member(b"\xff" + one.id, _elsewhere(one.profile)) for one in others]
    of = persons([*found, *apart], ruled)
    assert {one.id: of[one.id] for one in found} == persons(found, ruled)
    assert {one.id: of[one.id] for one in apart} == persons(apart)


def _elsewhere(profile: Profile) -> Profile:
    """Somebody of another world: other names, day, homes and numbers."""
    told = {"name": ["Zebedee", "Oxenbould"], "born": "1931-12-31"}
    return person(told if profile.birth_date else {"name": ["Ichabod", "Youngblood"], "number": "9990000093"})


FULL = {"name": ["Wren", "Quillfeather"], "born": "1990-04-02"}
SON = {"name": ["Wren", "Quillfeather"], "born": "2019-11-27"}
HOME = {"home": ["4 Reed Lane", "Salthouse", "NR98 4QF"]}
AWAY = {"home": ["17 Otter Wharf", "Bishopsford", "IP98 2AB"]}
PHONE = {"phone": "07700 900101"}

TABLE = [
    pytest.param([{"number": A}, {"number": A, **FULL}, {"number": A, **FULL}], [{0, 1, 2}],
                 id="a number alone joins the one who has it"),
    pytest.param([{"number": A}, {"number": A, **FULL}, {"number": A, **SON}], [{0}, {1}, {2}],
                 id="a number alone joins neither of two who have it"),
    pytest.param([{"number": A}, {"number": A}], [{0, 1}], id="two numbers alone are one person"),
    pytest.param([{"number": A}, {"number": B}], [{0}, {1}], id="two different numbers alone are two"),
    pytest.param([{"number": A, **PHONE}, {"number": A, **FULL, **PHONE}], [{0, 1}],
                 id="a number and a telephone join the one who has it"),
    pytest.param([{"number": A, "name": FULL["name"]}, {"number": A, "born": FULL["born"]}], [{0, 1}],
                 id="a number with a name and the number with a birth date are one person"),
    pytest.param([{"number": A, **PHONE}, {"number": A, **FULL}, {"number": A, **SON}], [{0}, {1}, {2}],
                 id="a number and a telephone join neither of two who have the number"),
    pytest.param([{"number": A, **FULL}, {"number": B, **FULL}, FULL], [{0}, {1}, {2}],
                 id="a record without a number bridges no two with one each"),
    pytest.param([{"number": A, **FULL, **HOME}, {"number": B, **FULL, **AWAY}, {**FULL, **HOME}], [{0, 2}, {1}],
                 id="a record that is plainly one of the two joins that one"),
    pytest.param([{"number": A, **FULL}, {**FULL, **HOME}, {**SON, **HOME}, {"number": B, **SON}], [{0, 1}, {2, 3}],
                 id="a home in common joins no generations"),
    pytest.param([{"number": A, **FULL}, {"number": B, **FULL}, {"number": B, "replaced": [A, B], **FULL}], [{0, 1, 2}],
                 id="a number that was replaced joins what it parted"),
    pytest.param([{"number": A, **FULL}, {"number": C, **FULL}, {"number": B, "replaced": [A, B], **FULL},
                  {"number": C, "replaced": [B, C], **FULL}], [{0, 1, 2, 3}],
                 id="a number replaced twice, told by two"),
    pytest.param([{"number": A, **FULL}, {"number": C, **FULL}, {"number": A, "replaced": [A, B], **FULL}],
                 [{0, 2}, {1}], id="a number replaced by a third leaves another alone"),
    pytest.param([{"number": A, **FULL}, {"number": A, **SON}, {"number": B, "replaced": [A, B], **FULL}],
                 [{0, 2}, {1}], id="a replaced number is no reason to join who clashes"),
    pytest.param([{"number": A, **FULL}, {"number": A, "name": FULL["name"]},
                  {"number": A, "name": ["Ada Wren", "Larter"], "born": FULL["born"]}],
                 [{0, 1, 2}], id="a record that is certainly either of two who clash says that they are one"),
    pytest.param([], [], id="nobody"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "expected"), TABLE)
def test_who_is_who(told: list[dict[str, object]], expected: list[set[int]]) -> None:
    """The same persons whichever record has the least id."""
    for turn in range(max(1, len(told))):
        of = persons(
            Member(bytes([(place + turn) % len(told)]), person(one)) for place, one in enumerate(told)
        )
        found = {frozenset((id_[0] - turn) % len(told) for id_ in group) for group in groups(of)}
        assert found == set(map(frozenset, expected))
