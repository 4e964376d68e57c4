"""What a person is given of others: that they are told of, and not how to reach them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audit.redaction import LEFT_OUT, redacted

PHONE = [{"system": "phone", "value": "07700 900101"}]
HOME = [{"line": ["4 Reed Lane"]}]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda one: one,
        lambda one: {"resourceType": "Bundle", "entry": [{"resource": one}]},
        lambda one: {"resourceType": "CareTeam", "contained": [one]},
        lambda one: [[one]],
    ],
)
def test_a_relative_is_told_of_without_contacts(wrap: Any) -> None:
    """Wherever they are in a document."""
    told = {"resourceType": "RelatedPerson", "name": [{"text": "Ida"}], "telecom": PHONE, "address": HOME}
    left = {
        "resourceType": "RelatedPerson",
        "name": [{"text": "Ida"}],
        "telecom": LEFT_OUT,
        "address": LEFT_OUT,
    }
    assert redacted(wrap(told)) == wrap(left)


def test_the_persons_own_contacts_stay_and_those_of_whom_to_call_do_not() -> None:
    """Patient.telecom is the person's; Patient.contact is somebody else."""
    told = {
        "resourceType": "Patient",
        "telecom": PHONE,
        "contact": [{"name": {"text": "Ida"}, "telecom": PHONE}],
    }
    found = redacted(told)
    assert found["telecom"] == PHONE
    assert found["contact"] == [{"name": {"text": "Ida"}, "telecom": LEFT_OUT}]


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["a", "telecom", "contact", "entry"]), inner)
    ),
)


@given(documents)
def test_a_document_that_tells_of_no_other_stays_as_it_is(document: Any) -> None:
    """Nothing but relatives and people to contact is touched."""
    assert redacted(document) == document


@given(documents)
def test_whatever_is_odd_in_a_relative_is_left_out_too(document: Any) -> None:
    """However it is written, and however often."""
    once = redacted({"resourceType": "RelatedPerson", "telecom": document, "contact": document})
    assert once["telecom"] == LEFT_OUT
    assert redacted(once) == once
