"""Whom a message that is not accepted names: however much it names, the sender's own people are not crowded out."""

from itertools import count, islice

from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.demographics import is_valid
from services.domain.identity.source_record import local_identity, source_record_id
from services.intake.hold import MOST_NAMED, named_in
from tests.streams.fhir_builders import known_to
from tests.streams.norfolk_suffolk_partners import MAYA, SURGERY

KEY = b"a partnership's key"
NUMBERS = list(islice((str(one) for one in count(9990000000) if is_valid(str(one))), 3 * MOST_NAMED))
SYSTEM = "https://fhir.nhs.uk/Id/nhs-number"


def patients(most: int) -> list[dict[str, object]]:
    """So many people of one practice."""
    return [known_to(SURGERY, str(one), MAYA, "2026-03-02T10:00:00Z").patient for one in range(most)]


def token(patient: dict[str, object]) -> str:
    """By what the practice's own person is found."""
    return f"source-record:{source_record_id(KEY, SURGERY.ods, local_identity(patient)).hex()}"


@given(st.integers(0, len(NUMBERS)), st.integers(0, 2 * MOST_NAMED))
def test_a_senders_own_people_come_first(numbers: int, people: int) -> None:
    """As many of them as are kept, then NHS numbers; and the same ones whenever it is read."""
    own = patients(people)
    document = {"entry": own, "identifier": [{"system": SYSTEM, "value": one} for one in NUMBERS[:numbers]]}
    kept = named_in(document, SURGERY.ods, KEY)
    told = {token(one) for one in own}
    assert kept & told == set(sorted(told)[:MOST_NAMED])
    assert kept - told <= {*NUMBERS[:numbers], MAYA.nhs_number}
    assert len(kept) == min(
        MOST_NAMED, len(told) + len({*NUMBERS[:numbers]} | ({MAYA.nhs_number} if own else set()))
    )
    assert named_in(document, SURGERY.ods, KEY) == kept
