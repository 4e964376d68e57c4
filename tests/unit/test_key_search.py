"""Keys by the first of their digits: a span that holds those that start so, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.platform.key_search import span_of


@given(st.binary(min_size=4, max_size=4), st.text("0123456789abcdef", min_size=1, max_size=8))
def test_a_span_holds_the_keys_that_start_so_and_no_other(key: bytes, start: str) -> None:
    """However many digits are given, in either case, with space around."""
    for given_ in (start, key.hex()[: len(start)]):
        span = span_of(f" {given_.upper()} ", 8)
        assert span is not None
        assert span.digits == given_
        assert (span.least <= key <= span.greatest) is key.hex().startswith(given_)


@pytest.mark.parametrize("text", ["", " ", "xyz", "0" * 9, "12 34", "-1", "١"])
def test_what_is_no_start_of_a_key_has_no_span(text: str) -> None:
    """Nothing, other digits, or more than a key has."""
    assert span_of(text, 8) is None
