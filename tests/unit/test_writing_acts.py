"""Who may write what: a table; stewards, those who run the service and systems write nothing."""

import pytest

from services.domain.access.reader import Reader, Role
from services.domain.writing.acts import Act, may_write

PEER = {Act.ACCEPT, Act.REJECT, Act.CONTACT, Act.NOTE, Act.GOAL, Act.MEETING}
TABLE = {
    Role.CLINICIAN: {*Act},
    Role.SOCIAL_WORKER: {*Act},
    Role.PEER_WORKER: PEER,
    Role.STEWARD: set(),
    Role.OPS: set(),
    Role.PARTNER_SYSTEM: set(),
}


@pytest.mark.parametrize("role", Role)
def test_a_role_writes_what_the_table_says(role: Role) -> None:
    """For its organisation; who acts for none writes nothing."""
    assert {act for act in Act if may_write(Reader(role, "ZZV58", "u", "Sam"), act)} == TABLE[role]
    assert not any(may_write(Reader(role, "", "u", "Sam"), act) for act in Act)
