"""The state of a page under seal, and the events that tell of it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from services.platform.event_stream import come_back, event
from services.viewer.page_state import Seal

KEY = b"a key for tests alone"


@given(st.binary(min_size=1), st.binary(min_size=1))
def test_a_seal_knows_its_own_state_again_and_no_other(state: bytes, other: bytes) -> None:
    """By any of its words, which are never the same; another key's it does not know."""
    seal = Seal(KEY)
    one, again = seal.sealed(state), seal.sealed(state)
    assert one != again
    assert seal.holds(one, state)
    assert seal.holds(again, state)
    assert seal.holds(one, other) == (state == other)
    assert not Seal(b"another key").holds(one, state)


@given(st.text())
def test_no_word_that_was_made_up_is_of_a_state(word: str) -> None:
    """Whatever comes back in an address or a header is taken."""
    assert not Seal(KEY).holds(word, b"a state")


def test_an_event_is_one_by_the_standard() -> None:
    """WHATWG HTML, server-sent events: lines, and an empty one that sends it off; browsers drop one without data."""
    assert event("changed", "a1") == b"id: a1\nevent: changed\ndata: changed\n\n"
    found = re.fullmatch(rb"retry: (\d+)\n\n", come_back())
    assert found is not None
    assert 2000 <= int(found[1]) <= 5000
