"""The laws of continuity: the order of words decides nothing, and nothing that can be told breaks it."""

from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.record.continuity.summary import continuity
from services.domain.record.continuity.tenures import Held, Tenure, Told, tenures, turns, united
from services.domain.record.measures.chart import chart
from services.domain.record.measures.series import all_series
from services.domain.record.word import Word
from tests.unit.words_told import NAMES, heard_in_stream, odd_words

STREAM = heard_in_stream("Holloway", "Larter", "Thirkettle")
ODD = odd_words(STREAM.words)


@given(st.randoms(use_true_random=False))
@settings(max_examples=10)
def test_the_order_of_words_decides_nothing(shuffler: Random) -> None:
    words, earlier = [*STREAM.words], [*STREAM.earlier]
    shuffler.shuffle(words)
    shuffler.shuffle(earlier)
    assert continuity(words, earlier, NAMES) == continuity(STREAM.words, STREAM.earlier, NAMES)


@given(st.lists(ODD, max_size=12), st.lists(ODD, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_anything_can_be_read_in_any_order(words: list[Word], earlier: list[Word], shuffler: Random) -> None:
    found = continuity(words, earlier, NAMES)
    charts = [chart(one) for one in all_series(words)]
    shuffler.shuffle(words)
    shuffler.shuffle(earlier)
    assert continuity(words, earlier, NAMES) == found
    assert [chart(one) for one in all_series(words)] == charts


@given(st.lists(ODD, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_odd_words_among_sound_ones_can_be_read_in_any_order(odd: list[Word], shuffler: Random) -> None:
    words, earlier = [*STREAM.words, *odd], [*STREAM.earlier, *odd]
    found = continuity(words, earlier, NAMES)
    shuffler.shuffle(words)
    shuffler.shuffle(earlier)
    assert continuity(words, earlier, NAMES) == found


@given(st.lists(ODD, max_size=8))
@settings(max_examples=20)
def test_words_that_come_twice_say_nothing_more(words: list[Word]) -> None:
    assert continuity([*words, *words], words, NAMES) == continuity(words, words, NAMES)


_TIMES = st.none() | st.integers(0, 9)
_VERSIONS = st.lists(
    st.builds(
        Told,
        st.integers(0, 9),
        st.dictionaries(st.sampled_from("ABC"), st.builds(Held, _TIMES, _TIMES), max_size=3),
        st.booleans(),
    ),
    max_size=6,
).map(lambda versions: sorted(versions, key=lambda one: one.instant))


@given(st.lists(_VERSIONS, max_size=3))
def test_the_tenures_of_one_holder_lie_apart(histories: list[list[Told]]) -> None:
    found = united(one for versions in histories for one in tenures(versions))
    for holder in "ABC":
        own = [one for one in found if one.holder == holder]
        assert all(one.since <= one.until for one in own)
        assert all(one.until < other.since for one, other in pairwise(own))


@given(st.lists(_VERSIONS, max_size=3))
def test_a_turn_is_from_one_who_has_gone_to_one_who_comes(histories: list[list[Told]]) -> None:
    found = united(one for versions in histories for one in tenures(versions))
    for turn in turns(found):
        assert turn.before != turn.after
        assert any(one.holder == turn.after and one.since == turn.at for one in found)
        assert any(one.holder == turn.before and one.until <= turn.at for one in found)


@given(_VERSIONS)
def test_a_current_version_names_those_who_hold_it_now(versions: list[Told]) -> None:
    last = versions[-1] if versions else Told(0, {}, ended=True)
    holds = {
        holder
        for holder, held in last.claims.items()
        if not last.ended and (held.until is None or held.until > last.instant)
    }
    assert {
        one.holder for one in tenures(versions) if one.until == Tenure((0, 0), (1 << 62, 0), "").until
    } == holds
