"""Whether a record may be shown: not while a message about consent, a restriction or safeguarding is put right."""

from datetime import datetime
from typing import NamedTuple

from services.platform.postgres import Connection
from services.viewer.reading import SQL

REASONS = {
    "safeguarding": "a safeguarding concern",
    "restriction": "a restriction on who may see the record",
    "consent": "a refusal or withdrawal of consent",
}
"""What each reason is, in words; the gravest first."""


class Held(NamedTuple):
    """A message in quarantine that keeps a person's record from being shown."""

    message_key: bytes
    received_at: datetime
    reasons: list[str]

    @property
    def words(self) -> list[str]:
        """What the message holds, the gravest first."""
        return [words for reason, words in REASONS.items() if reason in self.reasons]


async def holds(connection: Connection, person: bytes) -> list[Held]:
    """The messages for which this person's record is withheld, the oldest first; none where it may be shown."""
    rows = await (await connection.execute(SQL["holds"], {"person": person}, binary=True)).fetchall()
    return [Held(*row) for row in rows]
