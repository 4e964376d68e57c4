"""Streets and towns: one way of writing each."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.addresses import Street, street, town
from tests.unit.identity_pairs import table

ADDRESSES = table("addresses")
streets = st.sampled_from(
    ["High Street", "Mill Rd", "St Johns Ave.", "Great North Road", "Rose Court", "The Street", "Church Ln"]
)
houses = st.from_regex(r"\A[1-9][0-9]{0,2}[a-d]?\Z")
flats = st.from_regex(r"\A([1-9][0-9]?|[A-F])\Z")


def _says(row: dict[str, Any]) -> str:
    return str(row["says"])


@pytest.mark.parametrize("row", ADDRESSES["street"], ids=_says)
def test_street(row: dict[str, Any]) -> None:
    """Each sentence of the table."""
    assert street(row["text"]) == Street(*row["gives"])


@pytest.mark.parametrize("row", ADDRESSES["town"], ids=_says)
def test_town(row: dict[str, Any]) -> None:
    """Each sentence of the table."""
    assert town(row["text"]) == row["gives"]


@given(houses, flats, streets)
def test_a_flat_is_the_same_wherever_it_is_written(house: str, flat: str, name: str) -> None:
    """Before the house, behind the street, with a comma or without."""
    expected = Street(f"{house}/{flat.lower()}", street(name).name)
    assert street(f"Flat {flat}, {house} {name}") == expected
    assert street(f"flat {flat} {house} {name.upper()}") == expected
    assert street(f"{house} {name}, Flat {flat}") == expected


@given(houses, streets)
def test_a_street_read_again_is_the_same(house: str, name: str) -> None:
    """What was read, written out, reads as itself; and the town behind does not matter."""
    known = street(f"{house} {name}")
    assert known.number == house
    assert street(f"{known.number} {known.name}") == known == street(f"{house} {name}, Norwich")


@given(st.text() | st.text(st.sampled_from("flat 12a/-,.\nhighst"), max_size=30))
def test_every_text_is_read(text: str) -> None:
    """Reading never fails, gives single spaces, and a town reads as itself."""
    number, name = street(text)
    assert " " not in number
    assert " ".join(name.split()) == name
    assert town(town(text)) == town(text)
